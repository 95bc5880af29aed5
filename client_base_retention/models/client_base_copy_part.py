from odoo import fields, models


class ClientBaseCopyPart(models.Model):
    """One file of a copy of the base; the archive is put together when it is fetched.

    Nobody has access: the way to it is the address that asks for the right and for the
    person who made the copy (``controllers/client_base_copy.py``).
    """

    _name = "client.base.copy.part"
    _description = "File of a copy of the client base"
    _order = "id"
    _rec_name = "path"

    copy_id = fields.Many2one(
        "client.base.copy", required=True, index=True, ondelete="cascade"
    )
    path = fields.Char(required=True, help="Name of the file in the archive.")
    title = fields.Char()
    rows = fields.Integer()
    file = fields.Binary(attachment=True)
