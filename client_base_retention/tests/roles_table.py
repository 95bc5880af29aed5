"""Rights by role, operation and public method, as they are expected.

A model of the addon, or a public method, that is missing here fails ``test_roles.py``:
decide about its rights first, then write them down.
"""

from ..models.client_roles import ROLES

RANKS = ("none", *ROLES)
OPERATIONS = ("read", "create", "write", "unlink")

# The lowest role that may, "-" for none of them:
#   with rows of one's own clients, or made by oneself;
#   with rows of others: of a colleague's client, or about himself, or made by him;
#   b: with rows of a company one may not enter: "=" as with others, "-" nobody.
TABLE = """
#                            own rows                        of others
# model                      read    create  write   unlink  read    write   unlink  b
client.abc.cutoff            head    -       -       -       head    -       -       -
client.access                head    head    head    head    -       -       -       -
client.anonymize             head    head    head    -       -       -       -       -
client.away                  own     own     own     own     own     head    head    =
client.base.copy             steward -       -       -       steward -       -       -
client.base.copy.part        -       -       -       -       -       -       -       -
client.base.copy.restore     head    head    head    -       -       -       -       -
client.best.compare          own     own     own     -       -       -       -       -
client.best.compare.line     own     own     own     -       -       -       -       -
client.business.card         own     own     own     -       -       -       -       -
client.branch                own     head    head    head    own     head    head    -
client.card                  own     own     own     head    all     all     head    -
client.card.dirty            -       -       -       -       -       -       -       -
client.change.employer       own     own     own     -       -       -       -       -
client.compliance            own     -       -       -       head    -       -       -
client.compliance.month      own     -       -       -       own     -       -       -
client.compliance.reminder   own     -       -       -       head    -       -       -
client.compliance.user       own     -       -       -       head    -       -       -
client.confirmation          own     -       -       -       steward -       -       -
client.confirmation.report   own     -       -       -       steward -       -       -
client.confirmation.withdraw steward steward steward -       -       -       -       -
client.consent               own     own     -       -       all     -       -       =
client.contact.rule          own     head    head    head    own     head    head    -
client.contact.wave          head    -       -       -       head    -       -       -
client.data.requirement      own     head    head    head    own     head    head    -
client.derive.run            head    -       -       -       head    -       -       -
client.dossier               own     own     own     -       -       -       -       -
client.duplicate             steward -       -       -       steward -       -       =
client.employment            own     own     own     head    all     all     head    =
client.enrolment             own     own     own     head    all     all     head    -
client.export                head    -       -       -       head    -       -       -
client.growth.product        own     -       -       -       own     -       -       -
client.hand.over             own     own     own     -       -       -       -       -
client.history.line          own     -       -       -       all     -       -       -
client.history.run           head    -       -       -       head    -       -       =
client.log.contact           own     own     own     -       -       -       -       -
client.loyalty.parameter     own     head    head    head    own     head    head    -
client.mail                  head    -       -       -       head    -       -       -
client.material              own     head    head    head    own     head    head    -
client.material.send         own     own     own     -       -       -       -       -
client.obligation            own     -       own     -       all     all     -       -
client.obligation.past       -       -       -       -       -       -       -       -
client.old.purchase          own     own     own     head    all     all     head    -
client.offer.line            own     own     own     own     all     all     all     -
client.owner.proposal        head    head    head    head    -       -       -       -
client.policy                own     head    head    head    own     head    head    -
client.portrait.question     none    head    head    head    none    head    head    =
client.purchase              own     -       -       -       all     -       -       -
client.purchase.entry        own     own     own     head    all     all     head    -
client.reading               head    -       -       -       head    -       -       -
client.remark                own     own     own     head    all     all     head    -
client.remark.tag            own     own     head    head    own     head    head    =
client.relation              own     own     own     own     all     all     all     =
client.relation.side         own     -       -       -       all     -       -       =
client.relation.type         own     head    head    head    own     head    head    =
client.review                own     own     own     steward steward steward steward -
client.role                  head    -       head    -       head    head    -       =
client.script                own     head    head    head    own     head    head    -
client.segment               none    head    head    head    none    head    head    =
client.segment.constant      own     head    head    head    own     head    head    =
client.segment.try           head    head    head    -       -       -       -       -
client.sensitive.note        -       -       -       -       -       -       -       -
client.sensitive.opening     head    -       -       -       head    -       -       =
client.steward.work          steward -       -       -       head    -       -       -
client.subscribe.entry       steward -       -       -       steward -       -       -
client.subscribe.form        own     head    head    head    own     head    head    -
client.subscribe.hit         -       -       -       -       -       -       -       -
client.target                own     own     own     own     head    head    head    -
client.touchpoint            own     own     own     own     all     head    head    -
client.transition            own     -       -       -       all     -       -       -
"""

# Taken out as a file with the right to export the client base only: more than names.
# Of all others Odoo's own right is enough.
EXPORT_NEEDS_RIGHT = {
    "client.anonymize",
    "client.card",
    "client.change.employer",
    "client.compliance",
    "client.confirmation",
    "client.confirmation.report",
    "client.consent",
    "client.duplicate",
    "client.employment",
    "client.history.line",
    "client.enrolment",
    "client.log.contact",
    "client.obligation",
    "client.old.purchase",
    "client.offer.line",
    "client.owner.proposal",
    "client.purchase",
    "client.purchase.entry",
    "client.reading",
    "client.remark",
    "client.relation",
    "client.relation.side",
    "client.review",
    "client.segment.try",
    "client.sensitive.opening",
    "client.steward.work",
    "client.subscribe.entry",
    "client.touchpoint",
    "client.transition",
}
# The lowest role that may call what is public: all of ours that no class of Odoo has.
# "none" opens a dialog or a list that asks for the right itself; "-" asks for another
# right: of an administrator, or to export. Leaders of a team may remind without being
# head: here nobody leads.
METHODS = """
client.access                head    action_apply action_choose action_open_lost
client.anonymize             head    action_anonymize
client.away                  own     action_end
client.base.copy             none    action_refresh
client.base.copy             steward action_download action_make
client.base.copy.restore     head    action_import
client.business.card         own     action_save action_save_and_next
client.branch                own     action_open_partners
client.card                  own     action_bought action_client_write_to
client.card                  own     action_data_reviewed action_hand_over
client.card                  own     action_log_contact action_new_quotation
client.card                  own     action_open_partner action_open_purchases
client.card                  own     action_plan_together action_record_material
client.card                  own     action_write_together
client.card                  own     action_potential_confirmed
client.card                  own     action_send_to_steward
client.card                  own     action_why
client.card                  own     action_open_offer
client.card                  own     client_show_details log_contact
client.card                  head    action_not_a_client
client.change.employer       own     action_change
client.compliance            own     action_open_partner
client.compliance.report     own     get_clients get_report open_report open_taken_over
client.compliance.report     own     print_meeting_sheets print_month refresh
client.compliance.report     head    remind
client.compliance.user       own     action_open_norms
client.confirmation.report   own     action_open_order action_open_partner
client.confirmation.report   steward action_confirm action_withdraw
client.confirmation.withdraw steward action_withdraw
client.contact.plan          none    action_print
client.contact.plan          own     get_plan get_rows open_clients
client.dossier               none    action_import
client.duplicate             steward action_different action_merge action_undecided
client.employment            own     action_open_person
client.hand.over             own     action_apply
client.health                head    get_health open_queue run_now switch
client.history.line          own     action_open
client.launch                none    open_app
client.launch                head    apply_proposals choose_source choose_steward
client.launch                head    choose_trade get_state narrow_export open_access
client.launch                head    open_list open_preset open_proposals propose_owners
client.launch                head    read_history start stop take_out_of_shares
client.launch                -       choose_new_own
client.log.contact           own     action_no_answer action_not_now action_reached
client.material              own     action_open_sent
client.material.send         own     action_record
client.my.day                none    open_send
client.my.day                own     add_client end_away finish get_day get_target log
client.my.day                own     open_away open_bought open_clients open_log
client.my.day                own     open_talk open_target set_start_page undo
client.obligation            own     action_open_partner
client.old.purchase          own     action_ask_again action_confirm action_drop
client.overview              head    get_comparison get_figures get_funnel get_kept
client.overview              head    get_people get_readiness
client.owner.proposal        head    action_apply
client.policy                none    action_compare_preset action_open_clients
client.policy                own     action_what_this_sets
client.purchase              none    action_open_document
client.purchase.entry        none    action_import_purchases
client.remark                own     action_open_clients action_reopen action_solve
client.remark                own     action_solved
client.relation              own     action_open action_remove
client.relation.side         own     action_open
client.review                none    action_send
client.review                own     action_open action_send_again get_pane
client.review                steward action_confirm action_dismiss action_open_return
client.review                steward action_return
client.segment               none    action_open_clients action_open_offer
client.segment               none    action_try_potential
client.segment.try           head    action_keep
client.sensitive.note        -       action_open
client.steward               steward get_figures get_page looked_through
client.subscribe.form        own     action_open_entries action_open_page
client.subscribe.form        head    action_new_link
client.touchpoint            own     action_open_source
client.transition            own     action_open_partner
crm.lead                     none    action_client_show action_client_write_to
crm.lead                     none    client_show_details
crm.lead                     own     action_log_contact
res.company                  -       action_client_start
res.config.settings          head    action_client_access
res.partner                  none    action_bought action_client_show
res.partner                  none    action_client_change_employer
res.partner                  none    action_client_undo_employer
res.partner                  none    action_client_write_to
res.partner                  none    action_client_old_purchases
res.partner                  none    action_open_client_history
res.partner                  none    action_open_client_touchpoints
res.partner                  none    action_send_to_steward client_show_details
res.partner                  own     action_add_to_client_base action_client_consent
res.partner                  own     action_client_data_reviewed action_client_why
res.partner                  own     action_client_potential_confirmed
res.partner                  own     action_hand_over_client action_log_contact
res.partner                  own     action_client_remark action_open_client_purchases
res.partner                  own     action_open_client_remarks action_open_client_sent
res.partner                  own     action_record_material
res.partner                  none    action_open_person_touchpoints
res.partner                  own     action_open_client_offer
res.partner                  head    action_client_anonymize action_not_a_client
res.partner                  own     action_client_enrol action_client_relation
res.partner                  none    action_client_of_children
res.partner                  -       action_client_sensitive_note
sale.order                   steward action_client_data_confirm
sale.order                   steward action_client_data_withdraw
"""
# They say nothing of a contact one does not see, without saying "you may not".
HARMLESS = set()
# Arguments by the name of the parameter, plain or of a world.
ARGUMENTS = {
    "activity_id": 0,
    "away_id": 0,
    "by": "user",
    "card_id": lambda w: w.card.id,
    "company_id": lambda w: w.company.id,
    "date": "2025-06-16",
    "first": "2025-06-01",
    "function": "tasks",
    "key": 0,
    "last": "2025-06-30",
    "line_id": lambda w: w.row("client.compliance.user").id,
    "line_ids": lambda w: w.row("client.compliance.user").ids,
    "month": "2025-05-01",
    "month_id": lambda w: w.row("client.compliance.month").id,
    "months": 24,
    "name": "clients",
    "on": True,
    "only_own": True,
    "outcome": "reached",
    "partner_id": lambda w: w.partner.id,
    "period": "quarter",
    "source": "order",
    "talk": lambda w: {"script": w.row("client.script").id},
    "team_id": False,
    "touchpoint_id": 0,
    "trade": "travel",
    "user_id": False,
    "user_ids": lambda w: w.user.ids,
}


def expected():
    """{model: {"own": {operation: role}, "others": {...}, "company"}}"""
    found = {}
    for line in TABLE.strip().splitlines():
        if line.startswith("#"):
            continue
        model, *words = line.split()
        assert len(words) == 8, f"{model}: {len(words)} words"
        found[model] = {
            "own": dict(zip(OPERATIONS, words[:4], strict=True)),
            "others": dict(zip(("read", "write", "unlink"), words[4:7], strict=True)),
            "company": words[7],
        }
    return found


def expected_methods():
    """{model: {method: role}}"""
    found = {}
    for line in METHODS.strip().splitlines():
        model, role, *names = line.replace(":", " ").split()
        found.setdefault(model, {}).update(dict.fromkeys(names, role))
    return found


def may(role, lowest):
    """Whether a role includes the lowest one that may."""
    return lowest != "-" and RANKS.index(role) >= RANKS.index(lowest)
