"""What the tests of confirmed client data share."""

from datetime import timedelta

from .common import TODAY, ClientBaseCommon


class ConfirmationCase(ClientBaseCommon):
    """A started company whose regulation wants a telephone before a sale counts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.start()
        cls.policy.required_fields = "phone"
        cls.ask("manual")
        cls.seller = cls.make_user("seller_confirmation", cls.SELLER)
        cls.steward = cls.make_user("steward_confirmation", cls.STEWARD)
        cls.partner = cls.make_partner("Rosebud", user_id=cls.seller.id)

    SELLER = "client_base_retention.group_client_own,sales_team.group_sale_salesman"
    STEWARD = "client_base_retention.group_client_steward"

    @classmethod
    def ask(cls, mode, since=TODAY - timedelta(days=30), policy=None):
        """Let the regulation ask for confirmed data of orders from a day on."""
        (policy or cls.policy).write(
            {"data_confirmation": mode, "data_confirmation_from": since}
        )

    def sell(self, when=TODAY, amount=100, partner=None, **options):
        options.setdefault("seller", self.seller)
        return self.buy(partner or self.partner, when, amount, **options)

    def ledger(self, orders):
        """[(what happened, day, amount)] of these orders, the oldest first."""
        entries = self.env["client.confirmation"].search(
            [("order_id", "in", orders.ids)], order="id"
        )
        return [(entry.kind, str(entry.date), entry.amount) for entry in entries]

    def lines(self, domain=(), user=None):
        report = self.env["client.confirmation.report"].with_user(user or self.env.user)
        return report.search([("company_id", "=", self.company.id), *domain])

    def figures(self, domain=()):
        """(held back, released, sold) of the report."""
        return tuple(
            sum(self.lines(domain).mapped(name))
            for name in ("held_back", "released", "amount")
        )

    def withdraw(self, orders, reason):
        action = orders.with_user(self.steward).action_client_data_withdraw()
        wizard = self.env[action["res_model"]].with_user(self.steward)
        wizard = wizard.with_context(**action["context"])
        return wizard.create({"reason": reason}).action_withdraw()
