import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from odoo import api, models
from odoo import fields as odoo_fields
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, clean_context, email_normalize, float_round

from .client_finder import ClientFinder, Contact

# Columns that name the client, and the kind of name each is.
CLIENT_COLUMNS = {
    "ref": "ref",
    "vat": "vat",
    "email": "email",
    "phone": "phone",
    "partner_id": "name",
}
# Columns that are read here; others are left to Odoo's own import.
OWN_COLUMNS = {*CLIENT_COLUMNS, "company_id", "currency_id"}
# Without any of these a row only names a client.
PURCHASE_COLUMNS = ("date", "amount", "number", "what", "product_id", "lasts_days")
# An address that is in its normal form already; to bring it there takes long.
PLAIN_EMAIL = re.compile(r"[a-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+").fullmatch
# Decimal places that sums are compared with.
DIGITS = 6
# So many errors are shown; they are of one kind then.
ERRORS = 500


@dataclass(eq=False)
class Row:
    """A row of the sheet and what has been found out about it."""

    index: int
    cells: dict
    error: str | None = None
    company: int = 0
    currency: int = 0
    date: object = None
    amount: float = 0
    lasts: int = 0
    keys: dict = field(default_factory=dict)
    contact: Contact | None = None
    known: bool = False
    renamed: str | None = None

    @property
    def buys(self):
        return any(self.cells.get(name) for name in PURCHASE_COLUMNS)

    @property
    def what(self):
        return self.cells.get("what") or self.cells.get("product_id") or ""

    @property
    def sale(self):
        """What says which sale it is, without its sum."""
        number = self.cells.get("number") or ""
        client = self.contact.who
        return (client, self.company, self.date, number, self.what)

    @property
    def purchase(self):
        return (*self.sale, self.currency, self.amount, self.lasts)


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
        if not CLIENT_COLUMNS.keys() & set(fields):
            return super().load(fields, data)
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
        window = rows[start:end]
        with self.env.cr.savepoint() as savepoint:
            made, failed = self._import_make(row.contact for row in window)
            for row in window:
                row.error = failed.get(row.contact)
            errors = [row for row in window if row.error]
            if errors:
                result = {"ids": False, "messages": self._import_errors(errors)}
            else:
                result = self._import_window(fields, window)
            if result["ids"] is False:
                savepoint.rollback()
                return result | {"nextrow": 0}
        return result | {
            "nextrow": end if end < len(data) else 0,
            "client_import": self._import_summary(window, made),
        }

    def _load_records(self, data_list, update=False):
        """Put in what was found out about the rows."""
        found = self.env.context.get("client_import_values")
        if found:
            for data in data_list:
                data["values"].update(found[data["info"]["record"]])
        return super()._load_records(data_list, update=update)

    # ---------------------------------------------------------------- reading the rows

    def _import_rows(self, fields, data):
        """``Row`` of each line of the sheet; texts without spaces around them."""
        return [
            Row(
                index,
                {
                    name: value if name == "date" else str(value or "").strip()
                    for name, value in zip(fields, line, strict=True)
                },
            )
            for index, line in enumerate(data)
        ]

    def _import_read(self, rows):
        """Understand each row by itself, or say what is wrong with it."""
        companies, currencies = self._import_companies(), self._import_currencies()
        for row in rows:
            company = row.cells.get("company_id") or ""
            if company.lower() not in companies:
                row.error = self.env._("There is no company %(name)s.", name=company)
                continue
            row.company, own, today = companies[company.lower()]
            currency = row.cells.get("currency_id") or own
            row.keys = self._import_keys(row.cells)
            if currency.lower() not in currencies:
                row.error = self.env._("There is no currency %(name)s.", name=currency)
            elif not row.keys:
                row.error = self.env._("The client is missing.")
            elif row.buys:
                row.currency, rounding = currencies[currency.lower()]
                row.error = self._import_read_purchase(row, rounding, today)

    def _import_read_purchase(self, row, rounding, today):
        """Read day, sum and days of a row; what is wrong with them, in words."""
        cells = row.cells
        if not cells.get("date") or not cells.get("amount"):
            return self.env._("A purchase has a date and a sum; one is missing.")
        try:
            row.date = odoo_fields.Date.to_date(cells["date"])
        except ValueError:
            return self.env._("%(text)s is no date.", text=cells["date"])
        try:
            amount = float_round(float(cells["amount"]), precision_rounding=rounding)
        except (ValueError, OverflowError):
            return self.env._("%(text)s is no sum.", text=cells["amount"])
        if not amount or not math.isfinite(amount):
            return self.env._("The sum is zero or no number.")
        # As it will be read back from the database.
        row.amount = round(amount, DIGITS)
        lasts = cells.get("lasts_days") or "0"
        if not lasts.isdecimal():
            return self.env._("%(text)s is no number of days.", text=lasts)
        row.lasts = int(lasts)
        if row.date > today:
            return self.env._("%(day)s lies in the future.", day=row.date)
        cells |= {"date": str(row.date), "amount": str(row.amount)}
        return None

    def _import_companies(self):
        """{name: (id, currency, today)} of the user's companies; "" is the present."""
        found = {
            company.name.lower(): (
                company.id,
                company.currency_id.name,
                company._client_today(),
            )
            for company in self.env.companies
        }
        return found | {"": found[self.env.company.name.lower()]}

    def _import_currencies(self):
        """{name or sign: (id, rounding)}; the companies' own and names come first."""
        own = self.env.companies.currency_id
        found = {}
        for word in "name", "symbol":
            for currency in own | self.env["res.currency"].search([]):
                key = (currency[word] or "").lower()
                found.setdefault(key, (currency.id, currency.rounding))
        return found

    def _import_keys(self, cells):
        email = (cells.get("email") or "").lower()
        if email and not PLAIN_EMAIL(email):
            email = email_normalize(email, strict=False)
        return self.env["res.partner"]._client_keys(
            cells.get("ref"),
            cells.get("vat"),
            email,
            cells.get("phone"),
            cells.get("partner_id"),
        )

    # -------------------------------------------------------------- finding the clients

    def _import_find(self, rows):
        """Find the client of each row, or say who is to be made.

        Rows that name him best come first, so that the result does not depend on their
        order: who is named by telephone and name once may be called by name elsewhere.
        """
        finder, never = self._import_finder(rows)
        may_make = self.env["res.partner"].has_access("create")
        # A branch may sell to the contacts of the companies above it.
        companies = self.env.companies.sudo()
        above = {company.id: set(company.parent_ids.ids) for company in companies}
        for row in sorted(rows, key=lambda row: self._import_rank(row.keys)):
            found = finder.find(row.keys, above[row.company])
            found = [c for c in found if c.client not in never] or found[:1]
            row.error = self._import_refuse(row, found, never, may_make)
            if row.error:
                continue
            if not found:
                row.contact = Contact(name=row.cells["partner_id"])
            else:
                row.contact = found[0]
                if not finder.is_called(row.contact, row.keys.get("name")):
                    row.renamed = "name" in row.keys and row.contact.name
            self._import_learn(finder, row)

    def _import_rank(self, keys):
        return "name" not in keys, len(keys) == 1

    def _import_finder(self, rows):
        """``ClientFinder`` of the contacts there are; ids of those never clients."""
        wanted = defaultdict(set)
        for row in rows:
            for kind, key in row.keys.items():
                wanted[kind].add(row.cells["partner_id"] if kind == "name" else key)
        if wanted["name"]:
            wanted["full"] = wanted["name"]
        finder, clients = ClientFinder(), set()
        if rows:
            for contact, other in self.env["res.partner"]._client_lookup(wanted):
                finder.add(contact, other)
                clients.add(contact.client)
        never = self.env["res.partner"].sudo().browse(clients)._never_clients()
        return finder, set(never.ids)

    def _import_learn(self, finder, row):
        """Remember how this row names the client, for the rows that follow."""
        contact = row.contact
        finder.learn(contact, row.keys)
        if contact.client is None:
            for column, kind in CLIENT_COLUMNS.items():
                if row.cells.get(column):
                    contact.values.setdefault(kind, row.cells[column])

    def _import_refuse(self, row, found, never, may_make):
        """Why this row's client cannot be told, in words."""
        if len(found) > 1:
            return self.env._(
                "%(count)s contacts fit %(keys)s: give telephone, e-mail, tax number "
                "or the client's number.",
                count=len(found),
                keys=self._import_named(row),
            )
        if found:
            if found[0].client in never:
                return self.env._(
                    "%(name)s is an own company or a user and can be no client.",
                    name=found[0].name,
                )
        elif "name" not in row.keys:
            return self.env._(
                "Nobody has %(keys)s, and there is no name for a new client.",
                keys=self._import_named(row),
            )
        elif not may_make:
            return self.env._(
                "%(name)s is not among the contacts, and you may not make contacts.",
                name=row.cells["partner_id"],
            )
        return None

    def _import_named(self, row):
        """How the sheet names the client, as it is written there."""
        said = (row.cells.get(column) for column in CLIENT_COLUMNS)
        return ", ".join(text for text in said if text)

    # -------------------------------------------------------- comparing with what is there

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
        """Counter of the purchases of these clients in these days, as ``Row.purchase``."""
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

    # ------------------------------------------------------------------------- importing

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

    def _import_client(self, contact):
        """Values of a new client; who has a tax number is a company."""
        return contact.values | {"is_company": bool(contact.values.get("vat"))}

    def _import_window(self, fields, rows):
        """Import rows whose clients are there now.

        :return: as of ``load``
        """
        self._import_prospects([row for row in rows if not row.buys])
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
        """Add clients without a purchase to the base, but those marked as no clients."""
        by_company = defaultdict(set)
        for row in rows:
            by_company[row.company].add(row.contact.client)
        for company in self.env.companies.filtered(lambda c: c.id in by_company):
            partners = self.env["res.partner"].with_company(company)
            partners = partners.browse(by_company[company.id])
            # sudo: the list of exclusions is the company's.
            partners -= company.sudo().client_excluded_partner_ids
            partners.action_add_to_client_base()

    # ------------------------------------------------------------------------- reporting

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
