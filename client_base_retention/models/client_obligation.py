from odoo import api, fields, models
from odoo.tools import SQL

from .client_contact_rule import KINDS
from .res_company import AT_ONCE


class ClientObligation(models.Model):
    """A norm applied to a client: when he is to be contacted next (design 4.2).

    Derived by ``client_card_obligation.py``, one row per client and kind of contact.
    When another norm of the same kind comes to hold, because the class, the status or
    the regulation changed, the row stays and follows it, so that what hangs on it
    stays linked. People set nothing but ``manual_due_date``.
    """

    _name = "client.obligation"
    _description = "Contact due by the norm"
    _order = "due_date, id"
    _rec_name = "card_id"

    card_id = fields.Many2one(
        "client.card",
        string="Client",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    # Empty for the moment between the removal of a norm and the next derivation, in
    # which the row finds the norm that holds now.
    rule_id = fields.Many2one(
        "client.contact.rule",
        string="Norm",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    last_contact_date = fields.Date(
        string="Last contact",
        readonly=True,
        help="The last contact that counts for this norm.",
    )
    last_contact_at = fields.Datetime(readonly=True)
    due_date = fields.Date(string="Due", readonly=True)
    warn_date = fields.Date(
        string="Announced from",
        readonly=True,
        help="From this day on the contact is announced and may be planned.",
    )
    norm_days = fields.Integer(string="Norm, days", readonly=True, aggregator="avg")
    arranged_date = fields.Date(
        string="Arranged for",
        readonly=True,
        help="The nearest activity or meeting, made by a person, that satisfies the "
        "norm.",
    )
    late_date = fields.Date(
        string="In time until",
        readonly=True,
        help="The last day on which the contact is not overdue.",
    )
    # How it stood with the client when this was derived: the month's judgement keeps
    # rule, class and owner as they were.
    status = fields.Char(readonly=True)
    abc_class = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who is to make the contact by the norm.",
    )
    team_id = fields.Many2one(
        "crm.team", string="Sales team", readonly=True, ondelete="set null"
    )
    since = fields.Date(
        readonly=True, help="The day from which it stands with the client like this."
    )
    taken_on = fields.Date(
        string="Taken over on",
        readonly=True,
        help="The day on which the present responsible took the client over.",
    )
    taken_from_id = fields.Many2one(
        "res.users",
        string="Taken over from",
        readonly=True,
        ondelete="set null",
    )
    grace_until = fields.Date(
        string="Days of grace until",
        readonly=True,
        help="After a hand-over: one interval of the norm, at most 14 days, in which "
        "nothing is overdue.",
    )
    wave_date = fields.Date(
        readonly=True, help="The day that the first round has given to the client."
    )
    manual_due_date = fields.Date(
        string="Agreed for",
        help="When next? Holds in place of the norm until the next real contact.",
    )
    manual_set_at = fields.Datetime(readonly=True)
    # The last contact when the date was agreed: a later one clears it.
    manual_contact_at = fields.Datetime(readonly=True)

    _card_rule_uniq = models.Constraint(
        "UNIQUE(card_id, rule_id)", "The norm holds for this client already."
    )
    _due_idx = models.Index("(company_id, due_date) WHERE due_date IS NOT NULL")
    _warn_idx = models.Index("(company_id, warn_date) WHERE warn_date IS NOT NULL")

    def write(self, vals):
        result = super().write(vals)
        if "manual_due_date" in vals:
            self._remember_agreement()
            self.card_id._derive_contacts_now()
        return result

    def _remember_agreement(self):
        """Keep after which contact a date was agreed."""
        # sudo: what goes with the agreed date is the system's.
        for obligation in self.sudo():
            agreed = bool(obligation.manual_due_date)
            obligation.manual_set_at = agreed and fields.Datetime.now()
            obligation.manual_contact_at = agreed and obligation.last_contact_at

    @api.model
    def _derive_contacts_of(self, domain):
        """Derive the contact dates of the clients with these norms: a few at once,
        more of them within seconds.

        :param domain: domain of norms, searched with the caller's rights
        """
        groups = self._read_group(domain, ["card_id"], limit=AT_ONCE + 1)
        cards = self.env["client.card"].union(*(card for (card,) in groups))
        if len(cards) <= AT_ONCE:
            pairs = {(card.partner_id.id, card.company_id.id) for card in cards}
            cards.with_context(client_contact=True)._touch_clients(pairs)
            return
        cards = self._search(domain).subselect(SQL.identifier(self._table, "card_id"))
        self.env.cr.execute(
            SQL(
                """INSERT INTO client_card_dirty (partner_id, company_id)
                   SELECT partner_id, company_id FROM client_card WHERE id IN %s""",
                cards,
            )
        )
        self.env.ref("client_base_retention.ir_cron_client_queue")._trigger()

    def _has_field_access(self, field, operation):
        """What is derived is written by the statements, not by calls from outside."""
        if operation == "write" and not self.env.su and field.name != "manual_due_date":
            return False
        return super()._has_field_access(field, operation)
