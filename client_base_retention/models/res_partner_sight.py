from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_roles import ROLE

# What a context adds to the name of a contact.
BESIDE_NAME = ("show_address", "show_email", "show_vat")


class ResPartner(models.Model):
    """Which contacts a user with a restricting role sees (design 5).

    Contacts outside the client base are seen by everybody: colleagues, vendors, own
    companies, one's own contact. So nothing of Odoo breaks.
    """

    _inherit = "res.partner"

    client_is_seen = fields.Boolean(
        string="Seen by me",
        compute="_compute_client_is_seen",
        search="_search_client_is_seen",
        # The record rules ask as superuser, for every user.
        compute_sudo=True,
        groups=ROLE,
        exportable=False,
    )

    # Colleagues: the contacts of internal users, wherever they belong.
    _client_inside_idx = models.Index("(id) WHERE partner_share IS FALSE")

    @api.depends_context("uid")
    @api.depends("client_base", "client_user_id")
    def _compute_client_is_seen(self):
        real = self._origin.with_context(active_test=False)
        found = real.search([("id", "in", real.ids), ("client_is_seen", "=", True)])
        for partner in self:
            partner.client_is_seen = not partner._origin or partner._origin in found

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Where a document of Odoo names a hidden contact, it is with his name only."""
        super()._compute_display_name()
        if not any(map(self.env.context.get, BESIDE_NAME)):
            return
        if not self.env.user._client_is_restricted():
            return
        # sudo: Odoo names the contacts of a document as superuser.
        hidden = self.filtered(lambda one: not one.sudo().client_is_seen)
        bare = hidden.with_context(**dict.fromkeys(BESIDE_NAME, False))
        # Asked for while it is computed, a name would be empty: computed beforehand.
        super(ResPartner, bare)._compute_display_name()
        for partner, named in zip(hidden, bare, strict=True):
            partner.display_name = named.display_name

    @api.model
    def _search_client_is_seen(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(value) > 1:
            return Domain.TRUE
        owners, unassigned = self.env.user._client_sight()
        seen = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "(%s)",
                SQL(" OR ").join(
                    self._client_seen_conditions(alias, owners, unassigned)
                ),
            )
        )
        return seen if True in value else ~seen

    def _client_seen_conditions(self, alias, owners, unassigned):
        """Conditions on the columns kept for it, so that indexes answer; one of them
        must hold.

        A client of several companies has an owner in each: the column names the first,
        the cards that name another one are found by an index of their own.
        """
        self.flush_model(["commercial_partner_id", "partner_share"])
        self.env["client.card"].flush_model(["user_id", "owner_differs"])
        owner = SQL.identifier(alias, "client_user_id")
        named = SQL("IS NOT NULL") if owners is None else SQL("= ANY(%s)", owners)
        conditions = [
            SQL("%s IS NOT TRUE", SQL.identifier(alias, "client_base")),
            SQL("%s IS FALSE", SQL.identifier(alias, "partner_share")),
            SQL("%s %s", owner, named),
            SQL(
                """%s = ANY(ARRAY(
                    SELECT c.partner_id FROM client_card c
                     WHERE c.owner_differs IS TRUE AND c.company_id = ANY(%s)
                       AND (c.user_id %s OR %s AND c.user_id IS NULL)))""",
                SQL.identifier(alias, "commercial_partner_id"),
                # sudo: in which companies he works, whatever he may read.
                self.env.user.sudo().company_ids.ids,
                named,
                unassigned,
            ),
        ]
        if unassigned:
            conditions.append(SQL("%s IS NULL", owner))
        return conditions

    @api.model
    def _client_are_few(self, owners, limit):
        """Whether the clients of these owners, with all their persons, are at most so
        many. Counts no further."""
        rows = self.env.execute_query(
            SQL(
                """SELECT count(*) FROM (
                   SELECT FROM res_partner WHERE client_user_id = ANY(%s) LIMIT %s
                   ) AS theirs""",
                list(owners),
                limit + 1,
            )
        )
        return rows[0][0] <= limit

    # ------------------------------------------------------------ clients of one's own

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever sees only some clients is the salesperson of whom he enters, so that
        he does not lose him when he becomes a client."""
        parents = {vals["parent_id"] for vals in vals_list if vals.get("parent_id")}
        self.browse(parents)._check_client_seen()
        if self._client_needs_owner():
            mine = {"user_id": self.env.uid}
            vals_list = [
                vals if vals.get("parent_id") or vals.get("user_id") else vals | mine
                for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if vals.get("parent_id"):
            self.browse(vals["parent_id"])._check_client_seen()
        return super().write(vals)

    def copy_data(self, default=None):
        """Whoever has no role duplicates contacts as Odoo has them: Odoo would refuse
        because of fields of ours that he may not read."""
        default = default or {}
        hidden = [
            name
            for name, field in self._fields.items()
            if field.copy
            and name not in default
            and "client_base_retention" in field._modules
            and not self._has_field_access(field, "read")
        ]
        if not hidden:
            return super().copy_data(default)
        vals_list = super().copy_data(dict.fromkeys(hidden) | default)
        for vals in vals_list:
            for name in hidden:
                vals.pop(name, None)
        return vals_list

    def _check_client_seen(self):
        """Refuse to lead to contacts that the user does not see: much of a contact is
        copied along such a way.

        :raise AccessError: some of these contacts are hidden from him
        """
        if not self or self.env.su or not self.env.user._client_is_restricted():
            return
        # sudo: other rules hide others, and say so themselves.
        if not all(self.sudo().mapped("client_is_seen")):
            raise self.env["ir.rule"]._client_hidden_error()

    @api.model
    def _client_needs_owner(self, unassigned=False):
        """Whether the user works with clients and sees only some of them.

        :param unassigned: whether it is enough that he sees none without salesperson
        """
        user = self.env.user
        if self.env.su or not user.has_group(ROLE):
            return False
        owners, sees_unassigned = user._client_sight()
        return owners is not None or unassigned and not sees_unassigned

    def _client_keep_seen(self):
        """These contacts are about to become clients by the user's doing: those who
        are nobody's become his, if he would not see them any more otherwise."""
        if not self._client_needs_owner(unassigned=True):
            return
        # sudo: the salesperson is the user himself, whatever else he may write.
        found = self.sudo().commercial_partner_id.filtered(
            lambda partner: not partner.client_base and not partner.user_id
        )
        if found:
            found.user_id = self.env.user

    @api.depends_context("uid")
    def _compute_same_vat_partner_id(self):
        """A contact of the same tax number, if the user sees him: Odoo tells of all."""
        result = super()._compute_same_vat_partner_id()
        names = ("same_vat_partner_id", "same_company_registry_partner_id")
        for partner in self:
            for name in names:
                twin = partner[name]
                # sudo: whether it is seen is asked for this user all the same.
                if twin and not twin.sudo().client_is_seen:
                    partner[name] = False
        return result
