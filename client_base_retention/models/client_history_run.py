import logging
import time

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from .client_card_derive import BUSY

_logger = logging.getLogger(__name__)

MONTHS = 24
# Records that are read in one transaction, and how many ids are searched for them: a
# table full of other things is passed over in steps of the same length.
BATCH = 1000
WINDOW = 50_000
TRIES = 3
# In the order in which they are read; the name is the state of the run.
SOURCES = {
    "activities": "mail.activity",
    "meetings": "calendar.event",
    "messages": "mail.message",
}


class ClientHistoryRun(models.Model):
    """One reading of the history that a database has from before (N65).

    Activities, meetings and messages of the last months become contacts with clients,
    by the same rules as those of today, so that the first list is true. Read newest
    first, in batches; the run keeps the place it has reached, so that one that was
    killed goes on from there. What is recorded already is passed over, so reading twice
    changes nothing. Nothing is posted, mailed or planned.
    """

    _name = "client.history.run"
    _description = "Reading of the history"
    _order = "id desc"
    _rec_name = "since"

    months = fields.Integer(string="Months back", required=True, default=MONTHS)
    since = fields.Date(required=True)
    state = fields.Selection(
        [
            ("new", "Waiting for the clients"),
            ("activities", "Activities"),
            ("meetings", "Meetings"),
            ("messages", "E-mails and messages"),
            ("done", "Done"),
        ],
        default="new",
        required=True,
    )
    # The lowest id that was looked at; 0 before the first look at a table.
    last_id = fields.Integer(string="Reached record")
    # Messages that are newer than the addon were noticed when they came, with what
    # their headers said; those before it are judged by what is stored.
    last_message_id = fields.Integer(string="Last message before")
    total = fields.Integer(string="Records")
    looked = fields.Integer(string="Records looked at")
    contacts = fields.Integer(string="Contacts found")
    skipped = fields.Integer(
        string="Not readable", help="Contacts that could not be recorded; see the log."
    )
    seconds = fields.Float(string="Seconds of work", digits=(16, 1))
    finished_at = fields.Datetime(string="Finished")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            months = vals.setdefault("months", MONTHS)
            since = fields.Date.today() - relativedelta(months=months)
            vals.setdefault("since", since)
            vals.setdefault("last_message_id", self._messages_before())
        return super().create(vals_list)

    @api.model
    def _messages_before(self):
        """Id of the last message that is older than the addon."""
        first = self.search([], order="id", limit=1)
        if first:
            return first.last_message_id
        return self._ids_of("messages")[1]

    @api.model
    def _begin(self, months=MONTHS):
        """Have the history of so many months read soon, in the background.

        :return: the run; one that is under way and reads as much is not made twice
        """
        run = self.search([("state", "!=", "done")], limit=1)
        if not run or run.months < months:
            # The shorter reading is part of the longer one.
            run.write({"state": "done", "finished_at": fields.Datetime.now()})
            run = self.create({"months": months})
        self._trigger()
        return run

    @api.model
    def _trigger(self):
        self.env.ref("client_base_retention.ir_cron_client_history")._trigger()

    # ---------------------------------------------------------------- scheduled action

    @api.model
    def _cron_read(self):
        """Read the history batch by batch, resuming where it was stopped."""
        while run := self._next_run():
            done = run._step()
            left = self.env["ir.cron"]._commit_progress(
                done, remaining=0 if run.state == "done" else run._remaining()
            )
            if not left:
                break

    @api.model
    def _next_run(self):
        """The run to go on with, locked; none while another process works on it."""
        self.invalidate_model()
        run = self.search([("state", "!=", "done")], limit=1)
        if run and run._is_waiting():
            return self.browse()
        return run.try_lock_for_update()

    def _is_waiting(self):
        """Whether the clients whose history it is are still to be found.

        The derivation calls again as soon as they are.
        """
        # sudo: the cards of every company.
        runs = self.env["client.derive.run"].sudo()
        if runs.search_count([("state", "=", "make")], limit=1):
            return True
        return not self.env["client.card"].sudo().search_count([], limit=1)

    def _remaining(self):
        return max(self.total - self.looked, 1)

    def _step(self):
        """Read one batch; a batch that met a conflict is read again.

        :return: number of records looked at, at least 1
        """
        self.ensure_one()
        started = time.monotonic()
        for attempt in range(1, TRIES + 1):
            try:
                done = self._step_start() if self.state == "new" else self._step_read()
                break
            except BUSY:
                self.env.cr.rollback()
                if attempt == TRIES:
                    raise
        self.seconds += time.monotonic() - started
        if self.state == "done":
            self._log_done()
        return max(done, 1)

    def _step_start(self):
        bounds = [self._ids_of(source) for source in SOURCES]
        self.total = sum(last - first + 1 for first, last in bounds if last)
        self.write({"state": next(iter(SOURCES)), "last_id": 0})
        return 1

    def _step_read(self):
        source = self.state
        first, last = self._ids_of(source)
        top = self.last_id or last + 1
        if top <= first or not last:
            self._next_source()
            return 1
        ids, reached = self._candidates(source, first, top)
        self._read(self.env[SOURCES[source]].sudo().browse(ids))
        self.last_id = reached
        self.looked = min(self.looked + top - reached, self.total)
        return top - reached

    def _next_source(self):
        sources = list(SOURCES)
        place = sources.index(self.state) + 1
        values = {"state": "done", "finished_at": fields.Datetime.now()}
        if place < len(sources):
            values = {"state": sources[place], "last_id": 0}
        else:
            self._forget_twins()
        self.write(values)

    def _read(self, records):
        """Record the contacts that these records were."""
        if not records:
            return
        records = records.with_context(client_history=True)
        contacts = self.env["client.touchpoint"].sudo()
        contacts = contacts.with_context(client_history=True, client_background=True)
        recorded, skipped = contacts._take_up(records._client_contacts())
        self.contacts += recorded
        self.skipped += skipped
        # Neither the records nor their contacts are needed any more.
        self.env.flush_all()
        self.env.invalidate_all()

    def _forget_twins(self):
        """Remove what an event and this run have recorded at the same moment."""
        rows = self.env.execute_query(
            SQL(
                """SELECT t.id FROM client_touchpoint t
                    WHERE t.res_id IS NOT NULL AND t.create_date >= %s
                      AND EXISTS (
                          SELECT FROM client_touchpoint twin
                           WHERE twin.res_model = t.res_model AND twin.res_id = t.res_id
                             AND twin.partner_id = t.partner_id AND twin.id < t.id)""",
                self.create_date,
            )
        )
        self.env["client.touchpoint"].sudo().browse([row[0] for row in rows]).unlink()

    def _log_done(self):
        _logger.info(
            "History of %s months read: %s records in %.1f s, %s contacts, %s skipped",
            self.months,
            self.looked,
            self.seconds,
            self.contacts,
            self.skipped,
        )

    # ------------------------------------------------------------------- what is read

    @api.model
    def _ids_of(self, source):
        """(first, last) id of the table of a source, (0, 0) for an empty one."""
        self.env[SOURCES[source]].flush_model(["id"])
        table = SQL.identifier(self.env[SOURCES[source]]._table)
        rows = self.env.execute_query(SQL("SELECT min(id), max(id) FROM %s", table))
        return rows[0][0] or 0, rows[0][1] or 0

    def _candidates(self, source, first, top):
        """The next records that may be contacts with clients, the newest first.

        :param first: the lowest id of the table
        :param top: ids from here on were looked at
        :return: (ids, at most ``BATCH``; the lowest id that was looked at)
        """
        bottom = max(first, top - WINDOW)
        self.env[SOURCES[source]].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT r.id FROM %(table)s r
                    WHERE r.id >= %(bottom)s AND r.id < %(top)s AND %(wanted)s
                 ORDER BY r.id DESC LIMIT %(limit)s""",
                table=SQL.identifier(self.env[SOURCES[source]]._table),
                bottom=bottom,
                top=top,
                wanted=getattr(self, f"_wanted_{source}")(),
                limit=BATCH,
            )
        )
        ids = [row[0] for row in rows]
        return ids, (ids[-1] if len(ids) == BATCH else bottom)

    def _wanted_activities(self):
        """Finished activities of a type that is a contact."""
        return SQL(
            """r.active IS NOT TRUE AND r.date_done >= %s AND r.res_id > 0
               AND r.activity_type_id IN (
                   SELECT id FROM mail_activity_type WHERE client_kind IS NOT NULL)""",
            self.since,
        )

    def _wanted_meetings(self):
        """Meetings that have ended and that a client was invited to."""
        return SQL(
            """r.active IS TRUE AND r.stop >= %s AND r.stop <= %s
               AND EXISTS (
                   SELECT FROM calendar_attendee a
                     JOIN res_partner p ON p.id = a.partner_id
                     JOIN client_card c ON c.partner_id = p.commercial_partner_id
                    WHERE a.event_id = r.id)""",
            self.since,
            fields.Datetime.now(),
        )

    def _wanted_messages(self):
        """Letters and SMS that a client wrote or got, and notes of finished activities,
        which older versions of Odoo deleted; which of them are contacts says the
        message itself.

        Of those newer than the addon only the ones that nobody noticed, because their
        client was none yet.
        """
        return SQL(
            """r.date >= %(since)s
               AND (r.id <= %(before)s AND r.mail_activity_type_id IN (
                        SELECT id FROM mail_activity_type WHERE client_kind IS NOT NULL)
               OR r.message_type IN ('email', 'comment', 'sms')
               AND r.model IS NOT NULL AND r.model <> 'discuss.channel'
               AND r.author_id IS NOT NULL AND r.is_internal IS NOT TRUE
               AND EXISTS (
                   SELECT FROM (
                          SELECT r.author_id AS id
                           UNION ALL
                          SELECT to_whom.res_partner_id
                            FROM mail_message_res_partner_rel to_whom
                           WHERE to_whom.mail_message_id = r.id
                           UNION ALL
                          SELECT n.res_partner_id FROM mail_notification n
                           WHERE n.mail_message_id = r.id
                           UNION ALL
                          SELECT r.res_id WHERE r.model = 'res.partner') AS who
                     JOIN res_partner p ON p.id = who.id
                     JOIN client_card c ON c.partner_id = p.commercial_partner_id
                    WHERE r.id <= %(before)s OR c.create_date > r.date))""",
            since=self.since,
            before=self.last_message_id,
        )


class ClientTouchpoint(models.Model):
    _inherit = "client.touchpoint"

    @api.model
    def _take_up(self, vals_list):
        """Record contacts of the history, each once; one that cannot be recorded does
        not hold up the others.

        The due dates of all their clients are derived together, the tries are numbered
        once.

        :param vals_list: as for ``_notice``
        :return: (number of new contacts, number of those that cannot be recorded)
        """
        fresh = self._not_noticed(vals_list)
        if not fresh:
            return 0, 0
        try:
            with self.env.cr.savepoint():
                return len(self.create(fresh)), 0
        except BUSY:
            raise
        except Exception:
            self.env.invalidate_all(flush=False)
            if len(fresh) == 1:
                _logger.warning(
                    "A contact of the history cannot be recorded: %s %s",
                    fresh[0].get("res_model"),
                    fresh[0].get("res_id"),
                    exc_info=True,
                )
                return 0, 1
        half = len(fresh) // 2
        parts = (self._take_up(fresh[:half]), self._take_up(fresh[half:]))
        return tuple(map(sum, zip(*parts, strict=True)))


class ClientDeriveRun(models.Model):
    _inherit = "client.derive.run"

    def _step_make(self):
        """With the clients known their history can be read."""
        done = super()._step_make()
        history = self.env["client.history.run"].sudo()
        if history.search_count([("state", "!=", "done")], limit=1):
            history._trigger()
        return done
