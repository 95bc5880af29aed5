from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import ormcache

from .client_roles import ALL, HEAD, OWN, STEWARD, TEAM

# The highest role of a user is his role; who has none has a line of his own.
GROUPS = {"own": OWN, "team": TEAM, "all": ALL, "steward": STEWARD, "head": HEAD}
ROLES = [
    ("none", "Without a role"),
    ("own", "Own clients"),
    ("team", "Team's clients"),
    ("all", "All clients"),
    ("steward", "Data steward"),
    ("head", "Head"),
]
MASKS = [
    ("none", "None"),
    ("others", "Clients of others"),
    ("all", "All clients"),
]
# Who reads under these rules is neither masked nor counted.
FREE = ("none", 0, False)


class ClientRole(models.Model):
    """What a role is shown of the telephones and addresses of clients (design 5).

    One line for each role, made at installation; they are changed, never added or
    deleted. A role is given by its group, this is only what else holds for it.
    """

    _name = "client.role"
    _description = "Role of the client base"
    _order = "sequence, id"
    _rec_name = "role"

    role = fields.Selection(ROLES, required=True, readonly=True)
    sequence = fields.Integer(readonly=True)
    group_id = fields.Many2one("res.groups", compute="_compute_group_id")
    description = fields.Char(string="What it sees", compute="_compute_description")
    user_count = fields.Integer(string="Users", compute="_compute_user_count")
    mask = fields.Selection(
        MASKS,
        string="Hide telephone and e-mail of",
        required=True,
        default="none",
        help="Telephone, e-mail and messenger of these clients are replaced by dots, "
        "in lists, forms and over the API. “Show” on the form opens one client at a "
        "time; each time is counted.",
    )
    daily_limit = fields.Integer(
        string="Clients a day",
        help="When a user opens the telephone or e-mail of more different clients "
        "than this in one day, the head is told. 0: no limit, nothing is counted.",
    )
    daily_stop = fields.Boolean(
        string="Stop there",
        help="Further clients are hidden until the next day.",
    )

    _role_uniq = models.Constraint("UNIQUE(role)", "Each role has one line.")
    _daily_limit_check = models.Constraint(
        "CHECK(daily_limit >= 0)", "The number of clients a day cannot be negative."
    )

    def _compute_group_id(self):
        for line in self:
            group = GROUPS.get(line.role)
            line.group_id = group and self.env.ref(group, raise_if_not_found=False)

    @api.depends("role")
    @api.depends_context("lang")
    def _compute_description(self):
        for line in self:
            # sudo: an administrator of Odoo needs no role to read what roles are.
            line.description = line.group_id.sudo().comment or self.env._(
                "Sees contacts by the rights of other apps; has no menu of the client "
                "base."
            )

    def _compute_user_count(self):
        """How many internal users have it as their highest role."""
        # sudo: only the numbers are shown.
        users = self.env["res.users"].sudo().search([("share", "=", False)])
        roles = [user._client_role() for user in users]
        for line in self:
            line.user_count = roles.count(line.role)

    @api.constrains("daily_limit", "daily_stop")
    def _check_daily_stop(self):
        if any(line.daily_stop and not line.daily_limit for line in self):
            raise ValidationError(
                self.env._("Say after how many clients a day it stops.")
            )

    # ---------------------------------------------------------------------- changing

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        self.env.registry.clear_cache()
        return lines

    def write(self, vals):
        if "role" in vals and any(line.role != vals["role"] for line in self):
            raise AccessError(self.env._("A line stays that of its role."))
        done = super().write(vals)
        self.env.registry.clear_cache()
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The lines of the roles are not deleted."))


class ResUsers(models.Model):
    """Which rules of reading hold for a user."""

    _inherit = "res.users"

    def _client_role(self):
        """The highest role of the user: a key of ``GROUPS``, or ``none``."""
        self.ensure_one()
        # sudo: asked about users by code that runs for others.
        user = self.sudo()
        for role in reversed(GROUPS):
            if user.has_group(GROUPS[role]):
                return role
        return "none"

    @ormcache("self.id")
    def _client_reading_rules(self):
        """Asked at every read of a contact, so it is kept like the user's groups.

        :return: tuple (mask, limit of a day, whether to stop there); ``FREE`` for
            nobody's rules: customers in the portal see their own only, and superuser
        """
        user = self.sudo()
        if not user or user.share or user._is_superuser():
            return FREE
        line = (
            self.env["client.role"].sudo().search([("role", "=", user._client_role())])
        )
        if not line:
            return FREE
        return line.mask, line.daily_limit, line.daily_stop

    def _client_own_owners(self):
        """Ids of the owners whose clients count as the user's own where others' are
        masked: himself and those for whom he stands in today."""
        today = fields.Date.context_today(self)
        # sudo: whose clients they are decides, not who may read it.
        away = self.env["client.away"].sudo()
        return [
            self.id,
            *away.search(
                [
                    ("stand_in_id", "=", self.id),
                    ("date_from", "<=", today),
                    ("date_to", ">=", today),
                ]
            ).user_id.ids,
        ]
