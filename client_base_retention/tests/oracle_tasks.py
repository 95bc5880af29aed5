"""Which contacts become tasks, computed a second time from the text of the design.

See ``oracle_contacts.py``.
"""

from dataclasses import dataclass
from datetime import date

from .oracle_contacts import Client, obligations, policy_of


@dataclass
class Task:
    """A contact that may be planned for a user."""

    client: Client
    kind: str
    day: date
    user: int
    vip: bool
    ratio: float
    limit: int


def tasks_due(clients, policies, todays, may_enter):
    """Everything that could be planned, whatever the limits and what is open.

    :param todays: {company: its present day}
    :param may_enter: function of a user and a company: whether he works there
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
            found.append(
                Task(
                    client=client,
                    kind=kind,
                    day=norm.due,
                    user=fit[0],
                    vip=client.abc_class == "vip",
                    ratio=max((today - norm.due).days, 0) / norm.rule.norm_days(),
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
