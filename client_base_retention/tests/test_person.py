"""What is known of a person: telephone of his own, how to reach and treat him."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools.sql import column_exists, index_exists

from .common import NOON, ROLE_ALL, ROLE_OWN, ROLE_STEWARD, ClientBaseCommon

SELLER = "sales_team.group_sale_salesman"
PHONE = "+1 202-555-0143"
ASKED = ("salutation", "gender", "met", "personal_phone", "approach")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPerson(ClientBaseCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids += cls.env.ref(ROLE_ALL)
        cls.own = cls.make_user("own", f"{ROLE_OWN},{SELLER}")
        cls.client = cls.make_partner("Toys", user_id=cls.own.id)
        cls.person = cls.make_partner(
            "Ivanova Anna",
            is_company=False,
            parent_id=cls.client.id,
            function="Buyer",
            personal_phone=PHONE,
        )
        cls.client.action_add_to_client_base()

    def setUp(self):
        super().setUp()
        self.card = self.card_of(self.client)

    def as_own(self, record):
        return record.with_user(self.own)

    # ------------------------------------------------------------- personal telephone

    def test_telephone_is_kept_beside_the_companys(self):
        self.person.phone = "+1 202-555-0199"
        self.assertEqual(self.person.phone_sanitized, "+12025550199")
        self.assertEqual(self.person.personal_phone_sanitized, "+12025550143")
        self.person.personal_phone = False
        self.assertFalse(self.person.personal_phone_sanitized)
        self.person.phone = False
        self.person.personal_phone = "no number"
        self.assertFalse(self.person.personal_phone_sanitized)

    def test_telephone_is_written_like_the_other(self):
        form = Form(self.person.with_user(self.own))
        form.personal_phone = "+12025550144"
        self.assertEqual(form.personal_phone, "+1 202-555-0144")

    def test_telephone_is_indexed(self):
        for name in (
            "res_partner__personal_phone_sanitized_index",
            "res_partner_client_personal_phone_key_idx",
        ):
            with self.subTest(index=name):
                self.assertTrue(index_exists(self.env.cr, name))
        self.assertFalse(column_exists(self.env.cr, "res_partner", "salutation"))

    def test_client_is_found_by_it(self):
        partners = self.as_own(self.env["res.partner"])
        cards = self.as_own(self.env["client.card"])
        for text in (PHONE, "+12025550143"):
            with self.subTest(text=text):
                found = partners.search([("phone_mobile_search", "ilike", text)])
                self.assertEqual(found, self.person)
        found = cards.search([("contact_search", "ilike", "555-0143")])
        self.assertEqual(found, self.card)
        day = self.as_own(self.env["client.my.day"])
        for text in ("555-0143", "5550143"):
            domain = day._search_domain(text)
            self.assertEqual(cards.search(domain), self.card)

    def test_who_calls_is_found_by_it(self):
        call = self.env["client.touchpoint"]._log_call("+1 202 555 0143", "in")
        self.assertEqual(call.person_id, self.person)
        self.assertEqual(call.partner_id, self.client)

    def test_two_clients_with_one_are_perhaps_the_same(self):
        other = self.make_partner("Games", phone="+1 202-555-0100")
        self.make_partner(
            "Petrova Anna",
            is_company=False,
            parent_id=other.id,
            phone="+1 202-555-0111",
            personal_phone=PHONE,
        )
        other.action_add_to_client_base()
        self.person.phone = "+1 202-555-0122"
        self.env["client.duplicate"]._find()
        pair = self.env["client.duplicate"].search(
            [("partner_id", "in", (self.client | other).ids)]
        )
        self.assertEqual(pair.partner_id | pair.other_id, self.client | other)
        self.assertEqual(pair.reasons, "phone")
        self.assertTrue(self.card.is_duplicate)

    def test_client_is_reached_by_it(self):
        self.assertFalse(self.card.is_unreachable)
        self.person.personal_phone = False
        self.card.invalidate_recordset(["is_unreachable"])
        self.assertTrue(self.card.is_unreachable)

    def test_it_is_offered_for_the_call(self):
        log = self.env["client.log.contact"].new(
            {"partner_id": self.client.id, "person_id": self.person.id}
        )
        self.assertEqual(log.phone, PHONE)

    def test_hidden_like_the_telephone(self):
        other = self.make_user("other", ROLE_ALL)
        role = self.env["client.role"].search([("role", "=", "all")])
        role.mask = "others"
        [row] = self.person.with_user(other).read(
            ["personal_phone", "personal_phone_sanitized", "name"]
        )
        self.assertNotIn("555", row["personal_phone"])
        self.assertNotIn("555", row["personal_phone_sanitized"])
        shown = self.person.with_user(other).client_show_details()
        self.assertEqual(shown["personal_phone"], PHONE)
        [row] = self.as_own(self.person).read(["personal_phone"])
        self.assertEqual(row["personal_phone"], PHONE)

    # ------------------------------------------------------------------ who may read

    def test_portal_reads_nothing_that_was_noted(self):
        """Colleagues of a client who have a login do not read remarks on each other."""
        portal = new_test_user(self.env, "p_portal", groups="base.group_portal")
        portal.partner_id.parent_id = self.client
        self.person.write({"how_to_talk": "Slowly", "important_to_him": "Price"})
        person = self.person.with_user(portal)
        self.assertEqual(person.name, "Ivanova Anna")
        for name in ("personal_phone", "how_to_talk", "important_to_him", "met_place"):
            with self.subTest(field=name), self.assertRaises(AccessError):
                person.read([name])

    def test_lowest_role_writes_of_his_clients_only(self):
        values = {
            "gender": "female",
            "salutation": "Anna Petrovna",
            "address_form": "formal",
            "personal_phone": PHONE,
            "met_place": "Fair",
            "met_date": "2025-01-31",
            "preferred_channel": "messenger",
            "preferred_time": "morning",
            "preferred_time_note": "till 11",
            "how_to_talk": "Short",
            "important_to_him": "Sharpening",
        }
        self.as_own(self.person).write(values)
        self.assertEqual(self.person.salutation, "Anna Petrovna")
        other = self.make_user("other", f"{ROLE_OWN},{SELLER}")
        hidden = self.make_partner("Hidden", user_id=other.id)
        hidden.action_add_to_client_base()
        with self.assertRaises(AccessError):
            self.as_own(hidden).write({"how_to_talk": "Short"})

    # --------------------------------------------------------- how the client is shown

    def test_client_says_whom_to_talk_to_and_how(self):
        self.person.write(
            {
                "salutation": "Anna Petrovna",
                "address_form": "formal",
                "preferred_channel": "phone",
                "preferred_time": "morning",
                "preferred_time_note": "till 11",
                "how_to_talk": "Short, likes figures",
                "important_to_him": "Sharpening",
            }
        )
        client = self.as_own(self.client)
        self.assertEqual(client.client_person_id, self.person)
        self.assertEqual(
            client.client_person_text,
            "Ivanova Anna (Buyer): “Anna Petrovna”, Formal (Вы, Sie)",
        )
        self.assertEqual(client.client_person_reach, "Telephone, Morning, till 11")
        self.assertEqual(client.client_person_how, "Short, likes figures")
        self.assertEqual(client.client_person_important, "Sharpening")

    def test_of_several_persons_the_chosen_one(self):
        boss = self.make_partner("Boss", is_company=False, parent_id=self.client.id)
        self.make_partner(
            "Store", is_company=False, parent_id=self.client.id, type="delivery"
        )
        self.env.invalidate_all()
        self.assertFalse(self.client.client_person_id)
        self.assertFalse(self.client.client_person_text)
        self.card.contact_person_id = boss
        self.env.invalidate_all()
        self.assertEqual(self.client.client_person_text, "Boss: “Boss”")
        self.assertEqual(self.person.client_person_id, self.person)

    def test_many_clients_without_a_query_each(self):
        def cost(number):
            clients = self.make_partners(number)
            self.env["res.partner"].create(
                [{"name": "Ann", "parent_id": client.id} for client in clients]
            )
            clients.action_add_to_client_base()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            clients.mapped("client_person_text")
            return self.env.cr.sql_log_count - before

        cost(1)
        self.assertEqual(cost(3), cost(30))

    def test_found_by_what_is_important(self):
        self.person.important_to_him = "Sharpening on the spot"
        self.client.how_to_talk = "Pays after 30 days"
        cards = self.as_own(self.env["client.card"])
        for text in ("sharpening", "30 days"):
            with self.subTest(text=text):
                domain = [("important_search", "ilike", text)]
                self.assertEqual(cards.search(domain), self.card)
        self.assertFalse(cards.search([("important_search", "ilike", "fishing")]))
        found = self.as_own(self.env["res.partner"]).search(
            [("important_to_him", "ilike", "sharpening")]
        )
        self.assertEqual(found, self.person)

    # ------------------------------------------------------------------- completeness

    def test_completeness(self):
        self.env["client.data.requirement"].create(
            [{"policy_id": self.policy.id, "what": what} for what in ASKED]
        )
        self.person.write({"personal_phone": False, "name": "Иванова Анна"})
        self.person.gender = False
        steps = [
            ({}, set(ASKED)),
            ({"gender": "female"}, {"salutation", "met", "personal_phone", "approach"}),
            ({"name": "Иванова Анна Львовна"}, {"met", "personal_phone", "approach"}),
            ({"met_place": "Fair"}, {"personal_phone", "approach"}),
            ({"personal_phone": PHONE}, {"approach"}),
            ({"important_to_him": "Price"}, set()),
            ({"important_to_him": False, "how_to_talk": "Short"}, set()),
            ({"name": "Иванова Анна"}, {"salutation"}),
            ({"address_form": "informal"}, set()),
            ({"address_form": "formal"}, {"salutation"}),
            ({"salutation": "Анна Львовна"}, set()),
            ({"name": "Anna Smith", "salutation": False}, set()),
            ({"name": "Anna"}, {"salutation"}),
        ]
        for values, lacking in steps:
            with self.subTest(values=values):
                self.person.write(values)
                self.env.invalidate_all()
                found = set(self.card._data_codes()) & set(ASKED)
                self.assertEqual(found, lacking)

    def test_completeness_asks_the_chosen_person(self):
        self.env["client.data.requirement"].create(
            {"policy_id": self.policy.id, "what": "gender"}
        )
        self.person.gender = "female"
        boss = self.make_partner("Boss", is_company=False, parent_id=self.client.id)
        self.assertFalse(self.card._data_codes())
        self.card.contact_person_id = boss
        self.assertEqual(self.card._data_codes(), ["gender"])
        [place] = self.card._data_lacking()
        self.assertEqual((place["res_id"], place["field"]), (boss.id, "gender"))

    # --------------------------------------------------------------------- other ways

    def test_anonymized(self):
        self.env.user.group_ids += self.env.ref(
            "client_base_retention.group_client_head"
        )
        self.person.write(
            {
                "gender": "female",
                "salutation": "Anna Petrovna",
                "met_place": "Fair",
                "met_date": "2025-01-31",
                "preferred_time_note": "till 11",
                "how_to_talk": "Short",
                "important_to_him": "Sharpening",
            }
        )
        self.person._client_anonymize("asked for it")
        for name in (
            *("gender", "salutation_manual", "met_place", "met_date", "how_to_talk"),
            *("important_to_him", "personal_phone", "personal_phone_sanitized"),
            "preferred_time_note",
        ):
            with self.subTest(field=name):
                self.assertFalse(self.person[name])

    def test_steward_checks_a_new_telephone(self):
        self.start()
        self.make_user("steward", ROLE_STEWARD)
        self.as_own(self.person).personal_phone = "+1 202-555-0155"
        review = self.env["client.review"].search([("partner_id", "=", self.client.id)])
        self.assertIn("+1 202-555-0155", str(review.change_data))

    def test_nothing_is_shown_without_a_role(self):
        clerk = self.make_user("clerk", f"base.group_user,{SELLER}")
        partners = self.env["res.partner"]
        ours = {
            *("gender", "salutation", "personal_phone", "address_form", "met_place"),
            *("met_date", "preferred_channel", "how_to_talk", "important_to_him"),
        }
        for view in ("form", "list", "search"):
            with self.subTest(view=view):
                arch = partners.with_user(clerk).get_view(view_type=view)["arch"]
                names = {name for name in ours if f'name="{name}"' in arch}
                self.assertFalse(names)
        arch = partners.with_user(self.own).get_view(view_type="form")["arch"]
        self.assertFalse({name for name in ours if f'name="{name}"' not in arch})

    def test_source_is_asked_of_a_new_client(self):
        """Before he is saved: on the form as in *My day > + Client* (N12)."""
        form = Form(self.env["res.partner"].with_user(self.own))
        form.name = "New"
        form.source_id = fair = self.env["utm.source"].create({"name": "Fair"})
        client = form.save()
        self.assertEqual(client.source_id, fair)
        node = "//sheet//div[@invisible='id or parent_id']/field[@name='source_id']"
        for user, asked in ((self.own, True), (self.make_user("clerk"), False)):
            partners = self.env["res.partner"].with_user(user)
            arch = etree.fromstring(partners.get_view(view_type="form")["arch"])
            self.assertEqual(bool(arch.xpath(node)), asked)

    def test_source_is_asked_in_small_forms(self):
        view = self.env.ref("base.view_partner_simple_form")
        form = Form(self.env["res.partner"].with_user(self.own), view)
        form.source_id = self.env["utm.source"].create({"name": "Fair"})
        clerk = self.make_user("clerk")
        arch = self.env["res.partner"].with_user(clerk).get_view(view.id)["arch"]
        self.assertNotIn("source_id", arch)
