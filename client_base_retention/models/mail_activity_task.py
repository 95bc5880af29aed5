from odoo import api, fields, models


class MailActivity(models.Model):
    """What a task by a norm was planned for, to see what has changed since."""

    _inherit = "mail.activity"

    client_due_date = fields.Date(readonly=True, copy=False)
    client_contact_at = fields.Datetime(readonly=True, copy=False)
    client_planned_user_id = fields.Many2one(
        "res.users", readonly=True, copy=False, ondelete="set null"
    )

    # The open tasks of a user count against his limit.
    _client_norm_idx = models.Index(
        "(user_id) WHERE active IS TRUE AND is_client_norm IS TRUE"
    )

    @api.model_create_multi
    def create(self, vals_list):
        ids = [vals.get("client_obligation_id") for vals in vals_list]
        # sudo: norms are the system's.
        norms = self.env["client.obligation"].sudo().browse(filter(None, ids))
        planned = {
            norm.id: {
                "client_due_date": norm.due_date,
                "client_contact_at": norm.last_contact_at,
            }
            for norm in norms
        }
        return super().create(
            [
                planned[norm_id] | vals if norm_id else vals
                for norm_id, vals in zip(ids, vals_list, strict=True)
            ]
        )

    def _client_kind(self):
        """The kind of contact that this activity is once it is done, False for none:
        that of its type. What a norm has planned is one whatever its type."""
        self.ensure_one()
        own = self.activity_type_id.client_kind
        if own or not self.is_client_norm:
            return own
        kind = self.client_obligation_id.kind
        return kind if kind and kind != "any" else "call"

    def _action_done(self, feedback=False, attachment_ids=None):
        # The contact that this makes is not to finish the same activity again.
        finishing = {*(self.env.context.get("client_finishing") or ()), *self.ids}
        tasks = self.with_context(client_finishing=tuple(finishing))
        messages, following = super(MailActivity, tasks)._action_done(
            feedback=feedback, attachment_ids=attachment_ids
        )
        return messages.with_env(self.env), following.with_env(self.env)


class ResPartner(models.Model):
    """What the system plans and finishes on a contact is told to nobody."""

    _inherit = "res.partner"

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        """Whom a contact is planned for by a norm does not follow the client: he would
        get every letter."""
        if self.env.context.get("client_no_follower"):
            return True
        return super().message_subscribe(partner_ids, subtype_ids)

    def _notify_thread(self, message, msg_vals=False, **kwargs):
        """That a task has become needless stands in the history; nobody gets it by
        mail."""
        if self.env.context.get("client_no_follower"):
            kwargs["notify_skip_followers"] = True
        return super()._notify_thread(message, msg_vals=msg_vals, **kwargs)
