"""How a client pays: what he owes, how late he is on average."""

from odoo.tests import freeze_time, tagged

from .common import NOON, ROLE_ALL, ROLE_OWN, ago
from .test_history_line import HistoryCase


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestHistoryPaid(HistoryCase):
    def bill(self, due, amount=100, paid=None, part=None, partner=None, **vals):
        """An invoice due on a day, paid on another."""
        invoice = self.invoice(
            partner or self.shop, ago(400), amount, invoice_date_due=due, **vals
        )
        if paid:
            self.pay(invoice, paid, part)
        return invoice

    def figures(self, *names, partner=None, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        partner = (partner or self.shop).with_user(user or self.env.user)
        return tuple(partner.with_company(self.company)[name] for name in names)

    def delay(self, **options):
        return self.figures(
            "client_payment_delay_days", "client_payment_count", **options
        )

    def test_nothing_known_is_no_figure(self):
        self.assertEqual(self.figures("client_payment_text"), (False,))
        self.assertEqual(self.figures("client_debt", "client_overdue"), (0, 0))

    def test_weighted_by_the_sums(self):
        self.bill(ago(50), 100, paid=ago(40))
        self.bill(ago(50), 300, paid=ago(48))
        self.assertEqual(self.delay(), (4, 2))
        self.assertIn("4 d late", self.figures("client_payment_text")[0])

    def test_early_makes_up_for_nothing(self):
        self.bill(ago(50), paid=ago(70))
        self.bill(ago(50), paid=ago(30))
        self.assertEqual(self.delay(), (10, 2))

    def test_in_time(self):
        self.bill(ago(50), paid=ago(50))
        self.assertEqual(self.delay(), (0, 1))
        self.assertIn("in time", self.figures("client_payment_text")[0])

    def test_open_ones_count_until_today(self):
        for due, expected in ((ago(12), (12, 1)), (ago(0), (0, 0)), (ago(-3), (0, 0))):
            with self.subTest(due=due):
                partner = self.make_partner("Debtor")
                partner.action_add_to_client_base()
                self.bill(due, partner=partner)
                self.assertEqual(self.delay(partner=partner), expected)

    def test_partly_paid_each_part_by_its_day(self):
        """60 paid 10 days late, 40 are 20 days late today."""
        self.bill(ago(20), 100, paid=ago(10), part=60)
        self.assertEqual(self.delay(), (14, 1))

    def test_last_year_only_but_for_open_ones(self):
        for due, paid, expected in (
            (ago(365), ago(360), (5, 1)),
            (ago(366), ago(360), (0, 0)),
            (ago(366), None, (366, 1)),
        ):
            with self.subTest(due=due, paid=paid):
                partner = self.make_partner("Old debtor")
                partner.action_add_to_client_base()
                self.bill(due, paid=paid, partner=partner)
                self.assertEqual(self.delay(partner=partner), expected)

    def test_credit_notes_pay_nothing(self):
        invoice = self.bill(ago(30))
        refund = invoice._reverse_moves([{"date": ago(1), "invoice_date": ago(1)}])
        refund.action_post()
        lines = (invoice | refund).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        lines.filtered(lambda line: not line.reconciled).reconcile()
        self.assertEqual(self.delay(), (0, 0))
        self.assertEqual(self.figures("client_debt"), (0,))

    def test_owes_and_overdue(self):
        self.bill(ago(1), 100)
        self.bill(ago(0), 50)
        self.assertEqual(self.figures("client_debt", "client_overdue"), (150, 100))

    def test_paid_ahead_is_taken_off(self):
        self.bill(ago(1), 100)
        payment = self.pay(self.bill(ago(30), 30), ago(20))
        payment.move_id.line_ids.remove_move_reconcile()
        self.assertEqual(self.figures("client_debt", "client_overdue"), (100, 100))

    def test_drafts_and_other_companies_do_not_count(self):
        self.bill(ago(1), 100).button_draft()
        self.assertEqual(self.figures("client_debt"), (0,))
        income = self.income
        self.set_up_accounting(self.company_b)
        self.bill(ago(9), 70, company=self.company_b)
        type(self).income = income
        self.assertEqual(self.figures("client_debt"), (0,))
        self.assertEqual(self.delay(), (0, 0))

    def test_person_shows_the_figures_of_the_client(self):
        self.bill(ago(12), partner=self.anna)
        self.assertEqual(self.delay(partner=self.anna), (12, 1))
        self.assertEqual(self.figures("client_debt"), (100,))

    def test_who_sells_sees_it_without_invoicing_rights(self):
        user = self.make_user("walker", f"base.group_user,{ROLE_ALL}")
        self.bill(ago(12))
        self.assertEqual(
            self.figures("client_debt", "client_payment_delay_days", user=user),
            (100, 12),
        )
        self.assertFalse(user.has_group("account.group_account_readonly"))

    def test_hidden_client_shows_no_figure(self):
        user = self.make_user("narrow", f"base.group_user,{ROLE_OWN}")
        self.shop.user_id = self.make_user("owner", f"base.group_user,{ROLE_OWN}")
        self.bill(ago(12))
        found = (
            self.env["res.partner"].with_user(user).search([("id", "=", self.shop.id)])
        )
        self.assertFalse(found)

    def test_many_clients_cost_as_few_queries_as_one(self):
        partners = self.make_partners(10)
        partners.action_add_to_client_base()
        for partner in partners:
            self.bill(ago(9), partner=partner)
        names = ["client_debt", "client_payment_text", "client_period"]

        def cost(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.read(names)
            return self.env.cr.sql_log_count - before

        cost(partners)
        self.assertLessEqual(cost(partners), cost(partners[:1]))

    def test_period(self):
        for days, expected in (
            ([0], "06/15/2025"),
            ([10, 0], "(10 d)"),
            ([400, 0], "(1 y 1 mo)"),
            ([365, 0], "(1 y)"),
        ):
            with self.subTest(days=days):
                card = self.client(*[(ago(number), 5) for number in days])
                self.derive_all()
                text = self.figures("client_period", partner=card.partner_id)[0]
                self.assertIn(expected, text)
        self.assertEqual(self.figures("client_period"), (False,))
