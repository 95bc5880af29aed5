from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ClientComplianceKept(models.AbstractModel):
    """Figures of a month that is closed are never written, added to or deleted.

    Roles may only read them; this holds for everybody else, code with sudo included.
    A deleted company takes its months along in the database itself.
    """

    _name = "client.compliance.kept"
    _description = "Kept figures of compliance"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if self._name != "client.compliance.month":
            records._check_open()
        return records

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_open()

    def _check_open(self):
        """Refuse if one of these belongs to a closed month, or is one."""
        month = "state" if self._name == "client.compliance.month" else "month_id.state"
        if "closed" in self.mapped(month):
            raise UserError(
                self.env._("The month is closed: its figures do not change any more.")
            )


class ClientCard(models.Model):
    _inherit = "client.card"

    def _fold_contacts(self, target, partner):
        """What was kept of this client leads to the one who stays; it still says what
        it said, with the name he had."""
        result = super()._fold_contacts(target, partner)
        if target != self:
            self.env.cr.execute(
                SQL(
                    "UPDATE client_compliance SET card_id = %s WHERE card_id = %s",
                    target.id,
                    self.id,
                )
            )
            self.env["client.compliance"].invalidate_model(["card_id"], flush=False)
        return result
