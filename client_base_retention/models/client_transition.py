from odoo import api, fields, models
from odoo.tools import SQL

from .client_card import place_of_class


class ClientTransition(models.Model):
    """One change of a client's status or class, append-only (N55, N57).

    Written by the derivation in the statement that makes the change, and when a class
    is set by hand. The first status and the first class of a card are no change.
    """

    _name = "client.transition"
    _description = "Movement of the client base"
    _order = "date desc, id desc"
    _rec_name = "card_id"

    card_id = fields.Many2one(
        "client.card",
        string="Client",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True, index=True)
    field_name = fields.Selection(
        [("status", "Status"), ("abc_class", "Class")],
        string="What changed",
        required=True,
        readonly=True,
    )
    old_value = fields.Char(string="Before", readonly=True)
    new_value = fields.Char(string="After", readonly=True)
    old_label = fields.Char(string="From", compute="_compute_labels")
    new_label = fields.Char(string="To", compute="_compute_labels")
    movement = fields.Selection(
        [
            ("joined", "First purchase"),
            ("rose", "Rose"),
            ("fell", "Fell"),
            ("left", "Left"),
            ("returned", "Came back"),
            ("rule", "Regulation changed"),
            ("other", "Other"),
        ],
        readonly=True,
        help="Rose and fell: the class. Left: became a former client. "
        "Came back: a former client bought again. Regulation changed: not the client "
        "moved, but the limit.",
    )
    turnover = fields.Monetary(
        readonly=True, help="Turnover of the period on the day of the change."
    )
    salesperson_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        help="Whose client it was on that day.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Changed by",
        readonly=True,
        help="Empty: the nightly run.",
    )
    reason = fields.Char(readonly=True)

    @api.depends("field_name", "old_value", "new_value")
    @api.depends_context("lang")
    def _compute_labels(self):
        cards = self.env["client.card"]
        labels = {
            name: dict(cards._fields[name]._description_selection(self.env))
            for name in ("status", "abc_class", "mood")
        }
        for move in self:
            words = labels.get(move.field_name, {})
            move.old_label = words.get(move.old_value, move.old_value)
            move.new_label = words.get(move.new_value, move.new_value)

    def _insert(self, changes, field_name, today, reason=None):
        """Write the transitions of ``changes`` and hand them back as rows.

        :param changes: ``SQL`` of a relation with card_id, old_value, new_value and
            the card's company_id, turnover and user_id
        :param field_name: ``status`` or ``abc_class``
        :param today: day of the change in the company's time zone
        :return: ``SQL`` of an INSERT that returns card_id, old_value, new_value
        """
        uid = None if self.env.su and self.env.uid == 1 else self.env.uid
        return SQL(
            """INSERT INTO client_transition
                      (card_id, company_id, date, field_name, old_value, new_value,
                       movement, turnover, salesperson_id, user_id, reason,
                       create_uid, write_uid, create_date, write_date)
               SELECT card_id, company_id, %(today)s, %(field)s, old_value, new_value,
                      %(movement)s, turnover, user_id, %(uid)s, %(reason)s,
                      %(log_uid)s, %(log_uid)s, now() AT TIME ZONE 'UTC',
                      now() AT TIME ZONE 'UTC'
                 FROM %(changes)s AS change
                WHERE old_value IS NOT NULL AND new_value IS NOT NULL
                  AND old_value <> new_value
            RETURNING card_id, old_value, new_value""",
            today=today,
            field=field_name,
            movement=self._movement_sql(),
            uid=uid,
            log_uid=self.env.uid,
            reason=reason,
            changes=changes,
        )

    def _movement_sql(self):
        """Selection value of ``movement`` from old_value and new_value.

        A prospect whose old purchases were brought in did not leave us today. What a
        changed regulation or source of purchases moves is no movement of the clients
        at all: nobody left and nobody came back.
        """
        if self.env.context.get("client_rule_changed"):
            return SQL("'rule'")
        old, new = (
            place_of_class(SQL.identifier(name)) for name in ("old_value", "new_value")
        )
        return SQL(
            """CASE WHEN old_value = 'active' AND new_value = 'former' THEN 'left'
                    WHEN old_value = 'former' AND new_value = 'active' THEN 'returned'
                    WHEN old_value = 'prospect' AND new_value = 'active' THEN 'joined'
                    WHEN %(new)s < %(old)s THEN 'rose'
                    WHEN %(new)s > %(old)s THEN 'fell'
                    ELSE 'other' END""",
            old=old,
            new=new,
        )

    def action_open_partner(self):
        return self.card_id.action_open_partner()
