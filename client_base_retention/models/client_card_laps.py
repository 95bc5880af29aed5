from odoo import fields, models


class ClientCard(models.Model):
    """How far a client has come: each day of purchase is a lap (N57).

    Several documents of one day are one lap, as in the purchase cycle; refunds are
    none. Derived with the other figures by ``client_card_standing.py``. Who was a
    former client and came back goes on where he stopped.
    """

    _inherit = "client.card"

    second_purchase_date = fields.Date(
        string="Second purchase",
        readonly=True,
        help="The second day on which the client bought.",
    )
    third_purchase_date = fields.Date(
        string="Third purchase",
        readonly=True,
        help="The third day on which the client bought.",
    )
    regular_since = fields.Date(
        string="Regular since",
        readonly=True,
        help="The fourth day on which the client bought: from then on he is regular.",
    )
