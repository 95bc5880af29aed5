"""Activities know which client they are about, wherever they were made."""

from odoo.tests import new_test_user, tagged

from .common import ROLE_ALL, SALES, ClientBaseCommon


@tagged("post_install", "-at_install")
class TestActivityClient(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.env["res.partner"].create({"name": "Firm", "is_company": True})
        cls.person = cls.env["res.partner"].create(
            {"name": "Person", "parent_id": cls.firm.id}
        )
        cls.other = cls.env["res.partner"].create({"name": "Other firm"})

    def plan(self, record):
        return record.activity_schedule("mail.mail_activity_data_call")

    def test_records_of_every_kind(self):
        lead = self.env["crm.lead"].create(
            {"name": "Chance", "type": "opportunity", "partner_id": self.person.id}
        )
        order = self.env["sale.order"].create({"partner_id": self.firm.id})
        for record in (self.firm, self.person, lead, order):
            with self.subTest(model=record._name):
                self.assertEqual(self.plan(record).client_id, self.firm)
        self.assertEqual(self.plan(order).client_company_id, order.company_id)
        product = self.env["product.product"].create({"name": "Saw"})
        self.assertFalse(self.plan(product).client_id)

    def test_the_record_gets_another_client(self):
        lead = self.env["crm.lead"].create(
            {"name": "Chance", "type": "opportunity", "partner_id": self.person.id}
        )
        order = self.env["sale.order"].create({"partner_id": self.firm.id})
        for record in (lead, order):
            with self.subTest(model=record._name):
                activity = self.plan(record)
                record.partner_id = self.other
                self.assertEqual(activity.client_id, self.other)

    def test_the_person_changes_the_company(self):
        activity = self.plan(self.person)
        self.person.parent_id = self.other
        self.assertEqual(activity.client_id, self.other)
        self.person.parent_id = False
        self.assertEqual(activity.client_id, self.person)
        self.other.parent_id = self.firm
        own = self.plan(self.firm)
        self.assertEqual(own.client_id, self.firm)

    def test_kinds_of_types(self):
        known = {"call": "call", "meeting": "meeting", "email": "email", "todo": False}
        for name, kind in known.items():
            with self.subTest(name=name):
                found = self.env.ref(f"mail.mail_activity_data_{name}").client_kind
                self.assertEqual(found, kind)
        own = self.env["mail.activity.type"].create({"name": "Visit"})
        self.assertFalse(own.client_kind)
        own.client_kind = "meeting"
        own.name = "Long visit"
        self.assertEqual(own.client_kind, "meeting")

    def test_what_was_there_before_is_filled(self):
        activity = self.plan(self.person)
        activity.client_id = False
        self.env["mail.activity"]._fill_clients()
        self.assertEqual(activity.client_id, self.firm)

    def test_as_many_queries_for_many(self):
        def schedule(number):
            people = self.env["res.partner"].create(
                [{"name": f"P{i}", "parent_id": self.firm.id} for i in range(number)]
            )
            kind = self.env.ref("mail.mail_activity_data_call")
            vals_list = [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": person.id,
                }
                for person in people
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["mail.activity"]._with_clients(vals_list)
            return self.env.cr.sql_log_count - before

        self.assertEqual(schedule(5), schedule(50))

    def test_a_salesperson_without_role(self):
        user = self.make_user("plain-seller", SALES)
        activity = self.plan(self.person.with_user(user))
        self.assertEqual(activity.sudo().client_id, self.firm)


@tagged("post_install", "-at_install")
class TestNotice(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.firm = cls.env["res.partner"].create({"name": "Firm", "is_company": True})
        cls.person = cls.env["res.partner"].create(
            {"name": "Person", "parent_id": cls.firm.id}
        )
        cls.supplier = cls.env["res.partner"].create({"name": "Supplier"})
        cls.firm.action_add_to_client_base()
        cls.seller = new_test_user(
            cls.env,
            "notice-seller",
            groups=f"base.group_user,{ROLE_ALL}",
            company_id=cls.company.id,
            company_ids=[(6, 0, [cls.company.id, cls.company_b.id])],
        )

    def notice(self, partner, **vals):
        values = {
            "partner_id": partner.id,
            "date": "2025-06-10 08:00:00",
            "kind": "email",
            "user_id": self.seller.id,
            **vals,
        }
        return self.env["client.touchpoint"]._notice([values, dict(values)])

    def test_once_for_each_source(self):
        source = {"res_model": "res.partner", "res_id": self.firm.id}
        found = self.notice(self.person, **source)
        self.assertEqual(len(found), 1)
        self.assertEqual(found.partner_id, self.firm)
        self.assertEqual(found.person_id, self.person)
        self.assertFalse(self.notice(self.firm, **source))

    def test_clients_only(self):
        self.assertFalse(self.notice(self.supplier, res_model="x", res_id=1))
        self.assertFalse(self.supplier.client_card_ids)

    def test_the_company(self):
        source = {"res_model": "mail.message", "res_id": 1}
        self.assertFalse(self.notice(self.firm, company_id=self.company_b.id, **source))
        found = self.notice(self.firm, **source)
        self.assertEqual(found.company_id, self.company)
        self.firm.with_company(self.company_b).action_add_to_client_base()
        found = self.notice(
            self.firm, company_id=self.company_b.id, res_model="mail.message", res_id=2
        )
        self.assertEqual(found.company_id, self.company_b)

    def test_a_fault_fails_nobody(self):
        with self.assertLogs("odoo.addons.client_base_retention", "ERROR"):
            found = self.notice(self.firm, date="2999-01-01 00:00:00")
        self.assertFalse(found)
        self.assertTrue(self.notice(self.firm))
