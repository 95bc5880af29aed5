"""The copy of the base: who makes it, what is in it, when one is reminded of it."""

import io
from datetime import timedelta
from unittest.mock import patch
from zipfile import ZipFile

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, freeze_time, tagged

from odoo.addons.client_base_retention.models import client_base_copy_folder as folder
from odoo.addons.client_base_retention.models import client_base_copy_sheets as sheets

from .common import (
    NOON,
    RIGHT_EXPORT,
    ROLE_ALL,
    ROLE_HEAD,
    ROLE_STEWARD,
    SALES,
    TODAY,
    ago,
)
from .copying import UNDER_WAY, CopyCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestCopy(CopyCommon):
    # --------------------------------------------------------------------- who may it

    def test_it_takes_the_role(self):
        for login, groups, may in (
            ("cp_1", f"{ROLE_HEAD},{RIGHT_EXPORT}", True),
            ("cp_2", f"{ROLE_STEWARD},{RIGHT_EXPORT}", True),
            ("cp_3", ROLE_HEAD, True),
            ("cp_4", ROLE_STEWARD, True),
            ("cp_5", f"{ROLE_ALL},{RIGHT_EXPORT}", False),
            ("cp_6", RIGHT_EXPORT, False),
        ):
            user = self.make_user(login, f"{SALES},{groups}")
            with self.subTest(groups=groups):
                if may:
                    self.assertEqual(self.ask(user).user_id, user)
                    continue
                with self.assertRaises(AccessError):
                    self.ask(user)

    def test_who_lost_the_role_gets_nothing(self):
        copy = self.ask()
        self.head.group_ids -= self.env.ref(ROLE_HEAD)
        self.finish(copy)
        self.assertEqual(copy.state, "failed")
        self.assertFalse(copy.part_ids)

    def test_only_who_made_it_fetches_it(self):
        copy = self.make()
        copy.with_user(self.head)._check_fetch()
        self.assertEqual(copy.with_user(self.steward).state, "done")
        with self.assertRaises(UserError):
            copy.with_user(self.steward).action_download()
        with self.assertRaises(AccessError):
            copy.with_user(self.seller).read(["state"])
        with self.assertRaises(AccessError):
            copy.with_user(self.seller).action_download()
        self.head.group_ids -= self.env.ref(ROLE_HEAD)
        with self.assertRaises(AccessError):
            copy.with_user(self.head).action_download()

    def test_nobody_reads_the_files_past_it(self):
        copy = self.make()
        for user in (self.head, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                copy.part_ids.with_user(user).read(["file"])

    def test_nobody_writes_or_deletes_copies(self):
        copy = self.make()
        for user in (self.head, self.steward):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    copy.with_user(user).write({"user_id": user.id})
                with self.assertRaises(AccessError):
                    copy.with_user(user).unlink()
                with self.assertRaises(AccessError):
                    copy.with_user(user).create({"company_id": self.company.id})

    def test_other_companies_see_nothing_of_it(self):
        copy = self.make()
        groups = f"{ROLE_HEAD},{SALES},{RIGHT_EXPORT}"
        other = self.make_user("cp_b", groups, self.company_b)
        self.assertNotIn(copy, self.env["client.base.copy"].with_user(other).search([]))

    # ------------------------------------------------------------------ what is in it

    def test_the_base_of_the_company_and_nothing_else(self):
        card = self.client((ago(5), 100), (ago(1), 50), name="Own client")
        person = self.make_partner(
            "Ann", is_company=False, parent_id=card.partner_id.id
        )
        store = self.make_partner(
            "Store", is_company=False, parent_id=person.id, type="delivery"
        )
        strange = self.make_partner("No client at all")
        other = self.make_partner("Client of B")
        self.enter([(other, ago(3), 70)], self.company_b)
        files = self.files(self.make())
        self.assertEqual(
            [r["name"] for r in self.sheet(files, "clients")], ["Own client"]
        )
        self.assertEqual([r["name"] for r in self.sheet(files, "persons")], ["Ann"])
        self.assertEqual([r["name"] for r in self.sheet(files, "addresses")], ["Store"])
        sums = [r["amount"] for r in self.sheet(files, "purchases")]
        self.assertEqual(sorted(sums), [50, 100])
        everything = b"".join(files.values())
        for partner in strange | other:
            self.assertNotIn(partner.name.encode(), everything)
        self.assertTrue(store)

    def test_archived_clients_are_copied_too(self):
        card = self.client((ago(5), 100), name="Gone client")
        card.partner_id.active = False
        files = self.files(self.make())
        (row,) = self.sheet(files, "clients")
        self.assertEqual((row["name"], row["active"]), ("Gone client", "0"))
        self.assertIn("Gone client", files["folder/clients-0001.html"].decode())

    def test_text_of_clients_is_text(self):
        self.client((ago(5), 100), name="=1+1", email="<script>@x.test")
        files = self.files(self.make())
        (row,) = self.sheet(files, "clients")
        self.assertEqual(row["name"], "=1+1")
        page = files["folder/clients-0001.html"].decode()
        self.assertNotIn("<script>", page)
        self.assertIn("&lt;script&gt;", page)

    def test_the_folder_is_read_without_odoo(self):
        card = self.client((ago(5), 1234), name="Own client", phone="+1 555 0100")
        person = self.make_partner(
            "Ann", is_company=False, parent_id=card.partner_id.id
        )
        self.env["client.touchpoint"].create(
            {"partner_id": person.id, "date": ago(2), "note": "Wants saws"}
        )
        files = self.files(self.make())
        page = files["folder/clients-0001.html"].decode()
        for text in ("Own client", "+1 555 0100", "Ann", "1,234", "Wants saws"):
            with self.subTest(text=text):
                self.assertIn(text, page)
        for name, content in files.items():
            if name.endswith(".html"):
                with self.subTest(name=name):
                    self.assertNotIn(b"http://", content)
                    self.assertNotIn(b"https://", content)
        self.assertIn("clients-0001.html", files["folder/index.html"].decode())
        self.assertIn("05-clients.xlsx", files["README.html"].decode())

    def test_a_large_base_is_cut_into_files(self):
        partners = self.make_partners(12)
        self.enter([(partner, ago(3), 10) for partner in partners])
        with (
            patch.object(sheets, "BATCH", 2),
            patch.object(sheets, "PART_ROWS", 5),
            patch.object(folder, "PAGE_CLIENTS", 5),
        ):
            copy = self.ask()
            seen = set()
            while copy.state in UNDER_WAY:
                copy._step()
                seen.add(copy.progress)
                # Another process goes on from what is written down.
                self.env.flush_all()
                self.env.invalidate_all()
        self.assertEqual(copy.state, "done")
        self.assertGreater(len(seen), 4)
        files = self.files(copy)
        paths = [path for path in files if "clients" in path and "sheets" in path]
        self.assertEqual(paths, ["sheets/05-clients.xlsx", "sheets/05-clients-2.xlsx"])
        names = [row["name"] for row in self.sheet(files, "clients")]
        self.assertEqual(names, partners.mapped("name"))
        self.assertEqual(len(self.sheet(files, "purchases")), 12)
        pages = [name for name in files if name.startswith("folder/clients-")]
        self.assertEqual(len(pages), 3)
        printed = b"".join(files[name] for name in pages).decode()
        for partner in partners:
            self.assertEqual(printed.count(f"<h2>{partner.name}</h2>"), 1)

    def test_an_empty_base_is_copied(self):
        copy = self.make()
        self.assertEqual((copy.state, copy.client_count), ("done", 0))
        self.assertIn("folder/index.html", list(self.files(copy)))

    # ------------------------------------------------------------------- what is said

    def test_it_is_logged_like_every_export(self):
        self.client((ago(5), 100))
        self.client((ago(4), 100))
        before = self.env["client.export"].search([])
        copy = self.make()
        line = self.env["client.export"].search([]) - before
        self.assertEqual(line.kind, "copy")
        self.assertEqual(line.user_id, self.head)
        self.assertEqual(line.company_id, self.company)
        self.assertEqual(line.client_count, 2)
        self.assertEqual(line.record_count, sum(copy.part_ids.mapped("rows")))
        self.assertIn("purchases", line.fields)

    def test_one_copy_at_a_time(self):
        copy = self.ask()
        self.assertEqual(self.ask(), copy)
        self.assertNotEqual(self.ask(self.steward), copy)
        self.finish(copy)
        self.assertNotEqual(self.ask(), copy)

    def test_what_fails_is_said(self):
        copy = self.ask()
        model = self.env.registry["client.base.copy"]
        with (
            patch.object(
                model, "_read_records", side_effect=ValueError("Disk is full")
            ),
            patch.object(self.env.cr, "rollback", lambda: None),
            self.assertLogs("odoo.addons.client_base_retention", "ERROR"),
        ):
            self.finish(copy)
        self.assertEqual((copy.state, copy.error), ("failed", "Disk is full"))

    def test_the_scheduled_action(self):
        self.client((ago(5), 100))
        copy = self.ask()
        with self.enter_registry_test_mode():
            cron = self.env.ref("client_base_retention.ir_cron_client_copy")
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((copy.state, copy.progress), ("done", 100))

    def test_files_are_removed_after_a_week(self):
        copy = self.make()
        for days, state in ((7, "done"), (8, "gone")):
            with freeze_time(fields.Datetime.to_datetime(NOON) + timedelta(days=days)):
                self.env["client.base.copy"]._gc_files()
            with self.subTest(days=days):
                self.assertEqual(copy.state, state)
        self.assertFalse(copy.part_ids)
        with self.assertRaises(UserError):
            copy.with_user(self.head).action_download()

    def test_the_reminder_of_another_company_makes_its_copy(self):
        self.head.company_ids |= self.company_b
        due = self.env["client.base.copy"].create(
            {"company_id": self.company_b.id, "state": "due"}
        )
        both = (self.company | self.company_b).ids
        mine = due.with_user(self.head).with_context(allowed_company_ids=both)
        mine.action_make()
        self.assertEqual((due.state, due.company_id), ("waiting", self.company_b))

    # ------------------------------------------------------------------- the reminder

    def remind(self, when=TODAY):
        # Only this company has started: that of the database may have, too.
        with freeze_time(fields.Datetime.to_datetime(when) + timedelta(hours=12)):
            self.env["client.base.copy"]._cron_remind()
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "client.base.copy"),
                ("user_id", "in", (self.head | self.steward | self.seller).ids),
            ]
        )

    def begin(self, days=60):
        self.company.client_start_date = ago(days)

    def test_nothing_before_start(self):
        self.assertFalse(self.remind())
        self.company.client_start_date = TODAY + timedelta(days=1)
        self.assertFalse(self.remind())

    def test_the_steward_is_reminded_else_the_head(self):
        self.begin()
        self.company.client_steward_id = self.steward
        self.assertEqual(self.remind().user_id, self.steward)

    def test_a_steward_without_the_role_is_not_asked(self):
        self.begin()
        self.company.client_steward_id = self.seller
        self.assertEqual(self.remind().user_id, self.head)

    def test_without_a_steward_the_head_is_reminded(self):
        self.begin()
        self.assertEqual(self.remind().user_id, self.head)

    def test_where_nobody_may_nobody_is_asked(self):
        self.begin()
        self.env.ref(ROLE_HEAD).user_ids = [(5,)]
        self.assertFalse(self.remind())

    def test_a_month_after_start(self):
        # Started on the 15th of May; today is the 15th of June.
        self.company.client_start_date = "2025-05-16"
        self.assertFalse(self.remind())
        self.company.client_start_date = "2025-05-15"
        self.assertEqual(len(self.remind()), 1)

    def test_once_a_month_and_not_while_one_is_open(self):
        self.begin()
        reminder = self.remind()
        self.assertEqual(len(reminder), 1)
        self.assertEqual(self.remind(), reminder)
        self.assertEqual(self.remind(TODAY + timedelta(days=40)), reminder)

    def test_the_copy_settles_the_reminder(self):
        self.begin()
        reminder = self.remind()
        due = self.env["client.base.copy"].browse(reminder.res_id)
        copy = self.make()
        self.assertEqual(copy, due)
        self.assertFalse(reminder.active)
        # The next one a month after the copy.
        self.assertFalse(self.remind(TODAY + timedelta(days=29)))
        self.assertEqual(len(self.remind(TODAY + timedelta(days=31))), 1)


@tagged("post_install", "-at_install")
class TestCopyDownload(CopyCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.head | cls.steward).write({"password": "copy of the base"})
        for user in cls.head | cls.steward:
            user.password = user.login

    def test_the_archive_is_fetched(self):
        self.client(("2025-06-01", 100), name="Own client")
        copy = self.make()
        url = f"/client_base/copy/{copy.id}"
        self.authenticate("cp_head", "cp_head")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("client-base-", answer.headers["Content-Disposition"])
        with ZipFile(io.BytesIO(answer.content)) as book:
            self.assertIsNone(book.testzip())
            self.assertIn("sheets/05-clients.xlsx", book.namelist())
        self.assertEqual(copy.fetched, 1)
        self.authenticate("cp_steward", "cp_steward")
        self.assertNotEqual(self.url_open(url).status_code, 200)
        self.authenticate(None, None)
        self.assertNotIn("application/zip", self.url_open(url).headers["Content-Type"])
