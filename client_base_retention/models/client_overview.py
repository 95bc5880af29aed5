from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, date_utils
from odoo.tools.misc import format_date

# Shown in the colours of their words.
WORDS = ("vip", "a", "b", "c", "late", "at_risk")
# Shown with the part of the turnover that they bring.
WITH_SHARE = ("vip", "a", "b", "c", "at_risk")
# Shown with what they could buy beside what they buy.
WITH_MISSING = ("growth",)


class ClientOverview(models.AbstractModel):
    """The head's overview: who is in the base and what happens
    (sketch 5.5, needs N55, N57, N78, N138).

    Every number comes with the action that opens the list it counts: number and list
    use the same domain. What takes longer in a large base is asked for after the page
    stands: comparison, readiness, funnel, salespeople.
    """

    _name = "client.overview"
    _description = "Overview of the client base"

    # ------------------------------------------------------------------------ reading

    @api.model
    def get_figures(self, period="month", team_id=False):
        """The blocks *Who is in the base*, *What happens* and *Discipline*.

        :param period: ``month``, ``quarter`` or ``year``: from its first day to today
            in the company's time zone
        :param team_id: only clients of this sales team; False for all
        :return: dictionary with ``blocks``: [{title, figures: [{key, label, value,
            note, help, action}]}] and ``growth``: see ``_growth``
        :raise AccessError: for users without the role *Head*
        """
        self.env["client.launch"]._check_head()
        first, _last = self._period(period)
        blocks, growth = self._blocks(period, team_id)
        return {
            "company": self.env.company.name,
            "teams": self.env["client.launch"]._teams(),
            "started": bool(self.env.company.client_start_date),
            "any_client": self.env["client.card"].search_count(
                [("company_id", "=", self.env.company.id)], limit=1
            ),
            "recorded_since": self._recorded_since(first),
            "blocks": blocks,
            "growth": growth,
        }

    def _period(self, period):
        """First day of the present period, and its last day."""
        today = self.env.company._client_today()
        first = date_utils.start_of(today, period)
        return first, date_utils.end_of(today, period)

    def _period_title(self, period):
        return {
            "month": self.env._("What happens this month"),
            "quarter": self.env._("What happens this quarter"),
            "year": self.env._("What happens this year"),
        }[period]

    def _recorded_since(self, first):
        """Since when movement is recorded, where that is after ``first``."""
        here = [("company_id", "=", self.env.company.id)]
        if self.env["client.transition"].search_count(
            [*here, ("date", "<=", first)], limit=1
        ):
            return False
        card = self.env["client.card"].search(here, order="id", limit=1)
        since = card.create_date and card.create_date.date()
        return format_date(self.env, since) if since and since > first else False

    # -------------------------------------------------------------------- the figures

    def _cards_domain(self, team_id, *leaves):
        domain = [("company_id", "=", self.env.company.id), *leaves]
        return [*domain, ("team_id", "=", team_id)] if team_id else domain

    def _blocks(self, period, team_id):
        """All blocks, and the growth; the clients are counted in one pass."""
        first, last = self._period(period)
        base, happened = self._base(), self._happened(first, last)
        growing = self._growing()
        shown = len(base) + len(happened)
        figures = self._figures(
            team_id, base + happened + self._disciplined() + growing
        )
        grown = figures[-len(growing) :]
        moves = [
            self._moves("left", self.env._("Became former"), first, team_id),
            self._moves("returned", self.env._("Clients came back"), first, team_id),
        ]
        blocks = [
            {
                "key": "base",
                "title": self.env._("Who is in the base"),
                "figures": figures[: len(base)],
            },
            {
                "key": "happened",
                "title": self._period_title(period),
                "figures": figures[len(base) : shown] + moves,
            },
            {
                "key": "discipline",
                "title": self.env._("Discipline"),
                "figures": self._discipline(figures[shown : -len(growing)], team_id),
            },
        ]
        return blocks, self._growth(grown)

    def _base(self):
        """Clients by status and class: (key, label, explanation, leaves)."""
        active = ("status", "=", "active")
        words = self.env["client.card"]._fields["abc_class"]
        return [
            (
                "prospect",
                self.env._("Prospects"),
                self.env._("In the base, have not bought yet."),
                [("status", "=", "prospect")],
            ),
            (
                "active",
                self.env._("Active clients"),
                self.env._("Bought within the limit of their regulation."),
                [active],
            ),
            (
                "newcomer",
                self.env._("Newcomers"),
                self.env._("Bought for the first time a short while ago."),
                [("is_newcomer", "=", True)],
            ),
            (
                "former",
                self.env._("Former clients"),
                self.env._("Have not bought for longer than the limit."),
                [("status", "=", "former")],
            ),
            *(
                (
                    key,
                    label,
                    self.env._("Active clients of this class."),
                    [active, ("abc_class", "=", key)],
                )
                for key, label in words._description_selection(self.env)
            ),
        ]

    def _happened(self, first, last):
        """What clients did from ``first`` on and are expected to do until ``last``."""
        return [
            (
                "expected",
                self.env._("Still expected to buy"),
                self.env._(
                    "Their own purchase cycle ends by %s.", format_date(self.env, last)
                ),
                [
                    ("status", "=", "active"),
                    ("next_purchase_date", ">=", first),
                    ("next_purchase_date", "<=", last),
                ],
            ),
            (
                "bought",
                self.env._("Bought"),
                self.env._(
                    "At least one purchase since %s.", format_date(self.env, first)
                ),
                [("last_purchase_date", ">=", first)],
            ),
            (
                "late",
                self.env._("Late with their purchase"),
                self.env._("By their own purchase cycle, today."),
                [("purchase_state", "=", "late")],
            ),
            (
                "at_risk",
                self.env._("At risk of leaving"),
                self.env._("Twice their own purchase cycle has passed, today."),
                [("purchase_state", "=", "at_risk")],
            ),
        ]

    def _figures(self, team_id, kinds):
        """Numbers of clients, each with the list it counts.

        :param kinds: [(key, label, explanation, leaves of a domain)]
        """
        domains = [self._cards_domain(team_id, *leaves) for *_words, leaves in kinds]
        among = self._cards_domain(team_id)
        shared = [key in WITH_SHARE for key, *_words in kinds]
        missing = [key in WITH_MISSING for key, *_words in kinds]
        counted = self._count_each(among, domains, shared, missing)
        return [
            self._figure(
                key,
                label,
                number,
                explanation,
                self._list(self._list_of(key), label, domain),
                note=self._share_in_words(part) or self._missing_in_words(lack),
            )
            for (key, label, explanation, _leaves), domain, (number, part, lack) in zip(
                kinds, domains, counted, strict=True
            )
        ]

    def _list_of(self, key):
        grows = key.startswith("growth")
        return "client_card_action_growth" if grows else "client_card_action"

    def _figure(self, key, label, value, explanation, action, note=False):
        """One number as the page shows it, with the list it opens.

        ``text`` stands for the number where something else says more, as a share.
        """
        return {
            "key": key,
            "label": label,
            "value": value,
            "text": False,
            "note": note,
            "word": key in WORDS and key,
            "help": explanation,
            "action": action,
        }

    def _count_each(self, among, domains, shared, missing):
        """How many clients each domain finds, which part of the turnover of active
        clients they bring and what they could buy beside; all in one pass over the
        cards.

        :param among: domain of the cards to look through
        :param shared: of which domains the part is wanted, as ``domains`` stand
        :param missing: of which domains the missing amount is wanted
        :return: [(number, part of the turnover from 0 to 1, missing amount)], as
            ``domains`` stand; 0 where it is not wanted
        """
        cards = self.env["client.card"]
        query = cards._search(among)

        def sql(domain):
            domain = Domain(domain).optimize_full(cards)
            return domain._to_sql(cards, cards._table, query)

        active = sql([("status", "=", "active")])
        turnover = cards._field_to_sql(cards._table, "turnover", query)
        lack = cards._field_to_sql(cards._table, "potential_missing", query)
        nothing = SQL("0")
        total = SQL("sum(%s) FILTER (WHERE %s)", turnover, active)
        sums = [total if any(shared) else nothing]
        for domain, wanted, lacking in zip(domains, shared, missing, strict=True):
            found = sql(domain)
            part = SQL("sum(%s) FILTER (WHERE %s AND %s)", turnover, active, found)
            sums.append(SQL("count(*) FILTER (WHERE %s)", found))
            sums.append(part if wanted else nothing)
            lacked = SQL("sum(%s) FILTER (WHERE %s)", lack, found)
            sums.append(lacked if lacking else nothing)
        cards.flush_model()
        ((total, *row),) = self.env.execute_query(query.select(*sums))
        return [
            (number, part / total if total and total > 0 and part else 0, lack or 0)
            for number, part, lack in zip(row[::3], row[1::3], row[2::3], strict=True)
        ]

    def _share_in_words(self, part):
        """ "6 % of turnover", or nothing where nothing is."""
        return bool(part) and self.env._("%s %% of turnover", round(100 * part))

    def _moves(self, movement, label, first, team_id):
        """A number of recorded movements with the list it counts."""
        domain = [
            ("company_id", "=", self.env.company.id),
            ("movement", "=", movement),
            ("date", ">=", first),
        ]
        if team_id:
            domain.append(("card_id.team_id", "=", team_id))
        return self._figure(
            movement,
            label,
            self.env["client.transition"].search_count(domain),
            self.env._("As recorded in the movement of the base."),
            self._list("client_transition_action", label, domain),
        )

    def _list(self, action, name, domain):
        """The list behind a number, without the filters the menu would set."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"client_base_retention.{action}"
        )
        views = sorted(action["views"], key=lambda view: view[1] != "list")
        return action | {
            "display_name": name,
            "name": name,
            "views": views,
            "domain": self._plain(domain),
            "context": {},
        }

    def _rows_of(self, model, name, domain):
        """The list behind a number of records that have no menu of their own."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "display_name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": self._plain(domain),
            "context": {},
            "target": "current",
        }

    def _plain(self, domain):
        """A domain whose dates can be sent to the browser."""
        return [
            (leaf[0], leaf[1], fields.Date.to_string(leaf[2]))
            if hasattr(leaf[2], "strftime")
            else leaf
            for leaf in domain
        ]

    # ----------------------------------------------------- against the year before

    @api.model
    def get_comparison(self, period="month", team_id=False):
        """Turnover of the same clients against the same days of last year.

        The same clients are those who had bought by that day of last year: newcomers
        would make every base grow.

        :return: dictionary: ``value`` (number of clients), ``now`` and ``before``
            (turnover, formatted in company currency), ``change`` in percent or False
            where there was none, ``label``, ``action``
        """
        self.env["client.launch"]._check_head()
        company = self.env.company
        first, _last = self._period(period)
        today = company._client_today()
        year = relativedelta(years=1)
        # 29 February is compared with 28 February.
        first_before, last_before = first - year, today - year
        domain = self._cards_domain(team_id, ("first_purchase_date", "<=", last_before))
        now = self._turnover_of(domain, first, today)
        before = self._turnover_of(domain, first_before, last_before)
        return {
            "value": self.env["client.card"].search_count(domain),
            "label": self.env._("Turnover of the same clients"),
            "now": company.currency_id.format(now),
            "before": company.currency_id.format(before),
            "change": round(100 * (now - before) / before) if before > 0 else False,
            "days": self.env._(
                "%(first)s to %(last)s",
                first=format_date(self.env, first_before),
                last=format_date(self.env, last_before),
            ),
            "action": self._list(
                "client_card_action", self.env._("The same clients"), domain
            ),
        }

    def _turnover_of(self, domain, first, last):
        """Net purchases of the clients of ``domain`` from ``first`` to ``last``."""
        cards = self.env["client.card"].sudo()
        cards._execute_flush()
        clients = self.env["client.card"]._search(domain).subselect("partner_id")
        ((turnover,),) = cards._execute(
            SQL(
                """SELECT COALESCE(sum(amount), 0) FROM (%(purchases)s) AS purchase
                    WHERE date BETWEEN %(first)s AND %(last)s
                      AND partner_id IN %(clients)s""",
                purchases=self.env["client.purchase"]._query(
                    self.env.company, days=(first, last)
                ),
                first=first,
                last=last,
                clients=clients,
            )
        )
        return turnover
