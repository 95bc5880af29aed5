from collections import Counter, defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, clean_context

from .client_purchase_sheet import CLIENT_COLUMNS, DIGITS, OWN_COLUMNS

# So many errors are shown; they are of one kind then.
ERRORS = 500


class ClientPurchaseEntry(models.Model):
    """Import of purchases from a sheet (N6, N8): clients found or made, no repetition.

    All is looked up for the whole sheet at once. Nothing is imported as long as any row
    has an error, even where Odoo imports the sheet in batches.
    """

    _inherit = "client.purchase.entry"

    @api.model
    def get_import_templates(self):
        russian = (self.env.lang or "").startswith("ru")
        name = "purchases_ru" if russian else "purchases"
        return [
            {
                "label": self.env._("Template for purchases from elsewhere"),
                "template": f"/client_base_retention/static/xlsx/{name}.xlsx",
            }
        ]

    @api.model
    def load(self, fields, data):
        """Import rows; a column that names the client is enough to find or make him.

        The first row of ``data`` to import is ``client_import_start`` in the context:
        the rows before it were imported by earlier batches.

        :return: as Odoo's, with ``client_import``: number of ``clients`` made and of
            ``prospects`` (rows without a purchase), ``known`` rows that are there
            already, ``renamed`` rows (row, name there)
        """
        by_id = any(name.startswith(("partner_id/", "partner_id.")) for name in fields)
        if by_id or not CLIENT_COLUMNS.keys() & set(fields):
            return super().load(fields, data)
        self.check_access("create")
        start = self.env.context.get("client_import_start", 0)
        limit = self.env.context.get("_import_limit")
        end = min(start + limit, len(data)) if limit else len(data)
        rows = self._import_rows(fields, data)
        self._import_read(rows)
        self._import_find([row for row in rows if not row.error])
        self._import_compare([row for row in rows if row.contact and row.buys])
        errors = [row for row in rows[start:] if row.error]
        if errors:
            return {"ids": False, "messages": self._import_errors(errors), "nextrow": 0}
        result = self._import_window(fields, rows[start:end])
        if end == len(data) and result["ids"] is not False:
            self._import_classes({row.company for row in rows})
        return {"nextrow": end if end < len(data) else 0} | result

    def _load_records(self, data_list, update=False):
        """Put in what was found out about the rows."""
        found = self.env.context.get("client_import_values")
        if found:
            for data in data_list:
                data["values"].update(found[data["info"]["record"]])
        return super()._load_records(data_list, update=update)

    # ---------------------------------------------------- comparing with what is there

    def _import_compare(self, rows):
        """Tell purchases that are there already; refuse sales that are there otherwise.

        Of rows that say the same, as many are known as there are such purchases.
        """
        there = self._import_there(rows)
        seen = Counter()
        for row in rows:
            seen[row.purchase] += 1
            row.known = seen[row.purchase] <= there[row.purchase]
        others = {purchase[: len(row.sale)]: purchase for purchase in there - seen}
        for row in rows:
            if row.cells.get("number") and not row.known and row.sale in others:
                row.error = self.env._(
                    "Sale %(number)s of %(day)s is there with another sum (%(sum)s). "
                    "Correct it there, or give it another number here.",
                    number=row.cells["number"],
                    day=row.date,
                    sum=others[row.sale][-2],
                )

    def _import_there(self, rows):
        """Counter of the purchases of these clients, as ``Row.purchase``."""
        clients = {row.contact.client for row in rows} - {None}
        if not clients:
            return Counter()
        self.flush_model()
        query = self._search(
            Domain("date", ">=", min(row.date for row in rows))
            & Domain("date", "<=", max(row.date for row in rows))
        )
        found = self.env.execute_query(
            SQL(
                """SELECT p.commercial_partner_id, e.company_id, e.date,
                          COALESCE(e.number, ''), COALESCE(e.what, ''), e.currency_id,
                          e.amount, COALESCE(e.lasts_days, 0), count(*)
                     FROM client_purchase_entry e
                     JOIN res_partner p ON p.id = e.partner_id
                    WHERE p.commercial_partner_id = ANY(%s) AND e.id IN %s
                 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8""",
                list(clients),
                query.subselect(),
            )
        )
        return Counter(
            {
                (*sale, currency, round(float(amount), DIGITS), lasts): count
                for *sale, currency, amount, lasts, count in found
            }
        )

    # ---------------------------------------------------------------------- importing

    def _import_make(self, contacts):
        """Make those of these clients that are not there.

        :return: the ``Contact`` made; {``Contact``: why he could not be made}
        """
        contacts = [c for c in dict.fromkeys(contacts) if c.client is None]
        partners = self.env["res.partner"].with_context(
            clean_context(self.env.context),
            import_file=False,
            mail_create_nosubscribe=True,
            tracking_disable=True,
        )
        failed = {}
        for batch in [contacts], [[contact] for contact in contacts]:
            for some in batch:
                try:
                    with self.env.cr.savepoint():
                        made = partners.create([self._import_client(c) for c in some])
                except UserError as error:
                    failed |= dict.fromkeys(some, str(error))
                    continue
                for contact, partner in zip(some, made, strict=True):
                    contact.client = partner.id
            if all(contact.client for contact in contacts):
                return contacts, {}
        return [], {c: reason for c, reason in failed.items() if not c.client}

    def _import_classes(self, company_ids):
        """After the last row: cut the classes anew, they were those of the first rows.

        Before *Start* an import brings in the history: classes that change monthly do
        not wait for the next month then.
        """
        # sudo: who may import purchases need not see the limits of the classes.
        companies = self.env["res.company"].sudo().browse(company_ids)
        cutoffs = self.env["client.abc.cutoff"].sudo()
        quiet = companies.filtered(lambda company: not company.client_start_date)
        cutoffs.search([("company_id", "in", quiet.ids)]).reviewed_on = False
        companies._rederive_clients(rule_changed=False)

    def _import_client(self, contact):
        """Values of a new client; who has a tax number is a company."""
        return contact.values | {"is_company": bool(contact.values.get("vat"))}

    def _import_window(self, fields, rows):
        """Make the clients of these rows and their purchases, or nothing at all.

        :return: as ``load``
        """
        with self.env.cr.savepoint() as savepoint:
            made, failed = self._import_make(row.contact for row in rows)
            for row in rows:
                row.error = failed.get(row.contact)
            errors = [row for row in rows if row.error]
            if errors:
                result = {"ids": False, "messages": self._import_errors(errors)}
            else:
                self._import_prospects([row for row in rows if not row.buys])
                result = self._import_purchases(fields, rows)
            if result["ids"] is False:
                savepoint.rollback()
                return result | {"nextrow": 0}
        return {
            "ids": result["ids"],
            "messages": result["messages"],
            "client_import": self._import_summary(rows, made),
        }

    def _import_purchases(self, fields, rows):
        """Import the purchases of rows whose clients are there now.

        :return: as Odoo's ``load``
        """
        rows = [row for row in rows if row.buys and not row.known]
        if not rows:
            return {"ids": [], "messages": []}
        columns = [name for name in fields if name not in OWN_COLUMNS]
        loader = self.with_context(
            _import_limit=None,
            client_import_values=[
                {
                    "partner_id": row.contact.client,
                    "company_id": row.company,
                    "currency_id": row.currency,
                    "what": row.what,
                }
                for row in rows
            ],
        )
        result = loader.load(
            columns, [[row.cells[name] for name in columns] for row in rows]
        )
        for message in result["messages"]:
            if "rows" in message:
                index = rows[message["rows"]["from"]].index
                message |= {"record": index, "rows": {"from": index, "to": index}}
        return result

    def _import_prospects(self, rows):
        """Add clients without a purchase, but not those marked as no clients."""
        by_company = defaultdict(set)
        for row in rows:
            by_company[row.company].add(row.contact.client)
        for company in self.env.companies.filtered(lambda c: c.id in by_company):
            partners = self.env["res.partner"].with_company(company)
            partners = partners.browse(by_company[company.id])
            # sudo: the list of exclusions is the company's.
            partners -= company.sudo().client_excluded_partner_ids
            partners.action_add_to_client_base()

    # ---------------------------------------------------------------------- reporting

    def _import_errors(self, rows):
        """Messages of rows with an error, as Odoo's import gives them."""
        return [
            {
                "type": "error",
                "message": row.error,
                "record": row.index,
                "rows": {"from": row.index, "to": row.index},
            }
            for row in rows[:ERRORS]
        ]

    def _import_summary(self, rows, made):
        return {
            "clients": len(made),
            "prospects": len({row.contact.client for row in rows if not row.buys}),
            "known": [row.index for row in rows if row.known],
            "renamed": [(row.index, row.renamed) for row in rows if row.renamed],
        }
