from odoo import Command, api, fields, models

from .client_card import CLASSES, STATUSES

# What a regulation asks for where nobody said anything else.
DEFAULT = (
    "phone_or_email,source:active,segment:active,person_birthday:vip,person_birthday:a"
)
STATUS_KEYS = [key for key, _word in STATUSES]
CLASS_KEYS = [key for key, _word in CLASSES]


class ClientPolicy(models.Model):
    """What a regulation wants to be known of clients, and how long it stays fresh."""

    _inherit = "client.policy"

    data_requirement_ids = fields.One2many(
        "client.data.requirement",
        "policy_id",
        string="What must be known",
        copy=True,
        default=lambda self: self._data_commands(DEFAULT),
    )
    data_review_months = fields.Integer(
        string="Data stay fresh for",
        default=12,
        help="So many months after somebody looked them through, the data of a client "
        "are stale. 0: never.",
    )
    required_fields = fields.Char(
        compute="_compute_required_fields",
        inverse="_inverse_required_fields",
        help="What must be known, as one text of codes, for example "
        "phone,source:active,person_birthday:vip",
    )

    _data_review_not_negative = models.Constraint(
        "CHECK(data_review_months BETWEEN 0 AND 1200)",
        "Data stay fresh for no months (always) up to a hundred years.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A new regulation derives everything, the completeness once with it."""
        later = self.with_context(client_data_later=True)
        policies = super(ClientPolicy, later).create(vals_list)
        return policies.with_env(self.env)

    @api.depends(
        "data_requirement_ids.what",
        "data_requirement_ids.status",
        "data_requirement_ids.abc_class",
    )
    def _compute_required_fields(self):
        for policy in self:
            codes = [need._as_code() for need in policy._requirements_in_order()]
            # Asked for twice is asked for once.
            policy.required_fields = ",".join(dict.fromkeys(codes))

    def _inverse_required_fields(self):
        """Make the requirements those of the text; nothing is written if they are."""
        for policy in self:
            commands = self._data_commands(policy.required_fields or "")
            wanted = {tuple(command[2].values()) for command in commands}
            present = [need._as_requirement() for need in policy.data_requirement_ids]
            if len(wanted) != len(present) or wanted != set(present):
                policy.data_requirement_ids = [Command.clear(), *commands]

    def _requirements_in_order(self):
        """What must be known, in the order of the list of what can be asked for;
        without what only an addon that is gone asked for."""
        self.ensure_one()
        order = list(self.env["client.card"]._data_checks())
        return self.data_requirement_ids.filtered(
            lambda need: need.what in order
        ).sorted(
            lambda need: (
                order.index(need.what),
                STATUS_KEYS.index(need.status) if need.status else -1,
                CLASS_KEYS.index(need.abc_class) if need.abc_class else -1,
            )
        )

    @api.model
    def _data_commands(self, text):
        """Commands that make the requirements of a text like ``required_fields``.

        What no installed addon can ask for is left out.
        """
        known = self.env["client.card"]._data_checks()
        commands = []
        for code in text.split(","):
            what, *whom = code.strip().split(":")
            if what not in known:
                continue
            status = next((word for word in whom if word in STATUS_KEYS), False)
            klass = next((word for word in whom if word in CLASS_KEYS), False)
            commands.append(
                Command.create({"what": what, "status": status, "abc_class": klass})
            )
        return commands

    def _required_words(self):
        """["Telephone", "Birthday of the contact person (VIP, A)"]"""
        self.ensure_one()
        checks = self.env["client.card"]._data_checks()
        words = []
        for what, needs in self._requirements_in_order().grouped("what").items():
            # Asked of everybody, it does not matter of whom else.
            whom = [need._whom_in_words() for need in needs]
            label = checks[what].label
            if all(whom):
                whom = dict.fromkeys(whom)
                label = self.env._(
                    "%(what)s (%(whom)s)", what=label, whom=", ".join(whom)
                )
            words.append(label)
        return words

    def _data_changed(self):
        """The requirements changed: derive the completeness of their clients."""
        own = self._without_presets()
        if own and not self.env.context.get("client_data_later"):
            own._companies()._rederive_data()
