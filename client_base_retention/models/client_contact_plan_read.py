from datetime import timedelta

from odoo import fields, models
from odoo.tools import SQL, groupby

from .client_contact_plan_dates import Client, Due, Norm, contacts, week_end

# What a client is planned by as the statement reads it.
AS_THEY_ARE = (
    "status",
    "abc_class",
    "potential",
    "newcomer_until",
    "until",
    "not_before",
    "base",
    "entry",
    "first_purchase",
    "former_since",
)
# The columns of the statement that make clients alike, in its order.
ALIKE = (
    "policy_id",
    "team_id",
    "seller",
    "leader",
    "stand_in",
    *AS_THEY_ARE,
    "call",
    "meeting",
    "email",
    "message",
    "norms",
)
LAST = ("call", "meeting", "email", "message")


class ClientContactPlan(models.AbstractModel):
    """What the plan is made of: read in one statement, clients who are alike together.

    There are as many kinds of clients as dates on which they are due, and not as many
    as clients; so a large base takes no longer to plan than a small one, but for the
    reading.
    """

    _inherit = "client.contact.plan"

    def _read_plan(self, reach):
        """The contacts to come.

        :param reach: ``Reach``: whose contacts, from when until when
        :return: list of (contact, ids of the clients who are alike, user id or False),
            in order of the days
        """
        norms, who = self._read_norms()
        groups = self._read_groups(reach, norms)
        users = self._able_users()
        found = []
        for row, card_ids in groups:
            client = self._client_of(row)
            own = norms.get(row["policy_id"], [])
            for contact in contacts(client, own, reach.first, reach.last):
                user = self._who(row, who[contact.norm], users)
                if reach.holds(user, row["team_id"]):
                    found.append((contact, card_ids, user))
        found.sort(key=lambda item: (item[0].day, item[1][0]))
        return found

    # ------------------------------------------------------------------------- norms

    def _read_norms(self):
        """{policy id: its norms}, {norm id: who makes the contact}."""
        # sudo: the norms of the regulations that hold for clients one may read.
        rules = self.env["client.contact.rule"].sudo()
        found = rules.search(
            [
                ("policy_id.is_preset", "=", False),
                ("policy_id.company_id", "in", [self.env.company.id, False]),
            ],
            order="policy_id, sequence, id",
        )
        norms = {
            policy.id: [self._norm(rule) for rule in own]
            for policy, own in groupby(found, lambda rule: rule.policy_id)
        }
        who = {
            rule.id: rule.responsible_user_id.id
            if rule.responsible == "user"
            else rule.responsible
            for rule in found
        }
        return norms, who

    def _norm(self, rule):
        count, unit = rule.interval_count, rule.interval_unit
        return Norm(
            id=rule.id,
            kind=rule.kind,
            status=rule.status,
            months=count if unit == "month" else 0,
            days={"day": 1, "week": 7, "month": 0}[unit] * count,
            abc_class=rule.abc_class or None,
            potential=rule.potential_level or None,
            newcomer=rule.is_newcomer,
            first_days=rule.first_days,
            season=(rule.season_from, rule.season_to),
            sequence=rule.sequence,
        )

    def _able_users(self):
        """Ids of the users who can be given contacts in the company."""
        return {user_id for (user_id,) in self.env.execute_query(self._able_query())}

    def _able_query(self):
        return SQL(
            """SELECT u.id AS user_id FROM res_users u
                 JOIN res_company_users_rel m ON m.user_id = u.id AND m.cid = %s
                WHERE u.active AND u.share IS NOT TRUE""",
            self.env.company.id,
        )

    def _who(self, row, responsible, users):
        """Who makes a contact, as tasks are given; False: nobody."""
        if responsible == "salesperson":
            return row["seller"] or False
        if responsible == "team_leader":
            return row["leader"] or False
        return responsible if responsible in users else row["stand_in"] or False

    # ----------------------------------------------------------------------- clients

    def _client_of(self, row):
        """The client, or the clients, of a row."""
        to_date = fields.Date.to_date
        return Client(
            dues={
                kind: Due(
                    int(norm),
                    to_date(day),
                    to_date(arranged),
                    agreed=agreed == "t",
                    is_late=late == "t",
                )
                for kind, norm, day, arranged, agreed, late in row["norms"] or ()
            },
            last={kind: row[kind] for kind in LAST if row[kind]},
            **{name: row[name] for name in AS_THEY_ARE},
        )

    def _read_groups(self, reach, norms):
        """[(row of what makes them alike, ids of these clients)]."""
        cards = self.env["client.card"]
        cards._execute_flush()
        self.env["crm.team"].flush_model(["user_id"])
        columns = SQL(", ").join(SQL.identifier(name) for name in ALIKE)
        rows = self.env.execute_query(
            SQL(
                """WITH able AS MATERIALIZED (%(able)s),
                        card AS MATERIALIZED (%(cards)s),
                        norm AS (%(norms)s)
                 SELECT %(columns)s, array_agg(card_id ORDER BY card_id)
                   FROM card LEFT JOIN norm USING (card_id)
                  WHERE norm.norms IS NOT NULL OR card.base IS NOT NULL
               GROUP BY %(columns)s""",
                able=self._able_query(),
                cards=self._cards_query(reach, norms),
                norms=self._norms_query(reach),
                columns=columns,
            )
        )
        return [(dict(zip(ALIKE, row, strict=False)), row[-1]) for row in rows]

    def _norms_query(self, reach):
        """``SQL`` of the norms that hold for a ``card``, with what is arranged."""
        return SQL(
            """SELECT o.card_id, array_agg(ARRAY[o.kind, o.rule_id::text,
                          o.due_date::text,
                          CASE WHEN o.arranged_date >= %(today)s
                               THEN o.arranged_date::text END,
                          left((o.manual_due_date IS NOT NULL)::text, 1),
                          left((o.late_date < %(today)s)::text, 1)]
                          ORDER BY o.kind) AS norms
                 FROM client_obligation o
                 JOIN card USING (card_id)
                WHERE o.rule_id IS NOT NULL AND o.due_date IS NOT NULL
             GROUP BY o.card_id""",
            today=reach.first,
        )

    def _cards_query(self, reach, norms):
        """``SQL`` of the clients that the user may read, with who is responsible.

        What is needed only where other norms come to hold within the plan, because a
        season begins or somebody is no newcomer any more, is empty for all others.
        """
        company, cards = self.env.company, self.env["client.card"]
        domain = [("company_id", "=", company.id), ("active", "=", True)]
        seasonal = [p for p, own in norms.items() if any(n.has_season for n in own)]
        newcomers = [p for p, own in norms.items() if any(n.newcomer for n in own)]
        changing = SQL(
            """(c.policy_id = ANY(%s) OR c.policy_id = ANY(%s)
                AND c.status = 'active' AND c.newcomer_until BETWEEN %s AND %s)""",
            seasonal,
            newcomers,
            reach.first,
            week_end(reach.last),
        )
        facts = SQL(", ").join(
            SQL(
                "CASE WHEN %s THEN %s END AS %s", changing, column, SQL.identifier(name)
            )
            for name, column in self._facts(reach).items()
        )
        return SQL(
            """SELECT c.id AS card_id, c.policy_id, c.team_id, c.status, c.abc_class,
                      c.potential_level AS potential, %(until)s AS until,
                      COALESCE(own.user_id, fallback.user_id) AS seller,
                      COALESCE(head.user_id, fallback.user_id) AS leader,
                      fallback.user_id AS stand_in, %(facts)s
                 FROM client_card c
                 JOIN client_policy pol ON pol.id = c.policy_id
            LEFT JOIN crm_team team ON team.id = c.team_id
            LEFT JOIN able own ON own.user_id = c.user_id
            LEFT JOIN able head ON head.user_id = team.user_id
            LEFT JOIN able fallback ON fallback.user_id = pol.fallback_user_id
                WHERE c.id IN %(readable)s AND (%(among)s)""",
            until=self._norms_until(reach),
            facts=facts,
            readable=cards.with_context(active_test=True)._search(domain).subselect(),
            among=self._reach_condition(reach),
        )

    def _facts(self, reach):
        """{name: column} of what decides when norms are due that do not hold yet."""
        company, cards = self.env.company, self.env["client.card"]
        until = cards._end_of_day(company, reach.first)
        return {
            "newcomer_until": SQL(
                "CASE WHEN c.newcomer_until >= %s THEN c.newcomer_until END",
                reach.first,
            ),
            "not_before": SQL("GREATEST(c.pause_until, pol.start_date)"),
            "base": SQL(
                """GREATEST(c.last_purchase_date,
                            COALESCE(c.entry_date, c.create_date::date))"""
            ),
            "entry": SQL("COALESCE(c.entry_date, c.create_date::date)"),
            "first_purchase": SQL("c.first_purchase_date"),
            "former_since": SQL("c.former_since"),
            **{
                kind: cards._day_of(cards._last_reached(kind, until), company)
                for kind in LAST
            },
        }

    def _norms_until(self, reach):
        """``SQL`` of the last day of a client's norms, if it lies within the plan."""
        return SQL(
            """(SELECT last.day FROM (SELECT (CASE
                       WHEN c.status = 'former' AND pol.former_norm_months > 0
                       THEN c.former_since
                            + make_interval(months => pol.former_norm_months)
                       WHEN c.status = 'prospect' AND pol.prospect_norm_months > 0
                       THEN GREATEST(c.last_purchase_date,
                                COALESCE(c.entry_date, c.create_date::date))
                            + make_interval(months => pol.prospect_norm_months)
                       END)::date) AS last(day)
                 WHERE last.day <= %s)""",
            reach.last + timedelta(days=6),
        )

    def _reach_condition(self, reach):
        """Condition that a client ``c`` may have contacts of this reach: nobody is left
        out, who else comes in is seen contact by contact."""
        if reach.user_id is False:
            return SQL("fallback.user_id IS NULL")
        if reach.user_id:
            # sudo: norms may name him, whosever the clients are.
            rules = self.env["client.contact.rule"].sudo()
            named = rules.search([("responsible_user_id", "=", reach.user_id)])
            return SQL(
                """%(user)s IN (own.user_id, head.user_id, fallback.user_id)
                   OR c.policy_id = ANY(%(policies)s)""",
                user=reach.user_id,
                policies=named.policy_id.ids,
            )
        if reach.team_ids is not None and not reach.also_of:
            return SQL("c.team_id = ANY(%s)", list(reach.team_ids))
        return SQL("TRUE")
