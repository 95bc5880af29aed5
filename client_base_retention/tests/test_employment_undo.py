"""*Undo the change* of an employer, and what the data steward sees of a move (N22)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_HEAD, ROLE_STEWARD, SALES, TODAY, ago
from .test_employment import EmploymentCase
from .test_employment_rights import EmploymentRightsCase

BEFORE = ("parent_id", "function", "email", "phone", "vat", "street", "user_id")


class UndoCase(EmploymentCase):
    def undo(self, person=None, user=None):
        person = (person or self.ann).with_user(user or self.env.user)
        action = person.action_client_undo_employer()
        self.env.invalidate_all()
        return action

    def state(self, person=None):
        return {name: (person or self.ann)[name] for name in BEFORE}

    def assertCannot(self, person=None):
        person = person or self.ann
        self.env.invalidate_all()
        self.assertFalse(person.client_can_undo_employer)
        with self.assertRaises(UserError):
            person.action_client_undo_employer()


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestUndo(UndoCase):
    def test_person_is_as_before(self):
        self.new.write({"vat": "US777", "street": "Yard 7", "user_id": self.env.uid})
        before = self.state()
        for way, company in (("changed", self.new), ("left", None)):
            with self.subTest(way=way):
                self.change(
                    company=company,
                    way=way,
                    function="Director",
                    email="a@yard.example",
                )
                self.assertNotEqual(self.state(), before)
                self.assertTrue(self.ann.client_can_undo_employer)
                self.undo()
                self.assertEqual(self.state(), before)
                self.assertFalse(self.posts())
                self.assertFalse(self.ann.client_can_undo_employer)
        self.assertEqual(self.new.vat, "US777")
        self.assertEqual(self.old.street, "Mill road 1")

    def test_row_of_the_post_is_as_before(self):
        row = self.env["client.employment"].create(
            {
                "person_id": self.ann.id,
                "company_partner_id": self.old.id,
                "date_from": "2020-01-01",
                "note": "typed in",
            }
        )
        self.change(company=self.new, note="told us")
        self.assertEqual(row.date_to, TODAY)
        self.undo()
        self.assertRecordValues(
            self.posts(),
            [
                {
                    "id": row.id,
                    "date_from": ago(0).replace(2020, 1, 1),
                    "date_to": False,
                    "ended": False,
                    "note": "typed in",
                    "post_id": False,
                }
            ],
        )

    def test_documents_and_who_follows_them(self):
        home = self.make_person("Home", self.ann, type="delivery")
        order = self.buy(self.ann, ago(5), 100)
        order.message_subscribe(self.ann.ids)
        quotation = self.quote(self.ann)
        quotation.partner_shipping_id = home
        self.change(company=self.new)
        post = self.posts()[1].post_id
        self.assertEqual(order.partner_id, post)
        self.assertNotIn(self.ann, order.message_partner_ids)
        self.undo()
        self.assertEqual((order | quotation).partner_id, self.ann)
        self.assertEqual(order.order_line.order_partner_id, self.ann)
        self.assertEqual(quotation.partner_shipping_id, home)
        self.assertIn(self.ann, order.message_partner_ids)
        self.assertFalse(post.exists())
        self.assertTurnover(self.old, 100)
        self.derive_all()
        self.assertTurnover(self.old, 100)

    def test_who_is_talked_to(self):
        card = self.card_of(self.old)
        card.contact_person_id = self.ann
        self.change(company=self.new)
        self.card_of(self.new).contact_person_id = self.ann
        self.undo()
        self.assertEqual(card.contact_person_id, self.ann)
        self.assertTrue(card.contact_person_is_manual)
        self.assertFalse(self.card_of(self.new).contact_person_id)

    def test_successor_chosen_meanwhile_stays(self):
        card = self.card_of(self.old)
        card.contact_person_id = self.ann
        self.change(company=self.new)
        card.contact_person_id = bob = self.make_person("Bob")
        self.undo()
        self.assertEqual(card.contact_person_id, bob)

    def test_task_goes(self):
        other = self.old.activity_schedule("mail.mail_activity_data_todo", TODAY)
        self.change(company=self.new)
        self.assertTrue(self.tasks())
        self.undo()
        self.assertFalse(self.tasks())
        self.assertTrue(other.exists())

    def test_prospect_made_by_the_change(self):
        known = self.make_partner("Known")
        known.action_add_to_client_base()
        kept = self.make_partner("Kept")
        cases = (
            ("untouched", {"company": self.new}, False),
            ("known before", {"company": known}, True),
            ("somebody works there", {"company": kept}, True),
        )
        for label, values, stays in cases:
            with self.subTest(label):
                self.change(**values)
                company = self.ann.parent_id
                if company == kept:
                    self.make_person("Cid", kept)
                self.undo()
                self.assertEqual(bool(self.card_of(company)), stays)
                self.assertTrue(company.active)

    def test_company_made_by_the_change(self):
        for touched in (False, True):
            with self.subTest(touched=touched):
                self.change(new_name=f"Fresh {touched}")
                fresh = self.ann.parent_id
                if touched:
                    self.env["client.touchpoint"].create(
                        {"partner_id": fresh.id, "kind": "call"}
                    )
                self.undo()
                self.assertEqual(fresh.active, touched)
                self.assertEqual(bool(self.card_of(fresh)), touched)

    def test_details_corrected_since_stay(self):
        self.change(company=self.new, email="a@yard.example", function="Director")
        self.ann.email = "ann@gmail.com"
        self.undo()
        self.assertEqual(self.ann.email, "ann@gmail.com")
        self.assertEqual(self.ann.function, "Buyer")

    def test_the_last_one_only(self):
        third = self.make_partner("Third")
        self.change(company=self.new, function="Clerk")
        self.change(company=third)
        self.undo()
        self.assertEqual(self.ann.parent_id, self.new)
        self.assertEqual(self.ann.function, "Clerk")
        self.assertEqual(self.posts().mapped("date_to"), [False, TODAY])
        self.assertCannot()

    def test_back_to_unknown_where(self):
        self.leave()
        self.change(company=self.new)
        self.undo()
        self.assertFalse(self.ann.parent_id)
        self.assertFalse(self.ann.vat)
        self.assertEqual(self.posts().ended, "left")

    def test_what_hangs_on_it(self):
        contact = {"kind": "call"}
        cases = {
            "order": lambda: self.quote(self.ann),
            "touchpoint": lambda: self.env["client.touchpoint"].create(
                {"partner_id": self.ann.id, **contact}
            ),
            "remark": lambda: self.env["client.remark"].create(
                {"partner_id": self.ann.id, "kind": "wish", "text": "Sharpening"}
            ),
            "lead": lambda: self.env["crm.lead"].create(
                {"name": "Saws", "partner_id": self.ann.id}
            ),
            "moved": lambda: self.ann.write({"parent_id": False}),
        }
        self.buy(self.ann, ago(5), 100)
        for label, act in cases.items():
            for way, company in (("changed", self.new), ("left", None)):
                if label == "moved" and not company:
                    continue
                with self.subTest(label, way=way), self.env.cr.savepoint() as point:
                    self.change(company=company, way=way)
                    self.assertTrue(self.ann.client_can_undo_employer)
                    act()
                    self.assertCannot()
                    point.rollback()
                    self.env.invalidate_all()

    def test_private_client_cannot_come_apart_again(self):
        free = self.make_person("Free", self.env["res.partner"])
        self.buy(free, ago(5), 100)
        self.change(free, self.new)
        self.assertCannot(free)
        self.assertTurnover(self.new, 100)

    def test_nothing_to_undo(self):
        self.assertCannot()
        self.env["client.employment"].create(
            {"person_id": self.ann.id, "company_partner_id": self.new.id}
        )
        self.assertCannot()

    def test_nothing_of_it_survives_the_person(self):
        head = self.make_user(
            "cb_head", f"{SALES},base.group_partner_manager,{ROLE_HEAD}"
        )
        self.change(company=self.new)
        rows = self.posts().sudo()
        self.assertTrue(any(rows.mapped("undo_data")))
        self.ann.with_user(head)._client_anonymize()
        self.env.invalidate_all()
        self.assertFalse(any(rows.mapped("undo_data")))


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestUndoRights(EmploymentRightsCase):
    def test_own_client(self):
        ann = self.as_me(self.ann)
        order = self.buy(self.ann, ago(5), 100, company=self.company_b)
        self.change(ann, self.mine, self.me)
        self.env.invalidate_all()
        self.assertTrue(ann.client_can_undo_employer)
        ann.action_client_undo_employer()
        self.env.invalidate_all()
        self.assertEqual(self.ann.parent_id, self.old)
        self.assertEqual(order.partner_id, self.ann)

    def test_not_back_to_a_hidden_company(self):
        self.old.user_id = self.colleague
        self.change(company=self.mine)
        ann = self.as_me(self.ann)
        self.assertFalse(ann.client_can_undo_employer)
        with self.assertRaises(AccessError):
            ann.action_client_undo_employer()
        self.assertEqual(self.ann.parent_id, self.mine)

    def test_what_is_kept_is_read_by_nobody(self):
        self.change(company=self.mine)
        for role in (ROLE_HEAD, ROLE_STEWARD):
            user = self.make_user(f"cb_{role[-4:]}", f"{SALES},{role}")
            with self.subTest(role=role), self.assertRaises(AccessError):
                self.posts().with_user(user).read(["undo_data"])


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMoveIsReviewed(EmploymentRightsCase):
    """A salesperson moved a person: the steward looks at both clients."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.client_start_date = TODAY

    def changes(self, client):
        return self.env["client.review"].search(
            [("partner_id", "=", client.id), ("kind", "=", "changed")]
        )

    def words(self, client):
        return self.changes(client)._changes_in_words() if self.changes(client) else []

    def test_both_clients(self):
        self.change(self.as_me(self.ann), self.mine, self.me, email="a@yard.example")
        self.assertEqual(
            [(w["who"], w["before"], w["now"]) for w in self.words(self.old)],
            [("Ann Buyer", "Old Mill", False)],
        )
        new = {(w["before"], w["now"]) for w in self.words(self.mine)}
        self.assertIn((False, "My Yard"), new)
        self.assertIn(("ann@mill.example", "a@yard.example"), new)
        self.assertEqual(self.changes(self.old).user_id, self.me)
        self.assertNotIn("My Yard", self.changes(self.old).changes)

    def test_left(self):
        self.change(self.as_me(self.ann), user=self.me, way="left")
        self.assertEqual(len(self.words(self.old)), 1)

    def test_undone_it_is_forgotten(self):
        self.change(self.as_me(self.ann), self.mine, self.me, email="a@yard.example")
        self.assertTrue(self.changes(self.old) | self.changes(self.mine))
        self.as_me(self.ann).action_client_undo_employer()
        self.assertFalse(self.changes(self.old) | self.changes(self.mine))

    def test_who_causes_none(self):
        head = self.make_user(
            "cb_head", f"{SALES},base.group_partner_manager,{ROLE_HEAD}"
        )
        self.change(self.ann, self.mine, head)
        self.assertFalse(self.changes(self.old) | self.changes(self.mine))

    def test_not_before_the_start(self):
        self.company.client_start_date = ago(-1)
        self.change(self.as_me(self.ann), self.mine, self.me)
        self.assertFalse(self.changes(self.old) | self.changes(self.mine))
