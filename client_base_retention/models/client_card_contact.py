import operator as operators

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_contact_rule import KINDS

# Boards and lists begin with what is to be done.
CONTACT_STATES = [
    ("overdue", "Overdue"),
    ("soon", "Soon"),
    ("ok", "In norm"),
    ("none", "No norm"),
]
# Written by people; a change of these changes who is due when.
CONTACT_BY_HAND = {
    "pause_until",
    "potential_level",
    "contact_person_id",
    "first_contact_date",
}
# Columns of the card that are derived from contacts and norms, in the order of the
# statement in client_card_obligation.py.
CONTACTS = (
    "first_contact_date",
    "last_contact_date",
    "next_contact_date",
    "next_contact_kind",
    "next_contact_norm_days",
    "warn_date",
    "agreed_date",
    "contact_person_id",
    "arranged_date",
    "contact_late_date",
)
DERIVED = {
    *CONTACTS,
    "contact_person_is_manual",
} - CONTACT_BY_HAND
# Which norms a contact of a kind satisfies (design 4.3 *Obligation*).
SATISFIES = {
    "meeting": ("meeting", "call", "any"),
    "call": ("call", "any"),
    "email": ("email", "any"),
    "message": ("message", "any"),
}
# A longer pause is the head's to decide.
PAUSE_MONTHS = 6
COMPARE = {
    "<": operators.lt,
    "<=": operators.le,
    ">": operators.gt,
    ">=": operators.ge,
}


class ClientCard(models.Model):
    """When the client was contacted, when he is due, and whom to talk to."""

    _inherit = "client.card"

    last_contact_date = fields.Date(
        string="Last contact",
        readonly=True,
        help="The last call, meeting, e-mail or message in which he was reached.",
    )
    next_contact_date = fields.Date(
        string="Next contact",
        readonly=True,
        help="The day on which the first of his norms is due.",
    )
    next_contact_kind = fields.Selection(KINDS, string="How", readonly=True)
    next_contact_norm_days = fields.Integer(
        string="Norm, days", readonly=True, aggregator="avg"
    )
    warn_date = fields.Date(
        string="Announced from",
        readonly=True,
        help="From this day on the next contact is announced.",
    )
    contact_state = fields.Selection(
        CONTACT_STATES,
        string="By the norm",
        compute="_compute_contact_state",
        search="_search_contact_state",
        group_expand=True,
        help="By the norms of the regulation. Soon: within the days in which it is "
        "announced.",
    )
    contact_overdue_days = fields.Integer(
        string="Days late",
        compute="_compute_contact_state",
        search="_search_contact_overdue_days",
        aggregator=None,
        help="Since the day it was due, once it is overdue.",
    )
    contact_overdue_ratio = fields.Float(
        string="Days late by norm",
        compute="_compute_contact_state",
        search="_search_contact_overdue_ratio",
        aggregator=None,
        help="Days late, divided by the days of the norm.",
    )
    pause_until = fields.Date(
        string="Paused until",
        help="The client does not want to be contacted before this day.",
    )
    pause_reason = fields.Char(string="Reason of the pause")
    agreed_date = fields.Date(
        string="Agreed for",
        readonly=True,
        help="The next date agreed with the client in place of a norm.",
    )
    contact_person_id = fields.Many2one(
        "res.partner",
        string="Talk to",
        index="btree_not_null",
        ondelete="set null",
        domain="[('commercial_partner_id', '=', partner_id), ('id', '!=', partner_id)]",
        help="The person who was reached last. Chosen here it stays until emptied.",
    )
    contact_person_is_manual = fields.Boolean(
        string="Person set by hand", readonly=True
    )
    obligation_ids = fields.One2many("client.obligation", "card_id", string="Norms")
    touchpoint_ids = fields.One2many(
        "client.touchpoint", "card_id", string="Touchpoints"
    )

    _next_contact_idx = models.Index(
        "(company_id, next_contact_date, id) WHERE next_contact_date IS NOT NULL"
    )
    _user_next_contact_idx = models.Index("(company_id, user_id, next_contact_date)")

    # ----------------------------------------------------------------- against today

    @api.depends(
        "next_contact_date",
        "contact_late_date",
        "warn_date",
        "next_contact_norm_days",
    )
    @api.depends_context("tz")
    def _compute_contact_state(self):
        today = fields.Date.context_today(self)
        for card in self:
            norm, until = card.next_contact_norm_days, card.contact_late_date
            overdue = bool(until and until < today)
            late = (today - card.next_contact_date).days if overdue else 0
            card.contact_overdue_days = late
            card.contact_overdue_ratio = late / norm if norm else 0
            if not until:
                card.contact_state = "none"
            elif overdue:
                card.contact_state = "overdue"
            else:
                soon = card.warn_date and card.warn_date <= today
                card.contact_state = "soon" if soon else "ok"

    @api.model
    def _search_contact_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        in_time = Domain("contact_late_date", ">=", today)
        states = {
            "none": Domain("contact_late_date", "=", False),
            "ok": in_time & Domain("warn_date", ">", today),
            "soon": in_time & Domain("warn_date", "<=", today),
            "overdue": Domain("contact_late_date", "<", today),
        }
        return Domain.OR(states[state or "none"] for state in value)

    @api.model
    def _search_contact_overdue_days(self, operator, value):
        return self._search_against_today("contact_overdue_days", operator, value)

    @api.model
    def _search_contact_overdue_ratio(self, operator, value):
        return self._search_against_today("contact_overdue_ratio", operator, value)

    def _search_against_today(self, name, operator, value):
        """Domain on a figure that is computed in SQL and in Python alike."""
        if operator == "in":
            numbers = [number or 0 for number in value]
            return Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "%s = ANY(%s)", model._field_to_sql(alias, name, query), numbers
                ),
                predicate=lambda card: card[name] in numbers,
            )
        if operator not in COMPARE:
            return NotImplemented
        compare = COMPARE[operator]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s %s %s",
                model._field_to_sql(alias, name, query),
                SQL(operator),
                value,
            ),
            predicate=lambda card: compare(card[name], value),
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists and boards order and group by how late a contact is."""
        if field_expr not in (
            "contact_state",
            "contact_overdue_days",
            "contact_overdue_ratio",
        ):
            return super()._field_to_sql(alias, field_expr, query)
        today = fields.Date.context_today(self)
        until = self._field_to_sql(alias, "contact_late_date", query)
        if field_expr == "contact_state":
            return SQL(
                """CASE WHEN %(until)s IS NULL THEN 'none'
                        WHEN %(until)s < %(today)s THEN 'overdue'
                        WHEN %(warn)s <= %(today)s THEN 'soon' ELSE 'ok' END""",
                until=until,
                warn=self._field_to_sql(alias, "warn_date", query),
                today=today,
            )
        late = SQL(
            "CASE WHEN %(until)s < %(today)s THEN %(today)s::date - %(due)s ELSE 0 END",
            until=until,
            today=today,
            due=self._field_to_sql(alias, "next_contact_date", query),
        )
        if field_expr == "contact_overdue_days":
            return late
        norm = self._field_to_sql(alias, "next_contact_norm_days", query)
        return SQL("COALESCE(%s::float / NULLIF(%s, 0), 0)", late, norm)

    # ----------------------------------------------------------------------- by hand

    @api.constrains("pause_until")
    def _check_pause_until(self):
        # Constraints are checked as superuser: the role is the user's.
        head = self.env.user.has_group("client_base_retention.group_client_head")
        if head or self.env.context.get("client_folding"):
            return
        for card in self:
            longest = card.company_id._client_today() + relativedelta(
                months=PAUSE_MONTHS
            )
            if card.pause_until and card.pause_until > longest:
                raise ValidationError(
                    self.env._(
                        "Only the head may pause a client for more than %s months.",
                        PAUSE_MONTHS,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        cards = super().create(vals_list)
        for card, vals in zip(cards, vals_list, strict=True):
            if vals.get("contact_person_id"):
                card.contact_person_id = vals["contact_person_id"]
        return cards

    def write(self, vals):
        result = super().write(vals)
        if "contact_person_id" in vals and not self.env.context.get("client_folding"):
            # sudo: whether it was chosen is remembered by the system.
            self.sudo().contact_person_is_manual = bool(vals["contact_person_id"])
        if CONTACT_BY_HAND & vals.keys():
            self._derive_contacts_now()
        return result

    def _has_field_access(self, field, operation):
        if operation == "write" and field.name in DERIVED and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def _agree(self, day, kind=None):
        """*When next?*: a date agreed with these clients, until the next real contact.

        :param day: the date, empty to follow the norms again
        :param kind: of the contact in which it was agreed: only the norms that such a
            contact satisfies are moved; default all
        """
        # sudo: norms are the system's; who may write the card may agree dates.
        self.check_access("write")
        norms = self.sudo().obligation_ids
        if kind:
            norms = norms.filtered(lambda norm: norm.kind in SATISFIES.get(kind, ()))
        norms.manual_due_date = day

    # ------------------------------------------------------------------------- folds

    def _fold_contacts(self, target, partner):
        """Hand the contacts and agreed dates of this card over to ``target``.

        Contacts with a client who has become a person of ``partner`` were contacts
        with that person.

        :param target: the card that stays, which may be this one
        :param partner: the client that stays
        """
        gone = self.partner_id
        person = gone if gone.commercial_partner_id == partner != gone else None
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE client_touchpoint
                      SET card_id = %s, partner_id = %s,
                          person_id = COALESCE(person_id, %s)
                    WHERE card_id = %s""",
                target.id,
                partner.id,
                person and person.id,
                self.id,
            )
        )
        if target != self:
            self._fold_obligations(target)
            self._fold_past(target)
        self.env["client.touchpoint"]._number_attempts([partner.id])
        for model in ("client.touchpoint", "client.obligation"):
            self.env[model].invalidate_model(flush=False)

    def _fold_obligations(self, target):
        """Keep the dates agreed with the client whose card goes.

        Where the card that stays has a norm of the kind, it takes over the date if it
        has none; else the norm itself moves, with all that hangs on it.
        """
        self.env.cr.execute(
            SQL(
                """UPDATE client_obligation stays
                      SET manual_due_date = goes.manual_due_date,
                          manual_set_at = goes.manual_set_at,
                          manual_contact_at = goes.manual_contact_at
                     FROM client_obligation goes
                    WHERE stays.card_id = %s AND goes.card_id = %s
                      AND stays.kind = goes.kind AND stays.manual_due_date IS NULL
                      AND goes.manual_due_date IS NOT NULL""",
                target.id,
                self.id,
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE client_obligation goes SET card_id = %(target)s
                    WHERE goes.card_id = %(own)s AND NOT EXISTS (
                          SELECT FROM client_obligation stays
                           WHERE stays.card_id = %(target)s
                             AND (stays.kind = goes.kind
                                  OR stays.rule_id = goes.rule_id))""",
                target=target.id,
                own=self.id,
            )
        )

    def _fold_values(self, target):
        values = super()._fold_values(target)
        pause = self.pause_until
        if pause and (not target.pause_until or target.pause_until < pause):
            values |= {"pause_until": pause, "pause_reason": self.pause_reason}
        if self.contact_person_is_manual and not target.contact_person_is_manual:
            values |= {
                "contact_person_id": self.contact_person_id.id,
                "contact_person_is_manual": True,
            }
        return values
