import logging
from datetime import timedelta

import pytz

from odoo import api, fields, models

from .client_card_derive import BUSY

_logger = logging.getLogger(__name__)

KINDS = [("month", "Summary of the month"), ("morning", "My day in the morning")]
KEEP_DAYS = 90


class ClientMail(models.Model):
    """A mail that the client base wrote to a user, each once.

    The mail itself goes through Odoo's mail queue and is gone when it was sent; what
    is kept here says that it was written, and keeps it from being written twice. The
    contents are made in ``client_mail_month.py`` and ``client_mail_morning.py``.
    """

    _name = "client.mail"
    _description = "Mail of the client base"
    _order = "id desc"
    _rec_name = "kind"

    kind = fields.Selection(KINDS, string="What", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recipient",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    date = fields.Date(
        string="Period",
        required=True,
        readonly=True,
        help="The day, or the first day of the month, that the mail is about.",
    )
    outcome = fields.Selection(
        [
            ("written", "Written"),
            ("nothing", "Nothing to say"),
            ("failed", "Could not be written"),
        ],
        required=True,
        readonly=True,
    )
    mail_id = fields.Many2one(
        "mail.mail",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
        help="Empty when it was sent: sent mails are not kept.",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting to be sent"),
            ("sent", "Sent"),
            ("nothing", "Nothing to say"),
            ("failed", "Failed"),
        ],
        compute="_compute_state",
        compute_sudo=True,
    )
    reason = fields.Char(compute="_compute_state", compute_sudo=True)

    _once_uniq = models.Constraint(
        "UNIQUE(kind, date, company_id, user_id)",
        "This mail was written already.",
    )

    @api.depends("outcome", "mail_id.state", "mail_id.failure_reason")
    def _compute_state(self):
        for record in self:
            mail = record.mail_id
            record.reason = mail.failure_reason
            if record.outcome == "written":
                if mail.state in ("exception", "cancel"):
                    record.state = "failed"
                else:
                    record.state = "waiting" if mail.state == "outgoing" else "sent"
                continue
            record.state = record.outcome

    # ---------------------------------------------------------------- scheduled action

    @api.model
    def _cron_send(self):
        """Hourly: write the mails whose time has come, one after the other."""
        jobs = self._jobs()
        counts = dict.fromkeys(("written", "nothing", "failed"), 0)
        for number, job in enumerate(jobs, 1):
            outcome = self._write_one(*job)
            if outcome:
                counts[outcome] += 1
            left = self.env["ir.cron"]._commit_progress(1, remaining=len(jobs) - number)
            if not left:
                break
        if jobs:
            _logger.info(
                "Client base: %(written)s mails written, %(nothing)s users have "
                "nothing to do, %(failed)s mails failed",
                counts,
            )
        if counts["written"]:
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()

    @api.model
    def _jobs(self):
        """The mails to be written now.

        :return: [(kind, day that it is about, company, user)], those written already
            left out
        """
        jobs = [*self._month_jobs(), *self._morning_jobs()]
        days = {day for _kind, day, _company, _user in jobs}
        written = {
            (mail.kind, mail.date, mail.company_id, mail.user_id)
            for mail in self.search([("date", "in", list(days))])
        }
        return [job for job in jobs if job not in written]

    def _write_one(self, kind, day, company, user):
        """Write one mail into the queue; one that cannot be written stops no other.

        :return: the outcome, None if somebody else is at work: at the next run
        """
        values = {"kind": kind, "date": day, "company_id": company.id}
        values["user_id"] = user.id
        try:
            with self.env.cr.savepoint():
                content = getattr(self._as(user, company), f"_{kind}_content")(day)
                if not content:
                    self.create(values | {"outcome": "nothing"})
                    return "nothing"
                mail = self._queue(user, company, *content)
                self.create(values | {"outcome": "written", "mail_id": mail.id})
                return "written"
        except BUSY:
            self.env.cr.rollback()
            return None
        except Exception:  # whatever one reader's figures do, the others get theirs
            _logger.exception(
                "Client base: %s mail to user %s could not be written", kind, user.id
            )
            self.create(values | {"outcome": "failed"})
            return "failed"

    def _as(self, user, company):
        """This model as the reader sees it: with his rights and language, in this
        company alone."""
        return (
            self.with_user(user)
            .with_company(company)
            .with_context(
                allowed_company_ids=company.ids, lang=user.lang, tz=user.tz or "UTC"
            )
        )

    # ------------------------------------------------------------------------ the mail

    def _queue(self, user, company, subject, body):
        """Put a mail to a user into Odoo's mail queue."""
        sender = company.partner_id.email_formatted
        return (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": subject,
                    "body_html": body,
                    "email_from": sender
                    or self.env.ref("base.user_root").email_formatted,
                    "email_to": user.email_formatted,
                    "auto_delete": True,
                    "state": "outgoing",
                    # No answers of those who are away.
                    "headers": {"X-Auto-Response-Suppress": "OOF"},
                }
            )
        )

    def _render(self, template, title, button, path, **values):
        """The body of a mail in Odoo's layout, in the language of this environment.

        :param button: word on the button that opens ``path``
        """
        base = self.get_base_url()
        values |= {
            "title": title,
            "preferences": f"{base}/odoo/my-preferences/{self.env.uid}",
            "company": self.env.company,
        }
        body = self.env["ir.qweb"]._render(
            f"client_base_retention.{template}", values, minimal_qcontext=True
        )
        return self.env["mail.render.mixin"]._render_encapsulate(
            "mail.mail_notification_layout",
            body,
            add_context={
                "company": self.env.company.sudo(),
                "has_button_access": True,
                "button_access": {"title": button, "url": f"{base}{path}"},
                "subtitles": [title, self.env.company.name],
                "email_notification_force_header": True,
                "email_notification_force_footer": True,
            },
        )

    # ------------------------------------------------------------------------ who, when

    @api.model
    def _company_hours(self):
        """{company: the present moment there} of those that have started and where
        mails are switched on."""
        now = pytz.utc.localize(fields.Datetime.now())
        hours = {}
        for company in self.env["res.company"]._client_companies():
            here = now.astimezone(pytz.timezone(company._client_tz()))
            start = company.client_start_date
            if start and start <= here.date() and company.client_mails_on:
                hours[company] = here
        return hours

    @api.model
    def _readers(self, role, switch):
        """Active users with a role, an address, and a mail of theirs switched on.

        :param role: external id of the group
        """
        # sudo: asked by the scheduled action.
        users = self.env.ref(role).sudo().all_user_ids.filtered("active")
        users = users.filtered_domain([("share", "=", False), (switch, "=", True)])
        return users.filtered("email_normalized")

    @api.autovacuum
    def _gc_mails(self):
        old = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        mails = self.search([("create_date", "<", old)], limit=1000)
        mails.unlink()
        return len(mails), len(mails) == 1000 and 1
