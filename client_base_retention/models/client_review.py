from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import plaintext2html

from .client_roles import STEWARD

KINDS = [
    ("sent", "Sent to the steward"),
    ("new", "New client"),
    ("changed", "Changed client"),
    ("stale", "Looked through"),
]
STATES = [("todo", "To check"), ("returned", "Returned"), ("done", "Checked")]
# What somebody who sends something to the steward may say.
SENT = {"partner_id", "person_id", "text", "image", "file", "file_name", "company_id"}
# Written by the buttons only: the steward's figures are counted from them.
BY_BUTTONS = {
    "kind",
    "state",
    "user_id",
    "change_data",
    "done_by_id",
    "done_on",
    "date",
    "partner_id",
    "person_id",
    "company_id",
}


class ClientReview(models.Model):
    """One thing for the data steward to look at (N127, N128).

    Something was sent to him (a photo of a business card, a sentence, a file), or a
    salesperson made or changed a client. He confirms it, corrects the client and
    confirms, or returns it with a remark.
    """

    _name = "client.review"
    _description = "To be checked by the data steward"
    _inherit = ["mail.thread", "mail.activity.mixin", "client.card.link"]
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    kind = fields.Selection(KINDS, required=True, default="sent", readonly=True)
    state = fields.Selection(
        STATES, required=True, default="todo", readonly=True, copy=False
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        index="btree_not_null",
        ondelete="set null",
        help="The company or private person. Empty: the steward finds out who it is.",
    )
    person_id = fields.Many2one(
        "res.partner", string="Person", index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Sent by",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        help="Who sent it, or who made or changed the client.",
    )
    date = fields.Datetime(
        string="Since", required=True, readonly=True, default=fields.Datetime.now
    )
    text = fields.Text(
        string="What to take down",
        help="A sentence is enough: the steward types it in.",
    )
    image = fields.Image(
        string="Photo",
        max_width=2560,
        max_height=2560,
        help="For example of a business card.",
    )
    file = fields.Binary(attachment=True)
    file_name = fields.Char()
    # Read by the words made of it only: they leave out what a role hides.
    change_data = fields.Json(readonly=True, copy=False, groups=".")
    changes = fields.Text(compute="_compute_changes")
    remark = fields.Text(help="What is to be put right, when it is returned.")
    done_by_id = fields.Many2one(
        "res.users", string="Checked by", readonly=True, copy=False, ondelete="restrict"
    )
    done_on = fields.Date(string="Checked on", readonly=True, copy=False)
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _todo_idx = models.Index("(company_id, kind, date) WHERE state <> 'done'")
    _done_idx = models.Index(
        "(company_id, done_on, done_by_id) WHERE done_on IS NOT NULL"
    )

    @api.depends("partner_id", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for review in self:
            review.display_name = review.partner_id.display_name or kinds[review.kind]

    @api.depends_context("uid")
    @api.depends("user_id")
    def _compute_is_mine(self):
        for review in self:
            review.is_mine = review.user_id == self.env.user

    # ------------------------------------------------------------------- constraints

    @api.constrains("kind", "text", "image", "file")
    def _check_something_sent(self):
        for review in self:
            said = review.text and review.text.strip()
            if review.kind == "sent" and not (said or review.image or review.file):
                raise ValidationError(
                    self.env._("Send a photo, a sentence or a file: something to read.")
                )

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Send something to the steward. Other kinds are made by the system only."""
        if not self.env.su:
            vals_list = [
                {name: value for name, value in vals.items() if name in SENT}
                for vals in vals_list
            ]
        # Nobody follows it, nothing is noted: the row itself says everything.
        quiet = self.with_context(
            mail_create_nolog=True, mail_create_nosubscribe=True, tracking_disable=True
        )
        reviews = super(ClientReview, quiet).create(
            [self._with_client(vals) for vals in vals_list]
        )
        return reviews.with_env(self.env)

    def _with_client(self, vals):
        """Values with the client that the contact belongs to; he may be his person."""
        contact = self.env["res.partner"].browse(vals.get("partner_id"))
        # sudo: the company of a person may be hidden from who sees the person.
        client = contact.sudo().commercial_partner_id
        if client == contact:
            return vals
        return {"person_id": contact.id} | vals | {"partner_id": client.id}

    def write(self, vals):
        done = self.filtered(lambda review: review.state == "done")
        if done and not self.env.su:
            raise UserError(self.env._("This was checked already: send it anew."))
        return super().write(vals)

    def _has_field_access(self, field, operation):
        """Whoever may write reviews corrects what was sent, not who checked it."""
        if operation == "write" and field.name in BY_BUTTONS and not self.env.su:
            # Creating goes through ``create``, which takes what may be said only.
            if field.name not in SENT or self.ids:
                return False
        return super()._has_field_access(field, operation)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_checked(self):
        if not self.env.su and any(review.state == "done" for review in self):
            raise UserError(
                self.env._("What was checked stays: it counts for the steward.")
            )

    # ----------------------------------------------------------------------- actions

    def _check_steward(self):
        if not self.env.su and not self.env.user.has_group(STEWARD):
            raise AccessError(self.env._("Only the data steward checks clients."))
        self.check_access("write")

    def action_confirm(self, partner_id=None):
        """The data are good, as they came or as the steward put them right.

        :param partner_id: the contact that the steward found or made for it; it is
            added to the client base; without it what was sent from nowhere is checked
            off, too
        :return: True
        """
        self._check_steward()
        # sudo: who checked and when is written by the buttons only.
        reviews = self.filtered(lambda review: review.state != "done").sudo()
        if partner_id:
            contact = self.env["res.partner"].browse(partner_id)
            contact.check_access("read")
            reviews.write(reviews._with_client({"partner_id": partner_id}))
            if not contact.client_card_id:
                contact.action_add_to_client_base()
        reviews._done()
        return True

    def action_dismiss(self):
        """Nothing to take down: sent by mistake, or known already."""
        self._check_steward()
        self.filtered(lambda review: review.state != "done").sudo()._done()
        return True

    def _done(self):
        for company, reviews in self.grouped("company_id").items():
            today = company._client_today()
            reviews.write(
                {"state": "done", "done_by_id": self.env.uid, "done_on": today}
            )
            reviews._mark_reviewed(company, today)
        self.activity_unlink(["mail.mail_activity_data_todo"])

    def _mark_reviewed(self, company, today):
        """The card was looked at: it is not stale any more."""
        cards = self.env["client.card"].with_context(active_test=False)
        looked = cards.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "in", self.partner_id.ids),
            ]
        )
        looked._data_reviewed(today, self.env.user)

    def action_open_return(self):
        """Ask for the remark with which this is returned."""
        self._check_steward()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Return with a remark"),
            "res_model": "client.review",
            "res_id": self.id,
            "views": [
                (
                    self.env.ref("client_base_retention.client_review_view_return").id,
                    "form",
                )
            ],
            "target": "new",
        }

    def action_return(self, remark=None):
        """Give it back with a remark to who sent it, or changed the client.

        He is told by an activity. If he no longer sees the client, the present
        salesperson is.

        :raise UserError: without a remark, or where nobody can be told
        """
        self._check_steward()
        for review in self:
            words = (remark or review.remark or "").strip()
            if not words:
                raise UserError(self.env._("Say what is to be put right."))
            if review.state == "done":
                raise UserError(self.env._("This was checked already."))
            user = review._returned_to()
            # sudo: the state is written by the buttons only.
            returned = review.sudo()
            returned.activity_unlink(["mail.mail_activity_data_todo"])
            returned.write({"state": "returned", "remark": words, "user_id": user.id})
            # Without the mail that Odoo sends for each activity.
            returned.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Put right: %(name)s", name=review.display_name),
                note=plaintext2html(words),
                user_id=user.id,
            )
        return {"type": "ir.actions.act_window_close"}

    def _returned_to(self):
        """Who is told: who caused it, if he still works here and sees the client."""
        # sudo: the salesperson of a card the steward does not see, too.
        review = self.sudo()
        for user in (review.user_id, review.card_id.user_id):
            if user.active and not user.share and review._is_seen_by(user):
                return user
        raise UserError(
            self.env._(
                "%(user)s cannot be asked any more, and the client has no other "
                "salesperson: correct it yourself.",
                user=review.user_id.name,
            )
        )

    def _is_seen_by(self, user):
        contact = self.partner_id.with_user(user)
        return not contact or contact.has_access("read")

    def action_send_again(self):
        """Who sent it put it right: it goes back to the steward.

        :raise AccessError: for somebody else
        """
        self.check_access("read")
        if any(r.user_id != self.env.user and not self.env.su for r in self):
            raise AccessError(self.env._("Only who sent it can send it again."))
        # sudo: the state is written by the buttons only.
        returned = self.sudo().filtered(lambda review: review.state == "returned")
        returned._back_to_steward()
        return True

    def _back_to_steward(self):
        self.write({"state": "todo", "date": fields.Datetime.now()})
        self.activity_unlink(["mail.mail_activity_data_todo"])
