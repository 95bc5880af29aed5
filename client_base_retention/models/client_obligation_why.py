from odoo import fields, models
from odoo.tools import format_date

from .client_card_words import mark_in_words


class ClientObligation(models.Model):
    """*Why?* of one norm: which it is, from when it counts, what moved the day."""

    _inherit = "client.obligation"

    def _why(self):
        """ "VIP: call at least once a week. Last contact that counts: 11/12/2026.
        Due on 11/19/2026: 3 d late of 7." """
        self.ensure_one()
        parts = [
            f"{self.rule_id.sudo().sentence}.",
            self._why_this_norm(),
            self._why_counted_from(),
            *self._why_moved(),
            self._why_due(),
            *self._why_in_time(),
        ]
        return " ".join(filter(None, parts))

    def _why_this_norm(self):
        """Which norms of the kind fit too, and why this one goes before them."""
        rule = self.rule_id.sudo()
        others = rule.policy_id.rule_ids.filtered(
            lambda other: other != rule
            and other.kind == rule.kind
            and self.card_id._fits(other)
        )
        if not others:
            return ""
        if rule.is_newcomer:
            about = self.env._("newcomers")
        elif rule.abc_class and rule.potential_level:
            about = self.env._("his class and potential")
        elif rule.abc_class:
            about = self.env._("his class")
        elif rule.potential_level:
            about = self.env._("his potential")
        else:
            return ""
        return self.env._(
            "It goes before “%(other)s”, for it is about %(about)s.",
            other=others[0].sentence,
            about=about,
        )

    def _why_counted_from(self):
        """The last contact that counts, or what stands for it."""
        rule, card = self.rule_id.sudo(), self.card_id
        words = []
        if self.last_contact_date:
            words.append(
                self.env._(
                    "Last contact that counts: %(day)s.",
                    day=format_date(self.env, self.last_contact_date),
                )
            )
        else:
            words.append(self.env._("No contact that counts yet."))
        base = max(filter(None, [card.last_purchase_date, card.entry_date]), default=0)
        if not self.last_contact_date and base and not rule.first_days:
            day = format_date(self.env, base)
            words.append(
                self.env._("Counted from the last purchase, %(day)s.", day=day)
                if base == card.last_purchase_date
                else self.env._(
                    "Counted from the entry into the base, %(day)s.", day=day
                )
            )
        return " ".join(words)

    def _why_moved(self):
        """What put the day off: an agreement, a pause, the first round."""
        card, due = self.card_id, self.due_date
        start = self.rule_id.sudo().policy_id.start_date
        if self.manual_due_date:
            yield self.env._(
                "Agreed with him for %(day)s.",
                day=format_date(self.env, self.manual_due_date),
            )
        if self.wave_date and self.wave_date == due:
            yield self.env._(
                "The regulation starts on %(start)s: in the first round his turn comes "
                "on %(day)s.",
                start=format_date(self.env, start),
                day=format_date(self.env, due),
            )
        elif start and start == due:
            yield self.env._(
                "Nobody is due before the regulation starts on %(start)s.",
                start=format_date(self.env, start),
            )
        if card.pause_until and card.pause_until == due:
            yield (
                self.env._(
                    "Not before %(day)s: %(reason)s.",
                    day=format_date(self.env, due),
                    reason=card.pause_reason,
                )
                if card.pause_reason
                else self.env._(
                    "He asked not to be contacted before %(day)s.",
                    day=format_date(self.env, due),
                )
            )

    def _why_due(self):
        """ "Due on 11/19/2026: 3 d late of 7." """
        today = fields.Date.context_today(self)
        day = format_date(self.env, self.due_date)
        if self.contact_state == "overdue":
            return self.env._(
                "Due on %(day)s: %(late)s.", day=day, late=self.contact_text
            )
        if self.arranged_date and self.arranged_date >= today:
            return self.env._(
                "Due on %(day)s, %(arranged)s.",
                day=day,
                arranged=mark_in_words(
                    self.env, "arranged", today, arranged=self.arranged_date
                ),
            )
        return self.env._(
            "Due on %(day)s, announced from %(warn)s.",
            day=day,
            warn=format_date(self.env, self.warn_date),
        )

    def _why_in_time(self):
        """What makes a contact on a later day be in time, if it is: a day off, the
        absence of the responsible, days of grace after a hand-over."""
        due, late = self.due_date, self.late_date
        if not late or late <= due:
            return
        if self.grace_until == late:
            yield self._why_grace()
            return
        day = self.company_id._client_working_days().at_or_after(due)
        away = self._away_on(day)
        if day > due:
            yield self.env._(
                "%(due)s is a day off: the next working day is %(day)s.",
                due=format_date(self.env, due),
                day=format_date(self.env, day),
            )
        if away:
            yield self.env._(
                "%(who)s is away until %(last)s: in time until %(day)s.",
                who=away.user_id.name,
                last=format_date(self.env, away.date_to),
                day=format_date(self.env, late),
            )

    def _why_grace(self):
        """ "Taken over from Olga on 11/12/2026: days of grace until 11/19/2026." """
        days = {
            "day": format_date(self.env, self.taken_on),
            "until": format_date(self.env, self.grace_until),
        }
        # sudo: the name of a colleague, who may have left.
        before = self.sudo().taken_from_id
        if not before:
            return self.env._(
                "Taken over on %(day)s: days of grace until %(until)s.", **days
            )
        return self.env._(
            "Taken over from %(who)s on %(day)s: days of grace until %(until)s.",
            who=before.name,
            **days,
        )

    def _away_on(self, day):
        """The absence of the responsible on ``day``, which may be empty."""
        # sudo: that a colleague is away is said with the client he is responsible for.
        return (
            self.env["client.away"]
            .sudo()
            .search(
                [
                    ("user_id", "=", self.user_id.id),
                    ("date_from", "<=", day),
                    ("date_to", ">=", day),
                ],
                limit=1,
            )
        )
