from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, ROLE_OWN, ClientBaseCommon, ago


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMaterial(ClientBaseCommon):
    """What was sent to clients: what, when, by whom, how (N5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.make_user("ma_own", ROLE_OWN)
        cls.every = cls.make_user("ma_all", ROLE_ALL)
        cls.head = cls.make_user("ma_head", ROLE_HEAD)
        cls.env["client.contact.rule"].create(
            {"policy_id": cls.policy.id, "status": "active", "interval_count": 30}
        )
        cls.paper = cls.env["client.material"].create(
            {"name": "Spring paper", "kind": "newspaper"}
        )
        cls.catalogue = cls.env["client.material"].create({"name": "Catalogue"})

    def dialog(self, action, user=None, **values):
        model = self.env[action["res_model"]].with_user(user or self.env.user)
        form = Form(model.with_context(**action["context"]))
        for name, value in values.items():
            form[name] = value
        return form

    def send(self, cards, user=None, material=None, **values):
        action = cards.with_user(user or self.env.user).action_record_material()
        values = {"material_id": material or self.paper, "channel": "post"} | values
        return self.dialog(action, user, **values).save().action_record()

    def sent(self, cards):
        return self.env["client.touchpoint"].search(
            [("card_id", "in", cards.ids), ("kind", "=", "material")]
        )

    # --------------------------------------------------------------------- recording

    def test_one_client(self):
        card = self.client((ago(5), 100), user_id=self.own.id)
        anna = self.env["res.partner"].create(
            {"name": "Anna", "parent_id": card.partner_id.id}
        )
        self.send(card, self.own, channel="hand", person_id=anna, note="Two copies")
        self.assertRecordValues(
            self.sent(card),
            [
                {
                    "partner_id": card.partner_id.id,
                    "person_id": anna.id,
                    "material_id": self.paper.id,
                    "channel": "hand",
                    "user_id": self.own.id,
                    "direction": "out",
                    "outcome": "reached",
                    "note": "Two copies",
                }
            ],
        )
        self.assertEqual(
            card.partner_id.client_sent_touchpoint_ids.material_id, self.paper
        )
        self.assertEqual(card.sent_material_ids, self.paper)

    def test_from_the_contact(self):
        card = self.client((ago(5), 100), user_id=self.own.id)
        anna = self.env["res.partner"].create(
            {"name": "Anna", "parent_id": card.partner_id.id}
        )
        action = anna.with_user(self.own).action_record_material()
        form = self.dialog(action, self.own)
        self.assertEqual(form.person_id, anna)
        self.assertEqual(form.client_id, card.partner_id)
        nobody = self.make_partner("Not in the base")
        with self.assertRaises(UserError):
            nobody.action_record_material()

    def test_a_person_of_another(self):
        card = self.client((ago(5), 100))
        other = self.make_partner("Other", is_company=False)
        with self.assertRaises(ValidationError):
            self.send(card, person_id=other)

    def test_no_norm_moves(self):
        card = self.client((ago(50), 100))
        self.derive_all()
        names = ("next_contact_date", "last_contact_date", "contact_state")
        before = [card[name] for name in names]
        self.send(card)
        self.env.invalidate_all()
        self.assertEqual([card[name] for name in names], before)
        self.derive_all()
        self.env.invalidate_all()
        self.assertEqual([card[name] for name in names], before)

    def test_many_clients_in_few_statements(self):
        counts = []
        for number in (10, 100):
            partners = self.make_partners(number)
            partners.action_add_to_client_base()
            cards = self.env["client.card"].search([("partner_id", "in", partners.ids)])
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.send(cards)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(self.sent(cards)), number)
        self.assertLess(counts[1], counts[0] + 25)

    def test_each_ones_person_to_talk_to(self):
        cards = self.client((ago(5), 1)) | self.client((ago(5), 1), name="Beta")
        anna = self.env["res.partner"].create(
            {"name": "Anna", "parent_id": cards[0].partner_id.id}
        )
        cards[0].contact_person_id = anna
        self.send(cards)
        self.assertEqual(self.sent(cards[0]).person_id, anna)
        self.assertFalse(self.sent(cards[1]).person_id)

    def test_only_who_did_not_get_it(self):
        cards = self.client((ago(5), 1)) | self.client((ago(5), 1), name="Beta")
        self.send(cards[0])
        action = cards.action_record_material()
        form = self.dialog(action, material_id=self.paper, channel="email")
        self.assertEqual(form.again_count, 1)
        form.leave_out = True
        form.save().action_record()
        self.assertEqual(len(self.sent(cards[0])), 1)
        self.assertEqual(len(self.sent(cards[1])), 1)

    def test_who_withdrew_the_consent_is_counted(self):
        card = self.client((ago(5), 1), is_company=False)
        self.env["client.consent"].create(
            {"partner_id": card.partner_id.id, "state": "withdrawn", "how": "phone"}
        )
        form = self.dialog(card.action_record_material(), material_id=self.paper)
        self.assertEqual(form.withdrawn_count, 1)

    def test_clients_of_two_companies(self):
        cards = self.client((ago(5), 1))
        cards.partner_id.with_company(self.company_b).action_add_to_client_base()
        cards |= self.card_of(cards.partner_id, self.company_b)
        with self.assertRaises(UserError):
            cards.action_record_material()

    # ----------------------------------------------------------------------- finding

    def test_who_got_it_and_who_did_not(self):
        got = self.client((ago(5), 1))
        other = self.client((ago(5), 1), name="Beta")
        nothing = self.client((ago(5), 1), name="Gamma")
        self.send(got)
        self.send(other, material=self.catalogue)
        everybody = got | other | nothing
        for operator, value, expected in (
            ("in", self.paper.ids, got),
            ("not in", self.paper.ids, other | nothing),
            ("=", False, nothing),
            ("!=", False, got | other),
            ("ilike", "spring", got),
            ("not ilike", "spring", other | nothing),
        ):
            with self.subTest(operator=operator, value=value):
                found = self.env["client.card"].search(
                    [
                        ("sent_material_ids", operator, value),
                        ("id", "in", everybody.ids),
                    ]
                )
                self.assertEqual(found, expected.sorted())
        self.assertEqual(self.paper.client_count, 1)

    def test_what_went_out_is_not_deleted(self):
        self.send(self.client((ago(5), 1)))
        with self.assertRaises(ValidationError):
            self.paper.unlink()
        self.paper.active = False
        self.catalogue.unlink()

    def test_only_of_information_sent(self):
        card = self.client((ago(5), 1))
        for values in ({"material_id": self.paper.id}, {"channel": "post"}):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.env["client.touchpoint"].create(
                    {"partner_id": card.partner_id.id, "kind": "call", **values}
                )

    # ------------------------------------------------------------------------- rights

    def test_rights(self):
        mine = self.client((ago(5), 1), user_id=self.own.id)
        theirs = self.client((ago(5), 1), name="Beta", user_id=self.every.id)
        self.send(mine, self.own)
        with self.assertRaises(AccessError):
            self.send(theirs, self.own)
        with self.assertRaises(AccessError):
            mine.partner_id.with_user(self.make_user("ma_no")).action_record_material()
        with self.assertRaises(AccessError):
            self.paper.with_user(self.every).name = "Other"
        self.paper.with_user(self.head).name = "Summer paper"
        theirs = self.env["client.material"].create(
            {"name": "Of B", "company_id": self.company_b.id}
        )
        self.assertNotIn(
            theirs, self.env["client.material"].with_user(self.own).search([])
        )

    def test_the_dialog_is_ones_own(self):
        card = self.client((ago(5), 1), user_id=self.own.id)
        action = card.with_user(self.own).action_record_material()
        form = self.dialog(action, self.own, material_id=self.paper, channel="post")
        dialog = form.save()
        for user in (self.every, self.head):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                dialog.with_user(user).action_record()

    # ------------------------------------------------------------- Log a contact

    def log(self, card, **values):
        action = card.with_user(self.own).action_log_contact()
        return self.dialog(action, self.own, **values).save()

    def test_log_which_material(self):
        card = self.client((ago(5), 1), user_id=self.own.id)
        self.log(
            card, kind="material", material_id=self.paper, channel="email"
        ).action_reached()
        self.assertRecordValues(
            self.sent(card), [{"material_id": self.paper.id, "channel": "email"}]
        )

    def test_log_with_a_remark(self):
        card = self.client((ago(5), 1), user_id=self.own.id)
        self.log(
            card,
            note="Talked about boxes",
            with_remark=True,
            remark_kind="wish",
            remark_text="Wants smaller boxes",
            mood="4",
        ).action_reached()
        remark = self.env["client.remark"].search(
            [("partner_id", "=", card.partner_id.id)]
        )
        self.assertRecordValues(
            remark,
            [
                {
                    "kind": "wish",
                    "text": "Wants smaller boxes",
                    "user_id": self.own.id,
                    "state": False,
                }
            ],
        )
        self.assertEqual(card.mood, "4")

    def test_log_the_note_is_the_remark(self):
        card = self.client((ago(5), 1), user_id=self.own.id)
        with self.assertRaises(ValidationError):
            self.log(card, with_remark=True).action_reached()
        self.log(card, with_remark=True, note="Came late").action_reached()
        self.assertTrue(card.is_dissatisfied)

    def test_log_without_a_remark(self):
        card = self.client((ago(5), 1), user_id=self.own.id)
        self.log(card, note="Nothing new").action_reached()
        self.assertFalse(
            self.env["client.remark"].search([("partner_id", "=", card.partner_id.id)])
        )
