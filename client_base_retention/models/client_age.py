"""How old somebody is on a day. Plain Python; knows nothing of Odoo."""

from calendar import isleap
from datetime import date


def years_before(day, years):
    """The last birthday of those who are at least *years* old on *day*.

    Who was born on 29 February has the birthday on the 28th in other years.

    >>> years_before(date(2025, 6, 15), 3)
    datetime.date(2022, 6, 15)
    >>> years_before(date(2025, 2, 28), 1), years_before(date(2024, 2, 29), 1)
    (datetime.date(2024, 2, 29), datetime.date(2023, 2, 28))
    >>> years_before(date(2025, 1, 1), 2025)
    datetime.date(1, 1, 1)
    """
    year = day.year - years
    if year < 1:
        return date.min
    if day.month == 2 and day.day >= 28 and (day.day == 29 or not isleap(day.year)):
        return date(year, 2, 29 if isleap(year) else 28)
    return day.replace(year=year)


def age_in_months(born, day):
    """Full months from *born* to *day*; negative where it lies ahead.

    >>> age_in_months(date(2025, 1, 31), date(2025, 2, 28))
    1
    >>> age_in_months(date(2025, 1, 15), date(2025, 2, 14))
    0
    >>> age_in_months(date(2025, 6, 16), date(2025, 6, 15))
    -1
    """
    months = 12 * (day.year - born.year) + day.month - born.month
    last = _last_of_month(day)
    return months - (day.day < min(born.day, last))


def age_in_years(born, day):
    """Full years from *born* to *day*.

    >>> age_in_years(date(2020, 2, 29), date(2021, 2, 28))
    1
    >>> age_in_years(date(2020, 2, 29), date(2021, 2, 27))
    0
    """
    return age_in_months(born, day) // 12


def _last_of_month(day):
    if day.month == 2:
        return 29 if isleap(day.year) else 28
    return 30 if day.month in (4, 6, 9, 11) else 31
