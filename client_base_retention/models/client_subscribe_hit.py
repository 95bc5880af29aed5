from odoo import api, fields, models
from odoo.tools import SQL


class ClientSubscribeHit(models.Model):
    """An entry on a page for new clients within the last hour, so that robots are told.

    Of the place only a digest is kept that changes with the hour; it is written and
    read by statements, and nobody has a right to it.
    """

    _name = "client.subscribe.hit"
    _description = "Entry on a page for new clients within the hour"
    _log_access = False

    form_id = fields.Many2one(
        "client.subscribe.form", required=True, ondelete="cascade"
    )
    place = fields.Char(required=True)
    moment = fields.Datetime(required=True)

    _place_idx = models.Index("(form_id, place)")

    @api.autovacuum
    def _gc_hits(self):
        """Forget what is older than an hour; others may be at it at the same time."""
        self.env.cr.execute(
            SQL(
                """DELETE FROM client_subscribe_hit WHERE id IN (
                       SELECT id FROM client_subscribe_hit
                        WHERE moment < %s::timestamp - interval '1 hour'
                          FOR UPDATE SKIP LOCKED)""",
                self.env.cr.now(),
            )
        )
