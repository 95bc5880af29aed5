from markupsafe import Markup

from odoo import api, fields, models

from .client_roles import ROLE

# In the order in which people think: first what to drop, then what to add.
ACTIONS = [
    ("eliminate", "Eliminate"),
    ("reduce", "Reduce"),
    ("raise", "Raise"),
    ("create", "Create"),
]


class ClientOfferLine(models.Model):
    """The offer made for a segment, or for one client (N52): what of it is eliminated,
    reduced, raised and created. A client has what his segment has, and his own."""

    _name = "client.offer.line"
    _description = "Line of an offer matrix"
    _order = "sequence, id"

    name = fields.Char(string="What", required=True)
    action = fields.Selection(
        ACTIONS, string="Do", required=True, default="create", group_expand=True
    )
    sequence = fields.Integer(default=10)
    reason = fields.Char(string="Why")
    segment_id = fields.Many2one(
        "client.segment", index="btree_not_null", ondelete="cascade"
    )
    card_id = fields.Many2one(
        "client.card", string="Client", index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one(related="card_id.company_id", store=True)
    is_of_segment = fields.Boolean(
        string="Of the segment",
        compute="_compute_is_of_segment",
        help="Made for all clients of the segment; only the head changes it.",
    )

    _one_owner = models.Constraint(
        "CHECK(num_nonnulls(segment_id, card_id) = 1)",
        "A line of an offer belongs either to a segment or to one client.",
    )

    @api.depends("segment_id")
    def _compute_is_of_segment(self):
        for line in self:
            line.is_of_segment = bool(line.segment_id)

    def write(self, vals):
        result = super().write(vals)
        if {"card_id", "segment_id"} & vals.keys():
            # Odoo asks only where a line stood before.
            self.check_access("write")
        return result

    def _as_board(self):
        """These lines in four columns, as markup for a form."""
        columns = Markup()
        labels = dict(self._fields["action"]._description_selection(self.env))
        for action, _label in ACTIONS:
            items = Markup().join(
                Markup("<li>%s</li>") % line._in_words()
                for line in self
                if line.action == action
            )
            columns += Markup(
                '<div class="col-6 col-lg-3"><strong>%s</strong>'
                '<ul class="ps-3 mb-2">%s</ul></div>'
            ) % (labels[action], items or Markup('<li class="text-muted">-</li>'))
        return Markup('<div class="row">%s</div>') % columns

    def _in_words(self):
        if not self.reason:
            return self.name
        return self.env._("%(what)s (%(why)s)", what=self.name, why=self.reason)


class ClientSegment(models.Model):
    _inherit = "client.segment"

    offer_line_ids = fields.One2many(
        "client.offer.line",
        "segment_id",
        string="Offer matrix",
        copy=True,
        groups=ROLE,
    )

    def action_open_offer(self):
        """The offer matrix of the segment as a board of four columns."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_offer_line_action"
        )
        title = self.env._("Offer matrix of %(name)s", name=self.display_name)
        return action | {
            "name": title,
            "display_name": title,
            "domain": [("segment_id", "=", self.id)],
            "context": {"default_segment_id": self.id},
        }

    def action_open_clients(self):
        """The clients of the segment, with what is known of them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_card_action"
        )
        return action | {
            "name": self.display_name,
            "view_mode": "list,kanban,pivot,graph",
            "views": [(False, "list"), (False, "kanban"), (False, "pivot")],
            "domain": [("segment_id", "=", self.id)],
            "context": {},
        }


class ClientCard(models.Model):
    _inherit = "client.card"

    offer_line_ids = fields.One2many(
        "client.offer.line", "card_id", string="Own lines of the offer"
    )

    def _fold_contacts(self, target, partner):
        """What was offered to the client goes along to the card that stays."""
        result = super()._fold_contacts(target, partner)
        if target != self:
            # sudo: cards are folded for all companies.
            self.sudo().offer_line_ids.card_id = target
        return result

    def action_open_offer(self):
        """The offer matrix of the client: lines of his segment, and his own."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_offer_line_action"
        )
        title = self.env._("Offer matrix of %(name)s", name=self.display_name)
        return action | {
            "name": title,
            "display_name": title,
            "domain": self._offer_domain(),
            "context": {"default_card_id": self.id},
        }

    def _offer_domain(self):
        """The lines that hold for any of these clients."""
        own = [("card_id", "in", self.ids)]
        if not self.segment_id:
            return own
        return ["|", *own, ("segment_id", "in", self.segment_id.ids)]


class ResPartner(models.Model):
    _inherit = "res.partner"

    client_offer_board = fields.Html(
        string="Offer made for him",
        compute="_compute_client_offer_board",
        sanitize=False,
        groups=ROLE,
    )

    @api.model
    def _client_field_names(self):
        return [*super()._client_field_names(), "client_offer_board"]

    @api.depends("client_card_id.offer_line_ids", "segment_id")
    @api.depends_context("lang", "uid")
    def _compute_client_offer_board(self):
        """Four columns; everything in it is escaped."""
        lines = self.env["client.offer.line"]
        domain = self.client_card_id._offer_domain() if self.client_card_id else []
        found = lines.search(domain) if domain else lines
        for partner in self:
            card = partner.client_card_id
            own = found.filtered(
                lambda line, card=card: line.card_id == card
                or line.segment_id
                and line.segment_id == card.segment_id
            )
            partner.client_offer_board = own._as_board() if card and own else False

    def action_open_client_offer(self):
        self.check_access("read")
        return self._client_cards_checked().action_open_offer()
