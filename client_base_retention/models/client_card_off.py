from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from .working_days import FIRST_MONDAY

# Absences that ended longer ago no longer put off anything.
AWAY_DAYS = 730


class ClientCard(models.Model):
    """Days on which nobody can be called: the company's days off, and the days on which
    the responsible is away. Parts of the statement in ``client_card_obligation.py``."""

    _inherit = "client.card"

    def _off_tables(self, working, today):
        """``SQL`` of the common table expressions ``holiday`` (each with the next
        working day) and ``away`` (absences with the first working day back).

        :param working: the days on which the company works
        """
        return SQL(
            "holiday AS MATERIALIZED (%s), away AS MATERIALIZED (%s)",
            SQL(
                "SELECT * FROM unnest(%s::date[], %s::date[]) AS one(day, next_day)",
                list(working.holidays),
                list(working.holidays.values()),
            ),
            self._aways(working, today),
        )

    def _aways(self, working, today):
        """``SQL`` of who is away from when to when, and his first working day back.

        :param working: the days on which his company works
        :return: relation (user_id, first_day, last_day, back)
        """
        rows = working.back_after(
            self._execute(
                SQL(
                    """SELECT user_id, date_from, date_to FROM client_away
                        WHERE date_to >= %s""",
                    today - timedelta(days=AWAY_DAYS),
                )
            )
        )
        users, firsts, lasts, backs = zip(*rows, strict=True) if rows else ((),) * 4
        return SQL(
            """SELECT * FROM unnest(%s::integer[], %s::date[], %s::date[], %s::date[])
                   AS one(user_id, first_day, last_day, back)""",
            list(users),
            list(firsts),
            list(lasts),
            list(backs),
        )

    def _working_day(self, working, day):
        """``SQL`` of the day worked by the week of the company on or after ``day``;
        holidays are looked up in the table of that name."""
        shifts = working.shifts
        if not any(shifts):
            return day
        return SQL(
            "%(day)s + (%(shifts)s::integer[])[(%(day)s - %(monday)s::date) %% 14 + 1]",
            day=day,
            shifts=shifts,
            monday=FIRST_MONDAY.isoformat(),
        )
