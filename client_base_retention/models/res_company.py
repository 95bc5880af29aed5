import pytz

from odoo import api, fields, models

# A base of this size is derived anew in the transaction that asks for it.
AT_ONCE = 1000


class ResCompany(models.Model):
    _inherit = "res.company"

    client_purchase_source = fields.Selection(
        [("order", "Confirmed sales orders"), ("invoice", "Invoices and credit notes")],
        string="What counts as a purchase",
        default="order",
        required=True,
        help="Point-of-sale orders and purchases from elsewhere count with either.",
    )
    client_start_date = fields.Date(
        string="Client base started on",
        help="Until this is set the client base only computes: no activity, no mail, "
        "no note, no restriction.",
    )
    client_pilot_team_ids = fields.Many2many(
        "crm.team",
        "client_pilot_team_rel",
        "company_id",
        "team_id",
        string="Pilot teams",
        help="Start with these teams only. Empty: with everybody.",
    )
    client_steward_id = fields.Many2one(
        "res.users",
        string="Responsible for the base",
        domain="[('share', '=', False)]",
        help="The person everybody turns to with questions about the client base.",
    )
    client_excluded_partner_ids = fields.Many2many(
        "res.partner",
        "client_excluded_rel",
        "company_id",
        "partner_id",
        string="Not clients",
        help="Contacts that never get a client card in this company.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "client_purchase_source" in vals:
            self._rederive_clients()
        return result

    def action_client_start(self):
        """Start the client base: from today on it may plan, note and remind. The first
        contacts are spread over an interval of their norms."""
        for company in self:
            today = company._client_today()
            company.client_start_date = today
            company._begin_first_round(today)

    @api.model
    def _client_companies(self):
        """Every company, whatever the user may see: the base is kept for all."""
        return self.sudo().search([])  # pylint: disable=no-search-all

    def _client_started(self, team=None):
        """Whether the system may write notes, plan and mail in this company.

        :param team: ``crm.team`` of the client; with pilot teams only theirs started
        """
        if not self._client_started_at_all():
            return False
        pilots = self._client_pilots()
        return not pilots or bool(team and team in pilots)

    def _client_started_at_all(self):
        """Whether the company started, be it with some teams only."""
        # sudo: whoever changes a client need not see the company.
        start = self.sudo().client_start_date
        return bool(start) and start <= self._client_today()

    def _client_pilots(self):
        """The pilot teams, archived ones too: without them everybody would start."""
        # sudo: whoever causes a note need not see the teams.
        return self.sudo().with_context(active_test=False).client_pilot_team_ids

    def _client_tz(self):
        """Name of the company's time zone, UTC where none is set."""
        return self.sudo().partner_id.tz or "UTC"

    def _client_today(self):
        """The present day in the company's time zone."""
        now = pytz.utc.localize(fields.Datetime.now())
        return now.astimezone(pytz.timezone(self._client_tz())).date()

    def _client_only_company(self):
        """This company, if the database has no other; else none."""
        companies = self.sudo().search([], limit=2)
        return self if len(companies) == 1 else self.browse()

    def _rederive_clients(self, rule_changed=True):
        """A rule changed: derive small bases at once, the others in the background.

        :param rule_changed: what this moves is no movement of the clients
        """
        if self.env.context.get("install_mode"):
            # The regulation that comes with the addon: see the end of its installation.
            return
        # sudo: an administrator of the sales setup need not see every client.
        cards = self.env["client.card"].sudo()
        background = cards.with_context(
            client_background=True, client_rule_changed=rule_changed
        )
        small = self._small_client_bases()
        for company in small:
            background._derive_company(company, company._client_today())
        (self - small)._derive_in_background(rule_changed=rule_changed)

    def _rederive_contacts(self):
        """A norm changed: derive who is due when, at once or in the background.

        In the background everything is derived: a run that passed over the other
        figures could take the place of the night's.
        """
        if self.env.context.get("install_mode"):
            return
        small = self._small_client_bases()
        for company in small:
            # sudo: as above; who sets norms sees their effect on all clients.
            cards = self.env["client.card"].sudo()
            cards._derive_contacts_company(company, company._client_today())
        (self - small)._derive_in_background()

    def _rederive_data(self):
        """What must be known changed: derive the completeness, at once or soon."""
        if self.env.context.get("install_mode"):
            return
        small = self._small_client_bases()
        for company in small:
            # sudo: as above.
            self.env["client.card"].sudo()._derive_data_company(company)
        (self - small)._derive_in_background()

    def _small_client_bases(self):
        """Those of these companies that are derived within a click."""
        # sudo: what is counted are all clients, not those the user sees.
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        return self.filtered(
            lambda company: cards.search_count(
                [("company_id", "=", company.id)], limit=AT_ONCE + 1
            )
            <= AT_ONCE
        )

    def _derive_in_background(self, rule_changed=False):
        """Have the clients of these companies derived soon, from the first one on.

        A run that is under way has passed some clients already: a new one follows it.

        :param rule_changed: a regulation or the source of purchases changed: what this
            moves is no movement of the clients
        """
        # sudo: whoever changes a rule need not be allowed to see the runs.
        runs = self.env["client.derive.run"].sudo()
        waiting = runs.search(
            [("state", "=", "make"), ("rule_changed", "=", rule_changed)]
        ).company_id
        runs.create(
            [
                {
                    "company_id": company.id,
                    "date": company._client_today(),
                    "rule_changed": rule_changed,
                }
                for company in self - waiting
            ]
        )
        if self:
            self.env.ref("client_base_retention.ir_cron_client_derive")._trigger()
