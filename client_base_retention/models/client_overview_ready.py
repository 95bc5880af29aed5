from odoo import api, models

# Who is meant: former clients need no salesperson, source or address.
PRESENT = ("status", "in", ("prospect", "active"))
OWNER, SOURCE = ("user_id", "!=", False), ("source_id", "!=", False)
TWIN, UNREACHABLE = ("is_duplicate", "=", True), ("is_unreachable", "=", True)


class ClientOverview(models.AbstractModel):
    """How ready the base is, and what it lacks (N1, N12, N138)."""

    _inherit = "client.overview"

    @api.model
    def get_readiness(self, team_id=False):
        """How far the base can be relied on: the part of the prospects and active
        clients who have a salesperson, a source and a telephone or e-mail, and are no
        possible duplicates; and what the others lack.

        :return: dictionary: ``share`` in percent (False without clients), ``lacks``:
            figures like those of ``get_figures``, ``history``: see ``_history``
        """
        self.env["client.launch"]._check_head()
        kinds = [
            ("all", "", "", [PRESENT]),
            ("full", "", "", [PRESENT, OWNER, SOURCE]),
            (
                "no_owner",
                self.env._("without salesperson"),
                self.env._("Nobody is assigned, and nobody has sold to them yet."),
                [PRESENT, ("user_id", "=", False)],
            ),
            (
                "no_source",
                self.env._("without source"),
                self.env._("Nobody noted where they heard of us."),
                [PRESENT, ("source_id", "=", False)],
            ),
        ]
        everybody, full, *lacks = self._figures(team_id, kinds)
        unreachable, silent = self._lack(
            team_id,
            "unreachable",
            self.env._("without telephone and e-mail"),
            self.env._("Neither the client nor one of his persons can be reached."),
            UNREACHABLE,
        )
        duplicates, twice = self._lack(
            team_id,
            "duplicates",
            self.env._("possible duplicates"),
            self.env._("The same e-mail, telephone or tax number as another."),
            TWIN,
        )
        ready = full["value"] - silent - twice + self._count_both(team_id)
        total = everybody["value"]
        return {
            "share": int(100 * ready / total) if total else False,
            "lacks": [*lacks, *self._of_who_left(team_id), unreachable, duplicates],
            "history": self._history(),
        }

    def _lack(self, team_id, key, label, explanation, leaf):
        """What a client lacks, and how many of them lack neither owner nor source.

        Counted by itself: as one of several counts in one pass PostgreSQL would look
        through the contacts anew for each client.
        """
        domain = self._cards_domain(team_id, PRESENT, leaf)
        (number, _part), (alone, _part) = self._count_each(
            domain, [[], [OWNER, SOURCE]]
        )
        action = self._list("client_card_action", label, domain)
        return self._figure(key, label, number, explanation, action), alone

    def _count_both(self, team_id):
        """Clients who are counted by both of these lacks, and lack nothing else."""
        domain = self._cards_domain(team_id, PRESENT, OWNER, SOURCE, TWIN, UNREACHABLE)
        return self.env["client.card"].search_count(domain)

    def _of_who_left(self, team_id):
        """Clients of salespeople who left, where there are any."""
        return []

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
