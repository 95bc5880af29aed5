from odoo import models


class Base(models.AbstractModel):
    """The chatter of a document that a hidden contact follows still opens."""

    _inherit = "base"

    def _message_get_suggested_recipients(self, *args, no_create=True, **kwargs):
        if self.env.su or not no_create or not self.env.user._client_is_restricted():
            return super()._message_get_suggested_recipients(
                *args, no_create=no_create, **kwargs
            )
        # sudo: Odoo reads everybody who follows; who is hidden is left out below.
        found = super(Base, self.sudo())._message_get_suggested_recipients(
            *args, no_create=no_create, **kwargs
        )
        ids = [row["partner_id"] for row in found if row.get("partner_id")]
        named = self.env["res.partner"].sudo().browse(ids)
        hidden = set(named.filtered(lambda one: not one.client_is_seen).ids)
        return [row for row in found if row.get("partner_id") not in hidden]
