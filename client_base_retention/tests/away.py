"""Helpers of the tests of days away."""

from datetime import date, datetime, time

from odoo.tests import freeze_time

from .common import ROLE_ALL, SALES
from .tasks import TaskCommon

# A Monday to the Friday of the week after: the week-end lies in it, and behind it.
FIRST, LAST = date(2025, 6, 16), date(2025, 6, 27)


class AwayCommon(TaskCommon):
    """Three salespeople of one company; Olga goes away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        roles = f"{SALES},{ROLE_ALL}"
        cls.olga.group_ids += cls.env.ref(ROLE_ALL)
        cls.pavel = cls.make_user("away_pavel", roles, name="Pavel")
        cls.ivan = cls.make_user("away_ivan", roles, name="Ivan")
        cls.weekly = cls.norm()

    def away(self, user=None, first=FIRST, last=LAST, stand_in=None, **values):
        return self.env["client.away"].create(
            {
                "user_id": (user or self.olga).id,
                "date_from": first,
                "date_to": last,
                "stand_in_id": stand_in.id if stand_in else False,
                **values,
            }
        )

    def morning(self, day):
        """What the planning does on the morning of a day."""
        with freeze_time(datetime.combine(day, time(6))):
            return self.plan_tasks()

    def whose(self, card):
        """The user of the only open task of a client; empty if there is none."""
        self.env.invalidate_all()
        tasks = self.tasks_of(card)
        self.assertLessEqual(len(tasks), 1, "never two tasks for one norm")
        return tasks.user_id
