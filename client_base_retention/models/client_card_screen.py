import json

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, format_time

# The bar of the board where no norm holds: what is known without any.
PURCHASE_BAR = {
    "at_risk": "client_risk",
    "late": "client_late",
    "on_time": "400",
    "none": "200",
}


class ClientCard(models.Model):
    """What the screens of clients need from the server.

    Activities of a client are those of its contact: related, not a second set by
    ``mail.activity.mixin``, which the contact's form, its activity view, plans and
    merges would not know. The widget of the list needs all of these fields.
    """

    _inherit = "client.card"

    activity_ids = fields.One2many(related="partner_id.activity_ids")
    activity_state = fields.Selection(related="partner_id.activity_state")
    activity_summary = fields.Char(related="partner_id.activity_summary")
    activity_type_id = fields.Many2one(related="partner_id.activity_type_id")
    activity_type_icon = fields.Char(related="partner_id.activity_type_icon")
    activity_exception_decoration = fields.Selection(
        related="partner_id.activity_exception_decoration"
    )
    activity_exception_icon = fields.Char(related="partner_id.activity_exception_icon")

    # ------------------------------------------------------------------------- board

    @api.model
    def _norms_hold(self):
        """Whether some regulation of the current companies has a norm."""
        # sudo: whether norms hold is no secret; the rules are read by the role.
        return bool(
            self.env["client.contact.rule"]
            .sudo()
            .search(
                [
                    ("policy_id.active", "=", True),
                    ("policy_id.is_preset", "=", False),
                    ("policy_id.company_id", "in", [*self.env.companies.ids, False]),
                ],
                limit=1,
            )
        )

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, view_type == "kanban" and self._norms_hold())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """The bar over a group shows the contacts, and until norms hold the purchase
        alarms."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "kanban" and not self._norms_hold():
            for bar in arch.iter("progressbar"):
                if bar.get("field") == "contact_state":
                    bar.set("field", "purchase_state")
                    bar.set("colors", json.dumps(PURCHASE_BAR))
        return arch, view

    # -------------------------------------------------------------------- empty list

    @api.model
    def get_empty_list_help(self, help_message):
        """Nothing is overdue: as of when."""
        if not self.env.context.get("search_default_overdue"):
            return super().get_empty_list_help(help_message)
        # sudo: the nightly runs are the head's.
        run = (
            self.env["client.derive.run"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.env.company.id),
                    ("finished_at", "!=", False),
                ],
                order="finished_at desc",
                limit=1,
            )
        )
        words = self.env._("Whoever is due is called overdue the day after.")
        if run:
            moment = fields.Datetime.context_timestamp(self, run.finished_at)
            words = self.env._(
                "Last checked on %(day)s at %(time)s.",
                day=format_date(self.env, moment.date()),
                time=format_time(self.env, moment.time(), time_format="short"),
            )
        return Markup('<p class="o_view_nocontent_smiling_face">%s</p><p>%s</p>') % (
            self.env._("Nothing is overdue"),
            words,
        )
