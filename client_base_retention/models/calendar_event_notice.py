from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

MOVED_BY = {"allday", "duration", "start", "start_date", "stop", "stop_date"}
# A change of these may end, move or call off a meeting.
HELD_BY = MOVED_BY | {
    "active",
    "attendee_ids",
    "partner_ids",
    "recurrence_update",
    "user_id",
}
# All-day meetings end at 18 o'clock somewhere on earth.
ZONES = timedelta(hours=14)
# A meeting entered while the sweep ran was not seen by it.
LATE_ENTRY = timedelta(hours=1)
LATE_MEETINGS = timedelta(days=35)
# What is noticed the first time; older meetings are the history's.
FIRST_LOOK = timedelta(days=1)
BATCH = 500
MARK = "client_base_retention.meetings_noticed"


class CalendarEvent(models.Model):
    """When meetings are noticed: as they end, and at once if recorded afterwards.

    What becomes of a contact when its meeting changes: deleted, the contact stays,
    calendars are tidied and history is not. Moved into the future, it was not held yet
    and the contact goes (one whose activity was finished stays, under the activity).
    Moved in the past, the contact moves along. Called off, or declined by the client,
    on the day of its entry: the contact goes, unless the activity was finished; later
    it stays. Whoever knows better corrects the contact itself.
    """

    _inherit = "calendar.event"

    @api.model_create_multi
    def create(self, vals_list):
        meetings = super().create(vals_list)
        meetings._client_follow()
        return meetings

    def write(self, vals):
        # Odoo takes keys out of the values.
        touched = HELD_BY & vals.keys()
        result = super().write(vals)
        if touched:
            self._client_follow(touched)
        return result

    def _client_follow(self, changed=()):
        """Notice those of these meetings that have ended; follow what was changed.

        :param changed: names of the fields that were changed, none of new meetings
        """
        now = fields.Datetime.now()
        if self.env.context.get("client_unnoticed"):
            return
        with self.env["client.touchpoint"]._unfailing() as touchpoints:
            # sudo: who changes a meeting need not have a role in the client base.
            meetings = self.sudo().exists()
            if not changed:
                meetings = meetings.filtered(lambda e: e.start <= now + ZONES)
            if not meetings:
                return
            contacts = meetings._client_contacts(now)
            if changed:
                meetings._client_correct(contacts, now, bool(MOVED_BY & set(changed)))
            touchpoints._notice(contacts)

    def _client_correct(self, contacts, now, moved):
        """Let the contacts noticed from these meetings follow a change of them.

        :param contacts: what is a contact after the change
        :param moved: the meetings got another time
        """
        holding = {
            (vals["res_id"], vals["partner_id"]): vals["date"]
            for vals in self.env["client.touchpoint"].sudo()._with_clients(contacts)
        }
        noticed = (
            self.env["client.touchpoint"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)])
        )
        taken_back = noticed.browse()
        for contact in noticed:
            start = holding.get((contact.res_id, contact.partner_id.id))
            meeting = self.browse(contact.res_id)
            if start:
                if moved and contact.date != start:
                    contact.date = start
                continue
            done = meeting.with_context(active_test=False).activity_ids.filtered(
                lambda a: not a.active and a.date_done
            )
            to_come = meeting.active and meeting._client_span()[1] > now
            if done:
                if to_come and meeting._client_span()[0] > now:
                    contact.write({"res_model": done._name, "res_id": done[0].id})
            elif to_come or contact.logged_on >= contact.company_id._client_today():
                taken_back += contact
        taken_back.unlink()

    # -------------------------------------------------------------- scheduled action

    @api.model
    def _cron_notice_meetings(self):
        """Notice the meetings that have ended since the last run, in batches."""
        for noticed, left in self._notice_ended_batches():
            seconds = self.env["ir.cron"]._commit_progress(noticed, remaining=left)
            if seconds <= 0:
                return

    @api.model
    def _notice_ended(self, now=None):
        """Notice the meetings that have ended since this was done last.

        :param now: naive moment in UTC, by default the present
        :return: number of meetings looked at
        """
        return sum(number for number, _left in self._notice_ended_batches(now))

    def _notice_ended_batches(self, now=None):
        """Notice ended meetings; yields (how many now, how many are left)."""
        now = now or fields.Datetime.now()
        since = self._client_mark() or now - FIRST_LOOK
        found = dict(self._client_ended(since, now))
        # sudo: the whole calendar, private meetings too.
        meetings = self.sudo().browse(found)
        # All-day meetings that ended between the two, wherever it was.
        ended = meetings.filtered(
            lambda e: not e.allday or found[e.id] or since < e._client_span()[1] <= now
        )
        ids = ended.sorted(lambda e: (e._client_span()[1], e.id)).ids
        for at in range(0, len(ids), BATCH):
            batch = self.sudo().browse(ids[at : at + BATCH])
            self.env["client.touchpoint"]._notice(batch._client_contacts(now))
            left = ids[at + BATCH :]
            if left:
                # Killed in the middle, the next run goes on from here.
                reached = batch[-1]._client_span()[1] - timedelta(seconds=1)
                self._client_set_mark(max(since, reached))
                yield len(batch), len(left)
                self.env.invalidate_all()
        self._client_set_mark(max(since, now))
        yield len(ids) % BATCH or min(len(ids), BATCH), 0

    def _client_ended(self, since, now):
        """The meetings that ended between two moments, and those that ended before but
        were entered just before the first of them, seen by nobody.

        :return: [(id, whether it was entered late)]
        """
        self.flush_model()
        self.env["client.touchpoint"].flush_model(["res_model", "res_id"])
        late = SQL(
            """e.write_date > %s AND NOT EXISTS (
                      SELECT FROM client_touchpoint t
                       WHERE t.res_model = 'calendar.event' AND t.res_id = e.id)""",
            since - LATE_ENTRY,
        )
        return self.env.execute_query(
            SQL(
                """SELECT e.id, %(late)s
                     FROM calendar_event e
                    WHERE e.active IS TRUE
                      AND e.stop > %(month_ago)s AND e.stop <= %(to_come)s
                      AND CASE WHEN e.allday THEN e.stop > %(first)s
                          ELSE e.stop <= %(now)s
                           AND (e.stop > %(since)s OR %(late)s) END""",
                late=late,
                month_ago=since - LATE_MEETINGS,
                to_come=now + ZONES,
                first=since - ZONES,
                since=since,
                now=now,
            )
        )

    # The mark is read and written by SQL: a parameter that is set empties the caches
    # of all workers, here every quarter of an hour.

    def _client_mark(self):
        """The moment up to which ended meetings were noticed; None at first."""
        rows = self.env.execute_query(
            SQL("SELECT value FROM ir_config_parameter WHERE key = %s", MARK)
        )
        return fields.Datetime.to_datetime(rows[0][0]) if rows else None

    def _client_set_mark(self, moment):
        self.env.cr.execute(
            SQL(
                """INSERT INTO ir_config_parameter
                          (key, value, create_uid, write_uid, create_date, write_date)
                   VALUES (%(key)s, %(value)s, 1, 1, now(), now())
              ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value""",
                key=MARK,
                value=fields.Datetime.to_string(moment),
            )
        )
