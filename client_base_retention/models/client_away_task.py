from odoo import api, models
from odoo.tools import SQL


class ClientAway(models.Model):
    """Planned contacts follow at once when somebody goes away, comes back, or has
    another stand-in; otherwise on the morning of the first day and of the first day
    back (``client_card_task_settle.py``)."""

    _inherit = "client.away"

    @api.model_create_multi
    def create(self, vals_list):
        aways = super().create(vals_list)
        aways._move_tasks()
        return aways

    def write(self, vals):
        result = super().write(vals)
        if {"user_id", "date_from", "date_to", "stand_in_id"} & vals.keys():
            self._move_tasks()
        return result

    def unlink(self):
        result = super().unlink()
        self._move_tasks()
        return result

    @api.model
    def _move_tasks(self):
        """Hand open tasks to those who are to do them today, in every company.

        All open tasks are looked at, as in the morning: who is away may himself stand
        in for others.
        """
        # sudo: whoever is away need not see the tasks of those he stands in for.
        cards = self.env["client.card"].sudo()
        cards._execute_flush()
        for company in self.env["res.company"]._client_companies():
            cards._settle_tasks(company, company._client_today(), SQL("TRUE"))
