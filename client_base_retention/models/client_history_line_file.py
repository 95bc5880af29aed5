from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class ClientHistoryLine(models.Model):
    """Files sent and received: those on the client, his people, orders, opportunities
    and invoices (N23, N25)."""

    _inherit = "client.history.line"

    def _lines_ir_attachment(self, reach):
        """A file is readable by whom the record is that it hangs on; a rule of ours
        holds back some more. Nothing of the kind is asked file by file."""
        holders = self._file_holders(reach)
        if not holders:
            return None
        files = self.env["ir.attachment"]
        domain = Domain("res_field", "=", False) & Domain("type", "=", "binary")
        domain &= Domain("res_model", "in", [model for model, _sql in holders])
        if reach.ids is not None:
            domain &= Domain("id", "in", reach.ids["ir.attachment"])
        if not self.env.su:
            rules = self.env["ir.rule"]
            domain &= Domain(rules._compute_domain(files._name, "read"))
        columns = ["res_model", "res_id", "name", "create_date", "create_uid"]
        files.flush_model(columns)
        # sudo: the rights are those of the holders and the rules above.
        query = files.sudo()._search(domain)
        query.add_where("ir_attachment.res_model = h.res_model")
        query.add_where("ir_attachment.res_id = h.res_id")
        # Looked up holder by holder: left alone, PostgreSQL reads the files of all.
        found = SQL("(%s OFFSET 0)", self._columns(query, columns))
        return self._line(
            "ir.attachment",
            SQL(
                """(%s) h
        CROSS JOIN LATERAL %s d
         LEFT JOIN LATERAL (%s) m ON TRUE""",
                SQL(" UNION ALL ").join(sql for _model, sql in holders),
                found,
                self._file_letter(),
            ),
            partner_id=SQL("h.partner_id"),
            person_id=SQL("h.person_id"),
            company_id=SQL("h.company_id"),
            date=self._day_of(SQL("d.create_date"), SQL("h.company_id")),
            kind="document",
            name=SQL("d.name"),
            result=SQL(
                """CASE WHEN m.client = h.partner_id THEN 'received'
                        WHEN m.id IS NULL OR m.internal THEN 'filed'
                        WHEN m.message_type = 'email' AND NOT m.ours THEN 'received'
                        WHEN m.message_type = 'email' THEN 'sent'
                        WHEN m.told THEN 'sent'
                        ELSE 'filed' END"""
            ),
            user_id=SQL("CASE WHEN m.ours IS NOT FALSE THEN d.create_uid END"),
        )

    def _file_letter(self):
        """``SQL`` of the message that a file came or went with: the first one."""
        self.env["mail.message"].flush_model(
            ["author_id", "message_type", "subtype_id", "is_internal"]
        )
        return SQL(
            """SELECT l.id, l.message_type, w.commercial_partner_id AS client,
                      COALESCE(l.is_internal OR s.internal, FALSE) AS internal,
                      l.message_type = 'email_outgoing'
                          OR COALESCE(s.id = %s, FALSE) AS told,
                      EXISTS (SELECT 1 FROM res_users u
                               WHERE u.partner_id = l.author_id AND NOT u.share) AS ours
                 FROM message_attachment_rel r
                 JOIN mail_message l ON l.id = r.message_id
            LEFT JOIN mail_message_subtype s ON s.id = l.subtype_id
            LEFT JOIN res_partner w ON w.id = l.author_id
                WHERE r.attachment_id = d.id
             ORDER BY l.id
                LIMIT 1""",
            self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
        )

    def _file_holders(self, reach):
        """The records whose files are told: [(model, ``SQL``)] with the columns
        res_model, res_id, partner_id, person_id, company_id."""
        anybody = reach._replace(ids=None)
        kinds = (
            ("res.partner", self._of_family(reach, "id")),
            ("sale.order", self._of_family(reach)),
            ("crm.lead", self._of_family(reach)),
            ("account.move", self._invoices(reach)),
        )
        if reach.ids is not None:
            kinds = self._holders_of_files(reach, kinds)
        holders = []
        for model, domain in kinds:
            own = model == "res.partner"
            columns = ["commercial_partner_id" if own else "partner_id", "company_id"]
            if model == "account.move":
                columns.append("commercial_partner_id")
            found = self._seen(model, anybody, domain, columns)
            if found:
                holders.append((model, self._file_holder(model, found)))
        return holders

    def _holders_of_files(self, reach, kinds):
        """Only the records that the files asked for hang on."""
        files = self.env["ir.attachment"].sudo().browse(reach.ids["ir.attachment"])
        ids = {}
        # sudo: only where to look; the records are searched for as the user.
        for file in files.exists():
            ids.setdefault(file.res_model, []).append(file.res_id)
        return [
            (model, domain & Domain("id", "in", ids[model]))
            for model, domain in kinds
            if model in ids
        ]

    def _file_holder(self, model, found):
        rows = SQL("%s h JOIN res_partner p ON p.id = h.partner_id", found)
        client, named = SQL("p.commercial_partner_id"), SQL("h.partner_id")
        if model == "res.partner":
            rows, client = SQL("%s h", found), SQL("h.commercial_partner_id")
            named = SQL("h.id")
        elif model == "account.move":
            rows, client = SQL("%s h", found), SQL("h.commercial_partner_id")
        return SQL(
            """SELECT %(model)s::varchar AS res_model, h.id AS res_id,
                      %(client)s AS partner_id,
                      NULLIF(%(named)s, %(client)s) AS person_id, h.company_id
                 FROM %(rows)s""",
            model=model,
            client=client,
            named=named,
            rows=rows,
        )
