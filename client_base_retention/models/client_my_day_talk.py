from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from .client_card_words import short_day

# A quotation is no reason to call on the day it was sent, nor for ever.
QUOTATION_DAYS = (2, 90)
# A planned purchase is asked about so many days before.
PLANNED_DAYS = 7
# Whoever could buy much and buys less than this part of it from us can grow.
GROWTH_SHARE = 50


class ClientMyDay(models.AbstractModel):
    """*What to talk about*: the first reason that applies (N71, N72).

    Each reason is a method that gets all cards which have none yet, and reads what it
    needs at once. A new one takes its place in ``_talk_reasons``.
    """

    _inherit = "client.my.day"

    def _talks(self, day, cards, norms):
        """What to talk about with each client.

        :param norms: {card id: the norm that is due first, may be empty}
        :return: {card id: {kind, text, and what a click opens: action or script}}
        """
        talks = {}
        for reason in self._talk_reasons():
            left = cards.browse(id for id in cards.ids if id not in talks)
            if left:
                talks |= reason(day, left)
        left = cards.browse(id for id in cards.ids if id not in talks)
        return talks | self._talk_scripts(left, norms)

    def _talk_reasons(self):
        """The methods that know a reason, the most urgent first: ``(day, cards) ->
        {card id: talk}``."""
        return [
            self._talk_complaints,
            self._talk_late_purchases,
            self._talk_quotations,
            self._talk_newcomers,
            self._talk_planned_purchases,
            self._talk_growth,
        ]

    # ------------------------------------------------------------------------ reasons

    def _talk_complaints(self, day, cards):
        """Open complaints: nothing here keeps complaints; whoever does adds them."""
        return {}

    def _talk_late_purchases(self, day, cards):
        """ "Usually buys every 21 days, now 34: ask why" """
        late = cards.filtered(lambda card: card.purchase_state in ("late", "at_risk"))
        talks = {}
        for card in late:
            usual, _days, _by_cycle = card._why_usual()
            talks[card.id] = {
                "kind": "late",
                "text": self.env._(
                    "%(usual)s, now %(days)s: ask why",
                    usual=usual,
                    days=(day.today - card.last_purchase_date).days,
                ),
                "open": "purchases",
            }
        return talks

    def _talk_quotations(self, day, cards):
        """ "Quotation S00412 sent 6 days ago: ask what he decided" """
        orders = self.env["sale.order"]
        if not orders.has_access("read"):
            return {}
        soonest, oldest = QUOTATION_DAYS
        found = orders.search(
            Domain("state", "=", "sent")
            & Domain("partner_id.commercial_partner_id", "in", cards.partner_id.ids)
            & Domain("date_order", ">=", day.first - timedelta(days=oldest))
            & (
                Domain("validity_date", "=", False)
                | Domain("validity_date", ">=", day.today)
            ),
            order="date_order desc, id desc",
        )
        sent = self._quotations_sent(found)
        newest = {}
        for order in found:
            client = order.partner_id.commercial_partner_id.id
            newest.setdefault((client, order.company_id.id), order)
        talks = {}
        for card in cards:
            order = newest.get((card.partner_id.id, card.company_id.id))
            days = order and (day.now - sent.get(order.id, order.date_order)).days
            if order and days >= soonest:
                talks[card.id] = {
                    "kind": "quotation",
                    "text": self.env._(
                        "Quotation %(name)s sent %(days)s days ago: ask what they "
                        "decided",
                        name=order.name,
                        days=days,
                    ),
                    "open": "quotation",
                    "res_id": order.id,
                }
        return talks

    def _quotations_sent(self, orders):
        """{order id: when it was sent}, as its history says."""
        sent = self.env.ref("sale.mt_order_sent", raise_if_not_found=False)
        if not orders or not sent:
            return {}
        self.env["mail.message"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT res_id, max(date) FROM mail_message
                        WHERE model = 'sale.order' AND res_id = ANY(%s)
                          AND subtype_id = %s
                     GROUP BY res_id""",
                    orders.ids,
                    sent.id,
                )
            )
        )

    def _talk_newcomers(self, day, cards):
        """ "Newcomer, bought on Nov 3: ask whether all is well" """
        new = cards.filtered("is_newcomer")
        script = new and self._script_of("first", new)
        return {
            card.id: {
                "kind": "newcomer",
                "text": self.env._(
                    "Newcomer, first bought %(day)s: are they satisfied, and when "
                    "again?",
                    day=short_day(self.env, card.first_purchase_date, day.today),
                ),
                "script": script.get(card.id, False),
            }
            for card in new
        }

    def _talk_planned_purchases(self, day, cards):
        """ "Planned to buy on Nov 26: does it stand?" """
        soon = day.today + timedelta(days=PLANNED_DAYS)
        planned = cards.filtered(
            lambda card: card.planned_purchase_date
            and card.planned_purchase_date <= soon
            and (
                not card.last_purchase_date
                or card.last_purchase_date < card.planned_purchase_date
            )
        )
        script = planned and self._script_of("when_next", planned)
        return {
            card.id: {
                "kind": "planned",
                "text": self.env._(
                    "Planned to buy %(day)s: does it stand?",
                    day=short_day(self.env, card.planned_purchase_date, day.today),
                ),
                "script": script.get(card.id, False),
            }
            for card in planned
        }

    def _growth_leaves(self):
        """Domain of growth points: much potential of which we have little."""
        return [("potential_level", "=", "high"), ("wallet_share", "<", GROWTH_SHARE)]

    def _talk_growth(self, day, cards):
        """ "Could buy for 3,000,000 a year, we have 12 %: what else do they need?" """
        talks = {}
        for card in cards:
            small = card.wallet_share < GROWTH_SHARE
            if card.potential_level != "high" or not small:
                continue
            text = self.env._("High potential: what else do they buy, and where?")
            if card.potential_amount:
                text = self.env._(
                    "Could buy for %(amount)s a year, we have %(share)s %%: what else "
                    "do they need?",
                    amount=formatLang(
                        self.env,
                        card.potential_amount,
                        digits=0,
                        currency_obj=card.currency_id,
                    ),
                    share=round(card.wallet_share),
                )
            if card.growth_plan:
                # The salesperson's own plan says more than any figure.
                text = self.env._(
                    "Growth point, your plan: %(plan)s",
                    plan=" ".join(card.growth_plan.split())[:200],
                )
            talks[card.id] = {"kind": "growth", "text": text, "open": "client"}
        return talks

    # ------------------------------------------------------------------------ scripts

    def _talk_scripts(self, cards, norms):
        """The script of the norm that is due, else that of former clients, else the
        care call."""
        care = self._script_of("care", cards)
        back = self._script_of("win_back", cards.filtered_domain(FORMER))
        scripts = self.env["client.script"]
        chosen = {}
        for card in cards:
            own = norms.get(card.id) and norms[card.id].script_id
            own = own and own.active and own.id
            chosen[card.id] = own or back.get(card.id) or care.get(card.id)
        names = {
            script.id: script.name
            for script in scripts.browse({id for id in chosen.values() if id})
        }
        return {
            card_id: {"kind": "script", "text": names[script_id], "script": script_id}
            for card_id, script_id in chosen.items()
            if script_id
        }

    def _script_of(self, use, cards):
        """{card id: id of the first script for this use in the card's company}."""
        if not cards:
            return {}
        scripts = self.env["client.script"].search([("use", "=", use)])
        found = {}
        for card in cards:
            fitting = scripts.filtered(
                lambda s, card=card: not s.company_id or s.company_id == card.company_id
            )
            # One of the company goes before one for all.
            own = fitting.filtered("company_id")[:1] or fitting[:1]
            if own:
                found[card.id] = own.id
        return found

    @api.model
    def open_talk(self, card_id, talk):
        """What a click on *What to talk about* opens.

        :param talk: as ``get_day`` gave it
        :return: an action
        """
        self._check_role()
        card = self.env["client.card"].browse(card_id)
        card.check_access("read")
        if talk.get("script"):
            script = self.env["client.script"].browse(talk["script"])
            view = self.env.ref("client_base_retention.client_script_view_form_read")
            return {
                "type": "ir.actions.act_window",
                "name": script.name,
                "res_model": "client.script",
                "res_id": script.id,
                "views": [(view.id, "form")],
                "target": "new",
                "context": {"dialog_size": "medium"},
            }
        if talk.get("open") == "quotation":
            return {
                "type": "ir.actions.act_window",
                "res_model": "sale.order",
                "res_id": talk["res_id"],
                "views": [(False, "form")],
            }
        if talk.get("open") == "purchases":
            return card.action_open_purchases()
        return card.action_open_partner()


FORMER = [("status", "=", "former")]
