from datetime import timedelta
from types import SimpleNamespace

from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.tools.misc import format_date, formatLang

from .client_compliance_report_table import percent
from .client_my_day_rows import KIND_ORDER
from .res_company_task import MORNING

HEAD = "client_base_retention.group_client_head"
# The summary is sent within so many days after the end of its month, or never: an
# addon that was updated, or a switch, brings no flood of old months.
FRESH_DAYS = 7
# So many clients and salespeople are named; the report has them all.
CLIENTS_NAMED = 10
PEOPLE_NAMED = 3


class ClientMail(models.Model):
    """The summary of a closed month for the heads (product.md 1b: ten minutes).

    All figures are those that the report keeps, read with the rights of the reader.
    """

    _inherit = "client.mail"

    def _month_jobs(self):
        """The closed months to be told of, for each head who wants to read them."""
        jobs = []
        readers = None
        for month in self._months_to_tell():
            if readers is None:
                readers = self._readers(HEAD, "client_month_mail")
            company = month.company_id
            jobs += [
                ("month", month.month, company, user)
                for user in readers
                if company in user.company_ids
            ]
        return jobs

    def _months_to_tell(self):
        """The month before the present one of each company, once it is closed."""
        hours = {
            company: here
            for company, here in self._company_hours().items()
            if here.hour >= MORNING and here.day <= FRESH_DAYS
        }
        firsts = {
            company: here.date().replace(day=1) - relativedelta(months=1)
            for company, here in hours.items()
        }
        # sudo: asked by the scheduled action, for every company.
        months = self.env["client.compliance.month"].sudo()
        found = months.search(
            [
                ("state", "=", "closed"),
                ("month", "in", list(set(firsts.values()))),
                ("company_id", "in", [company.id for company in firsts]),
            ]
        )
        return found.filtered(
            lambda month: month.month == firsts[month.company_id] and _counted(month)
        )

    # --------------------------------------------------------------------- what it says

    def _month_content(self, first):
        """Subject and body of the summary of the month that begins on ``first``."""
        months = self.env["client.compliance.month"].search(
            [
                ("company_id", "=", self.env.company.id),
                ("month", "in", [first, first - relativedelta(months=1)]),
            ],
            order="month desc",
        )
        month, before = months[:1], months[1:]
        if month.month != first:
            return None
        name = format_date(self.env, first, date_format="LLLL yyyy")
        figures = self._month_figures(month, before)
        subject = self.env._(
            "%(company)s: clients in %(month)s",
            company=self.env.company.name,
            month=name,
        )
        if figures["share"] is not None:
            subject = self.env._(
                "%(company)s: %(share)s %% of the contacts kept in %(month)s",
                company=self.env.company.name,
                share=figures["share"],
                month=name,
            )
        title = self.env._("Clients in %s", name)
        body = self._render(
            "client_mail_month",
            title,
            self.env._("Open the report"),
            "/odoo/client-compliance",
            **figures,
            people=self._month_people(month),
            forgotten=self._month_forgotten(month),
            since=self._month_since(month),
            last_day=format_date(self.env, _last_day(first)),
        )
        return subject, body

    def _month_figures(self, month, before):
        """Sums of the month, and its share kept against the month before."""
        sums = self._month_sums(month | before)
        kept, late, not_made, tried = sums.get(month, (0, 0, 0, 0))
        share = _share(sums.get(month))
        share_before = _share(sums.get(before)) if before else None
        load = self.env["client.compliance.user"]._read_group(
            [("month_id", "=", month.id)],
            [],
            ["lost:sum", "came_back:sum", "late_purchases:sum"],
        )
        lost, came_back, late_purchases = (value or 0 for value in load[0])
        known = share is not None and share_before is not None
        return {
            "share": share,
            "change": share - share_before if known else None,
            "kept": kept,
            "late": late,
            "not_made": not_made,
            "tried": tried,
            "lost": lost,
            "came_back": came_back,
            "late_purchases": late_purchases,
        }

    def _month_sums(self, months):
        """{month: (kept, late, not made, of these tried)}"""
        return {
            month: tuple(value or 0 for value in sums)
            for month, *sums in self.env["client.compliance"]._read_group(
                [("month_id", "in", months.ids)],
                ["month_id"],
                ["is_kept:sum", "is_late:sum", "is_not_made:sum", "is_tried:sum"],
            )
        }

    def _month_people(self, month):
        """Who needs help: the salespeople with the smallest share kept, and what may
        explain it. Nobody is named where he has nobody beside him.

        :return: [(name, share kept, not made, explanation or False)]
        """
        rows = self.env["client.compliance"]._read_group(
            [("month_id", "=", month.id), ("user_id", "!=", False)],
            ["user_id"],
            ["is_kept:sum", "is_late:sum", "is_not_made:sum"],
        )
        if len(rows) < 2:
            return []
        whole = _share([sum(row[n] for row in rows) for n in (1, 2, 3)])
        lines = self.env["client.compliance.user"].search([("month_id", "=", month.id)])
        line_of = {line.user_id: line for line in lines}
        weak = [
            (user, _share(sums), sums[2])
            for user, *sums in rows
            if sums[2] and _share(sums) < whole
        ]
        weak.sort(key=lambda row: (row[1], -row[2], row[0].id))
        return [
            # sudo: the name of a colleague who left is no secret.
            (user.sudo().name, share, not_made, self._why_weak(line_of.get(user)))
            for user, share, not_made in weak[:PEOPLE_NAMED]
        ]

    def _why_weak(self, line):
        """What explains a small share: too much to do, days away, new clients."""
        reasons = []
        if line and line.load > line.limit:
            reasons.append(
                self.env._(
                    "needs %(load)s contacts a day, limit %(limit)s",
                    load=formatLang(self.env, line.load, digits=1),
                    limit=line.limit,
                )
            )
        if line and line.days_away:
            reasons.append(self.env._("%s days away", line.days_away))
        if line and line.taken_over:
            reasons.append(self.env._("took over %s clients", line.taken_over))
        return ", ".join(reasons)

    def _month_forgotten(self, month):
        """VIP and A whose contact was not made, by name.

        :return: dictionary: ``number`` of clients; ``rows`` [{name, class, kind, state,
            word, detail ("22 d late of 7"), user}]; ``more``: how many are not named
        """
        domain = [
            ("month_id", "=", month.id),
            ("result", "=", "not_made"),
            ("abc_class", "in", ("vip", "a")),
            # Who has left the client base since is nobody's any more.
            ("card_id", "!=", False),
        ]
        rows = self.env["client.compliance"]
        # VIP before A; a client with several norms is named once.
        found = rows.search(
            domain,
            order="abc_class desc, overdue_days desc, id",
            limit=CLIENTS_NAMED * len(KIND_ORDER),
        )
        first = {}
        for row in found:
            first.setdefault(row.card_id, row)
        named = list(first.values())[:CLIENTS_NAMED]
        ((number,),) = rows._read_group(domain, [], ["card_id:count_distinct"])
        classes = dict(rows._fields["abc_class"]._description_selection(self.env))
        report = self.env["client.compliance.report"]
        shown = SimpleNamespace(last=_last_day(month.month))
        kinds = dict(rows._fields["kind"]._description_selection(self.env))
        return {
            "number": number,
            "more": number - len(named),
            "rows": [
                {
                    "name": row.client_name or row.card_id.display_name,
                    "class": classes[row.abc_class],
                    "kind": kinds[row.kind],
                    **report._state(shown, row),
                    # sudo: as above.
                    "user": row.user_id.sudo().name,
                }
                for row in named
            ],
        }

    def _month_since(self, month):
        """From which day norms counted, where that was within the month."""
        if month.counted_from and month.counted_from > month.month:
            return format_date(self.env, month.counted_from)
        return False


def _last_day(first):
    return first + relativedelta(months=1) - timedelta(days=1)


def _counted(month):
    """Whether norms counted on some day of a month, after *Start* and the update."""
    last, start = _last_day(month.month), month.company_id.client_start_date
    return start <= last and (not month.counted_from or month.counted_from <= last)


def _share(sums):
    """Percent kept of (kept, late, not made, ...) as the report has it; None where
    there was nothing."""
    return percent(sums[0], sum(sums[:3])) if sums else None
