from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..models.client_touchpoint import OUTCOMES, TOUCH_KINDS

PAUSES = [("1", "1 month"), ("3", "3 months"), ("6", "6 months")]
# So many persons are named when others are to be tried.
PERSONS = 3
# What buttons may say of the contact in their context.
SAID = (
    "default_activity_id",
    "default_direction",
    "default_kind",
    "default_note",
    "default_outcome",
    "default_person_id",
)


class ClientLogContact(models.TransientModel):
    """The dialog *Log a contact*: whom, how, and one of three buttons (N65)."""

    _name = "client.log.contact"
    _inherit = ["client.sight.guard"]
    _description = "Log a contact"

    _client_names = ("partner_id", "person_id")

    partner_id = fields.Many2one("res.partner", string="Client", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    card_id = fields.Many2one("client.card", compute="_compute_card_id")
    activity_id = fields.Many2one("mail.activity", string="Planned by")
    person_id = fields.Many2one(
        "res.partner",
        string="With whom",
        domain="[('commercial_partner_id', '=', partner_id), ('id', '!=', partner_id)]",
    )
    phone = fields.Char(string="Telephone", compute="_compute_phone")
    kind = fields.Selection(TOUCH_KINDS, required=True, default="call")
    direction = fields.Selection(
        [("out", "We to the client"), ("in", "The client to us")],
        string="Who began",
        required=True,
        default="out",
    )
    date = fields.Datetime(
        string="When", required=True, default=lambda self: fields.Datetime.now()
    )
    note = fields.Text()
    outcome = fields.Selection(OUTCOMES)
    next_date = fields.Date(
        string="When next?",
        help="Agreed with the client. Empty: by the norm. After no answer: the day on "
        "which you try again.",
    )
    norm_date = fields.Date(compute="_compute_norm_date")
    tries = fields.Integer(compute="_compute_card_id")
    is_refusing = fields.Boolean(
        compute="_compute_is_refusing", store=True, readonly=False
    )
    pause_for = fields.Selection(PAUSES, string="Not for")
    pause_until = fields.Date(
        string="Not before",
        compute="_compute_pause_until",
        store=True,
        readonly=False,
    )
    pause_reason = fields.Char(string="Why")

    # ---------------------------------------------------------------------- computes

    @api.depends("partner_id", "company_id")
    def _compute_card_id(self):
        for log in self:
            log.card_id = log._find_card()
            log.tries = log.card_id.contact_tries

    @api.depends("partner_id", "person_id")
    def _compute_phone(self):
        for log in self:
            person = log.person_id
            log.phone = person.phone or person.personal_phone or log.partner_id.phone

    @api.depends("card_id", "kind", "date")
    def _compute_norm_date(self):
        for log in self:
            day = fields.Datetime.context_timestamp(log, log.date or log._now()).date()
            log.norm_date = log.card_id and log.card_id._norm_after(log.kind, day)

    @api.depends("outcome")
    def _compute_is_refusing(self):
        for log in self:
            log.is_refusing = log.outcome == "refused"

    @api.depends("pause_for")
    def _compute_pause_until(self):
        for log in self:
            if log.pause_for:
                log.pause_until = log.company_id._client_today() + relativedelta(
                    months=int(log.pause_for)
                )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """A person that was chosen stands for the client he belongs to."""
        client = self.partner_id.commercial_partner_id
        if client != self.partner_id:
            self.person_id = self.partner_id
            self.partner_id = client
        elif self.person_id.commercial_partner_id != client:
            self.person_id = self._find_card().contact_person_id

    @api.onchange("date")
    def _onchange_date(self):
        if self.date and self.date > self._now():
            self.date = self._now()
            return {
                "warning": {
                    "title": self.env._("Not yet"),
                    "message": self.env._(
                        "A contact that took place cannot lie in the future. For what "
                        "is to come fill in “When next?”."
                    ),
                }
            }
        return None

    @api.model
    def _now(self):
        return fields.Datetime.now()

    def _find_card(self):
        client = self.partner_id._origin.commercial_partner_id
        cards = self.env["client.card"].with_context(active_test=False)
        return cards.search(
            [("partner_id", "=", client.id), ("company_id", "=", self.company_id.id)]
        )

    # ----------------------------------------------------------------------- actions

    @api.model
    def _action_log(self, client, company, person=None):
        """The action that opens the dialog.

        What the button said in its context (``default_outcome``, ``default_kind``,
        ``default_activity_id``, ``default_person_id``...) goes along.
        """
        context = {
            "dialog_size": "medium",
            "client_log_client": bool(client),
            "default_partner_id": client.id,
            "default_company_id": company.id,
            "default_person_id": person.id if person else False,
        }
        said = {
            name: self.env.context[name] for name in SAID if name in self.env.context
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log a contact"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": context | said,
        }

    def action_reached(self):
        return self._log("reached")

    def action_no_answer(self):
        return self._log("no_answer")

    def action_not_now(self):
        return self._log("refused")

    def _log(self, outcome):
        """Log the contact and tell what follows from it."""
        self.ensure_one()
        refused = outcome == "refused"
        card = self._make_card()
        logged = card.log_contact(
            outcome,
            kind=self.kind,
            direction=self.direction,
            person_id=self.person_id.id,
            note=self.note,
            next_date=not refused and self.next_date,
            pause_until=refused and self.pause_until,
            reason=refused and self.pause_reason,
            activity_id=self.activity_id.id,
            date=self.date,
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if logged["propose"] else "success",
                "message": self._told(card, outcome, logged),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def _make_card(self):
        """The client's card; a contact that had none comes into the base with it."""
        if not self.card_id:
            self.partner_id.with_company(self.company_id).action_add_to_client_base()
            self.invalidate_recordset(["card_id"])
        if not self.card_id:
            raise ValidationError(
                self.env._(
                    "%(name)s cannot be a client: own companies and users have no "
                    "client card.",
                    name=self.partner_id.display_name,
                )
            )
        return self.card_id

    def _told(self, card, outcome, logged):
        """What was logged and what comes next, in a sentence or two."""
        if outcome == "refused":
            return self.env._(
                "Logged. Paused until %(day)s.",
                day=format_date(self.env, card.pause_until),
            )
        if logged["propose"]:
            return self._proposal(card, logged["attempts"], logged["propose"])
        if outcome == "no_answer":
            return self.env._(
                "Logged: no answer, try %(number)s.", number=logged["attempts"] or 1
            )
        if logged["next_date"]:
            return self.env._(
                "Logged. Next contact: %(day)s.",
                day=format_date(self.env, logged["next_date"]),
            )
        return self.env._("Logged.")

    def _proposal(self, card, tries, way):
        if way == "person":
            persons = card._persons_not_tried(tries)[:PERSONS]
            return self.env._(
                "%(number)s tries without an answer: try another person (%(names)s).",
                number=tries,
                names=", ".join(person.name for person in persons),
            )
        return self.env._(
            "%(number)s tries without an answer: write a message instead.",
            number=tries,
        )
