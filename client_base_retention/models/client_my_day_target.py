from datetime import timedelta

from babel.dates import format_date

from odoo import api, models
from odoo.tools.misc import babel_locale_parse, get_lang


class ClientMyDay(models.AbstractModel):
    """How far I am with my own turnover of the month (N63)."""

    _inherit = "client.my.day"

    @api.model
    def get_target(self):
        """My turnover of the month in the current company against my target.

        Turnover is what my clients bought, as the head sees it in the overview.

        :return: dictionary: ``text``, ``left`` (working days, in words), ``percent``,
            ``bar`` (at most 100); False without a target
        """
        self._check_role()
        company = self.env.company
        today = company._client_today()
        target = self.env["client.target"]._target_of(self.env.user, company, today)
        if not target:
            return False
        overview = self.env["client.overview"]
        mine = [("company_id", "=", company.id), *self._mine()]
        turnover = overview._turnover_of(mine, today.replace(day=1), today)
        done = overview._done(turnover, target[self.env.uid])
        return done | {
            "text": self.env._(
                "Turnover in %(month)s %(turnover)s of %(target)s (%(percent)s %%)",
                month=self._month_in_words(today),
                turnover=company.currency_id.format(turnover),
                target=done["text"],
                percent=done["percent"],
            ),
            "left": self._days_left(company, today),
        }

    def _month_in_words(self, day):
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_date(day, "LLLL", locale=locale)

    def _days_left(self, company, today):
        """ "8 working days left", today among them."""
        _first, last = self.env["client.overview"]._period("month")
        off = company._client_days_off(today, last)
        days = (last - today).days + 1
        left = sum(today + timedelta(n) not in off for n in range(days))
        if left == 1:
            return self.env._("1 working day left")
        return self.env._("%s working days left", left)

    @api.model
    def open_target(self):
        """The dialog in which I set my own target from this month on."""
        self._check_role()
        company = self.env.company
        month = company._client_today().replace(day=1)
        mine = [("user_id", "=", self.env.uid), ("company_id", "=", company.id)]
        target = self.env["client.target"].search([*mine, ("date_from", "=", month)])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("My target"),
            "res_model": "client.target",
            "res_id": target.id,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_date_from": str(month), "client_own_target": True},
        }
