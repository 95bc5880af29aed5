from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..models.client_card_abc import NOTES_LIMIT

# Nobody gets a mail for each client or activity.
QUIETLY = {"mail_auto_subscribe_no_notify": True, "mail_activity_quick_update": True}


class ClientHandOver(models.TransientModel):
    """Handing over: the salesperson of the clients is written, one write for each
    receiver. What the norms have planned, and the tasks of open problems,
    go along with the derivation (``client_card_task_settle.py``,
    ``client_remark_task.py``), and there the days of grace begin."""

    _inherit = "client.hand.over"

    def action_apply(self):
        """Hand the clients over, tell each receiver once.

        :return: action that closes the dialog and says what was done
        :raise AccessError: some clients are not the user's to hand over
        :raise UserError: nothing to do, or a receiver may not own them; said in words
        """
        self.ensure_one()
        self.card_ids.check_access("write")
        rows = self._client_rows()
        self._check_may(rows)
        if not rows:
            raise UserError(self.env._("No clients are chosen."))
        deal = self._changed(self._deal(rows))
        if not deal:
            raise UserError(self._nothing_in_words())
        activities = self._activity_rows(rows) if self.with_activities else []
        self._write_owners(deal)
        self._move_activities(deal, activities)
        for user in self.env["res.users"].browse(deal):
            self._tell(user, len(deal[user.id]))
        return self._told(deal)

    def _write_owners(self, deal):
        """One write for each receiver. Odoo's note of the change stands with each
        client, unless there are too many for that."""
        # sudo: checked by now; in the middle of it a salesperson would lose sight of
        # his client.
        cards = self.env["client.card"].sudo()
        cards = cards.with_context(active_test=False, **QUIETLY)
        if sum(map(len, deal.values())) > NOTES_LIMIT:
            cards = cards.with_context(tracking_disable=True)
        today = fields.Date.context_today(self)
        for user_id, rows in deal.items():
            cards.browse([row["id"] for row in rows]).write(
                {"user_id": user_id, "handed_on": today}
            )

    # ---------------------------------------------------------------------- activities

    def _activity_rows(self, rows):
        """Open activities with these clients, not planned by norms, of those whose
        clients they are: ``[{id, card_id, user_id}]``."""
        owners = [
            (row["id"], user_id)
            for row in rows
            for user_id in {row["holder_id"], row["user_id"]} - {None}
        ]
        cards = self.env["client.card"]
        return cards._fetch_dicts(
            SQL(
                """SELECT a.id, c.id AS card_id, a.user_id
                     FROM unnest(%(cards)s::integer[], %(users)s::integer[])
                          AS own (card_id, user_id)
                     JOIN client_card c ON c.id = own.card_id
                     JOIN mail_activity a ON a.client_id = c.partner_id
                      AND a.user_id = own.user_id
                    WHERE a.active IS TRUE AND a.is_client_norm IS NOT TRUE
                      AND COALESCE(a.client_company_id, c.company_id) = c.company_id
                 ORDER BY a.id""",
                cards=[card_id for card_id, _user in owners],
                users=[user_id for _card, user_id in owners],
            )
        )

    def _move_activities(self, deal, activities):
        """They follow their client; of a client of two companies they go once."""
        receiver = {row["id"]: user for user, rows in deal.items() for row in rows}
        going = defaultdict(set)
        taken = set()
        for row in activities:
            user_id = receiver.get(row["card_id"])
            if user_id and user_id != row["user_id"] and row["id"] not in taken:
                going[user_id].add(row["id"])
                taken.add(row["id"])
        # sudo: they stand on orders and opportunities of the salesperson before, which
        # a leader need not be allowed to see.
        every = self.env["mail.activity"].sudo().with_context(**QUIETLY)
        for user_id, ids in going.items():
            every.browse(sorted(ids)).write({"user_id": user_id})

    # ------------------------------------------------------------------------ telling

    def _tell(self, user, count):
        """One message to a receiver, with a link to the list; none to oneself."""
        if user == self.env.user:
            return
        # sudo: his language and address are his own.
        user = user.sudo()
        env = self.with_context(lang=user.lang).env
        words = {"who": self.env.user.name, "count": count}
        said = (
            env._("%(who)s hands over %(count)s clients to you.", **words)
            if count > 1
            else env._("%(who)s hands over a client to you.", **words)
        )
        body = Markup('<p>%s</p><p><a href="%s">%s</a></p>') % (
            said,
            "/odoo/taken-over",
            env._("See the clients handed over to you"),
        )
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            author_id=self.env.user.partner_id.id,
            subject=said,
            body=body,
        )

    @api.model
    def _told(self, deal):
        # sudo: names of colleagues.
        users = self.env["res.users"].sudo().browse(deal)
        number = ", ".join(f"{user.name} {len(deal[user.id])}" for user in users)
        then = {"type": "ir.actions.act_window_close"}
        if self.card_ids.sudo() - self.card_ids.sudo(False)._filtered_access("read"):
            # The screen behind shows a client who is not seen any more.
            then = self.env["ir.actions.act_window"]._for_xml_id(
                "client_base_retention.client_card_action"
            ) | {"target": "main"}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Clients handed over: %(number)s.", number=number
                ),
                "next": then,
            },
        }
