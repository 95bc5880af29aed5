from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from .client_roles import HEAD


class ResCompany(models.Model):
    """Once a month somebody is asked to make a copy of the base (N28)."""

    _inherit = "res.company"

    client_copy_reminded_on = fields.Date(
        string="Reminded of the copy on", readonly=True
    )

    def _client_copy_due(self, today):
        """Whether it is a month since the last copy, the last reminder and *Start*."""
        self.ensure_one()
        start = self.client_start_date
        if not start or start > today:
            return False
        copies = self.env["client.base.copy"].sudo()
        mine = [("company_id", "=", self.id)]
        if copies.search_count([*mine, ("state", "=", "due")], limit=1):
            return False
        made = [*mine, ("finished_at", "!=", False)]
        last = copies.search(made, order="finished_at desc", limit=1).finished_at
        days = [start, self.client_copy_reminded_on, last and last.date()]
        return max(filter(None, days)) + relativedelta(months=1) <= today

    def _client_copy_keeper(self):
        """Who is reminded: the steward of the base if he may copy it, else a head."""
        self.ensure_one()
        copies = self.env["client.base.copy"]
        steward = self.client_steward_id
        if steward and copies._may(steward, self):
            return steward
        # sudo: asked by the scheduled action. The users of the system come last.
        heads = self.env.ref(HEAD).sudo().all_user_ids.filtered("active")
        system = self.env.ref("base.user_root") | self.env.ref("base.user_admin")
        for user in (heads - system).sorted("id") | (heads & system):
            if not user.share and copies._may(user, self):
                return user
        return self.env["res.users"]


class ClientBaseCopy(models.Model):
    _inherit = "client.base.copy"

    @api.model
    def _cron_remind(self):
        """Daily: a to-do for who keeps the base, at most once a month and company."""
        for company in self.env["res.company"]._client_companies():
            today = company._client_today()
            if not company._client_copy_due(today):
                continue
            keeper = company._client_copy_keeper()
            if not keeper:
                continue
            copy = self.create({"company_id": company.id, "state": "due"})
            copy.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=today,
                summary=self.with_context(lang=keeper.lang).env._(
                    "Make a copy of the client base"
                ),
                user_id=keeper.id,
            )
            company.client_copy_reminded_on = today

    def _reminder_done(self):
        """The copy is being made: what reminded of it is done."""
        self.activity_ids.action_feedback()
