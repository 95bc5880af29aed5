from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_base_copy_registry import NAMED, _cards, _visible
from .client_base_copy_sheet import Sheet


def _family(company):
    """Clients and their persons."""
    return SQL(
        "(SELECT id FROM res_partner WHERE commercial_partner_id IN %s)",
        _cards(company),
    )


def _branches(company):
    used = SQL(
        """(SELECT b.branch_id FROM res_partner_client_branch_rel b
             WHERE b.partner_id IN %s)""",
        _family(company),
    )
    return Domain("id", "in", used)


def _relations(company):
    """Those between clients and persons who stand in the copy."""
    people = _family(company)
    return Domain("person_id", "in", people) & Domain("other_id", "in", people)


def _recommended(company):
    """Clients and persons whom somebody else in the copy recommended."""
    people = _family(company)
    return (
        Domain("id", "in", people)
        & Domain("referrer_id", "in", people)
        & _visible(company)
    )


def _kinds(company):
    used = SQL(
        "(SELECT r.type_id FROM client_relation r WHERE r.person_id IN %s)",
        _family(company),
    )
    return Domain("id", "in", used)


def _courses(company):
    used = SQL(
        "(SELECT e.course_id FROM client_enrolment e WHERE e.company_id = %s)",
        company.id,
    )
    return Domain("id", "in", used)


def _enrolments(company):
    return [("company_id", "=", company.id)]


# Names come before the contacts that bear them, the rest after them. Particulars of
# children are in no copy.
# A branch is one company's: in another company of the same database it is made anew.
BEFORE = (Sheet("branches", "client.branch", (*NAMED, "address"), _branches),)
AFTER = (
    # By themselves: who recommended may stand further down than whom he recommended.
    Sheet("recommendations", "res.partner", ("id", "referrer_id/id"), _recommended),
    Sheet(
        "relation-kinds",
        "client.relation.type",
        (*NAMED, "inverse_name", "is_symmetrical", "is_parent"),
        _kinds,
        shared=True,
    ),
    Sheet(
        "relations",
        "client.relation",
        (
            "id",
            "person_id/id",
            "type_id/id",
            "other_id/id",
            "date_from",
            "date_to",
            "note",
        ),
        _relations,
    ),
    Sheet("courses", "product.category", NAMED, _courses, shared=True),
    Sheet(
        "enrolments",
        "client.enrolment",
        (
            "id",
            "person_id/id",
            "course_id/id",
            "branch_id/id",
            "called_on",
            "enrolled_on",
            "stopped_on",
            "stop_reason",
            "stop_note",
            "has_contract",
            "contract_number",
            "discount",
            "discount_reason",
        ),
        _enrolments,
    ),
)


class ClientBaseCopy(models.Model):
    """Families in the copy of the base."""

    _inherit = "client.base.copy"

    def _sheets(self):
        sheets = super()._sheets()
        names = [sheet.name for sheet in sheets]
        first, last = names.index("clients"), names.index("consents")
        return [*sheets[:first], *BEFORE, *sheets[first:last], *AFTER, *sheets[last:]]
