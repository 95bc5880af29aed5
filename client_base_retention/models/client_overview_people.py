from collections import defaultdict

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, float_is_zero

from .client_overview_discipline import OVERDUE
from .client_overview_funnel import MONTHS

# What is counted of each salesperson's clients, by columns of the card.
COUNTED = {
    "clients": [],
    "overdue": [OVERDUE],
    "late": [("purchase_state", "=", "late")],
    "at_risk": [("purchase_state", "=", "at_risk")],
}


class ClientOverview(models.AbstractModel):
    """*Salespeople*: a row each, and who has too much to do (needs N63, N78, N138)."""

    _inherit = "client.overview"

    @api.model
    def get_people(self, period="month", team_id=False):
        """A row for each salesperson with clients or a target.

        :return: dictionary: ``overloaded``: [{id, name, load, clients}] of those of
            whom norms ask more contacts a day than their limit; ``rows``: see
            ``_person``, empty where there are but few users; ``columns``: whether
            anybody has a ``load`` or ``target``; ``lists``: {name: action} that the
            figures open with their own ``name`` and ``domain``: hundreds of whole
            actions would be much to send
        """
        self.env["client.launch"]._check_head()
        policies, company = self.env["client.policy"], self.env.company
        load, limits = self._load_by_user(*policies._load_of(company))
        counts = self._count_people(team_id)
        targets = self._targets(period, team_id)
        over = {
            user_id
            for user_id, need in load.items()
            if user_id and need > limits.get(user_id, 0) + 1e-6
        }
        shown = counts.keys() | targets.keys()
        users = self._people(shown if team_id else shown | over)
        found = {
            "overloaded": [
                {
                    "id": user.id,
                    "name": user.name,
                    "load": self._burden_in_words(load[user.id], limits[user.id]),
                    "clients": self._person_figure("clients", user, 0, team_id),
                }
                for user in users
                if user.id in over
            ],
            "rows": [],
            "columns": {"load": bool(load), "target": bool(targets)},
            "lists": {
                "cards": self._list("client_card_action", "", []),
                "purchases": self._list("client_purchase_action", "", []),
                "targets": self._list("client_target_action", "", []),
            },
        }
        if not self.env["client.launch"]._has_several_users():
            return found
        turnover = self._turnover_by_user(period, team_id)
        rows = [
            self._person(
                user,
                counts.get(user.id, {}),
                (load.get(user.id, 0), limits.get(user.id, 0)),
                (turnover.get(user.id, 0), targets.get(user.id, 0)),
                period,
                team_id,
            )
            for user in users
        ]
        rows.sort(key=lambda row: (not row["id"], -row["overdue"]["value"]))
        return found | {"rows": rows}

    # ------------------------------------------------------------------------ figures

    def _load_by_user(self, load, limits):
        """{user id or False: contacts a day}, {user id: limit}"""
        by_user = defaultdict(float)
        for (user_id, _rule), need in load.items():
            by_user[user_id] += need
        return dict(by_user), limits

    def _count_people(self, team_id):
        """{user id or False: {key of COUNTED: number of clients}}"""
        return {
            user_id or False: dict(zip(COUNTED, numbers, strict=True))
            for user_id, *numbers in self._count_by_user(
                self._cards_domain(team_id), COUNTED.values()
            )
        }

    def _count_by_user(self, among, domains):
        """[(user id, number of clients that each domain finds)], in one pass."""
        cards = self.env["client.card"]
        query = cards._search(among)
        user = cards._field_to_sql(cards._table, "user_id", query)
        counts = [
            SQL(
                "count(*) FILTER (WHERE %s)",
                Domain(domain).optimize_full(cards)._to_sql(cards, cards._table, query),
            )
            for domain in domains
        ]
        query.groupby = user
        cards.flush_model()
        return self.env.execute_query(query.select(user, *counts))

    def _targets(self, period, team_id):
        """{user id: target of the whole period} of the company's salespeople."""
        first, _last = self._period(period)
        domain = [("company_ids", "in", self.env.company.ids), ("share", "=", False)]
        if team_id:
            domain.append(("crm_team_member_ids.crm_team_id", "=", team_id))
        users = self.env["res.users"].search(domain)
        return self.env["client.target"]._target_of(
            users, self.env.company, first, MONTHS[period]
        )

    def _people(self, user_ids):
        """The users of these ids; an empty record stands for nobody."""
        # sudo: the names of colleagues.
        users = self.env["res.users"].sudo()
        found = users.browse(sorted(user_id for user_id in user_ids if user_id))
        found.fetch(["partner_id"])
        return [*found, *([users] if False in user_ids else [])]

    def _turnover_by_user(self, period, team_id):
        """{user id or False: net purchases of his clients from the first day of the
        period to today}"""
        first, _last = self._period(period)
        today = self.env.company._client_today()
        cards = self.env["client.card"].sudo()
        cards._execute_flush()
        query = self.env["client.card"]._search(self._cards_domain(team_id))
        owned = query.select(
            *(SQL.identifier(cards._table, name) for name in ("partner_id", "user_id"))
        )
        rows = cards._execute(
            SQL(
                """SELECT card.user_id, sum(purchase.amount)
                     FROM (%(purchases)s) AS purchase
                     JOIN (%(owned)s) AS card ON card.partner_id = purchase.partner_id
                    WHERE purchase.date BETWEEN %(first)s AND %(today)s
                 GROUP BY card.user_id""",
                purchases=self.env["client.purchase"]._query(
                    self.env.company, days=(first, today)
                ),
                owned=owned,
                first=first,
                today=today,
            )
        )
        return {user_id or False: amount for user_id, amount in rows}

    # --------------------------------------------------------------------------- rows

    def _person(self, user, counts, burden, money, period, team_id):
        """One salesperson: {id, name, the figures ``clients``, ``overdue``, ``late``,
        ``at_risk``, ``turnover``; ``load`` and ``target`` in words}.

        :param counts: as of ``_count_people``
        :param burden: contacts a day that norms ask, and his limit
        :param money: turnover of the period so far, and his target of the whole one
        """
        return {
            key: self._person_figure(key, user, counts.get(key, 0), team_id)
            for key in ("clients", "overdue", "late", "at_risk")
        } | {
            "id": user.id,
            "name": self._person_name(user),
            "load": self._burden_in_words(*burden),
            "overloaded": bool(user) and burden[0] > burden[1] + 1e-6,
            "turnover": self._person_turnover(user, money[0], period, team_id),
            "target": self._person_target(user, money),
        }

    def _person_name(self, user):
        return user.name or self.env._("Without salesperson")

    def _person_figure(self, key, user, number, team_id):
        """A number of clients with its list: {value, list, name, domain}."""
        labels = {
            "clients": self.env._("clients"),
            "overdue": self.env._("overdue"),
            "late": self.env._("late with their purchase"),
            "at_risk": self.env._("at risk of leaving"),
        }
        name = self.env._(
            "%(name)s: %(what)s", name=self._person_name(user), what=labels[key]
        )
        domain = self._cards_domain(team_id, ("user_id", "=", user.id), *COUNTED[key])
        return {"value": number, "list": "cards", "name": name, "domain": domain}

    def _person_turnover(self, user, amount, period, team_id):
        """Net purchases of his clients, with the list of purchases that make it."""
        first, _last = self._period(period)
        company = self.env.company
        domain = [
            ("company_id", "=", company.id),
            ("date", ">=", first),
            ("date", "<=", company._client_today()),
            (
                "partner_id.client_card_ids",
                "any",
                self._cards_domain(team_id, ("user_id", "=", user.id)),
            ),
        ]
        return {
            "value": amount,
            "text": company.currency_id.format(amount),
            "list": "purchases",
            "name": self.env._("%s: purchases", self._person_name(user)),
            "domain": self._plain(domain),
        }

    def _burden_in_words(self, need, limit):
        """ "14.8 / 12", the contacts a day needed and allowed."""
        if not need:
            return False
        number = self.env["client.policy"]._load_number(need)
        if not limit:
            return number
        return self.env._("%(need)s / %(limit)s", need=number, limit=limit)

    def _person_target(self, user, money):
        """How far he is, with the list of his targets; False without one."""
        done = self._done(*money)
        return done and done | {
            "list": "targets",
            "name": self.env._("%s: targets", self._person_name(user)),
            "domain": [
                ("user_id", "=", user.id),
                ("company_id", "=", self.env.company.id),
            ],
        }

    def _done(self, turnover, target):
        """How much of a target is reached: {"text", "percent", "bar" (at most 100)};
        False without a target."""
        currency = self.env.company.currency_id
        if float_is_zero(target, precision_rounding=currency.rounding):
            return False
        percent = int(100 * turnover / target)
        return {
            "percent": percent,
            "bar": max(0, min(percent, 100)),
            "text": currency.format(target),
        }
