import json

from odoo import models
from odoo.http import request
from odoo.models import fix_import_export_id_paths

ODOOS_RIGHT = "base.group_allow_export"


class Base(models.AbstractModel):
    """Taking clients out needs the right and is logged, by whatever model."""

    _inherit = "base"

    def export_data(self, fields_to_export):
        """Lists as CSV or Excel file and calls from outside come through here.

        An export that reaches no client costs no query more than in Odoo.

        :raise AccessError: the export takes out more than names of clients, and the
            user has no right to
        """
        paths = [fix_import_export_id_paths(path) for path in fields_to_export]
        reached = self._client_export_reach(paths)
        if not reached or not self:
            return super().export_data(fields_to_export)
        lines = self.env["client.export"]
        found, needs_right = self._client_export_found(reached)
        odoos = self.env.is_admin() or self.env.user.has_group(ODOOS_RIGHT)
        if needs_right and odoos:
            # Who lacks Odoo's own right is refused by Odoo, in its words.
            lines._check_right()
        result = super().export_data(fields_to_export)
        if needs_right or found[0]:
            kind, domain = self._client_export_asked()
            if domain is None:
                domain = lines._naming(self)
            names = ["/".join(path) for path in paths]
            lines._note(kind, self._name, len(self), found, names, domain)
        return result

    def _client_export_asked(self):
        """How the file was asked for: kind of ``client.export`` and filter, None
        where records were chosen one by one."""
        path = request.httprequest.path if request else ""
        if path not in ("/web/export/csv", "/web/export/xlsx"):
            return "list", None
        asked = json.loads(request.params.get("data") or "{}")
        chosen = asked.get("ids") or asked.get("model") != self._name
        return path.rsplit("/", 1)[1], None if chosen else asked.get("domain") or []
