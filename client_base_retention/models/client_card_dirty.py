from odoo import fields, models


class ClientCardDirty(models.Model):
    """Queue of clients whose figures must be derived anew, append-only.

    A row is written by an event that could not derive at once, because somebody else
    was changing the card. Plain numbers instead of references: a reference would lock
    the contact, and an event never waits (design 2). A client may stand here several
    times; the scheduled action derives him once.
    """

    _name = "client.card.dirty"
    _description = "Client to be derived anew"
    _log_access = False

    partner_id = fields.Integer(required=True)
    company_id = fields.Integer(required=True)
    queued_at = fields.Datetime(
        default=fields.Datetime.now,
        readonly=True,
        help="The Health page says how long the oldest one waits.",
    )
