from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_card_arranged import GRACE_DAYS

# Late purchases and arranged contacts are for the eye, not the day's work: so many.
LATE_ROWS = 5
ARRANGED_ROWS = 5


class ClientMyDay(models.AbstractModel):
    """Whose turn it is today: promised, by the norms, late with a purchase."""

    _inherit = "client.my.day"

    def _plan(self, day, started, done):
        """Whose turn it is today, one place per client.

        :param started: domain of the cards of started companies, or False
        :param done: ids of the clients I spoke to today
        :return: dictionary: ``promised`` and ``norms`` (cards, ordered), ``items``
            {card id: what was promised}, ``planned`` {card id: activities planned by
            norms}, ``tasks``, ``limit``, ``started``, ``done``, ``away`` {user id: days
            away} of those away today
        """
        items, planned = self._promises(day, self._activities(day))
        limit = self._daily_limit()
        promised = self.env["client.card"].browse(items)
        places = limit - len(done)
        away = self._away_today(day)
        due = started and started & Domain("user_id", "in", self._doing_for(away))
        norms = self._norm_cards(due, promised, planned, places, done)
        return {
            "promised": promised,
            "norms": norms,
            "items": items,
            "planned": planned,
            "tasks": self._task_count(day, items, planned),
            "limit": limit,
            "started": started,
            "done": done,
            "away": away,
        }

    def _norm_cards(self, due, promised, planned, places, done):
        """Clients due by their norms: those planned for me, and mine that are due for
        the places that are left; with those of whom I stand in for.

        Whom I spoke to today is asked nothing twice: what else he is due for on a
        later day can wait for that.

        :param due: domain of the cards of started companies that are mine to contact,
            or False
        """
        busy = set(promised.partner_id.ids)
        today = fields.Date.context_today(self)
        norms = self._one_per_client(
            self.env["client.card"]
            .browse(planned)
            .filtered(
                lambda card: card.partner_id.id not in busy
                and (
                    card.partner_id.id not in done
                    or (card.next_contact_date or today) <= today
                )
            )
        )
        if not due:
            return norms
        due &= self._due_domain()
        due &= Domain("next_contact_date", "<=", today) | Domain(
            "partner_id", "not in", list(done)
        )
        norms |= self._choose(due, promised | norms, places - len(norms))
        return self._best_first(Domain("id", "in", norms.ids), None)

    def _besides(self, day, plan, more):
        """What *Today* shows besides the day's work.

        :param more: how many of the other overdue clients to show
        :return: dictionary: ``others`` (overdue, not for today), ``left`` (how many
            more there are), ``arranged`` and ``late`` (cards)
        """
        cards, started = self.env["client.card"], plan["started"]
        if not started:
            return {"others": cards, "left": 0, "arranged": cards, "late": cards}
        shown = plan["promised"] | plan["norms"]
        overdue = Domain(self._mine(("contact_state", "=", "overdue"))) & started
        overdue &= self._not_of(shown)
        left = cards.search_count(overdue)
        others = self._best_first(overdue, more) if more else cards
        shown |= others
        arranged = self._arranged_cards(started, shown)
        late = self._late_cards(day, started, shown | arranged)
        return {
            "others": others,
            "left": left - len(others),
            "arranged": arranged,
            "late": late,
        }

    def _daily_limit(self):
        """How many contacts by norms a day has: the regulation's limit."""
        policies = self.env["client.policy"]
        return max(
            policies._default_policy(company).daily_task_limit
            for company in self.env.companies
        )

    def _due_domain(self):
        """Soon or overdue, and nothing arranged; paused ones are due later."""
        due = Domain("contact_state", "in", ["soon", "overdue"])
        due &= Domain("is_paused", "=", False)
        return due & Domain.custom(
            to_sql=lambda *args: SQL("NOT %s", self._held_off(*args))
        )

    def _held_off(self, model, alias, query):
        """``SQL`` condition that what is arranged stands for the contact that is due;
        what is arranged for long after it does not."""
        return SQL(
            "COALESCE(%(day)s >= %(today)s AND %(day)s <= %(due)s + %(grace)s, FALSE)",
            day=model._field_to_sql(alias, "arranged_date", query),
            due=model._field_to_sql(alias, "next_contact_date", query),
            today=fields.Date.context_today(self),
            grace=GRACE_DAYS,
        )

    def _not_of(self, cards):
        """Domain of clients that are not these, whatever the company."""
        return Domain("partner_id", "not in", cards.partner_id.ids)

    def _one_per_client(self, cards):
        """The first card of each client, in the order given."""
        first = {}
        for card in cards:
            first.setdefault(card.partner_id.id, card.id)
        return self.env["client.card"].browse(first.values())

    def _choose(self, domain, taken, room):
        """The cards that fill the day: best first, every fifth the latest by its norm,
        whatever its class.

        :param taken: cards whose clients have their place already
        :param room: how many places are left
        """
        if room <= 0:
            return self.env["client.card"]
        domain &= self._not_of(taken)
        # Clients of several companies have one place: read some more.
        latest = self._one_per_client(self._latest_first(domain, 2 * room))
        latest = latest[: room // 5]
        best = self._one_per_client(latest | self._best_first(domain, 2 * room))
        return best[:room]

    def _best_first(self, domain, limit):
        """Cards: VIP first, the latest by their norm, those due first, by turnover."""
        return self._ordered(
            domain,
            limit,
            """COALESCE(%(class)s = 'vip', FALSE) DESC, %(ratio)s DESC,
               %(turnover)s DESC NULLS LAST, %(id)s""",
        )

    def _latest_first(self, domain, limit):
        return self._ordered(
            domain, limit, "%(ratio)s DESC, %(turnover)s DESC NULLS LAST, %(id)s"
        )

    def _biggest_first(self, domain, limit):
        return self._ordered(domain, limit, "%(turnover)s DESC NULLS LAST, %(id)s")

    def _ordered(self, domain, limit, order):
        """Cards in an order that is no list of fields, read with the user's rights."""
        cards = self.env["client.card"]
        query = cards._search(domain)

        def column(name):
            return cards._field_to_sql(cards._table, name, query)

        columns = {
            "class": column("abc_class"),
            # As for tasks: of those not late yet, who is due first.
            "ratio": SQL(
                "%s - COALESCE(GREATEST(%s - %s::date, 0) / NULLIF(%s, 0)::float, 0)",
                column("contact_overdue_ratio"),
                column("next_contact_date"),
                fields.Date.context_today(self),
                column("next_contact_norm_days"),
            ),
            "turnover": column("turnover"),
            "id": column("id"),
        }
        used = {key: sql for key, sql in columns.items() if f"%({key})s" in order}
        query.order = SQL(order, **used)
        query.limit = limit
        return cards.browse(query.get_result_ids())

    def _arranged_cards(self, started, shown):
        """Clients who would be due now, had nothing been arranged with them."""
        domain = (
            Domain(self._mine(("contact_state", "=", "soon")))
            & started
            & Domain.custom(to_sql=self._held_off)
            & self._not_of(shown)
        )
        cards = self.env["client.card"].search(
            domain, order="arranged_date, id", limit=ARRANGED_ROWS
        )
        return self._one_per_client(cards)

    def _late_cards(self, day, started, shown):
        """Clients late with their purchase whom nobody has spoken to since then."""

        def not_spoken_to(model, alias, query):
            def column(name):
                return model._field_to_sql(alias, name, query)

            return SQL(
                """COALESCE(%(last)s <= CASE WHEN %(risk)s < %(today)s
                            THEN %(risk)s ELSE %(late)s END, TRUE)""",
                last=column("last_contact_date"),
                risk=column("risk_date"),
                late=column("late_date"),
                today=day.today,
            )

        domain = (
            Domain(self._mine(("purchase_state", "in", ["late", "at_risk"])))
            & started
            & Domain("is_arranged", "=", False)
            & Domain("is_paused", "=", False)
            & Domain.custom(to_sql=not_spoken_to)
            & self._not_of(shown)
        )
        return self._one_per_client(self._biggest_first(domain, LATE_ROWS))

    def _done_clients(self, day):
        """Ids of the clients whom I spoke to today; letters that came in are no work of
        mine."""
        groups = self.env["client.touchpoint"]._read_group(
            [
                ("user_id", "=", self.env.uid),
                ("date", ">=", day.first),
                ("date", "<", day.end),
                ("outcome", "in", ("reached", "refused")),
                ("kind", "!=", "material"),
                ("card_id", "!=", False),
                "|",
                ("direction", "=", "out"),
                ("kind", "in", ("call", "meeting")),
            ],
            ["partner_id"],
        )
        return {partner.id for (partner,) in groups}
