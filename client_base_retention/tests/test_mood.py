from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .common import NOON, ROLE_OWN, SALES, TODAY, ClientBaseCommon


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMood(ClientBaseCommon):
    """How the client feels about us, in five steps, with its history (N14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.make_user("mo_own", f"{SALES},{ROLE_OWN}")
        cls.partner = cls.make_partner("Alpha", user_id=cls.own.id)
        cls.partner.action_add_to_client_base()
        cls.card = cls.partner.client_card_id

    def test_five_steps(self):
        steps = [
            key for key, _word in self.env["client.card"]._fields["mood"].selection
        ]
        self.assertEqual(steps, ["1", "2", "3", "4", "5"])

    def test_who_said_so_and_when(self):
        self.card.with_user(self.own).mood = "4"
        self.assertRecordValues(
            self.card, [{"mood_date": TODAY, "mood_user_id": self.own.id}]
        )

    def test_history(self):
        self.card.with_user(self.own).mood = "4"
        self.card.with_user(self.own).mood = "2"
        self.card.with_user(self.own).mood = "2"
        self.card.with_user(self.own).mood = False
        self.assertEqual(
            self.moves(self.card, "mood"), [(False, "4"), ("4", "2"), ("2", False)]
        )
        last = self.card.transition_ids.filtered(lambda t: t.old_value == "4")
        self.assertEqual(last.user_id, self.own)
        self.assertEqual((last.old_label, last.new_label), ("Friendly", "Cool"))
        self.assertEqual(last.movement, "other")

    def test_a_note_for_people(self):
        before = len(self.notes(self.partner))
        self.card.with_user(self.own).mood = "1"
        (note,) = self.notes(self.partner)[: len(self.notes(self.partner)) - before]
        self.assertIn("Hostile", note.body)
        self.company.client_notes_on = False
        self.card.mood = "5"
        self.assertEqual(len(self.notes(self.partner)), before + 1)

    def test_on_the_contact(self):
        self.partner.with_user(self.own).client_mood = "5"
        self.assertEqual(self.card.mood, "5")
        self.assertEqual(
            self.env["res.partner"].search([("client_mood", "=", "5")]), self.partner
        )

    def test_who_may(self):
        other = self.make_partner("Other's")
        other.user_id = self.make_user("mo_other", ROLE_OWN)
        other.action_add_to_client_base()
        with self.assertRaises(AccessError):
            other.client_card_id.with_user(self.own).mood = "1"
        with self.assertRaises(AccessError):
            self.card.with_user(self.own).mood_user_id = self.env.user

    def test_the_night_writes_nothing(self):
        self.card.mood = "2"
        self.derive_all()
        before = self.versions()
        self.derive_all()
        self.assertEqual(self.versions(), before)
        self.assertEqual(self.card.mood, "2")

    def test_below_neutral_asks_what_is_wrong(self):
        """Hostile and cool propose a remark, as long as no problem is open."""
        partners = self.env["res.partner"].with_user(self.own)
        arch = etree.fromstring(partners.get_view(view_type="form")["arch"])
        (button,) = arch.xpath(
            "//div/button[@name='action_client_remark']"
            "[contains(@context, 'client_remark_kind')]"
        )
        hidden = button.getparent().get("invisible")
        for mood, asks in (
            (False, False),
            ("1", True),
            ("2", True),
            ("3", False),
            ("4", False),
            ("5", False),
        ):
            for dissatisfied in (False, True):
                with self.subTest(mood=mood, dissatisfied=dissatisfied):
                    values = {
                        "client_mood": mood,
                        "client_is_dissatisfied": dissatisfied,
                    }
                    self.assertEqual(
                        not safe_eval(hidden, values), asks and not dissatisfied
                    )
        action = (
            self.partner.with_user(self.own)
            .with_context(client_remark_kind="problem")
            .action_client_remark()
        )
        remarks = self.env["client.remark"].with_user(self.own)
        form = Form(remarks.with_context(**action["context"]))
        self.assertEqual(form.kind, "problem")
        form.text = "The saws are blunt"
        remark = form.save().sudo()
        self.assertEqual((remark.partner_id, remark.state), (self.partner, "open"))
        self.assertTrue(self.card.is_dissatisfied)
        self.assertEqual(remark.activity_id.user_id, self.own)
