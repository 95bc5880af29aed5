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

    def _anonymized_children(self):
        """The children of this person, and those of them whom nobody else stands for.

        :return: (all that the user sees, those without another parent)
        """
        children = self._client_children_of().get(self.id, self.browse())
        # sudo: a parent who is hidden from the user is one all the same.
        parents = children.sudo()._client_parents_of()
        orphans = children.filtered(
            lambda child: not (
                parents[child.id].filtered(lambda one: not one.is_company) - self.sudo()
            )
        )
        return children, orphans

    def _anonymize_rows(self):
        """Who is whose child says who somebody is; particulars go with the name."""
        # sudo: rows that the head does not see name the person, too.
        relations = self.env["client.relation"].sudo()
        mine = Domain("person_id", "in", self.ids) | Domain("other_id", "in", self.ids)
        relations.search(mine).unlink()
        notes = self.env["client.sensitive.note"].sudo()
        notes.search([("person_id", "in", self.ids)]).unlink()
        return super()._anonymize_rows()
