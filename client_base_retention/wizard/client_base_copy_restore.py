from odoo import api, fields, models


class ClientBaseCopyRestore(models.TransientModel):
    """Put a sheet of a copy back: opens Odoo's import for what the sheet holds.

    In a new database there is no copy to open, and some of the lists have no import of
    their own.
    """

    _name = "client.base.copy.restore"
    _description = "Put a sheet of the client base back"

    sheet = fields.Selection(
        "_selection_sheet",
        required=True,
        default=lambda self: self._selection_sheet()[0][0],
    )

    @api.model
    def _selection_sheet(self):
        copies = self.env["client.base.copy"]
        sheets = [sheet for sheet in copies._present_sheets() if sheet.restored]
        return [
            (sheet.name, f"{number:02}-{sheet.name}")
            for number, sheet in enumerate(sheets, 1)
        ]

    def action_import(self):
        """Open the import screen of the sheet."""
        self.ensure_one()
        sheets = self.env["client.base.copy"]._present_sheets()
        model = next(sheet.model for sheet in sheets if sheet.name == self.sheet)
        return {
            "type": "ir.actions.client",
            "tag": "import",
            "name": dict(self._selection_sheet())[self.sheet],
            "params": {"model": model},
        }
