"""One way to know a client by what somebody gave of him: sheets, leads, business cards
and pages find the same contact by the same words (N6, N17, N29)."""

from odoo.tests import freeze_time, tagged

from ..models.client_finder import ClientFinder, Contact
from .common import NOON, ROLE_ALL, SALES, ClientBaseCommon

# What is given, however it is written, and what finds it.
KNOWN = {
    "ref": "K-77",
    "vat": "BE0477472701",
    "email": "anna@match.example",
    "phone": "+1 202-555-0171",
    "personal_phone": "+1 202-555-0172",
}
GIVEN = (
    ("ref", "K-77"),
    ("vat", "be 0477.472.701"),
    ("vat", "0477472701"),
    ("email", "  ANNA@Match.example "),
    ("phone", "(202) 555 0171"),
    ("phone", "1 202 555 01 72"),
    ("personal_phone", "202.555.0172"),
    ("personal_phone", "+12025550171"),
)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestClientMatch(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.us")
        cls.company.client_lead_prospects = True
        cls.seller = cls.make_user(
            "ma_all", f"{SALES},{ROLE_ALL},base.group_partner_manager"
        )
        cls.known = cls.make_partner("Anna Match", is_company=False, **KNOWN)
        cls.known.action_add_to_client_base()
        cls.segment = cls.env["client.segment"].create({"name": "Match"})
        cls.page = cls.env["client.subscribe.form"].create(
            {
                "name": "Match",
                "company_id": cls.company.id,
                "source_id": cls.env["utm.source"].create({"name": "Match"}).id,
                "thanks": "Thanks",
                "consent_text": "Yes",
            }
        )

    def count(self):
        return self.env["res.partner"].with_context(active_test=False).search_count([])

    def test_old_list(self):
        before = self.count()
        for name, value in GIVEN:
            with self.subTest(name, value=value):
                result = self.env["client.dossier"].load(
                    ["name", name], [["Anna Match", value]]
                )
                self.assertEqual(result["messages"], [])
                self.assertEqual(result["ids"], self.known.ids)
                # Under another name, too.
                result = self.env["client.dossier"].load(
                    ["name", name], [["Annie", value]]
                )
                self.assertEqual(result["ids"], self.known.ids)
        self.assertEqual(self.count(), before)

    def test_purchases(self):
        before = self.count()
        for number, (name, value) in enumerate(GIVEN, 1):
            if name == "personal_phone":
                continue
            with self.subTest(name, value=value):
                result = self.env["client.purchase.entry"].load(
                    ["partner_id", name, "date", "amount"],
                    [["Anna Match", value, "2025-06-01", str(number)]],
                )
                self.assertEqual(result["messages"], [])
                entry = self.env["client.purchase.entry"].browse(result["ids"])
                self.assertEqual(entry.partner_id, self.known)
        self.assertEqual(self.count(), before)

    def test_lead(self):
        columns = {"email": "email_from", "phone": "phone"}
        for name, value in GIVEN:
            if name not in columns:
                continue
            with self.subTest(name, value=value):
                lead = (
                    self.env["crm.lead"]
                    .with_user(self.seller)
                    .create({"name": "Asks", "type": "lead", columns[name]: value})
                )
                self.assertEqual(lead.partner_id, self.known)

    def test_business_card(self):
        for name, value in GIVEN:
            if name in ("ref", "vat"):
                continue
            with self.subTest(name, value=value):
                card = (
                    self.env["client.business.card"]
                    .with_user(self.seller)
                    .create({"person_name": "Somebody", name: value})
                )
                self.assertIn(self.known, card.duplicate_ids.sudo())

    def test_page(self):
        for name, value in GIVEN:
            if name not in ("email", "phone"):
                continue
            with self.subTest(name, value=value):
                entry = self.env["client.subscribe.entry"].create(
                    {"form_id": self.page.id, "consent_text": "Yes", name: value}
                )
                entry._take_in()
                self.assertEqual(entry.state, "known")
                self.assertEqual(entry.partner_id, self.known)

    def test_namesake_with_other_numbers_is_somebody_else(self):
        """Who has the name only, and none of the given numbers, is another one."""
        finder = ClientFinder()
        known = Contact(
            client=1,
            name="Anna",
            keys={"name": "anna", "phone": "2025550171", "personal": "2025550172"},
        )
        finder.add(known)
        cases = (
            ({"name": "anna"}, True),
            ({"name": "anna", "phone": "2025550172"}, True),
            ({"name": "anna", "personal": "2025550171"}, True),
            ({"name": "anna", "phone": "9", "personal": "2025550172"}, True),
            ({"name": "anna", "phone": "2025550199"}, False),
            ({"name": "anna", "personal": "2025550199"}, False),
        )
        for keys, is_known in cases:
            with self.subTest(keys=keys):
                self.assertEqual(finder.find(keys, set()), [known] if is_known else [])

    def test_one_query_for_a_whole_sheet(self):
        """Wanted by ten telephones or by one hundred: the same queries."""
        partners = self.env["res.partner"]
        counts = []
        for number in (10, 100):
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            partners._client_lookup(
                {"phone": {f"20255501{n:03}" for n in range(number)}}
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
