from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import email_normalize

# Set by the system when a person leaves: rights and the way back depend on them.
BY_SYSTEM = {"post_id", "ended", "user_id"}
ENDED = [
    ("changed", "Changed employer"),
    ("left", "Left, unknown where"),
]


class ClientEmployment(models.Model):
    """A post that a person has, or had, with a company (N22).

    The person stays one contact, whoever employs him. What he left behind with a
    company, its documents, stays with an archived contact below that company: the post.

    A row is a fact about the company, so who sees the company sees it, not who sees
    the person only: the names of other salespeople's clients would be told otherwise.
    """

    _name = "client.employment"
    _description = "Employment of a person"
    _inherit = ["client.sight.guard"]
    _client_names = ("person_id", "company_partner_id")
    _order = "date_to desc nulls first, date_from desc nulls last, id desc"
    _rec_name = "function"

    person_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_company', '=', False)]",
    )
    company_partner_id = fields.Many2one(
        "res.partner",
        string="Employer",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('is_company', '=', True)]",
    )
    function = fields.Char(string="Post", help="e.g. Head of purchasing")
    email = fields.Char(string="E-mail", help="The person's address in this post.")
    email_normalized = fields.Char(
        compute="_compute_email_normalized", store=True, index="btree_not_null"
    )
    phone = fields.Char(string="Telephone", help="The person's number in this post.")
    date_from = fields.Date(string="Since")
    date_to = fields.Date(
        string="Until", help="Empty as long as the person works there."
    )
    note = fields.Char(help="e.g. how we learned of it")
    ended = fields.Selection(ENDED, string="How it ended", readonly=True)
    post_id = fields.Many2one(
        "res.partner",
        string="Former post",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The archived contact that keeps the company's documents with the person.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="set null",
    )

    person_name = fields.Char(
        string="Name", compute="_compute_person_name", compute_sudo=True
    )
    present_employer = fields.Char(
        string="Where now",
        compute="_compute_present_employer",
        help="Where the person works today, if you see that client.",
    )

    # Who works where now is asked by company and by person.
    _present_idx = models.Index("(person_id, company_partner_id) WHERE date_to IS NULL")

    @api.depends("email")
    def _compute_email_normalized(self):
        for post in self:
            post.email_normalized = email_normalize(post.email or "")

    @api.depends("person_id.name")
    def _compute_person_name(self):
        """The name without the company: that of today may be hidden from the reader."""
        for post in self:
            post.person_name = post.person_id.name

    @api.depends("person_id.parent_id", "date_to")
    @api.depends_context("uid")
    def _compute_present_employer(self):
        persons = self.filtered("date_to").person_id._filtered_access("read")
        companies = persons.parent_id._filtered_access("read")
        for post in self:
            company = post.person_id in persons and post.person_id.parent_id
            told = post.date_to and company and company in companies
            post.present_employer = company.name if told else False

    @api.depends("function", "company_partner_id")
    def _compute_display_name(self):
        for post in self:
            company = post.company_partner_id.sudo().name or ""
            post.display_name = (
                f"{company} ({post.function})" if post.function else company
            )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for post in self:
            if post.date_from and post.date_to and post.date_from > post.date_to:
                raise ValidationError(
                    self.env._("Nobody leaves a post before having taken it.")
                )

    @api.constrains("person_id", "company_partner_id")
    def _check_who(self):
        # sudo: an employer may be hidden from whoever corrects a row.
        for post in self.sudo():
            person, company = post.person_id, post.company_partner_id
            if person.is_company or not company.is_company:
                raise ValidationError(
                    self.env._(
                        "A person works for a company: %(person)s, %(company)s.",
                        person=person.display_name,
                        company=company.display_name,
                    )
                )

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        self._check_by_system(vals_list)
        if not self.env.su:
            vals_list = [vals | {"user_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        self._check_by_system([vals])
        return super().write(vals)

    def _check_by_system(self, vals_list):
        """Only the dialog ends a post: its documents are moved by what stands here.

        :raise AccessError: somebody else wants to
        """
        if self.env.su:
            return
        for vals in vals_list:
            if any(vals.get(name) for name in BY_SYSTEM - {"user_id"}):
                raise AccessError(
                    self.env._("Posts are ended by the dialog Changed employer.")
                )
            vals.pop("user_id", None)

    # ----------------------------------------------------------------------- reading

    def _client_export_link(self):
        return "person_id"

    @api.model
    def _former_persons(self, emails):
        """Whom these addresses belonged to in a former post.

        :param emails: normalized addresses
        :return: {address: id of the person who had it last}; archived persons not
        """
        emails = [email for email in emails if email]
        if not emails:
            return {}
        # sudo: who writes to us is found for every user and for the mail gateway.
        posts = self.sudo().search_fetch(
            [("email_normalized", "in", emails), ("person_id.active", "=", True)],
            ["email_normalized", "person_id"],
            order="date_to desc nulls first, id desc",
        )
        found = {}
        for post in posts:
            found.setdefault(post.email_normalized, post.person_id.id)
        return found

    # ----------------------------------------------------------------------- actions

    def action_open_person(self):
        """Open the person where he is now, if the user sees him there."""
        self.ensure_one()
        self.person_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.person_id.id,
            "views": [(False, "form")],
        }
