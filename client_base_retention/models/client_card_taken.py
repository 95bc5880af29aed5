from odoo import api, fields, models
from odoo.exceptions import RedirectWarning

from .client_card_words import short_day


def taken_in_words(env, taken_on, grace_until, today, taken_from=None):
    """ "taken over Nov 12 from Pavel" in the days of grace, else nothing.

    :param taken_from: ``res.users`` to name, if any
    """
    if not taken_on or not grace_until or grace_until < today:
        return ""
    day = short_day(env, taken_on, today)
    # sudo: the name of a colleague is no secret, of one who left either.
    who = taken_from.sudo().name if taken_from else ""
    if who:
        return env._("taken over %(day)s from %(who)s", day=day, who=who)
    return env._("taken over %(day)s", day=day)


class ClientCard(models.Model):
    """Clients who were taken over a short while ago: since when, from whom, and until
    when nothing is overdue. As their norms remember it (``client.obligation``)."""

    _inherit = "client.card"

    taken_on = fields.Date(
        string="Taken over on",
        compute="_compute_taken",
        search="_search_taken_on",
        help="The day on which the present responsible took the client over.",
    )
    taken_from_id = fields.Many2one(
        "res.users", string="Taken over from", compute="_compute_taken"
    )
    grace_until = fields.Date(
        string="Days of grace until",
        compute="_compute_taken",
        search="_search_grace_until",
        help="After a hand-over: one interval of the norm, at most 14 days.",
    )

    handed_on = fields.Date(
        string="Handed over on",
        readonly=True,
        help="The day on which the client was handed over to his salesperson.",
    )

    @api.depends(
        "next_contact_kind",
        "obligation_ids.kind",
        "obligation_ids.taken_on",
        "obligation_ids.taken_from_id",
        "obligation_ids.grace_until",
    )
    def _compute_taken(self):
        """Of the norm of the next contact; else of the one taken over last."""
        # sudo: norms are the system's; whose card one may read, their norms as well.
        for card, known in zip(self, self.sudo(), strict=True):
            norms = known.obligation_ids.filtered("taken_on").sorted(
                lambda norm, kind=known.next_contact_kind: (
                    norm.kind == kind,
                    norm.taken_on,
                )
            )[-1:]
            card.taken_on = norms.taken_on
            card.taken_from_id = norms.taken_from_id
            card.grace_until = norms.grace_until

    @api.model
    def _search_taken_on(self, operator, value):
        return self._search_in_norms("taken_on", operator, value)

    @api.model
    def _search_grace_until(self, operator, value):
        return self._search_in_norms("grace_until", operator, value)

    def _search_in_norms(self, name, operator, value):
        """Clients any of whose norms has it; without a value those of whom none has."""
        if operator not in ("in", "<", "<=", ">", ">="):
            return NotImplemented
        found = [("obligation_ids", "any", [(name, operator, value)])]
        if operator == "in" and not all(value):
            days = [day for day in value if day]
            none = ["!", ("obligation_ids", "any", [(name, "!=", False)])]
            if not days:
                return none
            return ["|", *none, *self._search_in_norms(name, "in", days)]
        return found

    def _taken_text(self, today, who=False):
        """ "taken over Nov 12" in the days of grace, ``who``: and from whom."""
        self.ensure_one()
        return taken_in_words(
            self.env,
            self.taken_on,
            self.grace_until,
            today,
            self.taken_from_id if who else None,
        )

    def web_save(self, vals, specification, next_id=None):
        if "user_id" in vals:
            self._check_stays_on_screen(vals["user_id"])
        return super().web_save(vals, specification, next_id)

    def _check_stays_on_screen(self, user_id):
        """A screen that writes a salesperson whose clients the user does not see could
        not show the client any more. Calls from elsewhere just write it.

        :raise RedirectWarning: to the dialog *Hand over*
        """
        owners, unassigned = self.env.user._client_sight()
        stays = user_id in owners if user_id and owners is not None else True
        if not user_id:
            stays = unassigned
        if not self or self.env.su or stays:
            return
        raise RedirectWarning(
            self.env._(
                "With this salesperson you would not see the client any more. Hand the "
                "client over: then the receiver is told, and your activities go along."
            ),
            self.env.ref("client_base_retention.client_hand_over_action").id,
            self.env._("Hand over"),
            {"default_card_ids": self.ids},
        )

    def action_hand_over(self):
        """Open the dialog *Hand over* for these clients.

        :raise AccessError: the user has no role in the client base
        """
        wizards = self.env["client.hand.over"]
        wizards._check_may_at_all()
        wizard = wizards.create({"card_ids": [(6, 0, self.ids)]})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand over clients"),
            "res_model": "client.hand.over",
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }
