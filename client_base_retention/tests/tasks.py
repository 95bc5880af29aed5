"""Helpers of the tests of planned contacts."""

from .contacts import ContactsCommon


class TaskCommon(ContactsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = cls.make_user("task_olga", name="Olga")
        # VIP are those whom a test makes VIP.
        cls.policy.write({"daily_task_limit": 100, "vip_share": 0})

    def owned(self, last, user=None, **values):
        """The card of a client whose only purchase was ``last`` days ago.

        :param user: his salesperson, default Olga
        """
        owner = self.olga if user is None else user
        return self.bought(last, user_id=owner.id, **values)

    def plan_tasks(self, today=None):
        """The norm tasks that the planning made in the company."""
        made = self.env["client.card"]._plan_tasks(today=today)
        own = made.filtered(lambda a: a.client_obligation_id.company_id == self.company)
        return own

    def tasks_of(self, card):
        """The open norm tasks of a client."""
        return self.env["mail.activity"].search(
            [("is_client_norm", "=", True), ("client_id", "=", card.partner_id.id)]
        )

    def planned(self, tasks):
        """The clients of tasks, in the order in which they were made."""
        return tasks.client_obligation_id.card_id
