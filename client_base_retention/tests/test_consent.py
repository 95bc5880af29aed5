"""Consent to the processing of personal data: recorded, withdrawn, respected."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_HEAD, ROLE_OWN, SALES, TODAY, ClientBaseCommon, ago


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestConsent(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("cc_seller", f"{ROLE_OWN},{SALES}")
        cls.other = cls.make_user("cc_other", f"{ROLE_OWN},{SALES}")
        cls.head = cls.make_user("cc_head", f"{ROLE_HEAD},{SALES}")
        cls.plain = cls.make_user("cc_plain", SALES)
        cls.ann = cls.make_partner(
            "Ann", is_company=False, email="ann@mail.test", user_id=cls.seller.id
        )
        cls.bob = cls.make_partner("Bob", is_company=False, user_id=cls.seller.id)

    def record(self, person, state="given", when=TODAY, user=None, **values):
        consents = self.env["client.consent"]
        if user:
            consents = consents.with_user(user)
        return consents.create(
            {"partner_id": person.id, "state": state, "date": when, "how": "paper"}
            | values
        )

    # ---------------------------------------------------------------------- the state

    def test_the_newest_holds(self):
        self.assertFalse(self.ann.client_consent)
        self.record(self.ann, "given", ago(10))
        self.assertEqual(self.ann.client_consent, "given")
        self.assertEqual(self.ann.client_consent_date, ago(10))
        self.record(self.ann, "withdrawn", ago(5))
        self.assertEqual(self.ann.client_consent, "withdrawn")
        # Found later, older by its date: what was said after it still holds.
        self.record(self.ann, "given", ago(7))
        self.assertEqual(self.ann.client_consent, "withdrawn")
        # On the same day what was recorded last holds.
        self.record(self.ann, "given", ago(5))
        self.assertEqual(self.ann.client_consent, "given")
        self.assertEqual(len(self.ann.client_consent_ids), 4)
        self.assertFalse(self.bob.client_consent)

    def test_contacts_are_found_by_consent(self):
        cid = self.make_partner("Cid", is_company=False)
        self.record(self.ann, "given", ago(3))
        self.record(self.bob, "given", ago(3))
        self.record(self.bob, "withdrawn", ago(2))
        three = self.ann | self.bob | cid
        for domain, expected in (
            ([("client_consent", "=", "given")], self.ann),
            ([("client_consent", "=", "withdrawn")], self.bob),
            ([("client_consent", "!=", "withdrawn")], self.ann | cid),
            ([("client_consent", "=", False)], cid),
            ([("client_consent", "!=", False)], self.ann | self.bob),
            ([("client_consent", "in", ["given", False])], self.ann | cid),
            ([("client_consent", "not in", ["given", False])], self.bob),
        ):
            with self.subTest(domain=domain):
                found = self.env["res.partner"].search(
                    [*domain, ("id", "in", three.ids)]
                )
                self.assertEqual(found, expected)

    def test_an_import_records_a_row(self):
        partner = self.ann.with_user(self.seller)
        partner.client_consent = "given"
        self.assertEqual(self.ann.client_consent_ids.state, "given")
        self.assertEqual(self.ann.client_consent_ids.user_id, self.seller)
        partner.client_consent = "given"
        self.assertEqual(len(self.ann.client_consent_ids), 1)
        partner.client_consent = "withdrawn"
        self.assertEqual(self.ann.client_consent, "withdrawn")
        with self.assertRaises(UserError):
            partner.client_consent = False

    def test_not_in_the_future(self):
        for when, allowed in ((TODAY, True), (TODAY + timedelta(days=1), False)):
            with self.subTest(when=when):
                if allowed:
                    self.record(self.ann, when=when)
                    continue
                with self.assertRaises(ValidationError):
                    self.record(self.ann, when=when)

    def test_the_dialog(self):
        person = self.ann.with_user(self.seller)
        action = person.action_client_consent()
        consents = self.env["client.consent"].with_user(self.seller)
        view = action["views"][0][0]
        with Form(consents.with_context(**action["context"]), view=view) as form:
            self.assertEqual(form.partner_id, self.ann)
            self.assertEqual(form.state, "given")
            self.assertEqual(form.date, TODAY)
            form.how = "person"
            form.note = "Form 12"
        consent = self.ann.client_consent_ids
        self.assertEqual((consent.state, consent.user_id), ("given", self.seller))
        context = person.action_client_consent()["context"]
        self.assertEqual(context["default_state"], "withdrawn")

    # ------------------------------------------------------------------ who may what

    def test_rows_stay_as_they_were_recorded(self):
        consent = self.record(self.ann, user=self.seller)
        for user in (self.seller, self.head, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login):
                mine = consent.with_user(user)
                with self.assertRaises(AccessError):
                    mine.write({"state": "withdrawn"})
                with self.assertRaises(AccessError):
                    mine.unlink()

    def test_nobody_records_in_the_name_of_another(self):
        consent = self.record(self.ann, user=self.seller, user_id=self.head.id)
        self.assertEqual(consent.user_id, self.seller)

    def test_consents_follow_the_sight_of_their_clients(self):
        self.ann.action_add_to_client_base()
        consent = self.record(self.ann)
        self.assertEqual(consent.with_user(self.seller).state, "given")
        with self.assertRaises(AccessError):
            consent.with_user(self.other).read(["state"])
        with self.assertRaises(AccessError):
            self.record(self.ann, user=self.other)
        seen = self.env["client.consent"].with_user(self.other).search([])
        self.assertNotIn(consent, seen)
        self.assertEqual(consent.with_user(self.head).state, "given")

    def test_without_a_role_there_are_no_consents(self):
        consent = self.record(self.ann)
        with self.assertRaises(AccessError):
            consent.with_user(self.plain).read(["state"])
        with self.assertRaises(AccessError):
            self.record(self.ann, user=self.plain)
        partner = self.ann.with_user(self.plain)
        self.assertNotIn("client_consent", partner.fields_get())
        with self.assertRaises(AccessError):
            partner.search([("client_consent", "=", "given")])
        with self.assertRaises(AccessError):
            partner.client_consent = "withdrawn"

    def test_other_companies(self):
        owned = self.make_partner("Owned", company_id=self.company.id)
        consent, shared = self.record(owned), self.record(self.ann)
        user_b = self.make_user("cc_b", f"{ROLE_HEAD},{SALES}", self.company_b)
        seen = self.env["client.consent"].with_user(user_b).search([])
        self.assertIn(shared, seen)
        self.assertNotIn(consent, seen)

    # ------------------------------------------------------------------- being written

    def test_who_withdrew_is_not_written_to(self):
        firm = self.make_partner("Firm")
        person, delivery = self.env["res.partner"].create(
            [
                {"name": "Eve", "parent_id": firm.id, "email": "eve@firm.test"},
                {"name": "Store", "parent_id": self.ann.id, "type": "delivery"},
            ]
        )
        twin = self.make_partner("Ann again", email="ANN <Ann@mail.test>")
        everybody = self.ann | self.bob | firm | person | delivery | twin
        self.assertEqual(everybody._may_be_written_to(), everybody)
        self.record(self.ann, "given", ago(5))
        self.record(person, "given", ago(5))
        self.assertEqual(everybody._may_be_written_to(), everybody)
        self.record(self.ann, "withdrawn", ago(4))
        self.assertEqual(everybody._may_be_written_to(), self.bob | firm | person)
        self.record(person, "withdrawn", ago(4))
        self.assertEqual(everybody._may_be_written_to(), self.bob | firm)
        self.record(self.ann, "given", ago(3))
        self.assertEqual(everybody._may_be_written_to(), everybody - person)
        nobody = self.env["res.partner"]
        self.assertEqual(nobody._may_be_written_to(), nobody)

    def test_the_lowest_role_may_ask(self):
        self.record(self.ann, "withdrawn")
        both = (self.ann | self.bob).with_user(self.seller)
        self.assertEqual(both._may_be_written_to(), self.bob)

    def test_the_blacklist_is_left_alone_unless_asked_for(self):
        blacklist = self.env["mail.blacklist"]
        mine = [("email", "=", "ann@mail.test")]
        self.record(self.ann, "withdrawn", user=self.seller)
        self.assertFalse(blacklist.search(mine))
        self.record(self.ann, "withdrawn", user=self.seller, stop_mailings=True)
        self.assertTrue(blacklist.search(mine))
        # A person without an address has nothing to put on the list.
        self.record(self.bob, "withdrawn", user=self.seller, stop_mailings=True)

    # ---------------------------------------------------------------------- the merge

    def test_a_merge_keeps_the_consents_of_both(self):
        double = self.make_partner("Ann", is_company=False, email="ann@mail.test")
        self.record(self.ann, "given", ago(9))
        self.record(double, "withdrawn", ago(3))
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge([self.ann.id, double.id], self.ann)
        self.assertEqual(len(self.ann.client_consent_ids), 2)
        self.assertEqual(self.ann.client_consent, "withdrawn")

    # ---------------------------------------------------------------------- the speed

    def test_queries_do_not_grow_with_the_persons(self):
        counts = []
        for number in (5, 50):
            people = self.make_partners(number, is_company=False)
            for person in people:
                self.record(person, "withdrawn")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            people.mapped("client_consent")
            self.assertFalse(people._may_be_written_to())
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
