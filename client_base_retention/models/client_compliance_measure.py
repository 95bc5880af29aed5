import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# What makes a unit of a month, and what is kept of it.
UNIT = ("obligation_id", "status", "user_id")
FIGURES = (
    "card_id",
    "client_name",
    "rule_id",
    "kind",
    "norm_days",
    "abc_class",
    "team_id",
    "result",
    "is_kept",
    "is_late",
    "is_not_made",
    "is_tried",
    "tries",
    "due_date",
    "late_date",
    "last_contact_date",
    "overdue_days",
    "is_out",
    "is_in",
    "is_closed",
    "taken_on",
    "taken_from_id",
    "grace_until",
)
# A base with more clients than this is measured once a day, not at every look.
LARGE = 20000


class ClientComplianceMonth(models.Model):
    """Measuring a month: its rows are made anew, only what differs is written.

    The figures themselves are in ``client_compliance_units.py`` and
    ``client_compliance_people.py``.
    """

    _inherit = "client.compliance.month"

    # ------------------------------------------------------------------- entry points

    @api.model
    def _refresh(self, company):
        """The present month of ``company``, measured now; months before it that are
        still open, or were never measured, are closed first.

        Anybody may cause it. In a base of many clients that was measured today
        already nothing is measured again. What somebody else is measuring at this
        moment is left to him.

        :return: the month, empty while nothing is counted (not started)
        """
        # sudo: figures of all; who may read which of them is the rules' business.
        self = self.sudo()
        today = company._client_today()
        first = today.replace(day=1)
        if not self._is_counted(company, today):
            return self.browse()
        while self._close_next(company, today):
            pass
        record = self._of_month(company, first)
        if record.measured_on == today and self._is_large(company):
            return record
        return self._measure(company, first, today)

    @api.model
    def _measure(self, company, month, today):
        """Measure a month of ``company`` as of its last day, or as of ``today``.

        Of a month that is closed, or that somebody else is measuring, nothing is
        written; measuring twice writes nothing the second time.

        :param month: a day of the month
        :param today: the present day in the company's time zone
        :return: the month, empty where nothing is counted in it
        """
        return self.sudo()._measure_free(company, month.replace(day=1), today)[0]

    @api.model
    def _measure_free(self, company, first, today):
        """As ``_measure``.

        :return: the month, and whether it was measured
        """
        last = min(today, self._last_day(first))
        if last < first or not self._is_counted(company, last):
            return self.browse(), False
        record = self._of_month(company, first, make=True)
        if record.state != "open" or not record._lock_free():
            return record, False
        self.env.flush_all()
        counted_from = record._count_from(company, last)
        record._write_units(company, first, last, counted_from)
        record._write_people(company, first, last)
        record._write_measured(counted_from, last)
        for model in ("client.compliance", "client.compliance.user"):
            self.env[model].invalidate_model(flush=False)
        return record, True

    @api.model
    def _close_next(self, company, today):
        """Measure the oldest month that is over and not closed for the last time.

        :return: whether one was closed; not where somebody else is measuring it
        """
        self = self.sudo()  # as above
        if not self._is_counted(company, today):
            return False
        months = self._months_to_close(company, today.replace(day=1))
        if not months:
            return False
        if self._is_counted(company, self._last_day(months[0])):
            record, measured = self._measure_free(company, months[0], today)
            if not measured:
                return False
        else:
            # The company was stopped, and started anew since: it stays as it was.
            record = self._of_month(company, months[0])
        record.state = "closed"
        _logger.info(
            "Client base of company %s: compliance of %s is closed",
            company.id,
            record.month,
        )
        return True

    @api.model
    def _begin(self, company, today):
        """Make the record of the present month.

        :return: whether one was made
        """
        self, first = self.sudo(), today.replace(day=1)  # as above
        if not self._is_counted(company, today) or self._of_month(company, first):
            return False
        return bool(self._of_month(company, first, make=True))

    # ------------------------------------------------------------------------- months

    @api.model
    def _last_day(self, first):
        return first + relativedelta(months=1, days=-1)

    @api.model
    def _of_month(self, company, first, make=False):
        """The record of a month; may be empty unless it is to be made."""
        domain = [("company_id", "=", company.id), ("month", "=", first)]
        record = self.search(domain)
        if make and not record:
            # Two at once: the later one waits and is tried again by Odoo, which it
            # does for a conflict of transactions, not for a broken constraint.
            rows = self.env["client.card"]._execute(
                SQL(
                    """INSERT INTO client_compliance_month
                              (company_id, month, state, create_uid, write_uid,
                               create_date, write_date)
                       VALUES (%(company)s, %(month)s, 'open', %(uid)s, %(uid)s,
                               now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')
                  ON CONFLICT DO NOTHING RETURNING id""",
                    company=company.id,
                    month=first,
                    uid=self.env.uid,
                )
            )
            record = self.browse([row[0] for row in rows])
        return record

    @api.model
    def _is_counted(self, company, day):
        """Whether norms counted on ``day``: the company has started by then."""
        start = company.client_start_date
        return bool(start and start <= day)

    @api.model
    def _is_large(self, company):
        cards = self.env["client.card"].with_context(active_test=False)
        own = [("company_id", "=", company.id)]
        return cards.search_count(own, limit=LARGE + 1) > LARGE

    @api.model
    def _months_to_close(self, company, before):
        """First days of the months before ``before`` that are not closed, the oldest
        first: from the first one that was measured or in which norms were recorded.

        No run for some months leaves months that nobody measured while they lasted.
        """
        known = self.search([("company_id", "=", company.id), ("month", "<", before)])
        still_open = known.filtered(lambda month: month.state == "open")
        last = max(known.mapped("month"), default=None)
        if last:
            begin = last + relativedelta(months=1)
        else:
            recorded = self._recorded_from(company)
            if not recorded:
                return []
            begin = recorded.replace(day=1)
        begin = max(begin, company.client_start_date.replace(day=1))
        months = still_open.mapped("month")
        while begin < before:
            months.append(begin)
            begin += relativedelta(months=1)
        return sorted(months)

    @api.model
    def _recorded_from(self, company):
        """The first day of which is known how norms stood; None before any."""
        [(day,)] = self.env.execute_query(
            SQL(
                """SELECT LEAST(
                      (SELECT min(since) FROM client_obligation
                        WHERE company_id = %(company)s),
                      (SELECT min(since) FROM client_obligation_past
                        WHERE company_id = %(company)s))""",
                company=company.id,
            )
        )
        return day

    def _count_from(self, company, last):
        """The first day of this month on which norms counted.

        In the first month of all that is the day from which it is known how norms
        stood, as it was found when that was first measured: states without effect are
        not kept. Later months have their former states from the first day on.
        """
        day = self.month
        if not self.search_count(
            [("company_id", "=", company.id), ("month", "<", self.month)], limit=1
        ):
            recorded = self._recorded_from(company) or day
            day = max(day, min(recorded, self.counted_from or recorded))
        return min(max(day, company.client_start_date), last)

    def _lock_free(self):
        """Whether nobody else is measuring this month; now it is locked."""
        self.env.flush_all()
        return bool(
            self.env["client.card"]._execute(
                SQL(
                    """SELECT id FROM client_compliance_month WHERE id = %s
                          FOR NO KEY UPDATE SKIP LOCKED""",
                    self.id,
                )
            )
        )

    def _write_measured(self, counted_from, last):
        now = fields.Datetime.now()
        values = {
            "counted_from": counted_from,
            "measured_on": last,
            "measured_at": now,
        }
        self.write({k: value for k, value in values.items() if self[k] != value})

    # -------------------------------------------------------------------------- units

    def _write_units(self, company, first, last, counted_from):
        """Make the rows of this month what they should be."""
        self.env["client.card"]._execute(
            self._kept_query(
                "client_compliance",
                UNIT,
                FIGURES,
                self._units_query(company, first, last, counted_from),
            )
        )

    def _kept_query(self, table, key, figures, source):
        """``SQL`` that replaces the rows of this month: what is missing is inserted,
        what says something else updated, what is there no more deleted.

        What stands and what should stand are joined in full: nothing else keeps
        PostgreSQL, which knows little of a month that was just begun, from comparing
        each with each.

        :param key: columns that make a row; they may be empty
        :param source: ``SQL`` of the rows as they should be
        """
        names = (*key, *figures)
        of_kept, of_new = (self._kept_key(key, alias) for alias in ("kept", "new"))
        return SQL(
            """WITH pair AS MATERIALIZED (
                    SELECT kept.id AS kept_id, new.is_new, %(all)s,
                           (%(old)s) IS DISTINCT FROM (%(new)s) AS differs
                      FROM (SELECT * FROM %(table)s WHERE month_id = %(month)s) AS kept
                 FULL JOIN (SELECT *, TRUE AS is_new FROM (%(source)s) AS source) AS new
                        ON (%(of_kept)s) = (%(of_new)s)),
                    gone AS (DELETE FROM %(table)s WHERE id = ANY(ARRAY(
                             SELECT kept_id FROM pair WHERE is_new IS NULL))),
                    changed AS (UPDATE %(table)s kept SET (%(figures)s) = ROW(%(new)s)
                                  FROM pair AS new
                                 WHERE kept.id = new.kept_id AND new.is_new
                                   AND new.differs),
                    made AS (INSERT INTO %(table)s
                                    (month_id, company_id, month, %(names)s)
                             SELECT %(month)s, %(company)s, %(first)s, %(all)s
                               FROM pair AS new WHERE kept_id IS NULL
                                 ON CONFLICT DO NOTHING)
             SELECT 1""",
            source=source,
            table=SQL.identifier(table),
            of_kept=of_kept,
            of_new=of_new,
            month=self.id,
            company=self.company_id.id,
            first=self.month,
            names=_names(names),
            all=_names(names, "new"),
            figures=_names(figures),
            new=_names(figures, "new"),
            old=_names(figures, "kept"),
        )

    def _kept_key(self, key, alias):
        """``SQL`` of the columns of a key, made comparable where they are empty."""
        model = self.env["client.compliance"]
        return SQL(", ").join(
            SQL(
                "COALESCE(%s, %s)",
                SQL.identifier(alias, name),
                "" if model._fields[name].type == "selection" else 0,
            )
            for name in key
        )


def _names(names, alias=None):
    return SQL(", ").join(
        SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names
    )
