from odoo import api, models

from .client_card_words import short_day

SHORT = 60


class ClientMyDay(models.AbstractModel):
    """An open problem is the first thing to talk about (N14, N71)."""

    _inherit = "client.my.day"

    def _talk_complaints(self, day, cards):
        """ "Dissatisfied since Nov 3: Two boxes arrived dented. Is it put right?" """
        talks = super()._talk_complaints(day, cards)
        remarks = self.env["client.remark"].search(
            [
                ("partner_id", "in", cards.partner_id.ids),
                ("company_id", "in", cards.company_id.ids),
                ("state", "=", "open"),
            ],
            order="date desc, id desc",
        )
        # The oldest one of each client stays.
        first = {(r.partner_id, r.company_id): r for r in remarks}
        for card in cards:
            remark = first.get((card.partner_id, card.company_id))
            if not remark:
                continue
            text = " ".join(remark.text.split())
            if len(text) > SHORT:
                text = text[:SHORT].rstrip() + "…"
            talks[card.id] = {
                "kind": "complaint",
                "text": self.env._(
                    "Dissatisfied since %(day)s: %(text)s",
                    day=short_day(self.env, remark.date, day.today),
                    text=text,
                ),
                "open": "remark",
                "res_id": remark.id,
            }
        return talks

    @api.model
    def open_talk(self, card_id, talk):
        if talk.get("open") == "remark":
            self._check_role()
            return {
                "type": "ir.actions.act_window",
                "res_model": "client.remark",
                "res_id": talk["res_id"],
                "views": [(False, "form")],
            }
        return super().open_talk(card_id, talk)
