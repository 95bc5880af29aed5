from collections import defaultdict
from datetime import timedelta

from psycopg2 import errors

from odoo import fields, models
from odoo.tools import SQL

# Cards derived in one statement; a batch of the nightly run holds its locks for about
# a second at this size.
BATCH = 10000
# How long an event waits for a card that another transaction is making just now.
EVENT_PATIENCE = "50ms"
# What means "somebody else is at work on this card": the event goes to the queue.
BUSY = (
    errors.SerializationFailure,
    errors.LockNotAvailable,
    errors.DeadlockDetected,
    errors.UniqueViolation,
)
PARTNER_FIELDS = ["user_id", "active", "segment_id", "commercial_partner_id"]
# What the statements read beside purchases, contacts and users.
FLUSHED = (
    "client.card",
    "client.policy",
    "client.segment",
    "client.contact.rule",
    "client.data.requirement",
    "client.touchpoint",
    "client.obligation",
    "client.obligation.past",
    "client.away",
    "crm.lead",
    "mail.activity",
    "mail.activity.type",
)


class ClientCard(models.Model):
    """The deriver: at night for all clients, by event for those it touched (design 2).

    Both use the same statements, so they can never disagree.
    """

    _inherit = "client.card"

    # ------------------------------------------------------------------- entry points

    def _derive_all(self, today=None):
        """Derive every company's clients: missing cards, figures, classes, contacts.

        :param today: date to derive for, default the present day of each company
        Never commits. Deriving twice changes nothing.
        """
        cards = self.sudo()
        for company in self.env["res.company"]._client_companies():
            cards._derive_company(company, today or company._client_today())

    def _derive(self, today=None):
        """Derive these cards: figures, status, owner, class by the kept limits, and
        when the next contact is due.

        :param today: date to derive for, default the present day of each card's company
        On no cards it does nothing.
        """
        for company, cards in self._by_company().items():
            day = today or company._client_today()
            cards._derive_cards(company, day)
            cards._settle_own_tasks(company, day)

    def _derive_company(self, company, today):
        """Derive all clients of one company in this transaction."""
        self._execute_flush()
        self._remove_never_clients(company)
        self._fold_strayed(company)
        self._make_missing(company, today)
        regulated = False
        for batch in self._batches(company):
            regulated |= batch._derive_standing(company, today)[1]
        self._derive_classes(company, today, regulated)
        self._derive_contacts_company(company, today)
        self._derive_data_company(company)
        for batch in self._batches(company):
            batch._derive_loyalty(company, today)
        self._execute_done()

    def _derive_cards(self, company, today):
        """Derive cards of one company by themselves, classes by the kept limits."""
        self._execute_flush()
        for start in range(0, len(self), BATCH):
            batch = self[start : start + BATCH]
            batch._derive_standing(company, today)
            batch._abc_cut_if_new(company)
            batch._abc_assign(company, today)
            batch._derive_contacts(company, today)
            batch._derive_data()
            batch._derive_loyalty(company, today)
            batch._derive_owner_differs(batch._partner_ids_sql())
        self._execute_done()

    def _derive_standing(self, company, today):
        """Figures, status and owner of these cards.

        :return: number of cards changed, whether a card came under another policy
        """
        rows = self._standing_update(company, today)
        self.browse([row[0] for row in rows if row[1]])._derive_marks()
        return len(rows), any(row[2] for row in rows)

    def _derive_classes(self, company, today, regulated):
        """Cut the classes of a company anew and assign them to all its clients."""
        notes = self._abc_cut_and_ask(company, today, regulated)
        cards = self.browse(self._abc_different(company, today))
        for start in range(0, len(cards), BATCH):
            batch = cards[start : start + BATCH]
            batch._abc_assign(company, today, review=True, notes=notes)
        self._abc_reviewed(company, today)

    # ------------------------------------------------------------------------- events

    def _touch(self, pairs):
        """Something happened to these clients: derive them now, or very soon.

        Never waits and never fails: cards that are free are derived in this
        transaction; those another transaction is working on go to the queue, which a
        scheduled action empties within seconds.

        :param pairs: iterable of (partner id, company id); the client is the partner's
            commercial partner
        """
        if pairs:
            self._touch_clients(self._client_pairs(pairs))

    def _touch_clients(self, pairs):
        """``_touch`` for pairs whose partners are, or were, clients themselves."""
        if not pairs:
            return
        # sudo: who causes the event need not see the client.
        waiting = self.sudo()._touch_now(pairs)
        if waiting:
            self.sudo()._enqueue(waiting)

    def _touch_prospects(self, pairs):
        """Like ``_touch``, for what only makes a card: a quotation, an opportunity."""
        pairs = self._client_pairs(pairs)
        if not pairs:
            return
        known = (
            self.sudo()
            .with_context(active_test=False)
            .search_fetch(
                [("partner_id", "in", list({partner_id for partner_id, _c in pairs}))],
                ["partner_id", "company_id"],
            )
        )
        self._touch(pairs - {(c.partner_id.id, c.company_id.id) for c in known})

    def _client_pairs(self, pairs):
        """{(commercial partner id, company id)} of (partner id, company id)."""
        pairs = {
            (partner, company) for partner, company in pairs if partner and company
        }
        # sudo: who may confirm an order need not see the client it belongs to.
        partners = (
            self.env["res.partner"].sudo().browse({p for p, _c in pairs}).exists()
        )
        client = {partner.id: partner.commercial_partner_id.id for partner in partners}
        return {(client[p], company) for p, company in pairs if p in client}

    def _touch_now(self, pairs):
        """Derive what is free among (commercial partner, company) pairs.

        :return: the pairs that somebody else is working on
        """
        waiting = set()
        by_company = defaultdict(set)
        for partner_id, company_id in pairs:
            by_company[company_id].add(partner_id)
        for company in self.env["res.company"].browse(by_company).exists():
            background = self.with_context(client_background=True)
            busy = background._touch_company(company, by_company[company.id])
            waiting |= {(partner_id, company.id) for partner_id in busy}
        return waiting

    def _touch_each(self, pairs):
        """Like ``_touch_now``, but one busy client does not hold up the others.

        For the scheduled action, which has the time to try halves of what was busy.
        """
        waiting = self._touch_now(pairs)
        if waiting != pairs or len(pairs) < 2:
            return waiting
        pairs = sorted(pairs)
        half = len(pairs) // 2
        return self._touch_each(set(pairs[:half])) | self._touch_each(set(pairs[half:]))

    def _touch_company(self, company, partner_ids):
        """Derive the clients of one company that are free; hand back the others."""
        self._execute_flush()
        try:
            # A savepoint that does not flush: it would run the hooks of the end of the
            # transaction, such as the tracking of the document, too early.
            with self.env.cr.savepoint(flush=False), self._patience():
                folded = self._fold_strayed(company, partner_ids)
                partner_ids = partner_ids.union(folded)
                today = company._client_today()
                cards = self._cards_of(company, partner_ids)
                missing = partner_ids - set(cards.partner_id.ids)
                known = self.browse() if folded else cards
                if missing:
                    cards |= self._make_missing(company, today, missing)
                free = cards._lock_free()
                free._derive_touched(company, today, known)
        except BUSY:
            self._execute_done()
            return partner_ids
        # Not in the savepoint: records are written, which it could not take back.
        free._settle_own_tasks(company, today)
        return set((cards - free).partner_id.ids)

    def _derive_touched(self, company, today, known):
        """Derive the cards of an event: after a contact only when the next is due.

        :param known: the cards that were there before the event
        """
        contacts = known & self if self.env.context.get("client_contact") else known[:0]
        if contacts:
            contacts._derive_contacts(company, today)
            contacts._derive_data()
            self._execute_done()
        if self - contacts:
            (self - contacts)._derive_cards(company, today)

    def _cards_of(self, company, partner_ids):
        """The cards of these clients in ``company``, archived ones too."""
        return self.with_context(active_test=False).search_fetch(
            [
                ("partner_id", "in", list(partner_ids)),
                ("company_id", "=", company.id),
            ],
            ["partner_id"],
        )

    def _lock_free(self):
        """The cards among these that no other transaction is changing, now locked."""
        return self.browse(
            row[0]
            for row in self._execute(
                SQL(
                    """SELECT id FROM client_card WHERE id = ANY(%s)
                        ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""",
                    list(self._ids),
                )
            )
        )

    def _patience(self):
        """Context in which a statement waits only shortly for other transactions."""
        return _Patience(self.env.cr)

    def _enqueue(self, pairs, delay=None):
        """Leave (commercial partner, company) pairs to the scheduled action."""
        self.env.cr.execute_values(
            """INSERT INTO client_card_dirty (partner_id, company_id, queued_at)
               VALUES %s""",
            [(*pair, fields.Datetime.now()) for pair in sorted(pairs)],
        )
        at = fields.Datetime.now() + delay if delay else None
        self.env.ref("client_base_retention.ir_cron_client_queue")._trigger(at)

    # -------------------------------------------------------------- scheduled actions

    def _cron_derive(self):
        """Nightly: derive every company in batches, resuming where it was stopped."""
        runs = self.env["client.derive.run"]._open_runs()
        while runs:
            done = runs[0]._step()
            runs = runs.filtered(lambda run: run.state != "done")
            left = self.env["ir.cron"]._commit_progress(
                done, remaining=runs._remaining()
            )
            if not left:
                break

    def _cron_derive_queue(self):
        """Derive the clients that events left in the queue."""
        while True:
            pairs = self._dequeue()
            if not pairs:
                return
            waiting = self._touch_each(pairs | self._client_pairs(pairs))
            if waiting:
                # Their cards are being changed this moment: try again a little later.
                self._enqueue(waiting, delay=timedelta(seconds=10))
            remaining = self.env["client.card.dirty"].search_count([], limit=BATCH)
            left = self.env["ir.cron"]._commit_progress(len(pairs), remaining=remaining)
            if waiting or not left:
                return

    def _dequeue(self):
        """Take rows of the queue that no other worker has taken."""
        rows = self._execute(
            SQL(
                """DELETE FROM client_card_dirty WHERE id IN (
                          SELECT id FROM client_card_dirty ORDER BY id LIMIT %s
                             FOR UPDATE SKIP LOCKED)
                RETURNING partner_id, company_id""",
                BATCH,
            )
        )
        return set(rows)

    # ------------------------------------------------------------------------ helpers

    def _by_company(self):
        """{company: cards} of these cards, without access rights."""
        cards = self.sudo()
        return {
            company: cards.browse(group.ids)
            for company, group in cards.grouped("company_id").items()
        }

    def _batches(self, company):
        """The cards of ``company`` in batches by id."""
        last = 0
        while True:
            rows = self._execute(
                SQL(
                    """SELECT id FROM client_card WHERE company_id = %s AND id > %s
                        ORDER BY id LIMIT %s""",
                    company.id,
                    last,
                    BATCH,
                )
            )
            if not rows:
                return
            last = rows[-1][0]
            yield self.browse([row[0] for row in rows])

    def _execute(self, query):
        """Run a statement and fetch its rows; conflicts are the caller's business."""
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchall()

    def _execute_flush(self):
        """Write what is pending in the tables that the statements read."""
        purchases = self.env["client.purchase"]
        for model, names in purchases._depends.items():
            self.env[model].flush_model(names)
        purchases._flush_pos()
        self.env["res.partner"].flush_model(PARTNER_FIELDS)
        for model in FLUSHED:
            self.env[model].flush_model()
        self.env["res.users"].flush_model(["active", "share", "company_ids"])
        self.env["crm.team.member"].flush_model()
        self.env["crm.team"].flush_model(["user_id"])
        for model, names in self._arranged_reads().items():
            self.env[model].flush_model(names)

    def _execute_done(self):
        """Forget cached values that the statements may have changed."""
        self.env["client.card"].invalidate_model(flush=False)
        self.env["client.transition"].invalidate_model(flush=False)
        self.env["client.obligation"].invalidate_model(flush=False)
        self.env["client.obligation.past"].invalidate_model(flush=False)
        self.env["res.partner"].invalidate_model(
            self.env["res.partner"]._client_field_names(), flush=False
        )


class _Patience:
    """Sets ``lock_timeout`` for a while and puts back what it was."""

    def __init__(self, cr):
        self.cr = cr

    def __enter__(self):
        self.cr.execute(
            "SELECT current_setting('lock_timeout'),"
            " set_config('lock_timeout', %s, TRUE)",
            [EVENT_PATIENCE],
        )
        (self.before, _now) = self.cr.fetchone()

    def __exit__(self, exc_type, exc, traceback):
        # After an error the savepoint's rollback puts it back.
        if exc_type is None:
            self.cr.execute(
                "SELECT set_config('lock_timeout', %s, TRUE)", [self.before]
            )
