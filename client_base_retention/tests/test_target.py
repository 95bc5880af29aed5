"""A salesperson's monthly turnover target and the bar in My day (N63)."""

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOON, ROLE_ALL, ROLE_HEAD, TODAY, ClientBaseCommon, ago, day


class TargetCase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        both = cls.company + cls.company_b
        cls.seller = cls.make_user("tg_seller", ROLE_ALL, both)
        cls.colleague = cls.make_user("tg_colleague", ROLE_ALL)
        cls.leader = cls.make_user("tg_leader", ROLE_ALL)
        cls.head = cls.make_user("tg_head", ROLE_HEAD, both)
        cls.team = cls.env["crm.team"].create(
            {
                "name": "North",
                "user_id": cls.leader.id,
                "member_ids": cls.seller.ids,
            }
        )

    def target(self, user, month, amount, company=None):
        return self.env["client.target"].create(
            {
                "user_id": user.id,
                "company_id": (company or self.company).id,
                "date_from": month,
                "amount": amount,
            }
        )

    def holds(self, month, months=1, user=None, company=None):
        """The target of the seller as the head reads it."""
        user = user or self.seller
        found = (
            self.env["client.target"]
            .with_user(self.head)
            ._target_of(user, company or self.company, day(month), months)
        )
        return found.get(user.id)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTarget(TargetCase):
    def test_holds_until_a_later_one(self):
        self.target(self.seller, "2025-03-01", 100)
        self.target(self.seller, "2025-06-01", 70)
        self.target(self.seller, "2025-05-01", 0)
        for month, amount in (
            ("2025-02-28", None),
            ("2025-03-01", 100),
            ("2025-04-30", 100),
            ("2025-05-31", None),  # a target of nothing is none
            ("2025-06-15", 70),
            ("2030-01-01", 70),
        ):
            with self.subTest(month):
                self.assertEqual(self.holds(month), amount)

    def test_quarter_and_year_are_sums(self):
        self.target(self.seller, "2025-02-01", 100)
        self.target(self.seller, "2025-06-01", 70)
        self.assertEqual(self.holds("2025-01-15", 3), 200)
        self.assertEqual(self.holds("2025-04-01", 3), 270)
        self.assertEqual(self.holds("2025-01-01", 12), 4 * 100 + 7 * 70)
        self.assertIsNone(self.holds("2024-01-01", 12))

    def test_companies_are_apart(self):
        self.target(self.seller, "2025-06-01", 100)
        self.target(self.seller, "2025-06-01", 5, self.company_b)
        self.assertEqual(self.holds("2025-06-01"), 100)
        self.assertEqual(self.holds("2025-06-01", company=self.company_b), 5)

    def test_one_query_for_all(self):
        users = self.seller + self.colleague
        targets = self.env["client.target"]
        for user in users:
            for month in ("2025-01-01", "2025-03-01", "2025-06-01"):
                self.target(user, month, 10)
        self.env.flush_all()
        for some, months in ((self.seller, 1), (users, 12)):
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                targets._target_of(some, self.company, TODAY, months)

    def test_month_and_amount(self):
        with self.assertRaises(ValidationError):
            self.target(self.seller, "2025-06-02", 1)
        for amount in (-1,):
            with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
                with self.env.cr.savepoint():
                    self.target(self.seller, "2025-06-01", amount)
        self.target(self.seller, "2025-06-01", 1)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            with self.env.cr.savepoint():
                self.target(self.seller, "2025-06-01", 2)

    def test_any_day_of_the_month_is_picked(self):
        form = Form(self.env["client.target"].with_user(self.head))
        form.user_id = self.seller
        form.date_from = "2025-02-28"
        form.amount = 12
        self.assertEqual(str(form.save().date_from), "2025-02-01")

    def test_who_reads_and_writes(self):
        own = self.target(self.seller, "2025-06-01", 100)
        for user, may in (
            (self.seller, True),
            (self.leader, True),
            (self.head, True),
            (self.colleague, False),
        ):
            with self.subTest(user.login):
                targets = self.env["client.target"].with_user(user)
                self.assertEqual(targets.search([("id", "=", own.id)]), own[:may])
                for operation in ("read", "write", "unlink"):
                    self.assertEqual(own.with_user(user).has_access(operation), may)
        with self.assertRaises(AccessError):
            self.env["client.target"].with_user(self.colleague).create(
                {"user_id": self.seller.id, "date_from": "2025-07-01", "amount": 1}
            )

    def test_not_turned_into_another_ones(self):
        """Who may set his own target does not set a colleague's by giving it away."""
        own = self.target(self.seller, "2025-06-01", 100)
        with self.assertRaises(AccessError):
            own.with_user(self.seller).user_id = self.colleague
        with self.assertRaises(AccessError):
            own.with_user(self.leader).user_id = self.colleague
        own.with_user(self.head).user_id = self.colleague
        self.assertEqual(own.user_id, self.colleague)

    def test_menu_is_the_heads(self):
        menu = self.env.ref("client_base_retention.client_target_menu")
        for user, shown in ((self.head, True), (self.seller, False)):
            menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
            self.assertEqual(menu.id in menus, shown)


@tagged("post_install", "-at_install")
@freeze_time("2025-06-16 12:00:00")  # a Monday
class TestTargetBar(TargetCase):
    """The line in My day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Office", "company_id": cls.company.id, "tz": "UTC"}
        )

    def bar(self, user=None, company=None):
        company = company or self.company
        found = (
            self.env["client.my.day"]
            .with_user(user or self.seller)
            .with_context(allowed_company_ids=company.ids)
            .get_target()
        )
        return found and found | {"text": found["text"].replace("\xa0", " ")}

    def test_no_target(self):
        self.assertFalse(self.bar())
        self.target(self.colleague, "2025-06-01", 100)
        self.target(self.seller, "2025-07-01", 100)
        self.assertFalse(self.bar())
        self.target(self.seller, "2025-06-01", 0)
        self.assertFalse(self.bar())

    def test_own_turnover_only(self):
        self.target(self.seller, "2025-06-01", 600)
        mine = {"user_id": self.seller.id}
        card = self.client(
            ("2025-05-31", 1000), ("2025-06-01", 300), ("2025-06-16", 150), **mine
        )
        self.client(("2025-06-10", 999), user_id=self.colleague.id, name="Not mine")
        self.client(("2025-06-10", 999), name="Nobody's")
        self.enter([(card.partner_id, "2025-06-10", -36)])
        self.enter([(card.partner_id, "2025-06-10", 7777)], self.company_b)
        self.enter([(card.partner_id, "2025-06-17", 7777)])  # tomorrow
        bar = self.bar()
        self.assertEqual(bar["text"], "Turnover in June $ 414.00 of $ 600.00 (69 %)")
        self.assertEqual((bar["percent"], bar["bar"]), (69, 69))

    def test_percent(self):
        """Never rounded up; the bar ends at its end."""
        self.target(self.seller, "2025-06-01", 1000)
        self.assertEqual(self.bar()["percent"], 0)
        card = self.client(("2025-06-02", 999.99), user_id=self.seller.id)
        self.assertEqual(self.bar()["percent"], 99)
        self.enter([(card.partner_id, "2025-06-03", 1500.01)])
        self.assertEqual((self.bar()["percent"], self.bar()["bar"]), (250, 100))
        self.enter([(card.partner_id, "2025-06-04", -3000)])
        self.assertEqual((self.bar()["percent"], self.bar()["bar"]), (-50, 0))

    def test_currency_of_the_company(self):
        company = self.make_company("Euro firm", "base.EUR")
        self.env.ref("base.EUR").active = True
        self.seller.company_ids += company
        self.target(self.seller, "2025-06-01", 50, company)
        self.assertIn("0.00 €", self.bar(company=company)["text"])
        self.assertFalse(self.bar())

    def test_working_days_left(self):
        self.target(self.seller, "2025-01-01", 1)
        for now, left in (
            ("2025-06-16 12:00:00", "11 working days left"),  # today is one
            ("2025-06-28 12:00:00", "1 working day left"),
            ("2025-06-30 12:00:00", "1 working day left"),
            ("2025-05-31 12:00:00", "0 working days left"),  # a Saturday
        ):
            with freeze_time(now), self.subTest(now):
                self.assertEqual(self.bar()["left"], left)

    def test_holiday_is_no_working_day(self):
        self.target(self.seller, "2025-01-01", 1)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2025-06-17 00:00:00",
                "date_to": "2025-06-17 23:59:59",
            }
        )
        self.assertEqual(self.bar()["left"], "10 working days left")

    def test_day_of_the_company(self):
        self.company.partner_id.tz = "Asia/Kamchatka"
        self.target(self.seller, "2025-06-01", 1)
        with freeze_time("2025-05-31 11:59:59"):
            self.assertFalse(self.bar())
        with freeze_time("2025-05-31 12:00:00"):
            self.assertIn("June", self.bar()["text"])

    def test_as_the_head_sees_it(self):
        self.target(self.seller, "2025-06-01", 1000)
        self.client(("2025-06-02", 123), user_id=self.seller.id)
        people = (
            self.env["client.overview"]
            .with_user(self.head)
            .with_context(allowed_company_ids=self.company.ids)
            .get_people("month")
        )
        (row,) = (row for row in people["rows"] if row["id"] == self.seller.id)
        self.assertIn(row["turnover"]["text"].replace("\xa0", " "), self.bar()["text"])
        self.assertEqual(row["target"]["percent"], self.bar()["percent"])

    def test_set_one(self):
        """The cog opens the target of this month, a new one where there is none."""
        my_day = self.env["client.my.day"].with_user(self.seller)
        my_day = my_day.with_context(allowed_company_ids=self.company.ids)
        self.target(self.seller, "2025-05-01", 5)
        action = my_day.open_target()
        self.assertFalse(action["res_id"])
        form = Form(
            self.env["client.target"]
            .with_user(self.seller)
            .with_context(allowed_company_ids=self.company.ids, **action["context"])
        )
        form.amount = 600
        target = form.save()
        self.assertEqual(target.user_id, self.seller)
        self.assertEqual(target.date_from, day("2025-06-01"))
        self.assertEqual(my_day.open_target()["res_id"], target.id)
        self.assertIn("600", self.bar()["text"])

    def test_only_with_a_role(self):
        stranger = self.make_user("tg_stranger")
        for method in ("get_target", "open_target"):
            with self.assertRaises(AccessError):
                getattr(self.env["client.my.day"].with_user(stranger), method)()

    def test_queries_do_not_grow(self):
        self.target(self.seller, "2025-06-01", 600)
        counts = []
        self.bar()
        for number in (1, 10):
            for n in range(number):
                self.client((ago(-1), 1), user_id=self.seller.id, name=f"{number} {n}")
            self.bar()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.bar()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
