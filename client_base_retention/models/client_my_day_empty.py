from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date


class ClientMyDay(models.AbstractModel):
    """What the page says where it has no row: never a blank page."""

    _inherit = "client.my.day"

    def _empty(self, plan, started, done, chips):
        """What *Today* says above its rows or in place of them.

        :param chips: as of ``_chips``
        :return: False where there is work, else a dictionary: ``kind`` ``waiting``
            (not started), ``no_clients`` or ``done``, with its sentences
        """
        cards, mine = self.env["client.card"], Domain(self._mine())
        work = plan["promised"] | plan["norms"]
        if not work and not cards.search_count(mine, limit=1):
            return self._no_clients()
        # What was planned before the base became quiet again stays to be done.
        if not plan["norms"] and not (
            started and cards.search_count(mine & started, limit=1)
        ):
            return self._waiting()
        if work:
            return False
        return {
            "kind": "done",
            "text": self.env._(
                "Everything for today is done: %(done)s of %(done)s.", done=done
            )
            if done
            else self.env._("Nothing is due today."),
            "next": self._what_next(chips),
        }

    def _nothing(self, chip, search):
        """What a chip or a search says that finds nobody."""
        if search:
            return self.env._("None of your clients is found by “%s”.", search)
        sentences = {
            "overdue": self.env._("Nothing is overdue."),
            "week": self.env._("Nothing is due this week."),
            "promised": self.env._("Nothing was promised for today."),
            "late": self.env._("Nobody is late with a purchase."),
            "at_risk": self.env._("Nobody is at risk."),
            "paused": self.env._("Nobody is paused."),
        }
        return sentences.get(chip, self.env._("Nobody is here."))

    def _waiting(self):
        """ "Your day begins on Nov 24. 180 clients are yours." """
        starts = [
            company.client_start_date
            for company in self.env.companies.sudo()
            if company.client_start_date
            and company.client_start_date > company._client_today()
        ]
        text = (
            self.env._(
                "Your day begins on %(day)s.", day=format_date(self.env, min(starts))
            )
            if starts
            else self.env._("Your day begins when the client base is started.")
        )
        count = self.env["client.card"].search_count(self._mine())
        return {
            "kind": "waiting",
            "text": text,
            "clients": self.env._("%(count)s clients are yours.", count=count),
        }

    def _no_clients(self):
        """ "No client has you as salesperson yet. Ask Maria…" """
        steward = self.env.company.sudo().client_steward_id
        unassigned = self._unassigned_domain()
        cards = self.env["client.card"]
        may_take = cards.has_access("write") and cards.search_count(unassigned, limit=1)
        return {
            "kind": "no_clients",
            "text": self.env._("No client has you as salesperson yet."),
            "ask": steward
            and self.env._(
                "Ask %(name)s, who is responsible for the base.", name=steward.name
            ),
            "may_take": bool(may_take),
        }

    def _unassigned_domain(self):
        return [
            ("company_id", "in", self.env.companies.ids),
            ("is_assigned", "=", False),
        ]

    def _what_next(self, chips):
        """What one can do when the day's work is done: [{key, text}], chips to show."""
        counts = {chip["key"]: chip["value"] for chip in chips}
        texts = {
            "overdue": self.env._("%s more are overdue", counts["overdue"]),
            "growth": self.env._("growth points: %s", counts["growth"]),
            "late": self.env._("late with purchase: %s", counts["late"]),
            "at_risk": self.env._("at risk: %s", counts["at_risk"]),
        }
        return [{"key": key, "text": texts[key]} for key in texts if counts[key]]

    # -------------------------------------------------------------------------- buttons

    @api.model
    def open_clients(self, which="mine"):
        """The list of my clients, or of those without a salesperson, to take some."""
        self._check_role()
        names = {
            "mine": (self.env._("My clients"), self._mine()),
            "unassigned": (
                self.env._("Clients without salesperson"),
                self._unassigned_domain(),
            ),
        }
        name, domain = names[which]
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_card_action"
        )
        return action | {
            "display_name": name,
            "name": name,
            "views": sorted(action["views"], key=lambda view: view[1] != "list"),
            "domain": list(Domain(domain)),
            "context": {},
        }
