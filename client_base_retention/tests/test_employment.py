"""A person changes jobs (N22): the person stays one contact, the old company keeps its
documents and looks for a new contact, the new one becomes a prospect.
"""

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, SALES, TODAY, ClientBaseCommon, ago


class EmploymentCase(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("cb_seller", f"{SALES},{ROLE_ALL}")
        cls.old = cls.make_partner(
            "Old Mill",
            user_id=cls.seller.id,
            vat="US123456",
            street="Mill road 1",
            email="info@mill.example",
            phone="+1 650 555 0100",
        )
        cls.new = cls.make_partner("New Yard")
        cls.old.action_add_to_client_base()
        cls.ann = cls.make_person(
            "Ann Buyer",
            function="Buyer",
            email="ann@mill.example",
            phone="+1 650 555 0111",
        )

    @classmethod
    def make_person(cls, name="Ann", parent=None, **values):
        parent = cls.old if parent is None else parent
        return cls.env["res.partner"].create(
            {"name": name, "parent_id": parent.id, **values}
        )

    def change(self, person=None, company=None, user=None, **values):
        """Fill in the dialog and save; the action that follows."""
        person = person or self.ann
        if company:
            values["new_partner_id"] = company.id
        wizard = self.env["client.change.employer"].with_user(user or self.env.user)
        wizard = wizard.create({"person_id": person.id, **values})
        action = wizard.action_change()
        self.env.invalidate_all()
        return action

    def leave(self, person=None, **values):
        return self.change(person, way="left", **values)

    def posts(self, person=None):
        return self.env["client.employment"].search(
            [("person_id", "=", (person or self.ann).id)]
        )

    def assertTurnover(self, partner, amount, company=None):
        self.assertEqual(self.card_of(partner, company).turnover, amount)

    def tasks(self, partner=None):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", (partner or self.old).id),
                ("summary", "=", "New contact wanted"),
            ]
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestChangeEmployer(EmploymentCase):
    def test_person_keeps_identity(self):
        self.ann.message_post(body="We talked about saws")
        self.env["client.consent"].create(
            {"partner_id": self.ann.id, "state": "given", "how": "paper"}
        )
        person_id = self.ann.id
        self.change(company=self.new, function="Director", email="ann@yard.example")
        self.assertRecordValues(
            self.ann,
            [
                {
                    "id": person_id,
                    "name": "Ann Buyer",
                    "active": True,
                    "parent_id": self.new.id,
                    "commercial_partner_id": self.new.id,
                    "function": "Director",
                    "email": "ann@yard.example",
                    "phone": "+1 650 555 0111",
                    "client_consent": "given",
                }
            ],
        )
        self.assertIn("saws", str(self.notes(self.ann).mapped("body")))

    def test_touchpoints_stay_with_the_old_client_and_on_the_person(self):
        contact = self.env["client.touchpoint"].create(
            {"partner_id": self.ann.id, "kind": "call"}
        )
        self.change(company=self.new)
        self.assertEqual(contact.partner_id, self.old)
        self.assertEqual(contact.person_id, self.ann)
        contact.note = "corrected later"
        contact.write({"partner_id": self.old.id, "person_id": self.ann.id})
        self.assertEqual(contact.partner_id, self.old)
        later = self.env["client.touchpoint"].create(
            {"partner_id": self.ann.id, "kind": "call"}
        )
        self.assertEqual(later.partner_id, self.new)
        self.assertEqual(self.ann.client_person_touchpoint_count, 2)
        action = self.ann.action_open_person_touchpoints()
        found = self.env["client.touchpoint"].search(action["domain"])
        self.assertEqual(found, contact | later)

    def test_nobody_talks_to_him_at_the_old_client(self):
        card = self.card_of(self.old)
        for chosen in (False, True):
            with self.subTest(chosen=chosen):
                person = self.make_person()
                if chosen:
                    card.contact_person_id = person
                else:
                    self.env["client.touchpoint"].create(
                        {"partner_id": person.id, "kind": "call", "outcome": "reached"}
                    )
                self.assertEqual(card.contact_person_id, person)
                self.change(person, self.new)
                self.assertFalse(card.contact_person_id)
                self.assertFalse(card.contact_person_is_manual)

    def test_new_company_becomes_a_prospect(self):
        self.change(company=self.new)
        card = self.card_of(self.new)
        self.assertEqual(card.status, "prospect")
        self.assertTrue(self.ann.client_base)

    def test_company_taken_out_of_the_base_stays_out(self):
        self.company.client_excluded_partner_ids = self.new
        self.change(company=self.new)
        self.assertFalse(self.card_of(self.new))
        self.assertEqual(self.ann.parent_id, self.new)

    def test_company_that_is_not_here_yet(self):
        self.change(new_name=" Fresh Ltd ")
        fresh = self.ann.parent_id
        self.assertRecordValues(
            fresh, [{"name": "Fresh Ltd", "is_company": True, "vat": False}]
        )
        self.assertEqual(self.card_of(fresh).status, "prospect")
        for name in (False, "", "  "):
            with self.subTest(name=name), self.assertRaises(UserError):
                self.change(new_name=name)

    def test_both_posts_are_kept(self):
        self.change(company=self.new, function="Director", date=ago(3))
        self.assertRecordValues(
            self.posts(),
            [
                {
                    "company_partner_id": self.new.id,
                    "function": "Director",
                    "date_from": ago(3),
                    "date_to": False,
                    "ended": False,
                },
                {
                    "company_partner_id": self.old.id,
                    "function": "Buyer",
                    "date_from": False,
                    "date_to": ago(3),
                    "ended": "changed",
                },
            ],
        )
        former = self.posts()[1]
        self.assertEqual(former.email, "ann@mill.example")
        self.assertEqual(former.phone, "+1 650 555 0111")
        self.assertEqual(self.old.client_staff_ids, former)
        self.assertEqual(former.present_employer, "New Yard")
        self.assertRecordValues(
            former.post_id,
            [{"active": False, "name": "Ann Buyer", "parent_id": self.old.id}],
        )

    def test_task_for_the_salesperson_of_the_old_company(self):
        self.change(company=self.new)
        task = self.tasks()
        self.assertEqual(task.user_id, self.seller)
        self.assertEqual(task.client_id, self.old)
        self.assertIn("Ann Buyer (Buyer)", str(task.note))
        self.assertFalse(self.tasks(self.new))

    def test_task_only_if_wanted_and_for_clients(self):
        self.change(company=self.new, with_task=False)
        self.assertFalse(self.tasks())
        vendor = self.make_partner("Vendor")
        person = self.make_person("Bob", vendor)
        self.change(person, self.new)
        self.assertFalse(self.tasks(vendor))

    def test_task_without_salesperson_is_for_who_knows_it(self):
        self.old.user_id = False
        self.change(company=self.new, user=self.seller)
        self.assertEqual(self.tasks().user_id, self.seller)

    def test_each_of_our_companies_has_its_salesperson(self):
        other = self.make_user("cb_other", f"{SALES},{ROLE_ALL}", self.company_b)
        self.enter([(self.old, ago(5), 10)], self.company_b)
        self.card_of(self.old, self.company_b).user_id = other
        self.change(company=self.new)
        self.assertEqual(self.tasks().user_id, self.seller | other)

    def test_old_values_do_not_go_along(self):
        """Tax number and address of the old company neither stay with the person nor
        get to the new one."""
        self.assertEqual(self.ann.vat, "US123456")
        for way, company in (("changed", self.new), ("left", None)):
            with self.subTest(way=way):
                person = self.make_person(way)
                self.assertEqual(person.street, "Mill road 1")
                self.change(person, company, way=way)
                self.assertFalse(person.vat)
                self.assertFalse(person.street)
        self.assertFalse(self.new.vat)
        self.assertFalse(self.new.street)
        self.assertEqual(self.old.vat, "US123456")
        self.assertEqual(self.old.street, "Mill road 1")

    def test_new_values_come(self):
        self.new.write({"vat": "US777", "street": "Yard 7"})
        self.change(company=self.new)
        self.assertEqual(self.ann.vat, "US777")
        self.assertEqual(self.ann.street, "Yard 7")
        self.assertEqual(self.old.vat, "US123456")

    def test_agreements_with_the_old_company_do_not_go_along(self):
        # The first one is everybody's who has none of his own.
        _first, pricelists = self.env["product.pricelist"].create(
            [
                {"name": name, "company_id": self.company.id, "sequence": sequence}
                for name, sequence in (("Everybody's", 1), ("Ours", 2))
            ]
        )
        # Odoo answers no pricelist at all where the feature is off.
        self.env.ref("base.group_user")._apply_group(
            self.env.ref("product.group_product_pricelist")
        )
        self.old.with_company(self.company).property_product_pricelist = pricelists
        person = self.make_person()
        self.assertEqual(person.property_product_pricelist, pricelists)
        self.leave(person)
        self.assertNotEqual(person.property_product_pricelist, pricelists)

    def test_telephone_and_mailbox_that_are_kept(self):
        cases = [
            ("ann@mill.example", "+1 650 555 0111", False, "+1 650 555 0111"),
            ("ann@gmail.com", "+1 650 555 0100", "ann@gmail.com", False),
            (False, False, False, False),
        ]
        for email, phone, kept_email, kept_phone in cases:
            with self.subTest(email=email):
                self.ann.write({"email": email, "phone": phone})
                wizard = self.env["client.change.employer"].create(
                    {"person_id": self.ann.id}
                )
                self.assertRecordValues(
                    wizard, [{"email": kept_email, "phone": kept_phone}]
                )

    def test_form(self):
        form = Form.from_action(self.env, self.ann.action_client_change_employer())
        self.assertEqual(form.old_partner_id, self.old)
        self.assertTrue(form.with_task)
        form.new_name = "Nobody is called so"
        self.assertFalse(form.similar_names)
        form.new_name = "New Yar"
        self.assertIn("New Yard", form.similar_names)
        form.new_partner_id = self.new
        self.assertFalse(form.similar_names)
        form.save().action_change()
        self.assertEqual(self.ann.parent_id, self.new)

    def test_refused(self):
        colleague = self.make_user("cb_colleague").partner_id
        address = self.make_person("Store", type="delivery")
        for partner in (self.old, colleague, address):
            with self.subTest(partner=partner.name), self.assertRaises(UserError):
                partner.action_client_change_employer()
        free = self.make_person("Free", self.env["res.partner"])
        bad = [
            (self.ann, {"new_partner_id": self.old.id}),
            (self.ann, {"new_partner_id": colleague.id}),
            (self.ann, {"new_partner_id": self.new.id, "date": ago(-1)}),
            (free, {"way": "left"}),
        ]
        for person, values in bad:
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.change(person, **values)

    def test_portal_login_goes_along(self):
        portal = self._create_new_portal_user()
        portal.partner_id.parent_id = self.old
        order = self.buy(portal.partner_id, ago(5), 100)
        order.message_subscribe(portal.partner_id.ids)
        self.change(portal.partner_id, self.new)
        self.assertEqual(portal.partner_id.parent_id, self.new)
        self.assertTrue(portal.active)
        self.assertFalse(order.with_user(portal).has_access("read"))
        self.assertNotIn(portal.partner_id, order.message_partner_ids)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDocumentsStay(EmploymentCase):
    def test_orders(self):
        order = self.buy(self.ann, ago(5), 100)
        quotation = self.quote(self.ann, 30)
        far = self.buy(self.ann, ago(5), 7, company=self.company_b)
        self.change(company=self.new)
        post = self.posts()[1].post_id
        for document in order | quotation | far:
            self.assertEqual(document.partner_id, post)
            self.assertEqual(
                document.partner_invoice_id.commercial_partner_id, self.old
            )
            self.assertEqual(
                document.partner_shipping_id.commercial_partner_id, self.old
            )
            self.assertEqual(document.order_line.order_partner_id, post)
        self.assertTurnover(self.old, 100)
        self.assertTurnover(self.old, 7, self.company_b)
        self.assertTurnover(self.new, 0)
        self.derive_all()
        self.assertTurnover(self.old, 100)
        self.assertTurnover(self.new, 0)
        self.assertFalse(self.card_of(self.new, self.company_b))
        self.buy(self.ann, TODAY, 5)
        self.assertTurnover(self.new, 5)
        self.assertTurnover(self.old, 100)

    def test_quotation_is_confirmed_by_the_old_company(self):
        quotation = self.quote(self.ann, 30)
        self.change(company=self.new)
        self.confirm(quotation)
        self.assertTurnover(self.old, 30)
        self.assertTurnover(self.new, 0)

    def test_invoices(self):
        self.set_up_accounting(self.company)
        self.company.client_purchase_source = "invoice"
        move = self.invoice(self.ann, ago(5), 100)
        before = move.read(["invoice_date_due", "amount_total", "name", "state"])
        self.change(company=self.new)
        self.assertEqual(move.partner_id, self.posts()[1].post_id)
        self.assertEqual(move.commercial_partner_id, self.old)
        self.assertEqual(move.line_ids.partner_id, self.old)
        self.assertEqual(
            move.read(["invoice_date_due", "amount_total", "name", "state"]), before
        )
        self.derive_all()
        self.assertTurnover(self.old, 100)
        self.assertTurnover(self.new, 0)

    def test_opportunities(self):
        lead = self.env["crm.lead"].create(
            {"name": "Saws", "type": "opportunity", "partner_id": self.ann.id}
        )
        lead.activity_schedule("mail.mail_activity_data_todo", TODAY)
        self.change(company=self.new, email="ann@yard.example")
        self.assertEqual(lead.partner_id, self.posts()[1].post_id)
        self.assertEqual(lead.email_from, "ann@mill.example")
        self.assertEqual(lead.activity_ids.client_id, self.old)

    def test_documents_of_others_are_not_touched(self):
        bob = self.make_person("Bob")
        orders = self.buy(bob, ago(5), 100) | self.buy(self.old, ago(5), 1)
        self.change(company=self.new)
        self.assertEqual(orders.partner_id, bob | self.old)

    def test_documents_of_a_further_address(self):
        home = self.make_person("Home", self.ann, type="delivery")
        order = self.quote(self.ann)
        order.partner_shipping_id = home
        self.change(company=self.new)
        self.assertEqual(order.partner_shipping_id.commercial_partner_id, self.old)
        self.assertEqual(home.commercial_partner_id, self.new)

    def test_private_client_takes_his_purchases_along(self):
        free = self.make_person("Free", self.env["res.partner"])
        self.buy(free, ago(5), 100)
        self.assertTurnover(free, 100)
        self.change(free, self.new)
        self.assertFalse(self.card_of(free))
        self.assertTurnover(self.new, 100)
        self.assertEqual(len(self.posts(free)), 1)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLeftAndBack(EmploymentCase):
    def test_left_unknown_where(self):
        self.buy(self.ann, ago(5), 100)
        self.leave()
        self.assertRecordValues(
            self.ann,
            [
                {
                    "active": True,
                    "parent_id": False,
                    "function": False,
                    "email": False,
                    "phone": "+1 650 555 0111",
                    "client_base": False,
                }
            ],
        )
        self.assertFalse(self.card_of(self.ann))
        self.assertTurnover(self.old, 100)
        self.derive_all()
        self.assertFalse(self.card_of(self.ann))
        self.assertTurnover(self.old, 100)
        self.assertIn("Old Mill (Buyer)", self.ann.client_employment_text)
        self.assertIn("Jun 15, 2025", self.ann.client_employment_text)
        self.assertIs(self.posts().present_employer, False)
        self.assertTrue(self.tasks())
        partners = self.env["res.partner"]
        self.assertIn(self.ann, partners.search([("name", "=", "Ann Buyer")]))
        self.assertNotIn(self.ann, self.old.child_ids)

    def test_lost_persons_are_found(self):
        self.leave()
        lost = [
            ("parent_id", "=", False),
            ("client_employment_ids.ended", "=", "left"),
            ("name", "=", "Ann Buyer"),
        ]
        self.assertEqual(self.env["res.partner"].search(lost), self.ann)
        self.change(company=self.new)
        self.assertFalse(self.env["res.partner"].search(lost))

    def test_twice_in_a_row(self):
        third = self.make_partner("Third")
        self.buy(self.ann, ago(5), 100)
        self.change(company=self.new, date=ago(3))
        self.buy(self.ann, ago(2), 20)
        self.change(company=third, date=ago(1))
        self.buy(self.ann, TODAY, 3)
        for partner, amount in ((self.old, 100), (self.new, 20), (third, 3)):
            self.assertTurnover(partner, amount)
        self.assertEqual(self.posts().company_partner_id, third | self.new | self.old)
        self.assertEqual(self.posts().mapped("date_to"), [False, ago(1), ago(3)])

    def test_twice_on_one_day(self):
        third = self.make_partner("Third")
        self.change(company=self.new)
        self.change(company=third)
        self.assertEqual(self.posts().mapped("date_to"), [False, TODAY, TODAY])

    def test_before_the_post_began(self):
        self.change(company=self.new, date=ago(3))
        with self.assertRaises(ValidationError):
            self.change(company=self.old, date=ago(4))

    def test_back_to_the_old_employer(self):
        self.buy(self.ann, ago(5), 100)
        self.change(company=self.new)
        self.buy(self.ann, TODAY, 20)
        self.change(company=self.old, function="Director")
        self.assertEqual(self.ann.parent_id, self.old)
        self.assertTurnover(self.old, 100)
        self.assertTurnover(self.new, 20)
        self.assertEqual(
            [post.company_partner_id.name for post in self.posts()],
            ["Old Mill", "New Yard", "Old Mill"],
        )
        self.assertFalse(self.posts()[0].date_to)

    def test_found_again(self):
        self.leave(date=ago(3))
        self.change(company=self.new)
        self.assertEqual(self.ann.parent_id, self.new)
        self.assertFalse(self.ann.client_employment_text)
        self.assertEqual(len(self.posts()), 2)

    def test_posts_typed_in(self):
        posts = self.env["client.employment"]
        values = {"person_id": self.ann.id, "company_partner_id": self.new.id}
        posts.create({**values, "date_from": "2010-01-01", "date_to": "2010-01-01"})
        bad = [
            {**values, "date_from": "2010-01-02", "date_to": "2010-01-01"},
            {**values, "company_partner_id": self.ann.id},
            {**values, "person_id": self.old.id},
        ]
        for vals in bad:
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                posts.create(vals)

    def test_merge_keeps_the_posts(self):
        before = self.env["client.touchpoint"].create(
            {"partner_id": self.ann.id, "kind": "call"}
        )
        self.change(company=self.new)
        double = self.make_person("Ann B.", self.new)
        contact = self.env["client.touchpoint"].create(
            {"partner_id": double.id, "kind": "call"}
        )
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge._merge((self.ann | double).ids, double, extra_checks=False)
        self.assertEqual(len(self.posts(double)), 2)
        self.assertEqual(contact.person_id, double)
        self.assertEqual(before.person_id, double)
        self.assertEqual(before.partner_id, self.old)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestOldAddress(EmploymentCase):
    def find(self, *emails, **options):
        return self.env["res.partner"]._find_or_create_from_emails(
            list(emails), **options
        )

    def test_mail_from_the_old_address(self):
        self.change(company=self.new, email="ann@yard.example")
        for email in ("ann@mill.example", '"A. B." <ANN@mill.example>'):
            with self.subTest(email=email):
                self.assertEqual(self.find(email, no_create=True), [self.ann])
                self.assertEqual(self.find(email), [self.ann])
                self.assertEqual(
                    self.env["res.partner"].find_or_create(email), self.ann
                )
        self.assertEqual(self.find("ann@yard.example"), [self.ann])

    def test_order_of_the_answer(self):
        self.change(company=self.new, email="ann@yard.example")
        found = self.find(
            "x@fresh.example",
            "ann@mill.example",
            "info@mill.example",
            "",
            "x@fresh.example",
        )
        self.assertEqual(found[1], self.ann)
        self.assertEqual(found[2], self.old)
        self.assertEqual(found[0].email, "x@fresh.example")
        self.assertEqual(found[4], found[0])
        self.assertFalse(found[3])

    def test_successor_with_the_same_address_comes_first(self):
        self.change(company=self.new)
        successor = self.make_person("Bob", email="ann@mill.example")
        self.assertEqual(self.find("ann@mill.example"), [successor])

    def test_unknown_and_banned_addresses(self):
        self.leave()
        self.assertFalse(self.find("nobody@mill.example", no_create=True)[0])
        banned = self.find(
            "ann@mill.example", ban_emails=["ann@mill.example"], no_create=True
        )
        self.assertFalse(banned[0])
        refused = self.find(
            "ann@mill.example", filter_found=lambda one: one.user_ids, no_create=True
        )
        self.assertFalse(refused[0])

    def test_archived_person_is_not_found(self):
        self.leave()
        self.ann.active = False
        self.assertFalse(self.find("ann@mill.example", no_create=True)[0])

    def test_quick_search(self):
        self.leave()
        found = self.env["res.partner"].name_search("ann@mill.example")
        self.assertIn(self.ann.id, [row[0] for row in found])

    def test_letter_is_a_contact_with_the_new_client(self):
        self.change(company=self.new, email="ann@yard.example")
        document = self.make_partner("Somebody")
        author = document._partner_find_from_emails_single(["ann@mill.example"])
        document.message_post(
            body="Hello",
            message_type="email",
            email_from="ann@mill.example",
            author_id=author.id,
        )
        contact = self.env["client.touchpoint"].search(
            [("person_id", "=", self.ann.id)]
        )
        self.assertEqual(contact.partner_id, self.new)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestEmploymentErased(EmploymentCase):
    def test_anonymised_with_the_posts(self):
        head = self.make_user(
            "cb_head",
            f"{SALES},base.group_partner_manager,client_base_retention.group_client_head",
        )
        order = self.buy(self.ann, ago(5), 100)
        self.change(company=self.new)
        post = self.posts()[1].post_id
        self.ann.with_user(head)._client_anonymize()
        self.env.invalidate_all()
        for name in ("email", "email_normalized", "phone", "function"):
            self.assertEqual(self.posts().mapped(name), [False, False], name)
        self.assertEqual(order.partner_id, post)
        self.assertNotIn("Ann", post.name)
        self.assertFalse(post.email)
        self.assertEqual(post.parent_id, self.old)
        self.assertEqual(self.old.vat, "US123456")
