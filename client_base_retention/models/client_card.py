from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL

CLASSES = [("vip", "VIP"), ("a", "A"), ("b", "B"), ("c", "C")]
STATUSES = [("prospect", "Prospect"), ("active", "Active"), ("former", "Former")]
PURCHASE_STATES = [
    ("none", "No alarm"),
    ("on_time", "On time"),
    ("late", "Late with purchase"),
    ("at_risk", "At risk"),
]
LEVELS = [("high", "High"), ("medium", "Medium"), ("low", "Low")]
# Columns of the card that are derived from purchases, in the order of the statement.
STANDING = (
    "policy_id",
    "entry_date",
    "status",
    "first_purchase_date",
    "last_purchase_date",
    "second_purchase_date",
    "third_purchase_date",
    "regular_since",
    "purchase_count",
    "turnover",
    "turnover_previous",
    "turnover_total",
    "purchase_cycle",
    "next_purchase_date",
    "late_date",
    "risk_date",
    "newcomer_until",
    "former_since",
    "winback_count",
    "wallet_share",
    "potential_amount",
    "potential_date",
    "potential_level",
    "potential_missing",
    "xyz_class",
    "xyz_variation",
    "xyz_months",
    "user_id",
    "team_id",
    "is_assigned",
)
# Written by people; a change of these changes what is derived.
BY_HAND = {
    "abc_class_manual",
    "abc_excluded",
    "potential_manual",
    "potential_level_manual",
    "entry_date",
}
# Written by the statements only, beside what STANDING names.
DERIVED = {
    *STANDING,
    "abc_class",
    "abc_class_computed",
    "abc_reviewed_on",
    "loyalty_score",
    "loyalty_points",
    "user_is_manual",
    "policy_is_manual",
    "mood_date",
    "mood_user_id",
} - {"user_id", "policy_id", "entry_date", "potential_amount", "potential_level"}


def place_of_class(value):
    """``SQL`` of the place of a class (``SQL``): VIP first, not by the keys."""
    return SQL("array_position(ARRAY['vip', 'a', 'b', 'c'], %s::text)", value)


class ClientCard(models.Model):
    """How a client stands with one of our companies (design 4.1).

    One card per commercial partner and company. Facts are derived by the set-based
    statements of ``client_card_standing.py`` and ``client_card_abc.py``; nothing that
    depends on today is stored, except the status, which says since when it holds.
    """

    _name = "client.card"
    _description = "Client card"
    _order = "turnover desc, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", string="Client", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(related="partner_id.active", store=True)
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        help="The contact's salesperson where he may enter the company, else the "
        "seller of the last order. Changed here it stays until it is emptied.",
    )
    user_is_manual = fields.Boolean(string="Salesperson set by hand", readonly=True)
    is_assigned = fields.Boolean(
        string="Salesperson assigned",
        readonly=True,
        help="Somebody was made the client's salesperson, on the contact or here. "
        "Otherwise the seller of the last order stands in.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales team",
        readonly=True,
        help="The team of the salesperson in this company.",
    )
    policy_id = fields.Many2one(
        "client.policy",
        string="Regulation",
        index=True,
        ondelete="set null",
        domain=[("is_preset", "=", False)],
        help="Follows from company and segment. Chosen here it stays until emptied.",
    )
    policy_is_manual = fields.Boolean(string="Regulation set by hand", readonly=True)
    entry_date = fields.Date(
        string="In the base since",
        help="Day of the first purchase, or on which the client was added.",
    )
    first_contact_date = fields.Date(string="First contact")

    # Standing: derived from purchases
    status = fields.Selection(STATUSES, readonly=True, group_expand=True)
    first_purchase_date = fields.Date(string="First purchase", readonly=True)
    last_purchase_date = fields.Date(string="Last purchase", readonly=True)
    purchase_count = fields.Integer(
        string="Number of purchases", readonly=True, aggregator="sum"
    )
    turnover = fields.Monetary(
        readonly=True,
        help="Purchases without tax, less refunds, in the period of the regulation.",
    )
    turnover_previous = fields.Monetary(
        string="Turnover of the period before",
        readonly=True,
        help="The same number of months before the present period.",
    )
    turnover_total = fields.Monetary(string="Total of all deals", readonly=True)
    turnover_change = fields.Float(
        string="Change, %", compute="_compute_turnover_change", digits=(16, 1)
    )
    purchase_cycle = fields.Integer(
        string="Purchase cycle, days",
        readonly=True,
        aggregator="avg",
        help="Usual number of days between purchases: the median, from the third "
        "purchase day on.",
    )
    next_purchase_date = fields.Date(string="Next purchase expected", readonly=True)
    planned_purchase_date = fields.Date(
        string="Planned to buy on", help="When the client wants to work with us again."
    )
    late_date = fields.Date(
        string="On time until",
        readonly=True,
        help="The last day on which the next purchase is not late.",
    )
    risk_date = fields.Date(
        string="Not at risk until",
        readonly=True,
        help="The last day on which the client is not at risk of leaving.",
    )
    newcomer_until = fields.Date(string="Newcomer until", readonly=True)
    purchase_state = fields.Selection(
        PURCHASE_STATES,
        string="Purchase alarm",
        compute="_compute_purchase_state",
        search="_search_purchase_state",
        group_expand=True,
        help="The alarm before a client is lost, by his own purchase cycle.",
    )
    is_newcomer = fields.Boolean(
        string="Newcomer",
        compute="_compute_is_newcomer",
        search="_search_is_newcomer",
        help="Bought for the first time a short while ago.",
    )
    former_since = fields.Date(string="Former since", readonly=True)
    winback_count = fields.Integer(
        string="Times came back",
        readonly=True,
        help="How often the client bought again after he had been a former client.",
    )

    # Class: computed, by hand, effective
    abc_class = fields.Selection(
        CLASSES,
        string="Class",
        readonly=True,
        group_expand=True,
        help="VIP, A, B or C by turnover, or as set by hand.",
    )
    abc_class_computed = fields.Selection(
        CLASSES, string="Computed class", readonly=True
    )
    abc_class_manual = fields.Selection(
        CLASSES,
        string="Class set by hand",
        help="Holds until it is emptied; the computed class stays visible beside it.",
    )
    abc_lock_reason = fields.Char(
        string="Reason of the lock", help="Why the class was set by hand."
    )
    abc_excluded = fields.Boolean(
        string="Not in ABC",
        help="Takes no part in the shares, for example a marketplace or a firm of the "
        "own group. A class set by hand stands.",
    )
    abc_reviewed_on = fields.Date(string="Class reviewed on", readonly=True)

    # The contact's own data, for lists and searches
    phone = fields.Char(related="partner_id.phone", readonly=False)
    email = fields.Char(related="partner_id.email", readonly=False)
    city = fields.Char(related="partner_id.city")
    country_id = fields.Many2one(related="partner_id.country_id")
    category_id = fields.Many2many(related="partner_id.category_id")
    segment_id = fields.Many2one(related="partner_id.segment_id", readonly=False)
    contact_search = fields.Char(
        string="Name, telephone or e-mail",
        compute="_compute_contact_search",
        search="_search_contact_search",
    )
    transition_ids = fields.One2many("client.transition", "card_id")
    owner_differs = fields.Boolean(
        readonly=True,
        copy=False,
        help="Technical: the client has cards in several companies, and this one has "
        "another salesperson than the contact is marked with.",
    )

    _partner_company_uniq = models.Constraint(
        "UNIQUE(partner_id, company_id)", "The client already has a card here."
    )
    _worklist_idx = models.Index("(company_id, turnover DESC, id) WHERE active IS TRUE")
    _class_idx = models.Index(
        "(company_id, abc_class, turnover DESC, id) WHERE active IS TRUE"
    )
    _user_idx = models.Index("(company_id, user_id, abc_class)")
    _owner_differs_idx = models.Index("(user_id) WHERE owner_differs IS TRUE")
    _status_idx = models.Index("(company_id, status) WHERE active IS TRUE")
    _abc_idx = models.Index(
        "(company_id, policy_id, turnover DESC, partner_id) "
        "WHERE active IS TRUE AND status = 'active'"
    )
    _unassigned_idx = models.Index(
        "(company_id) WHERE active IS TRUE AND is_assigned IS NOT TRUE"
    )
    _excluded_idx = models.Index("(company_id) WHERE abc_excluded IS TRUE")
    _alarm_idx = models.Index("(company_id, late_date) WHERE late_date IS NOT NULL")

    @api.depends("partner_id", "company_id")
    def _compute_display_name(self):
        for card in self:
            card.display_name = card.partner_id.display_name

    # ------------------------------------------------------------------- constraints

    @api.constrains("partner_id", "company_id")
    def _check_partner(self):
        """Design 4.3 *Who gets no card*."""
        for card in self:
            if card.partner_id.commercial_partner_id != card.partner_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s belongs to another contact: the card is kept there.",
                        name=card.partner_id.display_name,
                    )
                )
        own = self.sudo().partner_id._never_clients()
        if own:
            raise ValidationError(
                self.env._(
                    "%(names)s cannot be clients: own companies and users have no "
                    "client card.",
                    names=", ".join(own.mapped("display_name")),
                )
            )

    @api.constrains("policy_id")
    def _check_policy(self):
        if any(policy.is_preset for policy in self.sudo().policy_id):
            raise ValidationError(
                self.env._("A preset never holds for clients: choose a regulation.")
            )

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Make cards by hand or from an import; their figures follow at once."""
        cards = super().create(
            [{"entry_date": fields.Date.context_today(self)} | v for v in vals_list]
        )
        cards._keep_choices(vals_list)
        cards.with_context(client_background=True)._derive()
        cards._derive_marks()
        return cards

    def write(self, vals):
        before = {card: card.abc_class for card in self}
        result = super().write(vals)
        folding = self.env.context.get("client_folding")
        if {"user_id", "policy_id"} & vals.keys() and not folding:
            self._keep_choices([vals] * len(self))
        if "abc_class_manual" in vals:
            self._abc_apply_manual(before)
        if (BY_HAND | {"user_id", "policy_id"}) & vals.keys():
            self.with_context(
                client_background=True, client_rule_changed="policy_id" in vals
            )._derive()
        if "user_id" in vals:
            self._derive_marks()
        return result

    def unlink(self):
        partners = self.partner_id
        result = super().unlink()
        self.env["client.card"]._derive_marks(partners)
        return result

    def _has_field_access(self, field, operation):
        """What is derived is written by the statements, not by calls from outside."""
        if operation == "write" and field.name in DERIVED and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def _keep_choices(self, vals_list):
        """Remember what people chose, so that no derivation takes it back.

        The salesperson of a client with one card is the contact's salesperson
        (design 4.1); with cards in several companies the choice is the card's own.
        """
        chosen = defaultdict(lambda: self.env["client.card"].sudo())
        for card, vals in zip(self.sudo(), vals_list, strict=True):
            if "policy_id" in vals:
                card.policy_is_manual = bool(vals["policy_id"])
            if "user_id" in vals:
                chosen[vals["user_id"] or False] |= card
        for user_id, cards in chosen.items():
            partners = cards.with_context(active_test=False).partner_id
            single = partners.filtered(lambda p: len(p.client_card_ids) == 1)
            # Emptied by hand, the contact's salesperson is empty; the card then falls
            # to the seller of the last order.
            single.filtered(lambda p, u=user_id: p.user_id.id != u).user_id = user_id
            own = cards.filtered(lambda c, s=single: c.partner_id not in s)
            own.user_is_manual = bool(user_id)
            (cards - own).user_is_manual = False

    # ----------------------------------------------------------------------- actions

    def action_open_partner(self):
        self.ensure_one()
        partner = self.partner_id
        return partner._get_records_action(name=partner.display_name)

    def action_open_purchases(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_purchase_action"
        )
        return action | {
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {"client_purchase_partner_id": self.partner_id.id},
        }

    def action_new_quotation(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "views": [(False, "form")],
            "context": {"default_partner_id": self.partner_id.id},
        }

    def action_bought(self):
        """Open the dialog that takes down a purchase of this client."""
        self.ensure_one()
        entries = self.env["client.purchase.entry"]
        return entries._action_bought(self.partner_id, self.company_id)

    def action_not_a_client(self):
        """Remove the cards and remember it: no purchase brings them back."""
        if not self.env.user.has_group("client_base_retention.group_client_head"):
            raise AccessError(
                self.env._("Only the head may take contacts out of the client base.")
            )
        for company, cards in self.grouped("company_id").items():
            # The head needs no right on the company record to keep this list.
            company.sudo().client_excluded_partner_ids |= cards.partner_id
        self.unlink()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
