"""Opportunities whose clients a user sees, whichever way they are looked up."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from ..models import crm_lead_sight
from ..models.res_users_sight import UNASSIGNED
from .common import NOON, ROLE_ALL, ROLE_OWN, SALES, ClientBaseCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestSightLeads(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo's own rule leaves him all opportunities, ours some.
        sales = f"{SALES},sales_team.group_sale_salesman_all_leads"
        cls.own = cls.make_user("cb_leads_own", f"{sales},{ROLE_OWN}")
        cls.other = cls.make_user("cb_leads_other", f"{sales},{ROLE_ALL}")
        mine = cls.make_client("Mine", cls.own)
        theirs = cls.make_client("Theirs", cls.other)
        nobodys = cls.make_client("Nobody's", cls.env["res.users"])
        cls.leads = {
            name: cls.env["crm.lead"].create(
                {"name": name, "user_id": user.id, "partner_id": partner.id}
            )
            for name, user, partner in (
                ("my own of a hidden client", cls.own, theirs),
                ("of my client", cls.other, mine),
                ("of my client's person", cls.other, mine.child_ids),
                ("of a hidden client", cls.other, theirs),
                ("of his person", cls.other, theirs.child_ids),
                ("of nobody's client", cls.other, nobodys),
                ("of nobody known", cls.other, mine.browse()),
                ("of a vendor", cls.other, cls.make_vendor()),
                ("of a colleague", cls.other, cls.other.partner_id),
            )
        }
        cls.hidden = {"of a hidden client", "of his person"}
        assert not cls.leads["of a vendor"].partner_id.client_base

    @classmethod
    def make_client(cls, name, owner):
        partner = cls.make_partner(name=name, user_id=owner.id)
        person = {"name": f"{name} person", "parent_id": partner.id}
        cls.env["res.partner"].create(person)
        partner.action_add_to_client_base()
        return partner

    @classmethod
    def make_vendor(cls):
        """Somebody outside the client base."""
        vendor = cls.make_partner(name="Vendor", user_id=cls.other.id)
        vendor.action_add_to_client_base()
        vendor.action_not_a_client()
        return vendor

    def seen(self, user):
        """Names of the leads he finds, after checking that he may read just these."""
        self.env.flush_all()
        self.env.invalidate_all()
        ids = [lead.id for lead in self.leads.values()]
        found = self.env["crm.lead"].with_user(user).search([("id", "in", ids)])
        for lead in self.leads.values():
            may = lead.with_user(user).has_access("read")
            self.assertEqual(may, lead in found.sudo(), lead.name)
        return set(found.mapped("name"))

    def test_both_ways_find_the_same(self):
        everything = set(self.leads)
        for unassigned, hidden in (
            ("head", self.hidden | {"of nobody's client"}),
            ("all", self.hidden),
        ):
            self.env["ir.config_parameter"].set_param(UNASSIGNED, unassigned)
            for few in (0, crm_lead_sight.FEW):
                with (
                    self.subTest(unassigned=unassigned, few=few),
                    patch.object(crm_lead_sight, "FEW", few),
                ):
                    self.assertEqual(self.seen(self.own), everything - hidden)
        self.assertEqual(self.seen(self.other), everything)

    def test_what_changes_in_the_same_transaction(self):
        """Owner and client of an opportunity are taken as they are this moment."""
        self.env["ir.config_parameter"].set_param(UNASSIGNED, "head")
        lead = self.leads["of a hidden client"]
        self.assertNotIn(lead.name, self.seen(self.own))
        lead.user_id = self.own
        self.assertTrue(lead.with_user(self.own).has_access("read"))
        lead.user_id = self.other
        self.assertFalse(lead.with_user(self.own).has_access("read"))
        lead.partner_id.user_id = self.own
        self.assertTrue(lead.with_user(self.own).has_access("read"))
        self.assertIn(lead.name, self.seen(self.own))

    def test_count_and_write(self):
        self.env["ir.config_parameter"].set_param(UNASSIGNED, "head")
        leads = self.env["crm.lead"].with_user(self.own)
        ids = [lead.id for lead in self.leads.values()]
        self.assertEqual(leads.search_count([("id", "in", ids)]), 6)
        self.leads["of my client"].with_user(self.own).name = "Changed"
        with self.assertRaises(AccessError):
            self.leads["of his person"].with_user(self.own).name = "Changed"
