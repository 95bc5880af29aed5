import logging
from datetime import datetime, time, timedelta

import pytz
from babel.dates import format_time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang
from odoo.tools.misc import babel_locale_parse, get_lang

from .client_card_words import short_day

_logger = logging.getLogger(__name__)

# The switches, by the word that the page sends.
SWITCHES = {
    "tasks": "client_tasks_on",
    "mails": "client_mails_on",
    "notes": "client_notes_on",
}
# A scheduled action that is so late is not run at all.
CRON_LATE = timedelta(hours=2)
# So many failures in a row are no chance.
CRON_FAILURES = 3
GOOD, LOOK, BAD, OFF = "good", "look", "bad", "off"


class ClientHealth(models.AbstractModel):
    """*Health*: does the client base do its work, and what may it do by itself
    (product.md 1f).

    Every line has a state in a word, a sentence, and the list it speaks of. Reads with
    the rights of the role *Head*; what only the system may read (scheduled actions, the
    queue) is read with sudo, in the companies that are switched on.
    """

    _name = "client.health"
    _description = "Health of the client base"

    # ------------------------------------------------------------------------ reading

    @api.model
    def get_health(self):
        """Everything the page shows.

        :return: dictionary: ``companies`` [{id, name, lines, switches}], ``lines``
            (what concerns the whole database) and ``busy`` (something is under way).
            A line is {key, label, state, word, text, action}, where ``state`` is
            good, look, bad or off; a switch {function, label, on, text}
        :raise AccessError: for users without the role *Head*
        """
        self.env["client.launch"]._check_head()
        companies = [
            {
                "id": company.id,
                "name": company.name,
                "lines": self.with_company(company)._company_lines(company),
                "switches": self._switches(company),
            }
            for company in self.env.companies
        ]
        history = self._history_line()
        return {
            "companies": companies,
            "lines": [history, *self._cron_lines()],
            "busy": self._is_busy(),
        }

    def _is_busy(self):
        open_runs = [("state", "!=", "done")]
        here = ("company_id", "in", self.env.companies.ids)
        return bool(
            self.env["client.derive.run"].search_count([*open_runs, here], limit=1)
            or self.env["client.history.run"].search_count(open_runs, limit=1)
        )

    def _line(self, key, label, state, text, action=False):
        words = {
            GOOD: self.env._("Good"),
            LOOK: self.env._("Look"),
            BAD: self.env._("Bad"),
            OFF: self.env._("Off"),
        }
        return {
            "key": key,
            "label": label,
            "state": state,
            "word": words[state],
            "text": text,
            "action": action,
        }

    def _list(self, name, model, domain, views=("list",), **values):
        """The list behind a line."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, view) for view in views],
            "domain": domain,
            **values,
        }

    # -------------------------------------------------------------------------- words

    def _number(self, value):
        return formatLang(self.env, value, digits=0)

    def _when(self, moment):
        """A moment (UTC) as people say it: "today 01:15"."""
        zone = pytz.timezone(self.env.user.tz or "UTC")
        local = pytz.utc.localize(moment).astimezone(zone)
        today = fields.Date.context_today(self.with_context(tz=zone.zone))
        hour = format_time(
            local.time(),
            format="short",
            locale=babel_locale_parse(get_lang(self.env).code),
        )
        return f"{short_day(self.env, local.date(), today)} {hour}"

    def _how_long(self, delta):
        """A stretch of time in words: "25 min", "3 h", "2 d"."""
        minutes = int(delta.total_seconds() // 60)
        if minutes < 120:
            return self.env._("%s min", minutes)
        if minutes < 48 * 60:
            return self.env._("%s h", minutes // 60)
        return self.env._("%s d", minutes // (24 * 60))

    def _day_begins(self, company):
        """The first moment (UTC) of the company's day."""
        zone = pytz.timezone(company._client_tz())
        local = zone.localize(datetime.combine(company._client_today(), time()))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    # ------------------------------------------------------------- the whole database

    def _history_line(self):
        """How far the history from before was taken up."""
        label = self.env._("History taken up")
        run = self.env["client.history.run"].search([], limit=1)
        if not run:
            text = self.env._("What was there before is not read yet: see Launch.")
            return self._line("history", label, LOOK, text, self._launch())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_history_run_action"
        )
        contacts, skipped = self._number(run.contacts), self._number(run.skipped)
        if run.state != "done":
            text = self.env._(
                "running since %(when)s: %(percent)s %% read, %(contacts)s contacts",
                when=self._when(run.create_date),
                percent=int(100 * run.looked / run.total) if run.total else 0,
                contacts=contacts,
            )
            old = run.create_date < fields.Datetime.now() - timedelta(days=1)
            return self._line("history", label, LOOK if old else GOOD, text, action)
        text = self.env._(
            "%(when)s: %(months)s months, %(contacts)s contacts found, %(seconds)s s, "
            "%(skipped)s not readable",
            when=self._when(run.finished_at or run.write_date),
            months=run.months,
            contacts=contacts,
            seconds=self._number(run.seconds),
            skipped=skipped,
        )
        return self._line("history", label, LOOK if run.skipped else GOOD, text, action)

    def _launch(self):
        return self.env["ir.actions.client"]._for_xml_id(
            "client_base_retention.client_launch_action"
        )

    def _cron_lines(self):
        """One line for each scheduled action of the client base."""
        # sudo: only administrators read scheduled actions; the head asks how they do.
        data = self.env["ir.model.data"].sudo()
        ids = data.search(
            [("module", "=", "client_base_retention"), ("model", "=", "ir.cron")]
        ).mapped("res_id")
        crons = self.env["ir.cron"].sudo().with_context(active_test=False)
        return [self._cron_line(cron) for cron in crons.search([("id", "in", ids)])]

    def _cron_line(self, cron):
        now = fields.Datetime.now()
        if not cron.active:
            state, text = BAD, self.env._("switched off: it never runs")
        elif cron.failure_count:
            state = BAD if cron.failure_count >= CRON_FAILURES else LOOK
            text = self.env._(
                "failures since %(when)s: %(times)s, next try %(next)s",
                times=cron.failure_count,
                when=self._when(cron.first_failure_date or now),
                next=self._when(cron.nextcall),
            )
        elif cron.nextcall < now - CRON_LATE:
            state = BAD
            text = self.env._(
                "was to run %s and did not: do scheduled actions run on this server?",
                self._when(cron.nextcall),
            )
        else:
            state = GOOD
            text = self.env._("next run %s", self._when(cron.nextcall))
        action = self.env.user.has_group("base.group_system") and self._list(
            cron.name, "ir.cron", [], ["form"], res_id=cron.id
        )
        label = cron.name.partition(": ")[2] or cron.name
        label = label[:1].upper() + label[1:]
        return self._line(f"cron_{cron.id}", label, state, text, action)

    # ----------------------------------------------------------------------- switches

    def _switches(self, company):
        """The functions that may be switched off, and what each does, in words."""
        words = {
            "tasks": (
                self.env._("Tasks"),
                self.env._("Each morning the contacts due become activities."),
                self.env._(
                    "Nothing is planned. Open tasks still finish by themselves, and "
                    "My day shows who is due."
                ),
            ),
            "mails": (
                self.env._("Mails"),
                self.env._(
                    "The summary of the month for heads, and My day in the morning for "
                    "those who want it (preferences of the user)."
                ),
                self.env._("No summary of the month, and no mail in the morning."),
            ),
            "notes": (
                self.env._("Notes"),
                self.env._("A change of class is noted on the contact."),
                self.env._(
                    "No notes. The movement of the base keeps every change of class."
                ),
            ),
        }
        switches = []
        for function, (label, text_on, text_off) in words.items():
            is_on = company[SWITCHES[function]]
            switches.append(
                {
                    "function": function,
                    "label": label,
                    "on": is_on,
                    "text": text_on if is_on else text_off,
                }
            )
        return switches

    @api.model
    def switch(self, function, on, company_id=None):
        """Switch a function on or off: ``tasks``, ``mails`` or ``notes``.

        :param company_id: one of the companies that are switched on, by default the
            current one
        :return: the page, as of ``get_health``
        :raise AccessError: for users without the role *Head*
        :raise UserError: for another function or company
        """
        self.env["client.launch"]._check_head()
        company = self.env["res.company"].browse(company_id or self.env.company.id)
        if function not in SWITCHES or company not in self.env.companies:
            raise UserError(self.env._("There is no such switch."))
        # sudo: the head of the client base need not administrate the company.
        company.sudo()[SWITCHES[function]] = bool(on)
        _logger.info(
            "Client base of company %s: %s switched %s by user %s",
            company.id,
            function,
            "on" if on else "off",
            self.env.uid,
        )
        return self.get_health()

    @api.model
    def run_now(self):
        """Have all clients of these companies derived now, in the background.

        A derivation that is under way goes on; none is made beside it.

        :return: the page, as of ``get_health``
        :raise AccessError: for users without the role *Head*
        """
        self.env["client.launch"]._check_head()
        under_way = self.env["client.derive.run"].search([("state", "!=", "done")])
        (self.env.companies - under_way.company_id)._derive_in_background()
        # sudo: see _cron_lines. A run that was stopped goes on at once.
        self.env.ref("client_base_retention.ir_cron_client_derive").sudo()._trigger()
        return self.get_health()
