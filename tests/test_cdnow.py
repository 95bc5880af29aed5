"""23,570 real clients: the addon's figures against a computation of our own.

The purchases of CDNOW (1997-01-01 to 1998-06-30) are loaded by the real loader and
derived for several days as "today". What every client's card says then is compared with
what plain Python makes of the file by the rules of the design (4.3).
"""

import calendar
import datetime
import json
import os
from collections import Counter
from pathlib import Path

import pytest

from .test_cdnow_loader import load

CLIENTS = 23570
PURCHASES = 69659
TOTAL_CENTS = 250031563
# The last purchases of many clients are of 25 March 1997 and of 30 June 1998: one year
# later they are active for the last day, the day after they are former.
DAYS = [
    datetime.date(*day)
    for day in (
        (1997, 2, 15),
        (1997, 6, 30),
        (1997, 12, 31),
        (1998, 2, 28),
        (1998, 3, 25),
        (1998, 3, 26),
        (1998, 6, 30),
        (1999, 3, 1),
        (1999, 6, 30),
        (1999, 7, 1),
    )
]
TWICE = ["1997-06-30", "1998-03-26", "1999-07-01"]
MONTHS = 12
CYCLES = 2
SHARES = (("vip", 20), ("a", 80), ("b", 95))
FIELDS = (
    "status",
    "abc_class",
    "abc_class_computed",
    "purchase_count",
    "turnover",
    "turnover_previous",
    "turnover_total",
    "first_purchase_date",
    "last_purchase_date",
    "purchase_cycle",
    "next_purchase_date",
    "former_since",
    "winback_count",
)

DERIVE = """
import datetime
import json

WRITTEN = '''SELECT COALESCE(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)
               FROM pg_stat_xact_user_tables'''
FIGURES = '''
    SELECT p.ref, c.status, c.abc_class, c.abc_class_computed, c.purchase_count,
           (c.turnover * 100)::bigint, (c.turnover_previous * 100)::bigint,
           (c.turnover_total * 100)::bigint, c.first_purchase_date::text,
           c.last_purchase_date::text, NULLIF(c.purchase_cycle, 0),
           c.next_purchase_date::text, c.former_since::text, c.winback_count
      FROM client_card c JOIN res_partner p ON p.id = c.partner_id
     WHERE c.company_id = %s AND p.ref LIKE 'CDNOW-%%'
'''
MOVES = '''
    SELECT date::text, field_name, old_value, new_value, count(*)
      FROM client_transition GROUP BY 1, 2, 3, 4
'''
cards = env["client.card"]


def written(derive):
    env.cr.commit()
    env.cr.execute(WRITTEN)
    before = env.cr.fetchone()[0]
    derive()
    env.flush_all()
    env.cr.execute(WRITTEN)
    rows = env.cr.fetchone()[0] - before
    env.cr.commit()
    return int(rows)


found = {"figures": {}, "again": {}, "alone": {}}
for day in DAYS:
    today = datetime.date.fromisoformat(day)
    cards._derive_all(today=today)
    env.cr.execute(FIGURES, [env.ref("base.main_company").id])
    found["figures"][day] = env.cr.fetchall()
    if day in TWICE:
        found["again"][day] = written(lambda: cards._derive_all(today=today))
        found["alone"][day] = written(lambda: cards.search([])._derive(today=today))
env.cr.execute(MOVES)
found["moves"] = env.cr.fetchall()
with open(PATH, "w") as file:
    json.dump(found, file)
"""


# ------------------------------------------------------------ the rules, once more


def add_months(day, months):
    """A day some months later; there is no 30 February, but its last day."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def cycle(days):
    """Median gap between purchase days, rounded half up; None below three days."""
    if len(days) < 3:
        return None
    gaps = sorted((b - a).days for a, b in zip(days, days[1:], strict=False))
    half = len(gaps) // 2
    if len(gaps) % 2:
        return gaps[half]
    return (gaps[half - 1] + gaps[half] + 1) // 2


def last_active_day(days):
    """The last day on which a client with these purchase days is active."""
    months = add_months(days[-1], MONTHS)
    own = cycle(days)
    cycles = days[-1] + datetime.timedelta(days=CYCLES * own) if own else days[-1]
    return max(months, cycles)


def winbacks(days):
    """How often a purchase was made by a client who was former by then."""
    return sum(
        day > last_active_day(days[:place]) for place, day in enumerate(days[1:], 1)
    )


def cents_between(purchases, after, until):
    return sum(cents for day, cents in purchases if after < day <= until)


def figures(purchases, today):
    """What the card of a client says today, but for the class; None: never bought."""
    until = [(day, cents) for day, cents in purchases if day <= today]
    bought = [day for day, cents in until if cents > 0]
    if not bought:
        return None
    days = sorted(set(bought))
    own = cycle(days)
    end = last_active_day(days)
    since = add_months(today, -MONTHS)
    return {
        "status": "former" if today > end else "active",
        "purchase_count": len(bought),
        "turnover": cents_between(until, since, today),
        "turnover_previous": cents_between(
            until, add_months(today, -2 * MONTHS), since
        ),
        "turnover_total": sum(cents for _day, cents in until),
        "first_purchase_date": str(days[0]),
        "last_purchase_date": str(days[-1]),
        "purchase_cycle": own,
        "next_purchase_date": own and str(days[-1] + datetime.timedelta(days=own)),
        "former_since": str(end + datetime.timedelta(days=1)) if today > end else None,
        "winback_count": winbacks(days),
    }


def classes(cards):
    """{client: class} of the active ones by turnover, then by number."""
    row = sorted(
        (-card["turnover"], client)
        for client, card in cards.items()
        if card["status"] == "active" and card["turnover"] > 0
    )
    total, before, result = -sum(turnover for turnover, _client in row), 0, {}
    for turnover, client in row:
        fits = [name for name, share in SHARES if 100 * before < share * total]
        result[client] = fits[0] if fits else "c"
        before -= turnover
    return result


def history(purchases):
    """{day: {client: card}} for the days one after the other, and all changes."""
    expected, moves, known = {}, Counter(), {}
    for today in DAYS:
        cards = {c: figures(rows, today) for c, rows in purchases.items()}
        cards = {client: card for client, card in cards.items() if card}
        ranked = classes(cards)
        for client, card in cards.items():
            old = known.get(client, {})
            if card["status"] == "former":
                card["abc_class"] = old.get("abc_class")
            else:
                card["abc_class"] = ranked.get(client, "c")
            card["abc_class_computed"] = card["abc_class"]
            for name in ("status", "abc_class"):
                if old.get(name) and old[name] != card[name]:
                    moves[str(today), name, old[name], card[name]] += 1
        expected[today] = known = cards
    return expected, moves


# ------------------------------------------------------------------------- fixtures


@pytest.fixture(scope="module")
def purchases():
    """{reference of the client: [(day, cents)]} of the file."""
    result = {}
    for line in Path(os.environ["CBR_CDNOW_FILE"]).read_text().splitlines()[1:]:
        if line.strip():
            client, day, _cds, dollars = line.split()
            result.setdefault(f"CDNOW-{client}", []).append(
                (
                    datetime.datetime.strptime(day, "%Y%m%d").date(),
                    round(float(dollars) * 100),
                )
            )
    assert len(result) == CLIENTS
    assert sum(len(rows) for rows in result.values()) == PURCHASES
    assert sum(cents for rows in result.values() for _d, cents in rows) == TOTAL_CENTS
    return result


@pytest.fixture(scope="module")
def found(scratch_database, odoo_shell, tmp_path_factory):
    """What the addon made of the whole file, day after day."""
    database = scratch_database()
    load(database, "--no-shift", "--no-derive")
    path = tmp_path_factory.mktemp("cdnow") / "found.json"
    days = [str(day) for day in DAYS]
    values = f"DAYS = {days!r}\nTWICE = {TWICE!r}\nPATH = {str(path)!r}\n"
    odoo_shell(database, values + DERIVE)
    return json.loads(path.read_text())


@pytest.fixture(scope="module")
def expected(purchases):
    return history(purchases)


# ---------------------------------------------------------------------------- tests


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_client(found, expected, today):
    cards = expected[0][today]
    got = {
        ref: dict(zip(FIELDS, values, strict=True))
        for ref, *values in found["figures"][str(today)]
    }
    # Who only has orders of 0.00 has never bought.
    never = {ref: got.pop(ref) for ref in set(got) - set(cards)}
    assert not {
        ref: card
        for ref, card in never.items()
        if card["status"] != "prospect" or card["abc_class"] or card["purchase_count"]
    }
    different = [
        (ref, name, got.get(ref, {}).get(name), card[name])
        for ref, card in cards.items()
        for name in FIELDS
        if got.get(ref, {}).get(name, "no card") != card[name]
    ]
    counts = Counter(name for _ref, name, _got, _right in different)
    assert not different, f"{counts}; (client, field, found, right): {different[:20]}"


def test_days_are_telling(expected):
    """The days chosen hold what is easily done wrong."""
    cards, moves = expected
    last, after = (cards[day] for day in DAYS[4:6])
    left = [ref for ref, card in after.items() if card["former_since"] == "1998-03-26"]
    assert left and all(last[ref]["status"] == "active" for ref in left)
    by_cycle = [
        card
        for card in cards[DAYS[-1]].values()
        if card["former_since"]
        and card["former_since"]
        > str(
            add_months(datetime.date.fromisoformat(card["last_purchase_date"]), MONTHS)
            + datetime.timedelta(days=1)
        )
    ]
    assert by_cycle
    returned = sum(
        count for (_d, _f, old, new), count in moves.items() if old == "former"
    )
    assert returned
    assert {c["abc_class"] for c in cards[DAYS[6]].values()} == {"vip", "a", "b", "c"}


def test_totals(found):
    rows = found["figures"]["1998-06-30"]
    total = FIELDS.index("turnover_total") + 1
    count = FIELDS.index("purchase_count") + 1
    assert sum(row[total] for row in rows) == TOTAL_CENTS
    assert sum(row[count] for row in rows) == PURCHASES - 80


def test_changes_are_recorded(found, expected):
    """One transition for each change of status or class, none for the first ones."""
    got = Counter({tuple(row[:4]): row[4] for row in found["moves"]})
    got = Counter({key: n for key, n in got.items() if key[2] != "prospect"})
    assert got == expected[1]


@pytest.mark.parametrize("how", ["again", "alone"])
def test_deriving_again_writes_nothing(found, how):
    """All once more, and card by card with the limits that were kept."""
    assert found[how] == dict.fromkeys(TWICE, 0)
