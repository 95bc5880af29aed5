from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# The figures of a salesperson that add up over salespeople.
COUNTS = (
    "clients",
    "norms",
    "load",
    "limit",
    "late_purchases",
    "lost",
    "came_back",
    "taken_over",
    "contacts",
    "contacts_with_note",
    "days_away",
)


class ClientComplianceKept(models.AbstractModel):
    """Figures of a month that is closed are never written, added to or deleted.

    Roles may only read them; this holds for everybody else, code with sudo included.
    A deleted company takes its months along in the database itself.
    """

    _name = "client.compliance.kept"
    _description = "Kept figures of compliance"

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_open()

    def _check_open(self):
        """Refuse if one of these belongs to a closed month, or is one."""
        if "closed" in self._months().mapped("state"):
            raise UserError(
                self.env._("The month is closed: its figures do not change any more.")
            )

    def _months(self):
        """The months whose figures these are."""
        return self


class ClientComplianceLine(models.AbstractModel):
    """A row of the report of a month."""

    _name = "client.compliance.line"
    _inherit = ["client.compliance.kept"]
    _description = "Row of a month of compliance"

    month_id = fields.Many2one(
        "client.compliance.month",
        string="Report of the month",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    month = fields.Date(required=True, readonly=True, help="First day of the month.")

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_open()
        return records

    def _months(self):
        return self.month_id


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
