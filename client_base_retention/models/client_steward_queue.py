from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from .client_card import place_of_class
from .client_steward import FIRST

# So many clients are worth filling at a time; so many of everything else are shown.
TWENTY = 20
SHOWN = 10
# Who was looked through is not asked for again for so many days.
REST = 30
WORDS = 280


class ClientSteward(models.AbstractModel):
    """The rows of the steward's page: what came, and the twenty that bring most."""

    _inherit = "client.steward"

    # ------------------------------------------------------------------- what came

    def _sent(self):
        """What was sent, the oldest first: rows as ``_review_rows`` gives them."""
        waiting = self._here(("kind", "=", "sent"), ("state", "=", "todo"))
        return self._review_rows(
            self.env["client.review"].search(waiting, order="date, id", limit=SHOWN)
        )

    def _checks(self):
        """New and changed clients: VIP first, then by turnover."""
        reviews = self.env["client.review"]
        query = reviews._search(
            Domain(self._here(("kind", "!=", "sent"), ("state", "=", "todo")))
        )
        self.env["client.card"].flush_model(["abc_class", "turnover"])
        card = query.make_alias(reviews._table, "card")
        query.add_join(
            "LEFT JOIN",
            card,
            "client_card",
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(card, "partner_id"),
                SQL.identifier(reviews._table, "partner_id"),
                SQL.identifier(card, "company_id"),
                SQL.identifier(reviews._table, "company_id"),
            ),
        )
        query.order = SQL(
            "%s NULLS LAST, %s DESC NULLS LAST, %s",
            place_of_class(SQL.identifier(card, "abc_class")),
            SQL.identifier(card, "turnover"),
            SQL.identifier(reviews._table, "id"),
        )
        query.limit = SHOWN
        return self._review_rows(reviews.browse(query.get_result_ids()))

    def _review_rows(self, reviews):
        """[{id, name, kind, kind_name, from, date, text, image, changes, abc_class}]"""
        kinds = dict(reviews._fields["kind"]._description_selection(self.env))
        pictured = reviews._pictured()
        masked = reviews._masked_persons()
        return [
            {
                "id": review.id,
                "name": review.partner_id.display_name or False,
                "kind": review.kind,
                "kind_name": kinds[review.kind],
                "from": review.user_id.name,
                "date": format_date(
                    self.env,
                    fields.Datetime.context_timestamp(review, review.date).date(),
                ),
                "text": (review.text or "")[:WORDS],
                "image": review in pictured,
                "file_name": review.file_name or False,
                "changes": review._changes_in_words(masked),
                "abc_class": review.card_id.abc_class or False,
                "may_return": review.user_id != self.env.user,
            }
            for review in reviews
        ]

    # ------------------------------------------------------------------ worth filling

    def _fill_domain(self):
        """Active clients who lack something; those looked through a short while ago
        rest: there was nothing more to find out."""
        rested = self.env.company._client_today() - timedelta(days=REST)
        return Domain(self._active(("data_lacking_count", ">", 0))) & (
            Domain("data_reviewed_on", "=", False)
            | Domain("data_reviewed_on", "<", rested)
        )

    def _twenty(self):
        """The clients who bring most for each field filled: VIP and A first, and where
        they are complete, those after them."""
        cards = self.env["client.card"]
        cards.flush_model()
        found = []
        for classes in (FIRST, ("b",), ("c", False)):
            if len(found) >= TWENTY:
                break
            query = cards._search(
                self._fill_domain() & Domain("abc_class", "in", list(classes))
            )
            query.order = SQL(
                "%s / %s DESC, %s",
                SQL.identifier(cards._table, "turnover"),
                SQL.identifier(cards._table, "data_lacking_count"),
                SQL.identifier(cards._table, "id"),
            )
            query.limit = TWENTY - len(found)
            found += query.get_result_ids()
        return cards.browse(found)

    def _fill(self):
        """The twenty.

        :return: {"rows": [{id, partner_id, name, abc_class, turnover, salesperson,
            percent, lacking: [{label, res_id}]}], "all": number of those who lack
            something, "action": their list, "shown": the list of the twenty}
        """
        cards = self._twenty()
        lacking = cards._data_lacking_of_each()
        every = self._active(("data_lacking_count", ">", 0))
        title = self.env._("The %s who bring most for each field filled", len(cards))
        return {
            "title": title,
            "rows": [
                {
                    "id": card.id,
                    "partner_id": card.partner_id.id,
                    "name": card.partner_id.display_name,
                    "abc_class": card.abc_class or False,
                    "turnover": card.currency_id.format(card.turnover),
                    # sudo: the name of a colleague.
                    "salesperson": card.sudo().user_id.name or False,
                    "percent": card.data_completeness,
                    "lacking": [
                        {"label": lack["label"], "res_id": lack["res_id"]}
                        for lack in lacking[card]
                    ],
                }
                for card in cards
            ],
            "all": self.env["client.card"].search_count(every),
            "action": self._list(
                "client_card_action", self.env._("Incomplete clients"), every
            ),
            "shown": self._list("client_card_action", title, [("id", "in", cards.ids)]),
        }

    @api.model
    def looked_through(self, card_id):
        """*Looked through*: nothing more is to be found out now. It counts as checked.

        :return: True
        """
        self._check_steward()
        card = self.env["client.card"].browse(card_id)
        card.check_access("write")
        # sudo: rows of this kind are made by this button only.
        review = (
            self.env["client.review"]
            .sudo()
            .create(
                {
                    "kind": "stale",
                    "partner_id": card.partner_id.id,
                    "company_id": card.company_id.id,
                }
            )
        )
        review._done()
        return True

    # -------------------------------------------------------------------- duplicates

    def _duplicates(self):
        """[{id, reason, name, clients: [{id, name, about}]}] of the first pairs."""
        pairs = self.env["client.duplicate"].search(
            [("state", "=", "todo")], limit=SHOWN
        )
        contacts = pairs.partner_id | pairs.other_id
        cards = self.env["client.card"].with_context(active_test=False)
        card_of = {
            card.partner_id: card
            for card in cards.search(self._here(("partner_id", "in", contacts.ids)))
        }
        return [
            {
                "id": pair.id,
                "reason": pair.reason_text,
                "clients": [
                    self._twin(contact, card_of.get(contact))
                    for contact in (pair.partner_id, pair.other_id)
                ],
            }
            for pair in pairs
        ]

    def _twin(self, contact, card):
        about = [
            contact.city,
            # sudo: the name of a colleague.
            card and card.sudo().user_id.name,
            card
            and card.last_purchase_date
            and self.env._(
                "bought last on %(date)s",
                date=format_date(self.env, card.last_purchase_date),
            ),
        ]
        return {
            "id": contact.id,
            "name": contact.display_name,
            "abc_class": card.abc_class if card else False,
            "about": " · ".join(part for part in about if part),
        }
