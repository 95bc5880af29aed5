from datetime import datetime, time

import pytz
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import date_utils, format_time

from .client_card_words import short_day
from .client_compliance_report_clients import ORDER

# A message names so many clients; the others are in My day.
NAMED = 50


class ClientComplianceReport(models.AbstractModel):
    """*Remind*: one message per salesperson with the clients who are overdue now.

    Whatever month is looked at, the message is of the present one: what was made
    since needs no reminder.
    """

    _inherit = "client.compliance.report"

    @api.model
    def remind(self, user_ids, again=False):
        """Send each of these salespeople the list of his overdue clients.

        :param again: also those who were reminded today already
        :return: dictionary: ``ask``: a question, and nothing was sent; or ``text``:
            what was done, and ``sent``: how many messages
        :raise AccessError: for users who neither head nor lead those salespeople
        """
        self._check_role()
        users = self._remindable(user_ids)
        if not again and (question := self._reminded_today(users)):
            return {"ask": question}
        if self._is_small() or self._is_old():
            self._measure_now()
        overdue = self._overdue_of(users)
        for user, lines in overdue.items():
            self._send_reminder(user, lines)
        # sudo: nobody writes down by hand that somebody was reminded.
        self.env["client.compliance.reminder"].sudo().create(
            [
                {
                    "user_id": user.id,
                    "company_id": self.env.company.id,
                    "sender_id": self.env.uid,
                    "clients": len(lines.card_id),
                }
                for user, lines in overdue.items()
            ]
        )
        rest = users.filtered(lambda user: user not in overdue)
        return {
            "ask": False,
            "sent": len(overdue),
            "text": self._reminded_in_words(list(overdue), rest),
        }

    def _may_remind(self):
        """Heads remind everybody, leaders of a team its salespeople."""
        return self._is_head() or bool(
            self.env["crm.team"].search_count([("user_id", "=", self.env.uid)], limit=1)
        )

    def _led_leaves(self):
        return [] if self._is_head() else [("team_id.user_id", "=", self.env.uid)]

    def _remindable(self, user_ids):
        """These users, if the present one may remind all of them."""
        lines = self.env["client.compliance.user"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("user_id", "in", user_ids),
                *self._led_leaves(),
            ]
        )
        if not user_ids or set(user_ids) - set(lines.user_id.ids):
            raise AccessError(
                self.env._("You may remind the salespeople of your own team only.")
            )
        # sudo: a leader need not read users to remind his.
        return lines.user_id.sudo().filtered("active").sorted("name")

    def _overdue_of(self, users):
        """{user: his overdue norms}, of those that the present user sees."""
        lines = self.env["client.compliance"].search(
            [
                ("month_id", "=", self._current().id),
                ("user_id", "in", users.ids),
                ("result", "=", "not_made"),
                # What another took over is no more his.
                ("is_closed", "=", False),
                *self._led_leaves(),
            ],
            order=ORDER,
        )
        by_user = lines.grouped("user_id")
        return {user: by_user[user] for user in users if user in by_user}

    # ---------------------------------------------------------------------- messages

    def _send_reminder(self, user, lines):
        """By Odoo's own means: the recipient's preference decides whether it comes to
        his inbox or by mail."""
        self = self.with_context(lang=user.lang)
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=self.env._("Clients overdue for a contact: %s", len(lines.card_id)),
            body=self._reminder_body(lines.with_env(self.env)),
            email_layout_xmlid="mail.mail_notification_light",
        )

    def _reminder_body(self, lines):
        """The message: who reminds, the clients with links, the way to My day."""
        named = [self._reminder_line(line) for line in lines[:NAMED]]
        left = len(lines) - len(named)
        words = {
            "asks": self.env._(
                "%(name)s reminds you of clients who are overdue for a contact:",
                name=self.env.user.sudo().name,
            ),
            "clients": Markup("").join(named),
            "left": left
            and Markup("<p>%s</p>") % self.env._("and %s more", left)
            or "",
            "my_day": self.env._("All of them are in My day"),
        }
        return (
            Markup(
                "<p>%(asks)s</p><ul>%(clients)s</ul>%(left)s"
                '<p><a href="/odoo/my-day">%(my_day)s</a></p>'
            )
            % words
        )

    def _reminder_line(self, line):
        """ "Beta Trade (VIP): call, 22 d late of 7, last contact Oct 2" """
        today = self.env.company._client_today()
        words = {
            name: dict(line._fields[name]._description_selection(self.env))
            for name in ("kind", "abc_class")
        }
        partner = line.card_id.partner_id
        said = [words["kind"][line.kind], self._late_in_words(line, today)]
        if line.last_contact_date:
            day = short_day(self.env, line.last_contact_date, today)
            said.append(self.env._("last contact %s", day))
        name = partner.display_name or line.client_name
        if line.abc_class:
            name = f"{name} ({words['abc_class'][line.abc_class]})"
        return Markup(
            '<li><a href="/odoo/res.partner/%(id)s" data-oe-model="res.partner" '
            'data-oe-id="%(id)s">%(name)s</a>: %(said)s</li>'
        ) % {"id": partner.id, "name": name, "said": ", ".join(said)}

    def _reminded_in_words(self, reminded, rest):
        """ "3 salespeople reminded. Nothing of Ivan's is overdue: not reminded." """
        if not reminded:
            text = self.env._("Nobody was reminded.")
        elif len(reminded) == 1:
            text = self.env._("%s was reminded.", reminded[0].name)
        else:
            text = self.env._("%s salespeople reminded.", len(reminded))
        if rest:
            names = ", ".join(rest.mapped("name"))
            text += " " + self.env._("Nothing is overdue now: %s.", names)
        return text

    # --------------------------------------------------------------- what was sent

    def _zone(self):
        return pytz.timezone(self.env.user.tz or "UTC")

    def _moment(self, day):
        """The first moment of a day of the user, in UTC."""
        local = self._zone().localize(datetime.combine(day, time()))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _reminders_since(self, day, *leaves):
        """{user id: the last reminder} since a day."""
        found = self.env["client.compliance.reminder"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("create_date", ">=", self._moment(day)),
                *leaves,
            ],
            order="id",
        )
        return {reminder.user_id.id: reminder for reminder in found}

    def _reminded(self):
        """{user id: "reminded today 10:12 by Maria"} of the present month."""
        today = fields.Date.context_today(self)
        since = date_utils.start_of(today, "month")
        return {
            user_id: self.env._(
                "reminded %(day)s %(time)s by %(name)s", **self._sent(reminder, today)
            )
            for user_id, reminder in self._reminders_since(since).items()
        }

    def _reminded_today(self, users):
        """The question before a second reminder on one day; False without one."""
        today = fields.Date.context_today(self)
        found = self._reminders_since(today, ("user_id", "in", users.ids))
        if not found:
            return False
        said = [
            self.env._(
                "%(who)s was reminded today at %(time)s by %(name)s.",
                # sudo: the name of a colleague is no secret.
                who=reminder.user_id.sudo().name,
                **self._sent(reminder, today),
            )
            for reminder in found.values()
        ]
        return " ".join([*said, self.env._("Remind once more?")])

    def _sent(self, reminder, today):
        """When and by whom: ``day``, ``time``, ``name``."""
        zone = self._zone()
        local = pytz.utc.localize(reminder.create_date).astimezone(zone)
        return {
            "day": short_day(self.env, local.date(), today),
            "time": format_time(
                self.env, reminder.create_date, tz=zone.zone, time_format="HH:mm"
            ),
            # sudo: as above.
            "name": reminder.sender_id.sudo().name or self.env._("nobody"),
        }
