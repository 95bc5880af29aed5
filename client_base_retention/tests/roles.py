"""Rights by role and operation: the expected ones as a table, and rows to try them on.

``TABLE`` says for every model who may do what. A model of the addon that is missing in
it fails ``test_roles.py``: decide about its rights first, then write them down here.
"""

import inspect
from datetime import timedelta

from odoo.exceptions import UserError, ValidationError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from ..models.client_roles import ROLES
from .common import RIGHT_EXPORT, SALES, TODAY, ClientBaseCommon, ago

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
client.card                  own     own     own     head    all     all     head    -
client.card.dirty            -       -       -       -       -       -       -       -
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
client.duplicate             steward -       -       -       steward -       -       =
client.export                head    -       -       -       head    -       -       -
client.hand.over             own     own     own     -       -       -       -       -
client.history.run           head    -       -       -       head    -       -       =
client.log.contact           own     own     own     -       -       -       -       -
client.mail                  head    -       -       -       head    -       -       -
client.obligation            own     -       own     -       all     all     -       -
client.obligation.past       -       -       -       -       -       -       -       -
client.owner.proposal        head    head    head    head    -       -       -       -
client.policy                own     head    head    head    own     head    head    -
client.purchase              own     -       -       -       all     -       -       -
client.purchase.entry        own     own     own     head    all     all     head    -
client.reading               head    -       -       -       head    -       -       -
client.review                own     own     own     steward steward steward steward -
client.role                  head    -       head    -       head    head    -       =
client.script                own     head    head    head    own     head    head    -
client.segment               none    head    head    head    none    head    head    =
client.steward.work          steward -       -       -       head    -       -       -
client.target                own     own     own     own     head    head    head    -
client.touchpoint            own     own     own     own     all     head    head    -
client.transition            own     -       -       -       all     -       -       -
"""

# Taken out as a file with the right to export the client base only: more than names.
# Of all others Odoo's own right is enough.
EXPORT_NEEDS_RIGHT = {
    "client.anonymize",
    "client.card",
    "client.compliance",
    "client.confirmation",
    "client.confirmation.report",
    "client.consent",
    "client.duplicate",
    "client.log.contact",
    "client.obligation",
    "client.owner.proposal",
    "client.purchase",
    "client.purchase.entry",
    "client.reading",
    "client.review",
    "client.steward.work",
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
client.base.copy             -       action_download action_make
client.base.copy.restore     head    action_import
client.card                  own     action_bought action_client_write_to
client.card                  own     action_data_reviewed action_hand_over
client.card                  own     action_log_contact action_new_quotation
client.card                  own     action_open_partner action_open_purchases
client.card                  own     action_send_to_steward action_why
client.card                  own     client_show_details log_contact
client.card                  head    action_not_a_client
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
client.duplicate             steward action_different action_merge action_undecided
client.hand.over             own     action_apply
client.health                head    get_health open_queue run_now switch
client.launch                none    open_app
client.launch                head    apply_proposals choose_source choose_steward
client.launch                head    choose_trade get_state narrow_export open_access
client.launch                head    open_list open_preset open_proposals propose_owners
client.launch                head    read_history start stop take_out_of_shares
client.launch                -       choose_new_own
client.log.contact           own     action_no_answer action_not_now action_reached
client.my.day                none    open_send
client.my.day                own     add_client end_away finish get_day get_target log
client.my.day                own     open_away open_bought open_clients open_log
client.my.day                own     open_talk open_target set_start_page undo
client.obligation            own     action_open_partner
client.overview              head    get_comparison get_figures get_funnel get_kept
client.overview              head    get_people get_readiness
client.owner.proposal        head    action_apply
client.policy                none    action_compare_preset action_open_clients
client.policy                own     action_what_this_sets
client.purchase              none    action_open_document
client.purchase.entry        none    action_import_purchases
client.review                none    action_send
client.review                own     action_open action_send_again get_pane
client.review                steward action_confirm action_dismiss action_open_return
client.review                steward action_return
client.steward               steward get_figures get_page looked_through
client.touchpoint            own     action_open_source
client.transition            own     action_open_partner
crm.lead                     none    action_client_show action_client_write_to
crm.lead                     none    client_show_details
crm.lead                     own     action_log_contact
res.company                  -       action_client_start
res.config.settings          head    action_client_access
res.partner                  none    action_bought action_client_show
res.partner                  none    action_client_write_to
res.partner                  none    action_open_client_touchpoints
res.partner                  none    action_send_to_steward client_show_details
res.partner                  own     action_add_to_client_base action_client_consent
res.partner                  own     action_client_data_reviewed action_client_why
res.partner                  own     action_hand_over_client action_log_contact
res.partner                  own     action_open_client_purchases
res.partner                  head    action_client_anonymize action_not_a_client
sale.order                   steward action_client_data_confirm
sale.order                   steward action_client_data_withdraw
"""
# They say nothing of a contact one does not see, without saying "you may not".
HARMLESS = {
    ("res.partner", "action_client_consent"),
    ("res.partner", "action_client_why"),
}
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


def models_of_ours(env):
    """Models with rows that the addon brings."""
    return sorted(
        name
        for name in env.registry
        if name.startswith("client.") and not env[name]._abstract
    )


def methods_of_ours(env):
    """{model: public methods that the addon brings}."""
    of_all = dir(env.registry["base"])
    found = {}
    for name, model in env.registry.items():
        ours = [part for part in model.__mro__ if _is_ours(part)]
        others = [
            part
            for part in model.__mro__
            if part.__module__.startswith("odoo.addons.") and not _is_ours(part)
        ]
        names = {
            method
            for part in ours
            for method, function in vars(part).items()
            if inspect.isfunction(function)
            and not method.startswith("_")
            and not getattr(function, "_api_private", False)
            and method not in of_all
            and not any(method in vars(other) for other in others)
        }
        if names:
            found[name] = sorted(names)
    return found


def _is_ours(part):
    return part.__module__.startswith("odoo.addons.client_base_retention.")


def arguments_of(world, model, method):
    """The row of the world, where the method takes a record, and values for the
    parameters that have no default."""
    function = getattr(world.case.env.registry[model], method)
    arguments = []
    if not getattr(function, "_api_model", False):
        arguments.append(world.row(model).ids)
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        if parameter.default is parameter.empty:
            value = ARGUMENTS[name]
            arguments.append(value(world) if callable(value) else value)
    return arguments


def may(role, lowest):
    """Whether a role includes the lowest one that may."""
    return lowest != "-" and RANKS.index(role) >= RANKS.index(lowest)


def roles_up_to(role):
    """The group of a role, if it is one: it implies those below."""
    return [ROLES[role]] if role in ROLES else []


class World:
    """What a row is about: a user with a client of his in a company."""

    def __init__(self, case, user, company, partner):
        self.case, self.user, self.company = case, user, company
        self.partner, self.card = partner, case.card_of(partner, company)
        self.made = {}

    def row(self, model):
        """A row of a model about this user and client, as the user made it."""
        if model not in self.made:
            with mute_logger("odoo.models.unlink"):
                self.made[model] = self._find(model) or self._make(model)
        return self.made[model]

    def env(self, model):
        """The model as this user has it, with all rights, in his company."""
        env = self.case.env[model].with_user(self.user).sudo()
        return env.with_company(self.company)

    def _find(self, model):
        """A row that the client base has made itself."""
        search = FOUND.get(model)
        return search and self.env(model).search(search(self), limit=1)

    def _make(self, model):
        if model in MADE:
            return MADE[model](self)
        return self.env(model).create(self.values(model))

    def order(self):
        """A sale of this user to this client."""
        order = self.case.quote(self.partner, company=self.company, seller=self.user)
        order.team_id = False
        self.case.confirm(order)
        return order.with_user(self.user).sudo()

    def held_back(self):
        """The line of a sale whose data nobody has confirmed."""
        order = self.row("sale.order")
        self.case.env.flush_all()
        return self.env("client.confirmation.report").search(
            [("order_id", "=", order.id)], limit=1
        )

    def values(self, model):
        """Values for a new row: those named in ``VALUES``, and what is required."""
        values = dict(VALUES[model](self)) if model in VALUES else {}
        fields = self.case.env[model]._fields
        for name, value in (
            ("card_id", self.card.id),
            ("partner_id", self.partner.id),
            ("company_id", self.company.id),
            ("user_id", self.user.id),
        ):
            field = fields.get(name)
            if field and field.store and not (field.compute or field.related):
                values.setdefault(name, value)
        for name, field in fields.items():
            if field.required and name not in values and not field.compute:
                if self.case.env[model].default_get([name]).get(name) is None:
                    values[name] = self._required(field)
        return values

    def _required(self, field):
        if field.type == "many2one":
            return self.row(field.comodel_name).id
        if field.type == "selection":
            return field.get_values(self.case.env)[0]
        if field.type == "date":
            return TODAY
        if field.type == "datetime":
            return f"{TODAY} 10:00:00"
        text = field.type in ("char", "text", "html")
        return f"{field.name} of {self.user.login}" if text else 1


# Rows that the client base makes itself are looked for.
FOUND = {
    "res.partner": lambda w: [("id", "=", w.partner.id)],
    "res.company": lambda w: [("id", "=", w.company.id)],
    "client.card": lambda w: [("id", "=", w.card.id)],
    "client.compliance.month": lambda w: [("company_id", "=", w.company.id)],
    "client.role": lambda w: [("role", "=", "own")],
    "client.abc.cutoff": lambda w: [("company_id", "=", w.company.id)],
    "client.purchase": lambda w: [
        ("partner_id", "=", w.partner.id),
        ("company_id", "=", w.company.id),
    ],
    "client.obligation": lambda w: [("card_id", "=", w.card.id)],
    "client.policy": lambda w: [("company_id", "=", w.company.id)],
    "client.contact.rule": lambda w: [("policy_id.company_id", "=", w.company.id)],
    "client.transition": lambda w: [("card_id", "=", w.card.id)],
}
# What a new row needs besides the client, the company and the user.
VALUES = {
    "client.review": lambda w: {"text": "A new telephone"},
    "client.compliance.month": lambda w: {"measured_on": TODAY},
    "crm.lead": lambda w: {"name": "Lead", "type": "opportunity"},
    "client.confirmation": lambda w: {"salesperson_id": w.user.id},
    "client.hand.over": lambda w: {"card_ids": [(6, 0, w.card.ids)]},
}
# Rows that come about by themselves.
MADE = {
    "sale.order": World.order,
    "client.confirmation.report": World.held_back,
}
# The field that is written, where the first plain one is not for users.
WRITTEN = {"client.owner.proposal": "user_id", "client.hand.over": "way"}
# Of which a client has one at most: a new one needs a client without.
FRESH = ("client.card",)
QUIET = (
    "odoo.addons.base.models.ir_access",
    "odoo.addons.base.models.ir_rule",
    "odoo.models",
    "odoo.models.unlink",
)


class RolesCase(ClientBaseCommon):
    """A user of each role with a client, a colleague, somebody of the other company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["client.contact.rule"].create(
            [
                {"policy_id": policy.id, "status": "active", "interval_count": 30}
                for policy in cls.policy | cls.policy_b
            ]
        )
        rights = f"{SALES},base.group_partner_manager,base.group_allow_export"
        cls.users = {
            role: cls.make_user(f"ro_{role}", ",".join([rights, *roles_up_to(role)]))
            for role in RANKS
        }
        role = ROLES["head"]
        cls.exporter = cls.make_user("ro_exporter", f"{rights},{role},{RIGHT_EXPORT}")
        cls.half = cls.make_user("ro_half", f"{SALES},{role},{RIGHT_EXPORT}")
        cls.colleague = cls.make_user("ro_colleague", f"{rights},{ROLES['own']}")
        cls.stranger = cls.make_user(
            "ro_stranger", f"{rights},{ROLES['head']}", cls.company_b
        )
        clients = {
            user: cls.make_partner(f"Client of {user.login}", user_id=user.id)
            for user in (
                *cls.users.values(),
                cls.exporter,
                cls.half,
                cls.colleague,
                cls.stranger,
            )
        }
        cls.env["client.purchase.entry"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": user.company_id.id,
                    "currency_id": user.company_id.currency_id.id,
                    "date": when,
                    "amount": 100,
                }
                for user, partner in clients.items()
                for when in (ago(400), ago(5))
            ]
        )
        cls.start(cls.company, cls.company_b)
        (cls.policy | cls.policy_b).data_confirmation = "manual"
        cls.env["client.card"]._derive_all(today=TODAY - timedelta(days=1))
        cls.env["client.card"]._derive_all(today=TODAY)
        cls.clients = clients
        cls.env.flush_all()

    def world(self, user):
        return World(self, user, user.company_id, self.clients[user])

    # ------------------------------------------------------- operations as by RPC

    def attempt(self, user, method, model, *arguments):
        """Call a public method as the web client and RPC call it, and undo what it did.

        :return: False if ``user`` may not, else a list of what the call handed back.
            Only "you may not" is a no: a wrong value is a fault of the test.
        """
        records = self.env[model].with_user(user).with_company(user.company_id)
        records = records.with_context(allowed_company_ids=user.company_ids.ids)
        self.env.flush_all()
        try:
            with mute_logger(*QUIET), self.env.cr.savepoint() as point:
                result = call_kw(records, method, list(arguments), {})
                if method not in ("read", "search_count"):
                    self.env.flush_all()
                    point.rollback()
        except ValidationError:
            raise
        except UserError:
            return False
        finally:
            self.env.invalidate_all(flush=False)
        return [result]

    def may(self, user, operation, row):
        """Whether ``user`` may do an operation with a row that exists."""
        model, ids = row._name, row.ids
        if operation == "write":
            return bool(self.attempt(user, "write", model, ids, self.same(row)))
        if operation != "read":
            return bool(self.attempt(user, operation, model, ids))
        read = bool(self.attempt(user, "read", model, ids, ["display_name"]))
        found = self.attempt(user, "search_count", model, [("id", "in", ids)])
        self.assertEqual(
            read, bool(found and found[0]), f"{user.login}: {row} is found"
        )
        return read

    def same(self, row):
        """Values that change nothing: of one field that users write."""
        stored = [
            field
            for field in row._fields.values()
            if field.store and field.name not in MAGIC_COLUMNS
        ]
        plain = [
            field
            for field in stored
            if field.type in ("boolean", "char", "text", "integer", "date")
            and not (field.readonly or field.compute or field.related)
        ]
        name = WRITTEN.get(row._name) or (plain or stored)[0].name
        return {name: row._fields[name].convert_to_write(row.sudo()[name], row)}

    def new_values(self, user, model):
        """Values of a new row about a client of the user."""
        world = self.world(user)
        if model in FRESH:
            world.partner = self.make_partner("Fresh", user_id=user.id)
        return world.values(model)
