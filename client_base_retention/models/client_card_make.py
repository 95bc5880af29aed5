from odoo import models
from odoo.tools import SQL


class ClientCard(models.Model):
    """Who gets a card, and what happens to it when the client himself changes."""

    _inherit = "client.card"

    # ------------------------------------------------------------------ missing cards

    def _make_missing(self, company, today, partner_ids=None):
        """Make the cards of clients of ``company`` that have none yet.

        A client is a commercial partner with a purchase up to ``today``, a quotation,
        an opportunity or a logged contact, unless design 4.3 *Who gets no card*
        names him.

        :param partner_ids: look at these commercial partners only
        :return: the new cards, not derived yet (their status is empty)
        """
        among = None if partner_ids is None else list(partner_ids)
        return self._insert_cards(
            company,
            today,
            SQL("SELECT * FROM (%s) AS u", self._clients(company, today, among)),
        )

    def _clients(self, company, today, partner_ids):
        """Commercial partners that have bought or want to buy in ``company``.

        An order of any state was a quotation once; so who has just orders of nothing,
        or cancelled ones, is a prospect.
        """
        purchases = self.env["client.purchase"]
        return SQL(
            """SELECT partner_id FROM (%(purchases)s) AS bought
                WHERE amount > 0 AND date <= %(today)s
                UNION
               SELECT p.commercial_partner_id
                 FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
                WHERE (o.state <> 'sale' OR o.date_order < %(today)s::date + 1)
                  AND o.company_id = %(company)s
                  AND %(among)s
                UNION
               SELECT p.commercial_partner_id
                 FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
            LEFT JOIN crm_team t ON t.id = l.team_id
            LEFT JOIN res_users u ON u.id = l.user_id
                WHERE l.type = 'opportunity'
                  AND COALESCE(l.company_id, t.company_id, u.company_id, %(only)s)
                      = %(company)s
                  AND %(among)s
                UNION
               SELECT t.partner_id FROM client_touchpoint t
                WHERE t.card_id IS NULL AND t.company_id = %(company)s
                  AND t.date < %(until)s AND %(contacts)s""",
            purchases=purchases._query(company, partner_ids),
            today=today,
            company=company.id,
            only=company._client_only_company().id or None,
            among=purchases._among("p", "commercial_partner_id", partner_ids),
            until=self._end_of_day(company, today),
            contacts=purchases._among("t", "partner_id", partner_ids),
        )

    def _insert_cards(self, company, today, partners):
        """Insert a card for each of ``partners`` that may have one and has none.

        Each partner is looked up by index (``OFFSET 0`` keeps the planner from joining
        the other way round), whatever the statistics of the tables say.

        :param partners: ``SQL`` of a relation with one column of partner ids
        """
        rows = self._execute(
            SQL(
                """INSERT INTO client_card (partner_id, company_id, entry_date, active,
                                            create_uid, write_uid,
                                            create_date, write_date)
                   SELECT p.id, %(company)s, %(today)s, p.active, %(uid)s, %(uid)s,
                          now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                     FROM (%(partners)s) AS client(partner_id)
             JOIN LATERAL (
                   SELECT id, active FROM res_partner
                    WHERE id = client.partner_id AND commercial_partner_id = id
                      AND NOT EXISTS (SELECT FROM client_card c
                                       WHERE c.partner_id = client.partner_id
                                         AND c.company_id = %(company)s)
                      AND id NOT IN (%(never)s)
                      AND id NOT IN (SELECT partner_id FROM client_excluded_rel
                                      WHERE company_id = %(company)s)
                   OFFSET 0) AS p ON TRUE
                 ORDER BY p.id
                       ON CONFLICT DO NOTHING
                RETURNING id""",
                company=company.id,
                today=today,
                uid=self.env.uid,
                partners=partners,
                never=self.env["res.partner"]._never_clients_query(),
            )
        )
        cards = self.browse([row[0] for row in rows])
        if cards:
            self.env["client.touchpoint"]._link_cards_of(cards)
        return cards

    def _remove_never_clients(self, company):
        """Take out clients who have become a user or an own company."""
        rows = self._execute(
            SQL(
                """SELECT id FROM client_card
                    WHERE company_id = %s AND partner_id IN (%s)""",
                company.id,
                self.env["res.partner"]._never_clients_query(),
            )
        )
        self.browse([row[0] for row in rows]).unlink()

    # ------------------------------------------------------------------ strayed cards

    def _fold_strayed(self, company, partner_ids=None):
        """Fold cards whose partner has become a person of another client.

        :param partner_ids: for an event: the old and new clients; a card that somebody
            else is changing makes it fail at once. Without: all that are free
        :return: ids of the commercial partners that took them over
        """
        among, lock = SQL("TRUE"), SQL("SKIP LOCKED")
        if partner_ids is not None:
            ids = list(partner_ids)
            among = SQL(
                "(p.id = ANY(%s) OR p.commercial_partner_id = ANY(%s))",
                ids,
                ids,
            )
            lock = SQL("NOWAIT")
        rows = self._execute(
            SQL(
                """SELECT c.id, p.commercial_partner_id
                     FROM client_card c JOIN res_partner p ON p.id = c.partner_id
                    WHERE c.company_id = %s AND p.commercial_partner_id <> c.partner_id
                      AND %s
                 ORDER BY c.id
                      FOR NO KEY UPDATE OF c %s""",
                company.id,
                among,
                lock,
            )
        )
        for card_id, partner_id in rows:
            card = self.browse(card_id)
            card._fold_into(self.env["res.partner"].browse(partner_id))
        return [partner_id for _card, partner_id in rows]

    def _fold_into(self, partner):
        """Hand this card over to ``partner``, or fold it into the card he has.

        What people decided on the surviving card wins; where they decided nothing, the
        folded card's decisions hold. History moves along.
        """
        self.ensure_one()
        gone = self.partner_id
        target = self.with_context(active_test=False).search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", self.company_id.id),
            ]
        )
        if partner._never_clients():
            self.unlink()
        elif target:
            target.with_context(client_folding=True).write(self._fold_values(target))
            self._fold_contacts(target, partner)
            self.transition_ids.write({"card_id": target.id})
            self.unlink()
        else:
            self._fold_contacts(self, partner)
            self.partner_id = partner
        self._derive_marks(gone | partner)

    def _fold_values(self, target):
        """Values that ``target`` takes over from this card."""
        values = {}
        for name in ("abc_excluded", "planned_purchase_date"):
            if self[name] and not target[name]:
                values[name] = self[name]
        if self.abc_class_manual and not target.abc_class_manual:
            values |= {
                "abc_class_manual": self.abc_class_manual,
                "abc_lock_reason": self.abc_lock_reason,
            }
        for name in ("user_id", "policy_id"):
            by_hand = name.replace("_id", "_is_manual")
            if self[by_hand] and not target[by_hand]:
                values |= {name: self[name].id, by_hand: True}
        for name in ("entry_date", "first_contact_date"):
            dates = [day for day in (self[name], target[name]) if day]
            if dates and min(dates) != target[name]:
                values[name] = min(dates)
        return values

    # ------------------------------------------------- columns for rules on contacts

    def _derive_marks(self, partners=None):
        """Keep ``client_base`` and ``client_user_id`` of contacts and their persons.

        Called when a card is made or removed and when its owner changes, never by the
        figures. With cards in several companies the contact's own salesperson counts
        first, then the owner of the oldest card.

        :param partners: commercial partners, default those of these cards
        """
        if not (self if partners is None else partners):
            return
        ids = (
            self._partner_ids_sql()
            if partners is None
            else SQL("(SELECT unnest(%s::integer[]))", partners.ids)
        )
        self._execute_flush()
        self._execute(
            SQL(
                """UPDATE res_partner p
                      SET client_base = mark.base, client_user_id = mark.owner
                     FROM (SELECT head.id, count(c.id) > 0 AS base,
                                  (array_agg(c.user_id ORDER BY
                                      c.user_id = head.user_id DESC NULLS LAST,
                                      c.id) FILTER (WHERE c.user_id IS NOT NULL))[1]
                                  AS owner
                             FROM res_partner head
                        LEFT JOIN client_card c ON c.partner_id = head.id
                            WHERE head.id IN %(ids)s
                         GROUP BY head.id) AS mark
                    WHERE p.commercial_partner_id = mark.id
                      AND (COALESCE(p.client_base, FALSE), p.client_user_id)
                          IS DISTINCT FROM (mark.base, mark.owner)
                RETURNING p.id""",
                ids=ids,
            )
        )
        self._derive_owner_differs(ids)
        self.env["res.partner"].invalidate_model(
            ["client_base", "client_user_id", "client_is_seen"], flush=False
        )
        self.env["crm.lead"].invalidate_model(["client_is_seen"], flush=False)

    def _partner_ids_sql(self):
        return SQL(
            "(SELECT partner_id FROM client_card WHERE id = ANY(%s))", list(self._ids)
        )

    def _derive_owner_differs(self, ids):
        """Mark the cards whose owner is not the one that stands on the contact.

        Cards that somebody else is changing go to the queue. A contact that became a
        person of another client waits there for the end of its card.

        :param ids: ``SQL`` of the ids of commercial partners
        """
        differ = SQL(
            """SELECT c.id, c.partner_id, c.company_id
                 FROM client_card c JOIN res_partner p ON p.id = c.partner_id
                WHERE c.partner_id IN %s AND p.commercial_partner_id = p.id
                  AND COALESCE(c.owner_differs, FALSE)
                      <> (c.user_id IS DISTINCT FROM p.client_user_id)""",
            ids,
        )
        different = self._execute(differ)
        if not different:
            return
        free = self.browse(row[0] for row in different)._lock_free()
        self._execute(
            SQL(
                """UPDATE client_card c
                      SET owner_differs = c.user_id IS DISTINCT FROM p.client_user_id
                     FROM res_partner p
                    WHERE c.id = ANY(%s) AND p.id = c.partner_id
                RETURNING c.id""",
                list(free._ids),
            )
        )
        self.invalidate_model(["owner_differs"], flush=False)
        left = {row[1:] for row in different if row[0] not in set(free._ids)}
        if left:
            self._enqueue(left)
