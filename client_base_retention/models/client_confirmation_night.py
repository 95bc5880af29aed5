import logging

from odoo import models
from odoo.tools import SQL

from .client_card_data import DATA_ON_CARD
from .client_card_derive import BUSY
from .sale_order_data import DATA_FIELDS

_logger = logging.getLogger(__name__)


class ClientCard(models.Model):
    """What becomes of orders that are held back when the data of their client do:
    released at once where somebody typed in the last thing, and at night."""

    _inherit = "client.card"

    def write(self, vals):
        result = super().write(vals)
        if DATA_ON_CARD & vals.keys():
            among = SQL("c.id = ANY(%s)", self.ids)
            self._release_orders(self.sudo().company_id, among)
        return result

    def _touch_company(self, company, partner_ids):
        waiting = super()._touch_company(company, partner_ids)
        among = SQL("c.partner_id = ANY(%s)", list(partner_ids))
        self._release_orders(company, among)
        return waiting

    def _touch_data(self):
        result = super()._touch_data()
        cards = self.sudo().exists()
        self._release_orders(cards.company_id, SQL("c.id = ANY(%s)", cards.ids))
        return result

    def _derive_all(self, today=None):
        """Not where single companies are derived since a rule changed: while a
        regulation is being written it asks for less than it will."""
        result = super()._derive_all(today)
        for company in self.env["res.company"]._client_companies():
            self.sudo()._settle_orders(company)
        return result

    def _release_orders(self, companies, among):
        """Release the orders that wait for complete data only, as an event.

        Never waits and never fails: what somebody else is changing is released at
        night. Asks nothing where no regulation releases by itself.

        :param companies: ``res.company`` records
        :param among: ``SQL`` condition on the order ``o`` or the client's card ``c``
        """
        if not companies or not self.env["client.policy"]._data_confirms_itself():
            return
        # sudo: whoever completes the data of a client need not see his orders.
        orders = self.env["sale.order"].sudo()
        waiting = orders._client_data_waiting(companies, among)
        if not waiting:
            return
        try:
            # A savepoint that does not flush: see ``_touch_company``.
            with self.env.cr.savepoint(flush=False), self._patience():
                waiting._client_data_release(automatic=True)
        except BUSY:
            waiting.invalidate_recordset(flush=False)

    def _settle_orders(self, company):
        """The night of *company*: orders of who is no client any more, what was missed
        by day, and changed amounts. What meets a conflict waits for the next night."""
        # sudo: the night is nobody's.
        orders = self.env["sale.order"].sudo()
        self.env.flush_all()
        try:
            with self.env.cr.savepoint(flush=False):
                orders._client_data_forget(company)
                if self.env["client.policy"]._data_confirms_itself():
                    waiting = orders._client_data_waiting(company, SQL("TRUE"))
                    waiting._client_data_release(automatic=True)
                corrected = orders._client_data_correct(company)
        except BUSY:
            _logger.warning("Confirmed orders of company %s wait", company.id)
            return
        finally:
            orders.invalidate_model(list(DATA_FIELDS), flush=False)
        if corrected:
            _logger.info(
                "Orders of company %s corrected in the ledger: %s",
                company.id,
                corrected,
            )


class ClientDeriveRun(models.Model):
    _inherit = "client.derive.run"

    def _step_data(self):
        done = super()._step_data()
        if self.state != "data":
            self.env["client.card"]._settle_orders(self.company_id)
        return done


class SaleOrder(models.Model):
    """What the night does to orders, a statement each."""

    _inherit = "sale.order"

    def _client_data_forget(self, company):
        """Ask no more of orders whose buyer was taken out of the client base."""
        self.env.cr.execute(
            SQL(
                """UPDATE sale_order o SET client_data_state = NULL
                     FROM res_partner p
                    WHERE p.id = o.partner_id AND o.client_data_state = 'lacking'
                      AND o.company_id = %s
                      AND NOT EXISTS (
                          SELECT FROM client_card c
                           WHERE c.partner_id = p.commercial_partner_id
                             AND c.company_id = o.company_id)""",
                company.id,
            ),
            log_exceptions=False,
        )

    def _client_data_correct(self, company):
        """Write into the ledger what was added to or taken from the lines of orders
        of *company* after they were released, so that payroll pays what was sold.

        One statement, at night: an order whose lines are edited ten times a day is
        corrected once.

        :return: number of orders corrected
        """
        ledger = self.env["client.confirmation"]
        purchases = self.env["client.purchase"]
        rows = self.env["client.card"]._execute(
            SQL(
                """WITH other AS (
                        SELECT o.id, o.name, o.company_id, o.user_id, o.team_id,
                               p.commercial_partner_id AS partner_id,
                               %(day)s AS sale_date, %(amount)s AS amount,
                               COALESCE(o.client_data_amount, 0) AS before
                          FROM sale_order o
                          JOIN res_partner p ON p.id = o.partner_id
                         WHERE o.client_data_state = 'confirmed' AND o.state = 'sale'
                           AND o.company_id = %(company)s
                           AND %(amount)s <> COALESCE(o.client_data_amount, 0)
                           FOR NO KEY UPDATE OF o SKIP LOCKED),
                        done AS (
                        UPDATE sale_order o SET client_data_amount = other.amount
                          FROM other WHERE o.id = other.id)
                   INSERT INTO client_confirmation (%(columns)s)
                   SELECT id, name, 'corrected', partner_id, company_id, user_id,
                          team_id, sale_date, %(today)s, amount - before, TRUE, NULL,
                          NULL, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC',
                          now() AT TIME ZONE 'UTC'
                     FROM other ORDER BY id
                RETURNING order_id""",
                columns=ledger._columns(),
                day=purchases._day(company, "o", "date_order"),
                amount=self._client_data_amount_sql(company),
                today=company._client_today(),
                company=company.id,
                uid=self.env.uid,
            )
        )
        return len(rows)
