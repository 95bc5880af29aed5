"""Reading in bulk: how many different clients' telephones a user opens in a day."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..models.client_reading_count import _seen
from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES
from .mask import DETAILS, PHONE, MaskCommon

TOLD = "odoo.addons.mail.models.mail_thread.MailThread.message_notify"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestReading(MaskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_role("all", daily_limit=5)
        cls.many = cls.make_partners(12, phone=PHONE)
        cls.many.action_add_to_client_base()
        cls.head = cls.make_user("cb_head", ROLE_HEAD)

    def read_as(self, records, names=("phone",), user=None):
        return self.as_user(records, user).read(list(names))

    def rows(self, user=None):
        return self.env["client.reading"].search(
            [("user_id", "=", (user or self.me).id)], order="id"
        )

    def opened(self, user=None):
        """Different clients of the day."""
        return sum(self.rows(user).mapped("client_count"))

    # ----------------------------------------------------------------- what is counted

    def test_different_clients_are_counted_once_a_day(self):
        self.read_as(self.many[:3])
        self.read_as(self.many[:3], DETAILS)
        self.read_as(self.many[1:4])
        self.assertEqual(self.opened(), 4)
        self.assertEqual(set(self.rows().mapped("kind")), {"read"})
        with freeze_time("2025-06-16 12:00:00"):
            self.read_as(self.many[:2])
        self.assertEqual(
            self.rows().mapped(lambda row: (str(row.date), row.client_count)),
            [("2025-06-15", 3), ("2025-06-15", 1), ("2025-06-16", 2)],
        )

    def test_persons_count_as_their_client(self):
        self.read_as(self.mine | self.mine.child_ids)
        self.read_as(self.mine.child_ids)
        self.assertEqual(self.opened(), 1)

    def test_what_tells_no_way_to_reach_a_client_is_not_counted(self):
        bare = self.make_partner("Bare")
        bare.action_add_to_client_base()
        for records, names in (
            (self.many, ("name", "city")),
            (self.vendor, DETAILS),
            (bare, DETAILS),
            (self.me.partner_id, DETAILS),
        ):
            self.read_as(records, names)
        self.assertFalse(self.rows())

    def test_ways_that_count(self):
        cards = self.cards_of(self.many)
        lead = self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": self.many[0].id, "user_id": self.me.id}
        )
        contacts = self.env["res.partner"]
        chosen = [("id", "in", self.many[:2].ids)]
        grouped = ([("id", "in", self.many.ids)], ["phone"], ["__count"])
        for way, number, call in (
            ("read", 2, lambda: self.read_as(self.many[:2])),
            ("card", 2, lambda: self.read_as(cards[:2])),
            ("opportunity", 1, lambda: self.read_as(lead, ["phone"])),
            (
                "search_read",
                2,
                lambda: self.as_user(contacts).search_read(chosen, ["phone"]),
            ),
            (
                "web_search_read",
                2,
                lambda: self.as_user(contacts).web_search_read(chosen, {"phone": {}}),
            ),
            (
                "export",
                2,
                lambda: self.as_user(self.many[:2])._export_rows([["phone"]]),
            ),
            (
                "groups",
                12,
                lambda: self.as_user(contacts).formatted_read_group(*grouped),
            ),
            (
                "form being filled in",
                1,
                lambda: self.as_user(self.env["crm.lead"]).onchange(
                    {"partner_id": self.many[0].id}, ["partner_id"], {"phone": {}}
                ),
            ),
            ("vCard", 1, lambda: self.as_user(self.many[0])._get_vcard_file()),
            (
                "Show",
                1,
                lambda: self.as_user(self.many[0]).client_show_details(),
            ),
        ):
            with self.subTest(way=way):
                self.env["client.reading"]._forget()
                self.env.cr.execute("DELETE FROM client_reading")
                call()
                self.assertEqual(self.opened(), number)

    def test_the_system_and_the_portal_are_not_counted(self):
        portal = self.make_user("cb_portal", "base.group_portal")
        portal.partner_id.write({"parent_id": self.mine.id, "phone": PHONE})
        self.read_as(portal.partner_id, DETAILS, portal)
        self.many.sudo().read(DETAILS)
        self.assertFalse(self.rows(portal))
        self.assertFalse(self.rows(self.env.user))

    def test_no_limit_counts_nothing(self):
        self.read_as(self.many, DETAILS, self.head)
        self.set_role("all", daily_limit=0)
        self.read_as(self.many)
        self.assertFalse(self.rows())
        self.assertFalse(self.rows(self.head))

    def test_what_another_process_counted_is_not_counted_again(self):
        self.read_as(self.many[:3])
        # Another process remembers nothing of it.
        self.env["client.reading"]._forget()
        self.read_as(self.many[:4])
        self.assertEqual(self.opened(), 4)

    def test_what_was_rolled_back_is_counted_again(self):
        self.read_as(self.many[:3])
        key = (self.cr.dbname, self.me.id)
        self.assertEqual(len(_seen[key].clients), 3)
        self.cr.postrollback.run()
        self.assertNotIn(key, _seen)

    def test_on_a_read_only_cursor_it_is_written_afterwards(self):
        written = []
        with (
            patch.object(type(self.cr), "readonly", True),
            patch.object(
                type(self.env["client.reading"]),
                "_add_apart",
                staticmethod(lambda registry, add: written.append(add)),
            ),
        ):
            self.read_as(self.many[:3])
            self.assertFalse(self.rows())
            self.cr.postcommit.run()
        self.assertEqual(len(written), 1)
        written[0](self.env)
        self.assertEqual(self.opened(), 3)

    # ---------------------------------------------------------------- over the limit

    def test_the_limit_itself_is_allowed(self):
        for number, over in ((4, False), (5, False), (6, True)):
            with self.subTest(number=number):
                rows = self.read_as(self.many[:number])
                self.assertEqual({row["phone"] for row in rows}, {PHONE})
                kinds = self.rows().mapped("kind")
                self.assertEqual(kinds.count("over"), int(over))

    def test_more_than_the_limit_is_noted_once_and_goes_on(self):
        for number in (7, 9, 12):
            self.read_as(self.many[:number])
        self.assertEqual(self.rows().mapped("kind").count("over"), 1)
        self.assertEqual(self.opened(), 12)

    def tell(self):
        with (
            self.enter_registry_test_mode(),
            patch(TOLD, autospec=True) as told,
        ):
            self.env.ref(
                "client_base_retention.ir_cron_client_reading"
            ).method_direct_trigger()
        return [
            call.kwargs
            for call in told.call_args_list
            if "contact details" in call.kwargs["subject"]
        ]

    def test_the_head_is_told_once_a_day(self):
        self.read_as(self.many)
        told = self.tell()
        to_head = [
            call for call in told if call["partner_ids"] == self.head.partner_id.ids
        ]
        self.assertEqual(len(to_head), 1)
        self.assertIn(self.me.name, to_head[0]["subject"])
        self.assertIn("5", to_head[0]["body"])
        self.assertFalse(self.tell())
        # A second process noticed it, too.
        self.rows().filtered(lambda row: row.kind == "over").copy({"is_told": False})
        self.assertFalse(self.tell())
        with freeze_time("2025-06-16 12:00:00"):
            self.read_as(self.many)
            self.assertTrue(self.tell())

    def test_heads_of_other_companies_and_the_user_himself_are_not_told(self):
        foreign = self.make_user("cb_foreign_head", ROLE_HEAD, self.company_b)
        self.read_as(self.many)
        told = [call["partner_ids"] for call in self.tell()]
        self.assertNotIn(foreign.partner_id.ids, told)
        self.assertNotIn(self.me.partner_id.ids, told)

    # --------------------------------------------------------------------- stopping

    def test_stopping_hides_what_goes_beyond_the_limit(self):
        self.set_role("all", daily_stop=True)
        rows = self.read_as(self.many)
        shown = [row for row in rows if row["phone"] == PHONE]
        self.assertEqual(len(shown), 5)
        hidden = {row["phone"] for row in rows} - {PHONE}
        self.assertEqual(len(hidden), 1)
        self.assertIn("limit of the day", hidden.pop())
        # What was opened stays; own persons are not others.
        again = self.read_as(self.env["res.partner"].browse(row["id"] for row in shown))
        self.assertEqual({row["phone"] for row in again}, {PHONE})
        self.assertEqual(self.rows().mapped("kind").count("over"), 1)
        with freeze_time("2025-06-16 12:00:00"):
            self.assertEqual(self.read_as(self.many[-1])[0]["phone"], PHONE)

    def test_stopping_holds_for_every_way(self):
        self.set_role("all", daily_stop=True)
        self.read_as(self.many[:5])
        last = self.many[-1]
        self.assertHidden(self.as_user(last)._export_rows([["phone"]]))
        self.assertHidden(self.read_as(self.card_of(last)))
        self.assertHidden(self.as_user(last)._get_vcard_file())
        contacts = self.as_user(self.env["res.partner"])
        with self.assertRaisesRegex(UserError, "5 different clients"):
            contacts.formatted_read_group([("id", "=", last.id)], ["phone"], [])
        with self.assertRaisesRegex(UserError, "5 different clients"):
            self.as_user(last).client_show_details()

    def test_stopping_holds_for_all_processes_together(self):
        self.set_role("all", daily_stop=True)
        self.read_as(self.many[:1])
        with patch.dict(_seen, clear=True):
            # Another process, which begins to count and looks around.
            self.read_as(self.many[1:5])
        self.assertHidden(self.read_as(self.many[5]))
        self.assertShown(self.read_as(self.many[4]))
        self.assertEqual(self.opened(), 5)

    def test_stopping_keeps_the_work_going(self):
        self.set_role("all", daily_limit=1, daily_stop=True)
        self.read_as(self.many[:1])
        last = self.as_user(self.many[-1])
        last.write({"street": "Here"})
        self.assertEqual(last.phone, PHONE)

    def test_stop_without_a_number_is_refused(self):
        with self.assertRaisesRegex(Exception, "how many clients"):
            self.set_role("all", daily_limit=0, daily_stop=True)

    # ----------------------------------------------------------------------- the log

    def test_nobody_alters_it_and_only_the_head_reads_it(self):
        self.read_as(self.many)
        rows = self.rows()
        self.assertTrue(rows.with_user(self.head).read(["user_id", "client_count"]))
        for user in (self.head, self.env.ref("base.user_admin")):
            for operation in (
                lambda own: own.write({"client_count": 1}),
                lambda own: own.unlink(),
                lambda own: own.create({"user_id": own.env.uid}),
            ):
                with self.assertRaises(AccessError):
                    operation(rows.with_user(user))
        for operation in (
            lambda: rows.sudo().write({"client_count": 1}),
            lambda: rows.sudo().unlink(),
            lambda: rows.with_user(self.me).read(["kind"]),
        ):
            with self.assertRaises(AccessError):
                operation()

    def test_rows_of_another_company_are_not_seen(self):
        self.read_as(self.many)
        foreign = self.make_user("cb_foreign_head", ROLE_HEAD, self.company_b)
        found = self.env["client.reading"].with_user(foreign).search([])
        self.assertFalse(found & self.rows())

    # ----------------------------------------------------------------------- the cost

    def queries(self, records, names=("phone",), user=None):
        """Queries of a read, once roles and rules are known."""
        self.as_user(self.vendor, user).read(["name", "phone"])
        records = self.as_user(records, user)
        before = self.cr.sql_log_count
        records.read(list(names))
        return self.cr.sql_log_count - before

    def test_reading_again_costs_no_query(self):
        plain = self.queries(self.many, ("name",))
        self.queries(self.many)
        self.assertEqual(self.queries(self.many), plain)

    def test_reading_costs_the_same_few_queries_for_few_and_many(self):
        clients = self.make_partners(60, phone=PHONE)
        clients.action_add_to_client_base()
        self.set_role("all", daily_limit=1000)
        plain = self.queries(self.many, ("name",))
        costs = []
        for some in (clients[:5], clients[5:55]):
            self.env["client.reading"]._forget()
            costs.append(self.queries(some) - plain)
        self.assertEqual(*costs)
        # Which of them are clients, what was counted today, a row.
        self.assertLessEqual(costs[0], 3)

    def test_who_is_not_counted_pays_nothing(self):
        self.assertEqual(
            self.queries(self.many, ("name",), self.head),
            self.queries(self.many, ("phone",), self.head),
        )
        clerk = self.make_user("cb_clerk", f"{SALES},{ROLE_ALL}")
        self.set_role("all", daily_limit=0)
        self.queries(self.many, ("name",), clerk)
        self.assertEqual(
            self.queries(self.many, ("name",), clerk),
            self.queries(self.many, ("phone",), clerk),
        )
