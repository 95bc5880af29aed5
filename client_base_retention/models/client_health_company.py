from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

from .client_health import BAD, GOOD, LOOK, OFF
from .client_roles import ROLE
from .res_company_task import MORNING

# The base is derived every night: after one night that was missed it is worth a look.
NIGHT = timedelta(hours=26)
# The queue is worked off every hour, and within seconds of an event.
QUEUE_LOOK, QUEUE_BAD = timedelta(minutes=75), timedelta(days=1)
# Clients in the queue that are listed.
QUEUE_LISTED = 10_000


class ClientHealth(models.AbstractModel):
    """The lines of one company on the page *Health*."""

    _inherit = "client.health"

    def _company_lines(self, company):
        lines = [self._started_line(company), *self._run_lines(company)]
        lines += [self._queue_line(company), self._planned_line(company)]
        lines += [self._limit_line(company), *self._mail_lines(company)]
        return [*lines, self._role_line(company)]

    def _started_line(self, company):
        label, start = self.env._("Client base"), company.client_start_date
        if company._client_started() or (start and company._client_pilots()):
            text = self.env._("started on %s", format_date(self.env, start))
            return self._line("started", label, GOOD, text, self._launch())
        text = self.env._("not started: nothing is planned, mailed or noted")
        return self._line("started", label, OFF, text, self._launch())

    # --------------------------------------------------------------------- derivation

    def _run_lines(self, company):
        """The last derivation of all clients, and the one that is under way."""
        label = self.env._("Last derivation")
        runs = self.env["client.derive.run"]
        here = [("company_id", "=", company.id)]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_derive_run_action"
        )
        action["domain"] = here
        done = runs.search([*here, ("state", "=", "done")], limit=1)
        under_way = runs.search([*here, ("state", "!=", "done")], order="id", limit=1)
        lines = []
        if done:
            finished = done.finished_at or done.write_date
            age = fields.Datetime.now() - finished
            state = GOOD if age < NIGHT else LOOK if age < 2 * NIGHT else BAD
            text = self.env._(
                "%(when)s: %(cards)s cards, %(seconds)s s, %(changed)s changed, "
                "%(left)s left to the queue",
                when=self._when(finished),
                cards=self._number(done.cards),
                seconds=self._number(done.seconds),
                changed=self._number(done.changed),
                left=self._number(done.skipped),
            )
            lines.append(self._line("night", label, state, text, action))
        elif not under_way:
            text = self.env._("The clients were never derived: press Run now.")
            lines.append(self._line("night", label, BAD, text, action))
        if under_way:
            lines.append(self._under_way_line(under_way, action))
        return lines

    def _under_way_line(self, run, action):
        age = fields.Datetime.now() - run.create_date
        state = GOOD if age < timedelta(hours=6) else LOOK if age < NIGHT else BAD
        text = self.env._(
            "running since %(when)s: %(cards)s of %(total)s cards (%(step)s)",
            when=self._when(run.create_date),
            cards=self._number(run.cards),
            total=self._number(run.total),
            step=dict(run._fields["state"]._description_selection(self.env))[run.state],
        )
        return self._line(
            "running", self.env._("Derivation under way"), state, text, action
        )

    def _queue_line(self, company):
        """How many clients wait to be derived, and for how long."""
        label = self.env._("Clients in the queue")
        # sudo: the queue is the system's; only numbers are shown.
        ((waiting, oldest),) = (
            self.env["client.card.dirty"]
            .sudo()
            ._read_group(
                [("company_id", "=", company.id)],
                [],
                ["partner_id:count_distinct", "queued_at:min"],
            )
        )
        if not waiting:
            return self._line("queue", label, GOOD, "0")
        age = fields.Datetime.now() - (oldest or fields.Datetime.now())
        state = GOOD if age < QUEUE_LOOK else LOOK if age < QUEUE_BAD else BAD
        text = self.env._(
            "%(number)s, the oldest waits for %(long)s",
            number=self._number(waiting),
            long=self._how_long(age),
        )
        action = {"method": "open_queue", "args": [company.id]}
        return self._line("queue", label, state, text, action)

    @api.model
    def open_queue(self, company_id):
        """The contacts that wait in the queue of a company, as a list.

        :raise AccessError: for users without the role *Head*
        """
        self.env["client.launch"]._check_head()
        company = self.env["res.company"].browse(company_id) & self.env.companies
        # sudo: see _queue_line; the contacts are read with the rights of the user.
        waiting = (
            self.env["client.card.dirty"]
            .sudo()
            .search([("company_id", "in", company.ids)], limit=QUEUE_LISTED)
        )
        ids = sorted(set(waiting.mapped("partner_id")))
        return self._list(
            self.env._("Clients in the queue"),
            "res.partner",
            [("id", "in", ids)],
            ["list", "form"],
            context={"active_test": False, "create": False},
        )

    # -------------------------------------------------------------------------- tasks

    def _planned_line(self, company):
        """How many contacts were planned today."""
        label, today = self.env._("Tasks planned today"), company._client_today()
        domain = [
            ("is_client_norm", "=", True),
            ("client_obligation_id.company_id", "=", company.id),
            ("create_date", ">=", fields.Datetime.to_string(self._day_begins(company))),
        ]
        activities = self.env["mail.activity"].with_context(active_test=False)
        number = activities.search_count(domain)
        state, text = self._planned_in_words(company, today, number)
        action = number and self._list(
            label,
            "mail.activity",
            domain,
            context={"active_test": False, "create": False},
        )
        return self._line("planned", label, state, text, action or False)

    def _planned_in_words(self, company, today, number):
        start = company.client_start_date
        if not start or start > today:
            return OFF, self.env._("not started")
        if not company.client_tasks_on:
            return OFF, self.env._("switched off")
        count = self._number(number)
        if company.client_planned_on == today:
            return GOOD, count
        # What was started this morning, or the hourly action, may still come.
        passed = fields.Datetime.now() - self._day_begins(company)
        if passed < timedelta(hours=MORNING + 2):
            return GOOD, self.env._("not yet: planned each morning from 5 o'clock on")
        if company.client_planned_on:
            last = format_date(self.env, company.client_planned_on)
            return BAD, self.env._(
                "%(count)s, not finished today; the last time on %(day)s",
                count=count,
                day=last,
            )
        return LOOK, self.env._("never planned yet")

    def _limit_line(self, company):
        """Who has more open tasks by norms than his limit: nobody, or somebody who
        stands in for a colleague."""
        label = self.env._("Tasks beyond the limit")
        beyond = self._beyond_limits(company)
        if not beyond:
            return self._line("limit", label, GOOD, "0")
        # sudo: names of colleagues are no secret.
        users = self.env["res.users"].sudo().browse([row[0] for row in beyond])
        who = ", ".join(
            self.env._(
                "%(name)s %(open)s of %(limit)s", name=u.name, open=o, limit=most
            )
            for u, (_id, o, most) in zip(users, beyond, strict=True)
        )
        text = self.env._(
            "%(number)s: %(who)s",
            number=self._number(sum(o - most for _id, o, most in beyond)),
            who=who,
        )
        domain = [("is_client_norm", "=", True), ("user_id", "in", users.ids)]
        action = self._list(self.env._("Open tasks"), "mail.activity", domain)
        return self._line("limit", label, LOOK, text, action)

    def _beyond_limits(self, company):
        """[(user id, open tasks by norms in all companies, his limit)] of those with a
        task in this company who have more than the regulation allows."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """SELECT a.user_id, count(*), max(pol.daily_task_limit)
                     FROM mail_activity a
                LEFT JOIN client_obligation o ON o.id = a.client_obligation_id
                LEFT JOIN client_card c ON c.id = o.card_id
                LEFT JOIN client_policy pol ON pol.id = c.policy_id
                    WHERE a.active IS TRUE AND a.is_client_norm IS TRUE
                 GROUP BY a.user_id
                   HAVING bool_or(o.company_id = %s)
                      AND count(*) > max(pol.daily_task_limit)
                 ORDER BY count(*) - max(pol.daily_task_limit) DESC, a.user_id""",
                company.id,
            )
        )

    # -------------------------------------------------------------- mails, and people

    def _mail_lines(self, company):
        """The last summary of the month and this morning's mails."""
        mails, today = self.env["client.mail"], company._client_today()
        here = [("company_id", "=", company.id), ("outcome", "!=", "nothing")]
        last = mails.search([*here, ("kind", "=", "month")], order="date desc", limit=1)
        month = [*here, ("kind", "=", "month"), ("date", "=", last.date)]
        morning = [*here, ("kind", "=", "morning"), ("date", "=", today)]
        kinds = [
            ("month", self.env._("Summary of the month"), month if last else False),
            ("morning", self.env._("My day by mail, today"), morning),
        ]
        return [
            self._mail_line(company, f"mail_{key}", label, domain, last)
            for key, label, domain in kinds
        ]

    def _mail_line(self, company, key, label, domain, last):
        mails = self.env["client.mail"].search(domain) if domain else None
        if not company.client_mails_on:
            return self._line(key, label, OFF, self.env._("switched off"))
        if not mails:
            return self._line(key, label, GOOD, self.env._("none yet"))
        states = mails.mapped("state")
        number, failed = len(mails), states.count("failed")
        waiting = states.count("waiting")
        text = self.env._(
            "written: %(number)s, waiting to be sent: %(waiting)s, failed: %(failed)s",
            number=number,
            waiting=waiting,
            failed=failed,
        )
        if key == "mail_month":
            name = format_date(self.env, last.date, date_format="LLLL yyyy")
            text = f"{name}: {text}"
        state = BAD if failed else GOOD
        old = fields.Datetime.now() - timedelta(days=1)
        if waiting and min(mails.mapped("create_date")) < old and not failed:
            state = LOOK
        action = self._list(label, "client.mail", [("id", "in", mails.ids)])
        return self._line(key, label, state, text, action)

    def _role_line(self, company):
        """Users who may not open the client base, and who of them has clients."""
        label = self.env._("Users without a role")
        # sudo: who may not manage users may not read groups.
        with_role = self.env.ref(ROLE).sudo().all_user_ids
        domain = [
            ("share", "=", False),
            ("company_ids", "in", company.ids),
            ("id", "not in", with_role.ids),
        ]
        users = self.env["res.users"].search(domain)
        here = [("company_id", "=", company.id), ("user_id", "in", users.ids)]
        owners = len(self.env["client.card"]._read_group(here, ["user_id"]))
        text = self._number(len(users))
        if owners:
            text = self.env._(
                "%(users)s, with clients: %(owners)s",
                users=self._number(len(users)),
                owners=owners,
            )
        views = ["list"]
        if self.env.user.has_group("base.group_erp_manager"):
            views.append("form")
        action = users and self._list(label, "res.users", domain, views)
        return self._line(
            "roles", label, LOOK if owners else GOOD, text, action or False
        )
