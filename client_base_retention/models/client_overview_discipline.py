from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools.misc import format_date

# Clients with a norm, and those of them whose contact is in time.
WITH_NORM = ("contact_state", "in", ["ok", "soon", "overdue"])
IN_NORM = ("contact_state", "in", ["ok", "soon"])
OVERDUE = ("contact_state", "=", "overdue")


class ClientOverview(models.AbstractModel):
    """*Discipline*: how the regulation is kept (sketch 5.5, needs N65-N68, N138)."""

    _inherit = "client.overview"

    def _disciplined(self):
        """Clients by how their norms stand: (key, label, explanation, leaves).

        The first one is what the second is a share of.
        """
        return [
            ("with_norm", "", "", [WITH_NORM]),
            (
                "in_norm",
                self.env._("In norm"),
                self.env._("Clients with a norm of contact who are not overdue."),
                [IN_NORM],
            ),
            (
                "overdue_vip",
                self.env._("Forgotten VIP"),
                self.env._("VIP clients whose contact is overdue today."),
                [OVERDUE, ("abc_class", "=", "vip")],
            ),
            (
                "overdue_a",
                self.env._("Forgotten A"),
                self.env._("Clients of class A whose contact is overdue today."),
                [OVERDUE, ("abc_class", "=", "a")],
            ),
            (
                "overdue",
                self.env._("Overdue clients"),
                self.env._("All clients whose contact is overdue today."),
                [OVERDUE],
            ),
            (
                "paused",
                self.env._("Paused"),
                self.env._("Clients who do not want to be contacted for a while."),
                [("is_paused", "=", True)],
            ),
        ]

    def _discipline(self, figures, team_id):
        """The figures of the block, from those counted for ``_disciplined``."""
        with_norm, in_norm, *others = figures
        total = with_norm["value"]
        if total:
            # Not 100 while somebody is overdue.
            share = int(100 * in_norm["value"] / total)
            in_norm["text"] = self.env._("%s %%", share)
            in_norm["note"] = self.env._(
                "%(number)s of %(total)s clients",
                number=self._number(in_norm["value"]),
                total=self._number(total),
            )
        else:
            in_norm["text"] = "–"
            in_norm["note"] = self.env._("no client has a norm")
        for figure in others:
            if figure["key"].startswith("overdue") and figure["value"]:
                figure["word"] = "contact_overdue"
        if not self.env["client.launch"]._has_several_users():
            return [in_norm, *others]
        return [in_norm, *others, self._away(team_id)]

    def _away(self, team_id):
        """How many salespeople are away today."""
        today, label = self.env.company._client_today(), self.env._("Away today")
        domain = [
            ("date_from", "<=", today),
            ("date_to", ">=", today),
            ("user_id.company_ids", "in", self.env.company.ids),
        ]
        if team_id:
            team = ("user_id.crm_team_member_ids.crm_team_id", "=", team_id)
            domain.append(team)
        return self._figure(
            "away",
            label,
            self.env["client.away"].search_count(domain),
            self.env._("Salespeople who are away today, and who stands in for them."),
            self._rows_of("client.away", label, domain),
        )

    def _number(self, value):
        """A number with the separators of the user's language."""
        return self.env["ir.qweb.field.integer"].value_to_html(value, {})

    # ------------------------------------------------------------------ closed months

    @api.model
    def get_kept(self, team_id=False):
        """The share of norms kept in the last closed month, beside the month before.

        :return: figure like those of ``get_figures`` (its number: norms kept) with
            ``before``: a figure or False; False where no month is closed yet
        """
        self.env["client.launch"]._check_head()
        months = self.env["client.compliance.month"]
        here = [("company_id", "=", self.env.company.id), ("state", "=", "closed")]
        last = months.search(here, order="month desc", limit=1)
        if not last:
            return False
        before = months.search(
            [*here, ("month", "=", last.month - relativedelta(months=1))]
        )
        shares = self._kept_shares(last | before, team_id)
        return shares[last] | {"before": shares.get(before, False)}

    def _kept_shares(self, months, team_id):
        """{month: figure} of kept norms in these months."""
        domain = [("month_id", "in", months.ids)]
        if team_id:
            domain.append(("team_id", "=", team_id))
        rows = self.env["client.compliance"]._read_group(
            domain, ["month_id"], ["is_kept:sum", "is_late:sum", "is_not_made:sum"]
        )
        found = {
            month: (kept, kept + late + not_made)
            for month, kept, late, not_made in rows
        }
        return {
            month: self._kept(month, *found.get(month, (0, 0)), team_id)
            for month in months
        }

    def _kept(self, month, kept, total, team_id):
        label = format_date(self.env, month.month, date_format="LLLL y")
        domain = [("month_id", "=", month.id), ("is_kept", "=", 1)]
        if team_id:
            domain.append(("team_id", "=", team_id))
        name = self.env._("Kept in %s", label)
        figure = self._figure(
            "kept",
            label,
            kept,
            self.env._(
                "Norms overdue on no day of the month: %(kept)s of %(total)s.",
                kept=self._number(kept),
                total=self._number(total),
            ),
            self._rows_of("client.compliance", name, domain),
        )
        # Not 100 while one was not kept.
        share = int(100 * kept / total) if total else False
        return figure | {"text": self.env._("%s %%", share) if total else "–"}
