"""What all tests of the client base share: companies of their own and helpers.

Nothing here depends on demo data: every test class works in companies that it made,
with the standard regulation of the design written into a policy of its own.
"""

from datetime import date, datetime, time, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.base.tests.common import BaseCommon
from odoo.addons.client_base_retention.models.client_roles import ROLES

TODAY = date(2025, 6, 15)
NOON = "2025-06-15 12:00:00"
ROLE_OWN = "client_base_retention.group_client_own"
ROLE_TEAM = "client_base_retention.group_client_team"
ROLE_ALL = "client_base_retention.group_client_all"
ROLE_STEWARD = "client_base_retention.group_client_steward"
ROLE_HEAD = "client_base_retention.group_client_head"
RIGHT_EXPORT = "client_base_retention.group_client_export"
SALES = "sales_team.group_sale_salesman_all_leads"
NOTES_LIMIT = "odoo.addons.client_base_retention.models.client_card_abc.NOTES_LIMIT"
# As the design gives them (4.2), so that a test says itself what it departs from.
STANDARD = {
    "abc_period_months": 12,
    "vip_share": 20,
    "a_share": 80,
    "b_share": 95,
    "former_after_months": 12,
    "former_cycle_factor": 2,
    "late_factor": 1.25,
    "risk_factor": 2,
    "newcomer_days": 60,
    "abc_review": "nightly",
}


def day(text):
    """A date from "2025-06-15"; dates pass through."""
    return fields.Date.to_date(text)


def ago(days):
    """The day so many days before the frozen today."""
    return TODAY - timedelta(days=days)


class ClientBaseCommon(BaseCommon):
    """Two companies in USD with days in UTC; the first is the current one."""

    @classmethod
    def setup_independent_company(cls, **kwargs):
        return cls.env["res.company"].create(
            {"name": "Own goods", "currency_id": cls.env.ref("base.USD").id}
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.make_company("Second firm")
        cls.set_up_days(cls.company, "UTC")
        cls.policy = cls.env["client.policy"].create(
            STANDARD
            | {"name": "Own rules", "sequence": 1, "company_id": cls.company.id}
        )
        cls.policy_b = cls.policy.copy({"company_id": cls.company_b.id})
        cls.product = cls.env["product.product"].create(
            {
                "name": "Thing",
                "type": "service",
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
        )

    # ------------------------------------------------------------------- master data

    @classmethod
    def make_company(cls, name, currency="base.USD", tz="UTC"):
        company = cls._create_company(name=name, currency_id=cls.env.ref(currency).id)
        cls.set_up_days(company, tz)
        return company

    @classmethod
    def set_up_days(cls, company, tz):
        """Days of a time zone, none of them off: norms are tested by themselves."""
        company.partner_id.tz = tz
        company.resource_calendar_id = False

    @classmethod
    def start(cls, *companies):
        """Press *Start*: from now on notes are written."""
        for company in companies or (cls.company,):
            company.client_start_date = TODAY - timedelta(days=1)

    @classmethod
    def make_partner(cls, name="Client", **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, **values}
        )

    @classmethod
    def make_partners(cls, number, **values):
        return cls.env["res.partner"].create(
            [
                {"name": f"Client {n:03}", "is_company": True, **values}
                for n in range(number)
            ]
        )

    @classmethod
    def make_user(cls, login, groups="base.group_user", companies=None, **values):
        """A user with exactly these groups: who sells would get a role by himself."""
        companies = companies or cls.company
        user = new_test_user(
            cls.env,
            login,
            groups=groups,
            company_id=companies[0].id,
            company_ids=[Command.set(companies.ids)],
            **values,
        )
        if not any(role in groups.split(",") for role in ROLES.values()):
            cls.take_role(user)
        return user

    @classmethod
    def take_role(cls, users):
        """Take away the roles of the client base."""
        users.write(
            {"group_ids": [Command.unlink(cls.env.ref(r).id) for r in ROLES.values()]}
        )

    @classmethod
    def set_rates(cls, company, currency="base.EUR", rates=()):
        """Exchange rates (units per company currency) of ``company`` by day."""
        money = cls.env.ref(currency)
        money.active = True
        cls.env["res.currency.rate"].create(
            [
                {
                    "currency_id": money.id,
                    "company_id": company.id,
                    "name": name,
                    "rate": rate,
                }
                for name, rate in rates
            ]
        )
        return money

    @classmethod
    def set_up_accounting(cls, company):
        """The three records that an invoice of ``company`` needs."""
        accounts = cls.env["account.account"].with_company(company)
        receivable, cls.income = accounts.create(
            [
                {"name": name, "code": code, "account_type": kind}
                for name, code, kind in (
                    ("Receivable", "121000", "asset_receivable"),
                    ("Income", "400000", "income"),
                )
            ]
        )
        cls.env["account.journal"].create(
            {"name": "Sales", "code": "INV", "type": "sale", "company_id": company.id}
        )
        cls.env["ir.default"].set(
            "res.partner",
            "property_account_receivable_id",
            receivable.id,
            company_id=company.id,
        )

    # --------------------------------------------------------------------- documents

    def quote(self, partner, amount=100, company=None, currency=None, seller=None):
        """A quotation with one line."""
        company = company or self.company
        values = {
            "partner_id": partner.id,
            "company_id": company.id,
            "user_id": seller.id if seller else False,
            "order_line": [
                Command.create({"product_id": self.product.id, "price_unit": amount})
            ],
        }
        if currency:
            pricelist = self.env["product.pricelist"].create(
                {
                    "name": currency.name,
                    "currency_id": currency.id,
                    "company_id": company.id,
                }
            )
            values["pricelist_id"] = pricelist.id
        return self.env["sale.order"].with_company(company).create(values)

    def confirm(self, orders, when=TODAY):
        """Confirm orders as of ``when``: a day (its noon) or a moment in UTC."""
        moment = when
        if not isinstance(when, datetime):
            moment = datetime.combine(day(when), time(12))
        values = {"state": "sale", "date_order": moment}
        with patch.object(
            self.registry["sale.order"],
            "_prepare_confirmation_values",
            lambda order: values,
        ):
            orders.action_confirm()
        return orders

    def buy(self, partner, when=TODAY, amount=100, **options):
        """A confirmed sale order of ``partner`` on ``when``."""
        return self.confirm(self.quote(partner, amount, **options), when)

    def enter(self, purchases, company=None):
        """Purchases from elsewhere, many at once: (partner, day, amount)."""
        company = company or self.company
        return self.env["client.purchase.entry"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "date": when,
                    "amount": amount,
                }
                for partner, when, amount in purchases
            ]
        )

    def invoice(self, partner, when, amount, kind="out_invoice", company=None, **vals):
        """A posted customer invoice or refund; the amount is positive for both."""
        move = (
            self.env["account.move"]
            .with_company(company or self.company)
            .create(
                {
                    "move_type": kind,
                    "partner_id": partner.id,
                    "invoice_date": when,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "name": "Thing",
                                "quantity": 1,
                                "price_unit": amount,
                                "account_id": self.income.id,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                    **vals,
                }
            )
        )
        move.action_post()
        return move

    # ------------------------------------------------------------------------- cards

    def card_of(self, partner, company=None):
        """The card of exactly this partner, archived or not; may be empty."""
        return (
            self.env["client.card"]
            .with_context(active_test=False)
            .search(
                [
                    ("partner_id", "=", partner.id),
                    ("company_id", "=", (company or self.company).id),
                ]
            )
        )

    def cards_of(self, partners, company=None):
        cards = self.env["client.card"]
        return cards.concat(*(self.card_of(p, company) for p in partners))

    def client(self, *purchases, name="Client", **values):
        """A new client with (day, amount) purchases from elsewhere; his card."""
        partner = self.make_partner(name, **values)
        if purchases:
            self.enter([(partner, when, amount) for when, amount in purchases])
        else:
            partner.action_add_to_client_base()
        return self.card_of(partner)

    def derive_all(self, today=TODAY):
        """The nightly derivation for ``today``."""
        self.env["client.card"]._derive_all(today=today)

    def moves(self, card, field_name="status"):
        """[(old, new)] of a card's transitions, the oldest first."""
        found = self.env["client.transition"].search(
            [("card_id", "=", card.id), ("field_name", "=", field_name)], order="id"
        )
        return [(move.old_value, move.new_value) for move in found]

    def notes(self, partner):
        """Bodies of the messages on a contact."""
        return self.env["mail.message"].search(
            [("model", "=", "res.partner"), ("res_id", "=", partner.id)]
        )

    def versions(self, *tables):
        """Where each row of these tables lies now: a written row moves."""
        self.env.flush_all()
        return {
            table: self.env.execute_query(
                SQL(
                    "SELECT id, ctid::text, xmin::text FROM %s ORDER BY id",
                    SQL.identifier(table),
                )
            )
            for table in tables or ("client_card", "client_transition")
        }
