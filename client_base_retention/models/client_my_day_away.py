from odoo import api, models

from .client_card_words import short_day


class ClientMyDay(models.AbstractModel):
    """Being away, and standing in for somebody who is (product.md 1a, *Vacation*)."""

    _inherit = "client.my.day"

    def _away_today(self, day):
        """``{user id: his days away}`` of all who are away today."""
        aways = self.env["client.away"].search(
            [("date_from", "<=", day.today), ("date_to", ">=", day.today)]
        )
        return {away.user_id.id: away for away in aways}

    def _doing_for(self, away):
        """Ids of the users whose due clients fill my day: I myself, unless somebody
        stands in for me, and those for whom I stand in today.

        :param away: as of ``_away_today``
        """

        def doer(user_id):
            if user_id not in away:
                return user_id
            for _step in range(2):
                user_id = away[user_id].stand_in_id.id
                if user_id not in away:
                    break
            return user_id

        me = self.env.uid
        mine = {user_id for user_id in away if doer(user_id) == me}
        if me not in away or not away[me].stand_in_id:
            mine.add(me)
        return list(mine)

    def _stands_in(self, day, plan, card):
        """ "for Olga until Nov 24" in the rows of a stand-in; else False."""
        # sudo: who is responsible by a norm stands on the system's row of it.
        norms = plan["planned"].get(card.id, self.env["mail.activity"]).sudo()
        responsible = norms.client_obligation_id.user_id[:1] or card.user_id
        away = plan["away"].get(responsible.id)
        if not away or responsible == self.env.user:
            return False
        return self.env._(
            "for %(who)s until %(day)s",
            # sudo: the name of a colleague is no secret.
            who=responsible.sudo().name,
            day=short_day(self.env, away.date_to, day.today),
        )

    def _away_shown(self, day):
        """The line about my own days away, now or next: False or a dictionary."""
        away = self.env["client.away"].search(
            [("user_id", "=", self.env.uid), ("date_to", ">=", day.today)],
            order="date_from",
            limit=1,
        )
        if not away:
            return False
        now = away.date_from <= day.today
        words = {
            "first": short_day(self.env, away.date_from, day.today),
            "last": short_day(self.env, away.date_to, day.today),
            # sudo: the name of a colleague is no secret.
            "who": away.stand_in_id.sudo().name,
        }
        when = (
            self.env._("You are away until %(last)s", **words)
            if now
            else self.env._("You are away from %(first)s to %(last)s", **words)
        )
        who = (
            self.env._("%(who)s stands in.", **words)
            if words["who"]
            else self.env._("nobody stands in, your contacts wait.")
        )
        return {"id": away.id, "now": now, "text": f"{when}; {who}"}

    # ------------------------------------------------------------------------- buttons

    @api.model
    def open_away(self, away_id=False):
        """The dialog *Away*: for new days, or for those of the line."""
        self._check_role()
        aways = self.env["client.away"]
        return aways._action_away(aways.browse(away_id or ()).exists())

    @api.model
    def end_away(self, away_id):
        """*I am back*: what a stand-in has of mine comes back at once.

        :raise AccessError: for the days away of somebody else
        """
        self._check_role()
        self.env["client.away"].browse(away_id).exists().action_end()
