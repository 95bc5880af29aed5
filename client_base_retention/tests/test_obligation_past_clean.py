"""States of norms that no month can ask for any more are removed."""

from odoo.tests import tagged

from .past import PastCommon


@tagged("post_install", "-at_install")
class TestObligationPastClean(PastCommon):
    def setUp(self):
        super().setUp()
        self.norm()
        with self.on("2025-06-02"):
            self.card = self.client(("2025-06-02", 100), user_id=self.olga.id)

    def call(self):
        """The state of who was overdue ends on the 12th of June."""
        with self.on("2025-06-12"):
            self.talk(self.card, "2025-06-12")

    def clear_up(self, when):
        """The states left after the clearing up of a day, as days on which they end."""
        with self.on(when):
            self.env["client.obligation.past"]._gc_past()
        self.env.invalidate_all()
        return [str(state.until) for state in self.past(self.card)]

    def test_what_no_month_asks_for_is_cleared_up(self):
        """States of the month before are kept, and of those not closed yet."""
        ends = ["2025-06-12", "2025-07-01", "2025-07-31", "2025-08-01"]
        self.call()
        for until in ends[1:]:
            self.past(self.card)[0].copy({"until": until})
        self.assertEqual(self.clear_up("2025-07-31"), ends)
        self.assertEqual(self.clear_up("2025-08-31"), ends[1:])
        self.assertEqual(self.clear_up("2025-09-01"), ends[3:])

    def test_months_that_are_not_closed_keep_their_states(self):
        self.call()
        self.company.client_start_date = "2025-05-20"
        self.assertEqual(len(self.clear_up("2026-01-01")), 1)
        month = self.env["client.compliance.month"].create(
            {"company_id": self.company.id, "month": "2025-05-01", "state": "closed"}
        )
        self.assertEqual(len(self.clear_up("2026-01-01")), 1)
        month.copy({"month": "2025-06-01", "state": "closed"})
        self.assertEqual(self.clear_up("2026-01-01"), [])
