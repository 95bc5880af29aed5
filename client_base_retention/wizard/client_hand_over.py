from collections import Counter, defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..models.client_roles import HEAD, ROLE


def dealt(clients, receivers):
    """Deal clients out one by one, so that each receiver gets alike classes.

    :param clients: in the order of their classes, then of their turnover
    :param receivers: in the order in which they are served
    :return: ``[(client, receiver)]``: the numbers that two receivers get differ by one
        at most, of each class too
    """
    return [
        (client, receivers[place % len(receivers)])
        for place, client in enumerate(clients)
    ]


class ClientHandOver(models.TransientModel):
    """*Hand over* clients: to one salesperson or evenly over a team.

    What the dialog shows stands in ``client_hand_over_shown.py``, what it does in
    ``client_hand_over_apply.py``. Clients are read as rows of one statement, so that
    many thousands are no matter.
    """

    _name = "client.hand.over"
    _description = "Hand over clients"

    card_ids = fields.Many2many(
        "client.card", string="Clients", context={"active_test": False}
    )
    from_user_id = fields.Many2one(
        "res.users",
        string="Who left",
        context={"active_test": False},
        help="Given as a default: the clients that he still has are handed over.",
    )
    way = fields.Selection(
        [("one", "To one salesperson"), ("team", "Evenly over a team")],
        string="How",
        required=True,
        default="one",
    )
    user_id = fields.Many2one(
        "res.users",
        string="To whom",
        domain="[('share', '=', False), ('company_ids', 'in', company_ids)]",
    )
    team_id = fields.Many2one("crm.team", string="Sales team")
    receiver_ids = fields.Many2many(
        "res.users",
        string="Among",
        compute="_compute_receiver_ids",
        store=True,
        readonly=False,
        domain="[('share', '=', False), ('company_ids', 'in', company_ids)]",
        help="Those of the team who work here. Take out or add whom you like.",
    )
    with_activities = fields.Boolean(
        string="Also other open activities",
        compute="_compute_with_activities",
        store=True,
        readonly=False,
        help="Activities of the salesperson before with these clients that no norm has "
        "planned: calls promised, quotations to send.",
    )
    company_ids = fields.Many2many("res.company", compute="_compute_company_ids")

    # ------------------------------------------------------------------------ defaults

    @api.model
    def default_get(self, fields):
        """With ``default_from_user_id``: all clients of somebody who left, evenly over
        his team.

        :raise AccessError: the user has no role in the client base
        """
        self._check_may_at_all()
        values = super().default_get(fields)
        left = self.env["res.users"].sudo().browse(values.get("from_user_id") or ())
        if left and "card_ids" in fields and not values.get("card_ids"):
            cards = self._left_cards(left)
            values["card_ids"] = [(6, 0, cards.ids)]
            team = self._team_before(left)
            if len(self._able_members(team, cards.company_id)) > 1:
                values |= {"way": "team", "team_id": team.id}
        return values

    @api.model
    def _check_may_at_all(self):
        if not (self.env.su or self.env.user.has_group(ROLE)):
            raise AccessError(
                self.env._("You need a role in the client base to hand clients over.")
            )

    @api.model
    def _may_see_load(self):
        """Whether the user is told how many clients and contacts others have: leaders,
        and whoever sees everybody's clients."""
        owners, _unassigned = self.env.user._client_sight()
        return self.env.su or owners is None or self.env["client.away"]._leads_a_team()

    # ------------------------------------------------------------------------- clients

    def _client_rows(self):
        """The chosen clients that the user may see, as dicts, the best first.

        ``holder_id`` is whose clients they are: who was assigned, also if he has left,
        else who sold last; ``has_left``: he may not own them any more; ``may``: the
        user may hand them over.
        """
        cards = self.env["client.card"].with_context(active_test=False)
        cards.sudo()._execute_flush()
        visible = cards._search([("id", "in", self.card_ids.ids)])
        return cards._fetch_dicts(
            SQL(
                """SELECT c.id, c.company_id, c.partner_id, c.abc_class, c.active,
                          c.user_id, holder.id AS holder_id, holder.has_left,
                          %(all)s OR COALESCE(c.user_id = %(uid)s, FALSE)
                          OR COALESCE(team.user_id = %(uid)s, FALSE)
                          OR COALESCE(holder.has_left, FALSE) AND EXISTS (
                              SELECT FROM crm_team_member tm
                                JOIN crm_team t ON t.id = tm.crm_team_id
                               WHERE tm.user_id = holder.id AND t.user_id = %(uid)s
                                 AND (t.company_id IS NULL
                                      OR t.company_id = c.company_id)) AS may
                     FROM client_card c
                     JOIN res_partner p ON p.id = c.partner_id
                LEFT JOIN crm_team team ON team.id = c.team_id
                LEFT JOIN LATERAL (
                          SELECT u.id, NOT (u.active AND NOT u.share AND EXISTS (
                                     SELECT FROM res_company_users_rel r
                                      WHERE r.user_id = u.id
                                        AND r.cid = c.company_id)) AS has_left
                            FROM res_users u
                           WHERE u.id = CASE WHEN c.user_is_manual THEN c.user_id
                                             ELSE COALESCE(p.user_id, c.user_id) END
                          ) AS holder ON TRUE
                    WHERE c.id IN %(visible)s
                 ORDER BY c.company_id, array_position(
                              ARRAY['vip', 'a', 'b', 'c'], c.abc_class),
                          c.turnover DESC NULLS LAST, c.id""",
                all=self.env.su or self.env.user.has_group(HEAD),
                uid=self.env.uid,
                visible=visible.subselect("id"),
            )
        )

    @api.depends("card_ids")
    def _compute_company_ids(self):
        for wizard in self:
            wizard.company_ids = wizard.card_ids.sudo().company_id

    @api.depends("card_ids")
    def _compute_with_activities(self):
        for wizard in self:
            wizard.with_activities = any(
                row["has_left"] for row in wizard._client_rows()
            )

    # ----------------------------------------------------------------------- receivers

    @api.depends("team_id", "card_ids")
    def _compute_receiver_ids(self):
        """Who works in the team; not the one whose clients all of these are."""
        for wizard in self:
            members = self._able_members(wizard.team_id, wizard.card_ids.company_id)
            holders = {row["holder_id"] for row in wizard._client_rows()}
            if len(holders) == 1:
                members = members.filtered(lambda user, h=holders: user.id not in h)
            wizard.receiver_ids = members

    @api.model
    def _able_members(self, team, companies):
        """Those of the team who may own clients in one of these companies."""
        # sudo: who is in a team and where he works is no secret in this dialog.
        users = team._origin.sudo().member_ids
        return users.filtered(
            lambda user: user.active
            and not user.share
            and user.company_ids & companies._origin.sudo()
        )

    def _receivers(self):
        self.ensure_one()
        receivers = self.user_id if self.way == "one" else self.receiver_ids
        return receivers._origin

    def _deal(self, rows):
        """Who gets which clients: ``{user id: rows}``, company by company.

        In each company the one with the fewest clients is served first.

        :param rows: as of ``_client_rows``
        :raise UserError: some cannot be handed over to anybody; said in words
        """
        by_company = defaultdict(list)
        for row in rows:
            by_company[row["company_id"]].append(row)
        deal = defaultdict(list)
        for company in self.env["res.company"].browse(by_company):
            able = self._able_receivers(company, len(by_company[company.id]))
            for row, user in dealt(by_company[company.id], able):
                deal[user.id].append(row)
        return dict(deal)

    def _able_receivers(self, company, count):
        """The receivers who may own clients of ``company``, fewest clients first."""
        # sudo: as in _able_members.
        receivers, company = self._receivers().sudo(), company.sudo()
        able = receivers.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        if not able:
            raise UserError(self._nobody_in_words(receivers, company, count))
        numbers = self._numbers_of(able, company)
        return able.sorted(lambda user: (numbers[user.id], user.name, user.id))

    def _nobody_in_words(self, receivers, company, count):
        if not receivers:
            return self.env._("Choose to whom the clients are handed over.")
        names = ", ".join(receivers.mapped("name"))
        if not receivers.filtered("active"):
            return self.env._(
                "%(who)s does not work here any more: choose somebody else.", who=names
            )
        return self.env._(
            "%(who)s may not enter %(company)s, where %(count)s of these clients are.",
            who=names,
            company=company.name,
            count=count,
        )

    @api.model
    def _numbers_of(self, users, companies):
        """{user id: number of his clients in these companies}."""
        # sudo: how many clients a colleague has is what the dialog is for.
        groups = (
            self.env["client.card"]
            .sudo()
            ._read_group(
                [("user_id", "in", users.ids), ("company_id", "in", companies.ids)],
                ["user_id"],
                ["__count"],
            )
        )
        return Counter({user.id: number for user, number in groups})

    def _changed(self, deal):
        """``deal`` without the clients who stay with the salesperson they have."""
        kept = {
            user_id: [
                row
                for row in rows
                if row["holder_id"] != user_id or row["user_id"] != user_id
            ]
            for user_id, rows in deal.items()
        }
        return {user_id: rows for user_id, rows in kept.items() if rows}

    def _check_may(self, rows):
        """:raise AccessError: some clients are not the user's to hand over"""
        self._check_may_at_all()
        others = sum(not row["may"] for row in rows)
        if others:
            raise AccessError(
                self.env._(
                    "%(count)s of these clients are neither yours nor of a team that "
                    "you lead: ask the head of sales to hand them over.",
                    count=others,
                )
            )
