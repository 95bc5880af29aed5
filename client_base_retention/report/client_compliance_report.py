from odoo import api, models

# So many rows are printed of one salesperson.
ROWS = 100


class ReportClientCompliance(models.AbstractModel):
    """The month on paper: the table of the salespeople, then a page for each with the
    clients not cared for (product.md 5.4, N67, N68)."""

    _name = "report.client_base_retention.report_client_compliance"
    _inherit = "client.compliance.print"
    _description = "Print of the compliance report"

    @api.model
    def _get_report_values(self, docids, data=None):
        """What the template reads.

        :param docids: ids of ``client.compliance.month``
        :raise AccessError: for months that the user may not read
        """
        months = self.env["client.compliance.month"].browse(docids).exists()
        months.check_access("read")
        before = self._before(months)
        known = months.browse([month.id for month in before.values()])
        sums = self._sums(months | known)
        return {
            "months": [
                self._month(month, before.get(month.id), sums) for month in months
            ]
        }

    def _month(self, month, before, sums):
        """What is printed of one month."""
        own = {user: found for (of, user), found in sums.items() if of == month.id}
        then = {
            user: found
            for (of, user), found in sums.items()
            if before and of == before.id
        }
        names = self._user_names(self.env["res.users"].browse(filter(None, own)))
        not_made = self._not_made(month, list(own), ROWS)
        people = [
            self._person(names[user], own[user], then.get(user))
            | {
                "rows": not_made.get(user, ([], 0))[0],
                "more": not_made.get(user, ([], 0))[1]
                - len(not_made.get(user, ([], 0))[0]),
            }
            for user in sorted(own, key=lambda user: (not user, names[user]))
        ]
        together = self._together(own.values()) | {"people": 1}
        before_all = self._together(then.values()) | {"people": 1}
        return {
            "name": self._month_name(month),
            "company": month.company_id.sudo().name,
            "sentences": self._sentences(month),
            "people": people,
            "total": len(people) > 1
            and self._person(self.env._("Together"), together, then and before_all),
        }

    def _person(self, name, own, before):
        return {
            "name": name,
            "texts": self._texts(own),
            "change": self._change(own, before),
            "over": own["load"] > own["limit"] > 0,
        }
