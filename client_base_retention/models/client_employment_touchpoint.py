from collections import defaultdict

import pytz

from odoo import api, fields, models
from odoo.tools import SQL


class ClientTouchpoint(models.Model):
    """Contacts with a person count for the client for whom he worked then.

    Those that are there stay with the client. What is noticed or logged later is told
    by its day: until the day of the move it is the old client's, from that day on the
    new one's. What happens today costs no query for it.
    """

    _inherit = "client.touchpoint"

    @api.model
    def _day_of_contact(self, moment):
        """The day of a moment in UTC where our company is."""
        moment = pytz.utc.localize(fields.Datetime.to_datetime(moment))
        return moment.astimezone(pytz.timezone(self.env.company._client_tz())).date()

    @api.model
    def _former_clients(self, person_ids, since):
        """The clients whom these persons have left.

        :param since: moment of the first contact that is asked for; today or None:
            nobody has left since
        :return: {person id: [(client id, companies of his cards, first day or None,
            day of the move)]}, the earliest first
        """
        found = defaultdict(list)
        today = self.env.company._client_today()
        if not person_ids or not since or self._day_of_contact(since) >= today:
            return found
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT e.person_id, p.commercial_partner_id,
                          ARRAY(SELECT c.company_id FROM client_card c
                                 WHERE c.partner_id = p.commercial_partner_id
                              ORDER BY c.id),
                          e.date_from, e.date_to
                     FROM client_employment e
                     JOIN res_partner p ON p.id = e.company_partner_id
                    WHERE e.person_id = ANY(%s) AND e.date_to <= %s
                 ORDER BY e.date_to, e.id""",
                list(person_ids),
                today,
            )
        )
        for person_id, *post in rows:
            found[person_id].append(tuple(post))
        return found

    @api.model
    def _client_then(self, posts, day):
        """(client id, companies of his cards) of the one of ``posts`` that holds on
        ``day``; the present one has no days."""
        for client, companies, first, moved in posts:
            if moved is None or (first is None or first <= day) and day < moved:
                return client, companies
        return None, ()

    @api.model
    def _former_client_query(self, person, moment):
        """``SQL`` of the client whom a person has left, if he was his at a moment."""
        company = self.env.company
        return SQL(
            """SELECT former.commercial_partner_id
                 FROM client_employment post
                 JOIN res_partner former ON former.id = post.company_partner_id
                WHERE post.person_id = %(person)s AND post.date_to <= %(today)s
                  AND post.date_to > %(day)s
                  AND (post.date_from IS NULL OR post.date_from <= %(day)s)
             ORDER BY post.date_to, post.id LIMIT 1""",
            person=person,
            today=company._client_today(),
            day=SQL(
                "(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
                moment,
                company._client_tz(),
            ),
        )

    def _with_clients(self, vals_list):
        """With the client of that day, of persons who have moved since."""
        prepared = super()._with_clients(vals_list)
        dated = [vals for vals in prepared if vals.get("date")]
        people = {v.get("person_id") or v.get("partner_id") for v in dated}
        since = min(
            map(fields.Datetime.to_datetime, (v["date"] for v in dated)), default=None
        )
        posts = self._former_clients(people - {None, False}, since)
        return (
            [self._with_client_then(vals, posts) for vals in prepared]
            if posts
            else prepared
        )

    def _with_client_then(self, vals, posts):
        """Values of one contact with the client of that day.

        A former client who is named himself stays; one who is hidden from the user
        gets nothing from him.
        """
        who = vals.get("person_id") or vals.get("partner_id")
        if who not in posts or not vals.get("date"):
            return vals
        person = self.env["res.partner"].browse(who)
        # sudo: the company of a person one may see can be hidden.
        present = person.sudo().commercial_partner_id.id
        day = self._day_of_contact(vals["date"])
        client, _companies = self._client_then(posts[who], day)
        if not client or vals.get("partner_id") not in (who, present):
            return vals
        if not self.env.su and not person.browse(client).has_access("read"):
            return vals
        return vals | {"partner_id": client, "person_id": who}

    @api.model
    def _take_along(self, persons, client):
        """Persons were merged into one of ``client``: their contacts go with them.

        Those at an employer whom the person has left since stay with him.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE client_touchpoint t SET partner_id = %(client)s, card_id = (
                          SELECT c.id FROM client_card c
                           WHERE c.partner_id = %(client)s
                             AND c.company_id = t.company_id)
                    WHERE person_id = ANY(%(persons)s) AND partner_id <> %(client)s
                      AND NOT EXISTS (
                          SELECT FROM client_employment e
                            JOIN res_partner p ON p.id = e.company_partner_id
                           WHERE e.person_id = t.person_id AND e.date_to IS NOT NULL
                             AND p.commercial_partner_id = t.partner_id)""",
                client=client.id,
                persons=persons.ids,
            )
        )
        self.invalidate_model(flush=False)
