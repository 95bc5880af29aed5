"""An old list of clients, with errors, through Odoo's import screen in headless
Chromium, as a salesperson.

The tours stand in the addon's static/tests/tours; here are the sheets they upload.
"""

import io
from datetime import date

import openpyxl

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import file_path

TEMPLATE = "client_base_retention/static/xlsx/clients.xlsx"
OWN = (
    "sales_team.group_sale_salesman,base.group_partner_manager,"
    "client_base_retention.group_client_own"
)
ANNA = {
    "Client": "Tour Ivanova Anna",
    "Telephone": "+1 212-555-0951",
    "E-mail": "tour.anna@list.example",
    "Birthday": "12.03.1980",
    "Segment": "Tour families",
    "Purchases in one cell": (
        "12.03.13 Detox 2400; 04.05.13 Omega 1200; 03.2013 Tea 200; wants a diet"
    ),
    "Notes from the old list": "Two children",
    "Colour of the folder": "green",
}
SHOP = {
    "Client": "Tour Beta",
    "Telephone": "+1 212-555-0952",
    "Potential, per year": 3000,
    "Contact person": "Tour Petrov",
    "Person's birthday": "05.05.1975",
}
WRONG = [
    ANNA | {"Birthday": "spring"},
    SHOP,
    SHOP | {"Client": "Tour Gamma", "Telephone": "", "Segment": "Tour nobody"},
]


@tagged("post_install", "-at_install")
class TestBrowserImport(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.me = new_test_user(cls.env, "tour_me", groups=OWN, tz="UTC")
        cls.segment = cls.env["client.segment"].create({"name": "Tour families"})
        cls.upload("wrong", WRONG)
        cls.upload("right", [ANNA, SHOP])

    @classmethod
    def upload(cls, name, rows):
        """The ready template with these rows instead of its own, for the browser."""
        book = openpyxl.load_workbook(file_path(TEMPLATE))
        sheet = book.active
        sheet.delete_rows(2, sheet.max_row)
        titles = [cell.value for cell in sheet[1]]
        for title in rows[0]:
            if title not in titles:
                titles.append(title)
                sheet.cell(1, len(titles), title)
        for number, row in enumerate(rows, 2):
            for title, value in row.items():
                sheet.cell(number, titles.index(title) + 1, value)
        file = io.BytesIO()
        book.save(file)
        cls.env["ir.attachment"].create(
            {
                "name": f"{name}.xlsx",
                "raw": file.getvalue(),
                "url": f"/tour/{name}.xlsx",
                "public": True,
            }
        )

    def tour(self, name):
        self.start_tour("/odoo/my-day", name, login="tour_me")
        self.env.invalidate_all()

    def found(self, model, domain):
        return self.env[model].with_context(active_test=False).search(domain)

    def clients(self):
        return self.found("res.partner", [("name", "like", "Tour %")])

    def test_import_with_errors(self):
        """Nothing of the wrong sheet, all of the right one, and nothing twice."""
        before = self.clients()
        self.tour("client_import_errors")
        self.assertEqual(self.clients(), before)
        self.tour("client_import_corrected")
        made = self.clients() - before
        self.assertEqual(
            set(made.mapped("name")), {"Tour Ivanova Anna", "Tour Beta", "Tour Petrov"}
        )
        anna = made.filtered(lambda one: one.name == "Tour Ivanova Anna")
        self.assertRecordValues(
            anna,
            [
                {
                    "birthdate_date": date(1980, 3, 12),
                    "email": "tour.anna@list.example",
                    "segment_id": self.segment.id,
                    "is_company": False,
                    "user_id": self.me.id,
                }
            ],
        )
        self.assertIn("Two children", anna.client_old_notes)
        self.assertIn("Colour of the folder: green", anna.client_old_notes)
        bought = [("partner_id", "=", anna.id)]
        self.assertRecordValues(
            self.found("client.purchase.entry", bought).sorted("date"),
            [
                {"date": date(2013, 3, 12), "amount": 2400},
                {"date": date(2013, 5, 4), "amount": 1200},
            ],
        )
        beta = made.filtered(lambda one: one.name == "Tour Beta")
        self.assertEqual(beta.child_ids.mapped("name"), ["Tour Petrov"])
        self.assertEqual(beta.client_card_ids.potential_amount, 3000)
        self.check_again(made | before, anna)
        self.check_confirmed(anna)

    def check_again(self, clients, anna):
        """The same file a second time."""
        waiting = self.found("client.old.purchase", [("partner_id", "=", anna.id)])
        notes = anna.client_old_notes
        self.tour("client_import_again")
        self.assertEqual(self.clients(), clients)
        again = self.found("client.old.purchase", [("partner_id", "=", anna.id)])
        self.assertEqual(again, waiting)
        self.assertEqual(anna.client_old_notes, notes)
        self.assertEqual(len(self.entries(anna)), 2)

    def entries(self, partner):
        return self.found("client.purchase.entry", [("partner_id", "=", partner.id)])

    def check_confirmed(self, anna):
        """What could not be read waits; one is confirmed, one dropped."""
        self.tour("client_import_confirm")
        rows = self.found("client.old.purchase", [("partner_id", "=", anna.id)])
        states = {row.text: row.state for row in rows}
        self.assertEqual(states["03.2013 Tea 200"], "confirmed")
        self.assertEqual(states["wants a diet"], "dropped")
        self.assertEqual(
            sorted(fields.Date.to_string(one.date) for one in self.entries(anna)),
            ["2013-03-05", "2013-03-12", "2013-05-04"],
        )
        self.assertEqual(sum(self.entries(anna).mapped("amount")), 3800)
