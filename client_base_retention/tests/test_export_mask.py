"""The right to export and hidden telephones together: who may export takes out what he
is shown, and the line is there all the same."""

import importlib.util
from unittest import skipUnless

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import RIGHT_EXPORT, ROLE_ALL, SALES, ClientBaseCommon

GROUPS = f"{SALES},{ROLE_ALL},base.group_allow_export"


@tagged("post_install", "-at_install")
class TestExportMask(ClientBaseCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.may = cls.make_user("cb_may", f"{GROUPS},{RIGHT_EXPORT}")
        cls.may_not = cls.make_user("cb_may_not", GROUPS)
        cls.own, cls.foreign = cls.clients = cls.make_partners(2)
        cls.own.write({"user_id": cls.may.id, "phone": "+1 555 0111"})
        cls.foreign.write({"user_id": cls.may_not.id, "phone": "+1 555 0222"})
        cls.clients.action_add_to_client_base()
        cls.vendor = cls.make_partner("Vendor", phone="+1 555 0333")
        cls.orders = cls.env["sale.order"].create(
            [{"partner_id": partner.id} for partner in cls.clients]
        )
        cls.role = cls.env["client.role"].search([("role", "=", "all")])
        cls.role.daily_limit = 0

    def export(self, user, records, *names):
        """:return: the rows as one text, and the lines of the log they left"""
        lines = self.env["client.export"]
        last = lines.search([], limit=1, order="id desc").id or 0
        self.env.invalidate_all()
        rows = records.with_user(user).export_data(list(names))["datas"]
        return str(rows), lines.search([("id", ">", last)])

    def test_masks_with_the_right(self):
        for mask, own, foreign in (
            ("none", True, True),
            ("others", True, False),
            ("all", False, False),
        ):
            self.role.mask = mask
            for records, names in (
                (self.clients + self.vendor, ["name", "phone"]),
                (self.orders, ["name", "partner_id/phone"]),
                (self.clients.client_card_ids, ["partner_id/phone"]),
            ):
                with self.subTest(f"{mask} {records._name}"):
                    text, line = self.export(self.may, records, *names)
                    self.assertEqual("0111" in text, own)
                    self.assertEqual("0222" in text, foreign)
                    self.assertEqual(line.client_count, 2)
            # Vendors are no clients and hide nothing.
            text, line = self.export(self.may, self.vendor, "phone")
            self.assertIn("0333", text)
            self.assertFalse(line)

    def test_masks_without_the_right(self):
        for mask in ("none", "others", "all"):
            self.role.mask = mask
            with self.subTest(mask), self.assertRaises(AccessError):
                self.export(self.may_not, self.clients, "name", "phone")
            text, line = self.export(self.may_not, self.orders, "name", "partner_id")
            self.assertNotIn("555", text)
            self.assertEqual(line.client_count, 2)

    @skipUnless(importlib.util.find_spec("vobject"), "vobject is not installed")
    def test_vcards(self):
        self.role.mask = "others"
        for user, status in ((self.may, 200), (self.may_not, 403)):
            self.authenticate(user.login, user.login)
            with self.subTest(user.login), mute_logger("odoo.http"):
                own = self.url_open(f"/web/partner/vcard?partner_ids={self.own.id}")
                other = self.url_open(
                    f"/web/partner/vcard?partner_ids={self.foreign.id}"
                )
                self.assertEqual((own.status_code, other.status_code), (status,) * 2)
                self.assertEqual("0111" in own.text, status == 200)
                self.assertNotIn("0222", other.text)
