"""Odoo's ways to take data out that do not pass through ``export_data``.

The line of the log is written after Odoo made the file and in the same transaction:
Odoo answers only when that was committed.
"""

import json
from ast import literal_eval

from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import Forbidden

from odoo import http
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.http import request
from odoo.tools.safe_eval import safe_eval

from odoo.addons.web.controllers.json import WebJsonController
from odoo.addons.web.controllers.pivot import TableExporter
from odoo.addons.web.controllers.vcard import Partner


def never_readonly(controller, rule, args):
    """These answers leave a line in the log."""
    return False


class ClientTableExporter(TableExporter):
    @http.route(readonly=never_readonly)
    def export_xlsx(self, data, **kw):
        if isinstance(data, FileStorage):
            data = data.read()
        table = json.loads(data)
        note = None
        if table and table.get("model") in request.env:
            asked = table.get("client_export") or {}
            try:
                note = request.env["client.export"]._of_groups(
                    "pivot",
                    request.env[table["model"]],
                    asked.get("groupbys"),
                    asked.get("domain"),
                    asked.get("measures") or (),
                )
            except AccessError as refusal:
                # What the browser shows as a message.
                raise Forbidden(
                    json.dumps(
                        {
                            "code": 0,
                            "message": "Odoo Server Error",
                            "data": http.serialize_exception(refusal),
                        }
                    )
                ) from refusal
        response = super().export_xlsx(data, **kw)
        if note:
            note()
        return response


class ClientJsonController(WebJsonController):
    @http.route(readonly=never_readonly)
    def web_json_1(self, subpath, **kwargs):
        response = super().web_json_1(subpath, **kwargs)
        if response.status_code != 200:
            # The way to the address with all its parameters: nothing left yet.
            return response
        answer = json.loads(response.get_data())
        action, context, eval_context, record_id = self._get_action(subpath)
        model = request.env[action.res_model].with_context(**context)
        lines = request.env["client.export"]
        asked = kwargs.get("domain")
        domain = literal_eval(asked) if asked else None
        several = "length" in answer and not record_id
        if several and "groups" in answer:
            own = safe_eval(action.domain or "[]", eval_context)
            note = lines._of_groups(
                "json",
                model,
                kwargs["groupby"].split(","),
                Domain.AND([own, domain or []]),
                [name for name in kwargs.get("fields", "").split(",") if name],
            )
        else:
            rows = answer["records"] if several else [answer]
            note = lines._of_rows("json", model, rows, domain)
        if note:
            note()
        return response


class ClientPartner(Partner):
    @http.route()
    def download_vcard(self, partner_ids=None, partner=None, **kwargs):
        ids = [int(number) for number in (partner_ids or "").split(",") if number]
        partners = partner or request.env["res.partner"].browse(ids)
        note = request.env["client.export"]._of_vcards(partners)
        response = super().download_vcard(
            partner_ids=partner_ids, partner=partner, **kwargs
        )
        if note:
            note()
        return response
