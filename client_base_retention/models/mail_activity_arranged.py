from odoo import api, models

# A change of these changes what is arranged with a client.
ARRANGED_BY = {
    "active",
    "activity_type_id",
    "calendar_event_id",
    "client_company_id",
    "client_id",
    "date_deadline",
    "user_id",
}


class MailActivity(models.Model):
    """What people plan with a client is arranged with him (design 4.3 *Arranged*)."""

    _inherit = "mail.activity"

    _client_open_idx = models.Index(
        "(client_id, date_deadline) WHERE active IS TRUE AND client_id IS NOT NULL"
    )

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._touch_arranged(activities._arranged_with())
        return activities

    def write(self, vals):
        touched = bool(ARRANGED_BY & vals.keys())
        before = self._arranged_with() if touched else None
        result = super().write(vals)
        if touched:
            self._touch_arranged(before | self._arranged_with())
        return result

    def unlink(self):
        before = self._arranged_with()
        result = super().unlink()
        self.browse()._touch_arranged(before)
        return result

    def _arranged_with(self):
        """The clients with whom these activities of people are a contact."""
        # sudo: the client of one's own activity can be hidden.
        return (
            self.sudo()
            .filtered(
                lambda a: a.client_id
                and a.active
                and not a.is_client_norm
                and a.activity_type_id.client_kind
            )
            .client_id
        )

    def _touch_arranged(self, clients):
        self.env["client.card"]._arranged_touch(clients)
