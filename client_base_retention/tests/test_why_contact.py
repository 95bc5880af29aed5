"""*Why?* of the next contact: which norm, from when it counts, what moved the day."""

from datetime import timedelta

from odoo.tests import freeze_time, tagged

from .common import NOON, TODAY, ago, day
from .contacts import ContactsCommon


def words(when):
    return day(when).strftime("%m/%d/%Y")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestWhyContact(ContactsCommon):
    def called(self, days, **values):
        card = self.bought(last=200, **values)
        self.talk(card, ago(days))
        return card

    def test_late(self):
        self.norm()
        self.assertEqual(
            self.called(10).contact_reason,
            "Active: call at least once a week. "
            f"Last contact that counts: {words(ago(10))}. "
            f"Due on {words(ago(3))}: 3 d late of 7.",
        )

    def test_in_time(self):
        self.norm(warning_days=2)
        self.assertIn(
            f"Due on {words(ago(-6))}, announced from {words(ago(-4))}.",
            self.called(1).contact_reason,
        )

    def test_the_more_special_norm(self):
        self.norm(unit="month")
        self.norm(abc_class="vip")
        self.assertIn(
            "VIP: call at least once a week. It goes before “Active: call at least "
            "once a month”, for it is about his class.",
            self.called(1).contact_reason,
        )

    def test_class_and_potential_go_before_the_class(self):
        self.norm(abc_class="vip", unit="month")
        self.norm(abc_class="vip", potential_level="high")
        self.norm(abc_class="vip", kind="meeting")
        card = self.called(1)
        card.potential_level = "high"
        meeting, call = card.contact_reason.splitlines()
        self.assertIn("for it is about his class and potential.", call)
        self.assertNotIn("goes before", meeting)

    def test_newcomer(self):
        self.norm()
        self.norm(is_newcomer=True, unit="month", first_days=7)
        card = self.bought(last=5)
        self.assertIn("for it is about newcomers.", card.contact_reason)
        self.assertIn("No contact that counts yet.", card.contact_reason)
        self.assertNotIn("Counted from", card.contact_reason)

    def test_never_contacted(self):
        self.norm()
        card = self.bought(last=5)
        self.assertIn(
            f"Counted from the last purchase, {words(ago(5))}.", card.contact_reason
        )
        self.norm(status="prospect")
        card = self.client()
        card.entry_date = ago(4)
        self.assertIn(
            f"Counted from the entry into the base, {words(ago(4))}.",
            card.contact_reason,
        )

    def test_agreed_paused_and_first_round(self):
        self.norm()
        card = self.called(10)
        card._agree(TODAY + timedelta(days=5))
        self.assertIn(f"Agreed with him for {words(ago(-5))}.", card.contact_reason)
        card._agree(False)
        card.write({"pause_until": ago(-20), "pause_reason": "Repairs"})
        self.assertIn(f"Not before {words(ago(-20))}: Repairs.", card.contact_reason)
        card.pause_reason = False
        self.assertIn("He asked not to be contacted before", card.contact_reason)
        card.pause_until = False
        self.policy.start_date = ago(-3)
        self.derive_all()
        self.assertIn(
            f"The regulation starts on {words(ago(-3))}: in the first round his turn",
            card.contact_reason,
        )

    def test_arranged(self):
        self.norm()
        card = self.called(8)
        self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": card.partner_id.id,
                "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
                "date_deadline": ago(-3),
                "user_id": self.env.uid,
            }
        )
        self.assertIn(f"Due on {words(ago(1))}, arranged Jun 18.", card.contact_reason)

    def test_why_in_time(self):
        """A day off, an absence, days of grace: what makes the last day in time."""
        olga, boris = (self.make_user(f"why_{name}", name=name) for name in "OB")
        self.norm()
        # Due yesterday, a Saturday.
        card = self.called(8, user_id=olga.id)
        self.assertNotIn("day off", card.contact_reason)
        calendar = self.env["resource.calendar"].create({"name": "Office"})
        self.company.resource_calendar_id = calendar
        self.derive_all()
        self.assertIn(
            f"{words(ago(1))} is a day off: the next working day is {words(ago(-1))}.",
            card.contact_reason,
        )
        self.env["client.away"].create(
            {"user_id": olga.id, "date_from": ago(-1), "date_to": ago(-3)}
        )
        self.assertIn(
            f"O is away until {words(ago(-3))}: in time until {words(ago(-4))}.",
            card.contact_reason,
        )
        card.partner_id.user_id = boris
        self.assertIn(
            f"Taken over from O on {words(TODAY)}: days of grace until "
            f"{words(ago(-7))}.",
            card.contact_reason,
        )
        self.assertNotIn("day off", card.contact_reason)

    def test_taken_over_from_nobody(self):
        self.norm()
        card = self.called(8)
        card.obligation_ids.sudo().since = ago(3)
        card.partner_id.user_id = self.make_user("why_olga")
        self.assertIn(
            f"Taken over on {words(TODAY)}: days of grace until {words(ago(-7))}.",
            card.contact_reason,
        )

    def test_no_norm(self):
        card = self.bought(last=5)
        self.assertEqual(
            card.contact_reason,
            "The regulation “Own rules” has no norm for this status: active.",
        )
        self.norm(abc_class="c")
        self.assertEqual(
            card.contact_reason,
            "None of the norms of the regulation “Own rules” is about him.",
        )
        self.norm(status="former")
        self.policy.former_norm_months = 3
        gone = self.bought(last=700)
        self.assertEqual(
            gone.contact_reason,
            "The norms for this status (former) end after 3 months.",
        )

    def test_the_dialog_tells_it(self):
        self.norm()
        card = self.called(10)
        action = card.action_why()
        arch = card.get_view(action["views"][0][0], "form")["arch"]
        self.assertIn("contact_reason", arch)
