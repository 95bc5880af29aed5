from odoo import api, models


class ClientComplianceReport(models.AbstractModel):
    """What one takes along from the page: the prints."""

    _inherit = "client.compliance.report"

    @api.model
    def print_month(self, month_id):
        """The print of a month: the action of the report."""
        self._check_role()
        return self._print(
            "action_report_client_compliance",
            self.env["client.compliance.month"].browse(month_id),
        )

    @api.model
    def print_meeting_sheets(self, line_ids):
        """A page per salesperson for the monthly talk.

        :param line_ids: of ``client.compliance.user``
        """
        self._check_role()
        lines = self.env["client.compliance.user"].browse(line_ids)
        return self._print("action_report_client_meeting_sheet", lines)

    def _print(self, name, records):
        records.check_access("read")
        report = self.env.ref(f"client_base_retention.{name}")
        return report.report_action(records, config=False)
