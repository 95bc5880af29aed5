"""How a client comes in and what is known of him, in headless Chromium: business card,
page *Be the first to know*, history, and the data steward's page.

The tours stand in the addon's static/tests/tours; here is the data they walk through.
"""

from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

SALES = "sales_team.group_sale_salesman,base.group_partner_manager"
OWN = f"{SALES},client_base_retention.group_client_own"
STEWARD = "base.group_partner_manager,client_base_retention.group_client_steward"
SUBSCRIBE = "odoo.addons.client_base_retention.controllers.client_subscribe"
# A visitor's browser: what the page asks for is filled in, and the next page read.
VISITOR = """
(async () => {
    const frame = document.createElement("iframe");
    const loaded = () =>
        new Promise((done) => frame.addEventListener("load", done, { once: true }));
    const first = loaded();
    frame.src = location.href;
    document.body.append(frame);
    await first;
    const page = () => frame.contentDocument;
    const says = (...texts) => {
        for (const text of texts) {
            if (!page().body.innerText.includes(text)) {
                throw new Error(`${text} is not in: ${page().body.innerText}`);
            }
        }
    };
    says("Be the first to try it", "A brush as a gift", "I agree to all of it");
    page().querySelector("input[name=name]").value = "Tour Visitor";
    page().querySelector("input[name=email]").value = "tour.visitor@page.example";
    const send = page().querySelector("button[type=submit]");
    send.click();
    if (page().querySelector("form").checkValidity()) {
        throw new Error("without consent the form is complete");
    }
    page().querySelector("input[name=consent]").click();
    const second = loaded();
    send.click();
    await second;
    says("Thank you!", "Show it at the till");
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestBrowserEntry(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create(
            {"name": "Tour firm", "currency_id": cls.env.ref("base.USD").id}
        )
        cls.company.partner_id.tz = "UTC"
        cls.policy = cls.env["client.policy"].create(
            {"name": "Tour rules", "sequence": -1000, "company_id": cls.company.id}
        )
        cls.me = cls.user("tour_me", OWN)
        cls.steward = cls.user("tour_steward", STEWARD)
        cls.source = cls.env["utm.source"].create({"name": "Tour fair"})

    @classmethod
    def user(cls, login, groups):
        return new_test_user(
            cls.env,
            login,
            groups=groups,
            tz="UTC",
            company_id=cls.company.id,
            company_ids=[fields.Command.set(cls.company.ids)],
        )

    def client_of(self, name, **values):
        partners = self.env["res.partner"].with_company(self.company)
        partner = partners.create(
            {"name": name, "is_company": True, "user_id": self.me.id, **values}
        )
        partner.action_add_to_client_base()
        return partner

    def order_of(self, partner, **values):
        product = self.env["product.product"].create({"name": "Tour saw"})
        line = {"product_id": product.id, "price_unit": 100, "tax_ids": False}
        return (
            self.env["sale.order"]
            .with_company(self.company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "user_id": self.me.id,
                    "order_line": [fields.Command.create(line)],
                    **values,
                }
            )
        )

    def tour(self, url, name, login="tour_me"):
        self.start_tour(url, name, login=login)
        self.env.invalidate_all()

    def test_business_card(self):
        known = self.client_of("Tour Known", email="office@known.example")
        self.tour("/odoo/clients", "client_entry_card")
        person = self.env["res.partner"].search([("name", "=", "Petrov Sergey")])
        self.assertRecordValues(
            person, [{"function": "Buyer", "email": "sergey@yard.example"}]
        )
        self.assertRecordValues(
            person.parent_id,
            [
                {
                    "name": "Tour Yard",
                    "is_company": True,
                    "phone": "+1 212-555-0961",
                    "source_id": self.source.id,
                    "user_id": self.me.id,
                }
            ],
        )
        self.assertEqual(person.parent_id.client_card_ids.company_id, self.company)
        self.assertFalse(known.child_ids)

    def test_visitor_is_a_prospect(self):
        form = self.env["client.subscribe.form"].create(
            {
                "name": "Be the first to try it",
                "company_id": self.company.id,
                "gift": "A brush as a gift",
                "thanks": "Show it at the till",
                "consent_text": "I agree to all of it",
                "source_id": self.source.id,
                "user_id": self.me.id,
            }
        )
        # That robots are kept out by the time they take is tested with the page.
        with patch(f"{SUBSCRIBE}.LEAST_SECONDS", 0):
            self.browser_js(
                f"/client/subscribe/{form.token}", VISITOR, ready="true", login=None
            )
        self.env.invalidate_all()
        entry = self.env["client.subscribe.entry"].search([("form_id", "=", form.id)])
        self.assertEqual(entry.consent_text, "I agree to all of it")
        entry._take_in()
        self.assertRecordValues(
            entry.partner_id,
            [
                {
                    "name": "Tour Visitor",
                    "email": "tour.visitor@page.example",
                    "source_id": self.source.id,
                    "user_id": self.me.id,
                    "client_consent": "given",
                }
            ],
        )
        self.tour("/odoo/clients", "client_entry_prospect")

    def test_history(self):
        client = self.client_of("Tour Client")
        self.order_of(client, state="sale")
        quotation = self.order_of(client)
        lead = self.env["crm.lead"].create(
            {
                "name": "Tour renovation",
                "type": "opportunity",
                "partner_id": client.id,
                "company_id": self.company.id,
                "user_id": self.me.id,
            }
        )
        reason = self.env["crm.lost.reason"].create({"name": "Tour too dear"})
        lead.action_set_lost(lost_reason_id=reason.id)
        self.tour(f"/odoo/contacts/{client.id}", "client_entry_history")
        self.assertEqual(quotation.client_order_ref, "Read by the tour")

    def test_steward(self):
        self.company.client_start_date = self.company._client_today()
        self.policy.write(
            {
                "data_confirmation": "manual",
                "data_confirmation_from": self.company._client_today(),
                "required_fields": "phone",
            }
        )
        mine = self.env["res.partner"].with_user(self.me)
        new = mine.create({"name": "Tour New", "is_company": True})
        new.action_add_to_client_base()
        sent = self.env["client.review"].with_user(self.me)
        sent = sent.create({"text": "Tour Sent: has moved"})
        order = self.order_of(new)
        order.action_confirm()
        self.env.flush_all()
        self.tour("/odoo/client-steward", "client_entry_steward", "tour_steward")
        reviews = self.env["client.review"].search(
            [("company_id", "=", self.company.id)]
        )
        self.assertEqual(set(reviews.mapped("state")), {"done"})
        self.assertIn(sent, reviews)
        self.assertIn(new.sudo(), reviews.partner_id)
        self.assertRecordValues(
            order,
            [
                {
                    "client_data_state": "confirmed",
                    "client_data_confirmed_by_id": self.steward.id,
                }
            ],
        )
