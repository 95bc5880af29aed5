from dataclasses import dataclass, field

from odoo import fields, models
from odoo.tools import SQL, format_date, format_datetime, formatLang, html2plaintext

# Clients on one page of the folder, and how much of each history is printed; the
# sheets have all of it.
PAGE_CLIENTS = 100
PRINTED = 20
# What is told of each client, beside his address.
REACHED = (
    "phone",
    "personal_phone",
    "email",
    "messenger",
    "website",
    "vat",
    "ref",
)
MONEY = ("turnover", "turnover_total", "potential_amount")
DAYS = (
    "first_purchase_date",
    "last_purchase_date",
    "last_contact_date",
    "next_contact_date",
)


@dataclass
class Table:
    """A table printed with each client: {client id: rows of texts}."""

    title: str
    headings: list
    rows: dict = field(default_factory=dict)


class ClientBaseCopy(models.Model):
    """The folder of the copy: pages of clients by name, that the browser prints."""

    _inherit = "client.base.copy"

    def _step_folder(self):
        """Write the next page, or finish."""
        self.env.flush_all()
        reader = self._as_reader()
        cards = reader._page_cards()
        if cards:
            reader._write_page(cards)
            self.looked += len(cards)
            last = cards[-1]
            self.write({"last_id": last.id, "last_name": last.partner_id.complete_name})
            self.env.flush_all()
            self.env.invalidate_all()
        if len(cards) < PAGE_CLIENTS:
            self._finish()

    def _as_reader(self):
        """This copy in the language and the time zone of who asked for it."""
        user = self.user_id
        return self.with_company(self.company_id).with_context(
            lang=user.lang, tz=user.tz or self.company_id._client_tz()
        )

    def _page_cards(self):
        """The cards of the next page, by the name of the client."""
        after = SQL("TRUE")
        if self.last_id:
            after = SQL(
                "(COALESCE(p.complete_name, ''), c.id) > (%s, %s)",
                self.last_name or "",
                self.last_id,
            )
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id FROM client_card c JOIN res_partner p
                       ON p.id = c.partner_id
                    WHERE c.company_id = %s AND %s
                 ORDER BY COALESCE(p.complete_name, ''), c.id LIMIT %s""",
                self.company_id.id,
                after,
                PAGE_CLIENTS,
            )
        )
        cards = self._everything("client.card").with_context(prefetch_fields=True)
        return cards.browse([row[0] for row in rows])

    # ------------------------------------------------------------------------ writing

    def _write_page(self, cards):
        tables, called = self._page_tables(cards), self._page_names()
        clients = [
            {
                "card": card,
                "name": card.partner_id.complete_name,
                "mark": self._page_mark(card),
                "facts": self._page_facts(card, called),
                "tables": [
                    (table, table.rows[card.partner_id.id])
                    for table in tables
                    if table.rows.get(card.partner_id.id)
                ],
                "note": html2plaintext(card.partner_id.comment or "").strip(),
            }
            for card in cards
        ]
        number = self.env["client.base.copy.part"].search_count(
            [("copy_id", "=", self.id), ("path", "=like", "folder/clients-%")]
        )
        first, last = clients[0]["name"], clients[-1]["name"]
        self._add_part(
            f"folder/clients-{number + 1:04}.html",
            self._page_html("client_base_copy_page", clients=clients),
            title=f"{first} – {last}" if len(clients) > 1 else first,
        )

    def _write_contents(self):
        """What is in the archive and how it is put back; the list of the pages."""
        reader = self._as_reader()
        parts = reader.part_ids
        pages = parts.filtered(lambda part: part.path.startswith("folder/"))
        sheets = parts - pages
        for path, template in (
            ("folder/index.html", "client_base_copy_index"),
            ("README.html", "client_base_copy_readme"),
        ):
            reader._add_part(
                path, reader._page_html(template, pages=pages, sheets=sheets)
            )

    def _page_html(self, template, **values):
        values |= {
            "copy": self,
            "day": format_datetime(self.env, fields.Datetime.now(), dt_format="medium"),
            "lang": (self.env.lang or "en").partition("_")[0],
        }
        html = self.env["ir.qweb"]._render(
            f"client_base_retention.{template}", values, minimal_qcontext=True
        )
        return f"<!DOCTYPE html>\n{html}".encode()

    # ------------------------------------------------------------------- what is said

    def _page_mark(self, card):
        """Class, status and salesperson, in a line."""
        words = [self._label(card, "abc_class"), self._label(card, "status")]
        if not card.active:
            words.append(self.env._("archived"))
        return " · ".join(filter(None, [*words, card.user_id.name]))

    def _page_facts(self, card, called):
        """[(what it is called, what it is)] of a client; empty ones are left out.

        :param called: {field: its name on screen}
        """
        partner = card.partner_id
        address = (partner._display_address(without_company=True) or "").split("\n")
        told = {
            **{name: partner[name] for name in REACHED if name in partner._fields},
            "street": ", ".join(line.strip() for line in address if line.strip(", ")),
            "segment_id": partner.segment_id.name,
            "source_id": partner.source_id.name,
            **{name: self._money(card[name]) for name in MONEY},
            "purchase_count": card.purchase_count,
            **{name: self._day(card[name]) for name in DAYS},
            "abc_lock_reason": card.abc_lock_reason,
            "pause_until": self._day(card.pause_until),
            "pause_reason": card.pause_reason,
        }
        return [(called[name], value) for name, value in told.items() if value]

    def _page_names(self):
        """{field: its name on screen} of what is told of a client."""
        names = {}
        for model in ("res.partner", "client.card"):
            described = self.env[model].sudo().fields_get(attributes=["string"])
            names |= {name: field["string"] for name, field in described.items()}
        return names | {"street": self.env._("Address")}

    def _page_tables(self, cards):
        """The tables printed with clients; a model that comes later adds its own."""
        return [
            self._persons_table(cards),
            self._purchases_table(cards),
            self._touchpoints_table(cards),
        ]

    def _persons_table(self, cards):
        persons = self._everything("res.partner").with_context(prefetch_fields=True)
        clients = cards.partner_id
        found = persons.search(
            [
                ("commercial_partner_id", "in", clients.ids),
                ("id", "not in", clients.ids),
                "|",
                ("company_id", "=", False),
                ("company_id", "parent_of", self.company_id.ids),
            ],
            order="id",
        )
        rows = {}
        for person in found:
            consent = self._label(person, "client_consent")
            rows.setdefault(person.commercial_partner_id.id, []).append(
                (
                    person.name or self._label(person, "type"),
                    person.function or "",
                    person.phone or "",
                    person.email or "",
                    consent,
                )
            )
        headings = [
            self.env._("Person"),
            self.env._("Position"),
            self.env._("Telephone"),
            self.env._("E-mail"),
            self.env._("Consent"),
        ]
        return Table(self.env._("Persons and addresses"), headings, rows)

    def _purchases_table(self, cards):
        purchases = self.env["client.purchase"].sudo()
        found = self.env.execute_query(
            SQL(
                """SELECT partner_id, date, number, amount FROM (
                   SELECT p.*, row_number() OVER (
                              PARTITION BY partner_id ORDER BY date DESC, id DESC)
                              AS place
                     FROM (%s) AS p) AS placed
                    WHERE place <= %s ORDER BY partner_id, place""",
                purchases._query(self.company_id, cards.partner_id.ids),
                PRINTED,
            )
        )
        rows = {}
        for partner, day, number, amount in found:
            line = (self._day(day), number or "", self._money(amount))
            rows.setdefault(partner, []).append(line)
        headings = [self.env._("Day"), self.env._("Number"), self.env._("Sum")]
        return Table(self.env._("Last purchases"), headings, rows)

    def _touchpoints_table(self, cards):
        contacts = self._everything("client.touchpoint")
        found = self.env.execute_query(
            SQL(
                """SELECT id FROM (
                   SELECT id, row_number() OVER (
                              PARTITION BY partner_id ORDER BY date DESC, id DESC)
                              AS place
                     FROM client_touchpoint
                    WHERE company_id = %s AND partner_id = ANY(%s)) AS placed
                    WHERE place <= %s ORDER BY place""",
                self.company_id.id,
                cards.partner_id.ids,
                PRINTED,
            )
        )
        contacts = contacts.with_context(prefetch_fields=True)
        rows = {}
        for contact in contacts.browse([row[0] for row in found]):
            rows.setdefault(contact.partner_id.id, []).append(
                (
                    format_datetime(self.env, contact.date, dt_format="short"),
                    self._label(contact, "kind"),
                    self._label(contact, "outcome"),
                    contact.person_id.name or "",
                    contact.user_id.name or "",
                    contact.note or "",
                )
            )
        headings = [
            self.env._("When"),
            self.env._("Kind"),
            self.env._("Result"),
            self.env._("With whom"),
            self.env._("Who of us"),
            self.env._("Note"),
        ]
        return Table(self.env._("Last touchpoints"), headings, rows)

    def _label(self, record, name):
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name]) or ""

    def _money(self, amount):
        if not amount:
            return ""
        return formatLang(self.env, amount, currency_obj=self.company_id.currency_id)

    def _day(self, day):
        return format_date(self.env, day) if day else ""
