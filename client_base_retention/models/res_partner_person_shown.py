from odoo import api, fields, models

from .res_partner import ROLE


class ResPartner(models.Model):
    """The client's form says in one look whom to talk to there, and how (N1, N135)."""

    _inherit = "res.partner"

    client_person_id = fields.Many2one(
        "res.partner",
        string="Person to talk to",
        compute="_compute_client_person_id",
        groups=ROLE,
        help="The contact person of the client, or the only person he has; a private "
        "person himself.",
    )
    client_person_text = fields.Char(
        string="Contact person", compute="_compute_client_person_text", groups=ROLE
    )
    client_person_reach = fields.Char(
        string="Best reached", compute="_compute_client_person_text", groups=ROLE
    )
    client_person_how = fields.Text(
        string="How to talk with him",
        compute="_compute_client_person_text",
        groups=ROLE,
    )
    client_person_important = fields.Text(
        string="Important to him", compute="_compute_client_person_text", groups=ROLE
    )

    @api.model
    def _client_field_names(self):
        return [
            *super()._client_field_names(),
            "client_person_id",
            "client_person_text",
            "client_person_reach",
            "client_person_how",
            "client_person_important",
        ]

    @api.depends("is_company", "client_card_id.contact_person_id")
    @api.depends_context("uid", "company")
    def _compute_client_person_id(self):
        """Of those whose contact person nobody chose, the persons are read at once."""
        unknown = self.browse()
        for partner in self:
            chosen = partner.client_card_id.contact_person_id
            partner.client_person_id = chosen if partner.is_company else partner
            if partner.is_company and not chosen:
                unknown |= partner
        persons = self.search(
            [
                ("parent_id", "in", unknown._origin.ids),
                ("type", "=", "contact"),
                ("is_company", "=", False),
                ("is_child", "=", False),
            ]
        ).grouped("parent_id")
        for partner in unknown:
            found = persons.get(partner._origin, self.browse())
            partner.client_person_id = found if len(found) == 1 else False

    @api.depends("client_person_id")
    @api.depends_context("lang", "uid", "company")
    def _compute_client_person_text(self):
        for partner in self:
            person = partner.client_person_id
            texts = ("", "")
            if person:
                texts = (person._client_called(), person._client_reached_by())
            partner.client_person_text, partner.client_person_reach = texts
            partner.client_person_how = person.how_to_talk
            partner.client_person_important = person.important_to_him

    def _client_called(self):
        """ "Anna Ivanova (Buyer): “Anna Petrovna”, formal (Вы, Sie)"."""
        self.ensure_one()
        text = self.name or ""
        if self.function:
            text = f"{text} ({self.function})"
        said = [
            f"“{self.salutation}”" if self.salutation else "",
            self._client_label("address_form"),
        ]
        said = ", ".join(word for word in said if word)
        return f"{text}: {said}" if said else text

    def _client_reached_by(self):
        """ "Telephone, Morning, before 11"."""
        self.ensure_one()
        words = (
            self._client_label("preferred_channel"),
            self._client_label("preferred_time"),
            self.preferred_time_note,
        )
        return ", ".join(word for word in words if word)

    def _client_label(self, name):
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels.get(self[name], "")
