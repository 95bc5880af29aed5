from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools.misc import format_date

MONTHS = {"month": 1, "quarter": 3, "year": 12}
# The columns of the card that say when a client took a step.
STEPS = (
    "first_purchase_date",
    "second_purchase_date",
    "third_purchase_date",
    "regular_since",
)


class ClientOverview(models.AbstractModel):
    """*Funnel*: clients on their way from the first purchase to a regular client
    (needs N57, N62).

    Each day of purchase is a step, whatever documents it brought; the fourth makes a
    client regular. A client is counted in the period in which he took the step. The
    share that goes on is of all clients who ever took it, so that it does not depend
    on how many happened to come in this period.
    """

    _inherit = "client.overview"

    @api.model
    def get_funnel(self, period="month", team_id=False):
        """Who took which step in the period, and who never takes the next.

        :return: dictionary: ``steps``: figures like those of ``get_figures``, each with
            ``before`` (figure: the same days of the period before), ``stopped``
            (figure: former clients who got no further) and ``on`` (share of all clients
            with this step who took the next, in percent, or False); ``before`` and
            ``days``: what is compared with, in words
        """
        self.env["client.launch"]._check_head()
        first, _last = self._period(period)
        first_before, last_before = self._period_before(period)
        kinds = []
        for place, (name, label, explanation) in enumerate(self._steps()):
            after = STEPS[place + 1] if place + 1 < len(STEPS) else False
            kinds += self._step_kinds(
                name, label, explanation, after, first, first_before, last_before
            )
        figures = self._figures(team_id, kinds)
        steps = [
            self._step(*figures[place : place + 4])
            for place in range(0, len(figures), 4)
        ]
        for step, further in zip(steps, steps[1:], strict=False):
            ever = step["ever"]
            step["on"] = int(100 * further["ever"] / ever) if ever else False
        return {
            "steps": steps,
            "before": {
                "month": self.env._("last month"),
                "quarter": self.env._("last quarter"),
                "year": self.env._("last year"),
            }[period],
            "days": self.env._(
                "%(first)s to %(last)s",
                first=format_date(self.env, first_before),
                last=format_date(self.env, last_before),
            ),
        }

    def _period_before(self, period):
        """First and last day of the period before to compare with: as many days of it
        as have passed of the present one; all of it on the last day."""
        today = self.env.company._client_today()
        first, last = self._period(period)
        length = relativedelta(months=MONTHS[period])
        end = first - timedelta(days=1)
        return first - length, end if today == last else min(today - length, end)

    def _steps(self):
        """(column, label, explanation) of each step."""
        words = [
            (
                self.env._("First purchase"),
                self.env._("Clients who bought for the first time in the period."),
            ),
            (
                self.env._("Second purchase"),
                self.env._("Clients whose second day of purchase is in the period."),
            ),
            (
                self.env._("Third purchase"),
                self.env._("Clients whose third day of purchase is in the period."),
            ),
            (
                self.env._("Became regular"),
                self.env._("Clients whose fourth day of purchase is in the period."),
            ),
        ]
        return [(name, *said) for name, said in zip(STEPS, words, strict=True)]

    def _step_kinds(self, name, label, explanation, after, first, *before):
        """Four kinds of clients: with this step in the period, in the period before,
        ever; and the former ones who got no further."""
        first_before, last_before = before
        stopped = [(name, "!=", False), ("status", "=", "former")]
        if after:
            stopped.append((after, "=", False))
        return [
            (name, label, explanation, [(name, ">=", first)]),
            (
                f"{name}_before",
                self.env._("%s, period before", label),
                self.env._("In the same days of the period before."),
                [(name, ">=", first_before), (name, "<=", last_before)],
            ),
            (f"{name}_ever", label, "", [(name, "!=", False)]),
            (
                f"{name}_stopped",
                self.env._("%s, then left", label),
                self.env._("Former clients who got as far as this and no further."),
                stopped,
            ),
        ]

    def _step(self, step, before, ever, stopped):
        return step | {
            "before": before,
            "ever": ever["value"],
            "on": False,
            "stopped": stopped,
        }
