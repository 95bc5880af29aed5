from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .client_roles import ROLE

MATERIAL_KINDS = [
    ("newspaper", "Newspaper"),
    ("booklet", "Booklet"),
    ("catalogue", "Catalogue"),
    ("price", "Price list"),
    ("invitation", "Invitation"),
    ("other", "Other"),
]
CHANNELS = [
    ("post", "By post"),
    ("email", "By e-mail"),
    ("hand", "Handed over"),
    ("messenger", "By messenger"),
]
# So many of the last ones stand on the form; the others are a click away.
RECENT = 10


class ClientMaterial(models.Model):
    """What is sent to clients: a newspaper, a booklet, a catalogue (N5).

    What went to whom stands in the touchpoints of the kind *Information sent*.
    """

    _name = "client.material"
    _description = "Information material"
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(MATERIAL_KINDS, required=True, default="catalogue")
    company_id = fields.Many2one(
        "res.company", help="Empty: it is sent by all companies."
    )
    active = fields.Boolean(
        default=True, help="What is sent no more is archived, not deleted."
    )
    file = fields.Binary(attachment=True, help="To look at, or to send along.")
    file_name = fields.Char()
    note = fields.Text(help="For salespeople: for whom it is, what to say with it.")
    client_count = fields.Integer(
        string="Clients who got it", compute="_compute_client_count"
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_count(self):
        counts = dict(
            self.env["client.touchpoint"]._read_group(
                [("material_id", "in", self.ids)],
                ["material_id"],
                ["partner_id:count_distinct"],
            )
        )
        for material in self:
            material.client_count = counts.get(material._origin, 0)

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_sent(self):
        # sudo: it may have gone to clients of companies the user does not see.
        if (
            self.env["client.touchpoint"]
            .sudo()
            .search_count([("material_id", "in", self.ids)], limit=1)
        ):
            raise ValidationError(
                self.env._("This went to clients already: archive it instead.")
            )

    def action_open_sent(self):
        """Open what was sent of it, to whom and how."""
        self.ensure_one()
        self.env["client.touchpoint"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_touchpoint_action_material"
        )
        return action | {"domain": [("material_id", "=", self.id)]}


class ClientTouchpoint(models.Model):
    """What was sent, and how; no norm counts it."""

    _inherit = "client.touchpoint"

    material_id = fields.Many2one(
        "client.material",
        string="What was sent",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    channel = fields.Selection(CHANNELS, string="How it went")

    @api.constrains("kind", "material_id", "channel")
    def _check_material(self):
        for contact in self:
            sent = contact.material_id or contact.channel
            if sent and contact.kind != "material":
                raise ValidationError(
                    self.env._(
                        "What was sent and how goes with the kind “Information sent” "
                        "only."
                    )
                )

    @api.depends("material_id")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for contact in self.filtered("material_id"):
            contact.display_name = self.env._(
                "%(contact)s: %(material)s",
                contact=contact.display_name,
                material=contact.material_id.display_name,
            )
        return result


class ClientCard(models.Model):
    """Who got a material, and who did not yet."""

    _inherit = "client.card"

    sent_material_ids = fields.Many2many(
        "client.material",
        string="Was sent",
        compute="_compute_sent_material_ids",
        search="_search_sent_material_ids",
        help="Newspapers, booklets and catalogues that went to the client.",
    )

    def _compute_sent_material_ids(self):
        found = self.env["client.touchpoint"]._read_group(
            [("card_id", "in", self._origin.ids), ("material_id", "!=", False)],
            ["card_id"],
            ["material_id:recordset"],
        )
        sent = dict(found)
        for card in self:
            card.sent_material_ids = sent.get(card._origin, False)

    @api.model
    def _search_sent_material_ids(self, operator, value):
        if operator == "in":
            found = Domain("material_id", "in", [one for one in value if one])
            if not all(value):
                found = Domain("material_id", "!=", False)
        elif operator in ("any", "any!"):
            found = Domain("material_id", operator, value)
        else:
            return NotImplemented
        found &= Domain("card_id", "!=", False)
        cards = self.env["client.touchpoint"]._search(found).subselect("card_id")
        if operator == "in" and not all(value):
            return Domain("id", "not in", cards)
        return Domain("id", "in", cards)

    def action_record_material(self):
        """Open the dialog that records what was sent to these clients."""
        self.check_access("read")
        return self.env["client.material.send"]._action_send(self)

    def _record_contact(self, values, activity):
        """The dialog *Log a contact* says which material went, too."""
        more = self.env.context.get("client_contact_sent")
        if more and values["kind"] == "material":
            values = values | more
        return super()._record_contact(values, activity)


class ResPartner(models.Model):
    """What was sent to the client stands on his form."""

    _inherit = "res.partner"

    client_sent_touchpoint_ids = fields.Many2many(
        "client.touchpoint",
        string="Information sent",
        compute="_compute_client_sent_touchpoint_ids",
        groups=ROLE,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_sent_touchpoint_ids(self):
        touchpoints = self.env["client.touchpoint"]
        for client, partners in self.grouped("commercial_partner_id").items():
            # A contact that is being typed in has no id yet.
            sent = touchpoints.search(
                [("partner_id", "in", client._origin.ids), ("kind", "=", "material")],
                limit=RECENT,
            )
            for partner in partners:
                partner.client_sent_touchpoint_ids = sent

    def action_record_material(self):
        """Open the dialog that records what was sent to these clients.

        :raise AccessError: the user has no role in the client base
        """
        self.check_access("read")
        self._check_client_role()
        cards = self.env["client.card"].search(
            [
                ("partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "=", self.env.company.id),
            ]
        )
        people = self.filtered(lambda p: p != p.commercial_partner_id)
        person = people if len(self) == 1 else people.browse()
        return self.env["client.material.send"]._action_send(cards, person)

    def action_open_client_sent(self):
        """Open what was sent to this client."""
        self.ensure_one()
        self.check_access("read")
        self._check_client_role()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_touchpoint_action_material"
        )
        return action | {"domain": [("partner_id", "=", self.commercial_partner_id.id)]}
