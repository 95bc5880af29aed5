from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from .client_age import age_in_years
from .client_roles import ROLE

# From this birthday on nobody is named among the children of a client.
GROWN_UP = 18


class ResPartner(models.Model):
    """Children of clients (N19): persons below a parent, or related to one.

    A child is a contact below the parent who is the client; a second parent is told by
    a relation of a type that makes the one a parent of the other.
    """

    _inherit = "res.partner"

    is_child = fields.Boolean(
        string="Child",
        help="A child of a client: not somebody to talk to, but somebody to know. "
        "Of a grown-up son or daughter leave it empty.",
    )
    client_child_ids = fields.One2many(
        "res.partner",
        "parent_id",
        string="Children",
        domain=[("is_child", "=", True)],
        context={"partner_display_name_hide_company": True},
        groups=ROLE,
    )
    client_children_text = fields.Char(
        string="Children of the client",
        compute="_compute_client_children_text",
        groups=ROLE,
        exportable=False,
        help="First names and ages.",
    )
    client_children_on = fields.Boolean(
        string="Children are shown",
        compute="_compute_client_children_on",
        groups=ROLE,
        exportable=False,
    )
    client_parents_text = fields.Char(
        string="Parents, brothers and sisters",
        compute="_compute_client_parents_text",
        groups=ROLE,
        exportable=False,
    )

    client_parent_phone = fields.Char(
        related="parent_id.phone", string="Telephone of the parent", groups=ROLE
    )

    _client_child_idx = models.Index(
        "(birthdate_date, id) WHERE is_child IS TRUE AND active IS TRUE"
    )

    @api.depends_context("company")
    def _compute_client_children_on(self):
        self.client_children_on = self.env.company.client_children_on

    # --------------------------------------------------------------- parent and child

    @api.model
    def _client_children_sql(self, children=None, parents=None):
        """``SQL`` of children with their parents, of all companies.

        :param children: ``SQL`` of the ids of these children only
        :param parents: ``SQL`` of the ids of these parents only
        :return: columns parent_id, child_id; a child has up to a row for each parent

        What is asked stands in both halves, so that each begins there and not with all
        children of the base.
        """
        self.env["client.relation"].flush_model()
        self.env["client.relation.type"].flush_model(["is_parent"])
        self.flush_model(["parent_id", "is_child", "active"])

        def among(child, parent):
            asked = ((child, children), (parent, parents))
            return SQL("").join(
                SQL(" AND %s IN %s", SQL(column), ids) for column, ids in asked if ids
            )

        return SQL(
            """SELECT k.parent_id, k.id AS child_id FROM res_partner k
                WHERE k.is_child IS TRUE AND k.active IS TRUE
                  AND k.parent_id IS NOT NULL%(below)s
                UNION
               SELECT r.person_id, r.other_id FROM client_relation r
                 JOIN client_relation_type t
                   ON t.id = r.type_id AND t.is_parent IS TRUE
                 JOIN res_partner k ON k.id = r.other_id
                WHERE k.is_child IS TRUE AND k.active IS TRUE%(related)s
                  AND (r.date_to IS NULL OR r.date_to >= %(today)s)""",
            below=among("k.id", "k.parent_id"),
            related=among("r.other_id", "r.person_id"),
            today=fields.Date.context_today(self),
        )

    def _client_children_of(self):
        """{parent id: his children, the eldest first} of these contacts.

        Only children whom the user sees.
        """
        return self._client_family("parent_id", "child_id")

    def _client_parents_of(self):
        """{child id: his parents} of these contacts, whom the user sees."""
        return self._client_family("child_id", "parent_id")

    def _client_family(self, mine, theirs):
        if not self._origin.ids:
            return {}
        these = SQL("(SELECT unnest(%s))", self._origin.ids)
        asked = {"parents" if mine == "parent_id" else "children": these}
        rows = self.env.execute_query(
            SQL(
                "SELECT %s, %s FROM (%s) AS f",
                SQL.identifier(mine),
                SQL.identifier(theirs),
                self._client_children_sql(**asked),
            )
        )
        ids = {other for _one, other in rows}
        seen = self.search_fetch(
            [("id", "in", list(ids))],
            ["name", "birthdate_date"],
            order="birthdate_date, id",
        )
        place = {partner.id: number for number, partner in enumerate(seen)}
        of_each = defaultdict(list)
        for one, other in rows:
            if other in place:
                of_each[one].append(other)
        return {
            one: self.browse(sorted(others, key=place.get)).with_prefetch(seen.ids)
            for one, others in of_each.items()
        }

    # --------------------------------------------------------------------- in words

    @api.depends("client_child_ids.name", "client_child_ids.birthdate_date")
    @api.depends_context("uid", "tz", "lang")
    def _compute_client_children_text(self):
        children = self._client_children_of()
        for partner in self:
            mine = children.get(partner._origin.id, self.browse())
            partner.client_children_text = mine._client_children_words() or False

    def _client_children_words(self):
        """ "Misha 4, Liza 2" of these children; grown-up ones are left out."""
        today = fields.Date.context_today(self)
        words = []
        for child in self:
            born = child.birthdate_date
            if born and age_in_years(born, today) >= GROWN_UP:
                continue
            age = born and born <= today and self._age_words(born, today)
            name = child.name or ""
            words.append(f"{name} {age}" if age else name)
        return ", ".join(words)

    @api.depends("is_child", "parent_id")
    @api.depends_context("uid", "tz", "lang")
    def _compute_client_parents_text(self):
        children = self.filtered("is_child")
        parents = children._client_parents_of()
        everybody = self.browse().union(*parents.values())
        siblings = everybody._client_children_of()
        for partner in self:
            mine = parents.get(partner._origin.id, self.browse())
            others = self.browse().union(
                *(siblings.get(parent.id, self.browse()) for parent in mine)
            )
            others -= partner._origin
            words = [*mine.mapped("name"), others._client_children_words()]
            partner.client_parents_text = ", ".join(filter(None, words)) or False

    # No field of ours: what Odoo derives from names would go with it when the addon is
    # uninstalled.
    @api.depends_context("client_children", "uid")
    def _compute_display_name(self):
        """In the lists of clients the children stand beside the name, where the company
        works with families; everywhere else names stay as Odoo makes them."""
        super()._compute_display_name()
        if not self.env.context.get("client_children"):
            return
        if not self.env.company.client_children_on or not self._has_client_role():
            return
        for partner in self:
            if partner.client_children_text:
                partner.display_name = (
                    f"{partner.display_name} ({partner.client_children_text})"
                )

    # ----------------------------------------------------------------------- actions

    def action_client_of_children(self):
        """The clients of these children, in the list with all its actions."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_card_action"
        )
        parents = self.browse().union(*self._client_parents_of().values())
        clients = (
            parents.commercial_partner_id
            | self.filtered(lambda one: not one.is_child).commercial_partner_id
        )
        return action | {
            "domain": [("partner_id", "in", clients.ids)],
            "context": {"client_children": True},
        }
