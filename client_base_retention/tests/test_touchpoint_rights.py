"""Who logs contacts and who may correct them; what of them others see."""

from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, TODAY, ago, day
from .contacts import ContactsCommon

TOMORROW = "2025-06-16 12:00:00"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTouchpointRights(ContactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.norm()
        cls.seller = cls.make_user("cb_seller", ROLE_ALL)
        cls.other = cls.make_user("cb_other", ROLE_ALL)
        cls.head = cls.make_user("cb_head", ROLE_HEAD)
        cls.plain = cls.make_user("cb_plain", SALES)
        cls.user_b = cls.make_user("cb_b", ROLE_HEAD, cls.company_b)

    def setUp(self):
        super().setUp()
        self.card = self.bought(10)

    def assertForbidden(self, act, *arguments, **options):
        with self.assertRaises(AccessError), self.cr.savepoint():
            act(*arguments, **options)
            self.env.flush_all()
        self.env.invalidate_all()

    def log_as(self, user, **values):
        contacts = self.env["client.touchpoint"].with_user(user)
        return contacts.create({"partner_id": self.card.partner_id.id} | values)

    # ------------------------------------------------------------------------ logging

    def test_the_lowest_role_logs(self):
        contact = self.log_as(self.seller, note="Wants saws")
        self.assertEqual(contact.user_id, self.seller)
        self.assertDue(self.card, TODAY + timedelta(days=7))
        card = self.card.with_user(self.seller)
        self.assertEqual(card.last_contact_date, TODAY)
        self.assertEqual(card.contact_state, "ok")
        self.assertEqual(card.obligation_ids.last_contact_date, TODAY)
        self.assertEqual(card.obligation_ids.rule_id.kind, "call")
        partner = card.partner_id
        self.assertEqual(partner.last_contact_date, TODAY)
        self.assertEqual(partner.contact_state, "ok")
        action = partner.action_open_client_touchpoints()
        self.assertEqual(contact.search(action["domain"]), contact)

    def test_the_lowest_role_makes_prospects_by_logging(self):
        partner = self.make_partner("New one")
        contact = self.log_as(self.seller, partner_id=partner.id)
        self.assertEqual(contact.card_id.status, "prospect")

    def test_without_a_role_there_are_no_contacts(self):
        contact = self.talk(self.card)
        self.assertForbidden(self.log_as, self.plain)
        self.assertForbidden(contact.with_user(self.plain).read, ["note"])
        partner = self.card.partner_id.with_user(self.plain)
        for name in ("last_contact_date", "next_contact_date", "contact_state"):
            with self.subTest(name=name):
                self.assertNotIn(name, partner.fields_get())
                self.assertForbidden(partner.read, [name])
                self.assertForbidden(partner.search, [(name, "!=", False)])
                self.assertForbidden(partner.search, [], order=name)
        obligations = self.card.obligation_ids.with_user(self.plain)
        self.assertForbidden(obligations.read, ["due_date"])

    def test_other_companies_see_nothing(self):
        contact = self.talk(self.card)
        contacts = contact.with_user(self.user_b)
        self.assertForbidden(contacts.read, ["note"])
        self.assertFalse(contacts.search([("id", "=", contact.id)]))
        obligations = self.card.obligation_ids.with_user(self.user_b)
        self.assertFalse(obligations.search([("id", "in", obligations.ids)]))
        self.assertForbidden(self.log_as, self.user_b, company_id=self.company.id)

    # --------------------------------------------------------------------- correcting

    def test_own_contacts_until_the_end_of_the_day(self):
        contact = self.log_as(self.seller)
        contact.note = "Corrected"
        self.log_as(self.seller).unlink()
        with freeze_time("2025-06-15 23:59:59"):
            contact.note = "Corrected again"
        with freeze_time("2025-06-16 00:00:00"):
            self.assertForbidden(contact.write, {"note": "Too late"})
            self.assertForbidden(contact.unlink)
            self.assertFalse(contact.has_access("write"))
        self.assertEqual(contact.note, "Corrected again")

    def test_the_day_is_that_of_the_company(self):
        """15 June 12:00 in UTC is the 16th in Kiritimati, until 16 June 10:00."""
        self.company.partner_id.tz = "Pacific/Kiritimati"
        contact = self.log_as(self.seller)
        self.assertEqual(contact.logged_on, day("2025-06-16"))
        with freeze_time("2025-06-16 09:59:00"):
            contact.note = "Corrected"
        with freeze_time("2025-06-16 10:00:00"):
            self.assertForbidden(contact.write, {"note": "Too late"})

    def test_what_was_logged_late_may_be_corrected_the_same_day(self):
        contact = self.log_as(self.seller, date="2025-06-01 10:00:00")
        contact.date = "2025-06-02 10:00:00"
        self.assertDue(self.card, "2025-06-09")

    def test_others_contacts_are_closed(self):
        contact = self.log_as(self.seller)
        foreign = contact.with_user(self.other)
        self.assertEqual(foreign.kind, "call")
        self.assertForbidden(foreign.write, {"note": "Mine"})
        self.assertForbidden(foreign.unlink)
        self.assertForbidden((foreign | self.log_as(self.other)).write, {"note": "x"})
        self.assertEqual(
            (foreign | self.log_as(self.other))._filtered_access("write").create_uid,
            self.other,
        )

    def test_a_contact_logged_for_a_colleague_is_his_too(self):
        contact = self.log_as(self.seller, user_id=self.other.id)
        contact.with_user(self.other).note = "He said more"
        contact.note = "He said it"

    def test_the_head_corrects_everything(self):
        contact = self.log_as(self.seller)
        with freeze_time(TOMORROW):
            contact.with_user(self.head).write({"outcome": "no_answer"})
            self.assertDue(self.card, ago(3))
            contact.with_user(self.head).unlink()

    def test_the_day_of_entry_cannot_be_forged(self):
        contact = self.log_as(self.seller, logged_on="2030-01-01")
        self.assertEqual(contact.logged_on, TODAY)

    def test_the_form_of_an_old_contact_can_be_read(self):
        contact = self.log_as(self.seller, note="Old")
        with freeze_time(TOMORROW):
            self.assertEqual(Form(contact.with_user(self.seller)).note, "Old")

    # ---------------------------------------------------------------- hidden sources

    def test_a_hidden_source_breaks_no_list(self):
        """A setting that the salesperson may not read."""
        hidden = self.env["ir.config_parameter"].search([], limit=1)
        order = self.quote(self.card.partner_id)
        first = self.talk(self.card, res_model=hidden._name, res_id=hidden.id)
        second = self.talk(self.card, res_model="sale.order", res_id=order.id)
        contacts = (first | second).with_user(self.seller)
        listed = contacts.web_read({"source_name": {}, "res_id": {}, "res_model": {}})
        self.assertEqual(listed[0]["source_name"], "System Parameter")
        self.assertNotIn(hidden.key, listed[0]["source_name"])
        self.assertEqual(listed[1]["source_name"], "Sales Order")
        self.assertEqual(second.source_name, order.display_name)

    # ---------------------------------------------------------- derived and by hand

    def test_what_is_derived_is_not_written_by_people(self):
        card = self.card.with_user(self.head)
        obligation = card.obligation_ids
        for record, values in (
            (card, {"next_contact_date": TODAY}),
            (card, {"last_contact_date": TODAY}),
            (card, {"warn_date": TODAY}),
            (card, {"agreed_date": TODAY}),
            (card, {"contact_person_is_manual": True}),
            (obligation, {"due_date": TODAY}),
            (obligation, {"last_contact_date": TODAY}),
        ):
            with self.subTest(values=values):
                self.assertForbidden(record.write, values)
        self.assertForbidden(obligation.unlink)
        self.assertForbidden(
            obligation.create,
            {
                "card_id": card.id,
                "company_id": self.company.id,
                "kind": "call",
            },
        )

    def test_the_lowest_role_agrees_dates(self):
        later = TODAY + timedelta(days=40)
        self.card.obligation_ids.with_user(self.seller).manual_due_date = later
        self.assertDue(self.card, later)
        self.card.with_user(self.seller)._agree(False)
        self.assertDue(self.card, ago(3))
        self.assertForbidden(self.card.with_user(self.plain)._agree, later)

    def test_a_long_pause_is_the_heads(self):
        for user, until, allowed in (
            (self.seller, "2025-12-15", True),
            (self.seller, "2025-12-16", False),
            (self.head, "2025-12-16", True),
            (self.seller, False, True),
        ):
            with self.subTest(user=user.login, until=until):
                values = {"pause_until": until, "pause_reason": "Repairs"}
                card = self.card.with_user(user)
                if allowed:
                    card.write(values)
                    self.assertEqual(card.pause_until, day(until) if until else False)
                    continue
                with self.assertRaisesRegex(ValidationError, "6 months"):
                    card.write(values)
