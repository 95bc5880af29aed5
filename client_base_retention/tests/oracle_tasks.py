"""Which contacts become tasks, computed a second time from the text of the design.

See ``oracle_contacts.py``.
"""

from dataclasses import dataclass
from datetime import date

from .oracle_contacts import Client, obligations, policy_of


@dataclass
class Away:
    """Days on which a user is away, and who stands in for him."""

    user: int
    first: date
    last: date
    stand_in: int | None


@dataclass
class Task:
    """A contact that may be planned for a user; while that one is away and nobody
    stands in for him, it waits."""

    client: Client
    kind: str
    day: date
    user: int
    vip: bool
    ratio: float
    limit: int
    waits: bool = False


def doer(user, company, day, aways, may_enter):
    """Who does a user's tasks on a day: himself, or while he is away his stand-in, or
    that one's stand-in, but no further. None where none of them is there.

    :return: user, whether his contacts wait because nobody stands in
    """

    def away_of(one):
        return next(
            (a for a in aways if a.user == one and a.first <= day <= a.last), None
        )

    away = away_of(user)
    if away and not away.stand_in:
        return user, True
    for _step in range(2):
        if not away:
            break
        user = away.stand_in
        if not user or not may_enter(user, company):
            return None, False
        away = away_of(user)
    return (None if away else user), False


def tasks_due(clients, policies, todays, may_enter, late_of, aways=()):
    """Everything that could be planned, whatever the limits and what is open.

    :param todays: {company: its present day}
    :param may_enter: function of a user and a company: whether he works there
    :param late_of: function of a client's id and a kind: the last day in time
    """
    found = []
    for client in clients:
        policy, today = policy_of(client, policies), todays[client.company]
        if client.pause and client.pause > today:
            continue
        for kind, norm in obligations(client, policies, today).items():
            users = (norm.rule.user or client.owner, policy.fallback)
            fit = [u for u in users if u and may_enter(u, client.company)]
            if norm.warn > today or norm.arranged or not fit:
                continue
            user, waits = doer(fit[0], client.company, today, aways, may_enter)
            if not user and fit[-1] == policy.fallback:
                user, _waits = doer(fit[-1], client.company, today, aways, may_enter)
                # As a last resort the regulation's stand-in, away or not.
                user = user or fit[-1]
            if not user:
                continue
            days = (today - norm.due).days
            late = late_of(client.id, kind) < today
            found.append(
                Task(
                    client=client,
                    kind=kind,
                    day=norm.due,
                    user=user,
                    waits=waits,
                    vip=client.abc_class == "vip",
                    ratio=days / norm.rule.norm_days()
                    if late
                    else min(days / norm.rule.norm_days(), 0),
                    limit=policy.daily_limit,
                )
            )
    return found


def tasks_chosen(candidates, number_open):
    """Those that one user gets, in their order.

    Place by place up to the limit, those taken by open tasks being the first ones; a
    client under a regulation with a lower limit gets no place beyond it.

    :param candidates: tasks of one user that are not open
    :param number_open: how many norm tasks of his are open
    """
    left, chosen, place = list(candidates), [], number_open
    while True:
        place += 1
        fit = [task for task in left if task.limit >= place]
        if not fit:
            return chosen
        if place % 5:
            best = max(fit, key=lambda t: (t.vip, t.ratio, t.client.turnover))
        else:
            best = max(fit, key=lambda t: (t.ratio, t.vip, t.client.turnover))
        left.remove(best)
        chosen.append(best)
