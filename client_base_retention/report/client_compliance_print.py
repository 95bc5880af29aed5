from collections import defaultdict
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools import SQL, format_date, formatLang

from ..models.client_compliance_kept import COUNTS
from ..models.client_compliance_report import Asked
from ..models.client_compliance_report_table import percent

RESULTS = ("kept", "late", "not_made", "tried", "out", "in")
NONE = "–"


class ClientCompliancePrint(models.AbstractModel):
    """What the prints of a month say: figures of salespeople and the rows behind them.

    Read with the rights of the reader and set by set: as many queries for one
    salesperson as for a hundred.
    """

    _name = "client.compliance.print"
    _description = "Figures of the prints of a month"

    # ------------------------------------------------------------------------ figures

    def _sums(self, months):
        """{(month id, user id or False): {figure: number}} of ``client.compliance``
        and ``client.compliance.user`` together; ``people`` is 1 for each."""
        domain = [("month_id", "in", months.ids)]
        sums = defaultdict(lambda: dict.fromkeys((*RESULTS, *COUNTS), 0))
        groups = self.env["client.compliance"]._read_group(
            domain,
            ["month_id", "user_id"],
            [f"is_{name}:sum" for name in RESULTS],
        )
        for month, user, *numbers in groups:
            sums[month.id, user.id].update(zip(RESULTS, numbers, strict=True))
        for line in self.env["client.compliance.user"].search(domain):
            own = sums[line.month_id.id, line.user_id.id]
            for name in COUNTS:
                own[name] += line[name]
        for own in sums.values():
            own["people"] = 1
        return dict(sums)

    def _together(self, sums):
        """The sums of several people."""
        names = (*RESULTS, *COUNTS, "people")
        return {name: sum(own[name] for own in sums) for name in names}

    def _before(self, months):
        """{month id: the month before it of the same company}."""
        asked = {
            (month.company_id.id, month.month - relativedelta(months=1)): month.id
            for month in months
        }
        found = months.search(
            [
                ("company_id", "in", months.company_id.ids),
                ("month", "in", [day for _company, day in asked]),
            ]
        )
        return {
            asked[month.company_id.id, month.month]: month
            for month in found
            if (month.company_id.id, month.month) in asked
        }

    def _share(self, part, whole):
        """A part in percent, as on the page; None of nothing."""
        return percent(part, whole)

    def _kept_share(self, own):
        """In percent; None where nothing was due, or nothing is known."""
        if not own:
            return None
        judged = own["kept"] + own["late"] + own["not_made"]
        return self._share(own["kept"], judged)

    def _percent(self, share):
        return NONE if share is None else self.env._("%s %%", share)

    def _number(self, own, name):
        """A figure of one person, or the average of several."""
        if not own:
            return NONE
        people = own["people"] or 1
        digits = name == "load" or (people > 1 and name != "limit")
        return formatLang(self.env, own[name] / people, digits=int(digits))

    def _texts(self, own):
        """{key: figure as it is printed} of one person, or the average of several.

        :param own: sums, or None where there are none
        """
        if not own:
            return defaultdict(lambda: NONE)
        texts = {name: self._number(own, name) for name in (*RESULTS, *COUNTS)}
        ours = self._share(own["out"], own["out"] + own["in"])
        notes = self._share(own["contacts_with_note"], own["contacts"])
        return texts | {
            "kept_share": self._percent(self._kept_share(own)),
            "ours": self._percent(ours),
            # Clients without a salesperson ask contacts of nobody, who has no limit.
            "load_limit": self.env._(
                "%(load)s of %(limit)s", load=texts["load"], limit=texts["limit"]
            )
            if own["limit"]
            else texts["load"],
            "notes": self._percent(notes),
        }

    def _change(self, own, before):
        """ "+6 ▲": percentage points against the month before."""
        now, then = self._kept_share(own), self._kept_share(before)
        if now is None or then is None:
            return ""
        change = now - then
        sign = "▲" if change > 0 else "▼" if change < 0 else "="
        return f"{change:+d} {sign}" if change else sign

    # -------------------------------------------------------------------------- words

    def _asked(self, month):
        """The page of the month, of all salespeople: it has the words."""
        return Asked(month=month, before=month.browse(), by="user", team_id=False)

    def _page(self, month):
        return self.env["client.compliance.report"].with_company(month.company_id)

    def _sentences(self, month):
        """What is to be known about a month: not closed, or the first one."""
        return self._page(month)._notes(self._asked(month))

    def _month_name(self, month):
        return self._page(month)._month_label(month.month)

    def _user_names(self, users):
        """{user id: name}; nobody has a name, too."""
        # sudo: the name of a colleague is no secret, of one who left either.
        names = {user.id: user.name for user in users.sudo()}
        return names | {False: self.env._("Without salesperson")}

    # --------------------------------------------------------------------------- rows

    def _first_of_each(self, records, domain, key, order, limit):
        """The first records of each group, and how many it has.

        :param records: an empty recordset: of which model
        :param key, order: ``SQL`` of what makes the groups, and of the order in them
        :return: {key: (records, number of all)}
        """
        query = records._search(domain)
        alias = SQL.identifier(query.table)
        inner = query.select(
            SQL("%s.id AS id", alias),
            SQL("%s AS key", key),
            SQL("row_number() OVER (PARTITION BY %s ORDER BY %s) AS place", key, order),
            SQL("count(*) OVER (PARTITION BY %s) AS number", key),
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT key, array_agg(id ORDER BY place), max(number)
                     FROM (%s) AS ranked WHERE place <= %s GROUP BY key""",
                inner,
                limit,
            )
        )
        return {key: (records.browse(ids), number) for key, ids, number in rows}

    def _not_made(self, month, user_ids, limit):
        """{user id or False: (rows as on the page, number of all)} of the clients not
        cared for: VIP first, then who is late the longest."""
        results = self.env["client.compliance"]
        results.flush_model()
        found = self._first_of_each(
            results,
            [
                ("month_id", "=", month.id),
                ("result", "=", "not_made"),
                ("user_id", "in", list(user_ids)),
            ],
            SQL("client_compliance.user_id"),
            SQL(
                """client_compliance.abc_class IS DISTINCT FROM 'vip',
                   client_compliance.late_date, client_compliance.id"""
            ),
            limit,
        )
        lines = results.concat(*(own for own, _number in found.values()))
        clients = self._page(month)._clients(self._asked(month), lines)
        rows = {client["id"]: client for client in clients}
        return {
            user or False: ([rows[line.id] for line in own], number)
            for user, (own, number) in found.items()
        }

    def _day(self, day):
        """ "Nov 26", with the year where it is another one than now."""
        if not day:
            return NONE
        today = self.env.company._client_today()
        if abs(day - today) > timedelta(days=300):
            return format_date(self.env, day)
        return self.env["client.contact.plan"]._day_in_words(day)
