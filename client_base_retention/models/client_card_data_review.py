from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain


def oldest_fresh_day(today, months):
    """The earliest day that lies no more than ``months`` calendar months back.

    Counted forward from that day, as people do: what was looked through on August 31
    is fresh for six months until the last of February, what was on February 28 until
    August 28.

    >>> from datetime import date
    >>> oldest_fresh_day(date(2025, 2, 28), 6)
    datetime.date(2024, 8, 28)
    >>> oldest_fresh_day(date(2025, 8, 29), 6)
    datetime.date(2025, 3, 1)
    """
    day = today - relativedelta(months=months)
    # Cut to the end of a shorter month: counted forward it ends before today.
    return day if day.day == today.day else day + timedelta(days=1)


class ClientCard(models.Model):
    """How fresh the data of a client are (N18): stale data are worthless."""

    _inherit = "client.card"

    data_reviewed_on = fields.Date(
        string="Data checked on",
        readonly=True,
        copy=False,
        help="When somebody last looked through the client's data.",
    )
    data_reviewed_by_id = fields.Many2one(
        "res.users", string="Data checked by", readonly=True, copy=False
    )
    is_data_stale = fields.Boolean(
        string="Data out of date",
        compute="_compute_is_data_stale",
        search="_search_is_data_stale",
        help="Nobody has looked through the data for as many months as the regulation "
        "says. Counted from the start of the client base, at the earliest.",
    )

    @api.depends("data_reviewed_on", "entry_date", "policy_id", "company_id")
    @api.depends_context("tz")
    def _compute_is_data_stale(self):
        today = fields.Date.context_today(self)
        for card in self:
            # sudo: the regulation and the start of the company decide, whoever looks.
            start = card.company_id.sudo().client_start_date
            months = card.policy_id.sudo().data_review_months
            since = card.data_reviewed_on or max(
                filter(None, (start, card.entry_date)), default=False
            )
            card.is_data_stale = bool(
                start
                and start <= today
                and months
                and since
                and since < oldest_fresh_day(today, months)
            )

    @api.model
    def _search_is_data_stale(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(value) > 1:
            return Domain.TRUE
        stale = self._data_stale_domain()
        return stale if True in value else ~stale

    @api.model
    def _data_stale_domain(self):
        """Domain of the cards whose data nobody looked through in time.

        A few comparisons of days for each company and regulation, no sub-query.
        """
        today = fields.Date.context_today(self)
        # sudo: as above.
        companies = self.env["res.company"].sudo()
        started = companies.search([("client_start_date", "<=", today)])
        policies = self.env["client.policy"].sudo().with_context(active_test=False)
        months = policies._read_group(
            [("is_preset", "=", False), ("data_review_months", ">", 0)],
            ["data_review_months"],
            ["id:array_agg"],
        )
        parts = []
        for number, policy_ids in months:
            day = oldest_fresh_day(today, number)
            reviewed = Domain("data_reviewed_on", "<", day)
            early = started.filtered(lambda c, day=day: c.client_start_date < day)
            never = (
                Domain("data_reviewed_on", "=", False)
                & Domain("company_id", "in", early.ids)
                & (Domain("entry_date", "<", day) | Domain("entry_date", "=", False))
            )
            parts.append(Domain("policy_id", "in", policy_ids) & (reviewed | never))
        return Domain("company_id", "in", started.ids) & Domain.OR(parts)

    def action_data_reviewed(self):
        """*Data are right*: somebody has looked through the data of these clients."""
        self.check_access("write")
        self._data_reviewed()
        return True

    def _data_reviewed(self, day=None, user=None):
        """Note that the data of these clients were looked through.

        The caller checks the rights.

        :param day: default the present day of each card's company
        :param user: who did, default the current user
        """
        values = {"data_reviewed_by_id": (user or self.env.user).id}
        # sudo: people press the button, they do not write the date.
        for company, cards in self.sudo().grouped("company_id").items():
            cards.write(values | {"data_reviewed_on": day or company._client_today()})

    def _fold_values(self, target):
        """Of two cards that become one the later look at the data counts."""
        values = super()._fold_values(target)
        ours, theirs = self.data_reviewed_on, target.data_reviewed_on
        if ours and (not theirs or ours > theirs):
            values |= {
                "data_reviewed_on": ours,
                "data_reviewed_by_id": self.data_reviewed_by_id.id,
            }
        return values
