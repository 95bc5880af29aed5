from collections import defaultdict
from datetime import datetime, time

import pytz

from odoo import fields, models
from odoo.tools import SQL

from .client_touchpoint_source import shorten


class MailActivity(models.Model):
    """Finished activities are contacts, by the kind of their type (N65).

    *Done* is the contact, on whatever record it is pressed and whoever it was assigned
    to. Merely archived activities were not done and are none. A meeting that stands in
    the calendar and its activity are one contact, the meeting's:

    - done after the meeting began: the contact is recorded at once, under the meeting;
    - done before it began, the meeting has yet to be held: it is recorded when it has
      ended (``calendar_event_notice.py``);
    - done with an outcome (*No answer*, *Not now*): what the user says holds, for a
      meeting that was noticed already, too. Of a meeting to come it says nothing: then
      the contact is the activity's own.
    """

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=False):
        noticing = not self.env.context.get("client_unnoticed")
        counted, clients = self._client_counted() if noticing else (self.browse(), {})
        if not counted:
            return super()._action_done(
                feedback=feedback, attachment_ids=attachment_ids
            )
        # Noticing derives the client's card, so once is enough.
        later = self.with_context(client_arranged_later=True)
        result = super(MailActivity, later)._action_done(
            feedback=feedback, attachment_ids=attachment_ids
        )
        derived = counted._client_notice().partner_id.ids
        left = [
            client
            for client, posts in clients.items()
            if client not in derived or any(len(post[1]) > 1 for post in posts)
        ]
        # sudo: whoever finishes an activity need not see its client.
        self.env["client.card"]._arranged_touch(
            self.env["res.partner"].sudo().browse(left)
        )
        return tuple(records.with_env(self.env) for records in result)

    def _client_counted(self):
        """Those of these activities that are contacts with clients, if done.

        :return: (activities, clients of them as by ``_clients_among``)
        """
        # sudo: types of other companies and archived ones, hidden clients.
        counted = self.sudo().filtered(lambda a: a._client_kind())
        clients = self.env["client.touchpoint"]._clients_among(counted.client_id.ids)
        several = {
            model
            for model in counted.mapped("res_model")
            if model in self.env
            and "partner_ids" in self.env[model]._mail_get_partner_fields()
        }
        counted = counted.filtered(
            lambda a: a.client_id.id in clients or a.res_model in several
        )
        return self.browse(counted.ids), clients

    def _client_notice(self):
        """Record that these activities were finished just now, by the current user.

        :return: the new touchpoints
        """
        new = self.env["client.touchpoint"]
        with new._unfailing() as touchpoints:
            asked = self.env.context.get("client_contact_values") or {}
            # Activities of records that are gone are gone, too.
            done = self.exists()
            moment = (fields.Datetime.now(), self.env.uid)
            contacts = done._client_contacts(
                dict.fromkeys(done.ids, moment), certain=bool(asked)
            )
            contacts = [
                vals | touchpoints._fitting_values(vals, asked) for vals in contacts
            ]
            new = touchpoints._notice(contacts)
            touchpoints._complete_meetings(contacts, new, asked)
        # Nothing, if it failed.
        return new.exists()

    def _client_contacts(self, known=None, certain=False):
        """The contacts that these activities were.

        Any activities may be given, archived ones and those of others too; what was
        not done, or is of a type without a kind of contact, gives nothing. No query
        per record. The moment is that of the message which *Done* leaves on the
        record; where it was deleted, the noon of the day.

        :param known: {activity id: (moment, user id)} of those finished just now
        :param certain: the user says himself that he spoke to the client
        :return: list of values for ``client.touchpoint._notice``, oldest first
        """
        # sudo: who finishes an activity need not see the record that it is about.
        activities = self.sudo().filtered(
            lambda a: a.res_id and a.res_model in self.env and a._client_kind()
        )
        if known is None:
            known = activities._client_done_moments()
        activities = activities.filtered(lambda a: a.id in known)
        partners = activities._client_partners()
        clients = self.env["client.touchpoint"]._clients_among(
            {partner_id for ids in partners.values() for partner_id in ids},
            min((known[activity.id][0] for activity in activities), default=None),
        )
        touchpoints, contacts = self.env["client.touchpoint"], []
        for activity in activities:
            moment, uid = known[activity.id]
            vals = activity._client_values(moment, certain)
            when = vals and vals["date"] or moment
            people = touchpoints._each_client(partners[activity.id], clients, when)
            for partner_id, companies in people if vals else ():
                contact = vals | {"partner_id": partner_id, "user_id": uid}
                company = activity.client_company_id.id
                contacts.append(touchpoints._with_company(contact, companies, company))
        return sorted(contacts, key=lambda vals: vals["date"])

    def _client_values(self, moment, certain=False):
        """Values of the contact that this activity, done at ``moment``, was.

        :return: dict, or None while the meeting of the activity is to come
        """
        vals = {
            "date": moment,
            "kind": self._client_kind(),
            "direction": "out",
            "outcome": "reached",
            "note": shorten(self.feedback),
            "res_model": self._name,
            "res_id": self.id,
        }
        meeting = self.calendar_event_id
        if not meeting:
            return vals
        start, _stop = meeting._client_span()
        if meeting._client_is_private():
            vals["note"] = False
        if start > moment:
            return vals if certain else None
        return vals | {
            "date": start,
            "res_model": meeting._name,
            "res_id": meeting.id,
        }

    def _client_partners(self):
        """{activity id: ids of the contacts that its record has, in order}"""
        found = dict.fromkeys(self.ids, ())
        for model, activities in self.grouped("res_model").items():
            records = self.env[model].browse(set(activities.mapped("res_id")))
            if not hasattr(records, "_mail_get_partners"):
                continue
            partners = records.exists()._mail_get_partners()
            for activity in activities:
                if activity.res_id in partners:
                    found[activity.id] = partners[activity.res_id].ids
        return found

    def _client_done_moments(self):
        """When and by whom these activities were finished.

        Archiving alone leaves neither a message nor a feedback, so it does not count.

        :return: {activity id: (moment in UTC, user id or False)}
        """
        done = self.filtered(lambda a: not a.active and a.date_done)
        self.env["mail.message"].flush_model()
        rows = self.env.execute_query(done._client_done_query()) if done else []
        messages = defaultdict(list)
        for model, res_id, kind, moment, uid in reversed(rows):
            messages[model, res_id, kind, moment.date()].append((moment, uid or False))
        found = {}
        for activity in done.sorted("id"):
            kind = activity.activity_type_id.id
            left = messages[
                activity.res_model, activity.res_id, kind, activity.date_done
            ]
            if left:
                found[activity.id] = left.pop()
            elif activity.feedback:
                noon = activity._client_noon(activity.date_done)
                found[activity.id] = (noon, activity.user_id.id)
        return found

    def _client_done_query(self):
        """The messages of finished activities on the records of these, oldest first."""
        keys = {(a.res_model, a.res_id) for a in self}
        model_names, ids = zip(*keys, strict=True)
        return SQL(
            """SELECT m.model, m.res_id, m.mail_activity_type_id, m.date, u.id
                 FROM unnest(%(models)s::varchar[], %(ids)s::integer[])
                      AS about (model, res_id)
                 JOIN mail_message m ON m.model = about.model
                                    AND m.res_id = about.res_id
            LEFT JOIN LATERAL (
               SELECT id FROM res_users
                WHERE partner_id = m.author_id AND share IS NOT TRUE
             ORDER BY active DESC, id LIMIT 1) u ON TRUE
                WHERE m.subtype_id = %(done)s AND m.mail_activity_type_id IS NOT NULL
             ORDER BY m.date, m.id""",
            models=list(model_names),
            ids=list(ids),
            done=self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_activities"),
        )

    def _client_noon(self, day):
        """Noon of ``day`` in the zone of the company, in UTC."""
        company = self.client_company_id or self.env.company
        zone = pytz.timezone(company.partner_id.tz or "UTC")
        noon = zone.localize(datetime.combine(day, time(12)))
        return noon.astimezone(pytz.utc).replace(tzinfo=None)
