from datetime import timedelta

from babel.dates import format_skeleton

from odoo import api, fields, models
from odoo.tools import SQL, format_date
from odoo.tools.misc import babel_locale_parse, get_lang

from .client_card_arranged import GRACE_DAYS
from .client_card_contact import CONTACT_STATES

# How the contact stands, as it is shown: one icon and colour each.
MARKS = [
    ("overdue", "Overdue"),
    ("arranged", "Arranged"),
    ("paused", "Paused"),
    ("grace", "Grace"),
    ("soon", "Soon"),
    ("ok", "In norm"),
    ("none", "No norm"),
]
# Those of which is said when, and by which kind of contact.
DUE_MARKS = ("overdue", "grace", "soon", "ok")


def short_day(env, day, today):
    """A day as people say it: "today", "tomorrow", "Nov 26", "11/26/2028"."""
    days = (day - today).days
    if days == 0:
        return env._("today")
    if days == 1:
        return env._("tomorrow")
    if abs(days) > 300:
        return format_date(env, day)
    locale = babel_locale_parse(get_lang(env).code)
    return format_skeleton("MMMd", day, locale=locale)


def mark_of(state, due, arranged, paused, grace=False):
    """The mark of a client or of one norm of his.

    :param due: day on which he is due; empty: no norm
    :param arranged: day for which a contact is arranged; what is arranged for long
        after the due date does not replace the contact that is due
    :param grace: due, but not overdue in the days of grace after a hand-over
    """
    if state == "overdue":
        return "overdue"
    if arranged and (not due or arranged <= due + timedelta(days=GRACE_DAYS)):
        return "arranged"
    if paused:
        return "paused"
    return "grace" if grace else state or "none"


def in_grace(due, grace_until, today):
    """Whether only the days of grace after a hand-over keep him from being overdue."""
    return bool(due and grace_until and due < today <= grace_until)


def mark_in_words(
    env,
    mark,
    today,
    late=0,
    norm=0,
    due=None,
    agreed=False,
    arranged=None,
    pause=None,
    grace=None,
):
    """ "3 d late of 7", "due Nov 26", "arranged Nov 26", "paused until Mar 1", "grace
    until Nov 26".

    :param late: days late, of a norm of ``norm`` days
    :param due: the day due; ``agreed`` with the client
    :param arranged, pause, grace: the days for which, until which
    """
    if mark == "overdue":
        if not norm:
            return env._("%(days)s d late", days=late)
        return env._("%(days)s d late of %(norm)s", days=late, norm=norm)
    if mark == "arranged":
        return env._("arranged %(day)s", day=short_day(env, arranged, today))
    if mark == "paused":
        return env._("paused until %(day)s", day=short_day(env, pause, today))
    if mark == "grace":
        return env._("grace until %(day)s", day=short_day(env, grace, today))
    if not due:
        return env._("No norm")
    day = short_day(env, due, today)
    return (
        env._("agreed for %(day)s", day=day)
        if agreed
        else env._("due %(day)s", day=day)
    )


class ClientCard(models.Model):
    """What the screens say about contacts: "3 d late of 7 · call", "due Nov 26"."""

    _inherit = "client.card"

    contact_mark = fields.Selection(
        MARKS,
        string="How it stands",
        compute="_compute_contact_mark",
        help="By the norm; or that a contact is arranged, or paused.",
    )
    contact_text = fields.Char(string="When, and how", compute="_compute_contact_text")
    next_contact_text = fields.Char(string="Next", compute="_compute_next_contact_text")
    contact_person_name = fields.Char(related="contact_person_id.name")
    contact_phone = fields.Char(
        string="Telephone of the person",
        compute="_compute_contact_phone",
        help="Of the person to talk to; else the client's own.",
    )
    contact_tries = fields.Integer(search="_search_contact_tries")

    # ------------------------------------------------------------------------- words

    @api.depends(
        "contact_state",
        "is_arranged",
        "is_paused",
        "arranged_date",
        "pause_until",
        "grace_until",
    )
    @api.depends_context("tz")
    def _compute_contact_mark(self):
        today = fields.Date.context_today(self)
        for card in self:
            card.contact_mark = mark_of(
                card.contact_state,
                card.next_contact_date,
                card.is_arranged and card.arranged_date,
                card.is_paused,
                in_grace(card.next_contact_date, card.grace_until, today),
            )

    @api.depends(
        "contact_mark",
        "contact_overdue_days",
        "next_contact_date",
        "next_contact_kind",
        "next_contact_norm_days",
        "agreed_date",
        "taken_on",
        "grace_until",
    )
    @api.depends_context("tz", "lang")
    def _compute_contact_text(self):
        kinds = dict(self._fields["next_contact_kind"]._description_selection(self.env))
        today = fields.Date.context_today(self)
        for card in self:
            mark, due = card.contact_mark, card.next_contact_date
            words = [
                mark_in_words(
                    self.env,
                    mark,
                    today,
                    late=card.contact_overdue_days,
                    norm=card.next_contact_norm_days,
                    due=due,
                    agreed=due and due == card.agreed_date,
                    arranged=card.arranged_date,
                    pause=card.pause_until,
                    grace=card.grace_until,
                )
            ]
            if mark in DUE_MARKS and card.next_contact_kind:
                words.append(kinds[card.next_contact_kind].lower())
            if mark in DUE_MARKS and card.is_arranged:
                words.append(
                    mark_in_words(
                        self.env, "arranged", today, arranged=card.arranged_date
                    )
                )
            words.append(card._taken_text(today))
            card.contact_text = " · ".join(filter(None, words))

    @api.depends("next_contact_date", "next_contact_kind", "agreed_date")
    @api.depends_context("tz", "lang")
    def _compute_next_contact_text(self):
        """ "call Dec 1 (agreed)" """
        kinds = dict(self._fields["next_contact_kind"]._description_selection(self.env))
        today = fields.Date.context_today(self)
        for card in self:
            due = card.next_contact_date
            words = {
                "kind": kinds.get(card.next_contact_kind, "").lower(),
                "day": due and short_day(self.env, due, today),
            }
            if not due:
                card.next_contact_text = False
            elif due == card.agreed_date:
                card.next_contact_text = self.env._(
                    "%(kind)s %(day)s (agreed)", **words
                )
            else:
                card.next_contact_text = self.env._("%(kind)s %(day)s", **words)

    @api.depends("contact_person_id.phone", "partner_id.phone")
    def _compute_contact_phone(self):
        for card in self:
            card.contact_phone = card.contact_person_id.phone or card.partner_id.phone

    # ------------------------------------------------------------------------- tries

    @api.model
    def _search_contact_tries(self, operator, value):
        return self._search_against_today("contact_tries", operator, value)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Find and order those who were tried so many times."""
        if field_expr != "contact_tries":
            return super()._field_to_sql(alias, field_expr, query)
        return SQL(
            """COALESCE((
                   SELECT CASE t.outcome WHEN 'no_answer' THEN t.attempt_number END
                     FROM client_touchpoint t
                    WHERE t.card_id = %s AND t.kind <> 'material'
                      AND (t.outcome <> 'no_answer' OR t.attempt_number > 0)
                 ORDER BY t.date DESC, t.id DESC LIMIT 1), 0)""",
            self._field_to_sql(alias, "id", query),
        )

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """By the norm: overdue ones first, not by the keys."""
        if field_name == "contact_state":
            return SQL(
                "array_position(%s, %s) %s %s",
                [state for state, _label in CONTACT_STATES],
                self._field_to_sql(alias, field_name, query),
                direction,
                nulls,
            )
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
