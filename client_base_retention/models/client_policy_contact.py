from odoo import api, fields, models

from .client_policy import DERIVED_FROM

# What changes the due dates of the clients under a policy, but no figure of theirs.
CONTACTS_FROM = {
    "start_date",
    "warning_days",
    "former_norm_months",
    "prospect_norm_months",
    "rule_ids",
}


class ClientPolicy(models.Model):
    """Changes of a regulation that move the due dates of contacts."""

    _inherit = "client.policy"

    start_date = fields.Date(
        string="First round from",
        copy=False,
        help="No contact is due before this day. The first ones are spread over one "
        "interval of each norm, the best clients first.",
    )

    fallback_user_id = fields.Many2one(
        "res.users",
        string="Where nobody is responsible",
        domain="[('share', '=', False)]",
        ondelete="set null",
        help="Contacts with clients who have no salesperson are planned for this user. "
        "Empty: they are planned for nobody.",
    )

    _norm_months_within_the_calendar = models.Constraint(
        "CHECK(former_norm_months <= 1200 AND prospect_norm_months <= 1200 "
        "AND warning_days <= 36500)",
        "A hundred years are the most that a regulation can say.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # Its norms are derived with it, not one by one.
        policies = super(
            ClientPolicy, self.with_context(client_norms_later=True)
        ).create(vals_list)
        return policies.with_env(self.env)

    def write(self, vals):
        contacts = bool(CONTACTS_FROM & vals.keys())
        result = super(ClientPolicy, self.with_context(client_norms_later=True)).write(
            vals
        )
        # A change of the figures has derived the contacts too.
        if contacts and not DERIVED_FROM & vals.keys():
            self._rederive_contacts()
        return result

    def _norms_changed(self):
        """A norm of these policies changed; with a whole policy it is derived once."""
        if not self.env.context.get("client_norms_later"):
            self._rederive_contacts()

    def _rederive_contacts(self):
        """Derive the due dates under these policies: at once or soon."""
        own = self._without_presets()
        if own:
            own._companies()._rederive_contacts()
