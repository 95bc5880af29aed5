from collections import Counter, defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..models.res_users_sight import UNASSIGNED, WITHOUT_ROLE

# Among the owners whose clients somebody sees: every salesperson. Clients of nobody are
# those of the owner False.
ASSIGNED = "assigned"


class ClientAccess(models.TransientModel):
    """What a row of *Access* shows: how many clients the colleague sees now and with
    the new role, and what he loses sight of.

    Clients of the companies count that the head has chosen and the colleague may enter,
    once in each. The answer must be that of ``res.users._client_sight``, given here for
    all colleagues at once and for roles they do not have yet.
    """

    _inherit = "client.access"

    seen_before = fields.Integer(string="Sees now", compute="_compute_seen")
    seen_after = fields.Integer(string="Will see", compute="_compute_seen")
    lost = fields.Integer(string="Loses", compute="_compute_seen")
    lost_best = fields.Integer(
        string="VIP and A",
        compute="_compute_seen",
        help="Of the clients he loses sight of.",
    )
    lost_activities = fields.Integer(
        string="Activities",
        compute="_compute_seen",
        help="Open activities of the colleague with clients he would no longer see.",
    )

    @api.depends("role")
    def _compute_seen(self):
        sights = self._sights()
        owned = self._owned(self._companies())
        activities = self._activities()
        for row in self:
            before, after = sights[row]
            companies = self._companies_of(row.user_id)
            numbers = Counter()
            for (company, owner), (clients, best) in owned.items():
                if company not in companies:
                    continue
                sees, will_see = (_sees(owners, owner) for owners in (before, after))
                numbers["seen_before"] += clients * sees
                numbers["seen_after"] += clients * will_see
                if sees and not will_see:
                    numbers["lost"] += clients
                    numbers["lost_best"] += best
                    numbers["lost_activities"] += activities[
                        row.user_id.id, company, owner
                    ]
            for name in (
                "seen_before",
                "seen_after",
                "lost",
                "lost_best",
                "lost_activities",
            ):
                row[name] = numbers[name]

    @api.model
    def _companies(self):
        """Companies whose clients count, as in the list of those lost."""
        return self.env.companies

    def _companies_of(self, user):
        return set((user.sudo().company_ids & self._companies()).ids)

    # ------------------------------------------------------------------- whose clients

    def _sights(self):
        """{row: (owners seen now, owners seen with the new role)}.

        An owner is the id of a user, False for nobody, ``ASSIGNED`` for everybody else.
        """
        users = self.user_id
        teams, away = self._mates(users), self._stood_in_for(users)
        # sudo: settings decide, whoever may read them.
        settings = self.env["ir.config_parameter"].sudo()
        nobodys = {False} if settings.get_param(UNASSIGNED, "all") == "all" else set()
        restricted = bool(settings.get_param(WITHOUT_ROLE))

        def owners(user, role):
            own = {user.id}
            if role in ("steward", "head") or (role == "none" and not restricted):
                return {ASSIGNED, False}
            if role == "all":
                return {ASSIGNED} | nobodys
            if role == "none":
                return own
            if role == "team":
                own |= teams[user.id]
            return own | away[user.id] | nobodys

        return {
            row: (owners(row.user_id, row.role_before), owners(row.user_id, row.role))
            for row in self
        }

    @api.model
    def _mates(self, users):
        """{user id: ids of everybody in the teams he leads or belongs to}."""
        # sudo: as the record rules ask.
        teams = self.env["crm.team"].sudo()
        found = defaultdict(set)
        for team in teams.search(
            [
                "|",
                ("user_id", "in", users.ids),
                ("crm_team_member_ids.user_id", "in", users.ids),
            ]
        ):
            members = set(team.crm_team_member_ids.user_id.ids)
            for user in members | set(team.user_id.ids):
                found[user] |= members
        return found

    @api.model
    def _stood_in_for(self, users):
        """{user id: ids of those for whom he stands in today, by his own clock}."""
        # sudo: as the record rules ask.
        around = fields.Date.today()
        absences = (
            self.env["client.away"]
            .sudo()
            .search(
                [
                    ("stand_in_id", "in", users.ids),
                    ("date_from", "<=", around + timedelta(days=1)),
                    ("date_to", ">=", around - timedelta(days=1)),
                ]
            )
        )
        found = defaultdict(set)
        for away in absences:
            user = away.stand_in_id
            today = fields.Date.context_today(self.with_context(tz=user.tz))
            if away.date_from <= today <= away.date_to:
                found[user.id].add(away.user_id.id)
        return found

    # ------------------------------------------------------------------------- numbers

    @api.model
    def _owned(self, companies):
        """{(company id, owner id or False): (clients, of these VIP and A)}."""
        # sudo: counted for colleagues, of companies that the head may enter.
        cards = self.env["client.card"].sudo()
        found = defaultdict(lambda: (0, 0))
        for company, owner, abc_class, number in cards._read_group(
            [("company_id", "in", companies.ids)],
            ["company_id", "user_id", "abc_class"],
            ["__count"],
        ):
            key = company.id, owner.id
            clients, best = found[key]
            is_best = abc_class in ("vip", "a")
            found[key] = clients + number, best + number * is_best
        return found

    def _activities(self):
        """{(user id, company id, owner id or False): number of open activities of the
        user with clients of that owner}."""
        self.env["mail.activity"].flush_model(["user_id", "client_id", "active"])
        self.env["client.card"].flush_model(["user_id", "partner_id", "company_id"])
        query = SQL(
            """SELECT a.user_id, c.company_id, c.user_id, count(*)
                 FROM mail_activity a
                 JOIN client_card c ON c.partner_id = a.client_id AND c.active
                WHERE a.active AND a.user_id = ANY(%s) AND c.company_id = ANY(%s)
                  AND (a.client_company_id IS NULL
                       OR a.client_company_id = c.company_id)
             GROUP BY a.user_id, c.company_id, c.user_id""",
            self.user_id.ids,
            self._companies().ids,
        )
        found = Counter()
        for user, company, owner, number in self.env.execute_query(query):
            found[user, company, owner or False] = number
        return found

    def action_open_lost(self):
        """The list of clients that the colleague would no longer see."""
        self.ensure_one()
        self.env["client.launch"]._check_head()
        before, after = self._sights()[self]
        companies = self._companies_of(self.user_id)
        owned = [key for key in self._owned(self._companies()) if key[0] in companies]
        lost = {
            owner for _c, owner in owned if _sees(before, owner) > _sees(after, owner)
        }
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_card_action"
        )
        name = self.env._("No longer seen by %s", self.user_id.name)
        return action | {
            "name": name,
            "display_name": name,
            "views": [(False, "list"), (False, "kanban")],
            "domain": [
                ("company_id", "in", sorted(companies)),
                ("user_id", "in", sorted(lost)),
            ],
            "context": {},
        }


def _sees(owners, owner):
    """Whether clients of this owner are seen by who sees those of ``owners``."""
    return owner in owners or (bool(owner) and ASSIGNED in owners)
