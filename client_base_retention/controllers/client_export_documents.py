"""Documents printed or downloaded for several clients at once."""

from odoo import http
from odoo.http import request

from odoo.addons.account.controllers.download_docs import (
    AccountDocumentDownloadController,
)
from odoo.addons.web.controllers.report import ReportController


def prints_one(controller, rule, args):
    """The print of one record leaves no line in the log."""
    return "," not in (args.get("docids") or ",")


class ClientReportController(ReportController):
    @http.route(readonly=prints_one)
    def report_routes(self, reportname, docids=None, converter=None, **data):
        note = None
        ids = [int(number) for number in (docids or "").split(",") if number.isdigit()]
        if len(ids) > 1:
            reports = request.env["ir.actions.report"]
            report = reports._get_report_from_name(reportname)
            if report.model in request.env:
                note = request.env["client.export"]._of_documents(
                    request.env[report.model].browse(ids), report.name
                )
        response = super().report_routes(
            reportname, docids=docids, converter=converter, **data
        )
        if note:
            note()
        return response


class ClientDocumentDownload(AccountDocumentDownloadController):
    @http.route()
    def download_invoice_attachments(self, attachments):
        moves = request.env["account.move"].browse(set(attachments.mapped("res_id")))
        return self._client_noted(
            moves, super().download_invoice_attachments(attachments)
        )

    @http.route()
    def download_invoice_documents_filetype(self, invoices, filetype, **kwargs):
        return self._client_noted(
            invoices,
            super().download_invoice_documents_filetype(invoices, filetype, **kwargs),
        )

    @http.route()
    def download_move_attachments(self, moves):
        return self._client_noted(moves, super().download_move_attachments(moves))

    def _client_noted(self, moves, response):
        note = request.env["client.export"]._of_documents(moves)
        if response and note:
            note()
        return response
