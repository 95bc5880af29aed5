"""When the completeness of data is derived: by night, by event, by a changed rule."""

from unittest.mock import patch

from psycopg2 import errors

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from .common import NOON, ROLE_ALL, ROLE_HEAD, ROLE_OWN, ROLE_STEWARD, TODAY, ago
from .test_data_completeness import DataCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDataEvents(DataCase):
    def queries(self, work):
        """How many queries ``work`` needs, with nothing in the caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def firms(self, number, **values):
        partners = self.make_partners(number, **values)
        partners.action_add_to_client_base()
        return self.cards_of(partners)

    # ------------------------------------------------------------------------- night

    def test_deriving_twice_writes_no_row(self):
        self.client((ago(5), 100), name="Active")
        self.client(name="Prospect", phone="112")
        self.derive_all()
        before = self.versions("client_card")
        self.derive_all()
        self.assertEqual(self.versions("client_card"), before)
        run = self.nightly_run()
        self.assertEqual(run.state, "done")
        self.assertEqual(self.versions("client_card"), before)

    def nightly_run(self):
        """The steps of a run of the night for the first company."""
        run = self.env["client.derive.run"].create(
            {"company_id": self.company.id, "date": TODAY}
        )
        phases = []
        while run.state != "done":
            if run.state not in phases:
                phases.append(run.state)
            run._step()
        self.assertLess(phases.index("contacts"), phases.index("data"))
        return run

    def test_the_night_finds_what_changed_unnoticed(self):
        card = self.client((ago(5), 100), name="Active", phone="112")
        other = self.client((ago(5), 100), name="Other", phone="112")
        self.derive_all()
        card.invalidate_recordset()
        self.assertIn("source", card.data_lacking)
        self.env.cr.execute(
            SQL(
                "UPDATE res_partner SET source_id = %s WHERE id = %s",
                self.source.id,
                card.partner_id.id,
            )
        )
        before = self.versions("client_card")["client_card"]
        self.nightly_run()
        card.invalidate_recordset()
        self.assertNotIn("source", card.data_lacking)
        after = self.versions("client_card")["client_card"]
        changed = {row[0] for row in set(after) - set(before)}
        self.assertEqual(changed, {card.id})
        self.assertIn("source", other.data_lacking)

    def test_class_of_the_night_asks_for_more(self):
        self.ask("email:vip,phone")
        small = self.client((ago(5), 10), name="Small", phone="112")
        self.client((ago(5), 1000), name="Large", phone="112")
        self.derive_all()
        self.assertNotEqual(small.abc_class, "vip")
        self.assertData(small, 100)
        self.enter([(small.partner_id, TODAY, 100000)])
        self.derive_all()
        self.assertEqual(small.abc_class, "vip")
        self.assertData(small, 50, "email")

    # ------------------------------------------------------------------------ events

    def test_queries_do_not_grow(self):
        """Of a write on N and 10 N contacts, what lacks, the night."""
        few, many = self.firms(3), self.firms(30)
        for name, work in (
            ("write", lambda cards: cards.partner_id.write({"street": "Main 1"})),
            ("derive", lambda cards: cards._derive_data()),
            ("places", lambda cards: cards._data_lacking_of_each()),
            ("stale", lambda cards: cards.mapped("is_data_stale")),
            ("words", lambda cards: cards.mapped("data_lacking_text")),
            ("reviewed", lambda cards: cards.action_data_reviewed()),
        ):
            with self.subTest(name):
                work(few[:1])
                less = self.queries(lambda w=work: w(few))
                self.assertLessEqual(self.queries(lambda w=work: w(many)), less)

    def test_what_is_not_asked_costs_nothing(self):
        """Other fields, and contacts who are no clients, need no statement more."""
        card = self.firms(1)
        stranger = self.make_partner("Supplier")
        touched = []
        self.patch(
            self.env.registry["client.card"],
            "_touch_data",
            lambda cards: touched.extend(cards.ids),
        )
        card.partner_id.write({"comment": "A note", "street2": "2nd floor"})
        stranger.write({"phone": "112", "email": "s@example.com"})
        self.assertFalse(touched)
        card.partner_id.write({"phone": "112"})
        self.assertEqual(touched, card.ids)

    def test_as_the_lowest_role(self):
        """Who may write the contact has its completeness derived."""
        card = self.client(name="Firm")
        user = self.make_user(
            "de_own",
            f"{ROLE_OWN},sales_team.group_sale_salesman,base.group_partner_manager",
        )
        card.partner_id.user_id = user
        partner = card.partner_id.with_user(user)
        partner.email = "f@example.com"
        self.assertData(card, 100)
        self.assertEqual(partner.client_data_completeness, 100)
        self.assertFalse(partner.client_data_places)
        partner.email = False
        self.assertEqual(
            [place["field"] for place in partner.client_data_places], ["phone"]
        )

    def test_form_of_who_has_no_role(self):
        """A user without a role writes a contact as ever."""
        card = self.client(name="Firm")
        user = self.make_user(
            "de_none", "sales_team.group_sale_salesman,base.group_partner_manager"
        )
        card.partner_id.with_user(user).email = "f@example.com"
        self.assertData(card, 100)
        with self.assertRaises(AccessError):
            card.partner_id.with_user(user).read(["client_data_completeness"])

    def test_talk_to_after_a_contact(self):
        """Who was reached becomes the one to talk to: his birthday is asked for."""
        self.ask("person_birthday")
        card = self.client(name="Firm")
        self.person(card, birthdate_date="1980-02-29")
        other = self.person(card)
        self.assertData(card, 100)
        self.env["client.touchpoint"].create(
            {
                "partner_id": card.partner_id.id,
                "person_id": other.id,
                "kind": "call",
                "outcome": "reached",
                "date": "2025-06-15 09:00:00",
            }
        )
        card.invalidate_recordset()
        self.assertEqual(card.contact_person_id, other)
        self.assertData(card, 0, "person_birthday")

    def test_card_that_somebody_else_changes(self):
        """The write goes through, the card is left to the queue."""

        def taken(_cards):
            return self.env["client.card"].sudo()

        def conflict(_cards):
            raise errors.SerializationFailure

        for number, lock in enumerate((taken, conflict)):
            with self.subTest(lock.__name__):
                card = self.client(name=f"Firm {number}")
                cards = self.env.registry["client.card"]
                with patch.object(cards, "_lock_free", lock):
                    card.partner_id.email = f"f{number}@example.com"
                self.assertData(card, 0, "phone_or_email")
                pair = (card.partner_id.id, self.company.id)
                rows = self.env["client.card.dirty"].search(
                    [("partner_id", "=", pair[0])]
                )
                self.assertEqual(rows.mapped("company_id"), [pair[1]])
                # What the queue does.
                self.env["client.card"]._touch_each({pair})
                self.assertData(card, 100)

    def test_merged_contacts(self):
        """The survivor knows what both knew, and the later look at the data counts."""
        self.ask("phone,email")
        one = self.client(name="One", phone="112")
        two = self.client(name="Two", email="t@example.com")
        steward = self.make_user("de_steward", ROLE_STEWARD)
        one._data_reviewed(ago(3))
        two._data_reviewed(ago(1), steward)
        merge = self.env["base.partner.merge.automatic.wizard"].create({})
        merge._merge((one.partner_id | two.partner_id).ids, one.partner_id)
        card = self.card_of(one.partner_id)
        self.assertData(card, 100)
        self.assertEqual(
            (card.data_reviewed_on, card.data_reviewed_by_id), (ago(1), steward)
        )

    # ------------------------------------------------------------------ requirements

    def test_changed_requirements_hold_at_once(self):
        head = self.make_user("de_head", ROLE_HEAD)
        card = self.client(name="Firm")
        policy = self.policy.with_user(head)
        policy.data_requirement_ids = [Command.clear()]
        self.assertData(card, 100)
        policy.data_requirement_ids = [Command.create({"what": "email"})]
        self.assertData(card, 0, "email")
        policy.data_requirement_ids.status = "former"
        self.assertData(card, 100)
        policy.data_requirement_ids.write({"status": "prospect", "what": "phone"})
        self.assertData(card, 0, "phone")
        policy.data_requirement_ids.unlink()
        self.assertData(card, 100)

    def test_who_may_change_requirements(self):
        requirement = self.policy.data_requirement_ids[:1]
        values = {"policy_id": self.policy.id, "what": "email"}
        for role in (ROLE_OWN, ROLE_ALL, ROLE_STEWARD):
            user = self.make_user(f"de_{role[-3:]}", role)
            own = requirement.with_user(user)
            self.assertTrue(own.read(["what"]))
            for name, work in (
                ("write", lambda r: r.write({"status": "active"})),
                ("create", lambda r: r.create(values)),
                ("unlink", lambda r: r.unlink()),
            ):
                with self.subTest(role=role, what=name), self.assertRaises(AccessError):
                    work(own)
        head = self.make_user("de_head", ROLE_HEAD)
        own = requirement.with_user(head)
        own.write({"status": "active"})
        own.create(values).unlink()

    def test_requirements_of_the_other_company(self):
        head = self.make_user("de_head", ROLE_HEAD)
        theirs = self.policy_b.data_requirement_ids[:1].with_user(head)
        self.assertFalse(theirs.search([("id", "=", theirs.id)]))
        mine = self.policy.data_requirement_ids[:1].with_user(head)
        for work in (
            lambda: theirs.read(["what"]),
            lambda: theirs.write({"status": "active"}),
            lambda: mine.write({"policy_id": self.policy_b.id}),
        ):
            with self.assertRaises(AccessError):
                work()

    def test_presets_stay_as_they_are(self):
        head = self.make_user("de_head", ROLE_HEAD)
        preset = self.env["client.policy"]._preset_of("wholesale").sudo()
        requirement = preset.data_requirement_ids[:1].with_user(head)
        for work in (
            lambda: requirement.write({"status": "active"}),
            lambda: requirement.unlink(),
            lambda: requirement.create({"policy_id": preset.id, "what": "vat"}),
        ):
            with self.assertRaises(UserError):
                work()

    def test_copy_of_a_regulation_asks_for_the_same(self):
        self.ask("email:vip,website")
        copy = self.policy.copy()
        self.assertEqual(copy.required_fields, "email:vip,website")
        self.assertEqual(len(copy.data_requirement_ids), 2)
        self.assertFalse(copy.data_requirement_ids & self.policy.data_requirement_ids)

    def test_text_of_requirements(self):
        """The text stands for the rows: read from them, and written to them."""
        for text, kept in (
            ("email", "email"),
            ("", ""),
            ("vat , phone", "phone,vat"),
            ("no_such_thing,phone", "phone"),
            ("phone:vip:active,phone:a", "phone:a,phone:active:vip"),
            ("email:c,email:vip,email", "email,email:vip,email:c"),
        ):
            with self.subTest(text):
                self.ask(text)
                self.policy.invalidate_recordset()
                self.assertEqual(self.policy.required_fields, kept)
                rows = self.policy.data_requirement_ids
                self.ask(kept)
                self.assertEqual(self.policy.data_requirement_ids, rows)
