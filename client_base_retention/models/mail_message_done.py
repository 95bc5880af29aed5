from odoo import models
from odoo.tools import SQL
from odoo.tools.mail import html_to_inner_content

from .client_touchpoint_source import shorten


class MailMessage(models.Model):
    """Notes of finished activities whose activity is gone.

    Until version 18 Odoo deleted an activity that was done and left only its note on
    the record; so on an upgraded database nearly all calls are told by notes alone.
    """

    _inherit = "mail.message"

    def _client_contacts(self):
        """See ``mail_message.py``; with the contacts told by notes."""
        contacts = super()._client_contacts() + self._client_done_contacts()
        return sorted(contacts, key=lambda vals: vals["date"])

    def _client_done_contacts(self):
        """The contacts that the finished activities were which these are the notes of.

        :return: list of values for ``client.touchpoint._notice``
        """
        if not self:
            return []
        self.env["mail.activity"].flush_model()
        self.env["calendar.event"].flush_model()
        rows = self.env.execute_query_dict(self._client_done_query())
        records = self._client_records(rows)
        partners = {
            key: record._mail_get_partners()[record.id].ids
            for key, record in records.items()
            if hasattr(record, "_mail_get_partners")
        }
        touchpoints = self.env["client.touchpoint"]
        clients = touchpoints._clients_among(
            {partner_id for ids in partners.values() for partner_id in ids},
            min((row["date"] for row in rows), default=None),
        )
        return [
            touchpoints._with_company(
                self._client_done_values(row, partner_id),
                companies,
                row["record_company_id"],
            )
            for row in rows
            for partner_id, companies in touchpoints._each_client(
                partners.get((row["model"], row["res_id"]), ()), clients, row["date"]
            )
        ]

    def _client_done_values(self, row, partner_id):
        return {
            "partner_id": partner_id,
            "date": row["date"],
            "kind": row["client_kind"],
            "direction": "out",
            "outcome": "reached",
            "user_id": row["doer"] or False,
            "note": shorten(html_to_inner_content(row["body"] or "")),
            "res_model": self._name,
            "res_id": row["id"],
        }

    def _client_done_query(self):
        """Those of these messages that are notes of activities now gone.

        Left out are meetings that stand in the calendar with the client: they are
        contacts themselves.
        """
        return SQL(
            """SELECT m.id, m.date, m.model, m.res_id, m.record_company_id,
                      left(m.body, 20000) AS body, t.client_kind, u.id AS doer
                 FROM mail_message m
                 JOIN mail_activity_type t ON t.id = m.mail_activity_type_id
                                          AND t.client_kind IS NOT NULL
            LEFT JOIN LATERAL (
               SELECT id FROM res_users
                WHERE partner_id = m.author_id AND share IS NOT TRUE
             ORDER BY active DESC, id LIMIT 1) u ON TRUE
                WHERE m.id = ANY(%(ids)s) AND m.subtype_id = %(done)s
                  AND NOT EXISTS (
                      SELECT FROM mail_activity a
                       WHERE a.res_model = m.model AND a.res_id = m.res_id
                         AND a.activity_type_id = t.id AND a.active IS NOT TRUE
                         AND a.date_done = m.date::date)
                  AND NOT (t.client_kind = 'meeting' AND EXISTS (
                      SELECT FROM calendar_event e
                        JOIN calendar_attendee ca ON ca.event_id = e.id
                        JOIN res_partner p ON p.id = ca.partner_id
                        JOIN client_card c ON c.partner_id = p.commercial_partner_id
                       WHERE e.res_id = m.res_id AND e.res_model = m.model
                         AND e.active IS TRUE AND e.start <= m.date
                         AND e.start > m.date - interval '7 days'))
             ORDER BY m.date, m.id""",
            ids=list(self._ids),
            done=self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_activities"),
        )
