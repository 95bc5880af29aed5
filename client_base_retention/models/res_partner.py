from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_card import place_of_class
from .client_roles import ROLE

# The lowest role of the client base: related fields are read as superuser, the groups
# of the field are what keeps them from users without a role.
# Fields of the card that may be written on the contact, by form, import or call: their
# names here and there.
CARD_FIELDS = {
    "abc_class_manual": "abc_class_manual",
    "abc_lock_reason": "abc_lock_reason",
    "potential_amount": "potential_amount",
    "client_contact_person_id": "contact_person_id",
    "client_pause_until": "pause_until",
    "client_pause_reason": "pause_reason",
    "client_potential_level_manual": "potential_level_manual",
    "client_growth_plan": "growth_plan",
    "client_growth_next_step": "growth_next_step",
    "client_mood": "mood",
}


class ResPartner(models.Model):
    """Contacts show how they stand with the current company (design 4.1).

    The fields are those of the card of the commercial partner in the current company;
    nothing of it is stored here, but two columns that serve the record rules.
    """

    _inherit = "res.partner"

    segment_id = fields.Many2one(
        "client.segment", index="btree_not_null", help="The client's kind of business."
    )
    source_id = fields.Many2one(
        "utm.source",
        string="Source",
        index="btree_not_null",
        help="Where the client heard of us.",
    )
    client_base = fields.Boolean(
        string="In the client base",
        groups=ROLE,
        readonly=True,
        copy=False,
        help="The contact or the company it belongs to is a client of some company.",
    )
    client_user_id = fields.Many2one(
        "res.users",
        string="Owner of the client",
        groups=ROLE,
        readonly=True,
        copy=False,
        index="btree_not_null",
    )
    client_card_ids = fields.One2many(
        "client.card", "partner_id", string="Client cards", groups=ROLE
    )
    client_card_id = fields.Many2one(
        "client.card",
        string="Client card",
        compute="_compute_client_card_id",
        search="_search_client_card_id",
        compute_sudo=True,
        groups=ROLE,
    )
    client_currency_id = fields.Many2one(
        related="client_card_id.currency_id", string="Client currency", groups=ROLE
    )
    client_status = fields.Selection(
        related="client_card_id.status", string="Client status", groups=ROLE
    )
    abc_class = fields.Selection(related="client_card_id.abc_class", groups=ROLE)
    abc_class_computed = fields.Selection(
        related="client_card_id.abc_class_computed", groups=ROLE
    )
    abc_class_manual = fields.Selection(
        related="client_card_id.abc_class_manual", readonly=False, groups=ROLE
    )
    abc_lock_reason = fields.Char(
        related="client_card_id.abc_lock_reason", readonly=False, groups=ROLE
    )
    potential_amount = fields.Monetary(
        related="client_card_id.potential_amount",
        readonly=False,
        currency_field="client_currency_id",
        aggregator=None,
        groups=ROLE,
    )
    potential_level = fields.Selection(
        related="client_card_id.potential_level", groups=ROLE
    )
    wallet_share = fields.Float(
        related="client_card_id.wallet_share", aggregator=None, groups=ROLE
    )
    # Sums belong to cards: a person shows his company's figures and would be counted
    # again.
    turnover = fields.Monetary(
        related="client_card_id.turnover",
        currency_field="client_currency_id",
        aggregator=None,
        groups=ROLE,
    )
    last_purchase_date = fields.Date(
        related="client_card_id.last_purchase_date", groups=ROLE
    )
    client_purchase_state = fields.Selection(
        related="client_card_id.purchase_state", string="Purchase alarm", groups=ROLE
    )
    client_is_newcomer = fields.Boolean(
        related="client_card_id.is_newcomer", string="Newcomer", groups=ROLE
    )

    client_turnover_total = fields.Monetary(
        related="client_card_id.turnover_total",
        string="Total of all deals",
        currency_field="client_currency_id",
        aggregator=None,
        groups=ROLE,
    )
    client_purchase_count = fields.Integer(
        related="client_card_id.purchase_count",
        string="Number of purchases",
        aggregator=None,
        groups=ROLE,
    )
    client_first_purchase_date = fields.Date(
        related="client_card_id.first_purchase_date", groups=ROLE
    )
    client_purchase_cycle = fields.Integer(
        related="client_card_id.purchase_cycle", aggregator=None, groups=ROLE
    )
    client_next_purchase_date = fields.Date(
        related="client_card_id.next_purchase_date", groups=ROLE
    )
    client_winback_count = fields.Integer(
        related="client_card_id.winback_count", aggregator=None, groups=ROLE
    )
    client_former_since = fields.Date(
        related="client_card_id.former_since", groups=ROLE
    )
    client_entry_date = fields.Date(related="client_card_id.entry_date", groups=ROLE)
    client_policy_id = fields.Many2one(related="client_card_id.policy_id", groups=ROLE)
    client_steward_id = fields.Many2one(
        related="client_card_id.company_id.client_steward_id", groups=ROLE
    )
    client_other_companies = fields.Boolean(
        string="Client of several companies",
        compute="_compute_client_other_companies",
        groups=ROLE,
        help="The client has a card in more than one of the user's companies.",
    )

    _client_outside_idx = models.Index(
        "(complete_name, id DESC) WHERE client_base IS NOT TRUE"
    )

    # ------------------------------------------------------------- the client's card

    @api.depends(
        "commercial_partner_id.client_card_ids.company_id",
        "commercial_partner_id.client_card_ids.user_id",
    )
    @api.depends_context("company", "uid")
    def _compute_client_card_id(self):
        cards = (
            self.env["client.card"]
            .sudo()
            .with_context(active_test=False)
            .search_fetch(
                [
                    ("partner_id", "in", self.commercial_partner_id.ids),
                    ("company_id", "=", self.env.company.id),
                    *self.env.user._client_cards_shown(),
                ],
                ["partner_id"],
            )
        )
        card_of = {card.partner_id.id: card.id for card in cards}
        for partner in self:
            client = partner.commercial_partner_id._origin.id
            partner.client_card_id = card_of.get(client, False)

    @api.depends("client_card_ids")
    def _compute_client_other_companies(self):
        for partner in self:
            partner.client_other_companies = len(partner.client_card_ids) > 1

    @api.model
    def _search_client_card_id(self, operator, value):
        if not self._has_client_role():
            # Raised when the query is built: an error raised here would be taken for
            # an unknown operator and the search done again as superuser.
            return Domain.custom(to_sql=lambda *_args: self._check_client_role())
        if operator == "in":
            found = Domain("id", "in", [card for card in value if card])
            if not all(value):
                missing = Domain.custom(
                    to_sql=lambda model, alias, query: SQL(
                        "%s IS NULL",
                        model._field_to_sql(alias, "client_card_id", query),
                    ),
                    predicate=lambda partner: not partner.client_card_id,
                )
                if len(value) == 1:
                    return missing
                return missing | self._search_client_card_id("any!", found)
        elif operator in ("any", "any!"):
            found = Domain(value)
        else:
            return NotImplemented
        cards = self.env["client.card"].with_context(active_test=False)
        if operator == "any!":
            # The operator says that the rules of the card do not apply: the fields are
            # read as superuser, and found by what they show.
            found &= Domain(self.env.user._client_cards_shown())
            cards = cards.sudo()
        query = cards._search(Domain("company_id", "=", self.env.company.id) & found)
        # Named in full: what is searched by may join others that have such a column.
        client = SQL.identifier(cards._table, "partner_id")
        return Domain("commercial_partner_id", "in", query.subselect(client))

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let contacts be ordered and grouped by what their card says."""
        field = self._fields.get(field_expr.partition(".")[0])
        if field is not None and field.groups == ROLE:
            self._check_client_role()
        if field_expr == "client_card_id":
            card = query.make_alias(alias, "client_card")
            # Odoo leads here as superuser: by what the fields show.
            cards = self.env["client.card"].sudo()
            shown = Domain(self.env.user._client_cards_shown()).optimize_full(cards)
            query.add_join(
                "LEFT JOIN",
                card,
                "client_card",
                SQL(
                    "%s = %s AND %s = %s AND %s",
                    SQL.identifier(card, "partner_id"),
                    self._field_to_sql(alias, "commercial_partner_id", query),
                    SQL.identifier(card, "company_id"),
                    self.env.company.id,
                    shown._to_sql(cards, card, query),
                ),
            )
            return SQL.identifier(card, "id")
        return super()._field_to_sql(alias, field_expr, query)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if field_name == "abc_class":
            place = place_of_class(self._field_to_sql(alias, field_name, query))
            return SQL("%s %s %s", place, direction, nulls)
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _has_client_role(self):
        """Odoo checks the groups of a field on reading, not where a search or an order
        leads through it: without this anybody could ask who the VIP are."""
        return self._has_field_access(self._fields["client_card_id"], "read")

    def _check_client_role(self):
        self._check_field_access(self._fields["client_card_id"], "read")

    @api.model
    def _client_field_names(self):
        """Names of the fields that are read through the card."""
        return [
            name
            for name, field in self._fields.items()
            if name in ("client_card_id", "client_card_ids")
            or (field.related or "").startswith("client_card_id.")
        ]

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        on_card = [{k: v[k] for k in CARD_FIELDS if v.get(k)} for v in vals_list]
        partners = super().create(
            [
                {k: v for k, v in vals.items() if k not in CARD_FIELDS}
                for vals in vals_list
            ]
        )
        # Persons added to a client are his persons for the record rules too.
        # sudo: the client they belong to may be hidden from the user.
        clients = partners.filtered("parent_id").sudo().commercial_partner_id
        clients.filtered("client_base")._derive_client_marks()
        valued = [(p, v) for p, v in zip(partners, on_card, strict=True) if v]
        self.browse([p.id for p, _v in valued])._ensure_client_cards()
        for partner, vals in valued:
            partner.write(vals)
        return partners

    def write(self, vals):
        on_card = {
            CARD_FIELDS[name]: vals[name] for name in CARD_FIELDS if name in vals
        }
        if on_card:
            # In one write: a class and its reason belong together.
            vals = {k: v for k, v in vals.items() if k not in CARD_FIELDS}
            if any(on_card.values()):
                self._ensure_client_cards()
            self.client_card_id.write(on_card)
        moves = {"parent_id", "is_company", "company_type"} & vals.keys()
        clients = self._client_heads() if moves else None
        result = super().write(vals)
        if moves:
            self._client_moved(clients)
        elif {"user_id", "segment_id", "active"} & vals.keys():
            self.env["client.card"].with_context(
                client_rule_changed="segment_id" in vals
            )._touch(self._client_card_pairs())
        return result

    def unlink(self):
        # sudo: persons of a deleted client may be hidden from the user.
        family = self.sudo().with_context(active_test=False)
        clients = family.filtered("client_base")
        persons = family.search([("id", "child_of", clients.ids)]) - self
        result = super().unlink()
        persons.exists().commercial_partner_id._derive_client_marks()
        return result

    def _ensure_client_cards(self):
        """Make the missing cards in the current company, so that no value is lost."""
        missing = self.commercial_partner_id.filtered(lambda p: not p.client_card_id)
        if missing:
            missing.action_add_to_client_base()
        if not all(partner.client_card_id for partner in missing):
            raise ValidationError(
                self.env._("Own companies and users cannot be clients: no client card.")
            )

    # ----------------------------------------------------------------- who is a client

    def _never_clients(self):
        """Those of these contacts that are own companies, internal or public users."""
        self.env.flush_all()
        query = SQL(
            "SELECT unnest(%s::integer[]) INTERSECT (%s)",
            self.ids,
            self._never_clients_query(),
        )
        return self.browse(row[0] for row in self.env.execute_query(query))

    @api.model
    def _never_clients_query(self):
        """Ids of the contacts that get no card (design 4.3 *Who gets no card*)."""
        return SQL(
            """SELECT partner_id FROM res_company WHERE partner_id IS NOT NULL
                UNION
               SELECT partner_id FROM res_users
                WHERE active AND NOT share OR id = %(bot)s
                UNION
               SELECT u.partner_id
                 FROM res_users u JOIN res_groups_users_rel g ON g.uid = u.id
                WHERE g.gid = %(public)s""",
            bot=SUPERUSER_ID,
            public=self.env["ir.model.data"]._xmlid_to_res_id("base.group_public"),
        )
