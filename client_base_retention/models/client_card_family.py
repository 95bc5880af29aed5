from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_card_data import DataCheck
from .res_partner_age import MONTHS

# What is asked of the children of a client: the field here, and on the child.
OF_CHILD = {
    "child_age": "age",
    "child_birth_month": "birth_month",
    "child_birth_year": "birth_year",
    "child_branch_ids": "branch_ids",
    "child_course_id": "client_enrolment_ids.course_id",
}
# They ask for a child that is so, not for the lack of one.
POSITIVE = {"=", "in", "<", "<=", ">", ">=", "ilike", "any", "child_of"}


class ClientCard(models.Model):
    """Clients found by their children and branches (N19, N20).

    What several filters ask of children they ask of one and the same child: "under 3"
    and "branch North" are the mothers of under-threes of the branch North.
    """

    _inherit = "client.card"

    child_ids = fields.Many2many(
        "res.partner",
        string="Children",
        compute="_compute_child_ids",
        search="_search_child_ids",
        exportable=False,
    )
    children_text = fields.Char(
        related="partner_id.client_children_text",
        string="Children and ages",
        related_sudo=False,
        exportable=False,
    )
    child_age = fields.Integer(
        string="Age of a child",
        compute="_compute_of_child",
        search="_search_child_age",
        aggregator=None,
        exportable=False,
    )
    child_birth_month = fields.Selection(
        MONTHS,
        string="Child born in",
        compute="_compute_of_child",
        search="_search_child_birth_month",
        exportable=False,
    )
    child_birth_year = fields.Integer(
        string="Child born in the year",
        compute="_compute_of_child",
        search="_search_child_birth_year",
        aggregator=None,
        exportable=False,
    )
    child_branch_ids = fields.Many2many(
        "client.branch",
        string="Branch of a child",
        compute="_compute_of_child",
        search="_search_child_branch_ids",
        exportable=False,
    )
    child_course_id = fields.Many2one(
        "product.category",
        string="Course of a child",
        compute="_compute_of_child",
        search="_search_child_course_id",
        exportable=False,
    )
    branch_ids = fields.Many2many(
        "client.branch",
        string="Branches",
        compute="_compute_branch_ids",
        search="_search_branch_ids",
        help="Branches of the client and of his persons.",
    )

    # --------------------------------------------------------------------- children

    @api.depends_context("uid", "tz")
    def _compute_child_ids(self):
        children = self.partner_id._client_children_of()
        for card in self:
            card.child_ids = children.get(card.partner_id.id, False)

    def _compute_of_child(self):
        """There to be searched for: a client may have several children."""
        self.child_age = self.child_birth_year = 0
        self.child_birth_month = self.child_branch_ids = self.child_course_id = False

    @api.model
    def _search_child_ids(self, operator, value):
        if operator == "in" and all(value):
            return self._with_child(Domain("id", "in", list(value)))
        if operator == "any":
            return self._with_child(Domain(value))
        if operator == "in" and not any(value):
            return ~self._with_child(Domain.TRUE)
        return NotImplemented

    @api.model
    def _with_child(self, domain):
        """Cards of clients who have a child of this kind, whom the user sees.

        :param domain: of the child, a contact
        """
        partners = self.env["res.partner"]
        children = partners._search(Domain("is_child", "=", True) & domain)
        return Domain(
            "partner_id",
            "in",
            SQL(
                """(SELECT p.commercial_partner_id FROM (%s) AS f
                      JOIN res_partner p ON p.id = f.parent_id)""",
                partners._client_children_sql(children.subselect()),
            ),
        )

    @api.model
    def _search_child_age(self, operator, value):
        return self._search_of_child("child_age", operator, value)

    @api.model
    def _search_child_birth_month(self, operator, value):
        return self._search_of_child("child_birth_month", operator, value)

    @api.model
    def _search_child_birth_year(self, operator, value):
        return self._search_of_child("child_birth_year", operator, value)

    @api.model
    def _search_child_branch_ids(self, operator, value):
        return self._search_of_child("child_branch_ids", operator, value)

    @api.model
    def _search_child_course_id(self, operator, value):
        return self._search_of_child("child_course_id", operator, value)

    @api.model
    def _search_of_child(self, name, operator, value):
        """A filter that stands alone; negations are turned round by Odoo."""
        if operator not in POSITIVE:
            return NotImplemented
        return self._with_child(Domain(OF_CHILD[name], operator, value))

    # ------------------------------------------------------ one and the same child

    @api.model
    def _search(self, domain, *args, **kwargs):
        return super()._search(self._of_same_child(Domain(domain)), *args, **kwargs)

    @api.model
    def _of_same_child(self, domain):
        """The domain with all that is asked of children asked of one child."""
        parts = list(self._conjuncts(domain))
        asked = [self._as_of_child(part) for part in parts]
        if sum(one is not None for one in asked) < 2:
            return domain
        rest = [part for part, one in zip(parts, asked, strict=True) if one is None]
        child = Domain.AND(one for one in asked if one is not None)
        return Domain.AND([*rest, Domain("child_ids", "any", child)])

    def _conjuncts(self, domain):
        """What must hold together."""
        if getattr(domain, "OPERATOR", None) == "&":
            for part in domain.children:
                yield from self._conjuncts(part)
        else:
            yield domain

    def _as_of_child(self, domain):
        """The same asked of a child; None where it asks for anything else."""
        if getattr(domain, "OPERATOR", None) in ("&", "|"):
            parts = [self._as_of_child(part) for part in domain.children]
            if not parts or any(part is None for part in parts):
                return None
            return Domain.OR(parts) if domain.OPERATOR == "|" else Domain.AND(parts)
        name = getattr(domain, "field_expr", None)
        if name not in OF_CHILD or domain.operator not in POSITIVE:
            return None
        return Domain(OF_CHILD[name], domain.operator, domain.value)

    # ---------------------------------------------------------------------- branches

    @api.depends_context("uid")
    def _compute_branch_ids(self):
        people = self.env["res.partner"].search_fetch(
            [
                ("commercial_partner_id", "in", self.partner_id.ids),
                ("branch_ids", "!=", False),
            ],
            ["commercial_partner_id", "branch_ids"],
        )
        of_client = people.grouped("commercial_partner_id")
        for card in self:
            card.branch_ids = of_client.get(card.partner_id, people[:0]).branch_ids

    @api.model
    def _search_branch_ids(self, operator, value):
        if operator not in ("in", "any", "ilike", "child_of"):
            return NotImplemented
        people = self.env["res.partner"]._search(Domain("branch_ids", operator, value))
        found = Domain("partner_id", "in", people.subselect("commercial_partner_id"))
        if operator == "in" and not all(value):
            # "No branch" is said of the client with all his persons.
            some = self.env["res.partner"]._search([("branch_ids", "!=", False)])
            none = Domain(
                "partner_id", "not in", some.subselect("commercial_partner_id")
            )
            rest = [branch for branch in value if branch]
            return none | self._search_branch_ids("in", rest) if rest else none
        return found

    def _read_group_groupby(self, alias, groupby_spec, query):
        """Clients by the branches of them and their persons."""
        if groupby_spec != "branch_ids":
            return super()._read_group_groupby(alias, groupby_spec, query)
        branches = self.env["client.branch"]._search([])
        people = query.make_alias(alias, "branch_ids")
        self.env["res.partner"].flush_model(["branch_ids", "commercial_partner_id"])
        rows = SQL(
            """(SELECT DISTINCT p.commercial_partner_id AS client_id, b.branch_id
                  FROM res_partner_client_branch_rel b
                  JOIN res_partner p ON p.id = b.partner_id AND p.active IS TRUE
                 WHERE b.branch_id IN %s)""",
            branches.subselect(),
        )
        condition = SQL(
            "%s = %s",
            self._field_to_sql(alias, "partner_id", query),
            SQL.identifier(people, "client_id"),
        )
        query.add_join("LEFT JOIN", people, rows, condition)
        return SQL.identifier(people, "branch_id")

    # ------------------------------------------------------------- found by a child

    @api.model
    def _search_contact_search(self, operator, value):
        """Clients are found by the names of children who stand below somebody else."""
        found = super()._search_contact_search(operator, value)
        if found is NotImplemented:
            return found
        return found | self._with_child(Domain("name", operator, value))

    # ------------------------------------------------------------------------- data

    @api.model
    def _data_checks_of_persons(self):
        """What is asked of a family: of a private client, not of a company."""
        children = SQL(
            """(SELECT k.birthdate_date FROM res_partner k
                 WHERE k.commercial_partner_id = p.id AND k.id <> p.id
                   AND k.is_child IS TRUE AND k.active IS TRUE
                 UNION ALL
                SELECT k.birthdate_date FROM client_relation r
                  JOIN client_relation_type t
                    ON t.id = r.type_id AND t.is_parent IS TRUE
                  JOIN res_partner k ON k.id = r.other_id
                 WHERE r.person_id = p.id
                   AND k.is_child IS TRUE AND k.active IS TRUE) AS k"""
        )
        return {
            **super()._data_checks_of_persons(),
            "child": DataCheck(
                self.env._("Name of a child"),
                SQL(
                    "CASE WHEN p.is_company IS NOT TRUE"
                    " THEN EXISTS (SELECT FROM %s) END",
                    children,
                ),
                "client_child_ids",
            ),
            "child_birthday": DataCheck(
                self.env._("Birthdays of the children"),
                SQL(
                    "CASE WHEN p.is_company IS NOT TRUE THEN"
                    " (SELECT count(*) > 0 AND bool_and(k.birthdate_date IS NOT NULL)"
                    " FROM %s) END",
                    children,
                ),
                "client_child_ids",
            ),
        }
