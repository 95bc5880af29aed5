from odoo import api, fields, models
from odoo.exceptions import UserError

# What else points at a contact and stays, where the app is installed.
DOCUMENTS = ("sale.order", "account.move", "pos.order", "purchase.order")


class ClientAnonymize(models.TransientModel):
    """Asks once more before a person is anonymized: it cannot be undone."""

    _name = "client.anonymize"
    _description = "Anonymize a person"

    partner_id = fields.Many2one("res.partner", string="Person", required=True)
    reason = fields.Char(
        string="On whose request",
        help="e.g. by letter of March 3. Kept on the contact: write no name here.",
    )
    is_sure = fields.Boolean(string="I know that this cannot be undone")
    possible_child_ids = fields.Many2many(
        "res.partner", compute="_compute_possible_child_ids"
    )
    child_ids = fields.Many2many(
        "res.partner",
        string="The children, too",
        compute="_compute_child_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', possible_child_ids)]",
        help="Ticked are the children who have no other parent here.",
    )
    documents = fields.Char(string="Documents that stay", compute="_compute_documents")
    touchpoint_count = fields.Integer(
        string="Touchpoints", compute="_compute_documents"
    )

    @api.depends("partner_id")
    def _compute_documents(self):
        for wizard in self:
            person = wizard.partner_id.ids
            found = []
            for model in DOCUMENTS:
                if model not in self.env:
                    continue
                # sudo: how many there are of them is all that is said.
                number = (
                    self.env[model].sudo().search_count([("partner_id", "in", person)])
                )
                if number:
                    name = self.env["ir.model"]._get(model).name
                    found.append(f"{name}: {number}")
            wizard.documents = ", ".join(found)
            wizard.touchpoint_count = self.env["client.touchpoint"].search_count(
                ["|", ("partner_id", "in", person), ("person_id", "in", person)]
            )

    @api.depends("partner_id")
    def _compute_possible_child_ids(self):
        for wizard in self:
            wizard.possible_child_ids = wizard.partner_id._anonymized_children()[0]

    @api.depends("partner_id")
    def _compute_child_ids(self):
        for wizard in self:
            wizard.child_ids = wizard.partner_id._anonymized_children()[1]

    def action_anonymize(self):
        """Erase the identity of the person, and of the children who are ticked.

        :raise UserError: not confirmed, or the contact cannot be anonymized
        """
        self.ensure_one()
        if not self.is_sure:
            raise UserError(self.env._("Confirm that this cannot be undone."))
        # Before the parent: by him it is known whose children they are.
        for child in self.child_ids & self.possible_child_ids:
            child._client_anonymize(self.reason or "")
        self.partner_id._client_anonymize(self.reason or "")
        return {"type": "ir.actions.client", "tag": "soft_reload"}
