from markupsafe import Markup

from odoo import api, fields, models

from .client_roles import ROLE

MOODS = [
    ("1", "Hostile"),
    ("2", "Cool"),
    ("3", "Neutral"),
    ("4", "Friendly"),
    ("5", "Fan"),
]
# Whoever is below this one has a reason: it is asked for.
CONTENT = "3"


class ClientTransition(models.Model):
    _inherit = "client.transition"

    field_name = fields.Selection(
        selection_add=[("mood", "Mood")], ondelete={"mood": "cascade"}
    )


class ClientCard(models.Model):
    """How the client feels about us, in five steps, by the impression of who talks to
    him; every change is kept (N14)."""

    _inherit = "client.card"

    mood = fields.Selection(
        MOODS,
        string="Mood towards us",
        group_expand=True,
        help="Our impression, from hostile to fan. Below neutral ask what is wrong and "
        "take it down as a remark.",
    )
    mood_date = fields.Date(string="Mood of", readonly=True)
    mood_user_id = fields.Many2one(
        "res.users", string="Mood by", readonly=True, ondelete="set null"
    )

    _mood_idx = models.Index("(company_id, mood) WHERE mood IS NOT NULL")

    @api.model_create_multi
    def create(self, vals_list):
        cards = super().create(vals_list)
        cards.filtered("mood")._keep_mood(dict.fromkeys(cards, False))
        return cards

    def write(self, vals):
        if "mood" not in vals:
            return super().write(vals)
        before = {card: card.mood for card in self}
        result = super().write(vals)
        moved = self.filtered(lambda card: card.mood != before[card])
        if moved and not self.env.context.get("client_folding"):
            moved._keep_mood(before)
        return result

    def _keep_mood(self, before):
        """Remember when the mood changed, who said so and what it was.

        :param before: {card: mood before the change}
        """
        # sudo: movements and the day are kept by the system.
        for company, cards in self.sudo().grouped("company_id").items():
            cards.write(
                {
                    "mood_date": company._client_today(),
                    "mood_user_id": self.env.uid,
                }
            )
        self.env["client.transition"].sudo().create(
            [
                {
                    "card_id": card.id,
                    "company_id": card.company_id.id,
                    "date": card.company_id._client_today(),
                    "field_name": "mood",
                    "old_value": before[card],
                    "new_value": card.mood,
                    "movement": "other",
                    "turnover": card.turnover,
                    "salesperson_id": card.user_id.id,
                    "user_id": self.env.uid,
                }
                for card in self.sudo()
            ]
        )
        self._note_mood(before)

    def _note_mood(self, before):
        """One note on each contact: a person changed it, so before *Start*, too."""
        bodies = {}
        for card in self.sudo():
            if not card.company_id.client_notes_on:
                continue
            reader = card.user_id.partner_id or card.company_id.partner_id
            card = card.with_context(lang=reader.lang or self.env.lang)
            words = dict(card._fields["mood"]._description_selection(card.env))
            bodies[card.partner_id.id] = Markup("<p>%s</p>") % card.env._(
                "Mood towards us: %(old)s → %(new)s",
                old=words.get(before[card]) or "–",
                new=words.get(card.mood) or "–",
            )
        # sudo: who may say how a client feels need not be allowed to write the contact.
        self.env["res.partner"].sudo().browse(bodies)._message_log_batch(bodies=bodies)

    def _fold_values(self, target):
        """The newer impression holds."""
        values = super()._fold_values(target)
        if self.mood and (
            not target.mood
            or (
                self.mood_date and self.mood_date > (target.mood_date or self.mood_date)
            )
        ):
            values |= {
                "mood": self.mood,
                "mood_date": self.mood_date,
                "mood_user_id": self.mood_user_id.id,
            }
        return values


class ResPartner(models.Model):
    _inherit = "res.partner"

    client_mood = fields.Selection(
        related="client_card_id.mood", readonly=False, groups=ROLE
    )
    client_mood_date = fields.Date(related="client_card_id.mood_date", groups=ROLE)
    client_mood_user_id = fields.Many2one(
        related="client_card_id.mood_user_id", groups=ROLE
    )
