"""My day: who is on the list, in which order, what is counted, what it says empty."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago
from .my_day import MyDayCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMyDayList(MyDayCommon):
    def test_overdue_client_of_mine_has_a_row(self):
        card = self.mine("Beta Trade", late=3)
        row = self.row(card)
        self.assertEqual(row["state"], "overdue")
        self.assertEqual(row["word"], "Overdue")
        self.assertEqual(row["detail"], "3 d late of 7")
        self.assertEqual([due["kind"] for due in row["due"]], ["call"])
        self.assertEqual(self.names("norms"), ["Beta Trade"])

    def test_soon_is_amber_and_not_late(self):
        self.weekly.warning_days = 2
        card = self.mine(late=-1)
        row = self.row(card)
        self.assertEqual((row["state"], row["detail"]), ("soon", "due tomorrow"))

    def test_not_due_has_no_row(self):
        self.weekly.warning_days = 1
        for late in (-2, -5):
            with self.subTest(late=late):
                self.mine(late=late)
                self.assertEqual(self.get()["sections"], [])

    def test_clients_of_others_are_not_mine(self):
        self.mine("Theirs", user=self.other)
        self.mine("Nobody's").user_id = False
        self.mine("Mine")
        self.assertEqual(self.names("norms"), ["Mine"])

    def test_archived_clients_have_no_row(self):
        self.mine().partner_id.active = False
        self.assertEqual(self.get()["sections"], [])

    def test_vip_first_then_latest_then_turnover(self):
        self.policy.vip_share = 0
        small, big, late = (
            self.mine(name, late=days) for name, days in (("S", 2), ("B", 2), ("L", 9))
        )
        vip = self.mine("V", late=1)
        vip.abc_class_manual = "vip"
        self.enter([(big.partner_id, ago(90), 900)])
        self.derive_all()
        self.assertTrue(small.turnover < big.turnover)
        self.assertEqual(self.names("norms")[0], "V")
        rest = self.names("norms")[1:]
        self.assertEqual(rest[0], "L")
        self.assertLess(rest.index("B"), rest.index("S"))
        self.assertTrue(late)

    def test_not_late_yet_who_is_due_first(self):
        self.policy.vip_share = 0
        self.weekly.warning_days = 3
        later = self.mine("Large, later", late=-2)
        self.mine("Small, today", late=0)
        self.enter([(later.partner_id, ago(90), 900)])
        self.derive_all()
        self.assertEqual(self.names("norms"), ["Small, today", "Large, later"])

    def test_prospects_without_class_stand_by_their_norm(self):
        self.policy.vip_share = 0
        self.norm(status="prospect")
        for name, days in (("Later", 9), ("Sooner", 1)):
            partner = self.make_partner(name, user_id=self.seller.id)
            partner.action_add_to_client_base()
            self.talk(partner, ago(7 + days), user_id=self.other.id)
        self.mine("Client", late=5)
        self.assertEqual(self.names("norms"), ["Later", "Client", "Sooner"])

    def test_limit_and_the_rest_behind_show(self):
        self.policy.daily_task_limit = 3
        for number in range(5):
            self.mine(f"Client {number}", late=number + 1)
        page = self.get()
        self.assertEqual(len(self.names("norms")), 3)
        self.assertEqual(page["left"], 2)
        self.assertIn("2 more", page["left_text"])
        self.assertIn("limit 3", page["left_text"])
        page = self.get(more=40)
        self.assertEqual(page["left"], 0)
        self.assertEqual(len(self.names("others", more=40)), 2)
        self.assertEqual(page["of"], 3)

    def test_every_fifth_place_is_for_the_latest_by_his_norm(self):
        self.policy.daily_task_limit = 5
        for number in range(6):
            self.mine(f"VIP {number}", late=1).abc_class_manual = "vip"
        self.mine("Forgotten C", late=30).abc_class_manual = "c"
        self.assertEqual(
            self.names("norms"), [f"VIP {n}" for n in range(4)] + ["Forgotten C"]
        )

    def test_done_clients_do_not_make_room_for_new_ones(self):
        self.policy.daily_task_limit = 3
        cards = [self.mine(f"Client {number}") for number in range(5)]
        for done, card in enumerate(cards[:3]):
            self.assertEqual(len(self.names("norms")), 3 - done)
            self.talk(card, user_id=self.seller.id)
        page = self.get()
        self.assertEqual((page["done"], page["of"]), (3, 3))
        self.assertEqual(page["empty"]["kind"], "done")

    def test_done_counts_talks_of_mine_today(self):
        card = self.mine()
        for number, values in enumerate(
            (
                {"outcome": "no_answer"},
                {"user_id": self.other.id},
                {"when": ago(1)},
                {"kind": "material"},
                {"kind": "email", "direction": "in"},
            )
        ):
            with self.subTest(values=values):
                other = self.mine(f"Client {number}")
                self.talk(other, **{"user_id": self.seller.id, **values})
                self.assertEqual(self.get()["done"], 0)
        self.talk(card, user_id=self.seller.id)
        self.talk(card, user_id=self.seller.id, kind="message")
        self.assertEqual(self.get()["done"], 1, "each client once")

    def test_tried_today_comes_last(self):
        first = self.mine("First", late=9)
        self.mine("Second", late=1)
        self.talk(first, outcome="no_answer", user_id=self.seller.id)
        self.assertEqual(self.names("norms"), ["Second", "First"])
        row = self.row(first)
        self.assertEqual((row["tries"], row["tried_today"]), (1, True))

    def test_tried_yesterday_keeps_its_place(self):
        first = self.mine("First", late=9)
        self.mine("Second", late=1)
        self.talk(first, ago(1), outcome="no_answer", user_id=self.seller.id)
        self.assertEqual(self.names("norms"), ["First", "Second"])
        row = self.row(first)
        self.assertEqual((row["tries"], row["tried_today"]), (1, False))

    def test_call_and_meeting_are_one_row(self):
        self.norm("meeting", 1, "month")
        card = self.mine(late=30)
        row = self.row(card)
        self.assertEqual([due["kind"] for due in row["due"]], ["call", "meeting"])
        self.assertTrue(row["closes_both"])
        self.assertEqual(row["kind"], "call")
        self.assertEqual(row["next"]["meeting"]["date"], "2025-06-22")

    def test_called_today_the_meeting_waits_for_its_day(self):
        """A meeting due today is asked for, one that is only announced is not."""
        meeting = self.norm("meeting", 1, "month", warning_days=7)
        for days, shown in ((7, []), (1, []), (0, ["Client"]), (-1, ["Client"])):
            with self.subTest(days=days):
                card = self.mine(late=1)
                due = TODAY + timedelta(days=days) - relativedelta(months=1)
                self.talk(card, due, "meeting", user_id=self.other.id)
                self.assertEqual(self.names("norms"), ["Client"])
                self.talk(card, user_id=self.seller.id)
                self.assertEqual(self.names("norms"), shown)
                card.partner_id.active = False
        self.assertTrue(meeting.exists())

    def test_last_contact_and_next_by_the_norm(self):
        card = self.mine()
        self.talk(card, ago(8), note="Waits for\nnew saws", user_id=self.other.id)
        row = self.row(card)
        self.assertEqual(row["last"]["note"], "Waits for")
        self.assertEqual(row["last"]["who"], self.other.name)
        self.assertEqual(row["next"]["call"]["date"], "2025-06-22")

    def test_never_contacted(self):
        card = self.bought(100, user_id=self.seller.id)
        self.assertFalse(self.row(card)["last"])

    def test_whom_to_call(self):
        card = self.mine(phone="+7 495 111-11-11", email="office@example.com")
        self.assertEqual(self.row(card)["person"]["phone"], "+7 495 111-11-11")
        chosen = self.person(card, "Anna", phone="+7 913 222", function="buyer")
        card.contact_person_id = chosen
        person = self.row(card)["person"]
        self.assertEqual(
            (person["name"], person["phone"], person["function"], person["email"]),
            ("Anna", "+7 913 222", "buyer", "office@example.com"),
        )

    def test_nobody_has_a_telephone_or_only_a_person(self):
        card = self.mine()
        self.assertFalse(self.row(card)["person"]["phone"])
        self.person(card, "Without")
        self.person(card, "With", phone="123456")
        self.assertEqual(self.row(card)["person"]["name"], "With")

    def test_late_with_purchase_until_somebody_talked_of_it(self):
        self.weekly.unlink()
        card = self.client((ago(57), 100), (ago(47), 100), (ago(37), 100))
        card.partner_id.user_id = self.seller
        self.assertEqual(card.purchase_state, "at_risk")
        row = self.row(card)
        self.assertEqual(self.names("late"), ["Client"])
        self.assertEqual((row["state"], row["word"]), ("at_risk", "At risk"))
        self.assertEqual(row["detail"], "usual every 10 d, now 37")
        self.talk(card, ago(30))
        self.assertEqual(self.names("late"), ["Client"], "before he was at risk")
        self.talk(card)
        self.assertEqual(self.names("late"), [])
        self.assertEqual(self.names("at_risk", "at_risk"), ["Client"])

    def test_arranged_is_shown_blue_and_not_counted(self):
        card = self.mine(late=3)
        self.promise(card.partner_id, days=3)
        page = self.get()
        self.assertEqual(page["of"], 0)
        self.assertEqual(self.names("norms"), [])
        self.assertEqual(self.names("arranged"), ["Client"])
        self.assertEqual(self.row(card)["state"], "arranged")

    def test_paused_client_is_not_due(self):
        card = self.mine()
        card.pause_until = TODAY + timedelta(days=30)
        self.assertEqual(self.get()["sections"], [])
        self.assertEqual(self.row(card, "paused")["state"], "paused")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMyDayNumbers(MyDayCommon):
    """The same word is the same number everywhere."""

    def setUp(self):
        super().setUp()
        self.weekly.warning_days = 2
        for late in (-6, -5, -1, 0, 1, 4, 30):
            self.mine(f"Late {late}", late=late)
        self.mine("Arranged", late=3).partner_id.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=TODAY + timedelta(days=2),
            user_id=self.seller.id,
        )
        self.mine("Paused").pause_until = TODAY + timedelta(days=9)

    def test_chips_count_what_lists_of_these_words_find(self):
        cards = self.page().env["client.card"]
        mine = ("user_id", "=", self.seller.id)
        week = [
            ("next_contact_date", ">=", "today =week_start"),
            ("next_contact_date", "<", "today =week_start +1w"),
        ]
        for key, leaves in {
            "overdue": [("contact_state", "=", "overdue")],
            "week": week,
            "late": [("purchase_state", "=", "late")],
            "at_risk": [("purchase_state", "=", "at_risk")],
            "paused": [("is_paused", "=", True)],
        }.items():
            with self.subTest(key=key):
                found = cards.search([mine, *leaves])
                self.assertEqual(self.chip(key), len(found))
                self.assertEqual(
                    sorted(self.names(key, key)),
                    sorted(found.mapped("partner_id.name")),
                )
        self.assertEqual(self.chip("overdue"), 3)
        self.assertEqual(self.chip("paused"), 1)

    def test_all_overdue_are_in_the_day_or_counted_as_left(self):
        for limit in (0, 2, 20):
            with self.subTest(limit=limit):
                self.policy.daily_task_limit = limit
                page = self.get()
                shown = [
                    row
                    for section in page["sections"]
                    for row in section["rows"]
                    if row["state"] == "overdue"
                ]
                self.assertEqual(len(shown) + page["left"], self.chip("overdue"))

    def test_tasks_are_those_of_the_clock(self):
        card = self.mine("With tasks")
        self.promise(card.partner_id)
        self.promise(card.partner_id, days=-3, kind="todo")
        self.promise(self.person(card), days=-1)
        self.promise(self.quote(card.partner_id))
        self.promise(card.partner_id, days=5)
        lead = self.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "partner_id": card.partner_id.id,
                "company_id": self.company.id,
            }
        )
        self.promise(lead)
        groups = self.page().env["res.users"]._get_activity_groups()
        clock = sum(g["total_count"] for g in groups if g.get("type") == "activity")
        self.assertEqual(clock, 4)
        self.assertEqual(self.get()["tasks"], clock)

    def test_today_counts_its_rows(self):
        self.promise(self.mine("Promised", late=-6).partner_id)
        page = self.get()
        rows = [
            row
            for section in page["sections"]
            if section["key"] in ("promised", "norms")
            for row in section["rows"]
        ]
        self.assertEqual(self.chip("today"), len(rows))
        self.assertEqual(page["of"], page["done"] + len(rows))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMyDayEmpty(MyDayCommon):
    def test_no_client_of_mine(self):
        self.company.client_steward_id = self.other
        empty = self.get()["empty"]
        self.assertEqual(empty["kind"], "no_clients")
        self.assertIn(self.other.name, empty["ask"])
        self.assertFalse(empty["may_take"], "there is none to take")
        self.client((ago(3), 10))
        self.assertTrue(self.get()["empty"]["may_take"])
        action = self.page().open_clients("unassigned")
        found = self.page().env["client.card"].search(action["domain"])
        self.assertEqual(found.partner_id.name, "Client")

    def test_before_the_start(self):
        self.mine()
        for start, said in (
            (False, "is started"),
            (TODAY + timedelta(days=9), "06/24/2025"),
        ):
            with self.subTest(start=start):
                self.company.client_start_date = start
                page = self.get()
                self.assertEqual(page["empty"]["kind"], "waiting")
                self.assertIn(said, page["empty"]["text"])
                self.assertIn("1 clients", page["empty"]["clients"])
                self.assertEqual(page["sections"], [])

    def test_promises_are_shown_before_the_start(self):
        self.company.client_start_date = False
        self.promise(self.mine("Promised").partner_id)
        self.assertEqual(self.names("promised"), ["Promised"])

    def test_pilot_teams(self):
        team = self.env["crm.team"].create(
            {"name": "Pilots", "company_id": self.company.id}
        )
        self.mine("Not yet")
        self.company.client_pilot_team_ids = team
        self.assertEqual(self.names("norms"), [])
        self.assertEqual(self.get()["empty"]["kind"], "waiting")
        team.member_ids = self.seller
        self.derive_all()
        self.assertEqual(self.names("norms"), ["Not yet"])

    def test_all_done_says_what_is_next(self):
        card = self.mine()
        card.write({"potential_level": "high"})
        self.talk(card, user_id=self.seller.id)
        empty = self.get()["empty"]
        self.assertEqual(empty["text"], "Everything for today is done: 1 of 1.")
        self.assertEqual([one["key"] for one in empty["next"]], ["growth"])
        self.assertEqual(self.names("growth", "growth"), ["Client"])

    def test_nothing_was_due(self):
        self.mine(late=-5)
        self.assertEqual(self.get()["empty"]["text"], "Nothing is due today.")

    def test_each_empty_chip_says_so(self):
        self.mine(late=-5)
        for chip in ("overdue", "promised", "late", "at_risk", "paused", "unknown"):
            with self.subTest(chip=chip):
                self.assertTrue(self.get(chip)["nothing"])
