from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from ..models.client_roles import EXPORT

# What of a client stands on the paper, for the log of exports.
FIELDS = ["partner_id", "abc_class", "contact_person_name", "contact_phone"]
# The clients of so many contacts are printed; beyond them a plan is for the screen.
PRINT_ROWS = 3000


class ReportClientContactPlan(models.AbstractModel):
    """The plan of contacts on paper: weeks with their figures, then their clients with
    a box to tick and room for notes."""

    _name = "report.client_base_retention.report_client_contact_plan"
    _description = "Print of the plan of contacts"

    @api.model
    def _get_report_values(self, docids, data=None):
        """What the template reads.

        :param data: ``period``, ``user_id``, ``team_id`` as of
            ``client.contact.plan.get_plan``
        :raise AccessError: where one may not see this plan, or no plan at all
        """
        if not self.env.user.has_group("client_base_retention.group_client_own"):
            raise AccessError(self.env._("The client base is not open to you."))
        data = data or {}
        plans = self.env["client.contact.plan"]
        chosen = (
            data.get("period") or "quarter",
            int(data.get("user_id") or 0),
            int(data.get("team_id") or 0),
        )
        reach = plans._reach(*chosen)
        items = plans._read_plan(reach)
        plan = plans._plan(reach, items)
        too_many = plan["total"] > PRINT_ROWS
        return {
            "plan": plan,
            "months": [] if too_many else self._months(plan, reach, items),
            "too_many": too_many,
            "several": reach.user_id is None and bool(plan["people"]),
            "of": self._whose(reach),
            "printed": format_date(self.env, reach.first),
        }

    def _whose(self, reach):
        """Of whom, or of which team, the plan is."""
        if reach.user_id:
            # sudo: the name of a colleague is no secret.
            return self.env["res.users"].sudo().browse(reach.user_id).name
        if reach.user_id is False:
            return self.env._("Nobody")
        if reach.team_ids:
            teams = self.env["crm.team"].browse(reach.team_ids)
            return ", ".join(teams.mapped("name"))
        return ""

    def _months(self, plan, reach, items):
        """The months of the plan, their weeks with ``rows``."""
        rows = self.env["client.contact.plan"]._plan_rows(reach, items)
        persons = self._persons(self._cards_with_details(items))
        months = []
        for month in plan["months"]:
            weeks = []
            for week in month["weeks"]:
                own = [
                    row | {"person": persons.get(row["card_id"])}
                    for row in rows
                    if week["first"] <= row["day"] <= week["last"]
                ]
                weeks.append(week | {"rows": own})
            months.append(month | {"weeks": weeks})
        return months

    def _cards_with_details(self, items):
        """The clients whose telephone the paper names, and a line in the log of
        exports for all whom it names.

        The paper of one's own work is free; the telephones of other people's clients
        need the right to take them out.

        :param items: as of ``client.contact.plan._read_plan``
        """
        ids = {card_id for _contact, card_ids, _user in items for card_id in card_ids}
        cards = self.env["client.card"].browse(sorted(ids))
        if not self.env.user.has_group(EXPORT):
            own = {
                card_id
                for _contact, card_ids, user_id in items
                if user_id == self.env.uid
                for card_id in card_ids
            }
            details = cards.filtered(lambda card: card.id in own)
        else:
            details = cards
        if cards:
            fields = FIELDS if details else FIELDS[:2]
            self.env["client.export"]._log("report", cards, fields=fields)
        return details

    def _persons(self, cards):
        """{card id: (name, telephone)}: whom to talk to."""
        hidden = self.env["client.reading"]._read_by_user(set(cards.partner_id.ids))
        return {
            card.id: (
                card.contact_person_name or "",
                (card.contact_phone or "")
                and hidden.get(card.partner_id.id, card.contact_phone),
            )
            for card in cards
            if card.contact_person_name or card.contact_phone
        }
