from odoo import api, fields, models

from .client_roles import STEWARD


class ClientReview(models.Model):
    """How it is sent, and how it is looked at beside the client's form."""

    _inherit = "client.review"

    def action_open(self):
        """Open what is to be checked beside the client's form, or an empty one."""
        self.ensure_one()
        contact = self.person_id or self.partner_id
        values = {"client_review_id": self.id}
        if not contact:
            values |= {
                "default_is_company": True,
                "default_user_id": self.user_id.id,
                "default_company_id": False,
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "res.partner",
            "res_id": contact.id,
            "views": [(False, "form")],
            "context": values,
        }

    @api.model
    def action_send(self, partner_id=False):
        """Open *Send to steward*, from a client or from nowhere (N128)."""
        # sudo: the name of a colleague whom everybody turns to.
        steward = self.env.company.sudo().client_steward_id
        name = self.env._("Send to steward")
        return {
            "type": "ir.actions.act_window",
            "name": f"{name}: {steward.name}" if steward else name,
            "res_model": "client.review",
            "views": [
                (
                    self.env.ref("client_base_retention.client_review_view_send").id,
                    "form",
                )
            ],
            "context": {"default_partner_id": partner_id},
            "target": "new",
        }

    # --------------------------------------------------------- beside the client's form

    def get_pane(self):
        """What the form of the client shows beside it.

        :return: dictionary of plain values; ``changes``: [{who, what, before, now}]
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "id": self.id,
            "kind": self.kind,
            "kind_name": dict(self._fields["kind"]._description_selection(self.env))[
                self.kind
            ],
            "state": self.state,
            "from": self.user_id.name,
            "date": fields.Datetime.to_string(self.date),
            "text": self.text or "",
            "remark": self.remark or "",
            "image": self in self._pictured(),
            "file_name": self in self._pictured("file")
            and (self.file_name or self.env._("File")),
            "changes": self._changes_in_words(),
            "may_check": self.env.user.has_group(STEWARD),
            "is_mine": self.is_mine,
        }

    def _pictured(self, name="image"):
        """Those of these with a picture or file, which are not read for it."""
        # sudo: attachments of records that were read already.
        rows = (
            self.env["ir.attachment"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", name),
                    ("res_id", "in", self.ids),
                ],
                ["res_id"],
            )
        )
        return self.browse(rows.mapped("res_id"))
