import logging
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .client_card_derive import BATCH, BUSY

_logger = logging.getLogger(__name__)

KEEP_DAYS = 90
TRIES = 3


class ClientDeriveRun(models.Model):
    """One derivation of a company's client base by the scheduled action.

    Keeps the place it has reached, so that a run that was killed goes on from there.
    """

    _name = "client.derive.run"
    _description = "Nightly run of the client base"
    _order = "id desc"
    _rec_name = "date"

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    date = fields.Date(string="Derived for", required=True)
    state = fields.Selection(
        [
            ("make", "New cards"),
            ("standing", "Figures"),
            ("cut", "Limits of the classes"),
            ("classes", "Classes"),
            ("waves", "First rounds"),
            ("contacts", "Contacts due"),
            ("data", "Completeness of data"),
            ("loyalty", "Loyalty"),
            ("months", "Compliance"),
            ("done", "Done"),
        ],
        default="make",
        required=True,
    )
    last_card_id = fields.Integer(string="Reached card")
    total = fields.Integer(string="Cards")
    cards = fields.Integer(string="Cards done")
    changed = fields.Integer(string="Cards changed")
    skipped = fields.Integer(
        string="Left to the queue",
        help="Cards that somebody else was changing; they were derived soon after.",
    )
    regulated = fields.Boolean(
        string="New regulation", help="Clients came under another regulation."
    )
    rule_changed = fields.Boolean(
        help="Made because a regulation or the source of purchases changed: what this "
        "moves is no movement of the clients."
    )
    notes = fields.Boolean(help="Changes of class are noted on the contacts.")
    seconds = fields.Float(string="Seconds of work", digits=(16, 1))
    finished_at = fields.Datetime(string="Finished")

    @api.model
    def _open_runs(self):
        """The runs to work on: those not finished, else a new one for each company.

        A run that was stopped on an earlier day begins anew for today.
        """
        runs = self.search([("state", "!=", "done")], order="id")
        stale = runs.filtered(lambda run: run.date != run.company_id._client_today())
        for run in stale:
            today = run.company_id._client_today()
            run.write({"date": today, "state": "make", "last_card_id": 0, "cards": 0})
        if stale or not runs:
            companies = self.env["res.company"]._client_companies() - runs.company_id
            runs |= self.create(
                [{"company_id": c.id, "date": c._client_today()} for c in companies]
            )
        return runs

    def _remaining(self):
        """Cards still to be looked at; at least one while a run is not finished."""
        return sum(max(run.total - run.cards, 1) for run in self)

    def _step(self):
        """Do one batch; a batch that met a conflict is tried again.

        :return: number of cards looked at, at least 1
        """
        self.ensure_one()
        started = time.monotonic()
        run = self.with_context(
            client_background=True, client_rule_changed=self._is_rule_changed()
        )
        for attempt in range(1, TRIES + 1):
            try:
                done = getattr(run, f"_step_{run.state}")()
                break
            except BUSY:
                self.env.cr.rollback()
                if attempt == TRIES:
                    done = run._pass_over()
        self.seconds += time.monotonic() - started
        if self.state == "done":
            self._log_done()
        return max(done, 1)

    def _is_rule_changed(self):
        """Whether a regulation changed for which, or since, this run was made: its
        other cards are derived by the new one already."""
        self.ensure_one()
        changed = [
            ("company_id", "=", self.company_id.id),
            ("rule_changed", "=", True),
            ("state", "!=", "done"),
        ]
        return self.rule_changed or bool(self.search_count(changed, limit=1))

    def _pass_over(self):
        """Leave a batch that met conflicts again and again to the queue, and go on."""
        if self.state == "months":
            # Next night, or whoever looks at the report, will do it.
            _logger.warning("Compliance of company %s waits", self.company_id.id)
            return self._finish()
        if self.state not in ("standing", "classes", "contacts", "data", "loyalty"):
            raise UserError(
                self.env._("Others keep changing the clients: the run goes on later.")
            )
        cards = self._next_cards()
        self._leave(cards)
        self.last_card_id = cards.ids[-1]
        return len(cards)

    def _step_make(self):
        cards = self.env["client.card"]
        cards._execute_flush()
        cards._remove_never_clients(self.company_id)
        cards._fold_strayed(self.company_id)
        if cards._make_missing(self.company_id, self.date):
            # The lists and the next statements would be planned for the table as it
            # was before, which was empty after the installation.
            self.env.cr.execute("ANALYZE client_card")
        self.total = cards.with_context(active_test=False).search_count(
            [("company_id", "=", self.company_id.id)]
        )
        self.state = "standing"
        return 1

    def _step_standing(self):
        cards = self._next_cards()
        free = cards._lock_free()
        if not cards:
            self.state = "cut"
            return 1
        changed, regulated = free._derive_standing(self.company_id, self.date)
        self.changed += changed
        self.regulated |= regulated
        self._leave(cards - free)
        self.last_card_id = cards.ids[-1]
        self.cards += len(cards)
        cards._execute_done()
        return len(cards)

    def _step_cut(self):
        cards = self.env["client.card"]
        self.notes = cards._abc_cut_and_ask(self.company_id, self.date, self.regulated)
        self.write({"state": "classes", "last_card_id": 0})
        return 1

    def _step_classes(self):
        model = self.env["client.card"]
        cards = model.browse(
            model._abc_different(self.company_id, self.date, BATCH, self.last_card_id)
        )
        if not cards:
            model._abc_reviewed(self.company_id, self.date)
            self.write({"state": "waves", "last_card_id": 0})
            return 1
        free = cards._lock_free()
        self.changed += free._abc_assign(
            self.company_id, self.date, review=True, notes=self.notes
        )
        self._leave(cards - free)
        self.last_card_id = cards.ids[-1]
        model._execute_done()
        return len(cards)

    def _step_waves(self):
        cards = self.env["client.card"]
        cards._execute_flush()
        cards._cut_waves(self.company_id, self.date)
        self.state = "contacts"
        return 1

    def _step_contacts(self):
        cards = self._next_cards()
        free = cards._lock_free()
        if not cards:
            self.write({"state": "data", "last_card_id": 0})
            return 1
        self.changed += free._derive_contacts(self.company_id, self.date)
        self._leave(cards - free)
        self.last_card_id = cards.ids[-1]
        cards._execute_done()
        free._settle_own_tasks(self.company_id, self.date)
        return len(cards)

    def _step_data(self):
        """Completeness changes seldom: only the cards that differ are locked."""
        cards = self._next_cards()
        if not cards:
            self.write({"state": "loyalty", "last_card_id": 0})
            return 1
        cards._data_flush()
        different = cards._data_different()
        free = different._lock_free()
        self.changed += free._derive_data()
        self._leave(different - free)
        self.last_card_id = cards.ids[-1]
        return len(cards)

    def _step_loyalty(self):
        """As with the completeness, only the cards that differ are locked."""
        cards = self._next_cards()
        if not cards:
            self.state = "months"
            return 1
        different = cards._loyalty_different(self.date)
        free = different._lock_free()
        self.changed += free._derive_loyalty(self.company_id, self.date)
        self._leave(different - free)
        self.last_card_id = cards.ids[-1]
        return len(cards)

    def _step_months(self):
        """Close the months that are over, each in a transaction of its own, then
        measure the present one."""
        months = self.env["client.compliance.month"]
        if months._close_next(self.company_id, self.date):
            return 1
        if months._begin(self.company_id, self.date):
            # Committed before it is measured: whoever looks meanwhile need not wait.
            return 1
        months._measure(self.company_id, self.date, self.date)
        return self._finish()

    def _finish(self):
        self.write({"state": "done", "finished_at": fields.Datetime.now()})
        return 1

    def _next_cards(self):
        """The next batch of cards by id."""
        model = self.env["client.card"]
        rows = model._execute(
            SQL(
                """SELECT id FROM client_card WHERE company_id = %s AND id > %s
                    ORDER BY id LIMIT %s""",
                self.company_id.id,
                self.last_card_id,
                BATCH,
            )
        )
        return model.browse([row[0] for row in rows])

    def _leave(self, cards):
        """Hand cards that others are changing to the queue."""
        if not cards:
            return
        pairs = {(card.partner_id.id, card.company_id.id) for card in cards}
        # Those left by an earlier phase of the run are counted once.
        waiting = self.env["client.card.dirty"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "in", cards.partner_id.ids),
            ]
        )
        known = {(row.partner_id, row.company_id) for row in waiting}
        self.skipped += len(pairs - known)
        self.env["client.card"]._enqueue(pairs, delay=timedelta(seconds=10))

    def _log_done(self):
        _logger.info(
            "Client base of company %s derived for %s: %s cards in %.1f s, "
            "%s changes, %s left to the queue",
            self.company_id.id,
            self.date,
            self.cards,
            self.seconds,
            self.changed,
            self.skipped,
        )

    @api.autovacuum
    def _gc_runs(self):
        limit = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        old = self.search([("create_date", "<", limit)], limit=1000)
        old.unlink()
        return len(old), 0
