from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_base_copy_registry import SHEETS
from .client_base_copy_sheet import SheetFile

# Rows that are read at once, and rows of one file: a file is made in one transaction.
BATCH = 1000
PART_ROWS = 50_000
# Names of records that come with Odoo or the addon, and names given by an import.
STANDARD = SQL(
    r"(module NOT IN ('__export__', '__import__') AND name NOT LIKE '%%\_demo')"
)
IMPORTED = SQL("module IN ('__export__', '__import__')")


class ClientBaseCopy(models.Model):
    """The sheets of the copy: which there are, and their rows."""

    _inherit = "client.base.copy"

    @api.model
    def _sheets(self):
        """What the copy consists of; a model that comes later adds its sheet here."""
        return list(SHEETS)

    def _present_sheets(self):
        """The sheets whose models this database has."""
        return [sheet for sheet in self._sheets() if sheet.model in self.env]

    def _columns(self, sheet):
        """The columns of a sheet that this database has fields for."""
        known = self.env[sheet.model]._fields
        return [name for name in sheet.columns if name.split("/")[0] in known]

    def _domain(self, sheet):
        domain = Domain(sheet.domain(self.company_id))
        if sheet.shared:
            standard = SQL(
                "(SELECT res_id FROM ir_model_data WHERE model = %s AND %s)",
                sheet.model,
                STANDARD,
            )
            domain &= Domain("id", "not in", standard)
        return domain

    def _count_rows(self, sheet):
        if sheet.reader != "_read_records":
            query = self.env["client.purchase"].sudo()._query(self.company_id)
            rows = self.env.execute_query(SQL("SELECT count(*) FROM (%s) AS p", query))
            return rows[0][0]
        return self._everything(sheet.model).search_count(self._domain(sheet))

    # ------------------------------------------------------------------------ writing

    def _step_sheets(self):
        """Write the next file of a sheet."""
        self.env.flush_all()
        sheets = {sheet.name: sheet for sheet in self._present_sheets()}
        sheet = sheets[self.sheet]
        columns = self._columns(sheet)
        file = SheetFile(columns, self._labels(sheet, columns))
        last, more = self.last_id, True
        while more and file.rows < PART_ROWS:
            last, rows, more = getattr(self, sheet.reader)(sheet, columns, last)
            for row in rows:
                file.write(row)
            # Neither the rows nor what was read for them is needed any more.
            self.env.invalidate_all()
        content = file.close()
        if file.rows:
            reader = self._as_reader()
            title = reader.env["ir.model"]._get(sheet.model).name
            reader._add_part(self._path(sheet), content, rows=file.rows, title=title)
        self.looked += file.rows
        self.last_id = last
        if not more:
            self._next_sheet(list(sheets))

    def _next_sheet(self, names):
        place = names.index(self.sheet) + 1
        values = {"state": "folder", "sheet": False, "last_name": False}
        if place < len(names):
            values = {"sheet": names[place]}
        self.write(values | {"last_id": 0})

    def _path(self, sheet):
        """Name of the file of a sheet in the archive; of a long one, of its part."""
        restored = [s.name for s in self._present_sheets() if s.restored]
        name = f"reading/{sheet.name}"
        if sheet.restored:
            name = f"sheets/{restored.index(sheet.name) + 1:02}-{sheet.name}"
        parts = self.env["client.base.copy.part"]
        before = parts.search_count(
            [("copy_id", "=", self.id), ("path", "=like", f"{name}%")]
        )
        return f"{name}-{before + 1}.xlsx" if before else f"{name}.xlsx"

    def _labels(self, sheet, columns):
        model = self.env[sheet.model].with_context(lang=self.user_id.lang)
        described = model.sudo().fields_get(attributes=["string"])
        return [
            described.get(name.split("/")[0], {}).get("string", name)
            for name in columns
        ]

    # ------------------------------------------------------------------------ reading

    def _read_records(self, sheet, columns, after):
        """The next rows of a sheet.

        :param after: id of the last record that was read
        :return: id of the last record read now, rows, whether there may be more
        """
        model = self._everything(sheet.model)
        names = [name.split("/")[0] for name in columns]
        records = model.search_fetch(
            self._domain(sheet) & Domain("id", ">", after),
            [name for name in names if name != "id" and model._fields[name].store],
            order="id",
            limit=BATCH,
        )
        cells = [self._cells(records, column) for column in columns]
        last = records[-1:].id or after
        return last, zip(*cells, strict=True), len(records) == BATCH

    def _cells(self, records, column):
        """The values of one column, as Odoo's import reads them."""
        if column == "id":
            ids = self._external_ids(records._name, records.ids, own=True)
            return [ids[record.id] for record in records]
        name, _sep, wants_id = column.partition("/")
        field = records._fields[name]
        if wants_id:
            others = records.mapped(name)
            own = others._name in {sheet.model for sheet in self._sheets()}
            ids = self._external_ids(others._name, others.ids, own=own)
            return [",".join(ids[o.id] for o in record[name]) for record in records]
        if field.comodel_name == "res.users":
            # Who has left cannot be chosen any more in the new database either.
            return [r[name].login if r[name].active else "" for r in records]
        if field.relational:
            return [record[name].display_name or "" for record in records]
        if field.type == "boolean":
            return ["1" if record[name] else "0" for record in records]
        if field.type in ("integer", "float", "monetary"):
            return [record[name] for record in records]
        return [str(record[name] or "") for record in records]

    def _external_ids(self, model, ids, own):
        """{id: external id} of records.

        What the copy itself contains gets a name made of the database, the table and
        the id, the same in every copy, so that importing a sheet again makes nothing
        twice; names that a person's import gave are kept. Not the names of Odoo's own
        data: a database into which they are imported would remove them at its next
        update. What the copy only points at (countries) has a name in every database.

        :param own: whether the copy contains them
        """
        shared = model in {sheet.model for sheet in self._sheets() if sheet.shared}
        kept = SQL("TRUE")
        if own:
            kept = SQL("(%s OR %s)", IMPORTED, STANDARD) if shared else IMPORTED
        rows = self.env.execute_query(
            SQL(
                """SELECT res_id, module || '.' || name FROM ir_model_data
                    WHERE model = %s AND res_id = ANY(%s) AND %s ORDER BY id DESC""",
                model,
                list(ids),
                kept,
            )
        )
        named = dict(rows)
        table = self.env[model]._table
        unnamed = {id_: self._own_id(table, id_) for id_ in ids if id_ not in named}
        if shared:
            self._keep_names(model, unnamed)
        return named | unnamed

    def _keep_names(self, model, names):
        """Write external ids down, as Odoo's own export does."""
        self.env["ir.model.data"].sudo().create(
            [
                {
                    "module": name.partition(".")[0],
                    "name": name.partition(".")[2],
                    "model": model,
                    "res_id": record_id,
                    "noupdate": True,
                }
                for record_id, name in names.items()
            ]
        )

    def _own_id(self, table, record_id):
        # sudo: the name of the database is the system's.
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid") or ""
        return f"__export__.copy_{uuid[:8]}_{table}_{record_id}"

    def _read_purchases(self, sheet, columns, after):
        """The purchases of the next clients, whatever documents they are, as purchases
        from elsewhere: in a new database the documents are gone."""
        cards = self._everything("client.card").search_fetch(
            Domain("company_id", "=", self.company_id.id) & Domain("id", ">", after),
            ["partner_id"],
            order="id",
            limit=BATCH,
        )
        purchases = self.env["client.purchase"].sudo()
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, p.partner_id, p.date, p.amount, p.number, e.what,
                          p.lasts_days
                     FROM (%s) AS p
                LEFT JOIN client_purchase_entry e
                       ON p.source = 'entry' AND e.id = p.id / 4
                 ORDER BY p.partner_id, p.date, p.id""",
                purchases._query(self.company_id, cards.partner_id.ids),
            )
        )
        clients = self._external_ids("res.partner", cards.partner_id.ids, own=True)
        currency = self.company_id.currency_id.name
        lines = [
            (
                self._own_id("client_purchase", id_),
                clients[partner],
                str(date),
                float(amount or 0),
                currency,
                number,
                what,
                lasts or None,
            )
            for id_, partner, date, amount, number, what, lasts in rows
        ]
        return cards[-1:].id or after, lines, len(cards) == BATCH
