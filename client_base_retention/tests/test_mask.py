"""Telephones and e-mails that a role hides: in every way in which data leave Odoo."""

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.mail.tools.discuss import Store

from ..models.client_details import MASK
from .common import NOON, ROLE_OWN, ROLE_TEAM, SALES
from .mask import DETAILS, EMAIL, MESSENGER, PHONE, MaskCommon

DERIVED = ["email_formatted", "email_normalized", "phone_sanitized"]


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestMask(MaskCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_role("all", mask="others")

    def test_default_hides_nothing_from_any_role(self):
        defaults = self.env["client.role"].default_get(["mask", "daily_stop"])
        self.assertEqual(defaults.get("mask"), "none")
        self.assertFalse(defaults.get("daily_stop"))
        self.set_role("all", mask="none")
        for user in (self.me, self.env.user):
            with self.subTest(user=user.login):
                rows = self.as_user(self.clients, user).read(DETAILS)
                self.assertEqual({row["phone"] for row in rows}, {PHONE})
                self.assertEqual({row["email"] for row in rows}, {EMAIL})

    # --------------------------------------------------------------------- whose

    def test_only_clients_of_others_are_hidden(self):
        rows = self.as_user(self.clients | self.vendor).read(DETAILS)
        found = {row["id"]: row for row in rows}
        self.assertEqual(found[self.mine.id]["phone"], PHONE)
        self.assertEqual(found[self.mine.id]["messenger"], MESSENGER)
        for client in (self.theirs, self.unassigned):
            for name in DETAILS:
                self.assertEqual(found[client.id][name], MASK)
        self.assertEqual(found[self.vendor.id]["phone"], "+79160000000")

    def test_persons_are_hidden_with_their_client(self):
        for client, hidden in ((self.mine, False), (self.theirs, True)):
            rows = self.as_user(client.child_ids).read(DETAILS)
            self.assertEqual(rows[0]["phone"], MASK if hidden else PHONE)

    def test_mask_of_all_hides_own_clients_too(self):
        self.set_role("all", mask="all")
        rows = self.as_user(self.clients | self.vendor).read(DETAILS)
        self.assertHidden(rows)
        self.assertShown(rows, "+79160000000")

    def test_each_role_has_its_own_line(self):
        for role, groups in (
            ("team", f"{SALES},{ROLE_TEAM}"),
            ("none", SALES),
            ("own", f"{SALES},{ROLE_OWN}"),
        ):
            with self.subTest(role=role):
                user = self.make_user(f"cb_role_{role}", groups)
                client = self.make_client(f"Of {role}", user)
                self.assertShown(self.as_user(client, user).read(DETAILS))
                self.set_role(role, mask="all")
                self.assertHidden(self.as_user(client, user).read(DETAILS))
        self.assertShown(self.as_user(self.mine).read(DETAILS), PHONE)

    def test_a_changed_role_holds_at_once(self):
        self.assertHidden(self.as_user(self.theirs).read(DETAILS))
        self.me.group_ids += self.env.ref("client_base_retention.group_client_head")
        self.assertShown(self.as_user(self.theirs).read(DETAILS))

    def test_clients_of_whom_one_stands_in_for_are_own(self):
        self.env["client.away"].create(
            {
                "user_id": self.other.id,
                "stand_in_id": self.me.id,
                "date_from": "2025-06-15",
                "date_to": "2025-06-16",
            }
        )
        self.assertShown(self.as_user(self.theirs).read(DETAILS))
        self.assertHidden(self.as_user(self.unassigned).read(DETAILS))

    def test_an_empty_telephone_stays_empty(self):
        self.theirs.write({"phone": False, "email": False})
        row = self.as_user(self.theirs).read(DETAILS)[0]
        self.assertEqual((row["phone"], row["email"]), (False, False))

    def test_business_code_reads_the_real_address(self):
        client = self.as_user(self.theirs)
        self.assertEqual(client.phone, PHONE)
        self.assertEqual(client.email_normalized, EMAIL)

    # ------------------------------------------------------------------ ways to read

    def test_no_way_of_reading_shows_them(self):
        names = DETAILS + DERIVED
        texts = [
            name
            for name, field in self.theirs._fields.items()
            if field.type in ("char", "text", "html") and not field.groups
        ]
        spec = {name: {} for name in names}
        domain = [("id", "in", (self.theirs | self.theirs.child_ids).ids)]
        contacts = self.as_user(self.env["res.partner"])
        theirs = contacts.browse(self.theirs.id)
        ways = {
            "read": lambda: theirs.read(names),
            "read of all texts": lambda: theirs.read(texts),
            "search_read": lambda: contacts.search_read(domain, names),
            "web_read": lambda: theirs.web_read(spec),
            "web_search_read": lambda: contacts.web_search_read(domain, spec),
            "web_read of persons": lambda: theirs.web_read(
                {"child_ids": {"fields": spec}}
            ),
            "web_save": lambda: theirs.web_save({"street": "Here"}, spec),
            "web_read_group opened": lambda: contacts.web_read_group(
                domain,
                ["client_user_id"],
                auto_unfold=True,
                unfold_read_specification=spec,
            ),
            "export": lambda: theirs._export_rows([[name] for name in names]),
            "export of persons": lambda: theirs._export_rows(
                [["name"], ["child_ids", "phone"], ["child_ids", "email"]]
            ),
            "name_search": lambda: contacts.with_context(show_email=True).name_search(
                "Theirs"
            ),
            "web_name_search": lambda: contacts.with_context(
                show_email=True, formatted_display_name=True
            ).web_name_search("Theirs", {"display_name": {}}),
            "display_name": lambda: theirs.with_context(show_email=True).read(
                ["display_name"]
            ),
            "discuss": lambda: Store()
            .add(theirs, [*theirs._to_store_defaults(Store.Target()), "email", "phone"])
            .get_result(),
            "mentions": lambda: contacts.get_mention_suggestions("Theirs"),
            "vCard": lambda: theirs._get_vcard_file(),
        }
        for way, call in ways.items():
            with self.subTest(way=way):
                self.env.invalidate_all()
                found = call()
                self.assertTrue(found)
                self.assertHidden(found, way)

    def test_own_clients_are_read_by_the_same_ways(self):
        mine = self.as_user(self.mine)
        self.assertShown(mine.web_read({"phone": {}}))
        self.assertShown(mine._export_rows([["phone"]]))
        self.assertShown(mine._get_vcard_file().decode(), "9161234567")

    def test_export_masks_the_line_and_not_its_neighbours(self):
        rows = self.as_user(self.mine | self.theirs)._export_rows(
            [["name"], ["phone"], ["child_ids", "name"], ["child_ids", "phone"], ["id"]]
        )
        self.assertEqual(
            [row[:4] for row in rows],
            [
                ["Mine", PHONE, "Mine person", PHONE],
                ["Theirs", MASK, "Theirs person", MASK],
            ],
        )
        self.assertTrue(all("res_partner" in row[4] for row in rows))

    def test_fields_that_lead_to_a_contact(self):
        """Of our models and of Odoo's: whatever is related to a hidden field."""
        card = self.card_of(self.theirs)
        order = self.quote(self.theirs, seller=self.me)
        event = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": "2025-06-20 10:00:00",
                "stop": "2025-06-20 11:00:00",
                "partner_ids": [(6, 0, self.theirs.ids)],
                "user_id": self.me.id,
            }
        )
        follower = self.env["mail.followers"].create(
            {
                "res_model": "res.partner",
                "res_id": self.vendor.id,
                "partner_id": self.theirs.id,
            }
        )
        ways = {
            "card": lambda: self.as_user(card).read(["phone", "email"]),
            "card, person": lambda: self.as_user(card).read(["contact_phone"]),
            "card, export": lambda: self.as_user(card)._export_rows(
                [["phone"], ["partner_id", "email"], ["contact_phone"]]
            ),
            "order": lambda: self.as_user(order).web_read(
                {"partner_id": {"fields": {"phone": {}, "email": {}}}}
            ),
            "order, export": lambda: self.as_user(order)._export_rows(
                [["partner_id", "phone"], ["partner_id", "email_formatted"]]
            ),
            "attendee": lambda: self.as_user(event.attendee_ids).read(
                ["email", "phone"]
            ),
            "follower": lambda: self.as_user(follower.sudo(False)).read(["email"]),
        }
        for way, call in ways.items():
            with self.subTest(way=way):
                try:
                    found = call()
                except AccessError:
                    # Odoo itself shows nothing of it.
                    continue
                self.assertHidden(found, way)

    def test_my_day_and_its_search(self):
        self.set_role("all", mask="all")
        self.start()
        card = self.card_of(self.mine)
        card.contact_person_id = self.mine.child_ids
        day = self.as_user(self.env["client.my.day"])
        cards = card.with_env(day.env)
        shown = day._person_shown(
            cards,
            cards.contact_person_id,
            self.env["client.reading"].with_user(self.me)._read_by_user(self.mine.ids),
        )
        self.assertHidden(shown)
        self.assertTrue(shown["hidden"])
        for text, found in (
            ("Mine", True),
            ("olga@", False),
            ("91612", False),
            ("8 916 123-45-67", True),
        ):
            with self.subTest(text=text):
                domain = day._search_domain(text) & Domain("id", "=", card.id)
                self.assertEqual(bool(cards.search(domain)), found)

    # ------------------------------------------------------------------ opportunities

    def lead(self, client, **values):
        return self.env["crm.lead"].create(
            {"name": "Deal", "partner_id": client.id, "user_id": self.me.id, **values}
        )

    def test_opportunities_hide_their_copies(self):
        lead = self.lead(self.theirs)
        self.assertEqual(lead.phone, PHONE)
        names = ["phone", "email_from", "email_normalized", "phone_sanitized"]
        leads = self.as_user(self.env["crm.lead"])
        own = leads.browse(lead.id)
        for way, call in {
            "read": lambda: own.read(names),
            "export": lambda: own._export_rows([[name] for name in names]),
            "groups opened": lambda: leads.web_search_read(
                [("id", "=", lead.id)], {name: {} for name in names}
            ),
        }.items():
            with self.subTest(way=way):
                self.assertHidden(call())
        for name, part in (("phone", "916"), ("email_from", "olga")):
            domain = [("id", "=", lead.id), (name, "ilike", part)]
            self.assertFalse(leads.search(domain))
        with self.assertRaises(AccessError):
            leads.formatted_read_group([], ["email_from"], [])

    def test_opportunities_of_own_clients_and_of_nobody_known(self):
        for lead in (
            self.lead(self.mine),
            self.lead(self.env["res.partner"], phone=PHONE),
        ):
            self.assertShown(self.as_user(lead).read(["phone"]))

    def test_a_form_being_filled_in_shows_dots_and_saves_the_number(self):
        leads = self.as_user(self.env["crm.lead"])
        spec = {"partner_id": {}, "phone": {}, "email_from": {}, "name": {}}
        values = {"partner_id": self.theirs.id, "name": "Deal"}
        result = leads.onchange(values, ["partner_id"], spec)
        self.assertHidden(result)
        saved = leads.web_save(values | result["value"], {"phone": {}})
        self.assertHidden(saved)
        lead = self.env["crm.lead"].browse(saved[0]["id"])
        self.assertEqual((lead.phone, lead.email_from), (PHONE, EMAIL))

    def test_taking_the_client_off_an_opportunity_takes_its_copies_off(self):
        lead = self.lead(self.theirs)
        self.as_user(lead).write({"partner_id": False})
        self.assertHidden(self.as_user(lead).read(["phone", "email_from"]))
        self.assertEqual(self.theirs.phone, PHONE)

    # ------------------------------------------------------------------ other leaks

    def test_a_copy_of_a_hidden_client_has_no_telephone(self):
        copy = self.as_user(self.theirs).copy()
        self.assertHidden(copy.sudo().read(DETAILS))
        self.assertShown(self.as_user(self.mine).copy().sudo().read(DETAILS))

    def test_dots_are_never_written(self):
        client = self.as_user(self.theirs)
        client.write({"phone": MASK, "email": MASK, "street": "Here"})
        self.assertEqual(
            (self.theirs.phone, self.theirs.email, self.theirs.street),
            (PHONE, EMAIL, "Here"),
        )
        self.as_user(self.card_of(self.theirs)).write({"phone": MASK})
        self.assertEqual(self.theirs.phone, PHONE)

    def test_a_masked_user_may_correct_a_number(self):
        self.as_user(self.theirs).write({"phone": "+79990001122"})
        self.assertEqual(self.theirs.phone, "+79990001122")

    def test_the_chatter_tells_no_former_number(self):
        self.env.flush_all()
        self.cr.flush()
        tracked = {"tracking_disable": False, "mail_notrack": False}
        self.theirs.with_context(**tracked).write({"phone": "+79990001122"})
        self.env.flush_all()
        self.cr.flush()
        messages = self.notes(self.theirs).filtered("tracking_value_ids")
        self.assertTrue(messages)
        for user, told in ((self.me, False), (self.other, True)):
            with self.subTest(user=user.login):
                store = Store().add(self.as_user(messages, user)).get_result()
                self.assertEqual(PHONE in str(store), told)
                self.assertEqual(MASK in str(store), not told)
                found = self.as_user(self.env["mail.message"], user)._message_fetch(
                    None, thread=self.theirs, search_term="123"
                )
                self.assertEqual(bool(found["messages"] & messages), told)

    def test_recipients_that_the_chatter_proposes(self):
        found = self.as_user(self.theirs)._message_get_suggested_recipients()
        self.assertHidden(found)

    def test_rows_stay_few_queries(self):
        clients = self.make_partners(40, phone=PHONE, email=EMAIL)
        clients.action_add_to_client_base()
        counts = []
        self.as_user(clients).read(DETAILS)
        for some in (clients[:4], clients):
            some = self.as_user(some)
            before = self.cr.sql_log_count
            some.read(DETAILS)
            counts.append(self.cr.sql_log_count - before)
        self.assertEqual(*counts)

    # ---------------------------------------------------------------------- settings

    def test_roles_are_set_by_the_head_and_read_by_nobody_else(self):
        head = self.make_user("cb_head", "client_base_retention.group_client_head")
        admin = self.make_user("cb_admin", "base.group_system")
        lines = self.env["client.role"].search([])
        self.assertEqual(len(lines), 6)
        for user in (head, admin):
            with self.subTest(user=user.login):
                own = lines.with_user(user)
                self.assertTrue(all(own.mapped("description")))
                own.write({"daily_limit": 7})
                for operation in (own.unlink, own[0].copy):
                    with self.assertRaises(AccessError):
                        operation()
        with self.assertRaises(AccessError):
            lines.with_user(self.me).read(["mask"])
        with self.assertRaises(AccessError):
            lines.with_user(self.me).write({"mask": "none"})

    def test_form_of_a_hidden_client_opens_and_saves(self):
        with Form(self.as_user(self.theirs)) as form:
            self.assertEqual(form.phone, MASK)
            self.assertTrue(form.client_is_masked)
            form.street = "Here"
        self.assertEqual((self.theirs.phone, self.theirs.street), (PHONE, "Here"))
