from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import clean_context

from ..models.client_material import CHANNELS


class ClientMaterialSend(models.TransientModel):
    """*Information sent*: what went to whom, when and how, for one client or many.

    The material itself is sent by other means; here it is put on record (N5).
    """

    _name = "client.material.send"
    _description = "Record what was sent"
    _inherit = ["client.sight.guard"]

    _client_names = ("person_id",)

    card_ids = fields.Many2many("client.card", string="Clients", required=True)
    card_count = fields.Integer(compute="_compute_card_count")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    material_id = fields.Many2one(
        "client.material",
        string="What was sent",
        required=True,
        domain="[('company_id', 'in', [False, company_id])]",
    )
    channel = fields.Selection(CHANNELS, string="How it went", required=True)
    date = fields.Datetime(
        string="When", required=True, default=lambda self: fields.Datetime.now()
    )
    person_id = fields.Many2one(
        "res.partner",
        string="To whom",
        compute="_compute_person_id",
        store=True,
        readonly=False,
        help="Of one client; of several each one's person to talk to.",
    )
    client_id = fields.Many2one("res.partner", compute="_compute_card_count")
    note = fields.Text()
    again_count = fields.Integer(compute="_compute_warnings")
    withdrawn_count = fields.Integer(compute="_compute_warnings")
    leave_out = fields.Boolean(
        string="Only who did not get it yet",
        help="Clients who got this material before are left out.",
    )

    @api.model
    def _action_send(self, cards, person=None):
        """The action that opens the dialog for these cards.

        :raise UserError: there is no client
        """
        if not cards:
            raise UserError(
                self.env._("These contacts are not in the client base: add them first.")
            )
        if len(cards.company_id) > 1:
            raise UserError(
                self.env._("Choose clients of one company: it is put on record there.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Information sent"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "dialog_size": "medium",
                "default_card_ids": cards.ids,
                "default_company_id": cards.company_id.id,
            }
            | ({"default_person_id": person.id} if person else {}),
        }

    @api.depends("card_ids")
    def _compute_card_count(self):
        for send in self:
            send.card_count = len(send.card_ids)
            single = send.card_ids if len(send.card_ids) == 1 else send.card_ids[:0]
            send.client_id = single.partner_id

    @api.depends("card_ids")
    def _compute_person_id(self):
        for send in self:
            if len(send.card_ids) != 1:
                send.person_id = False
            elif not send.person_id:
                send.person_id = send.card_ids.contact_person_id

    @api.depends("card_ids", "material_id")
    def _compute_warnings(self):
        """How many got it before, and how many want nothing of us."""
        for send in self:
            send.again_count = len(send._got_before())
            people = send._people().values()
            asked = self.env["res.partner"].browse(p.id for p in people)
            send.withdrawn_count = len(asked - asked._may_be_written_to())

    def _got_before(self):
        """Those of the cards whose clients got the material before."""
        cards = self.card_ids._origin
        if not self.material_id:
            return cards[:0]
        found = self.env["client.touchpoint"]._read_group(
            [("card_id", "in", cards.ids), ("material_id", "=", self.material_id.id)],
            ["card_id"],
        )
        return cards.browse(card.id for (card,) in found)

    def _people(self):
        """{card: the person of the client it went to, or the client himself}"""
        cards = self.card_ids._origin
        if len(cards) == 1:
            return {cards: self.person_id._origin or cards.partner_id}
        return {card: card.contact_person_id or card.partner_id for card in cards}

    @api.constrains("person_id")
    def _check_person(self):
        for send in self:
            person = send.person_id
            if person and person.commercial_partner_id not in send.card_ids.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(person)s does not belong to this client.",
                        person=person.display_name,
                    )
                )

    def action_record(self):
        """Put on record what was sent: one touchpoint for each client."""
        self.ensure_one()
        if not self.card_ids:
            raise UserError(self.env._("Choose clients of yours."))
        people = self._people()
        if self.leave_out:
            before = self._got_before()
            people = {card: p for card, p in people.items() if card not in before}
        # What the dialog was opened with is no default of the touchpoints.
        plain = self.with_env(self.env(context=clean_context(self.env.context)))
        plain.env["client.touchpoint"].create(
            [
                {
                    "partner_id": card.partner_id.id,
                    "person_id": person.id if person != card.partner_id else False,
                    "company_id": card.company_id.id,
                    "date": self.date,
                    "kind": "material",
                    "direction": "out",
                    "outcome": "reached",
                    "material_id": self.material_id.id,
                    "channel": self.channel,
                    "note": self.note,
                    "user_id": self.env.uid,
                }
                for card, person in people.items()
            ]
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "On record: %(material)s, clients: %(number)s.",
                    material=self.material_id.display_name,
                    number=len(people),
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
