from odoo import models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What is erased of a family when one of it is anonymized (N134)."""

    _inherit = "res.partner"

    def _anonymized_columns(self):
        return super()._anonymized_columns() | {
            "client.enrolment": (
                ("contract_number", "stop_note", "discount_reason"),
                (),
            ),
            "client.sensitive.opening": ((), ("person_name",)),
        }

    def _anonymize_rows(self):
        """Who is whose child says who somebody is; particulars go with the name."""
        # sudo: rows that the head does not see name the person, too.
        relations = self.env["client.relation"].sudo()
        mine = Domain("person_id", "in", self.ids) | Domain("other_id", "in", self.ids)
        relations.search(mine).unlink()
        notes = self.env["client.sensitive.note"].sudo()
        notes.search([("person_id", "in", self.ids)]).unlink()
        return super()._anonymize_rows()
