from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date
from odoo.tools.misc import clean_context

from .client_card_contact import SATISFIES
from .client_touchpoint import OUTCOMES, TOUCH_KINDS

# After so many tries without an answer another way is proposed.
TRIES = 3
DIRECTIONS = ("in", "out")
SUMMARY = 80


def interval(rule):
    """The interval of a norm; months are calendar months."""
    return relativedelta(**{f"{rule.interval_unit}s": rule.interval_count})


class ClientCard(models.Model):
    """*Log a contact*: the one way by which My day, the dialog and activities log."""

    _inherit = "client.card"

    contact_tries = fields.Integer(
        string="Tries since the last talk",
        compute="_compute_contact_tries",
        aggregator=None,
        help="Our tries without an answer since the client was last spoken to.",
    )

    def _compute_contact_tries(self):
        """The number of the last try, unless the client has answered since.

        One look into the index of the contacts for each card.
        """
        self.env["client.touchpoint"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT c.id, last.attempt_number
                     FROM client_card c
             JOIN LATERAL (
                   SELECT t.outcome, t.attempt_number FROM client_touchpoint t
                    WHERE t.card_id = c.id AND t.kind <> 'material'
                      AND (t.outcome <> 'no_answer' OR t.attempt_number > 0)
                 ORDER BY t.date DESC, t.id DESC LIMIT 1) AS last
                       ON last.outcome = 'no_answer'
                    WHERE c.id = ANY(%s)""",
                list(self._ids),
            )
        )
        tries = dict(rows)
        for card in self:
            card.contact_tries = tries.get(card.id, 0)

    # ----------------------------------------------------------------------- actions

    def action_log_contact(self):
        """Open the dialog *Log a contact* for this client."""
        card = self._one_to_log()
        return self.env["client.log.contact"]._action_log(
            card.partner_id, card.company_id, card.contact_person_id
        )

    def _one_to_log(self):
        """:raise ValidationError: there is no client, or there are several"""
        if len(self) != 1:
            raise ValidationError(
                self.env._("Choose one client: each contact is logged by itself.")
            )
        return self

    # ------------------------------------------------------------------------ logging

    def log_contact(
        self,
        outcome,
        kind="call",
        direction="out",
        person_id=False,
        note=False,
        next_date=False,
        pause_until=False,
        reason=False,
        activity_id=False,
        date=False,
    ):
        """Log a contact with this client, and when he is to be contacted next.

        *Reached* finishes the activity, if one is given. The next contact is due by the
        norm, or on ``next_date``: then the norms that such a contact satisfies wait for
        that day; where there is none, an activity is planned for the user. *No answer*
        leaves the activity open, moved to ``next_date`` if that is given. *Not now*
        finishes the activity and pauses the client.

        :param str outcome: ``reached``, ``no_answer`` or ``refused``
        :param str kind: kind of the contact as of ``client.touchpoint``
        :param str direction: ``out`` (we to him) or ``in``
        :param int person_id: with which person of the client
        :param str note: what was said
        :param next_date: day agreed for the next contact (date or ISO text)
        :param pause_until: with ``refused``: the day until which he is left in peace
        :param str reason: with ``refused``: why
        :param int activity_id: the open activity that this contact was planned by
        :param date: when it took place (UTC); default now
        :return: ``{"attempts": number of tries since the last talk, "next_date": ISO
            text or False, "propose": False, "message" or "person"}``: how to go on
            after ``TRIES`` tries without an answer
        :raise AccessError: the user may not see the client
        :raise ValidationError: values that make no sense, said in words
        """
        self._one_to_log().check_access("read")
        # What the dialog was opened with is no default of what is made here.
        # pylint: disable-next=context-overridden
        self = self.with_context(clean_context(self.env.context))
        activity = self._activity_to_log(activity_id)
        self._check_logged(outcome, kind, direction)
        next_date = self._day_to_come(next_date)
        pause_until = self._pause_to_log(outcome, pause_until, reason)
        values = {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "person_id": person_id or False,
            "kind": kind,
            "direction": direction,
            "outcome": outcome,
            "note": note or False,
            "user_id": self.env.uid,
            "date": self._moment_to_log(date),
        }
        self._record_contact(values, activity)
        if pause_until:
            self.write({"pause_until": pause_until, "pause_reason": reason.strip()})
        elif next_date:
            self._plan_next(next_date, values, activity)
        return self._logged(outcome, next_date, person_id)

    def _activity_to_log(self, activity_id):
        activity = self.env["mail.activity"].browse(activity_id or ()).exists()
        if activity_id and not activity.filtered("active"):
            raise ValidationError(
                self.env._("This activity is done or cancelled already.")
            )
        # sudo: the client of an activity is found by the system.
        if activity and activity.sudo().client_id != self.partner_id:
            raise ValidationError(
                self.env._(
                    "The activity is about another client than %(client)s.",
                    client=self.partner_id.display_name,
                )
            )
        return activity

    def _check_logged(self, outcome, kind, direction):
        for value, known, name in (
            (outcome, dict(OUTCOMES), self.env._("Result")),
            (kind, dict(TOUCH_KINDS), self.env._("Kind")),
            (direction, DIRECTIONS, self.env._("Who began")),
        ):
            if value not in known:
                raise ValidationError(
                    self.env._(
                        "%(field)s: %(value)s is unknown; known are %(known)s.",
                        field=name,
                        value=value,
                        known=", ".join(known),
                    )
                )

    def _moment_to_log(self, moment):
        now = fields.Datetime.now()
        moment = self._parsed(fields.Datetime, moment) or now
        if moment > now:
            raise ValidationError(
                self.env._(
                    "A contact that took place cannot lie in the future. For what is "
                    "to come give the date of the next contact."
                )
            )
        return moment

    def _day_to_come(self, value):
        """The day of the next contact: today or later."""
        value = self._parsed(fields.Date, value)
        if value and value < self.company_id._client_today():
            raise ValidationError(
                self.env._(
                    "The next contact cannot be on %(day)s: that day is past.",
                    day=format_date(self.env, value),
                )
            )
        return value

    def _pause_to_log(self, outcome, until, reason):
        """The last day of the pause that goes with *Not now*."""
        until = self._parsed(fields.Date, until)
        if outcome != "refused":
            if until:
                raise ValidationError(
                    self.env._("A pause goes with the result “Not now” only.")
                )
            return until
        if not until:
            raise ValidationError(
                self.env._("Not now: until when is the client to be left in peace?")
            )
        if until <= self.company_id._client_today():
            raise ValidationError(
                self.env._("Not now: the pause ends on a day to come.")
            )
        if not (reason or "").strip() and not self.env.su:
            raise ValidationError(
                self.env._("Not now: say why, in a few words, for those who call next.")
            )
        return until

    def _parsed(self, field, value):
        try:
            return getattr(field, f"to_{field.type}")(value) if value else False
        except (TypeError, ValueError):
            raise ValidationError(
                self.env._("%(value)s is no date.", value=value)
            ) from None

    # ------------------------------------------------------------- what follows from it

    def _record_contact(self, values, activity):
        """Make one touchpoint; a contact that took place finishes its activity."""
        finished = activity if values["outcome"] != "no_answer" else activity[:0]
        note = values["note"]
        # Activities of these types are noticed as contacts: with these values.
        if finished.activity_type_id.sudo().client_kind:
            finished = finished.with_context(client_contact_values=values)
            finished._action_done(feedback=note)
            return
        if finished:
            finished.with_context(client_unnoticed=True)._action_done(feedback=note)
            values = values | {"res_model": activity._name, "res_id": activity.id}
        self.env["client.touchpoint"].create(values)

    def _plan_next(self, day, values, activity):
        """*When next?* answered by a day."""
        kind = values["kind"] if values["kind"] in SATISFIES else "call"
        moment = values["date"]
        if values["outcome"] == "no_answer":
            # Not reached, nothing agreed: the norm stays as late as it is.
            if activity:
                activity.date_deadline = day
            else:
                self._plan_activity(day, kind, values)
            return
        # sudo: norms are the system's.
        norms = self.sudo().obligation_ids.filtered(lambda o: o.kind in SATISFIES[kind])
        if norms:
            if any(
                not norm.last_contact_at or norm.last_contact_at < moment
                for norm in norms
            ):
                # Somebody else was changing the card: it does not know of this contact
                # yet, which would undo what was agreed in it.
                self._derive_contacts_now()
            if self.pause_until and self.pause_until > day:
                # He agreed to be contacted earlier than he had said.
                self.write({"pause_until": False, "pause_reason": False})
            self._agree(day, kind)
        else:
            self._plan_activity(day, kind, values)

    def _plan_activity(self, day, kind, values):
        """An ordinary activity of the user, of whom nobody is told by mail."""
        types = self.env["mail.activity.type"]
        kinds = types.search(
            [("client_kind", "=", kind), ("res_model", "in", [False, "res.partner"])],
            limit=1,
        )
        summary = (values["note"] or "").strip().partition("\n")[0][:SUMMARY]
        # sudo: who may log a contact may promise the next one, also where he may not
        # write the contact itself.
        self.env["mail.activity"].sudo().with_context(
            mail_activity_quick_update=True
        ).create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": values["person_id"] or self.partner_id.id,
                "activity_type_id": (
                    kinds or self.env.ref("mail.mail_activity_data_todo")
                ).id,
                "date_deadline": day,
                "user_id": self.env.uid,
                "summary": summary,
            }
        )

    def _logged(self, outcome, next_date, person_id):
        """What ``log_contact`` returns."""
        tries = self.contact_tries
        next_date = next_date or self.next_contact_date
        propose = False
        if outcome == "no_answer" and tries >= TRIES:
            propose = "person" if self._persons_not_tried(tries) else "message"
        return {
            "attempts": tries,
            "next_date": next_date and fields.Date.to_string(next_date),
            "propose": propose,
        }

    def _persons_not_tried(self, tries):
        """Persons with a telephone whom none of the last tries was for."""
        contacts = self.env["client.touchpoint"]
        tried = contacts.search(
            [("card_id", "=", self.id), ("attempt_number", ">", 0)], limit=tries
        ).person_id
        return self._persons() - tried

    def _persons(self):
        """The persons of the client who have a telephone."""
        return self.env["res.partner"].search(
            [
                ("commercial_partner_id", "=", self.partner_id.id),
                ("id", "!=", self.partner_id.id),
                "|",
                ("phone", "!=", False),
                ("personal_phone", "!=", False),
                ("active", "=", True),
            ]
        )

    def _norm_after(self, kind, day):
        """When the client is due by his norms after a contact.

        :param kind: of the contact
        :param day: of the contact
        :return: the day, or False where no norm holds
        """
        # sudo: see _plan_next.
        days = [
            day + interval(norm.rule_id)
            if norm.kind in SATISFIES.get(kind, ())
            else norm.due_date
            for norm in self.sudo().obligation_ids
            if norm.rule_id
        ]
        days = [due for due in days if due]
        return bool(days) and max(min(days), self.pause_until or min(days))
