"""A copy is worth what can be put back from it: the sheets, through Odoo's import,
into a company that has no clients, give the same base."""

import json

from odoo.tests import freeze_time, tagged

from .common import NOON, RIGHT_EXPORT, ROLE_HEAD, SALES, TODAY, ago
from .copying import CopyCommon

# What somebody who lost his base compares first.
FIGURES = (
    "status",
    "abc_class",
    "abc_class_manual",
    "turnover",
    "turnover_total",
    "purchase_count",
    "first_purchase_date",
    "last_purchase_date",
    "purchase_cycle",
    "winback_count",
    "former_since",
    "potential_amount",
    "pause_until",
    "pause_reason",
    "entry_date",
    "last_contact_date",
    "contact_tries",
)
CONTACT = (
    "is_company",
    "active",
    "phone",
    "email",
    "website",
    "vat",
    "ref",
    "street",
    "zip",
    "city",
    "function",
    "comment",
    "type",
)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestCopyRestore(CopyCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.empty = cls.make_company("New firm")
        cls.policy.copy({"company_id": cls.empty.id})
        groups = f"{ROLE_HEAD},{SALES},{RIGHT_EXPORT},base.group_partner_manager"
        # Odoo's import of persons reads the credit limit of their company.
        groups += ",sales_team.group_sale_manager,account.group_account_invoice"
        cls.heir = cls.make_user("cp_heir", groups, cls.empty)
        cls.seller.company_ids |= cls.empty
        cls.segment = cls.env["client.segment"].create({"name": "Toy shops of ours"})
        cls.source = cls.env["utm.source"].create({"name": "Fair in Leipzig"})
        cls.tags = cls.env["res.partner.category"].create(
            [{"name": "Tag one"}, {"name": "Tag two"}]
        )

    def fill(self):
        """A base in which there is something of everything."""
        big = self.client(
            (ago(400), 500),
            (ago(60), 900),
            (ago(30), 300.5),
            (ago(9), -40),
            name='Бета; "Toys", Ltd',
            phone="+1 555 0100",
            email="info@beta.test",
            website="https://beta.test",
            ref="C-77",
            street="Main st. 1\nback door",
            zip="00123",
            city="Riga",
            country_id=self.env.ref("base.lv").id,
            comment="<p>Pays <b>late</b></p>",
            segment_id=self.segment.id,
            source_id=self.source.id,
            category_id=[(6, 0, self.tags.ids)],
            user_id=self.seller.id,
        )
        self.buy(big.partner_id, ago(5), 120, seller=self.seller)
        ann = self.make_partner(
            "Ann",
            is_company=False,
            parent_id=big.partner_id.id,
            function="Buyer",
            email="ann@beta.test",
        )
        self.make_partner(
            "Store", is_company=False, parent_id=ann.id, type="delivery", zip="1"
        )
        big.write(
            {
                "abc_class_manual": "vip",
                "abc_lock_reason": "Contract",
                "potential_amount": 4000,
                "contact_person_id": ann.id,
            }
        )
        gone = self.client((ago(900), 70), (ago(800), 70), name="Gone one")
        gone.partner_id.active = False
        euro = self.set_rates(self.company, rates=[("2020-01-01", 0.5)])
        foreign = self.client((ago(90), 10), name="Foreign")
        self.buy(foreign.partner_id, ago(20), 100, currency=euro)
        branch = self.env["client.branch"].create(
            {"name": "Branch of ours", "company_id": self.company.id}
        )
        ann.branch_ids = branch
        self.env["client.old.purchase"].create(
            [
                {"partner_id": big.partner_id.id, "text": text, "state": state}
                for text, state in (
                    ("To look at", "to_confirm"),
                    ("Is a purchase", "confirmed"),
                    ("Was none", "dropped"),
                )
            ]
        )
        # Each of them stands further down in the sheets than whom he recommended.
        big.partner_id.referrer_id = foreign.partner_id
        foreign.partner_id.referrer_id = ann
        foreign.write({"pause_until": ago(-20), "pause_reason": "On leave"})
        self.client(name="Prospect", is_company=False, email="pro@x.test")
        self.env["client.touchpoint"].create(
            [
                {"partner_id": partner.id, "date": when, "kind": kind} | more
                for partner, when, kind, more in (
                    (ann, ago(40), "call", {"note": "Line 1\nLine 2"}),
                    (big.partner_id, ago(3), "meeting", {"user_id": self.seller.id}),
                    (foreign.partner_id, ago(2), "call", {"outcome": "no_answer"}),
                    (foreign.partner_id, ago(1), "call", {"outcome": "no_answer"}),
                )
            ]
        )
        self.env["client.consent"].create(
            {
                "partner_id": ann.id,
                "state": "withdrawn",
                "date": ago(4),
                "how": "phone",
                "note": "Asked us to stop",
            }
        )

    def bring_in(self, path, content):
        """Load one sheet as the import screen does, in the new company."""
        sheet = path.split("/")[1]
        name = sheet.split(".")[0].split("-")[1]
        copies = self.env["client.base.copy"]
        restore = self.env["client.base.copy.restore"].with_user(self.heir)
        action = restore.create({"sheet": name}).action_import()
        model = action["params"]["model"]
        self.assertEqual(
            model, next(s.model for s in copies._sheets() if s.name == name)
        )
        mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        wizard = (
            self.env["base_import.import"]
            .with_user(self.heir)
            .with_company(self.empty)
            .with_context(allowed_company_ids=self.empty.ids, lang="en_US", tz="UTC")
            .create(
                {
                    "res_model": model,
                    "file": content,
                    "file_name": sheet,
                    "file_type": mimetype,
                }
            )
        )
        preview = wizard.parse_preview({"has_headers": True, "quoting": '"'})
        self.assertNotIn("error", preview)
        headers = preview["headers"]
        found = {
            headers[int(column)]: "/".join(path)
            for column, path in preview["matches"].items()
        }
        self.assertEqual(found, {header: header for header in headers})
        result = wizard.execute_import(headers, headers, preview["options"])
        self.assertFalse(result["messages"], (path, json.dumps(result["messages"][:2])))
        self.assertTrue(result["ids"])

    def restore(self, copy):
        files = self.files(copy)
        for path in sorted(path for path in files if path.startswith("sheets/")):
            self.bring_in(path, files[path])
        self.env.invalidate_all()
        self.derive_all()

    def base(self, company):
        """{name of the client: his figures} of a company's base."""
        cards = self.env["client.card"].with_context(active_test=False)
        found = {}
        for card in cards.search([("company_id", "=", company.id)]):
            partner = card.partner_id
            found[partner.name] = {
                **{name: card[name] for name in FIGURES},
                **{name: partner[name] for name in CONTACT},
                "user": card.user_id,
                "person": card.contact_person_id.name,
                "segment": partner.segment_id.name,
                "source": partner.source_id.name,
                "tags": partner.category_id.mapped("name"),
                "country": partner.country_id,
                "touchpoints": [
                    (t.date, t.kind, t.direction, t.outcome, t.note, t.person_id.name)
                    for t in self.env["client.touchpoint"].search(
                        [("card_id", "=", card.id)]
                    )
                ],
            }
        return found

    def test_the_same_base_comes_back(self):
        self.fill()
        self.derive_all()
        before = self.base(self.company)
        self.assertEqual(len(before), 4)
        self.restore(self.make())
        self.assertEqual(self.base(self.empty), before)
        # Made anew, nothing shared with what was there.
        cards = self.env["client.card"].with_context(active_test=False)
        old = cards.search([("company_id", "=", self.company.id)]).partner_id
        new = cards.search([("company_id", "=", self.empty.id)]).partner_id
        self.assertFalse(old & new)
        persons = self.env["res.partner"].search([("id", "child_of", new.ids)]) - new
        self.assertEqual(set(persons.mapped("name")), {"Ann", "Store"})
        ann = persons.filtered(lambda person: person.name == "Ann")
        self.assertEqual(persons.parent_id, ann | ann.parent_id)
        foreign = ann.parent_id.referrer_id
        self.assertIn(foreign, new)
        self.assertEqual(foreign.name, "Foreign")
        self.assertEqual(foreign.referrer_id, ann)
        self.assertEqual(ann.branch_ids.name, "Branch of ours")
        # Made anew: that of the other company is not written to.
        self.assertNotEqual(ann.branch_ids.company_id, self.company)
        old = self.env["client.old.purchase"].search(
            [("company_id", "=", self.empty.id)]
        )
        self.assertEqual(old.mapped("text"), ["To look at"])
        self.assertEqual(ann.client_consent, "withdrawn")
        self.assertEqual(ann.client_consent_date, ago(4))
        self.assertFalse(ann._may_be_written_to())
        figures = self.env["client.purchase"]._read_group(
            [("company_id", "in", (self.company | self.empty).ids)],
            ["company_id"],
            ["amount:sum", "__count"],
        )
        self.assertEqual(figures[0][1:], figures[1][1:])

    def test_a_sheet_put_back_twice_makes_nothing_twice(self):
        self.fill()
        copy = self.make()
        self.restore(copy)
        before = self.base(self.empty)
        files = self.files(copy)
        for path in sorted(path for path in files if path.startswith("sheets/")):
            # What was recorded of consents is not written again.
            if "consents" not in path:
                self.bring_in(path, files[path])
        self.derive_all()
        self.assertEqual(self.base(self.empty), before)

    def test_dates_of_the_future_stay(self):
        card = self.client((ago(9), 10), name="Later")
        card.planned_purchase_date = TODAY.replace(month=12)
        self.restore(self.make())
        again = self.env["client.card"].search([("company_id", "=", self.empty.id)])
        self.assertEqual(again.planned_purchase_date, TODAY.replace(month=12))
