from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import date_utils
from odoo.tools.misc import format_date

from .client_roles import HEAD

# So many months can be looked at.
MONTHS = 12


class ClientSteward(models.AbstractModel):
    """The steward's figures for a month: they are what he is paid a bonus by (N130)."""

    _inherit = "client.steward"

    @api.model
    def get_figures(self, month=0):
        """What each steward did in a month of the present company.

        The head sees everybody, a steward himself.

        :param month: 0 the present month, 1 the one before, and so on
        :return: {"month", "months": [{value, label}], "rows": [{user_id, name,
            figures: [{key, label, value, action}]}], "labels"}
        """
        self._check_steward()
        month = min(max(int(month), 0), MONTHS - 1)
        today = self.env.company._client_today()
        first = date_utils.start_of(today, "month") - relativedelta(months=month)
        last = date_utils.end_of(first, "month")
        measured = [self._done_by_user(*kind, first, last) for kind in self._kinds()]
        users = self.env["res.users"].browse(
            {user_id for *_kind, numbers in measured for user_id in numbers}
        )
        if not self.env.user.has_group(HEAD):
            users &= self.env.user
        return {
            "month": month,
            "months": self._months(today),
            "labels": [label for _key, label, *_rest in measured],
            "rows": [
                {
                    "user_id": user.id,
                    # sudo: also of who left.
                    "name": user.sudo().name,
                    "figures": [
                        self._figure_of(user, first, last, *kind) for kind in measured
                    ],
                }
                for user in users.sudo().sorted("name")
            ],
        }

    def _months(self, today):
        first = date_utils.start_of(today, "month")
        return [
            {
                "value": number,
                "label": format_date(
                    self.env,
                    first - relativedelta(months=number),
                    date_format="LLLL yyyy",
                ),
            }
            for number in range(MONTHS)
        ]

    def _kinds(self):
        """What is counted: [(key, label, model, user's field, date's field, what is
        summed, leaves)]. Addons add theirs."""
        return [
            (
                "checked",
                self.env._("Cards checked"),
                "client.review",
                "done_by_id",
                "done_on",
                "__count",
                [],
            ),
            *(
                (
                    key,
                    label,
                    "client.steward.work",
                    "user_id",
                    "date",
                    "number:sum",
                    [("kind", "=", key)],
                )
                for key, label in (
                    ("filled", self.env._("Fields filled")),
                    ("merged", self.env._("Duplicates merged")),
                )
            ),
            (
                "confirmed",
                self.env._("Orders confirmed"),
                "client.confirmation",
                "user_id",
                "date",
                "__count",
                [("kind", "=", "confirmed"), ("automatic", "=", False)],
            ),
        ]

    def _done_by_user(self, key, label, model, user, date, summed, leaves, first, last):
        """One kind of work, with its number for each user."""
        domain = self._here((date, ">=", first), (date, "<=", last), *leaves)
        numbers = {
            done_by.id: number
            for done_by, number in self.env[model]._read_group(
                [*domain, (user, "!=", False)], [user], [summed]
            )
        }
        return key, label, model, user, date, leaves, numbers

    def _figure_of(
        self, who, first, last, key, label, model, user, date, leaves, numbers
    ):
        domain = self._here(
            (user, "=", who.id),
            (date, ">=", fields.Date.to_string(first)),
            (date, "<=", fields.Date.to_string(last)),
            *leaves,
        )
        return {
            "key": key,
            "label": label,
            "value": numbers.get(who.id, 0),
            "action": self.env["client.overview"]._rows_of(
                model, f"{label}: {who.sudo().name}", domain
            ),
        }
