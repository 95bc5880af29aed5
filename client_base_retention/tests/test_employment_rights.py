"""Who may record that a person changed jobs, and what nobody learns by it (N22)."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_OWN, SALES, TODAY, ago
from .test_employment import EmploymentCase

PARTNERS = "base.group_partner_manager"


class EmploymentRightsCase(EmploymentCase):
    """*Me* sees his own clients only; the new yard is a colleague's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.me = cls.make_user("cb_me", f"{SALES},{PARTNERS},{ROLE_OWN}")
        cls.colleague = cls.make_user("cb_colleague", f"{SALES},{PARTNERS},{ROLE_OWN}")
        cls.old.user_id = cls.me
        cls.ann.user_id = cls.me
        cls.theirs = cls.make_partner("Secret Yard", user_id=cls.colleague.id)
        cls.theirs.action_add_to_client_base()
        cls.mine = cls.make_partner("My Yard", user_id=cls.me.id)
        cls.mine.action_add_to_client_base()

    def as_me(self, records):
        return records.with_user(self.me).sudo(False)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestEmploymentRights(EmploymentRightsCase):
    def test_own_client_to_own_client(self):
        order = self.buy(self.ann, ago(5), 100)
        action = self.change(self.as_me(self.ann), self.mine, self.me)
        self.assertEqual(action["tag"], "soft_reload")
        self.assertEqual(self.ann.parent_id, self.mine)
        self.assertEqual(order.partner_id.commercial_partner_id, self.old)
        self.assertEqual(self.tasks().user_id, self.me)
        self.assertEqual(self.posts().user_id, self.me)

    def test_to_a_company_that_is_not_here_yet(self):
        self.change(self.as_me(self.ann), user=self.me, new_name="Fresh")
        fresh = self.ann.parent_id
        self.assertEqual(fresh.user_id, self.me)
        self.assertEqual(self.card_of(fresh).user_id, self.me)
        self.assertTrue(self.as_me(self.ann).has_access("read"))

    def test_left(self):
        self.change(self.as_me(self.ann), user=self.me, way="left")
        self.assertFalse(self.ann.parent_id)
        self.assertTrue(self.as_me(self.ann).has_access("read"))

    def test_not_to_a_hidden_company(self):
        with self.assertRaises(AccessError):
            self.change(self.as_me(self.ann), self.theirs, self.me)

    def test_hidden_person(self):
        bob = self.make_person("Bob", self.theirs, email="bob@secret.example")
        self.env.flush_all()
        wizard = self.env["client.change.employer"].with_user(self.me)
        with self.assertRaises(AccessError):
            self.as_me(bob).action_client_change_employer()
        with self.assertRaises(AccessError):
            wizard.create({"person_id": bob.id})
        with self.assertRaises(AccessError):
            wizard.onchange({"person_id": bob.id}, ["person_id"], {"email": {}})
        posts = self.env["client.employment"].with_user(self.me)
        values = {"person_id": self.ann.id, "company_partner_id": self.theirs.id}
        for vals in (values, {"person_id": bob.id, "company_partner_id": self.old.id}):
            with self.assertRaises(AccessError):
                posts.create(vals)

    def test_who_may_not_change_contacts(self):
        seller = self.make_user("cb_reader", ROLE_OWN)
        self.old.user_id = self.ann.user_id = seller
        if self.ann.with_user(seller).has_access("write"):
            self.skipTest("every user of this database may change contacts")
        with self.assertRaises(AccessError):
            self.ann.with_user(seller).action_client_change_employer()

    def test_without_role(self):
        nobody = self.make_user("cb_nobody", f"{SALES},{PARTNERS}")
        with self.assertRaises(AccessError):
            self.change(self.ann.with_user(nobody), self.mine, nobody)

    def test_posts_are_ended_by_the_dialog_only(self):
        posts = self.env["client.employment"].with_user(self.me)
        post = posts.create(
            {
                "person_id": self.ann.id,
                "company_partner_id": self.old.id,
                "user_id": self.colleague.id,
            }
        )
        self.assertEqual(post.user_id, self.me)
        post.write({"function": "Clerk", "date_to": TODAY})
        for vals in ({"post_id": self.old.id}, {"ended": "left"}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                post.write(vals)
        with self.assertRaises(AccessError):
            post.unlink()

    def test_several_companies_of_ours(self):
        """A user of one company moves a person whose documents lie in another."""
        order = self.buy(self.ann, ago(5), 100, company=self.company_b)
        self.change(self.as_me(self.ann), self.mine, self.me)
        self.assertEqual(order.partner_id.commercial_partner_id, self.old)
        self.assertEqual(self.card_of(self.old, self.company_b).turnover, 100)


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestEmploymentSight(EmploymentRightsCase):
    """A colleague who sees all moved Ann to a client that is hidden from me."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.env["client.touchpoint"].create(
            {"partner_id": cls.ann.id, "kind": "call", "outcome": "reached"}
        )
        wizard = cls.env["client.change.employer"].create(
            {
                "person_id": cls.ann.id,
                "new_partner_id": cls.theirs.id,
                "function": "Chief of the yard",
            }
        )
        wizard.action_change()
        cls.env.flush_all()
        cls.env.invalidate_all()

    def test_i_see_that_she_left_and_not_where_to(self):
        self.assertFalse(self.as_me(self.ann).has_access("read"))
        posts = self.env["client.employment"].with_user(self.me)
        posts = posts.search([("person_id", "=", self.ann.id)])
        self.assertEqual(posts.company_partner_id, self.old)
        row = posts.read()[0]
        self.assertEqual(row["person_name"], "Ann Buyer")
        self.assertFalse(row["present_employer"])
        self.assertNotIn("Secret", str(row))
        with self.assertRaises(AccessError):
            posts.action_open_person()

    def test_nothing_else_names_the_new_employer(self):
        said = self.as_me(self.contact).read(["person_id", "partner_id"])[0]
        self.assertEqual(said["person_id"][1], "Ann Buyer")
        old = self.as_me(self.old)
        self.assertNotIn("Secret", str(old.read(["client_staff_ids"])))
        messages = self.env["mail.message"].with_user(self.me)
        bodies = messages.search(
            [("model", "=", "res.partner"), ("res_id", "=", self.old.id)]
        ).mapped("body")
        self.assertTrue(any("Ann Buyer" in body for body in bodies))
        self.assertNotIn("Secret", str(bodies))

    def test_the_colleague_sees_her_and_not_where_from(self):
        ann = self.ann.with_user(self.colleague)
        self.assertTrue(ann.has_access("read"))
        self.assertEqual(ann.client_employment_ids.company_partner_id, self.theirs)
        self.assertEqual(ann.display_name, "Secret Yard, Ann Buyer")

    def test_who_sees_all_sees_both(self):
        seller = self.ann.with_user(self.seller)
        self.assertEqual(
            seller.client_employment_ids.company_partner_id, self.old | self.theirs
        )
        staff = self.old.with_user(self.seller).client_staff_ids
        self.assertEqual(staff.present_employer, "Secret Yard")

    def test_former_address_finds_only_who_is_seen(self):
        partners = self.env["res.partner"].with_user(self.me)
        found = partners.name_search("ann@mill.example")
        self.assertNotIn(self.ann.id, [row[0] for row in found])
        found = partners._find_or_create_from_emails(
            ["ann@mill.example"], no_create=True
        )
        self.assertFalse(found[0])


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestEmploymentMask(EmploymentRightsCase):
    def test_hidden_telephone_stays_as_it_is(self):
        """Who reads dots writes nothing: the number is kept."""
        watcher = self.make_user("cb_watcher", f"{SALES},{PARTNERS},{ROLE_ALL}")
        self.env["client.reading"]._forget()
        self.addCleanup(self.env["client.reading"]._forget)
        line = self.env["client.role"].search([("role", "=", "all")])
        line.mask = "others"
        wizard = self.env["client.change.employer"].with_user(watcher)
        wizard = wizard.create({"person_id": self.ann.id})
        read = wizard.read(["phone", "email"])[0]
        self.assertNotIn("555", str(read))
        wizard.write({"phone": read["phone"], "new_partner_id": self.mine.id})
        wizard.action_change()
        self.assertEqual(self.ann.phone, "+1 650 555 0111")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestEmploymentSpeed(EmploymentCase):
    def test_a_list_of_posts_costs_no_query_per_row(self):
        names = ["person_name", "present_employer", "display_name", "email"]
        counts = []
        for number in (2, 20):
            people = self.env["res.partner"].create(
                [
                    {"name": f"P {number} {n}", "parent_id": self.new.id}
                    for n in range(number)
                ]
            )
            posts = self.env["client.employment"].create(
                [
                    {
                        "person_id": person.id,
                        "company_partner_id": self.old.id,
                        "date_to": TODAY,
                    }
                    for person in people
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            posts.with_user(self.seller).read(names)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)

    def test_a_change_costs_the_same_with_many_documents(self):
        counts = []
        for number in (2, 20):
            person = self.make_person(f"Many {number}")
            for _order in range(number):
                self.quote(person)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            person._change_employer(self.new, TODAY)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 5, counts)

    def test_mail_costs_one_query_more(self):
        partners = self.env["res.partner"]
        emails = [f"x{n}@nowhere.example" for n in range(10)]
        self.env.flush_all()
        with self.assertQueryCount(2):
            partners._find_or_create_from_emails(emails, no_create=True)
