from odoo import api, models
from odoo.tools import SQL

from .client_hand_over import HEAD


class ClientHandOver(models.TransientModel):
    """Clients of somebody who left: archived, or not allowed in the company any more.

    Archiving a user hands nothing over by itself; who the clients go to is proposed.
    """

    _inherit = "client.hand.over"

    @api.model
    def _left(self):
        """Who left and still has clients, in the companies chosen above.

        :return: ``[{"user_id", "name", "clients": how many, "action"}]``, most clients
            first; the action opens this dialog with his clients, proposed evenly over
            his team. Of leaders those of their teams, of others nobody.
        """
        if (
            not self.env.user.has_group(HEAD)
            and not self.env["client.away"]._leads_a_team()
        ):
            return []
        rows = self.env["client.card"]._fetch_dicts(
            SQL(
                """SELECT user_id, count(*) AS clients FROM (%s) AS kept
                 GROUP BY user_id ORDER BY count(*) DESC, user_id""",
                self._left_query(),
            )
        )
        # sudo: who left is seen by nobody.
        users = self.env["res.users"].sudo().browse(row["user_id"] for row in rows)
        return [
            {
                "user_id": user.id,
                "name": user.name,
                "clients": row["clients"],
                "action": self._left_action(user),
            }
            for row, user in zip(rows, users, strict=True)
        ]

    @api.model
    def _left_action(self, user):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand over the clients of %(who)s", who=user.name),
            "res_model": "client.hand.over",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_from_user_id": user.id},
        }

    @api.model
    def _left_cards(self, user):
        rows = self.env["client.card"]._execute(
            SQL(
                "SELECT card_id FROM (%s) AS kept WHERE user_id = %s",
                self._left_query(),
                user.id,
            )
        )
        return self.env["client.card"].browse([card_id for (card_id,) in rows])

    def _left_query(self):
        """``SQL`` of (card_id, user_id): active clients whose salesperson has left.

        Looked for among the clients without anybody assigned and those of the ones who
        left, both by index, and not among all contacts.
        """
        cards = self.env["client.card"]
        cards.sudo()._execute_flush()
        companies = self.env.companies.ids
        visible = SQL("TRUE")
        if not self.env.user.has_group(HEAD):
            # Of these teams, as far as his role shows him their clients.
            visible = SQL(
                """c.id IN %s AND EXISTS (SELECT FROM crm_team_member tm
                             JOIN crm_team t ON t.id = tm.crm_team_id
                            WHERE tm.user_id = u.id AND t.user_id = %s
                              AND (t.company_id IS NULL
                                   OR t.company_id = c.company_id))""",
                cards._search([("company_id", "in", companies)]).subselect(),
                self.env.uid,
            )
        return SQL(
            """SELECT c.id AS card_id, u.id AS user_id
                 FROM client_card c
                 JOIN res_partner p ON p.id = c.partner_id
                 JOIN res_users u ON u.id = p.user_id
                WHERE c.company_id = ANY(%(companies)s) AND c.active IS TRUE
                  AND c.is_assigned IS NOT TRUE AND c.user_is_manual IS NOT TRUE
                  AND NOT (%(able)s) AND %(visible)s
                UNION ALL
               SELECT c.id, u.id
                 FROM res_users u
                 JOIN client_card c ON c.user_id = u.id AND c.user_is_manual
                WHERE c.company_id = ANY(%(companies)s) AND c.active IS TRUE
                  AND NOT (%(able)s) AND %(visible)s""",
            companies=companies,
            able=SQL(
                """u.active AND NOT u.share AND EXISTS (
                       SELECT FROM res_company_users_rel r
                        WHERE r.user_id = u.id AND r.cid = c.company_id)"""
            ),
            visible=visible,
        )

    @api.model
    def _team_before(self, user):
        """The team in which somebody who left was last."""
        # sudo: memberships of those who left are archived.
        members = self.env["crm.team.member"].sudo().with_context(active_test=False)
        found = members.search(
            [("user_id", "=", user.id), ("crm_team_id.active", "=", True)],
            order="active desc, id desc",
            limit=1,
        )
        return found.crm_team_id
