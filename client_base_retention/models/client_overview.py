from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, date_utils
from odoo.tools.misc import format_date

PERIODS = ("month", "quarter", "year")


class ClientOverview(models.AbstractModel):
    """The head's overview: who is in the base, what happens, how ready it is
    (sketch 5.5, needs N55, N57, N138).

    Every number comes with the action that opens the list it counts: number and list
    use the same domain.
    """

    _name = "client.overview"
    _description = "Overview of the client base"

    # ------------------------------------------------------------------------ reading

    @api.model
    def get_figures(self, period="month", team_id=False):
        """The blocks *Who is in the base* and *What happens*.

        :param period: ``month``, ``quarter`` or ``year``: from its first day to today
            in the company's time zone
        :param team_id: only clients of this sales team; False for all
        :return: dictionary with ``blocks``: [{title, figures: [{key, label, value,
            note, help, action}]}]
        :raise AccessError: for users without the role *Head*
        """
        self._check_head()
        first, last = self._period(period)
        return {
            "company": self.env.company.name,
            "teams": self.env["client.launch"]._teams(),
            "started": bool(self.env.company.client_start_date),
            "any_client": self.env["client.card"].search_count(
                [("company_id", "=", self.env.company.id)], limit=1
            ),
            "recorded_since": self._recorded_since(first),
            "blocks": [
                {
                    "title": self.env._("Who is in the base"),
                    "figures": self._base(team_id),
                },
                {
                    "title": self._period_title(period),
                    "figures": self._happened(first, last, team_id),
                },
            ],
        }

    def _check_head(self):
        if not self.env.user.has_group("client_base_retention.group_client_head"):
            raise AccessError(
                self.env._("The overview is for the role Head of the client base.")
            )

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

    def _base(self, team_id):
        """Clients by status and class."""
        words = self.env["client.card"]._fields["abc_class"]
        classes = words._description_selection(self.env)
        figures = [
            self._figure(
                "prospect",
                self.env._("Prospects"),
                self._cards_domain(team_id, ("status", "=", "prospect")),
                self.env._("In the base, have not bought yet."),
            ),
            self._figure(
                "active",
                self.env._("Active clients"),
                self._cards_domain(team_id, ("status", "=", "active")),
                self.env._("Bought within the limit of their regulation."),
            ),
            self._figure(
                "newcomer",
                self.env._("Newcomers"),
                self._cards_domain(team_id, ("is_newcomer", "=", True)),
                self.env._("Bought for the first time a short while ago."),
            ),
            self._figure(
                "former",
                self.env._("Former clients"),
                self._cards_domain(team_id, ("status", "=", "former")),
                self.env._("Have not bought for longer than the limit."),
            ),
        ]
        for key, label in classes:
            domain = self._cards_domain(
                team_id, ("status", "=", "active"), ("abc_class", "=", key)
            )
            figure = self._figure(
                key, label, domain, self.env._("Active clients by class.")
            )
            figures.append(figure | {"word": key})
        return figures

    def _happened(self, first, last, team_id):
        """What the clients did and what became of them between two days."""
        bought = ("last_purchase_date", ">=", first)
        expected = [
            ("status", "=", "active"),
            ("next_purchase_date", ">=", first),
            ("next_purchase_date", "<=", last),
        ]
        figures = [
            self._figure(
                "expected",
                self.env._("Still expected to buy"),
                self._cards_domain(team_id, *expected),
                self.env._(
                    "Their own purchase cycle ends by %s.", format_date(self.env, last)
                ),
            ),
            self._figure(
                "bought",
                self.env._("Bought"),
                self._cards_domain(team_id, bought),
                self.env._(
                    "At least one purchase since %s.", format_date(self.env, first)
                ),
            ),
            self._figure(
                "late",
                self.env._("Late with purchase"),
                self._cards_domain(team_id, ("purchase_state", "=", "late")),
                self.env._("By their own purchase cycle, today."),
            ),
            self._figure(
                "at_risk",
                self.env._("At risk of leaving"),
                self._cards_domain(team_id, ("purchase_state", "=", "at_risk")),
                self.env._("Twice their own purchase cycle has passed, today."),
            ),
            self._moves("left", self.env._("Became former"), first, team_id),
            self._moves("returned", self.env._("Came back"), first, team_id),
        ]
        at_risk = next(figure for figure in figures if figure["key"] == "at_risk")
        at_risk["note"] = self._share_of_turnover(team_id)
        return figures

    def _figure(self, key, label, domain, explanation):
        """A number of clients with the list it counts."""
        return {
            "key": key,
            "label": label,
            "value": self.env["client.card"].search_count(domain),
            "note": False,
            "word": key if key in ("late", "at_risk") else False,
            "help": explanation,
            "action": self._list("client_card_action", label, domain),
        }

    def _moves(self, movement, label, first, team_id):
        """A number of recorded movements with the list it counts."""
        domain = [
            ("company_id", "=", self.env.company.id),
            ("movement", "=", movement),
            ("date", ">=", first),
        ]
        if team_id:
            domain.append(("card_id.team_id", "=", team_id))
        return {
            "key": movement,
            "label": label,
            "value": self.env["client.transition"].search_count(domain),
            "note": False,
            "help": self.env._("As recorded in the movement of the base."),
            "action": self._list("client_transition_action", label, domain),
        }

    def _list(self, action, name, domain):
        """The list behind a number, without the filters the menu would set."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"client_base_retention.{action}"
        )
        views = sorted(action["views"], key=lambda view: view[1] != "list")
        domain = [
            (leaf[0], leaf[1], fields.Date.to_string(leaf[2]))
            if hasattr(leaf[2], "strftime")
            else leaf
            for leaf in domain
        ]
        return action | {
            "display_name": name,
            "name": name,
            "views": views,
            "domain": domain,
            "context": {},
        }

    def _share_of_turnover(self, team_id):
        """ "6 % of turnover": what stands behind the clients at risk."""
        cards = self.env["client.card"]
        active = ("status", "=", "active")
        ((total,),) = cards._read_group(
            self._cards_domain(team_id, active), [], ["turnover:sum"]
        )
        ((risk,),) = cards._read_group(
            self._cards_domain(team_id, active, ("purchase_state", "=", "at_risk")),
            [],
            ["turnover:sum"],
        )
        if not risk or not total or total <= 0:
            return False
        return self.env._("%s %% of turnover", round(100 * risk / total))

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
        self._check_head()
        company = self.env.company
        first, _last = self._period(period)
        today = company._client_today()
        year = relativedelta(years=1)
        # 29 February is compared with 28 February.
        first_before, last_before = first - year, today - year
        domain = self._cards_domain(team_id, ("first_purchase_date", "<=", last_before))
        now, before = self._turnover_of(
            domain, [(first, today), (first_before, last_before)]
        )
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

    def _turnover_of(self, domain, spans):
        """Net purchases of the clients of ``domain`` in each (first day, last day)."""
        cards = self.env["client.card"].sudo()
        cards._execute_flush()
        clients = self.env["client.card"]._search(domain).subselect("partner_id")
        sums = [
            SQL("COALESCE(sum(amount) FILTER (WHERE date BETWEEN %s AND %s), 0)", *span)
            for span in spans
        ]
        query = SQL(
            """SELECT %(sums)s FROM (%(purchases)s) AS purchase
                WHERE (%(days)s) AND partner_id IN %(clients)s""",
            sums=SQL(", ").join(sums),
            purchases=self.env["client.purchase"]._query(self.env.company),
            days=SQL(" OR ").join(SQL("date BETWEEN %s AND %s", *s) for s in spans),
            clients=clients,
        )
        (row,) = cards._execute(query)
        return row

    # ---------------------------------------------------------------------- readiness

    @api.model
    def get_readiness(self, team_id=False):
        """How far the base can be relied on: prospects and active clients who have an
        owner and a source and are no possible duplicates.

        :return: dictionary: ``share`` in percent (False without clients), ``lacks``:
            figures like those of ``get_figures``
        """
        self._check_head()
        present = ("status", "in", ("prospect", "active"))
        total = self.env["client.card"].search_count(
            self._cards_domain(team_id, present)
        )
        ready = self._cards_domain(
            team_id,
            present,
            ("user_id", "!=", False),
            ("source_id", "!=", False),
            ("is_duplicate", "=", False),
        )
        lacks = [
            (
                "no_owner",
                self.env._("without salesperson"),
                ("user_id", "=", False),
                self.env._("Nobody is assigned, and nobody has sold to them yet."),
            ),
            (
                "no_source",
                self.env._("without source"),
                ("source_id", "=", False),
                self.env._("Nobody noted where they heard of us."),
            ),
            (
                "duplicates",
                self.env._("possible duplicates"),
                ("is_duplicate", "=", True),
                self.env._("The same e-mail, telephone or tax number as another."),
            ),
        ]
        ready_count = self.env["client.card"].search_count(ready) if total else 0
        return {
            "share": int(100 * ready_count / total) if total else False,
            "lacks": [
                self._figure(
                    key, label, self._cards_domain(team_id, present, leaf), hint
                )
                for key, label, leaf, hint in lacks
            ],
        }
