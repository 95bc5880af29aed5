"""Nine salespeople, 1,500 clients, six months: what a head would see, day by day.

The months are judged a second time, in plain Python from books of our own
(``simulation/judge.py``), and both must say the same of every norm of every client.
"""

from collections import Counter
from datetime import timedelta

import pytest

from odoo.tests import freeze_time

from .outside import Database
from .simulation.judge import GRACE_DAYS
from .simulation.run import ILL, Simulation
from .simulation.world import FIRST, HANDED_ON, LIMIT, START, TIGHTER_ON

MONTHS = 6


@pytest.fixture(scope="module")
def simulation(scratch_database):
    """The six months, lived through."""
    database = Database(scratch_database())
    with freeze_time(FIRST) as clock:
        simulation = Simulation(database, clock)
        simulation.run()
    yield simulation
    database.close()


def alarms(simulation, what):
    """Where this was seen, the first few of them."""
    found = simulation.watch.alarms[what]
    return len(found), found[:10]


def differences(right, got):
    """What the judge says and the report does not, and the other way round."""
    right, got = Counter(map(tuple, right)), Counter(map(tuple, got))
    missing, extra = sorted((right - got), key=str), sorted((got - right), key=str)
    return len(missing), len(extra), missing[:5], extra[:5]


def share_kept(simulation, name, *months):
    """The share of one of the nine's norms that was kept in these months.

    By default in all but the one in which the norms became shorter: what was in time
    by the old ones was late by the new ones on the same day.
    """
    found = simulation.watch.found
    months = months or [month for month in found if month.month != TIGHTER_ON.month]
    results = Counter(
        line[5] for month in months for line in found[month][1] if line[4] == name
    )
    assert sum(results.values()) > 30, f"{name} has nothing to do: {results}"
    return results["kept"] / sum(results.values())


# ------------------------------------------------------------------------------- tasks


@pytest.mark.parametrize(
    "what",
    [
        "above the limit",
        "too many new tasks",
        "planned twice",
        "arranged and planned",
        "task of nothing",
        "mail by planning",
        "second night",
        "a closed month changed",
    ],
)
def test_never(simulation, what):
    assert alarms(simulation, what) == (0, [])


def test_the_limit_is_felt(simulation):
    """Who does little has as many open tasks as he may have, and no more."""
    assert simulation.watch.most["lazy"] == LIMIT
    assert simulation.watch.most["incoming_only"] == LIMIT


def test_tasks_are_not_planned_again_and_again(simulation):
    """A contact that fell due is planned once: it does not come and go."""
    again = simulation.watch.planned_for
    often = {key: count for key, count in again.items() if count > 2}
    assert len(often) <= len(again) / 100, list(often.items())[:10]


# ------------------------------------------------------------------------------ months


def test_every_month_is_closed(simulation):
    """In the first night after its end, or in the first one in which there was one."""
    months = simulation.watch.found
    assert len(months) == MONTHS == len(simulation.expected)
    closed_on = {month.month: day for month, (day, _lines) in months.items()}
    assert [(day.month, day.day) for day in closed_on.values()] == [
        (2, 1),
        (3, 2),
        (4, 1),
        (5, 1),
        (6, 1),
        (7, 1),
    ]


@pytest.mark.parametrize("number", range(MONTHS))
def test_closed_month(simulation, number):
    """Each norm of the population, and nothing else, with the judge's result."""
    month = START.replace(day=1, month=START.month + number)
    right, (_day, got) = simulation.expected[month], simulation.watch.found[month]
    assert differences(right, got) == (0, 0, [], [])
    assert {line[5] for line in got} == {"kept", "late", "not_made"}


def test_open_months(simulation):
    """What the head sees in the middle of a month."""
    assert len(simulation.previews) == MONTHS
    for right, got in simulation.previews.values():
        assert differences(right, got) == (0, 0, [], [])


def test_months_hold_what_is_easily_done_wrong(simulation):
    """Tries, closed units, days of grace, hours with a colleague, clients of nobody."""
    results = [line for lines in simulation.expected.values() for line in lines]
    assert sum(result.is_tried for result in results) > 5
    assert sum(result.is_closed and result.owner == "leaver" for result in results) > 20
    assert {result.owner for result in results} >= {None, "leaver", "arranger"}
    assert {result.status for result in results} == {"active", "former", "prospect"}
    assert {result.kind for result in results} == {"call", "meeting", "message", "any"}


# ------------------------------------------------------------------------------ people


def test_who_does_his_tasks_keeps_the_norms(simulation):
    assert share_kept(simulation, "diligent") > 0.94
    for name in ("lazy", "incoming_only", "in_vain"):
        assert share_kept(simulation, name) < 0.75, name


def test_the_days_away_do_no_harm(simulation):
    """Who was ill for two weeks stands there as if he had been at work."""
    february, march = ILL[0].replace(day=1), ILL[1].replace(day=1)
    assert share_kept(simulation, "ill", february, march) > 0.9


def test_clients_are_handed_over_evenly(simulation):
    numbers = Counter(simulation.handed.values()).values()
    assert len(numbers) == 2 and max(numbers) - min(numbers) <= 1


def test_who_takes_over_has_days_of_grace(simulation):
    """Nothing is overdue within one interval, or within two weeks."""
    month = HANDED_ON.replace(day=1)
    lines = simulation.watch.taken[month]
    assert len(lines) > 50
    for norm_days, grace_until, overdue_days in lines:
        assert grace_until == HANDED_ON + timedelta(days=min(norm_days, GRACE_DAYS))
        end = month.replace(month=month.month + 1) - timedelta(days=1)
        assert overdue_days <= (end - grace_until).days
