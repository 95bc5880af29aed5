import base64
import logging
import re
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .client_card_derive import BUSY
from .client_roles import STEWARD

_logger = logging.getLogger(__name__)

TRIES = 3
# After so many days the files are removed; that there was a copy stays on record.
KEEP_DAYS = 7
UNDER_WAY = ("waiting", "sheets", "folder")


class ClientBaseCopy(models.Model):
    """A dated copy of a company's whole client base: an archive of sheets that Odoo's
    import puts back, and a folder of pages to print (N28: data were lost twice).

    Made in the background, file by file; the copy keeps the place it has reached, so
    that one that was killed goes on from there. Only who asked for it can fetch it,
    with the right to export, within a few days. It is logged like every export.
    """

    _name = "client.base.copy"
    _description = "Copy of the client base"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", string="Made by", readonly=True, ondelete="set null"
    )
    state = fields.Selection(
        [
            ("due", "To be made"),
            ("waiting", "Waiting"),
            ("sheets", "Writing the sheets"),
            ("folder", "Writing the pages to print"),
            ("done", "Ready"),
            ("gone", "Files removed"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    # Where the copy stands: the sheet, and the last row of it that is in a file; for
    # the pages the name and the id of the last client.
    sheet = fields.Char(readonly=True)
    last_id = fields.Integer(readonly=True)
    last_name = fields.Char(readonly=True)
    total = fields.Integer(string="Rows to copy", readonly=True)
    looked = fields.Integer(string="Rows copied", readonly=True)
    progress = fields.Integer(string="Progress, %", compute="_compute_progress")
    client_count = fields.Integer(string="Clients", readonly=True)
    part_ids = fields.One2many(
        "client.base.copy.part", "copy_id", groups="base.group_system"
    )
    size = fields.Float(string="Size, MB", readonly=True, digits=(16, 1))
    seconds = fields.Float(string="Seconds of work", readonly=True, digits=(16, 1))
    asked_at = fields.Datetime(string="Asked for", readonly=True)
    finished_at = fields.Datetime(string="Made on", readonly=True)
    gone_on = fields.Date(string="Can be fetched until", compute="_compute_gone_on")
    fetched = fields.Integer(string="Times fetched", readonly=True)
    error = fields.Char(string="What went wrong", readonly=True)
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _under_way_idx = models.Index("(id) WHERE state IN ('waiting', 'sheets', 'folder')")

    # ---------------------------------------------------------------------- computes

    @api.depends("company_id", "finished_at", "state")
    def _compute_display_name(self):
        for copy in self:
            day = copy.finished_at or copy.create_date
            copy.display_name = self.env._(
                "Copy of the client base %(company)s, %(day)s",
                company=copy.company_id.name,
                day=day and fields.Datetime.context_timestamp(copy, day).date() or "",
            )

    @api.depends("state", "total", "looked")
    def _compute_progress(self):
        for copy in self:
            done = min(copy.looked, copy.total) / copy.total if copy.total else 0
            copy.progress = 100 if copy.state in ("done", "gone") else int(99 * done)

    @api.depends("finished_at", "state")
    def _compute_gone_on(self):
        for copy in self:
            made = copy.state == "done" and copy.finished_at
            copy.gone_on = made and (made + timedelta(days=KEEP_DAYS)).date()

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for copy in self:
            copy.is_mine = copy.user_id == self.env.user

    # ------------------------------------------------------------------------ rights

    @api.model
    def _check_may(self):
        """Whether the user may take a copy of the whole base.

        The role is enough: the base must not be lost because nobody had the right to
        export beside it (N28). Each copy stands in the log of exports.

        :raise AccessError: he may not
        """
        if not self.env.su and not self.env.user.has_group(STEWARD):
            raise AccessError(
                self.env._("Only the head and the data steward copy the whole base.")
            )

    @api.model
    def _may(self, user, company):
        """Whether a user could take a copy of a company's base."""
        if not user.active or company not in user.sudo().company_ids:
            return False
        try:
            self.with_user(user)._check_may()
        except AccessError:
            return False
        return True

    # ----------------------------------------------------------------------- actions

    def action_make(self):
        """Have a copy of the base made, in the background: of the company of the copy
        one looks at, else of the current one.

        :return: action that opens the copy; one of the user's that is under way is not
            made twice
        """
        self._check_may()
        company = self.company_id if len(self) == 1 else self.env.company
        # sudo: users ask for copies, the system keeps them.
        copies = self.sudo()
        here = [("company_id", "=", company.id)]
        copy = copies.search(
            [*here, ("state", "in", UNDER_WAY), ("user_id", "=", self.env.uid)], limit=1
        )
        if not copy:
            copy = copies.search([*here, ("state", "=", "due")], limit=1)
            values = {
                "state": "waiting",
                "user_id": self.env.uid,
                "asked_at": fields.Datetime.now(),
            }
            if copy:
                copy.write(values)
            else:
                copy = copies.create(values | {"company_id": company.id})
            copy._reminder_done()
        self._trigger()
        return copy.with_user(self.env.user)._action_open()

    def _action_open(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_base_copy_action"
        )
        return action | {
            "views": [(False, "form")],
            "view_mode": "form",
            "res_id": self.id,
        }

    def action_download(self):
        """Fetch the archive.

        :raise UserError: somebody else made it, or its files are removed
        """
        self.ensure_one()
        self._check_fetch()
        return {
            "type": "ir.actions.act_url",
            "url": f"/client_base/copy/{self.id}",
            "target": "download",
        }

    def action_refresh(self):
        """Show how far the copy is by now."""
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_fetch(self):
        """
        :raise AccessError: the user has no right any more
        :raise UserError: there is nothing to fetch for him
        """
        self._check_may()
        self.check_access("read")
        if self.user_id != self.env.user:
            raise UserError(
                self.env._(
                    "This copy was made by %(name)s, who alone can fetch it. Make one "
                    "of your own.",
                    name=self.user_id.name,
                )
            )
        if self.state != "done":
            raise UserError(self.env._("The copy has no files: make a new one."))

    # ---------------------------------------------------------------- scheduled action

    @api.model
    def _trigger(self):
        # sudo: scheduled actions are the system's.
        self.env.ref("client_base_retention.ir_cron_client_copy").sudo()._trigger()

    @api.model
    def _cron_make(self):
        """Make the copies asked for, file by file, each resumed where it stopped."""
        while copy := self._next_copy():
            copy._step()
            waiting = self.search([("state", "in", UNDER_WAY)])
            left = self.env["ir.cron"]._commit_progress(
                1, remaining=sum(max(c.total - c.looked, 1) for c in waiting)
            )
            if not left:
                break

    @api.model
    def _next_copy(self):
        """The copy to go on with, locked; none while other processes work on them."""
        self.invalidate_model()
        under_way = self.search([("state", "in", UNDER_WAY)], order="id")
        return under_way.try_lock_for_update(limit=1)

    def _step(self):
        """Make one file; what met a conflict is tried again, what fails is said."""
        self.ensure_one()
        started = time.monotonic()
        for attempt in range(1, TRIES + 1):
            try:
                getattr(self, f"_step_{self.state}")()
                self.seconds += time.monotonic() - started
                self.env.flush_all()
                return
            except BUSY:
                self.env.cr.rollback()
                if attempt == TRIES:
                    raise
            except Exception as error:  # said to who asked; the next copy is made
                self.env.cr.rollback()
                _logger.exception("Copy %s of the client base failed", self.id)
                self._fail(str(error))
                return

    def _fail(self, reason):
        self.write({"state": "failed", "error": reason[:500]})
        self.part_ids.unlink()
        self._tell(
            self.env._("The copy of the client base failed: %(reason)s", reason=reason),
            "danger",
        )

    def _step_waiting(self):
        if not self._may(self.user_id, self.company_id):
            self._fail(self.env._("Who asked for it has no right to it any more."))
            return
        self.env.flush_all()
        sheets = self._present_sheets()
        cards = [("company_id", "=", self.company_id.id)]
        clients = self._everything("client.card").search_count(cards)
        self.write(
            {
                "state": "sheets",
                "sheet": sheets[0].name,
                "last_id": 0,
                # The pages to print are the clients once more.
                "total": sum(map(self._count_rows, sheets)) + clients,
                "client_count": clients,
            }
        )

    def _finish(self):
        """Say what is in the archive, log it, tell who asked for it."""
        self._write_contents()
        self.write(
            {
                "state": "done",
                "finished_at": fields.Datetime.now(),
                "size": sum(self._part_sizes()) / 1e6,
            }
        )
        user = self.user_id
        log = self.env["client.export"].with_user(user).with_company(self.company_id)
        log = log.with_context(allowed_company_ids=self.company_id.ids)
        sheets = self._present_sheets()
        log._log(
            "copy",
            sum(self.part_ids.mapped("rows")),
            fields=[
                f"{sheet.name}: {', '.join(self._columns(sheet))}" for sheet in sheets
            ],
            domain=[("company_id", "=", self.company_id.id)],
            clients=self.client_count,
        )
        self._tell(self.env._("The copy of the client base is ready."), "success")
        _logger.info(
            "Copy of the client base of company %s: %s rows, %s clients, %.1f MB, "
            "%.1f s",
            self.company_id.id,
            self.looked,
            self.client_count,
            self.size,
            self.seconds,
        )

    def _tell(self, message, kind):
        """Show a message to who asked for the copy, if he is there."""
        self.user_id._bus_send(
            "simple_notification", {"type": kind, "sticky": True, "message": message}
        )

    # ------------------------------------------------------------------------- files

    def _everything(self, model):
        """A model with all rows of it, in the company of the copy.

        sudo: who asked for the copy was asked for his right to the whole base; every
        sheet says itself which rows are the company's.
        """
        found = self.env[model].sudo().with_company(self.company_id)
        return found.with_context(active_test=False, prefetch_fields=False)

    def _add_part(self, path, content, rows=0, title=False):
        self.env["client.base.copy.part"].create(
            {
                "copy_id": self.id,
                "path": path,
                "title": title,
                "rows": rows,
                "file": base64.b64encode(content),
            }
        )

    def _part_sizes(self):
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "client.base.copy.part"),
                ("res_field", "=", "file"),
                ("res_id", "in", self.part_ids.ids),
            ]
        )
        return files.mapped("file_size")

    def _file_name(self):
        """Name of the archive."""
        name = re.sub(r"\W+", "-", self.company_id.name).strip("-").lower()
        made = fields.Datetime.context_timestamp(self, self.finished_at)
        return f"client-base-{name}-{made:%Y-%m-%d}.zip"

    @api.autovacuum
    def _gc_files(self):
        """The archive of the whole base does not lie about for longer than needed."""
        old = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        copies = self.search([("state", "=", "done"), ("finished_at", "<", old)])
        copies.part_ids.unlink()
        copies.state = "gone"
