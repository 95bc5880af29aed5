from odoo import api, models
from odoo.tools import SQL


class ClientTouchpoint(models.Model):
    """Contacts with a person stay with the client for whom he worked then."""

    _inherit = "client.touchpoint"

    @api.model
    def _take_along(self, persons, client):
        """Persons were merged into one of ``client``: their contacts go with them.

        Those at an employer whom the person has left since stay with him.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE client_touchpoint t SET partner_id = %(client)s, card_id = (
                          SELECT c.id FROM client_card c
                           WHERE c.partner_id = %(client)s
                             AND c.company_id = t.company_id)
                    WHERE person_id = ANY(%(persons)s) AND partner_id <> %(client)s
                      AND NOT EXISTS (
                          SELECT FROM client_employment e
                            JOIN res_partner p ON p.id = e.company_partner_id
                           WHERE e.person_id = t.person_id AND e.date_to IS NOT NULL
                             AND p.commercial_partner_id = t.partner_id)""",
                client=client.id,
                persons=persons.ids,
            )
        )
        self.invalidate_model(flush=False)
