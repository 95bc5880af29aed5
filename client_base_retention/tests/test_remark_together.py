"""A novelty finds those who once asked for it, and all of them are told at once, by
who sees his own clients only (N13)."""

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools.safe_eval import safe_eval

from .common import NOON, ROLE_OWN, TODAY, ClientBaseCommon, ago

SALESMAN = "sales_team.group_sale_salesman"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestTogether(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.make_user("to_own", f"{ROLE_OWN},{SALESMAN}")
        cls.other = cls.make_user("to_other", f"{ROLE_OWN},{SALESMAN}")
        cls.tag = cls.env["client.remark.tag"].create({"name": "Sharpening (test)"})
        cls.clients = {}
        for name, user, days, values in (
            ("word", cls.own, 300, {"text": "No sharpening here", "kind": "wish"}),
            ("tag", cls.own, 2, {"text": "Dull", "tag_ids": [(6, 0, cls.tag.ids)]}),
            ("praise", cls.own, 1, {"text": "Good Sharpening!", "kind": "positive"}),
            ("prices", cls.own, 1, {"text": "Prices"}),
            ("hidden", cls.other, 1, {"text": "Sharpening, please", "kind": "wish"}),
        ):
            partner = cls.make_partner(
                name, user_id=user.id, email=f"{name}@together.example"
            )
            partner.action_add_to_client_base()
            cls.env["client.remark"].create(
                {"partner_id": partner.id, "date": ago(days), **values}
            )
            cls.clients[name] = partner
        cls.anna = cls.make_partner(
            "Anna",
            is_company=False,
            parent_id=cls.clients["word"].id,
            email="anna@together.example",
        )
        cls.clients["word"].client_card_id.contact_person_id = cls.anna
        cls.wanted = cls.clients["word"] | cls.clients["tag"] | cls.clients["praise"]

    def remarks(self, words="sharpening", *more):
        """What the search of the menu *Remarks* finds."""
        view = self.env.ref("client_base_retention.client_remark_view_search")
        (node,) = [
            node
            for node in self.env["client.remark"]
            .with_user(self.own)
            ._get_view(view.id, "search")[0]
            .iter("field")
            if node.get("name") == "text"
        ]
        domain = safe_eval(node.get("filter_domain"), {"self": words})
        return self.env["client.remark"].with_user(self.own).search([*domain, *more])

    def cards(self, *more):
        action = self.remarks("sharpening", *more).action_open_clients()
        cards = self.env["client.card"].with_user(self.own)
        return cards.search(action["domain"])

    def test_found_with_dates(self):
        self.assertEqual(self.remarks().partner_id.sudo(), self.wanted)
        self.assertEqual(self.cards().partner_id.sudo(), self.wanted)
        for days, names in (
            (300, {"word", "tag", "praise"}),
            (299, {"tag", "praise"}),
            (2, {"tag", "praise"}),
            (1, {"praise"}),
        ):
            with self.subTest(days=days):
                cards = self.cards(("date", ">=", ago(days)))
                self.assertEqual(set(cards.mapped("partner_id.name")), names)

    def test_plan_an_activity(self):
        action = self.cards().action_plan_together()
        schedule = self.env["mail.activity.schedule"].with_user(self.own)
        form = Form(schedule.with_context(**action["context"]))
        form.activity_type_id = self.env.ref("mail.mail_activity_data_call")
        form.summary = "There is a sharpener now"
        form.save().action_schedule_activities()
        planned = self.env["mail.activity"].search(
            [("summary", "=", "There is a sharpener now")]
        )
        self.assertEqual(planned.client_id, self.wanted)
        self.assertEqual(len(planned), 3)
        self.assertEqual(planned.user_id, self.own)

    def test_information_sent(self):
        material = self.env["client.material"].create({"name": "Sharpener 2025"})
        action = self.cards().action_record_material()
        send = self.env["client.material.send"].with_user(self.own)
        form = Form(send.with_context(**action["context"]))
        form.material_id = material
        form.channel = "email"
        form.save().action_record()
        sent = self.env["client.touchpoint"].search([("material_id", "=", material.id)])
        self.assertEqual(sent.partner_id, self.wanted)
        self.assertEqual(sent.user_id, self.own)

    def test_send_an_email(self):
        self.env["client.consent"].create(
            {"partner_id": self.clients["tag"].id, "state": "withdrawn", "how": "paper"}
        )
        action = self.cards().action_write_together()
        self.assertEqual(
            set(action["context"]["active_ids"]),
            {self.anna.id, self.clients["praise"].id},
        )
        self.assertIn("2 of 3", action["name"])
        composer = self.env["mail.compose.message"].with_user(self.own)
        form = Form(composer.with_context(**action["context"]))
        form.subject = "There is a sharpener now"
        form.body = "<p>Come and see</p>"
        form.save().action_send_mail()
        mails = self.env["mail.mail"].search(
            [("subject", "=", "There is a sharpener now")]
        )
        self.assertEqual(mails.recipient_ids, self.anna | self.clients["praise"])

    def test_nobody_can_be_written_to(self):
        self.clients["prices"].email = False
        card = self.clients["prices"].client_card_id.with_user(self.own)
        action = card.action_write_together()
        self.assertEqual(action["tag"], "display_notification")

    def test_clients_of_a_colleague(self):
        card = self.clients["hidden"].client_card_id.with_user(self.own)
        for method in ("action_plan_together", "action_write_together"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(card, method)()

    def test_many_cost_no_more_than_few(self):
        counts = []
        for number in (2, 20, 60):
            partners = self.make_partners(
                number, user_id=self.own.id, email="x@t.example"
            )
            partners.action_add_to_client_base()
            cards = self.env["client.card"].browse(partners.client_card_id.ids)
            cards = cards.with_user(self.own)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            cards.action_write_together()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1], counts)

    def test_task_of_today(self):
        """The follow-up of a problem is the salesperson's, for the day it was told."""
        remark = (
            self.env["client.remark"]
            .with_user(self.own)
            .create({"partner_id": self.clients["prices"].id, "text": "Late again"})
        )
        self.assertRecordValues(
            remark.sudo().activity_id,
            [{"user_id": self.own.id, "date_deadline": TODAY, "active": True}],
        )
