"""Addresses copied into mailing lists are taken out by the same right."""

from unittest import SkipTest

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import RIGHT_EXPORT, ClientBaseCommon

GROUPS = "base.group_allow_export,mass_mailing.group_mass_mailing_user"


@tagged("post_install", "-at_install")
class TestExportMailing(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "mailing.contact" not in cls.env:
            raise SkipTest("mass_mailing is not installed")
        cls.may = cls.make_user("cb_may", f"{GROUPS},{RIGHT_EXPORT}")
        cls.may_not = cls.make_user("cb_may_not", GROUPS)
        cls.contacts = cls.env["mailing.contact"].create(
            [{"name": "Client", "email": "client@example.com"}]
        )

    def test_contacts_of_lists(self):
        names = ["name", "email"]
        with self.assertRaisesRegex(AccessError, "take clients out"):
            self.contacts.with_user(self.may_not).export_data(names)
        lines = self.env["client.export"]
        last = lines.search([], limit=1, order="id desc").id or 0
        rows = self.contacts.with_user(self.may).export_data(names)["datas"]
        self.assertEqual(rows, [["Client", "client@example.com"]])
        line = lines.search([("id", ">", last)])
        self.assertEqual(line.model, "mailing.contact")
        self.assertEqual(line.record_count, 1)
