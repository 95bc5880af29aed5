from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .client_compliance_kept import COUNTS

# What is written of a line.
FIGURES = ("team_id", *COUNTS)


class ClientComplianceMonth(models.Model):
    """The lines of the salespeople: load beside result.

    Everybody who has clients, norms, units, contacts or lost a client has one; clients
    of nobody have a line without user. Clients, norms, load and limit are those of the
    day of measuring, so of a closed month those of the day on which it was closed;
    purchases are late as of the month's last day, as far as is known then. The rest is
    counted over the month, up to the day as of which it is measured.
    """

    _inherit = "client.compliance.month"

    def _write_people(self, company, first, last):
        """Make the lines of the salespeople of this month what they should be."""
        self.env["client.card"]._execute(
            self._kept_query(
                "client_compliance_user",
                ("user_id",),
                FIGURES,
                self._people_query(company, first, last),
            )
        )

    def _people_query(self, company, first, last):
        """``SQL`` of the lines, one for each user (NULL: nobody)."""
        parts = self._people_parts(company, first, last)
        return SQL(
            """WITH %(parts)s,
                    taken AS (%(taken)s), load AS (%(load)s), away AS (%(away)s),
                    who AS (%(who)s)
             SELECT NULLIF(who.uid, 0) AS user_id, team.id AS team_id,
                    COALESCE(client.clients, 0) AS clients,
                    COALESCE(norm.norms, 0) AS norms,
                    COALESCE(load.load, 0) AS load,
                    COALESCE(load.most, 0) AS limit,
                    COALESCE(client.late_purchases, 0) AS late_purchases,
                    COALESCE(move.lost, 0) AS lost,
                    COALESCE(move.came_back, 0) AS came_back,
                    COALESCE(taken.taken_over, 0) AS taken_over,
                    COALESCE(talk.contacts, 0) AS contacts,
                    COALESCE(talk.noted, 0) AS contacts_with_note,
                    COALESCE(away.days, 0) AS days_away
               FROM who
               %(joins)s
          LEFT JOIN taken USING (uid) LEFT JOIN load USING (uid)
          LEFT JOIN away USING (uid)
          LEFT JOIN LATERAL (%(team)s) AS team ON TRUE""",
            parts=SQL(", ").join(
                SQL("%s AS (%s)", SQL.identifier(name), part)
                for name, part in parts.items()
            ),
            taken=self._people_taken(company, first, last),
            load=self._people_load(company),
            away=self._people_away(company, first, last),
            who=SQL(" UNION ").join(
                SQL("SELECT uid FROM %s", SQL.identifier(name)) for name in parts
            ),
            joins=SQL(" ").join(
                SQL("LEFT JOIN %s USING (uid)", SQL.identifier(name)) for name in parts
            ),
            team=self._people_team(company),
        )

    # -------------------------------------------------------------------------- parts

    def _people_parts(self, company, first, last):
        """{name: ``SQL``} of what makes somebody have a line."""
        cards = self.env["client.card"]
        return {
            "client": self._people_clients(company, last),
            "norm": self._people_norms(company),
            "unit": self._people_units(),
            "move": self._people_moves(company, first, last),
            "talk": self._people_contacts(company, first, last, cards),
        }

    def _people_clients(self, company, last):
        return SQL(
            """SELECT COALESCE(user_id, 0) AS uid, count(*) AS clients,
                      count(*) FILTER (WHERE LEAST(late_date, risk_date) < %s)
                          AS late_purchases
                 FROM client_card WHERE company_id = %s AND active IS TRUE
             GROUP BY 1""",
            last,
            company.id,
        )

    def _people_norms(self, company):
        return SQL(
            """SELECT COALESCE(user_id, 0) AS uid, count(*) AS norms
                 FROM client_obligation WHERE company_id = %s GROUP BY 1""",
            company.id,
        )

    def _people_units(self):
        return SQL(
            """SELECT DISTINCT COALESCE(user_id, 0) AS uid
                 FROM client_compliance WHERE month_id = %s""",
            self.id,
        )

    def _people_moves(self, company, first, last):
        return SQL(
            """SELECT COALESCE(salesperson_id, 0) AS uid,
                      count(*) FILTER (WHERE movement = 'left') AS lost,
                      count(*) FILTER (WHERE movement = 'returned') AS came_back
                 FROM client_transition
                WHERE company_id = %s AND date BETWEEN %s AND %s
                  AND field_name = 'status' AND movement IN ('left', 'returned')
             GROUP BY 1""",
            company.id,
            first,
            last,
        )

    def _people_contacts(self, company, first, last, cards):
        return SQL(
            """SELECT user_id AS uid, count(*) AS contacts,
                      count(*) FILTER (WHERE btrim(note, E' \\n\\t') <> '') AS noted
                 FROM client_touchpoint
                WHERE company_id = %s AND outcome = 'reached' AND kind <> 'material'
                  AND user_id IS NOT NULL AND date >= %s AND date < %s
             GROUP BY 1""",
            company.id,
            cards._end_of_day(company, first - timedelta(days=1)),
            cards._end_of_day(company, last),
        )

    def _people_taken(self, company, first, last):
        """How many clients each took over."""
        return SQL(
            """SELECT user_id AS uid, count(DISTINCT card_id) AS taken_over
                 FROM (%s) AS taken WHERE user_id IS NOT NULL GROUP BY 1""",
            self._people_taken_clients(company, first, last),
        )

    def _people_taken_clients(self, company, first, last):
        """Clients whose norms he took over in the month, also if not for long."""
        return SQL(
            """SELECT user_id, card_id FROM client_obligation
                WHERE company_id = %(company)s
                  AND taken_on BETWEEN %(first)s AND %(last)s
                UNION
               SELECT user_id, card_id FROM client_obligation_past
                WHERE company_id = %(company)s AND until >= %(first)s
                  AND taken_on BETWEEN %(first)s AND %(last)s""",
            company=company.id,
            first=first,
            last=last,
        )

    def _people_load(self, company):
        """What the norms ask of each a working day, and what he is allowed."""
        load, limits = self.env["client.policy"]._load_of(company)
        need = defaultdict(float)
        for (user_id, _rule), contacts in load.items():
            need[user_id or 0] += contacts
        ids = list(need)
        return SQL(
            """SELECT * FROM unnest(%s::integer[], %s::float[], %s::integer[])
                   AS load(uid, load, most)""",
            ids,
            # The order of the sum is not always the same: neither would its end be.
            [round(need[uid], 6) for uid in ids],
            [limits.get(uid or False, 0) for uid in ids],
        )

    def _people_away(self, company, first, last):
        """Working days on which each was away."""
        aways = self.env["client.away"].search(
            [("date_from", "<=", last), ("date_to", ">=", first)]
        )
        days = defaultdict(set)
        for away in aways:
            day, end = max(away.date_from, first), min(away.date_to, last)
            while day <= end:
                days[away.user_id.id].add(day)
                day += timedelta(days=1)
        off = company._client_days_off(first, last) if days else {}
        ids = list(days)
        return SQL(
            "SELECT * FROM unnest(%s::integer[], %s::integer[]) AS away(uid, days)",
            ids,
            [len(days[uid] - set(off)) for uid in ids],
        )

    @api.model
    def _people_team(self, company):
        """The team of a salesperson in this company, as of his clients' cards."""
        return SQL(
            """SELECT t.id FROM crm_team_member tm
                 JOIN crm_team t ON t.id = tm.crm_team_id AND t.active
                WHERE tm.user_id = who.uid AND tm.active
                  AND (t.company_id IS NULL OR t.company_id = %s)
             ORDER BY t.sequence, t.id LIMIT 1""",
            company.id,
        )
