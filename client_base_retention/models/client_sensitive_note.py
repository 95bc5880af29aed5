from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .client_roles import HEAD

SENSITIVE = "client_base_retention.group_client_sensitive"
# Field groups of which nobody is a member: only code that runs as superuser reads it.
NOBODY = "."


class ClientSensitiveNote(models.Model):
    """Particulars of a child's development (N19): health data, closed to everybody.

    The text is read in one way only: a member of *Sensitive data of children* opens
    it, and the opening (``client.sensitive.opening``) is logged before the
    text is shown.
    No list, search, export, call from outside or copy of the base holds it. A parent's
    consent comes first, and without one that holds the text stays closed.
    """

    _name = "client.sensitive.note"
    _description = "Particulars of a child"
    _inherit = ["client.sight.guard"]
    _order = "date desc, id desc"
    _rec_name = "date"

    _client_names = ("person_id",)

    person_id = fields.Many2one(
        "res.partner",
        string="Child",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_child", "=", True)],
    )
    date = fields.Date(
        required=True, default=lambda self: self.env.company._client_today()
    )
    user_id = fields.Many2one(
        "res.users",
        string="Written by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    body = fields.Text(groups=NOBODY, prefetch=False, copy=False, exportable=False)
    text = fields.Text(
        string="Particulars",
        compute="_compute_text",
        inverse="_inverse_text",
        exportable=False,
        help="Written once here; afterwards it is opened, and every opening is logged.",
    )
    opening_ids = fields.One2many(
        "client.sensitive.opening", "note_id", string="Opened"
    )
    opening_count = fields.Integer(
        string="Times opened", compute="_compute_opening_count"
    )

    def _compute_text(self):
        """Never the text itself: see ``action_open``."""
        self.text = False

    def _inverse_text(self):
        for note in self:
            note._write_text(note.text)

    def _compute_opening_count(self):
        # sudo: how often is no secret to those who may read the note.
        counts = dict(
            self.env["client.sensitive.opening"]
            .sudo()
            ._read_group([("note_id", "in", self.ids)], ["note_id"], ["__count"])
        )
        for note in self:
            note.opening_count = counts.get(note.sudo(), 0)

    @api.depends("person_id", "date")
    def _compute_display_name(self):
        for note in self:
            note.display_name = f"{note.person_id.name or ''} {note.date or ''}"

    # ---------------------------------------------------------------- who reads, when

    def _check_may_open(self):
        """
        :raise AccessError: the user has no right to the particulars of children
        :raise UserError: no parent has given the consent, or one has taken it back
        """
        self.check_access("read")
        # Not even the superuser's rights of a button or a job are enough.
        if not self.env.user.has_group(SENSITIVE):
            raise AccessError(
                self.env._(
                    "Particulars of children are read by who has the right "
                    "“Sensitive data of children” only."
                )
            )
        self.person_id._check_child_consent()

    def action_open(self):
        """Log that the user opens the text, and show it in a dialog."""
        self.ensure_one()
        self._check_may_open()
        opening = self._log_opening("read")
        view = self.env.ref(
            "client_base_retention.client_sensitive_opening_view_form_dialog"
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Particulars: %(name)s", name=self.person_id.name),
            "res_model": "client.sensitive.opening",
            "res_id": opening.id,
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"dialog_size": "medium"},
        }

    def _log_opening(self, kind):
        # sudo: nobody writes the log but this method.
        return (
            self.env["client.sensitive.opening"]
            .sudo()
            .create(
                [
                    {
                        "note_id": note.id,
                        "person_id": note.person_id.id,
                        "person_name": note.person_id.name,
                        "user_id": self.env.uid,
                        "user_name": self.env.user.name,
                        "kind": kind,
                    }
                    for note in self
                ]
            )
            .sudo(self.env.su)
        )

    def _write_text(self, text):
        """Keep a new text; that it was written is logged like an opening."""
        self._check_may_open()
        # sudo: the column is closed to everybody.
        self.sudo().body = text
        self._log_opening("written")

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [vals | {"user_id": self.env.uid} for vals in vals_list]
        notes = super().create(vals_list)
        notes.person_id._check_child_consent()
        return notes

    def write(self, vals):
        if "person_id" in vals and any(
            note.person_id.id != vals["person_id"] for note in self
        ):
            raise UserError(
                self.env._("What was noted of one child is not moved to another.")
            )
        return super().write(vals)

    def _client_export_link(self):
        return "person_id"

    def _export_rows(self, fields, *args, **kwargs):
        """
        :raise AccessError: always, also where a list of contacts leads here
        """
        raise AccessError(self.env._("Particulars of children are never exported."))

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr.partition(".")[0] == "body" and not self.env.su:
            raise AccessError(self.env._("Particulars of children are not searched."))
        return super()._field_to_sql(alias, field_expr, query)


class ClientSensitiveOpening(models.Model):
    """One time that somebody opened, or wrote, the particulars of a child.

    Rows are added by the note only; nobody changes or deletes them, not as superuser
    either. Shown to who opened it, for a quarter of an hour, the text stands here.
    """

    _name = "client.sensitive.opening"
    _description = "Opening of a child's particulars"
    _order = "date desc, id desc"
    _rec_name = "person_name"

    MINUTES = 15

    note_id = fields.Many2one(
        "client.sensitive.note",
        index=True,
        readonly=True,
        ondelete="set null",
        groups=SENSITIVE,
    )
    person_id = fields.Many2one(
        "res.partner", string="Child", index=True, readonly=True, ondelete="set null"
    )
    person_name = fields.Char(string="Name then", readonly=True)
    user_id = fields.Many2one(
        "res.users", string="Who", index=True, readonly=True, ondelete="set null"
    )
    user_name = fields.Char(string="Name of the user", readonly=True)
    date = fields.Datetime(
        string="When", required=True, readonly=True, default=fields.Datetime.now
    )
    kind = fields.Selection(
        [("read", "Opened"), ("written", "Written")],
        string="What",
        required=True,
        readonly=True,
    )
    text = fields.Text(
        string="Particulars",
        compute="_compute_text",
        inverse="_inverse_text",
        exportable=False,
    )

    @api.depends_context("uid")
    def _compute_text(self):
        for opening in self:
            # sudo: the column is closed to everybody.
            opening.text = opening._is_open() and opening.sudo().note_id.body

    def _is_open(self):
        """Whether the present user looks at what he has just opened himself."""
        self.ensure_one()
        if not self.env.user.has_group(SENSITIVE) or self.user_id != self.env.user:
            return False
        # sudo: the child may be another colleague's by now; the consent decides.
        opening = self.sudo()
        if opening.kind != "read" or not opening.note_id or not opening.date:
            return False
        age = fields.Datetime.now() - opening.date
        if age.total_seconds() > 60 * self.MINUTES:
            return False
        return opening.person_id._child_consent()

    def _inverse_text(self):
        for opening in self:
            text = opening.text
            if not opening._is_open():
                raise AccessError(
                    self.env._("It was opened a while ago: open it anew to change it.")
                )
            opening.note_id._write_text(text)

    # --------------------------------------------------------------- nobody alters it

    def write(self, vals):
        if vals.keys() - {"text"}:
            raise AccessError(self.env._("The log of openings is not changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The log of openings is not deleted by anybody."))

    def _client_export_link(self):
        return "person_id"

    def _export_rows(self, fields, *args, **kwargs):
        """
        :raise AccessError: the text is asked for, or the log by no head
        """
        if any(path and path[0] == "text" for path in fields):
            raise AccessError(self.env._("Particulars of children are never exported."))
        if not self.env.user.has_group(HEAD):
            raise AccessError(self.env._("The log is exported by the head only."))
        return super()._export_rows(fields, *args, **kwargs)


class ResPartner(models.Model):
    _inherit = "res.partner"

    client_sensitive_note_ids = fields.One2many(
        "client.sensitive.note",
        "person_id",
        string="Particulars of development",
        groups=SENSITIVE,
        exportable=False,
    )
    client_child_consent = fields.Boolean(
        string="A parent has given the consent",
        compute="_compute_client_child_consent",
        groups=SENSITIVE,
        exportable=False,
    )

    def _compute_client_child_consent(self):
        for partner in self:
            partner.client_child_consent = partner._origin._child_consent()

    def _child_consent(self):
        """Whether the parents agreed: one of them has given the consent, and none has
        withdrawn it. A person without parents here speaks for himself."""
        self.ensure_one()
        # sudo: a parent whom the user does not see may have withdrawn it.
        person = self.sudo()
        parents = person._client_parents_of().get(person.id) or person
        states = {state for state, _day in parents._client_consents().values()}
        return "given" in states and "withdrawn" not in states

    def _check_child_consent(self):
        """
        :raise UserError: of one of these children the parents did not agree
        """
        for child in self:
            if not child._child_consent():
                raise UserError(
                    self.env._(
                        "Particulars of %(name)s may be kept only with the consent of "
                        "a parent. Record the consent on the parent first.",
                        name=child.name,
                    )
                )

    def action_client_sensitive_note(self):
        """Open the dialog in which particulars of this child are written."""
        self.ensure_one()
        self.check_access("read")
        self.env["client.sensitive.note"].check_access("create")
        self._check_child_consent()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Particulars: %(name)s", name=self.name),
            "res_model": "client.sensitive.note",
            "views": [
                (
                    self.env.ref(
                        "client_base_retention.client_sensitive_note_view_form_dialog"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {"default_person_id": self.id, "dialog_size": "medium"},
        }
