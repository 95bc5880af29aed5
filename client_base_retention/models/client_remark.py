from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date

from .client_copied_names import copied_names

KINDS = [("problem", "Problem"), ("positive", "Positive"), ("wish", "Wish")]
STATES = [("open", "Open"), ("solved", "Solved")]
# A change of these changes whether the client is dissatisfied.
SETTLED_BY = {"kind", "state", "partner_id", "company_id"}


class ClientRemarkTag(models.Model):
    """What remarks are about, so that a novelty finds those who asked for it."""

    _name = "client.remark.tag"
    _description = "Tag of remarks"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer()

    _name_uniq = models.Constraint("UNIQUE(name)", "There is such a tag already.")

    def copy_data(self, default=None):
        values = super().copy_data(default)
        if "name" not in (default or {}):
            for vals, name in zip(values, copied_names(self), strict=True):
                vals["name"] = name
        return values


class ClientRemark(models.Model):
    """What a client said that must not be forgotten: a problem, praise or a wish (N13).

    A problem is open until somebody says how it was solved; as long as one is open the
    client is dissatisfied (N14, ``client_remark_card.py``), and one task of his
    salesperson stands for it (``client_remark_task.py``).
    """

    _name = "client.remark"
    _description = "Remark of a client"
    _inherit = ["client.sight.guard", "client.card.link"]
    _order = "date desc, id desc"
    _rec_name = "text"
    _check_company_auto = True

    _client_names = ("partner_id", "person_id")

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    person_id = fields.Many2one(
        "res.partner",
        string="Who said it",
        index="btree_not_null",
        ondelete="set null",
        domain="[('commercial_partner_id', '=', partner_id)]",
        help="The person of the client, if it is known.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._client_today(),
        help="The day on which it was said.",
    )
    kind = fields.Selection(KINDS, required=True, default="problem")
    text = fields.Text(
        string="Remark",
        required=True,
        index="trigram",
        help="In the client's own words: found again when there is news for him.",
    )
    tag_ids = fields.Many2many("client.remark.tag", string="Tags")
    product_ids = fields.Many2many(
        "product.product", string="Products", help="What the remark is about."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Taken down by",
        index="btree_not_null",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        ondelete="set null",
    )
    state = fields.Selection(
        STATES,
        copy=False,
        index="btree_not_null",
        help="Of problems only. Open: the client is dissatisfied.",
    )
    solved_on = fields.Date(readonly=True, copy=False)
    solved_by_id = fields.Many2one(
        "res.users", string="Solved by", readonly=True, copy=False, ondelete="set null"
    )
    solution = fields.Text(
        copy=False, help="What was done about it, and what the client says now."
    )
    activity_id = fields.Many2one(
        "mail.activity",
        string="Task",
        readonly=True,
        copy=False,
        # Tasks are done and deleted all day long: each looks itself up here.
        index="btree_not_null",
        ondelete="set null",
    )

    # Whether a client is dissatisfied is looked up here.
    _open_idx = models.Index("(partner_id, company_id) WHERE state = 'open'")
    _date_idx = models.Index("(company_id, date DESC, id DESC)")

    @api.depends("kind", "date", "text")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for remark in self:
            remark.display_name = self.env._(
                "%(kind)s, %(day)s",
                kind=kinds.get(remark.kind, ""),
                day=format_date(self.env, remark.date) if remark.date else "",
            )

    # ------------------------------------------------------------------- constraints

    @api.constrains("date")
    def _check_date(self):
        for remark in self:
            if remark.date > remark.company_id._client_today():
                raise ValidationError(
                    self.env._("A remark cannot have been made in the future.")
                )

    @api.constrains("text")
    def _check_text(self):
        if any(not (remark.text or "").strip() for remark in self):
            raise ValidationError(self.env._("Write down what the client said."))

    @api.constrains("state")
    def _check_solution(self):
        for remark in self:
            if remark.state == "solved" and not (remark.solution or "").strip():
                raise ValidationError(
                    self.env._("Say in a few words how the problem was solved.")
                )

    @api.constrains("partner_id", "person_id")
    def _check_client(self):
        # sudo: who takes a remark down need not see all of the client.
        for remark in self.sudo():
            person = remark.person_id
            client = remark.partner_id
            if (
                person
                and person.commercial_partner_id != client
                and not person._worked_at(client)
            ):
                raise ValidationError(
                    self.env._(
                        "%(person)s does not belong to %(client)s.",
                        person=person.display_name,
                        client=remark.partner_id.display_name,
                    )
                )
        own = self.sudo().partner_id._never_clients()
        if own:
            raise ValidationError(
                self.env._(
                    "%(names)s cannot be clients: remarks are those of clients, not of "
                    "own companies and users.",
                    names=", ".join(own.mapped("display_name")),
                )
            )

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        """A person that was chosen stands for the client he belongs to."""
        client = self.partner_id.commercial_partner_id
        if client != self.partner_id:
            self.person_id = self.partner_id
            self.partner_id = client
        elif self.person_id.commercial_partner_id != client:
            self.person_id = False

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Take remarks down; a problem opens a task of the client's salesperson.

        :param vals_list: a person as ``partner_id`` means the client he belongs to
        :raise ValidationError: a date to come, no words, or no client
        """
        remarks = super().create(self._with_clients(vals_list))
        remarks._settle()
        return remarks

    def write(self, vals):
        if "partner_id" in vals or "person_id" in vals:
            (vals,) = self._with_clients([vals])
        result = super().write(vals)
        settling = self.env.context.get("client_remark_settling")
        if SETTLED_BY & vals.keys() and not settling:
            self._settle()
        return result

    def unlink(self):
        self._drop_tasks()
        result = super().unlink()
        self._forget_cached()
        return result

    @api.model
    def _with_clients(self, vals_list):
        """Values in which the client and his person are told apart."""
        # sudo: the company of a person one may see can be hidden.
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        given = self.default_get(["partner_id", "person_id"])
        vals_list = [given | vals for vals in vals_list] if not self else vals_list
        ids = {vals.get("partner_id") or vals.get("person_id") for vals in vals_list}
        found = partners.search_fetch(
            [("id", "in", list(ids - {None, False}))],
            ["commercial_partner_id", "company_id"],
        )
        client_of = {partner.id: partner.commercial_partner_id.id for partner in found}
        prepared = []
        for vals in vals_list:
            named = vals.get("partner_id") or vals.get("person_id")
            client = client_of.get(named)
            if client:
                vals = vals | {"partner_id": client}
                if client != named and not vals.get("person_id"):
                    vals["person_id"] = named
            prepared.append(vals)
        return prepared

    # --------------------------------------------------- clients that move or disappear

    @api.model
    def _take_along(self, persons, client):
        """Persons became persons of ``client``: what they said goes with them."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE client_remark SET partner_id = %(client)s
                    WHERE person_id = ANY(%(persons)s) AND partner_id <> %(client)s""",
                client=client.id,
                persons=persons.ids,
            )
        )
        self.invalidate_model(flush=False)
        self._forget_cached()

    @api.model
    def _fold(self, gone, partner, company):
        """The client ``gone`` became ``partner``, or a person of his, in a company."""
        self.flush_model()
        person = gone if gone.commercial_partner_id == partner != gone else None
        self.env.cr.execute(
            SQL(
                """UPDATE client_remark
                      SET partner_id = %s, person_id = COALESCE(person_id, %s)
                    WHERE partner_id = %s AND company_id = %s""",
                partner.id,
                person and person.id,
                gone.id,
                company.id,
            )
        )
        self.invalidate_model(flush=False)
        self._forget_cached()

    # ----------------------------------------------------------------------- actions

    @api.model
    def _action_new(self, partner, **defaults):
        """The action that opens the dialog for a new remark of this contact."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Remark"),
            "res_model": self._name,
            "views": [
                (
                    self.env.ref(
                        "client_base_retention.client_remark_view_form_dialog"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {
                "dialog_size": "medium",
                "default_partner_id": partner.commercial_partner_id.id,
                "default_person_id": partner.id
                if partner != partner.commercial_partner_id
                else False,
            }
            | {f"default_{name}": value for name, value in defaults.items()},
        }

    def action_open_clients(self):
        """The clients who made these remarks, as a list to go on with."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_card_action"
        )
        return action | {
            "name": self.env._("Clients with these remarks"),
            "domain": [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ],
            "context": {},
            "view_mode": "list,kanban,pivot,graph",
            "views": [(False, kind) for kind in ("list", "kanban", "pivot", "graph")],
        }
