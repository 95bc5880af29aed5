from odoo import models

from .client_roles import ROLE
from .res_company_task import MORNING

# Later than this hour of the company's day a mail of the morning is none.
NOON = 12
# So many clients are named; the page has them all.
ROWS = 10


class ClientMail(models.Model):
    """*My day* by mail, for those who switched it on: the same rows as the page."""

    _inherit = "client.mail"

    def _morning_jobs(self):
        """Who gets today's mail: after the planning, on working days, nobody away."""
        days = {
            company: here.date()
            for company, here in self._company_hours().items()
            if MORNING <= here.hour < NOON and self._is_planned(company, here.date())
        }
        if not days:
            return []
        users = self._readers(ROLE, "client_morning_mail")
        users = users.filtered(lambda user: user.company_id in days)
        away = self._away(users, days)
        return [
            ("morning", days[user.company_id], user.company_id, user)
            for user in users - away
        ]

    def _is_planned(self, company, day):
        """Whether this is a working day whose contacts are planned, if they are to."""
        planned = company.client_planned_on == day or not company.client_tasks_on
        return planned and not company._client_is_off(day)

    def _away(self, users, days):
        """Those of these users who are away today."""
        # sudo: asked by the scheduled action.
        aways = self.env["client.away"].sudo()
        found = aways.search(
            [
                ("user_id", "in", users.ids),
                ("date_from", "<=", max(days.values())),
                ("date_to", ">=", min(days.values())),
            ]
        )
        return found.filtered(
            lambda a: a.date_from <= days[a.user_id.company_id] <= a.date_to
        ).user_id

    def _morning_content(self, day):
        """Subject and body for the user of this environment; None: nothing to do."""
        page = self.env["client.my.day"].get_day()
        rows = [
            (section["key"], row)
            for section in page["sections"]
            if section["key"] in ("promised", "norms")
            for row in section["rows"]
        ]
        if not rows:
            return None
        number = len(rows)
        title = page["title"]
        subject = self.env._("My day: %s clients to contact", number)
        if number == 1:
            subject = self.env._("My day: 1 client to contact")
        body = self._render(
            "client_mail_morning",
            title,
            self.env._("Open My day"),
            "/odoo/my-day",
            number=number,
            rows=[self._morning_row(key, row) for key, row in rows[:ROWS]],
            more=max(number - ROWS, 0),
        )
        return subject, body

    def _morning_row(self, key, row):
        """What a mail says of a row of the page."""
        promised = row["items"][0] if key == "promised" and row["items"] else {}
        return {
            "name": row["name"],
            "class": row["class_label"],
            "what": promised.get("summary")
            or promised.get("label")
            or ", ".join(due["label"] for due in row["due"]),
            "hour": promised.get("hour"),
            "word": row["word"],
            "detail": row["detail"],
            "state": row["state"],
            "person": row["person"]["name"],
            "phone": row["person"]["phone"],
        }
