"""A person asks to be forgotten: the identity goes, the figures stay. And who asks
what is known of him is told of our rows, too."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from odoo.addons.client_base_retention.models import res_partner_anonymise as engine

from .common import NOON, ROLE_ALL, ROLE_HEAD, SALES, TODAY, ClientBaseCommon, ago

SECRET = "Zebulon Quasimodo"
EMAIL = "zebulon@secret.test"
PHONE = "+1 555 014 73918"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestAnonymise(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = f"{ROLE_HEAD},{SALES},base.group_partner_manager"
        cls.head = cls.make_user("an_head", groups)
        cls.seller = cls.make_user("an_seller", f"{ROLE_ALL},{SALES}")

    def person(self, **values):
        """A client who is a person, with everything that can be known of him."""
        return self.client(
            (ago(40), 100),
            (ago(20), 60),
            name=SECRET,
            is_company=False,
            email=EMAIL,
            phone=PHONE,
            street=f"House of {SECRET}",
            zip="007",
            city="Secretville",
            function=f"Chief {SECRET}",
            comment=f"<p>{SECRET} is nice</p>",
            website="https://zebulon.test",
            vat="BE0477472701",
            ref="Z-1",
            barcode="Z-2",
            image_1920="iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9Q"
            "DwADhgGAWjR9awAAAABJRU5ErkJggg==",
            **values,
        )

    def anonymize(self, person, user=None):
        wizard = self.env["client.anonymize"].with_user(user or self.head)
        dialog = wizard.create({"partner_id": person.id, "reason": "By letter"})
        dialog.is_sure = True
        dialog.action_anonymize()
        self.env.flush_all()
        self.env.invalidate_all()

    def places(self, *words):
        """[(table, column)] in which any of these words stands, in the whole database.

        Columns that Odoo and the law want to keep are named by the caller.
        """
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT table_name, column_name FROM information_schema.columns c
                 JOIN pg_class r ON r.relname = c.table_name AND r.relkind = 'r'
                WHERE table_schema = current_schema
                  AND data_type IN ('character varying', 'text', 'jsonb')
                  AND table_name NOT LIKE 'ir\\_%' AND table_name NOT LIKE 'base\\_%'"""
        )
        found = []
        for table, column in self.env.cr.fetchall():
            for word in words:
                self.env.cr.execute(
                    f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1',
                    [f"%{word}%"],
                )
                if self.env.cr.rowcount:
                    found.append((table, column))
                    break
        return sorted(found)

    # ------------------------------------------------------------------ what is erased

    def test_the_person_is_nowhere_to_be_found(self):
        card = self.person()
        partner = card.partner_id
        self.make_partner(
            f"Store of {SECRET}",
            is_company=False,
            type="delivery",
            parent_id=partner.id,
            street=f"Back door of {SECRET}",
        )
        card.write(
            {"abc_class_manual": "a", "abc_lock_reason": f"{SECRET} signed"}
            | {"pause_until": ago(-9), "pause_reason": f"{SECRET} is away"}
        )
        self.env["client.touchpoint"].create(
            {"partner_id": partner.id, "date": ago(3), "note": f"{SECRET} wants saws"}
        )
        self.env["client.consent"].create(
            {
                "partner_id": partner.id,
                "how": "paper",
                "note": f"{SECRET}, form 1",
                "document": "WmVidWxvbg==",
                "document_name": f"{SECRET}.pdf",
            }
        )
        self.env["client.purchase.entry"].search(
            [("partner_id", "=", partner.id)], limit=1
        ).what = f"A cake for {SECRET}"
        lead = self.env["crm.lead"].create(
            {
                "name": f"Offer for {SECRET}",
                "partner_id": partner.id,
                "contact_name": SECRET,
                "description": f"<p>{SECRET} asked</p>",
            }
        )
        meeting = self.env["calendar.event"].create(
            {
                "name": f"Coffee with {SECRET}",
                "start": "2025-06-05 09:00:00",
                "stop": "2025-06-05 10:00:00",
                "partner_ids": [(6, 0, (partner | self.seller.partner_id).ids)],
            }
        )
        meeting.message_post(body=f"{SECRET} comes", subject=f"Meet {SECRET}")
        partner.message_post(body=f"A word with {SECRET}")
        lead.message_post(
            body="A letter", author_id=partner.id, email_from=f'"{SECRET}" <{EMAIL}>'
        )
        partner.activity_schedule(
            "mail.mail_activity_data_call", summary=f"Call {SECRET}"
        )
        self.env["ir.attachment"].create(
            {"name": f"{SECRET}.txt", "raw": b"x", "res_model": "res.partner"}
            | {"res_id": partner.id}
        )
        review = self.env["client.review"].create(
            {
                "partner_id": partner.id,
                "text": f"{SECRET} moved",
                "file": "WmVidWxvbg==",
                "file_name": f"{SECRET}.txt",
            }
        )
        review.message_post(body=f"Who is {SECRET}?")
        # From the start on the steward looks at what salespeople change.
        self.start()
        partner.with_user(self.seller).street = f"New house of {SECRET}"
        self.derive_all()
        self.assertTrue(self.places(SECRET, EMAIL, "73918"))
        self.anonymize(partner)
        self.assertEqual(self.places(SECRET, EMAIL, "73918", "zebulon"), [])
        self.assertEqual(partner.name, f"Anonymous {partner.id}")
        self.assertFalse(partner.active)
        for name in ("email", "phone", "street", "zip", "city", "comment", "vat"):
            self.assertFalse(partner[name], name)
        self.assertFalse(partner.image_1920)
        self.assertFalse(partner.barcode)
        attachments = self.env["ir.attachment"].search(
            [("res_model", "in", ("res.partner", "client.consent"))]
            + [("res_id", "in", (partner | partner.child_ids).ids)]
            + ["|", ("res_field", "=", False), ("res_field", "!=", False)]
        )
        self.assertFalse(attachments.filtered(lambda a: SECRET in a.name))

    def test_the_figures_stay(self):
        card = self.person()
        partner = card.partner_id
        self.buy(partner, ago(10), 500)
        self.env["client.touchpoint"].create(
            {"partner_id": partner.id, "date": ago(3), "note": "He wants saws"}
        )
        self.derive_all()
        names = ("turnover_total", "purchase_count", "first_purchase_date")
        before = card.read([*names, "last_purchase_date", "last_contact_date"])
        moves = self.moves(card)
        self.assertEqual(card.purchase_count, 3)
        purchases = self.env["client.purchase"].search_count(
            [("partner_id", "=", partner.id)]
        )
        self.anonymize(partner)
        self.derive_all()
        self.assertEqual(
            card.read([*names, "last_purchase_date", "last_contact_date"]), before
        )
        self.assertEqual(self.moves(card), moves)
        contact = self.env["client.touchpoint"].search([("card_id", "=", card.id)])
        self.assertEqual(contact.kind, "call")
        self.assertFalse(contact.note)
        found = self.env["client.purchase"].search_count(
            [("partner_id", "=", partner.id)]
        )
        self.assertEqual(found, purchases)

    def test_a_consent_stays_a_fact(self):
        partner = self.person().partner_id
        consent = self.env["client.consent"].create(
            {"partner_id": partner.id, "how": "paper", "state": "withdrawn"}
        )
        self.anonymize(partner)
        self.assertEqual((consent.state, consent.date), ("withdrawn", TODAY))

    def test_the_company_of_the_person_stays(self):
        card = self.client(
            (ago(5), 100),
            name="Firm",
            street="Main street",
            vat="BE0477472701",
            website="https://firm.test",
        )
        firm = card.partner_id
        person = self.make_partner(
            SECRET, is_company=False, parent_id=firm.id, email=EMAIL
        )
        card.write({"pause_until": ago(-9), "pause_reason": "Stock-taking"})
        contacts = self.env["client.touchpoint"].create(
            [
                {"partner_id": person.id, "date": ago(3), "note": "With him"},
                {"partner_id": firm.id, "date": ago(2), "note": "With the firm"},
            ]
        )
        self.anonymize(person)
        self.assertEqual(firm.name, "Firm")
        self.assertEqual((firm.street, firm.vat), ("Main street", "BE0477472701"))
        self.assertEqual(firm.website, "https://firm.test")
        self.assertTrue(firm.active)
        self.assertEqual(card.pause_reason, "Stock-taking")
        self.assertEqual(contacts.mapped("note"), [False, "With the firm"])
        self.assertFalse(person.email)
        self.assertEqual(person.parent_id, firm)

    def test_other_persons_stay(self):
        card = self.person()
        other = self.make_partner(
            "Wife", is_company=False, parent_id=card.partner_id.id, email="w@x.test"
        )
        stranger = self.client((ago(5), 10), name="Stranger", email="s@x.test")
        self.anonymize(card.partner_id)
        self.assertEqual((other.name, other.email), ("Wife", "w@x.test"))
        self.assertEqual(stranger.partner_id.email, "s@x.test")

    def test_it_is_noted_without_the_name(self):
        partner = self.person().partner_id
        self.anonymize(partner)
        (note,) = self.notes(partner)
        self.assertIn("By letter", note.body)
        self.assertEqual(note.author_id, self.head.partner_id)
        log = self.env["privacy.log"].search([], order="id desc", limit=1)
        self.assertEqual(log.user_id, self.head)
        self.assertEqual(log.anonymized_name, "Z****** Q********")

    def test_without_an_address_too(self):
        partner = self.person().partner_id
        partner.email = False
        self.anonymize(partner)
        self.assertEqual(partner.name, f"Anonymous {partner.id}")

    def test_a_portal_user_goes_along(self):
        partner = self.person().partner_id
        user = self.env["res.users"].create(
            {
                "login": EMAIL,
                "partner_id": partner.id,
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        self.anonymize(partner)
        self.assertFalse(user.active)
        self.assertNotIn("zebulon", user.login)

    # ------------------------------------------------------------------ who, and whom

    def test_only_the_head(self):
        partner = self.person().partner_id
        with self.assertRaises(AccessError):
            partner.with_user(self.seller).action_client_anonymize()
        with self.assertRaises(AccessError):
            self.anonymize(partner, self.seller)
        with self.assertRaises(AccessError):
            partner.with_user(self.seller)._client_anonymize()

    def test_who_cannot_be_anonymized(self):
        colleague = self.seller.partner_id
        firm = self.client((ago(5), 100), name="Firm").partner_id
        elsewhere = self.person().partner_id
        self.enter([(elsewhere, ago(3), 5)], self.company_b)
        for partner in (colleague, firm, elsewhere):
            with self.subTest(name=partner.name), self.assertRaises(UserError):
                partner.with_user(self.head).action_client_anonymize()
        self.head.company_ids |= self.company_b
        self.anonymize(elsewhere)
        self.assertEqual(elsewhere.name, f"Anonymous {elsewhere.id}")

    def test_it_asks_once_more(self):
        partner = self.person().partner_id
        action = partner.with_user(self.head).action_client_anonymize()
        wizard = self.env["client.anonymize"].with_user(self.head)
        dialog = wizard.with_context(**action["context"]).create({})
        with self.assertRaises(UserError):
            dialog.action_anonymize()
        self.assertEqual(partner.name, SECRET)
        self.buy(partner, ago(1), 10)
        dialog.invalidate_recordset()
        self.assertIn("1", dialog.documents)

    # ------------------------------------------------------------- nothing is forgotten

    def test_every_text_of_ours_is_decided_upon(self):
        """A later model with words about a client must say whether they are erased."""
        kept = {
            "client.touchpoint": {"res_model"},
            "client.purchase.entry": {"number"},
            "client.transition": {"old_value", "new_value"},
            "client.obligation": {"status", "abc_class"},
            "client.obligation.past": {"status", "abc_class"},
            "client.card": {"data_lacking", "loyalty_points"},
            # These rows are deleted.
            "client.relation": {"note"},
            "client.sensitive.note": {"body"},
            # The colleague who opened it.
            "client.sensitive.opening": {"user_name"},
            "client.confirmation": {"order_name", "lacking"},
            "client.duplicate": {"reasons"},
            "client.reading": {"client_ids"},
            "client.subscribe.entry": {"consent_text", "lang"},
        }
        decided = self.env["res.partner"]._anonymized_columns()
        links = ("res.partner", "client.card")
        for name in self.env:
            model = self.env[name]
            if not name.startswith("client.") or model._transient or not model._auto:
                continue
            many = [f for f in model._fields.values() if f.type == "many2one"]
            if not any(f.comodel_name in links for f in many):
                continue
            words = {
                field.name
                for field in model._fields.values()
                if (field.store or field.type in ("binary", "image"))
                and field.type in engine.TEXT
                and not field.related
                and not (field.compute and not field.store)
            }
            erased, named = decided.get(name, ((), ()))
            with self.subTest(model=name):
                left = words - set(erased) - set(named) - kept.get(name, set())
                self.assertEqual(left, set())


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPrivacyLookup(ClientBaseCommon):
    def test_our_rows_are_found(self):
        card = self.client((ago(5), 100), name=SECRET, email=EMAIL, is_company=False)
        firm = self.client((ago(5), 100), name="Firm")
        person = self.make_partner(
            SECRET, is_company=False, parent_id=firm.partner_id.id, email=EMAIL
        )
        contacts = self.env["client.touchpoint"].create(
            [
                {"partner_id": who.id, "date": ago(3)}
                for who in (card.partner_id, person)
            ]
        )
        other = self.env["client.touchpoint"].create(
            {"partner_id": firm.partner_id.id, "date": ago(2)}
        )
        consent = self.env["client.consent"].create(
            {"partner_id": person.id, "how": "paper"}
        )
        wizard = self.env["privacy.lookup.wizard"].create(
            {"name": SECRET, "email": EMAIL}
        )
        wizard.action_lookup()
        found = [(line.res_model, line.res_id) for line in wizard.line_ids]
        self.assertEqual(len(found), len(set(found)))
        entries = self.env["client.purchase.entry"].search(
            [("partner_id", "=", card.partner_id.id)]
        )
        for record in (card, *contacts, consent, *entries):
            with self.subTest(model=record._name):
                self.assertIn((record._name, record.id), found)
        self.assertNotIn(("client.touchpoint", other.id), found)
        # The person to talk to is named on the card of the firm.
        self.assertEqual(firm.contact_person_id, person)
        self.assertIn(("client.card", firm.id), found)
