from dataclasses import dataclass, field

from odoo import fields, models
from odoo.tools import SQL, html2plaintext

from .client_card_words import short_day

# So much of what was said last is shown.
NOTE = 90
# The order in which kinds are named; the first is what one does.
KIND_ORDER = ("call", "any", "meeting", "email", "message")
ICONS = {
    "call": "fa-phone",
    "any": "fa-phone",
    "meeting": "fa-users",
    "email": "fa-envelope-o",
    "message": "fa-commenting-o",
}


@dataclass
class Facts:
    """What is read at once for all rows."""

    # {card id: obligations due or announced}
    due: dict
    # {card id: whom to call}
    person: dict
    # {card id: last contact}
    last: dict
    # {card id: (number of tries since then, whether today)}
    tries: dict
    # {client id: what is shown instead of telephone and e-mail}
    hidden: dict
    talks: dict = field(default_factory=dict)


class ClientMyDay(models.AbstractModel):
    """The rows of *My day*: one per client, read set by set and not row by row."""

    _inherit = "client.my.day"

    def _rows(self, day, plan, cards):
        """The rows of these clients.

        :return: {card id: dictionary of plain values}
        """
        if not cards:
            return {}
        facts = Facts(
            due=self._due_norms(day, cards),
            person=self._persons(cards),
            last=self._last_contacts(cards),
            tries=self._tries(day, cards),
            hidden=self.env["client.reading"]._read_by_user(set(cards.partner_id.ids)),
        )
        rules = {card_id: norms[:1].rule_id for card_id, norms in facts.due.items()}
        facts.talks = self._talks(day, cards, rules)
        several = len(self.env.companies) > 1
        kinds = dict(self._kind_labels())
        return {
            card.id: self._row(day, plan, card, facts, kinds)
            | {"company": several and card.company_id.name}
            for card in cards
        }

    def _kind_labels(self):
        rules = self.env["client.contact.rule"]
        return rules._fields["kind"]._description_selection(self.env)

    def _row(self, day, plan, card, facts, kinds):
        """Everything one line says, and what its buttons need."""
        items = plan["items"].get(card.id, [])
        planned = plan["planned"].get(card.id, self.env["mail.activity"])
        person = facts.person[card.id]
        due = self._what_is_due(facts.due.get(card.id), planned)
        kind = self._first_kind(items, due)
        tries, tried_today = facts.tries.get(card.id, (0, False))
        return {
            "id": card.id,
            "partner_id": card.partner_id.id,
            # Of a family the staff know the children rather than the parent.
            "name": card.partner_id.with_context(client_children=True).display_name,
            "class": card.abc_class or False,
            "class_label": self._label(card, "abc_class"),
            "status": card.status,
            "state": card.contact_mark,
            **self._mark(card),
            "person": self._person_shown(card, person, facts.hidden),
            "items": [self._item_shown(day, item) for item in items],
            "due": [
                {"kind": due_kind, "icon": ICONS[due_kind], "label": kinds[due_kind]}
                for due_kind in due
            ],
            "closes_both": "meeting" in due and "call" in due,
            "kind": kind,
            "next": self._next_days(day, card, kind, due),
            "activities": [
                {"id": item["activity_id"], "kind": item["kind"]}
                for item in items
                if item["activity_id"] and item["kind"]
            ]
            + [
                {"id": activity.id, "kind": activity.client_obligation_id.kind}
                for activity in planned
                if activity.client_obligation_id
            ],
            "last": facts.last.get(card.id, False),
            "tries": tries,
            "tried_today": tried_today,
            "talk": facts.talks.get(card.id, False),
            "stands_in": self._stands_in(day, plan, card),
            "taken": card._taken_text(day.today, who=True) or False,
            **self._hours(card, person, items),
        }

    def _mark(self, card):
        """How the contact stands: "Overdue", "3 d late of 7"; "Arranged Nov 26"."""
        word = self._label(card, "contact_mark")
        detail = (card.contact_text or "").partition(" · ")[0]
        if detail.lower().startswith(word.lower()):
            word, detail = detail[:1].upper() + detail[1:], ""
        return {"word": word, "detail": detail}

    def _label(self, card, name):
        """The word for a selection value."""
        words = card._fields[name]._description_selection(self.env)
        return dict(words).get(card[name], "")

    def _as_late(self, row):
        """A row of *Late with purchase*: there its purchase is what is late."""
        card = self.env["client.card"].browse(row["id"])
        _usual, days, _by_cycle = card._why_usual()
        today = fields.Date.context_today(self)
        return row | {
            "state": card.purchase_state,
            "word": self._label(card, "purchase_state"),
            "detail": self.env._(
                "usual every %(days)s d, now %(now)s",
                days=days,
                now=(today - card.last_purchase_date).days,
            ),
        }

    # ---------------------------------------------------------------------- what is due

    def _due_norms(self, day, cards):
        """{card id: its norms that are due or announced and not arranged}, the first
        one first."""
        # sudo: norms are the system's; whose card one may read, their norms as well.
        return {
            card.id: card.obligation_ids.filtered(
                lambda norm: norm.warn_date
                and norm.warn_date <= day.today
                and not (norm.arranged_date and norm.arranged_date >= day.today)
            ).sorted("due_date")
            for card in cards.sudo()
        }

    def _what_is_due(self, norms, planned):
        """Kinds of contact that are due or planned, each once, a call first."""
        kinds = set(norms.mapped("kind") if norms else ())
        # sudo: as above.
        kinds |= set(planned.sudo().client_obligation_id.mapped("kind"))
        if kinds - {"any"}:
            # Any of the others satisfies it.
            kinds -= {"any"}
        return [kind for kind in KIND_ORDER if kind in kinds]

    def _first_kind(self, items, due):
        """What one is going to do: the kind that *Reached* logs."""
        promised = [item["kind"] for item in items if item["kind"]]
        first = (promised + due + ["call"])[0]
        return "call" if first == "any" else first

    def _next_days(self, day, card, kind, due):
        """{kind: (ISO day, words) on which the client is due after such a contact}."""
        kinds = {kind} | ({"meeting"} if "meeting" in due else set())
        days = {}
        for each in kinds:
            after = card._norm_after(each, day.today)
            days[each] = after and {
                "date": fields.Date.to_string(after),
                "label": short_day(self.env, after, day.today),
            }
        return days

    def _item_shown(self, day, item):
        """What of a promise goes to the page."""
        shown = {name: value for name, value in item.items() if name != "start"}
        return shown | {"hour": item["start"] and self._hour(item["start"], self._tz())}

    def _tz(self):
        return self.env.user.tz or "UTC"

    # ------------------------------------------------------------------- whom to call

    def _persons(self, cards):
        """{card id: the person to call}: the card's; where neither he nor the client
        has a telephone, the first person who has one."""
        persons = {card.id: card.contact_person_id for card in cards}
        mute = cards.filtered(
            lambda card: not card.contact_person_id
            and not card.partner_id.phone
            and not card.partner_id.personal_phone
        )
        if mute:
            with_phone = self.env["res.partner"].search_fetch(
                [
                    ("commercial_partner_id", "in", mute.partner_id.ids),
                    ("id", "not in", mute.partner_id.ids),
                    "|",
                    ("phone", "!=", False),
                    ("personal_phone", "!=", False),
                ],
                [
                    *("name", "phone", "personal_phone", "email", "function"),
                    *("commercial_partner_id", "tz"),
                ],
                order="id desc",
            )
            first = {p.commercial_partner_id.id: p for p in with_phone}
            persons |= {
                card.id: first.get(card.partner_id.id, card.contact_person_id)
                for card in mute
            }
        return persons

    def _person_shown(self, card, person, hidden):
        """Whom to call; *hidden*: what is shown instead, by client."""
        client = card.partner_id
        words = hidden.get(client.id)
        numbers = ("phone", "personal_phone")
        own = any(person[name] for name in numbers)
        phone = next((p[n] for p in (person, client) for n in numbers if p[n]), False)
        email = person.email or client.email or False
        return {
            "id": person.id or False,
            "name": person.name or False,
            "function": person.function or False,
            "phone": phone and (words or phone),
            "email": email and (words or email),
            "hidden": bool(words),
            "called_id": person.id if own else client.id,
        }

    # -------------------------------------------------------------------- what was said

    def _last_contacts(self, cards):
        """{card id: when, by whom and what was said} of the last contact."""
        rows = self._latest(cards, SQL("t.outcome = 'reached'"))
        contacts = self.env["client.touchpoint"].browse([row[1] for row in rows])
        today = fields.Date.context_today(self)
        found = {}
        for contact in contacts:
            when = fields.Datetime.context_timestamp(self, contact.date).date()
            note = html2plaintext(contact.note or "").strip().partition("\n")[0]
            found[contact.card_id.id] = {
                "when": short_day(self.env, when, today),
                # sudo: the name of a colleague is no secret, of one who left either.
                "who": contact.user_id.sudo().name or False,
                "note": note if len(note) <= NOTE else f"{note[: NOTE - 1].rstrip()}…",
            }
        return found

    def _tries(self, day, cards):
        """{card id: (tries without an answer since the last talk, whether today)}."""
        rows = self._latest(
            cards, SQL("(t.outcome <> 'no_answer' OR t.attempt_number > 0)")
        )
        contacts = self.env["client.touchpoint"].browse([row[1] for row in rows])
        return {
            contact.card_id.id: (
                contact.attempt_number,
                day.first <= contact.date < day.end,
            )
            for contact in contacts
            if contact.outcome == "no_answer"
        }

    def _latest(self, cards, condition):
        """[(card id, id of the last touchpoint on a condition)], by index for each."""
        self.env["client.touchpoint"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT card.id, last.id FROM unnest(%(cards)s) AS card (id)
             JOIN LATERAL (SELECT t.id FROM client_touchpoint t
                            WHERE t.card_id = card.id AND t.kind <> 'material'
                              AND %(condition)s
                         ORDER BY t.date DESC, t.id DESC LIMIT 1) AS last ON TRUE""",
                cards=list(cards.ids),
                condition=condition,
            )
        )
