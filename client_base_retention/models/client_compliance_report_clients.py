from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL, format_date

from .client_card_words import short_day
from .client_compliance_report import BY
from .client_my_day_rows import ICONS as KIND_ICONS

# So many rows unfold at once, and so much of what was said last is shown.
PAGE = 40
NOTE = 60
# Who was not cared for most comes first: not made, tried, late, in days of grace.
ORDER = "result desc, is_tried, overdue_days desc, due_date, id"


class ClientComplianceReport(models.AbstractModel):
    """What a row unfolds to: the clients not cared for, and why."""

    _inherit = "client.compliance.report"

    @api.model
    def get_clients(self, month, by, key, team_id=False, more=0):
        """The norms of a row that were not kept, or wait in days of grace.

        :param month: first day of the month
        :param by, key: which row of ``get_report``; key None: all of them
        :param more: how many more to show than usual
        :return: dictionary: ``clients`` (see ``_client``), ``left``: how many more
            there are, ``left_text``, ``nothing``: what to say where there is none
        :raise AccessError: for users without a role in the client base
        """
        self._check_role()
        asked = self._asked(self._months(), month, team_id, by)
        domain = self._not_cared_domain(asked, key)
        lines = self.env["client.compliance"]
        found = lines.search(domain, order=ORDER, limit=PAGE + more)
        left = 0
        if len(found) == PAGE + more:
            left = lines.search_count(domain) - len(found)
        return {
            "clients": self._clients(asked, found),
            "left": left,
            "left_text": left and self.env._("%s more", left),
            "step": PAGE,
            "nothing": self.env._("Every client was cared for."),
        }

    def _not_cared_domain(self, asked, key):
        leaf = [] if key is None else [(BY[asked.by], "=", key)]
        grace = ("grace_until", ">=", asked.last), ("due_date", "<=", asked.last)
        return asked.domain(*leaf, "|", ("result", "!=", "kept"), "&", *grace)

    def _clients(self, asked, lines):
        """The lines as the page shows them, read set by set."""
        if not lines:
            return []
        tries = self._days_of_tries(asked, lines.filtered("tries"))
        last = self._last_contacts(asked, lines)
        words = {
            name: dict(lines._fields[name]._description_selection(self.env))
            for name in ("kind", "abc_class")
        }
        return [
            self._client(asked, line, words)
            | {"last": last.get(line.id, False), "tried": tries.get(line.id, False)}
            for line in lines
        ]

    def _client(self, asked, line, words):
        """One norm of a client, in words; each state has its icon in the page."""
        today, partner = self.env.company._client_today(), line.card_id.partner_id
        return {
            "id": line.id,
            "card_id": line.card_id.id,
            "partner_id": partner.id,
            "name": partner.display_name or line.client_name,
            "class": line.abc_class or False,
            "class_label": words["abc_class"].get(line.abc_class, ""),
            "kind_label": words["kind"][line.kind],
            "icon": KIND_ICONS[line.kind],
            **self._state(asked, line),
            "due": line.due_date and short_day(self.env, line.due_date, today),
            "taken": self._taken(asked, line, today),
            # sudo: the name of a colleague is no secret, of one who left either.
            "user": line.user_id.sudo().name or self.env._("nobody"),
            "is_closed": line.is_closed,
        }

    def _state(self, asked, line):
        """How it stands: ``state``, ``word``, ``detail`` ("22 d late of 7")."""
        overdue = self.env._("%s d overdue", line.overdue_days)
        if line.result == "late":
            return {"state": "late", "word": self.env._("Late"), "detail": overdue}
        if line.result == "kept":
            word = self.env._("Days of grace")
            return {"state": "grace", "word": word, "detail": ""}
        # What another took over was judged on that day, which is not kept.
        if not line.is_closed:
            overdue = self._late_in_words(line, asked.last)
        if line.is_tried:
            return {"state": "tried", "word": self.env._("Tried"), "detail": overdue}
        return {"state": "not_made", "word": self.env._("Not made"), "detail": overdue}

    def _late_in_words(self, line, day):
        """ "22 d late of 7": since the day due that stands beside it."""
        late = (day - line.due_date).days if line.due_date else line.overdue_days
        if not line.norm_days:
            return self.env._("%(days)s d late", days=late)
        return self.env._("%(days)s d late of %(norm)s", days=late, norm=line.norm_days)

    def _taken(self, asked, line, today):
        """ "taken over Oct 28 from Pavel, grace until Nov 11", or nothing."""
        if not line.taken_on or line.taken_on < asked.month.month:
            if not (line.grace_until and line.grace_until >= asked.last):
                return False
        words = {"day": short_day(self.env, line.taken_on, today)} | {
            # sudo: as above.
            "name": line.taken_from_id.sudo().name
        }
        text = self.env._("taken over %(day)s", **words)
        if line.taken_from_id:
            text = self.env._("taken over %(day)s from %(name)s", **words)
        if not line.grace_until:
            return text
        until = short_day(self.env, line.grace_until, today)
        return self.env._("%(text)s, grace until %(day)s", text=text, day=until)

    @api.model
    def open_taken_over(self, line_id):
        """The list of the clients whom a salesperson took over in an open month.

        :param line_id: his ``client.compliance.user``
        """
        self._check_role()
        line = self.env["client.compliance.user"].browse(line_id)
        line.check_access("read")
        month = line.month_id
        self.env.flush_all()
        # Former states of norms are read without rights of their own: which clients
        # somebody took over is told to whoever sees their number.
        rows = self.env.execute_query(
            SQL(
                "SELECT card_id FROM (%s) AS taken WHERE user_id = %s",
                month._people_taken_clients(
                    line.company_id, month.month, month.measured_on
                ),
                line.user_id.id,
            )
        )
        # sudo: whoever sees the figures sees the name.
        name = line.user_id.sudo().name
        title = self.env._(
            "%(name)s: %(what)s", name=name, what=self.env._("taken over")
        )
        return self._lists()["card"] | {
            "name": title,
            "display_name": title,
            "domain": [
                ("id", "in", sorted({card_id for (card_id,) in rows})),
                ("active", "in", [True, False]),
            ],
            "context": {},
        }

    # ------------------------------------------------------------------- touchpoints

    def _local_day(self):
        """``SQL`` of the day of a touchpoint ``t`` in the company's time zone."""
        zone = self.env.company._client_tz()
        return SQL("(t.date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", zone)

    def _days_of_tries(self, asked, lines):
        """{id of a line: "3× (Oct 20, 24, 28)"}: days of tries since it was due."""
        if not lines:
            return {}
        self.env["client.touchpoint"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT line.id, %(day)s AS day
                     FROM client_compliance line
                     JOIN client_touchpoint t ON t.card_id = line.card_id
                    WHERE line.id IN %(lines)s AND t.outcome = 'no_answer'
                      AND t.direction = 'out' AND t.kind <> 'material'
                      AND %(day)s BETWEEN line.due_date AND %(last)s
                 ORDER BY line.id, day""",
                lines=lines._ids,
                day=self._local_day(),
                last=asked.last,
            )
        )
        days = defaultdict(list)
        for line_id, day in rows:
            days[line_id].append(day)
        today = self.env.company._client_today()
        return {
            line_id: self.env._(
                "tried %(times)s× (%(days)s)",
                times=len(found),
                days=", ".join(short_day(self.env, day, today) for day in found),
            )
            for line_id, found in days.items()
        }

    def _last_contacts(self, asked, lines):
        """{id of a line: {when, who, note}} of the contact that counts for the norm."""
        self.env["client.touchpoint"].flush_model()
        known = lines.filtered("last_contact_date")
        rows = known and self.env.execute_query(
            SQL(
                """SELECT line.id, last.id FROM client_compliance line
                LEFT JOIN LATERAL (
                   SELECT t.id FROM client_touchpoint t
                    WHERE t.card_id = line.card_id AND t.outcome = 'reached'
                      AND t.kind <> 'material' AND %(day)s = line.last_contact_date
                 ORDER BY t.kind = line.kind DESC, t.date DESC, t.id DESC LIMIT 1
                     ) AS last ON TRUE
                    WHERE line.id IN %(lines)s""",
                day=self._local_day(),
                lines=known._ids,
            )
        )
        of_line = dict(rows or ())
        contacts = self.env["client.touchpoint"]
        contacts.browse([each for each in of_line.values() if each]).fetch(
            ["user_id", "note"]
        )
        today = self.env.company._client_today()
        found = {}
        for line in known:
            contact = contacts.browse(of_line[line.id] or [])
            note = " ".join((contact.note or "").split())
            found[line.id] = {
                "when": short_day(self.env, line.last_contact_date, today),
                # sudo: as above.
                "who": contact.user_id.sudo().name or False,
                "note": note if len(note) <= NOTE else f"{note[: NOTE - 1].rstrip()}…",
                "full": format_date(self.env, line.last_contact_date),
            }
        return found
