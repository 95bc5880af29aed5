from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# Who is meant: former clients need no salesperson, source or address.
PRESENT = ("status", "in", ("prospect", "active"))
# What a client may lack, by the name of its count.
LACKS = {
    "no_owner": ("user_id", "=", False),
    "no_source": ("source_id", "=", False),
    "unreachable": ("is_unreachable", "=", True),
    "duplicates": ("is_duplicate", "=", True),
}


class ClientOverview(models.AbstractModel):
    """How ready the base is, and what it lacks (N1, N12, N138)."""

    _inherit = "client.overview"

    @api.model
    def get_readiness(self, team_id=False):
        """How far the base can be relied on: the part of the prospects and active
        clients who have a salesperson, a source and a telephone or e-mail, and are no
        possible duplicates; and what the others lack.

        :return: dictionary: ``share`` in percent (False without clients), ``lacks``:
            figures like those of ``get_figures``, ``by_user``: {user id, 0 for nobody:
            {percent, value, list, name, domain} of his clients who lack something},
            ``left``: [{user_id, name, clients, action}] of salespeople who left and
            still have clients, ``history``: see ``_history``
        """
        self.env["client.launch"]._check_head()
        by_user = self._count_ready(team_id)
        counts = {
            key: sum(row[key] for row in by_user.values())
            for key in ("all", "ready", *LACKS)
        }
        return {
            "share": self._ready_share(counts),
            "lacks": [
                self._lack(team_id, key, counts[key], *words)
                for key, *words in self._lacks_in_words()
            ],
            "by_user": {
                user_id: self._ready_of(user_id, row, team_id)
                for user_id, row in by_user.items()
            },
            "left": self._left(team_id),
            "history": self._history(),
        }

    def _lacks_in_words(self):
        return [
            (
                "no_owner",
                self.env._("without salesperson"),
                self.env._("Nobody is assigned, and nobody has sold to them yet."),
            ),
            (
                "no_source",
                self.env._("without source"),
                self.env._("Nobody noted where they heard of us."),
            ),
            (
                "unreachable",
                self.env._("without telephone and e-mail"),
                self.env._("Neither the client nor one of his persons has any."),
            ),
            (
                "duplicates",
                self.env._("possible duplicates"),
                self.env._("The same e-mail, telephone or tax number as another."),
            ),
        ]

    def _lack(self, team_id, key, number, label, explanation):
        domain = self._cards_domain(team_id, PRESENT, LACKS[key])
        action = self._list("client_card_action", label, domain)
        return self._figure(key, label, number, explanation, action)

    def _ready_of(self, user_id, counts, team_id):
        """How complete a salesperson's data are, with the list of who lacks something.

        Without salesperson nobody's are.
        """
        owner = ("user_id", "=", user_id or False)
        lacking = [("is_incomplete", "=", True)] if user_id else []
        return {
            "percent": self._ready_share(counts),
            "value": counts["all"] - counts["ready"],
            "list": "cards",
            "name": self.env._("Not ready"),
            "domain": self._cards_domain(team_id, PRESENT, owner, *lacking),
        }

    def _ready_share(self, counts):
        """Percent of the clients who lack nothing; not 100 while one lacks something,
        False without clients."""
        if not counts["all"]:
            return False
        return int(100 * counts["ready"] / counts["all"])

    def _count_ready(self, team_id):
        """{user id or 0: {"all", "ready" and each of LACKS: number of clients}}

        The contacts are looked through once for all, not for each client.
        """
        cards = self.env["client.card"]
        domain = Domain(self._cards_domain(team_id, PRESENT))
        query = cards._search(domain)
        sourced = Domain("source_id", "!=", False).optimize_full(cards)
        rows = self.env.execute_query(
            SQL(
                """WITH card AS (%(card)s),
                        twin AS (SELECT * FROM (%(twin)s) AS q(partner_id)),
                        silent AS (SELECT * FROM (%(silent)s) AS q(partner_id))
                   SELECT COALESCE(user_id, 0), count(*),
                          count(*) FILTER (WHERE user_id IS NOT NULL AND sourced
                              AND twin IS NULL AND silent IS NULL),
                          count(*) FILTER (WHERE user_id IS NULL),
                          count(*) FILTER (WHERE sourced IS NOT TRUE),
                          count(silent.partner_id), count(twin.partner_id)
                     FROM card
                LEFT JOIN twin USING (partner_id)
                LEFT JOIN silent USING (partner_id)
                 GROUP BY 1""",
                card=query.select(
                    SQL.identifier(cards._table, "partner_id"),
                    SQL.identifier(cards._table, "user_id"),
                    SQL("%s AS sourced", sourced._to_sql(cards, cards._table, query)),
                ),
                twin=cards._duplicates_query(),
                silent=cards._reachable_query(False),
            )
        )
        keys = ("all", "ready", *LACKS)
        return {
            user_id: dict(zip(keys, numbers, strict=True)) for user_id, *numbers in rows
        }

    def _left(self, team_id):
        """Who left and still has clients here; not asked for a single team."""
        if team_id:
            return []
        here = {"allowed_company_ids": self.env.company.ids}
        return self.env["client.hand.over"].with_context(**here)._left()

    def _history(self):
        """How far the history of contacts is read, while it is being read.

        :return: {"text", "action"}; False once it is read, or never was
        """
        history = self.env["client.launch"]._history()
        if history["state"] in (False, "done"):
            return False
        action = self.env["ir.actions.actions"]._for_xml_id(
            "client_base_retention.client_launch_action"
        )
        text = self.env._("history read %s %%", history["percent"])
        return {"text": text, "action": action}
