from odoo import fields, models
from odoo.exceptions import ValidationError

from ..models.client_material import CHANNELS
from ..models.client_mood import MOODS
from ..models.client_remark import KINDS


class ClientLogContact(models.TransientModel):
    """*Log a contact* takes down what the client said, how he feels about us, and which
    material went to him."""

    _inherit = "client.log.contact"

    with_remark = fields.Boolean(
        string="Keep a remark", help="A problem, praise or a wish of the client."
    )
    remark_kind = fields.Selection(KINDS, default="problem")
    remark_text = fields.Text(string="Remark")
    remark_tag_ids = fields.Many2many(
        "client.remark.tag",
        "client_log_remark_tag_rel",
        "log_id",
        "tag_id",
        string="Tags",
    )
    mood = fields.Selection(MOODS, string="Mood towards us")
    material_id = fields.Many2one(
        "client.material",
        string="What was sent",
        domain="[('company_id', 'in', [False, company_id])]",
    )
    channel = fields.Selection(CHANNELS, string="How it went")

    def _log(self, outcome):
        self.ensure_one()
        text = (self.remark_text or self.note or "").strip()
        if self.with_remark and not text:
            raise ValidationError(
                self.env._("Write down what the client said, or keep no remark.")
            )
        sent = {"material_id": self.material_id.id, "channel": self.channel}
        result = super(
            ClientLogContact, self.with_context(client_contact_sent=sent)
        )._log(outcome)
        if self.with_remark:
            # What the dialog was opened with is no default of the remark.
            clean = {
                key: value
                for key, value in self.env.context.items()
                if not key.startswith("default_")
            }
            # pylint: disable-next=context-overridden
            self.env["client.remark"].with_context(clean).create(
                {
                    "partner_id": self.partner_id.id,
                    "person_id": self.person_id.id,
                    "company_id": self.company_id.id,
                    "date": fields.Datetime.context_timestamp(self, self.date).date(),
                    "kind": self.remark_kind or "problem",
                    "text": text,
                    "tag_ids": [(6, 0, self.remark_tag_ids.ids)],
                }
            )
        if self.mood and self.mood != self.card_id.mood:
            self.card_id.mood = self.mood
        return result
