"""What Odoo hands to the maker of PDFs when one of our reports is printed."""

from odoo.tests import freeze_time, tagged

from .common import NOON, ClientBaseCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPrintPdf(ClientBaseCommon):
    def test_the_character_set_is_named(self):
        """Without it every letter that is not English comes out as two wrong ones."""
        reports = self.env["ir.actions.report"].search(
            [
                ("report_name", "=like", "client_base_retention.%"),
                ("report_type", "=", "qweb-pdf"),
            ]
        )
        self.assertGreaterEqual(len(reports), 5)
        for report in reports:
            with self.subTest(report=report.report_name):
                html, _type = report._render_qweb_html(
                    report.report_name, [], data={"period": "quarter"}
                )
                (body,) = report._prepare_html(html)[0]
                self.assertIn('charset="utf-8"', body)
                self.assertIn("font-size: 9.5pt", body, "our styles go along")
                self.assertNotIn("window.print", body, "the button does not")
