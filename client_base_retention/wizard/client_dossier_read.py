from dataclasses import dataclass, field

from odoo import models
from odoo.tools import email_normalize

from ..models.client_finder import Contact, name_key
from ..models.client_old_list import is_yearless, read_day, read_purchases, read_sum

# Columns that are written on the contact as they stand, and those of his person.
PLAIN = (
    "name",
    "ref",
    "vat",
    "phone",
    "personal_phone",
    "email",
    "messenger",
    "street",
    "city",
    "website",
    "salutation",
    "met_place",
)
PERSON = {
    "person_name": "name",
    "person_function": "function",
    "person_phone": "phone",
    "person_email": "email",
    "person_birthdate": "birthdate_date",
}
# Columns of the client even where the row found one of his persons.
OF_CLIENT = ("segment_id", "user_id")


@dataclass(eq=False)
class Row:
    """A row of the old list and what has been found out about it."""

    index: int
    cells: dict
    # [(column, what is wrong with it)]
    errors: list = field(default_factory=list)
    keys: dict = field(default_factory=dict)
    # What is written on the contact the row names, on his person, on his card.
    values: dict = field(default_factory=dict)
    person: dict = field(default_factory=dict)
    potential: float | None = None
    # [(question, answer)] as they are written; {name of the property: value}.
    portrait: list = field(default_factory=list)
    pieces: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    contact: Contact | None = None
    # The contact there that the row names: the client or one of his persons.
    target: int | None = None
    renamed: str | None = None
    known: bool = False


class ClientDossier(models.TransientModel):
    """What the cells of an old list say."""

    _inherit = "client.dossier"

    def _dossier_read(self, fields, data):
        """``Row`` of each line, understood by itself, or with what is wrong with it."""
        partner_fields = self.env["res.partner"]._fields
        lists = self._dossier_lists()
        rows = []
        for index, line in enumerate(data):
            cells = {
                name: value if isinstance(value, list) else str(value or "").strip()
                for name, value in zip(fields, line, strict=True)
            }
            row = Row(index, {name: value for name, value in cells.items() if value})
            self._read_person(row)
            self._read_plain(row, partner_fields)
            self._read_days(row, lists)
            self._read_names(row, lists)
            self._read_texts(row, lists)
            row.keys = self._dossier_keys(row.values)
            if not row.keys:
                label = self._dossier_label("name")
                row.errors.append(("name", f"{label}: {self._dossier_nobody()}"))
            rows.append(row)
        return rows

    def _dossier_nobody(self):
        return self.env._("the client is missing.")

    def _dossier_label(self, column):
        """What a column is called on screen."""
        return self._fields[column]._description_string(self.env)

    def _dossier_error(self, row, column, text):
        row.errors.append((column, f"{self._dossier_label(column)}: {text}"))

    def _read_person(self, row):
        """A person in a row without a client is the client himself."""
        if row.cells.get("name"):
            return
        for column in ("name", "phone", "email", "birthdate"):
            value = row.cells.pop(f"person_{column}", None)
            if value and not row.cells.get(column):
                row.cells[column] = value

    def _read_plain(self, row, partner_fields):
        """Texts that are written as they stand; e-mails written beside a telephone."""
        cells = row.cells
        for phone, email in (("phone", "email"), ("person_phone", "person_email")):
            if "@" in (cells.get(phone) or ""):
                words = cells[phone].replace(",", " ").replace(";", " ").split()
                found = [word for word in words if "@" in word]
                cells[phone] = " ".join(word for word in words if "@" not in word)
                cells.setdefault(email, found[0])
            value = cells.get(email)
            if value and not email_normalize(value, strict=False):
                self._dossier_error(
                    row, email, self.env._("%(text)s is no e-mail.", text=value)
                )
        for column in PLAIN:
            if not cells.get(column):
                continue
            if column in partner_fields:
                row.values[column] = cells[column]
            else:
                row.notes.append(f"{self._dossier_label(column)}: {cells[column]}")
        for column, name in PERSON.items():
            if cells.get(column) and name != "birthdate_date":
                row.person[name] = cells[column]

    def _read_days(self, row, lists):
        """Birthdays; one without its year is kept among the notes."""
        into = {"birthdate": row.values, "person_birthdate": row.person}
        for column, values in into.items():
            text = row.cells.get(column)
            if not text:
                continue
            day = read_day(text, lists["today"], lists["month_first"])
            if day and day <= lists["today"]:
                values["birthdate_date"] = day
            elif is_yearless(text):
                row.notes.append(f"{self._dossier_label(column)}: {text}")
            else:
                self._dossier_error(
                    row, column, self.env._("%(text)s is no birthday.", text=text)
                )

    def _read_names(self, row, lists):
        """Segment, source, salesperson, tags: what is there by that name."""
        for column, name in (("segment", "segment_id"), ("salesperson", "user_id")):
            text = row.cells.get(column)
            if not text:
                continue
            found = lists[column].get(name_key(text))
            if found:
                row.values[name] = found
            else:
                self._dossier_error(
                    row, column, self.env._("there is no %(text)s.", text=text)
                )
        text = row.cells.get("source")
        if text:
            self._read_source(row, text, lists)
        tags = [tag.strip() for tag in (row.cells.get("tags") or "").split(",")]
        tags = [tag for tag in tags if tag]
        for tag in tags:
            if name_key(tag) not in lists["tags"] and not lists["may_tags"]:
                self._dossier_error(
                    row, "tags", self.env._("there is no %(text)s.", text=tag)
                )
        if tags:
            row.values["tags"] = tags

    def _read_source(self, row, text, lists):
        if name_key(text) in lists["source"] or lists["may_source"]:
            row.values["source"] = text
        else:
            self._dossier_error(
                row, "source", self.env._("there is no %(text)s.", text=text)
            )

    def _read_texts(self, row, lists):
        """Potential, purchases, portrait and notes."""
        text = row.cells.get("potential")
        if text:
            row.potential = read_sum(text)
            if row.potential is None or row.potential < 0:
                self._dossier_error(
                    row, "potential", self.env._("%(text)s is no sum.", text=text)
                )
        purchases = row.cells.get("purchases")
        if purchases:
            row.pieces = read_purchases(purchases, lists["today"], lists["month_first"])
        row.portrait = self._dossier_pairs(row.cells.get("portrait"))
        for heading, text in self._dossier_pairs(row.cells.get("old_notes")):
            row.notes.append(f"{heading}: {text}" if heading else text)

    def _dossier_pairs(self, cell):
        """[(heading, text)] of a cell that several columns went into."""
        return cell if isinstance(cell, list) else [("", cell)] if cell else []

    def _dossier_keys(self, values):
        """{kind: key} of what names the client of a row."""
        email = email_normalize(values.get("email") or "", strict=False)
        keys = self.env["res.partner"]._client_keys(
            values.get("ref"),
            values.get("vat"),
            email,
            values.get("phone"),
            values.get("name"),
            values.get("personal_phone"),
        )
        if keys and values.get("birthdate_date"):
            keys["born"] = values["birthdate_date"]
        return keys

    def _dossier_lists(self):
        """What the names of a sheet are looked up in: {column: {key of a name: id}}."""
        company = self.env.company
        users = self.env["res.users"].search(
            [("share", "=", False), ("company_ids", "in", company.ids)]
        )
        language = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        sources, tags = self.env["utm.source"], self.env["res.partner.category"]
        # pylint: disable=no-search-all
        return {
            "today": company._client_today(),
            "month_first": (language.date_format or "").startswith("%m"),
            "segment": self._dossier_named(self.env["client.segment"].search([])),
            "source": self._dossier_named(sources.search([])),
            "tags": self._dossier_named(tags.search([])),
            "salesperson": self._dossier_named(users)
            | {name_key(user.login): user.id for user in users},
            "may_source": sources.has_access("create"),
            "may_tags": tags.has_access("create"),
        }

    def _dossier_named(self, records):
        """{key of the name: id}, by the name in the user's language and in English."""
        found = {}
        for some in (records.with_context(lang="en_US"), records):
            found |= {name_key(record.name or ""): record.id for record in some}
        return found
