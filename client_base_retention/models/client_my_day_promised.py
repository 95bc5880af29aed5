from collections import defaultdict

from odoo import fields, models
from odoo.tools.misc import format_time

from .client_card_words import short_day

# As many activities as the clock icon looks at.
ACTIVITIES = 1000


class ClientMyDay(models.AbstractModel):
    """What I promised for today: my own activities and today's meetings with clients,
    on whatever record they stand."""

    _inherit = "client.my.day"

    def _activities(self, day):
        """My open activities about clients: due by today, or planned by a norm."""
        return self.env["mail.activity"].search(
            [
                ("user_id", "=", self.env.uid),
                ("client_id", "!=", False),
                ("client_company_id", "in", [*self.env.companies.ids, False]),
                "|",
                ("date_deadline", "<=", day.today),
                ("is_client_norm", "=", True),
            ],
            order="date_deadline, id",
            limit=ACTIVITIES,
        )

    def _promises(self, day, activities):
        """What each client was promised, and what the norms planned.

        :return: ``{card id: [item]}`` of promises due by today, ``{card id:
            activities}`` planned by norms; clients without a card here are left out
        """
        meetings = self._meetings(day, activities)
        pairs = [(a.client_id.id, a.client_company_id.id) for a in activities]
        pairs += [(client_id, False) for _meeting, client_id in meetings]
        card_of = self._cards_of(pairs)
        items = defaultdict(list)
        planned = defaultdict(self.env["mail.activity"].browse)
        for activity in activities:
            key = activity.client_id.id, activity.client_company_id.id
            if key not in card_of:
                continue
            if activity.is_client_norm:
                planned[card_of[key]] |= activity
            else:
                items[card_of[key]].append(self._activity_item(day, activity))
        for meeting, client_id in meetings:
            if (client_id, False) in card_of:
                item = self._meeting_item(day, meeting)
                items[card_of[client_id, False]].append(item)
        return dict(items), dict(planned)

    def _cards_of(self, pairs):
        """``{(client id, company id or False): card id}``: the client's card in the
        company, else mine, else that of the current company, else any."""
        cards = self.env["client.card"].search_fetch(
            [("partner_id", "in", list({client_id for client_id, _company in pairs}))],
            ["partner_id", "company_id", "user_id"],
            order="id",
        )
        by_client = cards.grouped(lambda card: card.partner_id.id)

        def place(card, company_id):
            return (
                card.company_id.id != company_id,
                card.user_id.id != self.env.uid,
                card.company_id != self.env.company,
            )

        return {
            (client_id, company_id): min(
                by_client[client_id], key=lambda card: place(card, company_id)
            ).id
            for client_id, company_id in set(pairs)
            if client_id in by_client
        }

    def _task_count(self, day, items, planned):
        """How many tasks the clock icon shows for clients: it counts records that have
        an activity due by today."""
        records = {
            (item["model"], item["res_id"])
            for promised in items.values()
            for item in promised
            if item["activity_id"]
        }
        records |= {
            (activity.res_model, activity.res_id)
            for activities in planned.values()
            for activity in activities
            if activity.date_deadline <= day.today
        }
        return len(records)

    # ------------------------------------------------------------------------ meetings

    def _meetings(self, day, activities):
        """[(meeting, client id)] of today's meetings of mine that are not over.

        Those that an activity stands for are left out; so are those I declined.
        """
        events = self.env["calendar.event"].search(
            [
                "|",
                ("user_id", "=", self.env.uid),
                ("partner_ids", "in", self.env.user.partner_id.ids),
                ("start", "<", day.end),
                "|",
                "&",
                ("allday", "=", True),
                ("stop_date", ">=", day.today),
                "&",
                ("allday", "=", False),
                ("stop", ">", day.now),
            ],
            order="start, id",
        )
        events -= activities.calendar_event_id
        me = self.env.user.partner_id
        found = []
        for event in events:
            if event.allday and event.start_date > day.today:
                continue
            mine = event.attendee_ids.filtered(lambda a: a.partner_id == me)
            if "declined" in mine.mapped("state"):
                continue
            clients = event.partner_ids.commercial_partner_id
            found += [(event, client.id) for client in clients]
        return found

    # --------------------------------------------------------------------------- items

    def _activity_item(self, day, activity):
        """What the page shows of an activity."""
        meeting = activity.calendar_event_id
        start = meeting and not meeting.allday and meeting.start
        kind = activity.activity_type_id
        about = activity.res_model != "res.partner" and activity.res_name
        return {
            "key": f"activity-{activity.id}",
            "activity_id": activity.id,
            "kind": kind.client_kind or False,
            "icon": activity.icon or "fa-tasks",
            "label": kind.name or self.env._("To do"),
            "summary": activity.summary or False,
            "about": about or False,
            "model": activity.res_model,
            "res_id": activity.res_id,
            "start": start,
            "since": activity.date_deadline < day.today
            and short_day(self.env, activity.date_deadline, day.today),
        }

    def _meeting_item(self, day, meeting):
        """What the page shows of a meeting in the calendar."""
        return {
            "key": f"meeting-{meeting.id}",
            "activity_id": False,
            "kind": "meeting",
            "icon": "fa-users",
            "label": self.env._("Meeting"),
            "summary": meeting.name,
            "about": meeting.location or False,
            "model": "calendar.event",
            "res_id": meeting.id,
            "start": not meeting.allday and meeting.start,
            "since": False,
        }

    def _hours(self, card, person, items):
        """The first promised hour, and what the clock shows where the client is.

        :return: dictionary: ``hour``, ``hour_there`` (where his differs),
            ``hour_key`` to order by
        """
        starts = [item["start"] for item in items if item["start"]]
        first = min(starts) if starts else False
        there = self._zone_there(card, person, first or fields.Datetime.now())
        return {
            "hour": first and self._hour(first, self.env.user.tz),
            "hour_there": first and there and self._hour(first, there),
            "now_there": not first
            and there
            and self._hour(fields.Datetime.now(), there),
            "hour_key": first and fields.Datetime.to_string(first) or "",
        }

    def _hour(self, moment, zone):
        return format_time(self.env, moment, tz=zone or "UTC", time_format="short")

    def _zone_there(self, card, person, moment):
        """The client's time zone, if his clock shows another hour than mine."""
        zone = person.tz or card.partner_id.tz
        if not zone:
            return False
        here = self._hour(moment, self.env.user.tz)
        return zone if self._hour(moment, zone) != here else False
