from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_roles import ROLE

STATES = [
    ("wanted", "Wants to come"),
    ("enrolled", "Attends"),
    ("stopped", "Stopped"),
]
REASONS = [
    ("finished", "Finished the course"),
    ("age", "Grew out of it"),
    ("price", "Too expensive"),
    ("time", "Days and hours do not suit"),
    ("way", "Moved, or too far"),
    ("health", "Health"),
    ("content", "Not satisfied"),
    ("elsewhere", "Went to another centre"),
    ("other", "Other"),
]


class ClientEnrolment(models.Model):
    """A person, mostly a child, who attends a course, or wants to (N19).

    The state follows from the dates: nothing that depends on today is stored.
    """

    _name = "client.enrolment"
    _description = "Enrolment in a course"
    _inherit = ["client.sight.guard"]
    _order = "enrolled_on desc, id desc"
    _check_company_auto = True

    _client_names = ("person_id",)

    person_id = fields.Many2one(
        "res.partner",
        string="Who attends",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_company", "=", False)],
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        related="person_id.commercial_partner_id",
        store=True,
        index=True,
    )
    person_age_text = fields.Char(related="person_id.age_text", string="Age")
    person_birthday = fields.Date(related="person_id.birthdate_date", string="Birthday")
    client_phone = fields.Char(related="partner_id.phone", string="Telephone")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    branch_id = fields.Many2one(
        "client.branch", index="btree_not_null", check_company=True
    )
    course_id = fields.Many2one(
        "product.category",
        string="Course",
        required=True,
        index=True,
        help="A category of products: what is sold in it is found as attended, too.",
    )
    course_name = fields.Char(related="course_id.name", string="Name of the course")
    product_id = fields.Many2one(
        "product.product",
        string="Group or subscription",
        check_company=True,
        domain="[('categ_id', 'child_of', course_id)]",
    )
    called_on = fields.Date(
        default=lambda self: self.env.company._client_today(),
        help="When the parent called or wrote about it.",
    )
    enrolled_on = fields.Date(help="The first day. Empty: not enrolled yet.")
    stopped_on = fields.Date(help="From this day on the person does not come any more.")
    stop_reason = fields.Selection(REASONS, string="Why stopped")
    stop_note = fields.Char(string="In their words")
    state = fields.Selection(
        STATES, compute="_compute_state", search="_search_state", group_expand=True
    )
    has_contract = fields.Boolean(string="Contract signed")
    contract_number = fields.Char(string="Number of the contract")
    discount = fields.Float(string="Discount, %", digits=(16, 2), aggregator="avg")
    discount_reason = fields.Char(
        string="Discount for", help="e.g. second child of the family"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Entered by",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )

    _dates_check = models.Constraint(
        "CHECK(stopped_on >= enrolled_on)", "Nobody stops before the first day."
    )
    _discount_check = models.Constraint(
        "CHECK(discount BETWEEN 0 AND 100)", "A discount is between 0 and 100 %."
    )

    @api.depends("person_id", "course_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.person_id.name or ''}: {row.course_id.name or ''}"

    @api.depends("enrolled_on", "stopped_on")
    @api.depends_context("tz")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for row in self:
            if row.stopped_on and row.stopped_on <= today:
                row.state = "stopped"
            elif row.enrolled_on and row.enrolled_on <= today:
                row.state = "enrolled"
            else:
                row.state = "wanted"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        stopped = Domain("stopped_on", "<=", today)
        begun = Domain("enrolled_on", "<=", today)
        states = {
            "stopped": stopped,
            "enrolled": ~stopped & begun,
            "wanted": ~stopped & ~begun,
        }
        return Domain.OR(states[state] for state in value if state in states)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "state":
            return super()._field_to_sql(alias, field_expr, query)
        today = fields.Date.context_today(self)
        return SQL(
            """CASE WHEN %(stopped)s <= %(today)s THEN 'stopped'
                    WHEN %(begun)s <= %(today)s THEN 'enrolled' ELSE 'wanted' END""",
            stopped=self._field_to_sql(alias, "stopped_on", query),
            begun=self._field_to_sql(alias, "enrolled_on", query),
            today=today,
        )

    # ---------------------------------------------------------------------- behaviour

    @api.onchange("branch_id")
    def _onchange_branch_id(self):
        if self.branch_id.company_id:
            self.company_id = self.branch_id.company_id

    @api.constrains("stopped_on", "stop_reason")
    def _check_stop_reason(self):
        for row in self:
            if row.stopped_on and not row.stop_reason:
                raise ValidationError(
                    self.env._(
                        "Why does %(name)s stop? Choose a reason: it is asked once, "
                        "and shows what to change.",
                        name=row.person_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [vals | {"user_id": self.env.uid} for vals in vals_list]
        rows = super().create(vals_list)
        rows._join_branches()
        return rows

    def write(self, vals):
        result = super().write(vals)
        if vals.get("branch_id") or vals.get("person_id"):
            self._join_branches()
        return result

    def _join_branches(self):
        """Who attends a course in a branch belongs to the branch."""
        for branch, rows in self.grouped("branch_id").items():
            # sudo: who enters a course need not be allowed to change the contact.
            people = rows.person_id.sudo()
            new = people.filtered(
                lambda one, branch=branch: branch not in one.branch_ids
            )
            if branch and new:
                new.branch_ids += branch


class ResPartner(models.Model):
    _inherit = "res.partner"

    client_enrolment_ids = fields.One2many(
        "client.enrolment", "person_id", string="Courses", groups=ROLE
    )
    client_family_enrolment_ids = fields.One2many(
        "client.enrolment",
        "partner_id",
        string="Courses of the family",
        groups=ROLE,
    )
    client_courses_text = fields.Char(
        string="Attends",
        compute="_compute_client_courses_text",
        groups=ROLE,
        exportable=False,
        help="Courses that the person attends at present.",
    )
    client_bought_courses_text = fields.Char(
        string="Bought courses",
        compute="_compute_client_bought_courses_text",
        groups=ROLE,
        exportable=False,
        help="Categories of what the family bought from us, and how often.",
    )

    def action_client_enrol(self):
        """Enrol this child, or one of this family, in a dialog."""
        self.ensure_one()
        self.check_access("read")
        child = self if self.is_child else self.client_child_ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Enrol in a course"),
            "res_model": "client.enrolment",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_person_id": child.id if len(child) == 1 else False,
                "default_branch_id": self.branch_ids.id
                if len(self.branch_ids) == 1
                else False,
            },
        }

    @api.depends(
        "client_enrolment_ids.course_id",
        "client_enrolment_ids.enrolled_on",
        "client_enrolment_ids.stopped_on",
    )
    @api.depends_context("uid", "tz")
    def _compute_client_courses_text(self):
        attended = self.env["client.enrolment"].search(
            [("person_id", "in", self._origin.ids), ("state", "=", "enrolled")]
        )
        of_person = attended.grouped("person_id")
        for partner in self:
            rows = of_person.get(partner._origin, attended[:0])
            partner.client_courses_text = ", ".join(rows.course_id.mapped("name"))

    @api.depends_context("company", "lang")
    def _compute_client_bought_courses_text(self):
        """A hint where nobody entered the courses; of the current company."""
        bought = self._client_bought_categories()
        for partner in self:
            partner.client_bought_courses_text = ", ".join(
                self.env._("%(course)s (%(count)s)", course=name, count=count)
                for name, count in bought.get(partner.commercial_partner_id.id, ())
            )

    def _client_bought_categories(self):
        """{client id: [(name of a category, number of purchases)]}, most bought first.

        Names of categories only, no amounts: read whatever documents the user may.
        """
        # sudo: see above; lines of the point of sale where that is installed.
        found = {}
        for model, order, states in (
            ("sale.order.line", "order_id", ("sale",)),
            ("pos.order.line", "order_id", ("paid", "done", "invoiced")),
        ):
            if model not in self.env:
                continue
            rows = (
                self.env[model]
                .sudo()
                ._read_group(
                    [
                        (f"{order}.partner_id", "in", self._client_family_ids()),
                        (f"{order}.state", "in", states),
                        (f"{order}.company_id", "=", self.env.company.id),
                        ("product_id", "!=", False),
                    ],
                    ["product_id", f"{order}.partner_id"],
                    [f"{order}:count_distinct"],
                )
            )
            for product, partner, count in rows:
                client = partner.commercial_partner_id.id
                key = product.categ_id.name or product.name
                of_client = found.setdefault(client, {})
                of_client[key] = of_client.get(key, 0) + count
        return {
            client: sorted(counts.items(), key=lambda one: (-one[1], one[0] or ""))
            for client, counts in found.items()
        }

    def _client_family_ids(self):
        # sudo: see _client_bought_categories.
        family = self.sudo().with_context(active_test=False)
        return family.search(
            [("commercial_partner_id", "in", self.commercial_partner_id.ids)]
        ).ids
