from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .client_history_run import MONTHS, SOURCES

MOST_MONTHS = 240


class ClientLaunch(models.AbstractModel):
    """The steps *History* and *Load* of the launch page, and its first round."""

    _inherit = "client.launch"

    @api.model
    def get_state(self):
        state = super().get_state()
        load = self._load()
        return state | {
            "history": self._history(),
            "load": load,
            "first_round": self._first_round(load.get("each")),
        }

    @api.model
    def read_history(self, months):
        """Read the history again, or further back; runs in the background.

        :param months: number of months, 1 to 240
        """
        self._check_head()
        if not isinstance(months, int) or not 1 <= months <= MOST_MONTHS:
            raise UserError(
                self.env._("The history can be read for 1 to %s months.", MOST_MONTHS)
            )
        # sudo: the history of all companies is read in one go.
        self.env["client.history.run"].sudo()._begin(months)
        return self.get_state()

    @api.model
    def choose_trade(self, trade):
        before = self.env["client.policy"]._default_policy(self.env.company)
        rules = before.rule_ids
        super().choose_trade(trade)
        # sudo: as for Start.
        company = self.env.company.sudo()
        policy = self.env["client.policy"]._default_policy(company)
        if company.client_start_date and policy.rule_ids != rules:
            # At work already: the new norms begin with a first round of their own.
            day = max(company.client_start_date, company._client_today())
            company._begin_first_round(day, policy)
        return self.get_state()

    # ------------------------------------------------------------------------ reading

    def _history(self):
        """How far the history is read, and what was found with the company's clients.

        :return: {"state", "label", "months", "percent", "left": seconds or False,
            "contacts", "clients"}; state False: never read
        """
        # sudo: see read_history.
        run = self.env["client.history.run"].sudo().search([], limit=1)
        label = dict(run._fields["state"]._description_selection(self.env))
        history = {
            "state": run.state,
            "label": label.get(run.state, ""),
            "months": run.months or MONTHS,
            "percent": 0,
            "left": False,
        }
        if run.state == "done":
            contacts, clients = self._found_in_history(run)
            history |= {"contacts": contacts, "clients": clients}
        elif run.looked:
            done = run.looked / max(run.total, run.looked)
            # Not 100 before it is done.
            history["percent"] = min(round(100 * done), 99)
            history["left"] = round(run.seconds * (1 - done) / done)
        return history

    def _found_in_history(self, run):
        """(contacts, clients) that were noticed in the time that was read."""
        self.env["client.touchpoint"].flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT count(*), count(DISTINCT partner_id) FROM client_touchpoint
                    WHERE company_id = %s AND res_model = ANY(%s) AND date >= %s
                      AND create_date <= COALESCE(%s, create_date)""",
                self.env.company.id,
                list(SOURCES.values()),
                run.since,
                run.finished_at or None,
            )
        )[0]

    def _load(self):
        """What the norms ask of the salespeople of the company, see
        ``client.policy._load_in_words``; a sentence where there are none."""
        policies = self.env["client.policy"]
        if not policies._holding_in(self.env.company).rule_ids:
            return {
                "sentence": self.env._(
                    "Until a trade is chosen no norm of contact is in force."
                )
            }
        load, limits = policies._load_of(self.env.company)
        words = policies._load_in_words(load, limits)
        own = {user: 0.0 for user, _rule in load if user}
        for (user, _rule), need in load.items():
            if user:
                own[user] += need
        each = sum(own.values()) / len(own) if own else 0
        return words | {"each": policies._load_number(each) if each else False}

    def _first_round(self, each):
        """Until when the first round lasts, if it began today.

        Started already: until when it really lasts, empty once it is over.

        :return: {"days": from the start to its last day, "until": ISO date or False,
            "each": contacts a day}; False without norms
        """
        if not each:
            return False
        company = self.env.company.sudo()  # sudo: how many clients, not whom.
        self.env["client.obligation"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT norm_days, count(*), max(wave_date) FROM client_obligation
                    WHERE company_id = %s GROUP BY rule_id, norm_days""",
                company.id,
            )
        )
        days = max(((n - 1) * norm // n for norm, n, _wave in rows if norm), default=0)
        last = max((wave for _norm, _n, wave in rows if wave), default=None)
        if not last or last < company._client_today():
            last = None
        return {
            "days": days,
            "until": fields.Date.to_string(last) or False,
            "each": each,
        }


class ResCompany(models.Model):
    _inherit = "res.company"

    def _begin_first_round(self, day, policies=None):
        """Nobody is due before ``day``; the first contacts are spread from then on.

        A regulation of several companies keeps the first day that was set: in each
        company its round begins no earlier than the company itself
        (``client.card._first_round_start``).

        :param day: the start of this company
        :param policies: default all that hold here
        """
        self.ensure_one()
        model = self.env["client.policy"].sudo()
        policies = (policies or model._holding_in(self)).sudo()
        own = policies.filtered(lambda policy: model._only_in(policy, self))
        new = (policies - own).filtered(lambda policy: not policy.start_date)
        changed = new | own.filtered(lambda policy: policy.start_date != day)
        if changed:
            changed.start_date = day
        if policies - own - new:
            self._rederive_contacts()
