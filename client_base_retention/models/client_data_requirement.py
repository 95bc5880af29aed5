from odoo import api, fields, models

from .client_card import CLASSES, STATUSES

# What a requirement says, and what changes the completeness of clients.
REQUIREMENT = ("what", "status", "abc_class")


class ClientDataRequirement(models.Model):
    """One thing that a regulation wants to be known of a client.

    Without a status it holds for clients of every status, without a class for every
    class. What can be asked for stands in ``client.card._data_checks``.
    """

    _name = "client.data.requirement"
    _inherit = ["client.policy.line"]
    _description = "What must be known of a client"
    _order = "policy_id, sequence, id"
    _rec_name = "what"

    _derived_from = frozenset({"policy_id", *REQUIREMENT})

    company_id = fields.Many2one(related="policy_id.company_id")
    sequence = fields.Integer(default=10)
    what = fields.Selection("_selection_what", string="Must be known", required=True)
    status = fields.Selection(STATUSES, help="Empty: of clients of every status.")
    abc_class = fields.Selection(
        CLASSES, string="Class", help="Empty: of clients of every class."
    )

    @api.model
    def _selection_what(self):
        checks = self.env["client.card"]._data_checks()
        return [(code, check.label) for code, check in checks.items()]

    @api.model
    def _policies_changed(self, policies):
        policies._data_changed()

    def _as_requirement(self):
        """What this requirement says, as something that can be compared."""
        self.ensure_one()
        return tuple(self[name] for name in REQUIREMENT)

    def _as_code(self):
        """ "phone", "source:active", "email:former:vip"."""
        return ":".join(word for word in self._as_requirement() if word)

    def _whom_in_words(self):
        """ "", "Active", "VIP", "Active VIP": of whom it must be known."""
        self.ensure_one()
        words = [
            dict(self._fields[name]._description_selection(self.env))[self[name]]
            for name in ("status", "abc_class")
            if self[name]
        ]
        return " ".join(words)
