from odoo import models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from .client_roles import STEWARD
from .sale_order_data import DATA_FIELDS

READ = (
    "state",
    "partner_id",
    "company_id",
    "user_id",
    "team_id",
    "name",
    "date_order",
    "amount_untaxed",
    "currency_rate",
)


class SaleOrder(models.Model):
    """Confirming and withdrawing the client data of orders, set by set."""

    _inherit = "sale.order"

    # ------------------------------------------------------------------------ actions

    def action_client_data_confirm(self):
        """Confirm the client data of these orders by hand, whatever lacks; what lacked
        is kept in the ledger.

        :return: action that says how many were confirmed and how many passed over
        :raise AccessError: only the steward and the head may
        """
        self._client_data_check_right()
        orders = self.env["client.confirmation.report"]._orders_seen(self.ids)
        # sudo: the steward need not have a right in the sales app.
        done = orders.sudo()._client_data_confirm()
        return self._client_data_notice(
            self.env._("Confirmed: %(number)s", number=len(done)), len(self - done)
        )

    def action_client_data_withdraw(self):
        """Open the dialog that asks for the reason of a withdrawal."""
        self._client_data_check_right()
        return self.env["client.confirmation.withdraw"]._action_for(self)

    def _client_data_check_right(self):
        if not self.env.su and not self.env.user.has_group(STEWARD):
            raise AccessError(
                self.env._(
                    "Only the data steward and the head confirm the client data of "
                    "orders and withdraw it."
                )
            )

    def _client_data_notice(self, title, passed_over):
        """Action that shows a notice and reads the screen again."""
        message = ""
        if passed_over:
            message = self.env._(
                "Passed over, since there was nothing to do: %(number)s",
                number=passed_over,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": title,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------ confirm and withdraw

    def _client_data_confirm(self):
        """Confirm by hand those of these orders that are held back.

        :return: the orders confirmed
        """
        return self._client_data_release(automatic=False)

    def _client_data_withdraw(self, reason):
        """Withdraw the confirmation of those of these orders that are confirmed. They
        are held back again until somebody confirms them by hand.

        :param reason: why, in words; kept in the ledger and noted on the order
        :return: the orders held back again
        """
        orders = self.filtered(lambda o: o.client_data_state == "confirmed")
        orders._client_data_take_back("withdrawn", reason)
        orders.write(
            dict.fromkeys(DATA_FIELDS, False) | {"client_data_state": "lacking"}
        )
        note = self.env._(
            "The confirmation of the client's data was withdrawn: %(reason)s",
            reason=reason,
        )
        orders._message_log_batch(bodies=dict.fromkeys(orders.ids, note))
        return orders

    def _client_data_release(self, automatic):
        """Release those of these orders that are held back, by one statement.

        :param automatic: only those whose regulation says so, where nothing lacks, and
            which no person has withdrawn; else all, by the user
        :return: the orders released
        """
        if not self:
            return self
        self._client_data_flush()
        rows = self.env["client.card"]._execute(
            self._client_data_release_query(self.company_id, automatic)
        )
        orders = self.browse([row[0] for row in rows])
        orders.invalidate_recordset(DATA_FIELDS, flush=False)
        return orders

    def _client_data_waiting(self, companies, among):
        """The orders that may be released by themselves.

        :param companies: ``res.company`` records
        :param among: ``SQL`` condition on the order ``o`` or the client's card ``c``
        """
        self._client_data_flush()
        query = SQL(
            "SELECT o.id %s AND %s AND %s ORDER BY o.id",
            self._client_data_held(companies),
            among,
            self._client_data_good(),
        )
        return self.browse(row[0] for row in self.env["client.card"]._execute(query))

    def _client_data_flush(self):
        """Write what is pending in the tables that the statements read."""
        self.flush_model([*READ, *DATA_FIELDS])
        self.env["client.confirmation"].flush_model()
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        cards = self.env["client.card"]
        cards.flush_model(["policy_id", "data_lacking", "data_completeness"])
        self.env["client.policy"].flush_model(["data_confirmation"])

    def _client_data_held(self, companies):
        """``SQL``: orders ``o`` that are held back, with their client's card ``c``."""
        return SQL(
            """FROM sale_order o
               JOIN res_partner p ON p.id = o.partner_id
          LEFT JOIN client_card c ON c.partner_id = p.commercial_partner_id
                                 AND c.company_id = o.company_id
              WHERE o.client_data_state = 'lacking' AND o.state = 'sale'
                AND o.company_id = ANY(%s)""",
            companies.ids,
        )

    def _client_data_release_query(self, companies, automatic):
        """One statement: the orders and the ledger.

        Orders that somebody else is changing this moment are passed over: the night
        finds them.
        """
        purchases = self.env["client.purchase"]
        ledger = self.env["client.confirmation"]
        uid = None if automatic else self.env.uid
        return SQL(
            """WITH held AS (
                    SELECT o.id, o.name, o.company_id, o.user_id, o.team_id,
                           p.commercial_partner_id AS partner_id, c.data_lacking,
                           %(day)s AS sale_date, %(today)s::date AS today,
                           %(amount)s AS amount
                      %(held)s AND o.id = ANY(%(ids)s) AND %(good)s
                       FOR NO KEY UPDATE OF o SKIP LOCKED),
                    done AS (
                    UPDATE sale_order o
                       SET client_data_state = 'confirmed',
                           client_data_confirmed_on = held.today,
                           client_data_confirmed_by_id = %(uid)s,
                           client_data_amount = held.amount,
                           write_uid = %(log_uid)s,
                           write_date = now() AT TIME ZONE 'UTC'
                      FROM held WHERE o.id = held.id)
               INSERT INTO client_confirmation (%(columns)s)
               SELECT id, name, 'confirmed', partner_id, company_id, user_id, team_id,
                      sale_date, today, amount, %(automatic)s, %(uid)s,
                      NULLIF(data_lacking, ''), %(log_uid)s, %(log_uid)s,
                      now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                 FROM held ORDER BY id
            RETURNING order_id""",
            columns=ledger._columns(),
            day=purchases._day(companies, "o", "date_order"),
            today=purchases._per_company(companies, "o", lambda c: c._client_today()),
            amount=self._client_data_amount_sql(companies),
            held=self._client_data_held(companies),
            ids=self.ids,
            good=self._client_data_good() if automatic else SQL("TRUE"),
            automatic=automatic,
            uid=uid,
            log_uid=self.env.uid,
        )

    def _client_data_amount_sql(self, companies):
        """``SQL`` of the sale without tax in the company's currency, of order ``o``."""
        return self.env["client.purchase"]._rounded(
            companies,
            "o",
            SQL("o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1)"),
        )

    def _client_data_good(self):
        """``SQL``: nothing lacks, the regulation says that this is enough, and nobody
        withdrew the confirmation, knowing better than the fields do."""
        return SQL(
            """c.data_lacking = '' AND c.data_completeness >= 100
               AND EXISTS (SELECT FROM client_policy y
                            WHERE y.id = c.policy_id
                              AND y.data_confirmation = 'automatic')
               AND NOT COALESCE((
                    SELECT l.kind = 'withdrawn' AND l.automatic IS NOT TRUE
                      FROM client_confirmation l
                     WHERE l.order_id = o.id ORDER BY l.id DESC LIMIT 1), FALSE)"""
        )
