from datetime import timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_HEAD, ROLE_OWN, TODAY, ClientBaseCommon, ago


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRemark(ClientBaseCommon):
    """Remarks of clients, and what an open problem makes of a client (N13, N14)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own = cls.make_user("re_own", ROLE_OWN)
        cls.other = cls.make_user("re_other", ROLE_OWN)
        cls.every = cls.make_user("re_all", ROLE_ALL)
        cls.head = cls.make_user("re_head", ROLE_HEAD)
        cls.partner = cls.make_partner("Alpha", user_id=cls.own.id)
        cls.anna = cls.env["res.partner"].create(
            {"name": "Anna", "parent_id": cls.partner.id}
        )
        cls.partner.action_add_to_client_base()
        cls.card = cls.partner.client_card_id

    def remark(self, partner=None, user=None, **values):
        remarks = self.env["client.remark"]
        if user:
            remarks = remarks.with_user(user)
        return remarks.create(
            {
                "partner_id": (partner or self.partner).id,
                "text": "The sharpener is dull",
                **values,
            }
        )

    def tasks(self, partner=None):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "=", (partner or self.partner).id),
            ]
        )

    # ----------------------------------------------------------------- what it is

    def test_a_person_means_his_client(self):
        remark = self.remark(self.anna, kind="wish")
        self.assertRecordValues(
            remark,
            [
                {
                    "partner_id": self.partner.id,
                    "person_id": self.anna.id,
                    "card_id": self.card.id,
                    "company_id": self.company.id,
                    "date": TODAY,
                    "state": False,
                }
            ],
        )

    def test_refused(self):
        stranger = self.make_partner("Beta")
        for values in (
            {"date": TODAY + timedelta(days=1)},
            {"text": "  "},
            {"person_id": stranger.id},
            {"partner_id": self.company.partner_id.id},
        ):
            with self.subTest(values=values), self.assertRaises(ValidationError):
                self.remark(**values)

    def test_only_problems_are_open(self):
        for kind, state in (("problem", "open"), ("positive", False), ("wish", False)):
            with self.subTest(kind=kind):
                self.assertEqual(self.remark(kind=kind).state, state)
                self.assertEqual(self.remark(kind=kind, state="open").state, state)

    # ----------------------------------------------------------- dissatisfied clients

    def dissatisfied(self, user=None):
        cards = self.env["client.card"].with_user(user or self.env.user)
        found = cards.search([("is_dissatisfied", "=", True)])
        content = cards.search([("is_dissatisfied", "=", False)])
        self.assertFalse(found & content)
        self.assertEqual(found, (found | content).filtered("is_dissatisfied"))
        return found

    def test_an_open_problem_makes_dissatisfied(self):
        self.assertNotIn(self.card, self.dissatisfied())
        first = self.remark(date=ago(3))
        second = self.remark(date=ago(9))
        self.assertIn(self.card, self.dissatisfied())
        self.assertEqual(self.card.dissatisfied_since, ago(9))
        self.assertTrue(self.partner.client_is_dissatisfied)
        self.assertTrue(self.anna.client_is_dissatisfied)
        self.assertIn("sharpener", self.partner.client_problem_text)
        second.write({"solution": "A new one", "state": "solved"})
        self.assertEqual(self.card.dissatisfied_since, ago(3))
        first.unlink()
        self.assertNotIn(self.card, self.dissatisfied())
        self.assertFalse(self.partner.client_problem_text)

    def test_praise_and_wishes_do_not(self):
        self.remark(kind="positive")
        wish = self.remark(kind="wish")
        self.assertNotIn(self.card, self.dissatisfied())
        wish.kind = "problem"
        self.assertIn(self.card, self.dissatisfied())
        wish.kind = "positive"
        self.assertNotIn(self.card, self.dissatisfied())

    def test_in_one_company_only(self):
        self.partner.with_company(self.company_b).action_add_to_client_base()
        self.remark()
        other = self.card_of(self.partner, self.company_b)
        self.assertTrue(self.card.is_dissatisfied)
        self.assertFalse(other.is_dissatisfied)
        self.assertNotIn(other, self.dissatisfied())

    def test_contacts_are_filtered(self):
        self.remark()
        found = self.env["res.partner"].search([("client_is_dissatisfied", "=", True)])
        self.assertIn(self.partner, found)

    def test_cards_are_grouped(self):
        self.remark()
        groups = self.env["client.card"].formatted_read_group(
            [("company_id", "=", self.company.id)], ["is_dissatisfied"], ["__count"]
        )
        self.assertEqual(
            {group["is_dissatisfied"]: group["__count"] for group in groups}, {True: 1}
        )

    # ------------------------------------------------------------------ one task each

    def test_one_task_of_the_salesperson_before_start_too(self):
        self.assertFalse(self.company.client_start_date)
        self.remark(user=self.every)
        (task,) = self.tasks()
        self.assertEqual(task.user_id, self.own)
        self.assertEqual(task.date_deadline, TODAY)
        self.assertIn("sharpener", task.summary)

    def test_without_salesperson_it_is_of_who_took_it_down(self):
        nobody = self.make_partner("Nobody's")
        nobody.action_add_to_client_base()
        self.remark(nobody, user=self.every)
        self.assertEqual(self.tasks(nobody).user_id, self.every)

    def test_defaults_of_the_dialog_are_none_of_the_task(self):
        context = {
            "default_partner_id": self.partner.id,
            "default_user_id": self.head.id,
            "default_date": str(ago(1)),
        }
        remarks = self.env["client.remark"].with_user(self.every)
        remark = remarks.with_context(**context).create({"text": "Late again"})
        self.assertEqual(remark.partner_id, self.partner)
        self.assertEqual(self.tasks().user_id, self.own)

    def test_solved_finishes_the_task(self):
        remark = self.remark(user=self.own)
        task = remark.activity_id
        with self.assertRaises(ValidationError):
            remark.action_solved()
        remark.solution = "Two new boxes the same day"
        remark.action_solved()
        self.assertRecordValues(
            remark,
            [{"state": "solved", "solved_on": TODAY, "solved_by_id": self.own.id}],
        )
        self.assertFalse(task.active)
        self.assertFalse(self.tasks())
        contacts = self.env["client.touchpoint"].search(
            [("partner_id", "=", self.partner.id)]
        )
        self.assertFalse(contacts, "a solved problem is no contact")

    def test_a_colleague_solves_it(self):
        remark = self.remark(user=self.own)
        remark.with_user(self.every).write({"solution": "Ours", "state": "solved"})
        self.assertFalse(self.tasks())

    def test_a_task_done_is_no_problem_solved(self):
        """Somebody looks after a dissatisfied client until he is no longer so."""
        remark = self.remark(user=self.own)
        first = remark.activity_id
        first.with_user(self.own).action_feedback(feedback="Promised new ones")
        self.assertTrue(self.card.is_dissatisfied)
        task = self.tasks()
        self.assertNotEqual(task, first)
        self.assertRecordValues(
            task,
            [
                {
                    "user_id": self.own.id,
                    "summary": "Dissatisfied: The sharpener is dull",
                    "date_deadline": TODAY + timedelta(3),
                }
            ],
        )
        self.assertEqual(remark.activity_id, task)
        # Who takes the client over has it, and the next one.
        self.partner.user_id = self.other
        self.assertEqual(task.user_id, self.other)
        task.with_user(self.other).action_feedback()
        self.assertEqual(self.tasks().user_id, self.other)
        remark.sudo().write({"solution": "New ones sent", "state": "solved"})
        self.assertFalse(self.tasks())

    def test_the_task_goes_along_with_the_client(self):
        """However the salesperson is changed; what was given to a colleague stays."""
        remarks = [self.remark(text=f"Late {number}") for number in range(3)]
        kept, solved, task = (remark.activity_id for remark in remarks)
        kept.user_id = self.every
        remarks[1].write({"solution": "Came in time", "state": "solved"})
        self.cr.precommit.run()
        mails = self.env["mail.mail"].search_count([])
        self.partner.with_user(self.head).user_id = self.other
        self.assertEqual(task.user_id, self.other)
        self.assertEqual(kept.user_id, self.every)
        self.assertEqual(solved.user_id, self.own, "done")
        self.card.user_id = self.own
        self.assertEqual(task.user_id, self.own)
        self.card.user_id = False
        self.assertEqual(task.user_id, self.own, "there is nobody else")
        self.cr.precommit.run()
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_the_task_of_nobodys_client_goes_to_the_first_salesperson(self):
        nobody = self.make_partner("Nobody's")
        nobody.action_add_to_client_base()
        remark = self.remark(nobody, user=self.every)
        nobody.user_id = self.own
        self.assertEqual(remark.activity_id.user_id, self.own)

    def test_the_task_of_who_left(self):
        remark = self.remark()
        remark.activity_id.user_id = self.every
        # Odoo deletes the activities of who is archived; a task made in that moment
        # stands.
        self.every.active = False
        self.assertTrue(remark.activity_id.exists())
        self.partner.user_id = self.other
        self.assertEqual(remark.activity_id.user_id, self.other)

    def test_solved_needs_words_whoever_writes_it(self):
        remark = self.remark()
        for words in (False, "  "):
            with self.subTest(words=words), self.assertRaises(ValidationError):
                remark.with_user(self.own).write({"state": "solved", "solution": words})
        with self.assertRaises(ValidationError):
            self.remark(state="solved")
        self.assertEqual(remark.state, "open")

    def test_opened_again(self):
        remark = self.remark()
        remark.write({"solution": "Sent a new one", "state": "solved"})
        remark.action_reopen()
        self.assertRecordValues(
            remark, [{"state": "open", "solved_on": False, "solution": False}]
        )
        self.assertEqual(len(self.tasks()), 1)
        remark.text = "Still dull"
        self.assertEqual(len(self.tasks()), 1)

    def test_no_problem_any_more(self):
        remark = self.remark()
        remark.kind = "wish"
        self.assertFalse(self.tasks())
        remark.kind = "problem"
        self.assertEqual(len(self.tasks()), 1)
        remark.unlink()
        self.assertFalse(self.tasks())

    def test_only_problems_are_solved(self):
        wish = self.remark(kind="wish", solution="We have it now")
        for deed in (wish.action_solved, wish.action_reopen):
            with self.assertRaises(ValidationError):
                deed()

    def test_many_at_once_cost_little(self):
        self.remark()
        counts = []
        for number in (10, 100):
            partners = self.make_partners(number, user_id=self.own.id)
            partners.action_add_to_client_base()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["client.remark"].create(
                [{"partner_id": p.id, "text": "Late", "kind": "wish"} for p in partners]
            )
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1], counts[0] + 15)

    # ------------------------------------------------------------------- finding them

    def test_all_who_mentioned_it(self):
        tag = self.env["client.remark.tag"].create({"name": "Sharpening"})
        lathe = self.env["product.product"].create({"name": "Sharpening stone"})
        partners = self.make_partners(5)
        partners.action_add_to_client_base()
        by_word, by_tag, by_product, other, old = partners
        self.remark(by_word, text="Waits for better SHARPENING", kind="wish")
        self.remark(by_tag, tag_ids=[Command.link(tag.id)])
        self.remark(by_product, product_ids=[Command.link(lathe.id)])
        self.remark(other, text="Prices")
        wanted = by_word | by_tag | by_product
        cards = self.env["client.card"].search(
            [
                ("remark_search", "ilike", "sharpenin"),
                ("partner_id", "in", partners.ids),
            ]
        )
        self.assertEqual(cards.partner_id, wanted)
        remarks = self.env["client.remark"].search([("partner_id", "in", wanted.ids)])
        action = remarks.action_open_clients()
        cards = self.env["client.card"].search(action["domain"])
        self.assertEqual(cards.partner_id, wanted)
        self.assertNotIn(old, cards.partner_id)
        people = self.env["res.partner"].search(
            [
                ("client_remark_ids.text", "ilike", "sharpenin"),
                ("id", "in", partners.ids),
            ]
        )
        self.assertEqual(people, by_word)

    def test_the_words_of_one_company_find_its_cards_only(self):
        self.partner.with_company(self.company_b).action_add_to_client_base()
        self.remark(text="Wants engraving", kind="wish")
        cards = self.env["client.card"].search(
            [("remark_search", "ilike", "engraving")]
        )
        self.assertEqual(cards, self.card)

    def test_on_the_form(self):
        own, of_anna = self.remark(), self.remark(self.anna, kind="wish")
        self.assertEqual(self.partner.client_remark_ids, own | of_anna)
        self.assertEqual(self.partner.client_remark_count, 2)
        beta = self.make_partner("Beta")
        self.anna.parent_id = beta
        self.env.invalidate_all()
        self.assertIn(of_anna, self.anna.client_remark_ids)
        self.assertNotIn(own, self.anna.client_remark_ids)
        self.assertIn(of_anna, self.partner.client_remark_ids)

    def test_dialog(self):
        action = self.anna.with_user(self.own).action_client_remark()
        form = Form(
            self.env["client.remark"]
            .with_user(self.own)
            .with_context(**action["context"]),
            view=action["views"][0][0],
        )
        form.text = "The box was dented"
        remark = form.save()
        self.assertEqual(remark.person_id, self.anna)
        self.assertEqual(remark.user_id, self.own)
        self.assertEqual(remark.state, "open")

    # -------------------------------------------------------------------------- rights

    def test_rights(self):
        mine = self.remark(user=self.own)
        theirs = self.remark(
            self.make_partner("Other's", user_id=self.other.id, client_card_ids=[])
        )
        theirs.partner_id.action_add_to_client_base()
        remarks = self.env["client.remark"].with_user(self.own)
        self.assertEqual(remarks.search([]), mine)
        with self.assertRaises(AccessError):
            theirs.with_user(self.own).read(["text"])
        with self.assertRaises(AccessError):
            self.remark(theirs.partner_id, user=self.own)
        with self.assertRaises(AccessError):
            mine.with_user(self.own).unlink()
        with self.assertRaises(AccessError):
            self.partner.with_user(self.make_user("re_none")).action_client_remark()
        self.assertNotIn(theirs.card_id, self.dissatisfied(self.own))
        mine.with_user(self.head).unlink()

    def test_companies(self):
        self.env.user.company_ids |= self.company_b
        theirs = self.remark(company_id=self.company_b.id)
        self.assertNotIn(
            theirs, self.env["client.remark"].with_user(self.head).search([])
        )

    # --------------------------------------------------- clients that move or merge

    def merge(self, source, target):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | target).ids, target, extra_checks=False)
        self.env.invalidate_all()

    def test_merged_clients_keep_the_remarks_of_both(self):
        twin = self.make_partner("Alpha again")
        twin.action_add_to_client_base()
        first, second = self.remark(), self.remark(twin, kind="wish")
        twin.client_card_id.mood = "2"
        self.merge(twin, self.partner)
        self.assertEqual((first | second).partner_id, self.partner)
        self.assertEqual(self.card.mood, "2")
        self.assertTrue(self.card.is_dissatisfied)

    def test_merged_persons_take_theirs_along(self):
        beta = self.make_partner("Beta")
        beta.action_add_to_client_base()
        ann = self.env["res.partner"].create({"name": "Ann", "parent_id": beta.id})
        remark = self.remark(ann)
        self.merge(ann, self.anna)
        self.assertEqual(remark.person_id, self.anna)
        self.assertEqual(remark.partner_id, self.partner)

    def test_a_client_becomes_a_person(self):
        boris = self.make_partner("Boris", is_company=False)
        boris.action_add_to_client_base()
        remark = self.remark(boris)
        boris.parent_id = self.partner
        self.env.invalidate_all()
        self.assertEqual(remark.partner_id, self.partner)
        self.assertEqual(remark.person_id, boris)
        self.assertTrue(self.card.is_dissatisfied)

    def test_anonymized(self):
        person = self.make_partner("Vera", is_company=False)
        person.action_add_to_client_base()
        remark = self.remark(person, text="Vera Ivanova's boots leak")
        remark.write({"solution": "New boots for Vera", "state": "solved"})
        person.with_user(self.head)._client_anonymize("asked for it")
        self.env.invalidate_all()
        self.assertTrue(remark.exists())
        self.assertNotIn("Vera", f"{remark.text} {remark.solution}")

    def test_searched_whether_there_are_any(self):
        """As Odoo's own filters ask: is set, is not set."""
        remark = self.remark(self.anna)
        silent = self.make_partner("Silent")
        silent.action_add_to_client_base()
        gone = self.make_partner("No client")
        remarks = self.env["client.remark"].with_user(self.own)
        self.own.group_ids += self.env.ref(ROLE_ALL)
        contacts = self.env["res.partner"].with_user(self.own)
        among = [("id", "in", (self.partner | self.anna | silent | gone).ids)]
        for domain, expected in (
            ([("client_remark_ids", "!=", False)], self.partner | self.anna),
            ([("client_remark_ids", "=", False)], silent | gone),
            ([("client_remark_ids", "in", remark.ids)], self.partner | self.anna),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(contacts.search(among + domain), expected)
        mine = [("id", "in", remark.ids)]
        for domain, found in (
            ([("card_id", "!=", False)], True),
            ([("card_id", "=", False)], False),
            ([("salesperson_id", "=", self.own.id)], True),
            ([("salesperson_id", "=", False)], False),
        ):
            with self.subTest(domain=domain):
                self.assertEqual(bool(remarks.search(mine + domain)), found)

    # -------------------------------------------------------------------------- My day

    def test_first_thing_to_talk_about(self):
        remark = self.remark(date=ago(4))
        days = self.env["client.my.day"].with_user(self.own)
        opened = days.open_talk(self.card.id, {"open": "remark", "res_id": remark.id})
        self.assertEqual(opened["res_id"], remark.id)
