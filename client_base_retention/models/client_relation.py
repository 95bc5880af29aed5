from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_age import age_in_years
from .res_partner_children import GROWN_UP

# The contact from whose form a relation is looked at.
SEEN_FROM = "client_relation_of"


class ClientRelation(models.Model):
    """What one contact is to another: child, sister, director, accountant (N19).

    One row serves both sides. With the context key of ``SEEN_FROM`` it is read and
    written from the side of one of them: who the other is, and what he is to him.
    """

    _name = "client.relation"
    _description = "Relation between contacts"
    _order = "date_to desc, type_id, id"
    _inherit = ["client.sight.guard"]

    _client_names = ("person_id", "other_id", "seen_id")

    person_id = fields.Many2one(
        "res.partner", string="Who", required=True, index=True, ondelete="cascade"
    )
    other_id = fields.Many2one(
        "res.partner", string="To whom", required=True, index=True, ondelete="cascade"
    )
    type_id = fields.Many2one(
        "client.relation.type",
        string="Relation",
        required=True,
        index=True,
        ondelete="restrict",
    )
    date_from = fields.Date(string="Since")
    date_to = fields.Date(string="Until", help="The last day.")
    note = fields.Char()
    is_over = fields.Boolean(
        string="Over", compute="_compute_is_over", search="_search_is_over"
    )
    role_name = fields.Char(
        string="Is", compute="_compute_role_names", help="What the first is."
    )
    other_role_name = fields.Char(
        string="And the other is", compute="_compute_role_names"
    )
    seen_id = fields.Many2one(
        "res.partner",
        string="Person or company",
        compute="_compute_seen",
        inverse="_inverse_seen",
        search="_search_seen_id",
        readonly=False,
        help="The other one, seen from the contact whose form is open.",
    )
    seen_role = fields.Selection(
        selection="_selection_roles",
        string="What he is",
        compute="_compute_seen",
        inverse="_inverse_seen",
        readonly=False,
    )

    _two_check = models.Constraint(
        "CHECK(person_id <> other_id)", "Nobody is related to himself."
    )
    _dates_check = models.Constraint(
        "CHECK(date_to >= date_from)", "A relation cannot end before it began."
    )

    # ----------------------------------------------------------------------- computed

    @api.depends("person_id", "other_id", "type_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._(
                "%(person)s: %(role)s of %(other)s",
                person=row.person_id.display_name,
                role=row.type_id.name or "",
                other=row.other_id.display_name,
            )

    @api.depends("date_to")
    @api.depends_context("tz")
    def _compute_is_over(self):
        today = fields.Date.context_today(self)
        for row in self:
            row.is_over = bool(row.date_to and row.date_to < today)

    @api.model
    def _search_is_over(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(value) > 1:
            return Domain.TRUE
        over = Domain("date_to", "<", fields.Date.context_today(self))
        return over if True in value else ~over

    @api.depends("type_id")
    @api.depends_context("lang")
    def _compute_role_names(self):
        for row in self:
            kind = row.type_id
            row.role_name = kind and kind._word(of_second=False)
            row.other_role_name = kind and kind._word(of_second=True)

    # ------------------------------------------------------------ seen from one side

    @api.model
    def _selection_roles(self):
        """Both words of every kind of relation: what the other one can be."""
        # Everybody knows the kinds; archived ones name rows that are there.
        kinds = self.env["client.relation.type"].with_context(active_test=False)
        roles = []
        for kind in kinds.search([("id", "!=", False)]):
            roles.append((f"{kind.id}.first", kind._word(of_second=False)))
            if not kind.is_symmetrical:
                roles.append((f"{kind.id}.second", kind._word(of_second=True)))
        return roles

    def _seen_from(self):
        """Whether each of these rows is looked at from its second side: {row: bool}."""
        viewer = self.env.context.get(SEEN_FROM)
        return {row: bool(viewer) and row.other_id.id == viewer for row in self}

    @api.depends("person_id", "other_id", "type_id")
    @api.depends_context(SEEN_FROM, "lang")
    def _compute_seen(self):
        for row, from_second in self._seen_from().items():
            row.seen_id = row.person_id if from_second else row.other_id
            # From the second's form one sees what the first is.
            of_second = not from_second
            kind = row.type_id
            second = of_second and not kind.is_symmetrical
            row.seen_role = kind and f"{kind.id}.{'second' if second else 'first'}"

    @api.model
    def _search_seen_id(self, operator, value):
        """Whichever side it is seen from."""
        if operator not in ("in", "any", "any!", "ilike"):
            return NotImplemented
        return Domain("person_id", operator, value) | Domain(
            "other_id", operator, value
        )

    def _inverse_seen(self):
        """Write the row so that from the viewer's side it says what was typed in."""
        viewer = self.env.context.get(SEEN_FROM)
        for row in self:
            row.write(row._values_seen(viewer, row.seen_id.id, row.seen_role))

    def _values_seen(self, viewer, seen, role):
        """Columns that mean: *seen* is *role* to *viewer*."""
        viewer = viewer or self.person_id.id
        values = {}
        first = False
        if role:
            kind, _dot, side = role.partition(".")
            values["type_id"] = int(kind)
            first = side == "first"
        if viewer and seen:
            pair = (seen, viewer) if first else (viewer, seen)
            values.update(person_id=pair[0], other_id=pair[1])
        return values

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        viewer = self.env.context.get(SEEN_FROM)
        vals_list = [
            {k: v for k, v in vals.items() if k not in ("seen_id", "seen_role")}
            | (
                self._values_seen(viewer, vals["seen_id"], vals["seen_role"])
                if vals.get("seen_id") and vals.get("seen_role")
                else {}
            )
            for vals in vals_list
        ]
        rows = super().create(vals_list)
        rows._mark_children()
        rows._forget()
        return rows

    def write(self, vals):
        before = self.person_id | self.other_id
        result = super().write(vals)
        if {"person_id", "other_id", "type_id", "date_to"} & vals.keys():
            self._mark_children()
            self._forget(before)
        return result

    def unlink(self):
        people = self.person_id | self.other_id
        result = super().unlink()
        self.browse()._forget(people)
        return result

    def _mark_children(self):
        """Whoever is given a parent is a child, unless he is grown up."""
        today = fields.Date.context_today(self)
        others = self.filtered("type_id.is_parent").other_id
        children = others.filtered(
            lambda one: not one.is_child
            and not one.is_company
            and not one.child_ids
            and one.birthdate_date
            and age_in_years(one.birthdate_date, today) < GROWN_UP
        )
        if children:
            children.is_child = True

    def _forget(self, people=None):
        """What is known of the families of these people has changed."""
        people = (people or self.env["res.partner"]) | self.person_id | self.other_id
        people = people.exists()
        self.env["client.relation.side"].invalidate_model(flush=False)
        self.env["res.partner"].invalidate_model(
            [
                "client_relation_ids",
                "client_children_text",
                "client_parents_text",
            ],
            flush=False,
        )
        people._client_data_touched()

    @api.constrains("person_id", "other_id", "type_id", "date_from", "date_to")
    def _check_once(self):
        """The same relation stands once at a time, from whichever side it is told."""
        self.flush_model()
        twice = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) AS d WHERE d.id = ANY(%s)", self._twice(), self.ids
            )
        )
        if twice:
            row = self.browse(twice[0][0])
            raise ValidationError(
                self.env._("This stands there already: %(name)s", name=row.display_name)
            )

    @api.model
    def _twice(self):
        """``SQL`` of the ids of rows that say what an older row says, too."""
        return SQL(
            """SELECT r.id FROM client_relation r
                 JOIN client_relation_type t ON t.id = r.type_id
                WHERE EXISTS (
                      SELECT FROM client_relation o
                       WHERE o.id <> r.id AND o.type_id = r.type_id
                         AND ((o.person_id, o.other_id) = (r.person_id, r.other_id)
                           OR t.is_symmetrical IS TRUE
                          AND (o.person_id, o.other_id) = (r.other_id, r.person_id))
                         AND daterange(o.date_from, o.date_to, '[]')
                             && daterange(r.date_from, r.date_to, '[]'))"""
        )

    @api.model
    def _fold(self, merged, kept):
        """Contacts are about to be merged: rows between them, and rows that would then
        stand there twice, are gone; the others follow by Odoo's own doing.

        :param merged: contacts that disappear
        :param kept: the one that stays
        """
        # sudo: rows of contacts that the user does not see are merged, too.
        rows = self.sudo()
        rows.flush_model()
        ids = (merged | kept).ids
        rows.search([("person_id", "in", ids), ("other_id", "in", ids)]).unlink()
        seen, gone = set(), rows.browse()
        for row in rows.search(
            ["|", ("person_id", "in", ids), ("other_id", "in", ids)], order="id"
        ):
            pair = [kept.id if one.id in ids else one.id for one in row._pair()]
            if row.type_id.is_symmetrical:
                pair.sort()
            key = (*pair, row.type_id.id, row.date_from, row.date_to)
            if key in seen:
                gone |= row
            seen.add(key)
        gone.unlink()

    def _pair(self):
        return self.person_id, self.other_id

    def _client_export_link(self):
        return "person_id"

    # ----------------------------------------------------------------------- actions

    def action_open(self):
        """This relation in a dialog, from the side of the contact it stands on."""
        self.ensure_one()
        self.check_access("read")
        return self._action_dialog(self.id, self.env._("Relation"))

    @api.model
    def _action_dialog(self, row_id, name):
        view = self.env.ref("client_base_retention.client_relation_view_form_dialog")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "client.relation",
            "res_id": row_id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {
                SEEN_FROM: self.env.context.get(SEEN_FROM),
                "dialog_size": "medium",
            },
        }

    def action_remove(self):
        """Take the relation away and close the dialog."""
        self.unlink()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
