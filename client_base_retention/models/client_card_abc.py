from markupsafe import Markup

from odoo import models
from odoo.tools import SQL

from .client_card import CLASSES

# A new regulation that moves more clients than this writes no notes on them.
NOTES_LIMIT = 1000


class ClientCard(models.Model):
    """Classes by turnover (design 4.3 *ABC*, N45-N47).

    Active clients of a company and policy stand in a row: turnover descending, then
    partner id. Each gets the class by the share of turnover of the clients before him.
    """

    _inherit = "client.card"

    def _abc_cut(self, company):
        """Measure the limits of the classes in ``company`` and keep them.

        :return: the policies whose regulation changed since the limits were made
        """
        rows = self._execute(self._abc_cut_query(company))
        changed = [policy_id for policy_id, new_regulation in rows if new_regulation]
        self.env["client.abc.cutoff"].invalidate_model()
        return self.env["client.policy"].browse(changed)

    def _abc_cut_query(self, company):
        """Limits per policy of ``company``; only different ones are written."""
        return SQL(
            """WITH last AS (%(limits)s),
               cut AS (
                   SELECT pol.id AS policy_id,
                          COALESCE(last.clients, 0)::int AS clients,
                          vip_turnover, vip_partner, a_turnover, a_partner,
                          b_turnover, b_partner,
                          concat_ws(' ', vip_share, a_share, b_share,
                                    abc_period_months, abc_review) AS regulation
                     FROM client_policy pol LEFT JOIN last ON last.policy_id = pol.id
                    WHERE pol.id IN (SELECT policy_id FROM client_card
                                      WHERE company_id = %(company)s)),
               old AS (
                   SELECT * FROM client_abc_cutoff WHERE company_id = %(company)s),
               fresh AS (
                   SELECT cut.*, old.id IS NOT NULL
                          AND old.regulation <> cut.regulation AS new_regulation
                     FROM cut LEFT JOIN old USING (policy_id)
                    WHERE old.id IS NULL OR
                          (old.clients, old.vip_turnover, old.vip_partner,
                           old.a_turnover, old.a_partner, old.b_turnover,
                           old.b_partner, old.regulation)
                          IS DISTINCT FROM
                          (cut.clients, cut.vip_turnover, cut.vip_partner,
                           cut.a_turnover, cut.a_partner, cut.b_turnover,
                           cut.b_partner, cut.regulation)),
               kept AS (
                   INSERT INTO client_abc_cutoff
                          (company_id, policy_id, clients, vip_turnover, vip_partner,
                           a_turnover, a_partner, b_turnover, b_partner, regulation)
                   SELECT %(company)s, policy_id, clients, vip_turnover, vip_partner,
                          a_turnover, a_partner, b_turnover, b_partner, regulation
                     FROM fresh
                       ON CONFLICT (company_id, policy_id) DO UPDATE
                      SET clients = EXCLUDED.clients,
                          vip_turnover = EXCLUDED.vip_turnover,
                          vip_partner = EXCLUDED.vip_partner,
                          a_turnover = EXCLUDED.a_turnover,
                          a_partner = EXCLUDED.a_partner,
                          b_turnover = EXCLUDED.b_turnover,
                          b_partner = EXCLUDED.b_partner,
                          regulation = EXCLUDED.regulation)
               SELECT policy_id, new_regulation FROM fresh""",
            company=company.id,
            limits=self._abc_limits(
                SQL("client_card"),
                SQL("c.company_id = %s", company.id),
                SQL("client_policy"),
            ),
        )

    def _abc_limits(self, cards, among, policies):
        """``SQL`` of the last client of each class, per policy.

        ``ahead`` is the turnover of the clients before one, compared as a product, so
        that no division rounds a client over a limit.

        :param cards: ``SQL`` of a relation with the columns of client_card
        :param among: condition on the cards, alias ``c``
        :param policies: ``SQL`` of a relation with the columns of client_policy
        """
        return SQL(
            """SELECT policy_id, count(*) AS clients, %(vip)s, %(a)s, %(b)s
                 FROM (
               SELECT c.policy_id, c.partner_id, c.turnover,
                      row_number() OVER queue AS place,
                      sum(c.turnover) OVER queue - c.turnover AS ahead,
                      sum(c.turnover) OVER (PARTITION BY c.policy_id) AS total
                 FROM %(cards)s c
                WHERE %(among)s AND c.active IS TRUE
                  AND c.status = 'active' AND c.turnover > 0
                  AND c.abc_excluded IS NOT TRUE
               WINDOW queue AS (PARTITION BY c.policy_id
                                ORDER BY c.turnover DESC, c.partner_id
                                ROWS UNBOUNDED PRECEDING)) AS place
                 JOIN %(policies)s pol ON pol.id = place.policy_id
             GROUP BY policy_id""",
            cards=cards,
            among=among,
            policies=policies,
            vip=self._abc_last("vip"),
            a=self._abc_last("a"),
            b=self._abc_last("b"),
        )

    def _abc_last(self, name):
        """Turnover and partner of the last client before a share is full."""
        last = SQL(
            """(max(ARRAY[place.place, turnover, partner_id])
                    FILTER (WHERE 100 * ahead < %s * total))""",
            SQL.identifier("pol", f"{name}_share"),
        )
        return SQL(
            "%s[2] AS %s, %s[3]::int AS %s",
            last,
            SQL.identifier(f"{name}_turnover"),
            last,
            SQL.identifier(f"{name}_partner"),
        )

    def _abc_cut_and_ask(self, company, today, regulated=False):
        """Cut the classes anew; say whether notes on the clients that move are wanted.

        A regulation changed by hand can move the whole base in one night: above the
        limit the transitions alone tell it.

        :param regulated: clients came under another regulation in this derivation
        """
        if not self._abc_cut(company) and not regulated:
            return True
        moving = self._abc_different(company, today, limit=NOTES_LIMIT + 1)
        return len(moving) <= NOTES_LIMIT

    def _abc_assign(self, company, today, review=False, notes=True):
        """Give these cards their class by the kept limits.

        :param company: the company of all cards in ``self``
        :param today: day in the time zone of ``company``
        :param review: the derivation of the whole company, which reviews a policy with
            monthly classes once a month; else the single card is reviewed
        :param notes: write a note on each client whose class changed
        :return: number of cards that changed
        """
        among = SQL("c.id = ANY(%s)", list(self._ids))
        rows = self._execute(
            SQL(
                """WITH new AS MATERIALIZED (%(new)s),
                        changed AS (
                            UPDATE client_card c
                               SET abc_class_computed = new.computed,
                                   abc_class = new.effective,
                                   abc_reviewed_on =
                                       COALESCE(new.reviewed, c.abc_reviewed_on),
                                   write_uid = %(uid)s,
                                   write_date = now() AT TIME ZONE 'UTC'
                              FROM new
                             WHERE c.ctid = new.place AND new.differs
                         RETURNING c.id AS card_id, c.company_id, c.turnover, c.user_id,
                                   new.abc_class AS old_value,
                                   new.effective AS new_value),
                        moved AS (%(moved)s)
                   SELECT card_id, old_value, new_value FROM changed""",
                new=self._abc_new_query(among, today, review),
                uid=self.env.uid,
                moved=self.env["client.transition"]._insert(
                    SQL.identifier("changed"), "abc_class", today
                ),
            )
        )
        moved = [row for row in rows if row[1] and row[2] and row[1] != row[2]]
        if notes and moved:
            self._abc_note(moved)
        return len(rows)

    def _abc_new_query(self, among, today, review):
        """Computed and effective class that cards should have, and whether they differ.

        Former and archived clients keep the class they had; prospects and excluded
        clients have none but one set by hand.

        :param among: condition on the cards, alias ``c``
        """
        return SQL(
            """SELECT place, id, abc_class, computed, effective, reviewed,
                      (abc_class_computed, abc_class) IS DISTINCT FROM
                      (computed, effective) OR reviewed IS NOT NULL AS differs
                 FROM (
               SELECT c.ctid AS place, c.id, c.abc_class, c.abc_class_computed,
                      aim.computed,
                      %(effective)s AS effective,
                      CASE WHEN pol.abc_review = 'monthly' AND NOT aim.waits
                                AND NOT %(review)s
                           THEN %(today)s::date END AS reviewed
                 FROM client_card c
                 JOIN client_policy pol ON pol.id = c.policy_id
            LEFT JOIN client_abc_cutoff k
                   ON k.company_id = c.company_id AND k.policy_id = c.policy_id
         JOIN LATERAL (
                   SELECT pol.abc_review = 'monthly' AND NOT %(due)s AS waits,
                          %(computed)s AS computed) AS aim ON TRUE
                WHERE %(among)s) AS aimed""",
            computed=self._abc_computed(),
            effective=self._abc_effective(SQL("aim.computed"), SQL("aim.waits")),
            due=self._abc_due(today, review),
            among=among,
            review=review,
            today=today,
        )

    def _abc_computed(self):
        """The computed class of a card ``c`` by the limits ``k``."""
        return SQL(
            """CASE WHEN c.status = 'former' OR c.active IS NOT TRUE
                    THEN c.abc_class_computed
                    WHEN c.status = 'active' AND c.abc_excluded IS NOT TRUE
                    THEN CASE WHEN c.turnover <= 0 THEN 'c'
                              WHEN %(vip)s THEN 'vip'
                              WHEN %(a)s THEN 'a'
                              WHEN %(b)s THEN 'b' ELSE 'c' END
               END""",
            vip=self._abc_within("vip"),
            a=self._abc_within("a"),
            b=self._abc_within("b"),
        )

    def _abc_effective(self, computed, waits):
        """The class that people see on a card ``c``.

        :param computed: ``SQL`` of the computed class
        :param waits: condition that a change waits for the start of a month
        """
        return SQL(
            """COALESCE(c.abc_class_manual, CASE
                   WHEN c.status = 'former' OR c.active IS NOT TRUE THEN c.abc_class
                   WHEN %(computed)s IS NULL THEN NULL
                   WHEN %(waits)s AND c.abc_class IS NOT NULL THEN c.abc_class
                   ELSE %(computed)s END)""",
            computed=computed,
            waits=waits,
        )

    def _abc_different(self, company, today, limit=None, after=0):
        """Ids of cards of ``company`` whose class a full derivation would change.

        :param limit: so many at most, by id
        :param after: only ids above this one
        """
        return [
            card_id
            for (card_id,) in self._execute(
                SQL(
                    "SELECT id FROM (%s) AS new WHERE differs ORDER BY id LIMIT %s",
                    self._abc_new_query(
                        SQL("c.company_id = %s AND c.id > %s", company.id, after),
                        today,
                        review=True,
                    ),
                    limit,
                )
            )
        ]

    def _abc_within(self, name):
        """Whether a card stands at or before the last client of a class."""
        turnover = SQL.identifier("k", f"{name}_turnover")
        partner = SQL.identifier("k", f"{name}_partner")
        return SQL(
            "(c.turnover, -c.partner_id) >= (%s, -%s)",
            turnover,
            partner,
        )

    def _abc_due(self, today, review):
        """Whether the effective class may follow the computed one this month."""
        month = today.replace(day=1)
        due = SQL(
            "date_trunc('month', k.reviewed_on)::date IS DISTINCT FROM %s::date", month
        )
        if review:
            return due
        return SQL(
            """(%s AND date_trunc('month', c.abc_reviewed_on)::date
                IS DISTINCT FROM %s::date)""",
            due,
            month,
        )

    def _abc_reviewed(self, company, today):
        """Remember that the classes of ``company`` were reviewed this month."""
        self._execute(
            SQL(
                """UPDATE client_abc_cutoff k SET reviewed_on = %(today)s
                     FROM client_policy pol
                    WHERE pol.id = k.policy_id AND pol.abc_review = 'monthly'
                      AND k.company_id = %(company)s AND %(due)s
                RETURNING k.id""",
                today=today,
                company=company.id,
                due=self._abc_due(today, review=True),
            )
        )

    def _abc_cut_if_new(self, company):
        """Measure limits for these cards where there was nobody to measure yet."""
        missing = self._execute(
            SQL(
                """SELECT c.id FROM client_card c
                    WHERE c.id = ANY(%s) AND c.status = 'active' AND NOT EXISTS (
                          SELECT FROM client_abc_cutoff k
                           WHERE k.company_id = c.company_id
                             AND k.policy_id = c.policy_id AND k.clients > 0)
                    LIMIT 1""",
                list(self._ids),
            )
        )
        if missing:
            self._abc_cut(company)

    # ------------------------------------------------------------- by hand, and notes

    def _abc_apply_manual(self, before):
        """A class set by hand holds at once; unlocked, the computed one does.

        :param before: {card: effective class before the write}
        """
        moved = []
        # sudo: the effective class follows, people do not write it.
        for card in self.sudo():
            old = before[card]
            card.abc_class = card.abc_class_manual or card.abc_class_computed
            if not card.abc_class_manual:
                card.abc_lock_reason = False
            if old and card.abc_class and old != card.abc_class:
                moved.append((card.id, old, card.abc_class))
                values = SQL(
                    "(SELECT %s AS card_id, %s AS company_id, %s::numeric AS turnover,"
                    " %s::integer AS user_id, %s AS old_value, %s AS new_value)",
                    card.id,
                    card.company_id.id,
                    card.turnover,
                    card.user_id.id or None,
                    old,
                    card.abc_class,
                )
                reason = card.abc_lock_reason or None
                self._execute(
                    self.env["client.transition"]._insert(
                        values, "abc_class", card.company_id._client_today(), reason
                    )
                )
        self.env["client.transition"].invalidate_model()
        if moved:
            self.sudo().with_context(client_background=True)._abc_note(moved)

    def _abc_note(self, moved):
        """One note on the contact of each card: from which class to which, and why.

        Events and scheduled actions write it only where the client base has started.

        :param moved: list of (card id, old class, new class)
        """
        labels = dict(CLASSES)
        cards = self.browse([card_id for card_id, _old, _new in moved])
        cards.invalidate_recordset()
        bodies = {}
        for card, (_id, old, new) in zip(cards, moved, strict=True):
            if not card.company_id.client_notes_on:
                continue
            if self.env.context.get("client_background"):
                if not card.company_id._client_started(card.team_id):
                    continue
            # In the language of those who read it, not of who caused it.
            reader = card.user_id.partner_id or card.company_id.partner_id
            card = card.with_context(lang=reader.lang or self.env.lang)
            by_hand = card.abc_class_manual and card.abc_lock_reason
            bodies[card.partner_id.id] = Markup("<p>%s</p>") % card.env._(
                "Class %(old)s → %(new)s: %(why)s",
                old=labels[old],
                new=labels[new],
                why=card.abc_lock_reason if by_hand else card._turnover_in_words(),
            )
        if not bodies:
            return
        # sudo: the note is the system's, the person who caused it may be the client
        # himself, confirming his order on the website.
        self.env["res.partner"].sudo().browse(bodies)._message_log_batch(bodies=bodies)
