from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from .client_roles import HEAD

KINDS = [
    ("read", "Seen in lists and forms"),
    ("shown", "Shown one by one"),
    ("called", "Called"),
    ("over", "More than the limit"),
]
# How long it is kept.
KEEP_DAYS = 400


class ClientReading(models.Model):
    """Of how many different clients a user was shown telephone or e-mail, day by day.

    A row says which clients were new to him that day, so the sum of a day is the
    number of different clients. Rows are only added: two requests of one user at the
    same time never wait for each other, nor fail. What was counted is remembered in
    the process, so that reading the same list again costs nothing
    (``client_reading_count.py``).
    """

    _name = "client.reading"
    _description = "Contact details of clients opened"
    _order = "id desc"
    _rec_name = "kind"
    _log_access = False

    user_id = fields.Many2one(
        "res.users", string="Who", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, index=True, ondelete="cascade"
    )
    date = fields.Date(string="Day", required=True, readonly=True)
    moment = fields.Datetime(string="When", required=True, readonly=True)
    kind = fields.Selection(KINDS, string="How", required=True, readonly=True)
    client_count = fields.Integer(
        string="Clients",
        readonly=True,
        help="Different clients, those he had opened before on that day left out.",
    )
    read_count = fields.Integer(string="Limit of the day", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    client_ids = fields.Json(
        string="Their numbers", readonly=True, groups="base.group_no_one"
    )
    is_told = fields.Boolean(string="Head was told", readonly=True)

    _day_idx = models.Index("(user_id, date, kind)")

    # --------------------------------------------------------------- nobody alters it

    def write(self, vals):
        if not self.env.su or vals.keys() - {"is_told"}:
            raise AccessError(self.env._("What was read is not changed by anybody."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("What was read is not deleted by anybody."))

    @api.autovacuum
    def _gc_readings(self):
        """Rows as old as that say nothing of what happens now."""
        self.env.cr.execute(
            "DELETE FROM client_reading WHERE date < CURRENT_DATE - %s", [KEEP_DAYS]
        )

    # --------------------------------------------------------------- telling the head

    @api.model
    def _cron_tell(self):
        """Tell the heads who opened more clients than the limit of the day, each once
        a day."""
        over = self.search([("kind", "=", "over"), ("is_told", "=", False)])
        told = {
            (user, day)
            for user, day in self._read_group(
                [("kind", "=", "over"), ("is_told", "=", True)]
                + [("date", "in", over.mapped("date"))],
                ["user_id", "date:day"],
            )
        }
        for (user, day), rows in over.grouped(
            lambda row: (row.user_id, row.date)
        ).items():
            if (user, day) not in told:
                self._tell_heads(rows[-1])
        over.is_told = True
        self.env["ir.cron"]._commit_progress(len(over))

    def _tell_heads(self, row):
        """By Odoo's own means: the heads' preference decides whether it comes to the
        inbox or by mail."""
        heads = self.env.ref(HEAD).all_user_ids.filtered(
            lambda head: head.active
            and not head.share
            and not head._is_superuser()
            and head != row.user_id
            and row.company_id in head.company_ids
        )
        for head in heads:
            here = self.with_context(lang=head.lang)
            words = {
                "name": row.user_id.name,
                "day": format_date(here.env, row.date),
                "limit": row.read_count,
            }
            here.env["mail.thread"].message_notify(
                partner_ids=head.partner_id.ids,
                subject=here.env._(
                    "%(name)s opened the contact details of many clients", **words
                ),
                body=here.env._(
                    "%(name)s was shown the telephone or e-mail of more than %(limit)s "
                    "different clients on %(day)s. See Client Base > Reporting > "
                    "Contact details opened.",
                    **words,
                ),
                email_layout_xmlid="mail.mail_notification_light",
            )
