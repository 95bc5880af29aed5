import re
from collections import defaultdict
from dataclasses import dataclass, field

from odoo import fields as odoo_fields
from odoo import models
from odoo.tools import email_normalize, float_round

from .client_finder import Contact

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
    """Import of purchases: what the rows say, and which clients they mean."""

    _inherit = "client.purchase.entry"

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
            amount = float(cells["amount"])
            # Refuses what a computer takes for a number: "nan", "1e999".
            amount = float_round(amount, precision_rounding=rounding)
        except (ValueError, OverflowError):
            return self.env._("%(text)s is no sum.", text=cells["amount"])
        if not amount:
            return self.env._("The sum is zero.")
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
            # pylint: disable-next=no-search-all
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
        return self.env["res.partner"]._client_finder(wanted)

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
