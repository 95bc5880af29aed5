from odoo import api, models

from .client_review_notice import OF_CLIENT

WATCHED = frozenset(OF_CLIENT)


class ResPartner(models.Model):
    """Contacts whose data the steward looks at (N127, N128)."""

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        """New persons of clients are noticed; new clients are when they get a card."""
        partners = super().create(vals_list)
        sent = self.env.context.get("client_review_id")
        if self.env.su or not (sent or any(v.get("parent_id") for v in vals_list)):
            return partners
        if self._is_client_noticed():
            self.env["client.review"]._notice_persons(partners.filtered("parent_id"))
        elif self.env["client.steward.work"]._is_counted():
            self.env["client.steward.work"]._count_made(partners)
        return partners

    def write(self, vals):
        """Whatever else is written costs nothing: no query is made for it."""
        watched = WATCHED & vals.keys()
        if not watched:
            return super().write(vals)
        steward = self._client_steward_before(watched)
        noticed = self._is_client_noticed() and (
            self.env["client.review"]._values_noticed(self, watched)
        )
        result = super().write(vals)
        if noticed:
            self.env["client.review"]._notice_changes(noticed)
        if steward:
            self.env["client.steward.work"]._count_filled(steward)
        return result

    def unlink(self):
        self.env["client.review"]._forget(self)
        return super().unlink()

    def _anonymized_columns(self):
        """Everything that is said in what the steward looks at, or was changed."""
        columns = dict(super()._anonymized_columns())
        said = ("text", "change_data", "remark", "image", "file", "file_name")
        columns["client.review"] = (said, ())
        return columns

    def _anonymize_rows(self):
        self.env["client.review"]._forget_changes(self)
        return super()._anonymize_rows()

    def _is_client_noticed(self):
        # As superuser it is the system that writes.
        return not self.env.su and self.env["client.review"]._is_noticed()

    def _client_steward_before(self, names):
        """What the steward is about to fill, for his own figures."""
        if self.env.su:
            return False
        return self.env["client.steward.work"]._empty_before(self, names)

    def action_send_to_steward(self):
        """Send a photo, a sentence or a file about this client to the steward."""
        return self.env["client.review"].action_send(self.id)
