from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# What changes the figures of the clients under a policy when it is written.
DERIVED_FROM = {
    "active",
    "company_id",
    "sequence",
    "segment_ids",
    "abc_period_months",
    "vip_share",
    "a_share",
    "b_share",
    "former_after_months",
    "former_cycle_factor",
    "late_factor",
    "risk_factor",
    "typical_cycle_days",
    "newcomer_days",
    "pause_from",
    "pause_to",
    "abc_review",
    "xyz_x_limit",
    "xyz_y_limit",
    "potential_high",
    "potential_medium",
}

TRADES = [
    ("wholesale", "Wholesale"),
    ("contracts", "Contracts and services"),
    ("travel", "Travel agency"),
    ("children", "Children's centre"),
    ("consultant", "Direct-sales consultant"),
    ("salon", "Beauty salon"),
    ("clothes", "Clothes shop"),
    ("info", "Info-products and courses"),
    ("building", "Building materials"),
    ("other", "Other"),
]


def first_fits(regulations):
    """Which regulation holds for the clients of each segment.

    :param regulations: list of (regulation, its segments), the first that fits wins;
        one without segments fits every client and must be among them
    :return: {segment: regulation}; 0 stands for no segment and for any other
    """
    holding = {0: next(name for name, segments in regulations if not segments)}
    for segment in {key for _name, segments in regulations for key in segments}:
        holding[segment] = next(
            name
            for name, segments in regulations
            if not segments or segment in segments
        )
    return holding


class ClientPolicy(models.Model):
    """The regulation of one line of business (N45, N56, N81).

    Says over which months turnover is counted, how it is cut into classes, and when a
    client who stopped buying is late, at risk and former. The exact rules stand in
    ``client_card_standing.py`` (status) and ``client_card_abc.py`` (classes).
    """

    _name = "client.policy"
    _description = "Client regulation"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10,
        help="The first regulation that fits a client's company and segment holds.",
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: the regulation holds in every company."
    )
    segment_ids = fields.Many2many(
        "client.segment",
        "client_policy_segment_rel",
        "policy_id",
        "segment_id",
        string="Segments",
        help="Empty: the regulation holds for clients of every segment.",
    )
    card_ids = fields.One2many("client.card", "policy_id", string="Clients")

    abc_period_months = fields.Integer(
        string="Turnover of the last",
        default=12,
        required=True,
        help="Purchases of this many calendar months up to today decide on the class. "
        "Where deals are rare we suggest 24.",
    )
    vip_share = fields.Float(
        string="VIP",
        digits=(5, 2),
        default=20,
        help="VIP are the biggest clients who together bring this share of turnover "
        "(not this share of the clients). 0: VIP is only set by hand. "
        "For trades with even turnover we suggest 10, 50 and 80.",
    )
    a_share = fields.Float(
        string="A",
        digits=(5, 2),
        default=80,
        help="A are the next clients, until VIP and A together bring this share. "
        "For trades with even turnover we suggest 10, 50 and 80.",
    )
    b_share = fields.Float(
        string="B",
        digits=(5, 2),
        default=95,
        help="B are the next clients, until VIP, A and B together bring this share. "
        "The rest is C. For trades with even turnover we suggest 10, 50 and 80.",
    )
    abc_review = fields.Selection(
        [("nightly", "Every night"), ("monthly", "Once a month")],
        string="Class changes",
        default="nightly",
        required=True,
        help="Once a month: the class that people see follows the computed one on the "
        "first days of a month only, so that it does not swing to and fro.",
    )
    former_after_months = fields.Integer(
        string="Former after",
        default=12,
        required=True,
        help="Calendar months without a purchase. A purchase makes him active again. "
        "12 is the practice of direct sales; other trades need other figures.",
    )
    former_cycle_factor = fields.Float(
        string="but not before",
        digits=(6, 2),
        default=2,
        help="A client who buys every three years is not lost after one: he becomes "
        "former only after this many of his own purchase cycles.",
    )
    late_factor = fields.Float(
        string="Late with purchase",
        digits=(6, 2),
        default=1.25,
        help="Late with a purchase: this many usual cycles and three days have passed. "
        "1.25 is our suggestion.",
    )
    risk_factor = fields.Float(
        string="At risk",
        digits=(6, 2),
        default=2,
        help="At risk of leaving: this many usual cycles have passed without purchase. "
        "2 is our suggestion.",
    )
    typical_cycle_days = fields.Integer(
        string="Typical cycle",
        help="Stands for the client's own cycle until he has bought on three days. "
        "0: no alarm for such clients.",
    )
    newcomer_days = fields.Integer(
        string="Newcomer for",
        default=60,
        help="A client is a newcomer for this many days after the first purchase.",
    )
    pause_from = fields.Integer(
        string="Pause from month",
        help="First month (1 to 12) of the yearly pause, for example 6 for June. Days "
        "of the pause are not counted against a client who does not buy. 0: no pause. "
        "June to August for children's centres is our suggestion.",
    )
    pause_to = fields.Integer(
        string="Pause to month", help="Last month (1 to 12) of the yearly pause."
    )

    # Norms of contact, and what goes with them
    rule_ids = fields.One2many(
        "client.contact.rule", "policy_id", string="Norms", copy=True
    )
    warning_days = fields.Integer(
        string="Announced",
        default=3,
        help="A contact is announced so many days before it is due, where its norm "
        "says nothing else. In the norms of presets we suggest 1 day for intervals up "
        "to two weeks, 3 up to two months, 7 for longer ones and for meetings.",
    )
    daily_task_limit = fields.Integer(
        string="Open tasks at most",
        default=20,
        help="A salesperson never has more open tasks by the norms than this. Beside "
        "the daily work we suggest 5 to 12.",
    )
    former_norm_months = fields.Integer(
        string="For former clients after",
        help="Months since he became a former client. 0: they do not end. We suggest "
        "18, so that clients lost long ago make no tasks.",
    )
    prospect_norm_months = fields.Integer(
        string="For prospects after",
        help="Months since he came into the base. 0: they do not end. We suggest 6; "
        "later he may ripen, and letters are enough.",
    )
    order_counts_as = fields.Selection(
        [("nothing", "No contact"), ("call", "A call from the client")],
        string="An order typed in is",
        default="nothing",
        required=True,
        help="What an order that an employee types in says about contacts. Where "
        "clients order by telephone nobody logs these calls.",
    )

    # Trades
    trade = fields.Selection(
        TRADES, readonly=True, help="The trade whose preset this regulation began as."
    )
    is_preset = fields.Boolean(
        readonly=True,
        copy=False,
        help="A preset that comes with the addon; it never holds for a client.",
    )
    preset_id = fields.Many2one(
        "client.policy",
        string="Preset",
        readonly=True,
        ondelete="set null",
        domain=[("is_preset", "=", True)],
    )
    segment_of_trade_id = fields.Many2one(
        "client.segment",
        string="Segment of the trade",
        help="The segment that comes with the preset.",
    )
    practice_fields = fields.Char(
        readonly=True,
        help="Technical names of the figures that were found in the practice of the "
        "trade; the others are our suggestion.",
    )

    _preset_never_holds = models.Constraint(
        "CHECK(is_preset IS NOT TRUE OR active IS NOT TRUE)",
        "A preset never holds for clients: choose it on the launch page.",
    )
    _limits_not_negative = models.Constraint(
        "CHECK(warning_days >= 0 AND daily_task_limit >= 0 "
        "AND former_norm_months >= 0 AND prospect_norm_months >= 0)",
        "Days, months and limits cannot be negative.",
    )
    _shares_ordered = models.Constraint(
        "CHECK(0 <= vip_share AND vip_share <= a_share AND a_share <= b_share "
        "AND b_share <= 100)",
        "The shares must rise from VIP over A to B and lie between 0 and 100 %.",
    )
    _months_positive = models.Constraint(
        "CHECK(abc_period_months > 0 AND former_after_months > 0)",
        "The number of months must be at least one.",
    )
    _factors_not_negative = models.Constraint(
        "CHECK(former_cycle_factor >= 0 AND late_factor >= 0 AND risk_factor >= 0 "
        "AND typical_cycle_days >= 0 AND newcomer_days >= 0)",
        "Cycles and days cannot be negative.",
    )
    _within_the_calendar = models.Constraint(
        "CHECK(abc_period_months <= 1200 AND former_after_months <= 1200 "
        "AND typical_cycle_days <= 36500 AND newcomer_days <= 36500 "
        "AND former_cycle_factor <= 50 AND late_factor <= 50 AND risk_factor <= 50)",
        "A hundred years and fifty cycles are the most that a regulation can say.",
    )
    _pause_months = models.Constraint(
        "CHECK((COALESCE(pause_from, 0) = 0 AND COALESCE(pause_to, 0) = 0) "
        "OR (COALESCE(pause_from, 0) BETWEEN 1 AND 12 "
        "AND COALESCE(pause_to, 0) BETWEEN 1 AND 12))",
        "The pause needs both a first and a last month, from 1 to 12.",
    )

    @api.constrains("pause_from", "pause_to")
    def _check_pause(self):
        for policy in self:
            if (
                policy.pause_from
                and (policy.pause_to + 1 - policy.pause_from) % 12 == 0
            ):
                raise ValidationError(
                    self.env._("A pause of twelve months leaves no month to buy in.")
                )

    @api.constrains("preset_id")
    def _check_preset(self):
        # Compared as superuser: it must not lead to another company's regulation.
        if any(not preset.is_preset for preset in self.sudo().preset_id):
            raise ValidationError(
                self.env._("A regulation can only be compared with a preset.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._check_own()
        policies._without_presets()._rederive()
        return policies

    def write(self, vals):
        self._check_own()
        touched = DERIVED_FROM & vals.keys()
        own = self._without_presets()
        companies = own._companies() if touched else None
        result = super().write(vals)
        if "is_preset" in vals:
            self._check_own()
        if touched:
            own._rederive(companies)
        return result

    def unlink(self):
        companies = self._without_presets()._companies()
        result = super().unlink()
        self.browse()._rederive(companies)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_preset(self):
        self._check_own()

    def _without_presets(self):
        """These regulations without presets, which hold for nobody."""
        return self.filtered(lambda policy: not policy.is_preset)

    def _check_own(self):
        """Presets are the addon's: an update of it renews them, people do not.

        :raise UserError: one of these regulations is a preset
        """
        if not self.env.su and any(policy.is_preset for policy in self):
            raise UserError(
                self.env._(
                    "A preset comes with the addon and stays as it is. Choose it on "
                    "the launch page and change your own regulation."
                )
            )

    def _companies(self):
        """Companies in which one of these policies can hold."""
        if all(policy.company_id for policy in self):
            return self.company_id
        return self.env["res.company"]._client_companies()

    def _rederive(self, companies=None):
        """Derive what these policies touch: small bases at once, others soon."""
        companies = companies or self.env["res.company"]
        (companies | self._companies())._rederive_clients()

    @api.model
    def _holding_in(self, company):
        """Policies that can hold in ``company``, the first that fits a client wins."""
        # Those who look at archived cards must not make archived policies hold.
        policies = self.sudo().with_context(active_test=True)
        return policies.search([("company_id", "in", [company.id, False])])

    @api.model
    def _default_policy(self, company):
        """The policy that holds in ``company`` where nothing narrower does.

        :param company: ``res.company`` record
        :return: one ``client.policy``; the standard one is made anew where an
            administrator has removed every general policy
        """
        general = self._holding_in(company).filtered(lambda p: not p.segment_ids)[:1]
        if not general:
            general = self.sudo().create({"name": self.env._("Standard regulation")})
        return general

    @api.model
    def _by_segment(self, company):
        """{segment id: policy id} for ``company``; 0 stands for "no segment"."""
        policies = self._holding_in(company)
        if all(policy.segment_ids for policy in policies):
            policies |= self._default_policy(company)
        return first_fits([(policy.id, policy.segment_ids.ids) for policy in policies])

    @api.model
    def _any_pause(self):
        """Whether any policy has a yearly pause, archived ones included."""
        policies = self.sudo().with_context(active_test=False)
        own = [("pause_from", ">", 0), ("is_preset", "=", False)]
        return bool(policies.search(own, limit=1))

    def action_open_clients(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_card_action"
        )
        return action | {"domain": [("policy_id", "in", self.ids)], "context": {}}
