from odoo import fields, models


class ClientComplianceMonth(models.Model):
    """One month of a company's compliance with its regulations (N67, N68).

    While the month is open its figures are made anew; the first nightly run after its
    last day closes it, and from then on nothing changes them.
    """

    _name = "client.compliance.month"
    _inherit = ["client.compliance.kept"]
    _description = "Month of the compliance report"
    _order = "month desc, company_id"
    _rec_name = "month"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    month = fields.Date(required=True, help="The first day of the month.")
    state = fields.Selection(
        [("open", "Preliminary"), ("closed", "Closed")], default="open", required=True
    )
    counted_from = fields.Date(
        help="The first day on which norms counted; later than the first of the month "
        "only in the first month."
    )
    measured_on = fields.Date(help="The last day that these figures take account of.")
    measured_at = fields.Datetime()
    line_ids = fields.One2many("client.compliance", "month_id")
    user_line_ids = fields.One2many("client.compliance.user", "month_id")

    _company_month_uniq = models.Constraint(
        "UNIQUE(company_id, month)", "The month is kept once per company."
    )
