from datetime import timedelta
from math import floor

from odoo import api, fields, models
from odoo.tools import format_date

ONE_DAY = timedelta(days=1)


class ClientCard(models.Model):
    """*Why?* of the purchase alarm, of newcomers and of those who came back."""

    _inherit = "client.card"

    alarm_reason = fields.Text(compute="_compute_alarm_reason")

    @api.depends("status", "late_date", "risk_date", "next_purchase_date", "policy_id")
    @api.depends_context("tz", "lang")
    def _compute_alarm_reason(self):
        for card in self:
            card.alarm_reason = card._why_alarm()

    def _why_newcomer(self):
        """ "First purchase on 01/11, newcomer until 31/12." """
        if not self.is_newcomer:
            return ""
        return self.env._(
            "First purchase on %(first)s, newcomer until %(until)s.",
            first=format_date(self.env, self.first_purchase_date),
            until=format_date(self.env, self.newcomer_until),
        )

    def _why_returned(self):
        """When a client who had been a former one came back, and after how long.

        Nobody recorded it where he came back before the client base was installed.
        """
        if not self.winback_count or self.status != "active":
            return ""
        moves = self.env["client.transition"].search(
            [("card_id", "=", self.id), ("movement", "in", ("left", "returned"))],
            limit=2,
        )
        if moves[:1].movement != "returned":
            return (
                self.env._("Was a former client and came back.")
                if self.winback_count == 1
                else self.env._(
                    "Was a former client and came back, %(count)s times.",
                    count=self.winback_count,
                )
            )
        returned, left = moves[0].date, moves[1:]
        before = left and self.env["client.purchase"].with_context(
            client_purchase_partner_id=self.partner_id.id
        ).search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("amount", ">", 0),
                ("date", "<", left.date),
            ],
            order="date desc",
            limit=1,
        )
        if not before:
            return self.env._(
                "Came back on %(date)s.", date=format_date(self.env, returned)
            )
        return self.env._(
            "Came back on %(date)s, after %(days)s days away.",
            date=format_date(self.env, returned),
            days=(returned - before.date).days,
        )

    # ------------------------------------------------------------------------- alarm

    def _why_alarm(self):
        """ "Usually buys every 21 days, last on 12/10, 34 days ago: late since 12/11
        (1.25 cycles and 3 days), at risk from 24/11." """
        self.ensure_one()
        if self.status == "prospect" or not self.status:
            return self.env._("No purchase yet: nothing can be late.")
        if self.status == "former":
            return self.env._("A former client has no alarm any more.")
        if not self.late_date:
            return self.env._(
                "No alarm: bought on fewer than three days, and the regulation has no "
                "typical cycle."
            )
        usual, days, by_cycle = self._why_usual()
        sentence = self.env._(
            "%(usual)s, last on %(last)s, %(ago)s: %(alarm)s.",
            usual=usual,
            last=format_date(self.env, self.last_purchase_date),
            ago=self._why_ago(),
            alarm=", ".join(self._why_state(days, by_cycle)),
        )
        return " ".join(filter(None, [sentence, self._why_pause(days)]))

    def _why_usual(self):
        """What the alarm goes by.

        :return: the words, the number of days, whether they are a cycle
        """
        cycle = self.purchase_cycle
        lasts = 0
        if self.next_purchase_date:
            lasts = (self.next_purchase_date - self.last_purchase_date).days
        if lasts and lasts == cycle or not lasts:
            days = cycle or self.policy_id.typical_cycle_days
            usual = (
                self.env._("Usually buys every %(days)s days", days=days)
                if cycle
                else self.env._("Clients like him buy every %(days)s days", days=days)
            )
            return usual, days, True
        if lasts > cycle:
            usual = self.env._("What he bought lasts %(days)s days", days=lasts)
            return usual, lasts, False
        usual = self.env._(
            "Usually buys every %(days)s days, what he bought lasts %(lasts)s",
            days=cycle,
            lasts=lasts,
        )
        return usual, cycle, True

    def _why_ago(self):
        days = (fields.Date.context_today(self) - self.last_purchase_date).days
        if days <= 0:
            return self.env._("today")
        if days == 1:
            return self.env._("yesterday")
        return self.env._("%(days)s days ago", days=days)

    def _why_state(self, days, by_cycle):
        """ "late since 12/11 (1.25 cycles and 3 days)", "at risk from 24/11"

        :param days: what the alarm goes by
        :param by_cycle: whether that is a cycle, else what a purchase lasts
        """
        policy, state = self.policy_id, self.purchase_state
        factors = {
            "late": self._in_words(policy.late_factor, 2),
            "risk": self._in_words(policy.risk_factor, 2),
        }
        if by_cycle:
            late = self.env._("%(late)s cycles and 3 days", **factors)
            risk = self.env._("%(risk)s cycles", **factors)
        else:
            late = self.env._("%(late)s times that and 3 days", **factors)
            risk = self.env._("%(risk)s times that", **factors)
        on = {
            "late": format_date(self.env, self.late_date + ONE_DAY),
            "risk": format_date(self.env, self.risk_date + ONE_DAY),
        }
        if state == "at_risk":
            return [self.env._("at risk since %(risk)s (%(why)s)", why=risk, **on)]
        words = []
        if state == "late":
            words.append(self.env._("late since %(late)s (%(why)s)", why=late, **on))
        else:
            words.append(self._why_expected(days))
            if self.late_date < self.risk_date:
                words.append(self.env._("late from %(late)s (%(why)s)", why=late, **on))
        words.append(self.env._("at risk from %(risk)s (%(why)s)", why=risk, **on))
        return words

    def _why_expected(self, days):
        expected = self.next_purchase_date or (
            self.last_purchase_date + timedelta(days=days)
        )
        date = format_date(self.env, expected)
        if expected < fields.Date.context_today(self):
            return self.env._("was expected on %(date)s", date=date)
        return self.env._("expected on %(date)s", date=date)

    def _why_pause(self, days):
        """That days of the yearly pause were passed over, where they were."""
        allowed = floor(round(self.policy_id.risk_factor * days, 4))
        if (
            not self.policy_id.pause_from
            or self.risk_date == self.last_purchase_date + timedelta(days=allowed)
        ):
            return ""
        return self.env._("Days of the yearly pause are not counted.")
