from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_card_words import short_day
from .client_roles import ROLE

# So many of the last remarks stand on the form; the others are a click away.
RECENT = 15
# So much of an open problem stands above the tabs.
SHORT = 120


class ClientRemark(models.Model):
    _inherit = "client.remark"

    @api.model
    def _said(self, operator, value):
        """``SQL`` of the clients who said this: in the text, a tag or a product.

        Each is looked up by itself: of conditions joined by OR the database expects
        so many remarks that it walks through all clients.

        :return: columns partner_id, company_id of the remarks the user sees
        """
        columns = [SQL.identifier(self._table, n) for n in ("partner_id", "company_id")]
        return SQL(" UNION ").join(
            self._search(Domain(name, operator, value)).select(*columns)
            for name in ("text", "tag_ids.name", "product_ids.name")
        )


class ResPartner(models.Model):
    """What a client said stands on his form; contacts are found by it (N13)."""

    _inherit = "res.partner"

    client_is_dissatisfied = fields.Boolean(
        related="client_card_id.is_dissatisfied", groups=ROLE
    )
    client_problem_text = fields.Char(
        string="Open problem", compute="_compute_client_problem_text", groups=ROLE
    )
    client_remark_ids = fields.Many2many(
        "client.remark",
        string="Remarks",
        compute="_compute_client_remark_ids",
        search="_search_client_remark_ids",
        groups=ROLE,
        help="Of a company: of all its persons. Of a person: also what he or she said "
        "for another company.",
    )
    client_remark_count = fields.Integer(
        string="Number of remarks", compute="_compute_client_remark_ids", groups=ROLE
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_remark_ids(self):
        found = self.env["client.remark"].search_fetch(
            self._client_remarks_domain(), ["partner_id", "person_id"]
        )
        for partner in self:
            client = partner.commercial_partner_id._origin
            one = partner._origin
            mine = found.filtered(
                lambda r, c=client, p=one: c == r.partner_id or p == r.person_id
            )
            partner.client_remark_count = len(mine)
            partner.client_remark_ids = mine[:RECENT]

    def _client_remarks_domain(self):
        """Remarks of these clients, and those that these persons made elsewhere."""
        clients = Domain("partner_id", "in", self.commercial_partner_id._origin.ids)
        return clients | Domain("person_id", "in", self._origin.ids)

    @api.model
    def _search_client_remark_ids(self, operator, value):
        """Contacts by remarks: the client, and who of his persons said it."""
        # Odoo checks the groups of a field on reading, not on every search.
        self._check_field_access(self._fields["client_remark_ids"], "read")
        if operator == "in":
            found = self._with_remarks(
                Domain("id", "in", [key for key in value if key])
            )
            return found if all(value) else found | ~self._with_remarks(Domain.TRUE)
        if operator not in ("any", "any!"):
            return NotImplemented
        return self._with_remarks(Domain(value))

    @api.model
    def _with_remarks(self, found):
        """Contacts with such remarks: the client, and who of his persons said it."""
        remarks = self.env["client.remark"]
        clients = remarks._search(found).subselect("client_remark.partner_id")
        # A NULL among the ids would make "none of them" true of nobody.
        said = remarks._search(found & Domain("person_id", "!=", False))
        persons = said.subselect("client_remark.person_id")
        return Domain("id", "in", clients) | Domain("id", "in", persons)

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "lang", "uid")
    def _compute_client_problem_text(self):
        """ "since Nov 3: Two boxes arrived dented" of the oldest open problem."""
        today = fields.Date.context_today(self)
        remarks = self.env["client.remark"].search(
            [
                ("partner_id", "in", self.commercial_partner_id._origin.ids),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "open"),
            ],
            order="date, id",
        )
        of_client = remarks.grouped("partner_id")
        for partner in self:
            mine = of_client.get(partner.commercial_partner_id._origin, remarks[:0])
            text = mine[:1].text and " ".join(mine[0].text.split())
            if text and len(text) > SHORT:
                text = text[:SHORT].rstrip() + "…"
            partner.client_problem_text = text and self.env._(
                "since %(day)s: %(text)s",
                day=short_day(self.env, mine[0].date, today),
                text=text,
            )

    # ----------------------------------------------------------------------- actions

    def action_client_remark(self):
        """Open the dialog in which a remark of this contact is taken down.

        :raise AccessError: the user has no role in the client base
        """
        self.ensure_one()
        self._check_remarks_allowed()
        kind = self.env.context.get("client_remark_kind")
        return self.env["client.remark"]._action_new(
            self, **({"kind": kind} if kind else {})
        )

    def action_open_client_remarks(self):
        """Open all remarks of this client, or of this person."""
        self.ensure_one()
        self._check_remarks_allowed()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_remark_action"
        )
        return action | {
            "domain": list(self._client_remarks_domain()),
            "context": {
                "default_partner_id": self.commercial_partner_id.id,
                "search_default_open": bool(
                    self.env.context.get("client_remarks_open")
                ),
            },
        }

    def _check_remarks_allowed(self):
        self.check_access("read")
        if not self.env.user.has_group(ROLE):
            raise AccessError(
                self.env._("You need a role in the client base to see its remarks.")
            )
