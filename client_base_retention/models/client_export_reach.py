from odoo import models


class Base(models.AbstractModel):
    """Which clients the records of any model are about (see ``client.export``)."""

    _inherit = "base"

    def _client_export_link(self):
        """Name of the field that leads from this model to the client, if any."""
        for name, comodel in (
            ("card_id", "client.card"),
            ("partner_id", "res.partner"),
            ("commercial_partner_id", "res.partner"),
        ):
            field = self._fields.get(name)
            if field is not None and field.comodel_name == comodel:
                return name
        return None

    def _client_export_partners(self):
        """The contacts or cards these records are about."""
        if self._name in ("res.partner", "client.card"):
            return self
        name = self._client_export_link()
        if name is None:
            return self.env["res.partner"]
        # sudo: what was handed out is counted, whatever else the user may read.
        records = self.sudo()
        records.fetch([name])
        return records[name]
