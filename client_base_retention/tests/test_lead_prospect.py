from odoo.tests import Form, freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_OWN, SALES, ClientBaseCommon

OWN_SALES = "sales_team.group_sale_salesman"


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestLeadProspect(ClientBaseCommon):
    """A new lead with telephone or e-mail makes a prospect, by setting (N17)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.us")
        cls.company.client_lead_prospects = True
        cls.every = cls.make_user("le_all", f"{SALES},{ROLE_ALL}")
        cls.own = cls.make_user("le_own", f"{OWN_SALES},{ROLE_OWN}")
        cls.source = cls.env["utm.source"].create({"name": "Fair"})

    def lead(self, user=None, **values):
        leads = self.env["crm.lead"].with_user(user or self.every)
        return leads.create({"name": "Asks for toys", "type": "lead", **values})

    def known(self, **values):
        return self.make_partner("Known", **values)

    # -------------------------------------------------------------------- by setting

    def test_off_by_default(self):
        self.assertFalse(self.env["res.company"].new({}).client_lead_prospects)
        self.company.client_lead_prospects = False
        self.assertFalse(self.lead(email_from="new@x.example.com").partner_id)

    def test_of_the_company_only(self):
        self.company_b.client_lead_prospects = False
        self.env.user.company_ids |= self.company_b
        lead = self.env["crm.lead"].create(
            {
                "name": "Of B",
                "company_id": self.company_b.id,
                "team_id": False,
                "user_id": False,
                "email_from": "new@x.example.com",
            }
        )
        self.assertFalse(lead.partner_id)

    # ------------------------------------------------------------------ a new contact

    def test_a_person(self):
        lead = self.lead(
            contact_name="Vera Long",
            email_from="vera@x.example.com",
            phone="+1 808 555 0199",
            source_id=self.source.id,
        )
        self.assertRecordValues(
            lead.partner_id,
            [
                {
                    "name": "Vera Long",
                    "email": "vera@x.example.com",
                    "is_company": False,
                    "user_id": self.every.id,
                    "source_id": self.source.id,
                    "parent_id": False,
                }
            ],
        )
        card = self.card_of(lead.partner_id)
        self.assertEqual((card.status, card.user_id), ("prospect", self.every))

    def test_source_is_asked_with_the_first_request(self):
        """Also where the contact is made by hand, later, by Odoo's own button."""
        self.company.client_lead_prospects = False
        view = self.env.ref("crm.quick_create_opportunity_form")
        leads = self.env["crm.lead"].with_user(self.own)
        form = Form(leads.with_context(default_type="opportunity"), view)
        form.name = "Toys for a fair"
        form.email_from = "Vera Long <vera@x.example.com>"
        form.source_id = self.source
        lead = form.save()
        self.assertFalse(lead.partner_id)
        lead.with_user(self.every)._handle_partner_assignment()
        self.assertEqual(lead.partner_id.source_id, self.source)
        clerk = self.make_user("le_clerk", SALES)
        arch = leads.with_user(clerk).get_view(view.id)["arch"]
        self.assertNotIn("Where did he hear", arch)

    def test_a_company_with_a_person(self):
        lead = self.lead(
            partner_name="Toys Ltd",
            contact_name="Vera Long",
            email_from="vera@toys.example.com",
        )
        person, firm = lead.partner_id, lead.partner_id.parent_id
        self.assertEqual((person.name, firm.name), ("Vera Long", "Toys Ltd"))
        self.assertTrue(firm.is_company)
        self.assertEqual(self.card_of(firm).status, "prospect")
        self.assertFalse(self.card_of(person))

    def test_names(self):
        for values, name in (
            ({"partner_name": "Toys Ltd", "email_from": "a@x.example.com"}, "Toys Ltd"),
            ({"email_from": '"Vera" <b@x.example.com>'}, "Vera"),
            ({"email_from": "c@x.example.com"}, "c@x.example.com"),
            ({"phone": "+1 808 555 0111"}, "Asks for toys"),
        ):
            with self.subTest(values=values):
                self.assertEqual(self.lead(**values).partner_id.name, name)

    def test_an_opportunity_too(self):
        lead = self.lead(type="opportunity", email_from="opp@x.example.com")
        self.assertTrue(self.card_of(lead.partner_id))

    def test_reached_later(self):
        """The first telephone or address of a lead that had none."""
        lead = self.lead(contact_name="Vera Long")
        self.assertFalse(lead.partner_id)
        lead.write({"description": "Will call back"})
        self.assertFalse(lead.partner_id)
        lead.phone = "+1 808 555 0177"
        self.assertEqual(lead.partner_id.name, "Vera Long")
        self.assertTrue(self.card_of(lead.partner_id))

    def test_there_before_and_corrected(self):
        """Leads of the days before the setting stay as they were."""
        self.company.client_lead_prospects = False
        lead = self.lead(email_from="vera@x.example.com")
        self.company.client_lead_prospects = True
        lead.write({"email_from": "v@x.example.com", "phone": "+1 808 555 0178"})
        self.assertFalse(lead.partner_id)

    # -------------------------------------------------------------- who is none

    def test_left_alone(self):
        staff = self.every.partner_id
        staff.email = "staff@own.example.com"
        self.env["mail.blacklist"]._add("stop@x.example.com")
        reason = self.env["crm.lost.reason"].create({"name": "Spam"})
        for values in (
            {},
            {"contact_name": "Vera"},
            {"phone": "ask the porter"},
            {"email_from": "not an address"},
            {"email_from": "noreply@x.example.com", "phone": "+1 808 555 0101"},
            {"email_from": "Mailer-Daemon@x.example.com"},
            {"email_from": "stop@x.example.com"},
            {"email_from": "staff@own.example.com"},
            {
                "email_from": "lost@x.example.com",
                "active": False,
                "probability": 0,
                "lost_reason_id": reason.id,
            },
        ):
            with self.subTest(values=values):
                before = self.env["res.partner"].search_count([])
                self.assertFalse(self.lead(**values).partner_id)
                self.assertEqual(self.env["res.partner"].search_count([]), before)

    def test_portal_users_make_none(self):
        portal = self.make_user("le_portal", "base.group_portal")
        leads = self.env["crm.lead"].with_user(portal).sudo()
        lead = leads.create({"name": "Of a portal", "email_from": "p@x.example.com"})
        self.assertFalse(lead.partner_id)

    def test_with_a_contact_nothing_is_looked_for(self):
        partner = self.known(email="first@x.example.com")
        lead = self.lead(partner_id=partner.id, email_from="second@x.example.com")
        self.assertEqual(lead.partner_id, partner)

    # ------------------------------------------------------------------ who is known

    def test_found(self):
        for contact, asked in (
            ({"email": "Known@X.example.com"}, {"email_from": "known@x.example.com"}),
            ({"phone": "+1 808-555-0155"}, {"phone": "(808) 555-0155"}),
        ):
            with self.subTest(asked=asked):
                partner = self.known(**contact)
                before = self.env["res.partner"].search_count([])
                lead = self.lead(contact_name="Somebody", **asked)
                self.assertEqual(lead.partner_id, partner)
                self.assertEqual(self.env["res.partner"].search_count([]), before)
                self.assertEqual(self.card_of(partner).status, "prospect")

    def test_nothing_of_him_changes_and_nothing_typed_is_lost(self):
        partner = self.known(phone="+1 808-555-0156", email="old@x.example.com")
        lead = self.lead(
            phone="+1 808 555 0156", email_from="new@x.example.com", contact_name="V."
        )
        self.env.invalidate_all()
        self.assertEqual(lead.partner_id, partner)
        self.assertEqual(lead.email_from, "new@x.example.com")
        self.assertEqual(lead.contact_name, "V.")
        self.assertEqual(partner.email, "old@x.example.com")

    def test_the_person_of_a_client(self):
        firm = self.known(email="desk@firm.example.com")
        vera = self.env["res.partner"].create(
            {
                "name": "Vera",
                "parent_id": firm.id,
                "email": "vera@firm.example.com",
                "phone": "+1 808-555-0157",
            }
        )
        lead = self.lead(
            email_from="desk@firm.example.com",
            phone="+1 808 555 0157",
            contact_name="Vera",
        )
        self.assertEqual(lead.partner_id, vera)

    def test_a_company_with_the_same_name_and_domain(self):
        """Whoever else of it writes: no second company is made. A name alone is that of
        many."""
        first = self.lead(
            self.own,
            partner_name="Lily Ltd",
            contact_name="Vera",
            email_from="vera@lily.example.com",
        )
        firm = first.partner_id.parent_id
        for email, same in (
            ("ann@lily.example.com", True),
            ("ann@elsewhere.example.com", False),
            ("lily.ltd@gmail.com", False),
        ):
            with self.subTest(email=email):
                lead = self.lead(
                    self.own,
                    partner_name="LILY  Ltd",
                    contact_name="Ann",
                    email_from=email,
                )
                self.assertEqual(lead.partner_id == firm, same)
                self.assertEqual(lead.contact_name, "Ann", "what was typed in stays")
        self.assertEqual(firm.child_ids, first.partner_id, "nothing of it changes")
        hidden = self.lead(
            self.make_user("le_two", f"{OWN_SALES},{ROLE_OWN}"),
            partner_name="Lily Ltd",
            contact_name="Bob",
            email_from="bob@lily.example.com",
        )
        self.assertFalse(hidden.sudo().partner_id)

    def test_a_telephone_that_odoo_cannot_read(self):
        """ "8" for "+7", in a company of another country."""
        known = self.known(phone="+7 (912) 043-86-57", user_id=self.own.id)
        for text, partner in (
            ("8 912 043-86-57", known),
            ("8 912 043-86-58", None),
            ("123456", self.env["res.partner"]),
        ):
            with self.subTest(text=text):
                lead = self.lead(contact_name="Vera Long", phone=text)
                self.assertFalse(lead.phone_sanitized)
                if partner is None:
                    self.assertEqual(lead.partner_id.name, "Vera Long")
                else:
                    self.assertEqual(lead.partner_id, partner)

    def test_several_are_for_people_to_decide(self):
        self.known(email="same@x.example.com")
        self.known(phone="+1 808-555-0158")
        lead = self.lead(email_from="same@x.example.com", phone="+1 808 555 0158")
        self.assertFalse(lead.partner_id)

    def test_of_another_company(self):
        self.known(email="b@x.example.com", company_id=self.company_b.id)
        lead = self.lead(email_from="b@x.example.com")
        self.assertTrue(lead.partner_id)
        self.assertNotEqual(lead.partner_id.company_id, self.company_b)

    def test_a_hidden_client_is_not_named(self):
        hidden = self.known(email="hidden@x.example.com", user_id=self.every.id)
        hidden.action_add_to_client_base()
        lead = self.lead(self.own, email_from="hidden@x.example.com")
        self.assertFalse(lead.partner_id)
        self.assertFalse(
            self.env["res.partner"].search(
                [("email", "=", "hidden@x.example.com"), ("id", "!=", hidden.id)]
            )
        )

    def test_archived_is_known_all_the_same(self):
        """No second contact is made of who was archived; he stays so until somebody
        decides. Beside one who is there he does not count."""
        gone = self.known(email="gone@x.example.com", phone="+1 808-555-0164")
        gone.active = False
        before = self.env["res.partner"].with_context(active_test=False).search([])
        for values in (
            {"email_from": "gone@x.example.com"},
            {"phone": "+1 808 555 0164"},
        ):
            with self.subTest(values=values):
                self.assertFalse(self.lead(**values).partner_id)
        after = self.env["res.partner"].with_context(active_test=False).search([])
        self.assertEqual(after, before)
        self.assertFalse(gone.active)
        there = self.known(email="gone@x.example.com")
        lead = self.lead(email_from="gone@x.example.com")
        self.assertEqual(lead.partner_id, there)

    def test_by_the_lowest_role(self):
        lead = self.lead(self.own, email_from="col@x.example.com")
        self.assertEqual(lead.partner_id.user_id, self.own)
        self.assertEqual(self.card_of(lead.partner_id).user_id, self.own)
        free = self.lead(
            self.own,
            user_id=False,
            company_id=self.company.id,
            email_from="free@x.example.com",
        )
        self.assertTrue(self.card_of(free.sudo().partner_id))

    def test_not_a_client_stays_none(self):
        partner = self.known(email="rival@x.example.com")
        self.company.client_excluded_partner_ids |= partner
        lead = self.lead(email_from="rival@x.example.com")
        self.assertEqual(lead.partner_id, partner)
        self.assertFalse(self.card_of(partner))

    # --------------------------------------------------------------------- by a file

    def test_the_same_person_twice_in_a_file(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": "One", "email_from": "two@x.example.com"},
                {
                    "name": "Two",
                    "email_from": "TWO@x.example.com",
                    "phone": "+1 808 555 0161",
                },
                {"name": "Three", "phone": "+1 808 555 0161"},
                {
                    "name": "Four",
                    "partner_name": "Firm",
                    "contact_name": "Ada",
                    "email_from": "ada@f.example.com",
                },
                {
                    "name": "Five",
                    "partner_name": " FIRM",
                    "contact_name": "Bob",
                    "email_from": "bob@f.example.com",
                },
            ]
        )
        one, two, three, four, five = leads
        self.assertTrue(three.partner_id)
        self.assertEqual(one.partner_id, two.partner_id)
        self.assertEqual(two.partner_id, three.partner_id)
        self.assertNotEqual(four.partner_id, five.partner_id)
        self.assertEqual(four.partner_id.parent_id, five.partner_id.parent_id)

    def test_many_at_once_cost_little(self):
        counts = []
        for number in (5, 50):
            self.env.invalidate_all()
            vals_list = [
                {
                    "name": f"Lead {number} {n}",
                    "contact_name": f"Person {number} {n}",
                    "email_from": f"p{n}@n{number}.example.com",
                }
                for n in range(number)
            ]
            used = []
            for on in (False, True):
                self.company.client_lead_prospects = on
                self.env.flush_all()
                before = self.env.cr.sql_log_count
                leads = self.env["crm.lead"].create(vals_list)
                self.env.flush_all()
                used.append(self.env.cr.sql_log_count - before)
                self.assertEqual(bool(leads.partner_id), on)
            counts.append(used[1] - used[0])
        self.assertLess(counts[1], counts[0] + 60, counts)
