from odoo import api, fields, models

# What a regulation weighs where nobody said anything else: (what, weight, limit).
DEFAULT = (
    ("class", 4, 0),
    ("regularity", 2, 0),
    ("payments", 2, 30),
    ("people", 1, 3),
    ("recommendations", 1, 2),
)


class ClientLoyaltyParameter(models.Model):
    """One thing that a regulation weighs in the loyalty of a client (N50).

    What can be weighed stands in ``client.card._loyalty_measures``.
    """

    _name = "client.loyalty.parameter"
    _inherit = ["client.policy.line"]
    _description = "Parameter of loyalty"
    _order = "policy_id, sequence, id"
    _rec_name = "what"

    _derived_from = frozenset({"policy_id", "what", "weight", "limit"})

    sequence = fields.Integer(default=10)
    what = fields.Selection("_selection_what", string="What counts", required=True)
    weight = fields.Integer(
        default=1, required=True, help="How much it counts beside the others."
    )
    limit = fields.Integer(
        help="Payments: so many days late on average are worth nothing. People and "
        "recommendations: so many are worth everything. Empty: as usual."
    )
    meaning = fields.Char(string="How it counts", compute="_compute_meaning")

    _what_uniq = models.Constraint(
        "UNIQUE(policy_id, what)",
        "A regulation weighs each thing once: change the line that is there.",
    )
    _weight_check = models.Constraint(
        "CHECK(weight BETWEEN 0 AND 100)", "A weight is a number from 0 to 100."
    )
    _limit_check = models.Constraint(
        'CHECK("limit" BETWEEN 0 AND 1000)', "A limit is a number from 0 to 1,000."
    )

    @api.model
    def _selection_what(self):
        measures = self.env["client.card"]._loyalty_measures()
        return [(code, measure.label) for code, measure in measures.items()]

    @api.depends("what")
    @api.depends_context("lang")
    def _compute_meaning(self):
        measures = self.env["client.card"]._loyalty_measures()
        for line in self:
            line.meaning = line.what in measures and measures[line.what].meaning

    @api.model
    def _policies_changed(self, policies):
        own = policies._without_presets()
        if own and not self.env.context.get("client_loyalty_later"):
            own._companies()._derive_in_background()


class ClientPolicy(models.Model):
    """What makes a client loyal, by this regulation."""

    _inherit = "client.policy"

    loyalty_parameter_ids = fields.One2many(
        "client.loyalty.parameter",
        "policy_id",
        string="What makes a client loyal",
        copy=True,
        default=lambda self: self._loyalty_default(),
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new regulation derives everything, the loyalty with it."""
        later = self.with_context(client_loyalty_later=True)
        policies = super(ClientPolicy, later).create(vals_list)
        return policies.with_env(self.env)

    @api.model
    def _loyalty_default(self):
        """Commands that make the parameters of ``DEFAULT``."""
        return [
            fields.Command.create({"what": what, "weight": weight, "limit": limit})
            for what, weight, limit in DEFAULT
        ]
