from odoo import api, fields, models
from odoo.tools import SQL

from .res_partner import ROLE

# So many of the last touchpoints stand on the form; the others are a click away.
RECENT = 10


class ResPartner(models.Model):
    """When the client was contacted last and is due next (design 4.1)."""

    _inherit = "res.partner"

    last_contact_date = fields.Date(
        related="client_card_id.last_contact_date", groups=ROLE
    )
    next_contact_date = fields.Date(
        related="client_card_id.next_contact_date", groups=ROLE
    )
    contact_state = fields.Selection(
        related="client_card_id.contact_state", groups=ROLE
    )
    contact_mark = fields.Selection(related="client_card_id.contact_mark", groups=ROLE)
    contact_text = fields.Char(related="client_card_id.contact_text", groups=ROLE)
    next_contact_text = fields.Char(
        related="client_card_id.next_contact_text", groups=ROLE
    )
    client_contact_tries = fields.Integer(
        related="client_card_id.contact_tries", aggregator=None, groups=ROLE
    )
    client_contact_person_id = fields.Many2one(
        related="client_card_id.contact_person_id", readonly=False, groups=ROLE
    )
    client_pause_until = fields.Date(
        related="client_card_id.pause_until", readonly=False, groups=ROLE
    )
    client_pause_reason = fields.Char(
        related="client_card_id.pause_reason", readonly=False, groups=ROLE
    )
    client_agreed_date = fields.Date(
        string="Agreed for",
        compute="_compute_client_agreed_date",
        inverse="_inverse_client_agreed_date",
        compute_sudo=True,
        groups=ROLE,
        help="When next? Holds in place of the norms until the next real contact.",
    )
    client_obligation_ids = fields.One2many(
        related="client_card_id.obligation_ids", string="Norms", groups=ROLE
    )
    client_transition_ids = fields.One2many(
        related="client_card_id.transition_ids", string="Movements", groups=ROLE
    )
    client_touchpoint_count = fields.Integer(
        string="Number of touchpoints",
        compute="_compute_client_touchpoint_count",
        groups=ROLE,
    )
    client_recent_touchpoint_ids = fields.Many2many(
        "client.touchpoint",
        string="Last touchpoints",
        compute="_compute_client_recent_touchpoint_ids",
        groups=ROLE,
    )

    @api.model
    def _client_field_names(self):
        return [*super()._client_field_names(), "client_agreed_date"]

    @api.depends("client_card_id.agreed_date")
    def _compute_client_agreed_date(self):
        for partner in self:
            partner.client_agreed_date = partner.client_card_id.agreed_date

    def _inverse_client_agreed_date(self):
        for partner in self:
            partner.client_card_id._agree(partner.client_agreed_date)

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_touchpoint_count(self):
        """As many as the list has that the button opens."""
        counts = dict(
            self.env["client.touchpoint"]._read_group(
                [("partner_id", "in", self.commercial_partner_id.ids)],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.client_touchpoint_count = counts.get(
                partner.commercial_partner_id._origin, 0
            )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_recent_touchpoint_ids(self):
        touchpoints = self.env["client.touchpoint"]
        query = touchpoints._search(
            [("partner_id", "in", self.commercial_partner_id.ids)]
        )
        # With their table's name: the rules of the user may join others.
        table = SQL.identifier(query.table)
        numbered = query.select(
            SQL("%s.id", table),
            SQL("%s.partner_id", table),
            SQL("%s.date", table),
            SQL(
                """row_number() OVER (PARTITION BY %(table)s.partner_id
                   ORDER BY %(table)s.date DESC, %(table)s.id DESC) AS number""",
                table=table,
            ),
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT id, partner_id FROM (%s) AS numbered
                    WHERE number <= %s ORDER BY date DESC, id DESC""",
                numbered,
                RECENT,
            )
        )
        recent = {}
        for contact_id, partner_id in rows:
            recent.setdefault(partner_id, []).append(contact_id)
        for partner in self:
            ids = recent.get(partner.commercial_partner_id._origin.id, [])
            partner.client_recent_touchpoint_ids = touchpoints.browse(ids)

    def action_open_client_touchpoints(self):
        """Open the contacts that took place with this client."""
        self.ensure_one()
        client = self.commercial_partner_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_touchpoint_action"
        )
        return action | {
            "domain": [("partner_id", "=", client.id)],
            "context": {"default_partner_id": self.id},
        }
