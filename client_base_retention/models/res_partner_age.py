from datetime import date

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_age import age_in_months, age_in_years, years_before

MONTHS = [
    ("01", "January"),
    ("02", "February"),
    ("03", "March"),
    ("04", "April"),
    ("05", "May"),
    ("06", "June"),
    ("07", "July"),
    ("08", "August"),
    ("09", "September"),
    ("10", "October"),
    ("11", "November"),
    ("12", "December"),
]


class ResPartner(models.Model):
    """How old a person is, and in which month and year he was born (N19).

    Nothing of it is stored: searches become ranges of the birthday, which an index
    answers. Who is born on 29 February has the birthday on the 28th in other years.
    """

    _inherit = "res.partner"

    birthdate_date = fields.Date(index="btree_not_null")
    # Name and type of OCA's ``partner_contact_birthdate``.
    age = fields.Integer(
        compute="_compute_age",
        search="_search_age",
        aggregator=None,
        help="In full years, on the present day.",
    )
    age_text = fields.Char(
        string="Years old",
        compute="_compute_age",
        help="In years; in months before the first birthday.",
    )
    birth_month = fields.Selection(
        MONTHS,
        string="Month of birth",
        compute="_compute_birth_month",
        search="_search_birth_month",
    )
    birth_year = fields.Integer(
        string="Year of birth",
        compute="_compute_birth_month",
        search="_search_birth_year",
        aggregator=None,
    )

    @api.depends("birthdate_date")
    @api.depends_context("tz", "lang")
    def _compute_age(self):
        today = fields.Date.context_today(self)
        for partner in self:
            born = partner.birthdate_date
            if not born or born > today:
                partner.age, partner.age_text = 0, False
                continue
            partner.age = age_in_years(born, today)
            partner.age_text = self._age_words(born, today)

    @api.model
    def _age_words(self, born, today):
        """The age as people say it: "4", and "8 mo" of a baby."""
        years = age_in_years(born, today)
        if years:
            return str(years)
        return self.env._("%(months)s mo", months=age_in_months(born, today))

    @api.model
    def _search_age(self, operator, value):
        today = fields.Date.context_today(self)
        born = Domain("birthdate_date", "<=", today)
        if operator == "in":
            found = Domain.OR(
                Domain("birthdate_date", "<=", years_before(today, int(age)))
                & Domain("birthdate_date", ">", years_before(today, int(age) + 1))
                for age in value
                # False asks for an unknown age; it is equal to 0, not the same.
                if age is not False and 0 <= age <= 200
            )
            if any(age is False for age in value):
                found |= Domain("birthdate_date", "=", False)
            return found
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        years = int(value)
        if operator in ("<=", ">"):
            # Up to 3 is less than 4, over 3 is at least 4.
            years += 1
        limit = years_before(today, max(years, 0))
        if operator in (">", ">="):
            return born & Domain("birthdate_date", "<=", limit)
        return born & Domain("birthdate_date", ">", limit)

    @api.depends("birthdate_date")
    def _compute_birth_month(self):
        for partner in self:
            born = partner.birthdate_date
            partner.birth_month = f"{born.month:02}" if born else False
            partner.birth_year = born.year if born else 0

    @api.model
    def _search_birth_month(self, operator, value):
        """Months by their keys; ``this`` and ``next`` are those of the user's today."""
        if operator != "in":
            return NotImplemented
        month = fields.Date.context_today(self).month
        named = {"this": month, "next": month % 12 + 1}
        found = Domain(
            "birthdate_date.month_number",
            "in",
            [named.get(key) or int(key) for key in value if key],
        )
        # Said in words, so that an index of birthdays is enough.
        found &= Domain("birthdate_date", "!=", False)
        if not all(value):
            found |= Domain("birthdate_date", "=", False)
        return found

    @api.model
    def _search_birth_year(self, operator, value):
        if operator == "in":
            found = Domain.OR(
                Domain("birthdate_date", ">=", date(int(year), 1, 1))
                & Domain("birthdate_date", "<=", date(int(year), 12, 31))
                for year in value
                if year and 0 < year < 10000
            )
            if not all(value):
                found |= Domain("birthdate_date", "=", False)
            return found
        if operator not in ("<", "<=", ">", ">="):
            return NotImplemented
        year = min(max(int(value), 1), 9999)
        first = operator in ("<", ">=")
        limit = date(year, 1, 1) if first else date(year, 12, 31)
        return Domain("birthdate_date", operator, limit)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let lists order and group by age, month and year of birth."""
        if field_expr not in ("age", "birth_month", "birth_year"):
            return super()._field_to_sql(alias, field_expr, query)
        born = self._field_to_sql(alias, "birthdate_date", query)
        if field_expr == "birth_month":
            return SQL("to_char(%s, 'MM')", born)
        year = SQL("date_part('year', %s)::integer", born)
        if field_expr == "birth_year":
            return year
        today = fields.Date.context_today(self)
        return SQL(
            """CASE WHEN %(born)s <= %(today)s THEN
                 %(now)s - %(year)s
                 - ((%(born)s + make_interval(years => %(now)s - %(year)s))::date
                    > %(today)s)::integer END""",
            born=born,
            year=year,
            now=today.year,
            today=today,
        )
