from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..models.client_roles import EXPORT, ROLE_NAMES, ROLES, SALESMAN

ACCESS_ROLES = [("none", "No role"), *ROLE_NAMES]
# Whose clients are narrowed: roles that do not see all of them.
NARROW = ("own", "team")
# With it a salesperson reads the documents of all others.
ALL_DOCUMENTS = "sales_team.group_sale_salesman_all_leads"


class ClientAccess(models.TransientModel):
    """The step *Access* of the launch page: one row per colleague, his role in the
    client base as it is and as it would be, and what he would no longer see.

    Rows are of the user who opened the list; nothing changes until he applies them.
    What each row shows is computed in ``client_access_sight.py``.
    """

    _name = "client.access"
    _description = "Role in the client base, before and after"
    _order = "sells DESC, user_name, id"
    _rec_name = "user_name"

    user_id = fields.Many2one(
        "res.users",
        string="Colleague",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    user_name = fields.Char(readonly=True)
    sells = fields.Boolean(readonly=True, help="Has a right to sell in Odoo.")
    is_locked = fields.Boolean(
        string="Not yours to change",
        readonly=True,
        help="Yourself, and who also works in companies that you may not enter.",
    )
    role_before = fields.Selection(ACCESS_ROLES, string="Role now", readonly=True)
    role = fields.Selection(ACCESS_ROLES, string="New role", required=True)
    role_text = fields.Text(string="What the role may", compute="_compute_role_text")
    exports_before = fields.Boolean(string="Exports now", readonly=True)
    exports = fields.Boolean(
        string="May export",
        help="Takes clients out of Odoo as a file, with Odoo's own right to export.",
    )
    is_changed = fields.Boolean(compute="_compute_is_changed")
    still_sees = fields.Char(
        string="Sees all the same",
        compute="_compute_still_sees",
        help="With “All Documents” of the app Sales he opens everybody's quotations "
        "and orders, and reads there the names of their clients. Give him “Own "
        "Documents Only” in his user form.",
    )

    @api.depends("role", "exports")
    def _compute_is_changed(self):
        for row in self:
            row.is_changed = (row.role, row.exports) != (
                row.role_before,
                row.exports_before,
            )

    @api.depends("role", "user_id")
    def _compute_still_sees(self):
        # sudo: rights of colleagues.
        users = self.user_id.sudo()
        everything = self._members(users, ALL_DOCUMENTS)
        for row in self:
            open_to = row.role in NARROW and row.user_id in everything
            row.still_sees = open_to and self.env._("Names in everybody's orders")

    @api.depends("role")
    def _compute_role_text(self):
        nothing = self.env["res.users"]._client_no_role_text()
        for row in self:
            group = row.role in ROLES and self.env.ref(ROLES[row.role]).sudo()
            row.role_text = group.comment if group else nothing

    # ---------------------------------------------------------------------- the people

    @api.model
    def _colleagues(self):
        """Active internal users who may enter the current company.

        sudo: the head decides for all of them, whatever she sees of users.
        """
        return (
            self.env["res.users"]
            .sudo()
            .search([("share", "=", False), ("company_ids", "in", self.env.company.id)])
        )

    @api.model
    def _roles_of(self, users):
        """{user: key of his role, ``none`` without one}."""
        roles = dict.fromkeys(users, "none")
        for key, xmlid in ROLES.items():
            for user in self._members(users, xmlid):
                roles[user] = key
        return roles

    @api.model
    def _members(self, users, xmlid):
        """Those of ``users`` who have the group, also by another one."""
        return users.filtered_domain([("all_group_ids", "in", self.env.ref(xmlid).ids)])

    @api.model
    def _locked(self, users):
        """Those whose role the current user may not change: himself, so that nobody
        locks himself out, and who works where he does not, if he is no administrator
        of all."""
        me = self.env.user
        if me.has_group("base.group_erp_manager"):
            return users & me
        mine = me.sudo().company_ids
        return users.filtered(lambda u: u == me or u.company_ids - mine)

    @api.model
    def _mine(self):
        return [("create_uid", "=", self.env.uid)]

    @api.model
    def _make(self):
        """Make the rows of the current user anew, for the current company.

        :return: the rows
        """
        self.env["client.launch"]._check_head()
        self.search(self._mine()).unlink()
        users = self._colleagues()
        sellers = self._members(users, SALESMAN)
        exporters = self._members(users, EXPORT)
        locked = self._locked(users)
        return self.create(
            [
                {
                    "user_id": user.id,
                    "user_name": user.name,
                    "sells": user in sellers,
                    "is_locked": user in locked,
                    "role_before": role,
                    "role": role,
                    "exports_before": user in exporters,
                    "exports": user in exporters,
                }
                for user, role in self._roles_of(users).items()
            ]
        )

    # ------------------------------------------------------------------------- choices

    def action_choose(self):
        """Choose the role in the context for these rows, for a look at what it does."""
        self.env["client.launch"]._check_head()
        role = self.env.context.get("client_role")
        if role not in dict(ACCESS_ROLES):
            raise UserError(self.env._("Choose a role."))
        self.filtered(lambda row: not row.is_locked).role = role
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_apply(self):
        """Give these colleagues, or with none chosen all of the list, the roles and the
        right to export that stand in their rows.

        :raise UserError: somebody has another role by now, may not be changed by this
            user, or keeps a role because a group of Odoo gives it
        """
        self.env["client.launch"]._check_head()
        rows = self or self.search(self._mine())
        changed = rows.filtered("is_changed")
        users = changed.user_id.sudo()
        if changed.filtered(lambda row: row.user_id in self._locked(users)):
            raise UserError(
                self.env._("You cannot change your own role: ask another head.")
                if self.env.user in users
                else self.env._(
                    "Somebody of them also works in companies that you may not enter: "
                    "an administrator decides about him."
                )
            )
        now = self._roles_of(users)
        if any(row.role_before != now[row.user_id.sudo()] for row in changed):
            raise UserError(
                self.env._("Roles have changed meanwhile. Open the list anew.")
            )
        changed._apply()
        self._make()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _apply(self):
        """Write the roles.

        Whoever has a role by another group than ours keeps it, which must not pass in
        silence.
        """
        # sudo: the head of the client base decides about its roles, and only these are
        # written; she need not administrate users.
        ours = (
            self.env["res.groups"]
            .sudo()
            .browse(self.env.ref(xmlid).id for xmlid in ROLES.values())
        )
        for role, rows in (
            self.filtered(lambda row: row.role != row.role_before)
            .grouped("role")
            .items()
        ):
            commands = [Command.unlink(group.id) for group in ours]
            if role in ROLES:
                commands.append(Command.link(self.env.ref(ROLES[role]).id))
            rows.user_id.sudo().write({"group_ids": commands})
        export = self.env.ref(EXPORT).sudo()
        for exports, rows in self.grouped("exports").items():
            command = Command.link if exports else Command.unlink
            export.write({"user_ids": [command(user.id) for user in rows.user_id]})
        self._check_applied()

    def _check_applied(self):
        users = self.user_id.sudo()
        now = self._roles_of(users)
        exporters = self._members(users, EXPORT)
        for row in self:
            user = row.user_id.sudo()
            if now[user] != row.role or (user in exporters) != row.exports:
                raise UserError(
                    self.env._(
                        "%(user)s has the role or the right by another group as well. "
                        "Take it away from that group first.",
                        user=user.name,
                    )
                )

    @api.model
    def _narrow_export(self):
        """Leave the right to export the client base to heads.

        :return: number of colleagues who lost it
        """
        users = self._members(self._colleagues(), EXPORT)
        heads = self._members(users, ROLES["head"])
        losers = users - heads - self._locked(users)
        # sudo: see _apply.
        self.env.ref(EXPORT).sudo().user_ids -= losers
        return len(losers)

    @api.model
    def _counts(self):
        """What the launch page says about the current company.

        :return: {"roles": [{"key", "name", "count"}] of those given, "restricted":
            number of colleagues who do not see all clients, "without": number without
            a role, "without_selling": those of them who sell, "exporters",
            "other_exporters": those who are not heads and may be changed}
        """
        users = self._colleagues()
        roles = self._roles_of(users)
        names = dict(self._fields["role"]._description_selection(self.env))
        numbers = {key: 0 for key in names}
        for role in roles.values():
            numbers[role] += 1
        nobody = users.filtered(lambda user: roles[user] == "none")
        exporters = self._members(users, EXPORT)
        others = exporters.filtered(lambda user: roles[user] != "head")
        return {
            "roles": [
                {"key": key, "name": names[key], "count": numbers[key]}
                for key in ROLES
                if numbers[key]
            ],
            "restricted": sum(numbers[key] for key in NARROW),
            "without": numbers["none"],
            "without_selling": len(self._members(nobody, SALESMAN)),
            "exporters": len(exporters),
            "other_exporters": len(others - self._locked(others)),
        }
