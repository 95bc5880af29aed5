from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_details import CONTACT, SHOWN


class ResPartner(models.Model):
    """Clients whose telephone and e-mail are hidden from the user by his role."""

    _inherit = "res.partner"

    messenger = fields.Char(
        tracking=True, help="Name or number by which the contact writes with us."
    )
    client_is_masked = fields.Boolean(
        string="Hidden from me",
        compute="_compute_client_is_masked",
        search="_search_client_is_masked",
        # Whose client it is decides, whatever the user may read.
        compute_sudo=True,
        exportable=False,
        help="Telephone and e-mail are hidden by the user's role.",
    )

    @api.depends_context("uid")
    def _compute_client_is_masked(self):
        masked = self._origin._client_masked_ids()
        for partner in self:
            partner.client_is_masked = partner._origin.id in masked

    @api.model
    def _search_client_is_masked(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(value) > 1:
            return Domain.TRUE
        if self.env.user._client_reading_rules()[0] == "none":
            return Domain(not value or True not in value)
        shown = self.env["client.reading"]._shown_today()
        owners = self.env.user._client_own_owners()
        masked = Domain.custom(
            to_sql=lambda model, alias, query: self._client_masked_sql(
                alias, owners, shown
            )
        )
        return masked if True in value else ~masked

    def _client_masked_sql(self, alias, owners, shown):
        """Condition of the clients hidden from the user.

        :param owners: ids of the users whose clients are his
        :param shown: ids of the clients he was shown today, one by one
        """
        names = ["client_base", "client_user_id", "commercial_partner_id"]
        self.flush_model(names)
        base, owner, client = (SQL.identifier(alias, name) for name in names)
        conditions = [
            SQL("%s IS TRUE", base),
            SQL("(%s = ANY(%s)) IS NOT TRUE", client, list(shown)),
        ]
        if self.env.user._client_reading_rules()[0] == "others":
            self.env["client.card"].flush_model(["user_id", "owner_differs"])
            conditions += [
                SQL("(%s = ANY(%s)) IS NOT TRUE", owner, owners),
                SQL(
                    """NOT %s = ANY(ARRAY(
                        SELECT c.partner_id FROM client_card c
                         WHERE c.owner_differs IS TRUE AND c.user_id = ANY(%s)))""",
                    client,
                    owners,
                ),
            ]
        return SQL("(%s)", SQL(" AND ").join(conditions))

    # Hidden are telephones from some roles: the form of all others stays as it was.

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return *key, self.env.user._client_reading_rules()[0] == "none"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if self.env.user._client_reading_rules()[0] == "none":
            for field in arch.xpath("//field[@readonly='client_is_masked']"):
                del field.attrib["readonly"]
            for node in arch.xpath(
                "//*[@invisible='not client_is_masked']"
                " | //field[@name='client_is_masked']"
            ):
                node.getparent().remove(node)
        return arch, view

    def _client_masked_ids(self):
        """Ids of those of these contacts whose telephone is hidden from the user."""
        if not self or self.env.user._client_reading_rules()[0] == "none":
            return set()
        masked = self._client_masked_sql(
            "res_partner",
            self.env.user._client_own_owners(),
            self.env["client.reading"]._shown_today(),
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner WHERE id = ANY(%s) AND %s", self.ids, masked
            )
        )
        return {row[0] for row in rows}

    # ------------------------------------------------------- other ways out of Odoo

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Names with the address behind them, as pickers of recipients ask for."""
        super()._compute_display_name()
        if not self.env.context.get("show_email"):
            return
        hidden = self.env["client.reading"]._read_by_user(
            set(self.filtered("email")._origin.ids)
        )
        masked = self.filtered(lambda partner: partner._origin.id in hidden)
        bare = masked.with_context(show_email=False)
        # Asked for while it is computed, a name would be empty: computed beforehand.
        super(ResPartner, bare)._compute_display_name()
        for partner, named in zip(masked, bare, strict=True):
            partner.display_name = named.display_name

    @api.model
    def _search_display_name(self, operator, value):
        return self._client_guard_domain(
            Domain(super()._search_display_name(operator, value))
        )

    def _build_vcard(self):
        vcard = super()._build_vcard()
        if vcard and self.env["client.reading"]._read_by_user(set(self.ids)):
            for name in ("tel", "email"):
                if name in vcard.contents:
                    del vcard.contents[name]
        return vcard

    def copy_data(self, default=None):
        """A copy is no client yet: nobody's mask would hold for it."""
        vals_list = super().copy_data(default)
        masked = set() if self.env.su else self._client_masked_ids()
        for partner, vals in zip(self, vals_list, strict=True):
            if partner.id in masked:
                for name in CONTACT:
                    vals.pop(name, None)
        return vals_list

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._client_drop_masks(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._client_drop_masks(vals))

    # ------------------------------------------------------------------------- showing

    def client_show_details(self, kind="shown"):
        """Show how to reach one client whose telephone is hidden; counted.

        From then on the user sees it until the end of the day, his persons' too.

        :param kind: ``shown``, or ``called`` where the telephone is dialled at once
        :return: dict of the fields ``SHOWN`` of this contact
        :raise UserError: the limit of the day is reached
        """
        self.ensure_one()
        self.check_access("read")
        self._client_show("called" if kind == "called" else "shown")
        # sudo: the fields are those of any contact that may be read.
        return {name: self.sudo()[name] for name in SHOWN}

    def _client_show(self, kind):
        """Count this contact as shown to the user, by itself.

        :raise UserError: the limit of the day is reached
        """
        reading = self.env["client.reading"]
        client_id = None
        if self._client_masked_ids():
            # sudo: a company may be hidden where its person is not.
            client_id = self.sudo().commercial_partner_id.id
        else:
            kind = "read"
        if reading._count(set(self.ids), kind, client_id):
            raise reading._limit_reached()
        self.invalidate_recordset(["client_is_masked"], flush=False)

    def action_client_show(self):
        """The button *Show*: the form reads again and sees."""
        self.client_show_details()

    def action_client_write_to(self):
        """Odoo's own composer with the contact as recipient: no address is needed."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send an e-mail"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_partner_ids": self.ids,
                "default_composition_mode": "comment",
            },
        }


class ClientReading(models.Model):
    """What was shown one by one stays visible for the day."""

    _inherit = "client.reading"

    @api.model
    def _shown_today(self):
        """Ids of the clients whom the user was shown today by *Show*."""
        rows = self.env.execute_query(
            SQL(
                """SELECT partner_id FROM client_reading
                    WHERE user_id = %s AND date = %s AND kind = ANY(%s)""",
                self.env.uid,
                fields.Date.context_today(self.env.user),
                ["shown", "called"],
            )
        )
        return {row[0] for row in rows if row[0]}
