"""The data steward's page and figures (N18, N127, N128, N130)."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, SALES, TODAY, ago
from .reviews import PIXEL, ReviewCommon


class StewardCommon(ReviewCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.page = cls.env["client.steward"].with_user(cls.steward)

    def require(self, *what):
        self.env["client.data.requirement"].search(
            [("policy_id", "=", self.policy.id)]
        ).unlink()
        self.env["client.data.requirement"].create(
            [{"policy_id": self.policy.id, "what": code} for code in what]
        )

    def active(self, amount, abc_class="a", **values):
        """An active client of a class, whatever he bought."""
        card = self.client((ago(9), amount), user_id=self.seller.id, **values)
        card.write({"abc_class_manual": abc_class, "abc_lock_reason": "Test"})
        card._derive_data()
        return card

    def found(self, action):
        """The records that a list opened from the page shows."""
        domain = action["domain"]
        return (
            self.env[action["res_model"]]
            .with_user(self.steward)
            .with_context(**action.get("context") or {})
            .search(domain)
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPage(StewardCommon):
    def test_only_the_steward(self):
        user = self.make_user("st_all", f"{SALES},{ROLE_ALL}")
        card = self.mine()
        page = self.env["client.steward"].with_user(user)
        for method, args in (
            ("get_page", ()),
            ("get_figures", ()),
            ("looked_through", (card.id,)),
        ):
            with self.subTest(method=method), self.assertRaises(AccessError):
                getattr(page, method)(*args)

    def test_empty(self):
        page = self.page.get_page()
        self.assertEqual(page["fill"]["rows"], [])
        self.assertFalse(page["steward"])
        self.company.client_steward_id = self.steward
        self.assertEqual(self.page.get_page()["steward"], self.steward.name)

    def test_numbers_open_their_lists(self):
        self.require("source")
        self.policy.data_review_months = 6
        self.active(100, "vip", name="Uno").entry_date = "2024-01-01"
        lost = self.active(90, "a", name="Secunda")
        returned = self.mine("Ter")
        for card, phone in ((lost, "1"), (returned, "2")):
            card.partner_id.with_user(self.seller).phone = phone
        self.reviews(returned.partner_id).with_user(self.steward).action_return("No")
        self.send(text="A")
        new = self.env["res.partner"].with_user(self.seller).create({"name": "New"})
        new.action_add_to_client_base()
        self.company.client_start_date = "2024-01-01"
        self.env.flush_all()
        counters = {c["key"]: c for c in self.page.get_page()["counters"]}
        self.assertEqual(
            {
                key: counters[key]["value"]
                for key in ("sent", "new", "changed", "returned", "lacking")
            },
            {"sent": 1, "new": 1, "changed": 1, "returned": 1, "lacking": 2},
        )
        for key, figure in counters.items():
            with self.subTest(key=key):
                self.assertEqual(figure["value"], len(self.found(figure["action"])))

    def test_progress(self):
        self.require("source", "segment")
        source = self.env["utm.source"].create({"name": "The fair"})
        segment = self.env["client.segment"].create({"name": "Kiosks"})
        both = {"source_id": source.id, "segment_id": segment.id}
        self.policy.segment_ids = [(5, 0, 0)] if "segment_ids" in self.policy else False
        self.active(100, "vip", **both)
        self.active(90, "a", **both)
        half = self.active(80, "a", source_id=source.id)
        parts = {part["key"]: part for part in self.page.get_page()["progress"]}
        self.assertEqual(parts.keys(), {"vip", "a"})
        self.assertEqual((parts["vip"]["percent"], parts["a"]["percent"]), (100, 75))
        self.assertEqual(self.found(parts["a"]["action"]), half)
        self.assertFalse(self.found(parts["vip"]["action"]))

    def test_the_twenty_bring_most_for_each_field(self):
        """VIP and A before B, turnover shared out over what lacks."""
        self.require("source", "phone")
        one = {"phone": "+1 202-555-0143"}
        rich_lacks_two = self.active(100, "vip", name="Uno")
        poorer_lacks_one = self.active(60, "a", name="Secunda", **one)
        richest_b = self.active(1000, "b", name="Ter")
        complete = self.active(
            900,
            "vip",
            name="Quarta",
            source_id=self.env["utm.source"].create({"name": "The fair"}).id,
            **one,
        )
        former = self.client((ago(900), 5000), name="Gone")
        former._derive_data()
        fill = self.page.get_page()["fill"]
        self.assertEqual(
            [row["id"] for row in fill["rows"]],
            [poorer_lacks_one.id, rich_lacks_two.id, richest_b.id],
        )
        self.assertEqual(fill["all"], 3)
        self.assertEqual(self.found(fill["shown"]).ids, self.found(fill["action"]).ids)
        self.assertNotIn(complete, self.found(fill["action"]))
        row = fill["rows"][1]
        self.assertEqual(
            {lack["label"] for lack in row["lacking"]}, {"Source", "Telephone"}
        )
        self.assertEqual(row["percent"], 0)

    def test_never_more_than_twenty(self):
        self.require("source")
        for number in range(23):
            self.active(100 + number, "a", name=f"Client {number}")
        fill = self.page.get_page()["fill"]
        self.assertEqual((len(fill["rows"]), fill["all"]), (20, 23))
        self.assertEqual(len(self.found(fill["shown"])), 20)

    def test_looked_through(self):
        """Nothing more is to be found out: it counts, and the client rests."""
        self.require("source")
        card = self.active(100)
        self.page.looked_through(card.id)
        self.assertRecordValues(
            card,
            [{"data_reviewed_on": TODAY, "data_reviewed_by_id": self.steward.id}],
        )
        self.assertRecordValues(
            self.reviews(card.partner_id),
            [{"kind": "stale", "state": "done", "done_by_id": self.steward.id}],
        )
        for days, shown in ((30, False), (31, True)):
            with self.subTest(days=days):
                card.sudo().data_reviewed_on = ago(days)
                rows = self.page.get_page()["fill"]["rows"]
                self.assertEqual(bool(rows), shown)

    def test_what_came(self):
        """What was sent, the oldest first; changed clients, the best first."""
        first = self.send(image=PIXEL, text="A")
        second = self.send(text="B", file=PIXEL, file_name="b.txt")
        best, worse = self.active(10, "vip"), self.active(100, "b")
        for card in (worse, best):
            card.partner_id.with_user(self.seller).phone = "1"
        page = self.page.get_page()
        self.assertEqual(
            [(row["id"], row["image"], row["file_name"]) for row in page["sent"]],
            [(first.id, True, False), (second.id, False, "b.txt")],
        )
        self.assertEqual(
            [row["abc_class"] for row in page["checks"]],
            ["vip", "b"],
        )
        self.assertEqual(page["checks"][0]["changes"][0]["now"], "1")

    def test_companies(self):
        self.require("source")
        self.active(100)
        self.send(text="A")
        elsewhere = self.make_user(
            "st_b", f"{SALES},client_base_retention.group_client_head", self.company_b
        )
        page = self.env["client.steward"].with_user(elsewhere).get_page()
        self.assertFalse(page["sent"] or page["fill"]["rows"] or page["progress"])

    def test_queries(self):
        """As many for ten times as many."""
        self.require("source", "person_birthday")
        counts = []
        for number in (1, 9):
            for _n in range(number):
                card = self.active(100)
                card.partner_id.with_user(self.seller).phone = "1"
                self.send(text="A", partner_id=card.partner_id.id)
            self.env.flush_all()
            self.page.get_page()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.page.get_page()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestFigures(StewardCommon):
    def figures(self, user=None, month=0):
        page = self.env["client.steward"].with_user(user or self.steward)
        rows = page.get_figures(month)["rows"]
        return {row["user_id"]: {f["key"]: f for f in row["figures"]} for row in rows}

    def number(self, key, user=None):
        figures = self.figures().get((user or self.steward).id, {})
        return figures[key]["value"] if figures else 0

    def test_checked(self):
        card = self.mine()
        self.send(text="A").with_user(self.steward).action_dismiss()
        self.send(text="B", partner_id=card.partner_id.id).with_user(
            self.steward
        ).action_confirm()
        self.send(text="C")
        self.page.looked_through(card.id)
        self.assertEqual(self.number("checked"), 3)

    def test_filled(self):
        contact = self.mine(email="a@x.io").partner_id
        person = self.env["res.partner"].create(
            {"name": "Ann", "parent_id": contact.id}
        )
        for label, user, partner, values, number in (
            ("two", self.steward, contact, {"phone": "1", "street": "Main St"}, 2),
            ("was filled", self.steward, contact, {"email": "b@x.io"}, 0),
            ("emptied", self.steward, contact, {"phone": False}, 0),
            ("other field", self.steward, contact, {"comment": "Note"}, 0),
            ("salesperson", self.seller, contact, {"website": "http://x.io"}, 0),
            ("person", self.steward, person, {"phone": "1"}, 1),
        ):
            with self.subTest(label):
                before = self.number("filled")
                partner.with_user(user).write(values)
                self.assertEqual(self.number("filled") - before, number)
        with self.subTest("import"):
            before = self.number("filled")
            contact.with_user(self.steward).with_context(import_file=True).city = "Riga"
            self.assertEqual(self.number("filled"), before)
        with self.subTest("no client"):
            vendor = self.make_partner("Vendor").with_user(self.steward)
            vendor.phone = "1"
            self.assertEqual(self.number("filled"), before)

    def test_filled_from_a_photo(self):
        sent = self.send(image=PIXEL)
        action = sent.with_user(self.steward).action_open()
        self.env["res.partner"].with_user(self.steward).with_context(
            **action["context"]
        ).create({"name": "Alfa", "phone": "1", "email": "a@x.io", "comment": "Note"})
        self.assertEqual(self.number("filled"), 3)

    def test_each_his_own_the_head_everybodys(self):
        self.send(text="A").with_user(self.steward).action_dismiss()
        self.send(text="B").with_user(self.head).action_dismiss()
        self.assertEqual(self.figures().keys(), {self.steward.id})
        self.assertEqual(
            self.figures(self.head).keys(), {self.steward.id, self.head.id}
        )

    def test_months(self):
        for when in ("2025-05-31", "2025-06-01", "2025-06-30", "2025-07-01"):
            self.send(text=when).with_user(self.steward).action_dismiss()
            self.env["client.review"].search([("text", "=", when)]).done_on = when
        for month, number in ((0, 2), (1, 1), (2, 0)):
            with self.subTest(month=month):
                found = self.figures(month=month).get(self.steward.id)
                self.assertEqual(found["checked"]["value"] if found else 0, number)

    def test_numbers_open_their_lists(self):
        contact = self.mine().partner_id
        contact.with_user(self.steward).phone = "1"
        self.send(text="A").with_user(self.steward).action_dismiss()
        figures = self.figures()[self.steward.id]
        for key, figure in figures.items():
            with self.subTest(key=key):
                found = self.found(figure["action"])
                number = (
                    sum(found.mapped("number"))
                    if found._name == "client.steward.work"
                    else len(found)
                )
                self.assertEqual(number, figure["value"])

    def test_nobody_writes_his_own_figures(self):
        contact = self.mine().partner_id
        contact.with_user(self.steward).phone = "1"
        work = self.env["client.steward.work"].search([]).with_user(self.steward)
        for user in (self.steward, self.head):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                work.with_user(user)[:1].number = 1000
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                work.with_user(user).create(
                    {
                        "kind": "filled",
                        "user_id": user.id,
                        "company_id": self.company.id,
                        "date": TODAY,
                        "number": 5,
                    }
                )
