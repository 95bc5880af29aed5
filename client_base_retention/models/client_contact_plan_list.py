from datetime import date

from babel.dates import format_skeleton

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import babel_locale_parse, get_lang

from .client_card import CLASSES
from .client_card_words import mark_in_words, short_day
from .client_my_day_rows import ICONS

# A list is opened with the ids of its clients: no more of them than a browser bears.
LIST_LIMIT = 20000
# Rows shown at once below a week.
ROWS = 100
CLASS_PLACE = {key: place for place, (key, _label) in enumerate(CLASSES)}


class ClientContactPlan(models.AbstractModel):
    """The clients behind the numbers of the plan."""

    _inherit = "client.contact.plan"

    # ------------------------------------------------------------------------- lists

    @api.model
    def open_clients(
        self, period, user_id, team_id, first, last, kind=False, abc_class=False
    ):
        """The list of the clients whom a number of the plan counts.

        :param first, last: days as ISO texts
        :param kind, abc_class: only contacts of this kind, clients of this class
            (``none``: without class)
        :return: an action
        :raise UserError: where there are more than a list can take
        """
        reach = self._reach(period, user_id, team_id)
        items = self._of_days(reach, first, last, kind, abc_class)
        number = sum(len(card_ids) for _contact, card_ids, _user in items)
        ids = {card_id for _contact, card_ids, _user in items for card_id in card_ids}
        if len(ids) > LIST_LIMIT:
            raise UserError(
                self.env._(
                    "These are %(number)s clients: choose a salesperson or a sales "
                    "team first.",
                    number=len(ids),
                )
            )
        days = self._days_in_words(date.fromisoformat(first), date.fromisoformat(last))
        name = self.env._(
            "%(days)s: contacts %(number)s, clients %(clients)s",
            days=days,
            number=number,
            clients=len(ids),
        )
        action = self.env["client.overview"]._list(
            "client_card_action", name, [("id", "in", sorted(ids))]
        )
        return action

    @api.model
    def get_rows(
        self, period, user_id, team_id, first, last, kind=False, abc_class=False
    ):
        """The first rows of a week.

        :return: {rows: as of ``_plan_rows``, more: how many there are beyond these}
        """
        reach = self._reach(period, user_id, team_id)
        items = self._of_days(reach, first, last, kind, abc_class)
        rows = self._plan_rows(reach, items, ROWS)
        number = sum(len(card_ids) for _contact, card_ids, _user in items)
        return {"rows": rows, "more": number - len(rows)}

    def _of_days(self, reach, first, last, kind, abc_class):
        """The contacts of some days, as of ``_read_plan``."""
        first, last = date.fromisoformat(first), date.fromisoformat(last)
        items = [
            item
            for item in self._read_plan(reach)
            if first <= item[0].day <= last and kind in (False, item[0].kind)
        ]
        if abc_class:
            classes = self._class_of(items)
            items = [item for item in items if classes[item[1][0]] == abc_class]
        return items

    @api.model
    def action_print(self, period="quarter", user_id=False, team_id=False):
        """The plan on paper.

        :return: an action
        """
        report = self.env.ref("client_base_retention.action_report_client_contact_plan")
        chosen = {"period": period, "user_id": user_id, "team_id": team_id}
        return report.report_action(None, data=chosen, config=False)

    # -------------------------------------------------------------------------- rows

    def _plan_rows(self, reach, items, limit=None):
        """One row per contact: overdue ones first, then by day, class and name.

        :param items: as of ``_read_plan``
        :return: list of dictionaries of plain values
        """
        norms = {
            norm.id: norm for own in self._read_norms()[0].values() for norm in own
        }
        pairs = [
            (contact, card_id, user)
            for contact, card_ids, user in items
            for card_id in card_ids
        ]
        if limit:
            pairs.sort(key=lambda pair: (not pair[0].is_late, pair[0].day, pair[0].due))
            pairs = pairs[: 10 * limit]
        cards = self.env["client.card"].browse({pair[1] for pair in pairs})
        cards = {card.id: card for card in cards}
        pairs.sort(
            key=lambda pair: (
                not pair[0].is_late,
                pair[0].due if pair[0].is_late else pair[0].day,
                CLASS_PLACE.get(cards[pair[1]].abc_class, 9),
                cards[pair[1]].partner_id.display_name or "",
                pair[1],
            )
        )
        pairs = pairs[:limit]
        # sudo: names of colleagues are no secret.
        users = self.env["res.users"].sudo().browse({p[2] for p in pairs} - {False})
        names = {user.id: user.name for user in users} | {False: self.env._("Nobody")}
        kinds = dict(self.env["client.my.day"]._kind_labels())
        labels = self.env["client.card"]._fields["abc_class"]
        classes = dict(labels._description_selection(self.env))
        return [
            self._card_in_words(cards[card_id], classes)
            | self._contact_in_words(contact, kinds)
            | self._how_it_stands(contact, norms[contact.norm], reach)
            | {"user": names[user], "last": self._last(cards[card_id], reach)}
            for contact, card_id, user in pairs
        ]

    def _card_in_words(self, card, classes):
        return {
            "card_id": card.id,
            "name": card.partner_id.display_name,
            "class": card.abc_class or False,
            "class_label": classes.get(card.abc_class, ""),
        }

    def _contact_in_words(self, contact, kinds):
        return {
            "kind": contact.kind,
            "kind_label": kinds[contact.kind],
            "icon": ICONS[contact.kind],
            "day": contact.day.isoformat(),
        }

    def _how_it_stands(self, contact, norm, reach):
        """{state, words}: "3 d late of 7", "arranged Nov 26", "due Nov 26"."""
        state = (
            "overdue" if contact.is_late else "arranged" if contact.arranged else "ok"
        )
        words = mark_in_words(
            self.env,
            state,
            reach.first,
            late=(reach.first - contact.due).days,
            norm=norm.months * 365 // 12 + norm.days,
            due=contact.due,
            arranged=contact.arranged,
        )
        if contact.is_late and contact.arranged:
            arranged = mark_in_words(
                self.env, "arranged", reach.first, arranged=contact.arranged
            )
            words = f"{words}, {arranged}"
        return {"state": state, "words": words}

    # ------------------------------------------------------------------------- words

    def _last(self, card, reach):
        """ "Nov 26"; empty for a client who was not contacted yet."""
        day = card.last_contact_date
        if not day:
            return ""
        if (reach.first - day).days <= 1:
            return self._day_in_words(day)
        return short_day(self.env, day, reach.first)

    def _day_in_words(self, day):
        locale = babel_locale_parse(get_lang(self.env).code)
        return format_skeleton("MMMd", day, locale=locale)

    def _days_in_words(self, first, last):
        """ "Nov 24 – Nov 30"."""
        if first.year != last.year:
            return f"{format_date(self.env, first)} – {format_date(self.env, last)}"
        if first == last:
            return self._day_in_words(first)
        return f"{self._day_in_words(first)} – {self._day_in_words(last)}"

    def _month_in_words(self, day):
        """ "November 2026"."""
        locale = babel_locale_parse(get_lang(self.env).code)
        text = format_skeleton("yMMMM", day, locale=locale)
        return text[:1].upper() + text[1:]
