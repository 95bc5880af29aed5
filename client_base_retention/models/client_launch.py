from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .client_policy import TRADES

# Larger numbers are shown as "more than": counting on would make the page wait.
COUNT_LIMIT = 100_000
# A client with a greater share of the turnover leaves no room for the other classes.
GIANT_SHARE = 50


class ClientLaunch(models.AbstractModel):
    """The launch page: what an administrator decides before *Start* (sketch 5.0).

    Works on the current company. Reading and deciding need the role *Head*; counts are
    of the whole company, whatever the user may see of its documents.
    """

    _name = "client.launch"
    _description = "Launch of the client base"

    # ------------------------------------------------------------------------ reading

    @api.model
    def get_state(self):
        """Everything the page shows.

        :return: dictionary of plain values; numbers are ``{"value": n, "more": bool}``
            where they stop at ``COUNT_LIMIT``
        :raise AccessError: for users without the role *Head*
        """
        self._check_head()
        company = self.env.company
        return {
            "company": company.name,
            "single": not self._has_several_users(),
            "started": fields.Date.to_string(company.client_start_date) or False,
            "today": fields.Date.to_string(company._client_today()),
            "pilots": company._client_pilots().ids,
            "teams": self._teams(),
            "steward": company.sudo().client_steward_id.id,
            "progress": self._progress(),
            "trade": self._trade(),
            "purchases": self._purchases(),
            "clients": self._clients(),
            "owners": {
                "missing": self._count("client.card", self._unassigned_domain()),
                "proposed": self.env["client.owner.proposal"].search_count(
                    self._my_proposals()
                ),
            },
        }

    def _check_head(self):
        if not self.env.user.has_group("client_base_retention.group_client_head"):
            raise AccessError(
                self.env._("This page is for the role Head of the client base.")
            )

    def _has_several_users(self):
        return self.env.user.has_group("client_base_retention.group_client_several")

    def _count(self, model, domain):
        """How many records there are, up to ``COUNT_LIMIT``."""
        # sudo: the head decides for the company, also where she may not open the
        # documents. The domain names the company.
        found = self.env[model].sudo().search_count(domain, limit=COUNT_LIMIT + 1)
        return {"value": min(found, COUNT_LIMIT), "more": found > COUNT_LIMIT}

    def _of_company(self):
        return [("company_id", "=", self.env.company.id)]

    def _teams(self):
        """[{id, name}] of the sales teams that may be pilots."""
        return [{"id": team.id, "name": team.name} for team in self._pilots()]

    def _pilots(self):
        """Sales teams that may be pilots: those of the company, and those that are,
        also where they were archived since."""
        return self.env["crm.team"].search(
            [("company_id", "in", [self.env.company.id, False])]
        ) | self.env.company._client_pilots().sudo(False)

    def _progress(self):
        """Cards done and all cards while the base is computed, else False.

        Before the first run of all the one that installing has ordered is awaited.
        """
        runs = self.env["client.derive.run"].sudo()
        run = runs.search(
            [*self._of_company(), ("state", "!=", "done")], order="id", limit=1
        )
        if not run and runs.search_count([], limit=1):
            return False
        return {"cards": run.cards, "total": run.total}

    def _trade(self):
        """The chosen trade, all trades, and the regulation that holds."""
        policy = self.env["client.policy"]._default_policy(self.env.company)
        labels = dict(policy._fields["trade"]._description_selection(self.env))
        return {
            "chosen": policy.trade,
            "all": [{"key": key, "name": labels[key]} for key, _name in TRADES],
            "policy_id": policy.id,
            "policy": policy.display_name,
            "changed": bool(policy.preset_id) and not policy._is_unchanged(),
        }

    def _purchases(self):
        """How many purchases each source has, and which one counts."""
        of_company = self._of_company()
        counts = {
            "order": self._count("sale.order", [*of_company, ("state", "=", "sale")]),
            "invoice": self._count(
                "account.move",
                [
                    *of_company,
                    ("state", "=", "posted"),
                    ("move_type", "in", ("out_invoice", "out_refund", "out_receipt")),
                ],
            ),
            "entry": self._count("client.purchase.entry", of_company),
        }
        if "pos.order" in self.env:
            paid = [*of_company, ("state", "in", ("paid", "done", "invoiced"))]
            counts["pos"] = self._count("pos.order", paid)
        return {"counted": self.env.company.client_purchase_source, "counts": counts}

    def _clients(self):
        """Clients by status, who is kept out, and who is too big for the shares."""
        cards = self.env["client.card"].sudo()
        by_status = dict(cards._read_group(self._of_company(), ["status"], ["__count"]))
        return {
            "prospect": by_status.get("prospect", 0),
            "active": by_status.get("active", 0),
            "former": by_status.get("former", 0),
            "kept_out": self.env["res.partner"]
            .with_context(active_test=False)
            .search_count([("id", "in", self._kept_out())]),
            "outside_shares": cards.search_count(
                [*self._of_company(), ("abc_excluded", "=", True)], limit=COUNT_LIMIT
            ),
            "giant": self._giant(),
        }

    def _kept_out(self):
        """Contacts that get no card here: own companies, users, *Not a client*."""
        company = self.env.company.sudo()
        company = company.with_context(active_test=False)
        self.env.flush_all()
        query = self.env["res.partner"]._never_clients_query()
        never = [row[0] for row in self.env.execute_query(query)]
        return list({*never, *company.client_excluded_partner_ids.ids})

    def _giant(self):
        """The client who alone brings more than ``GIANT_SHARE`` percent of what all
        clients under his regulation bring.

        One marketplace of 85 % is VIP, and the next client starts as B: no A exists.
        """
        in_shares = [
            *self._of_company(),
            ("active", "=", True),
            ("status", "=", "active"),
            ("abc_excluded", "!=", True),
            ("turnover", ">", 0),
        ]
        cards = self.env["client.card"].sudo()
        for policy, greatest, total, number in cards._read_group(
            in_shares,
            ["policy_id"],
            ["turnover:max", "turnover:sum", "__count"],
            order="turnover:max DESC",
        ):
            if number > 1 and 100 * greatest > GIANT_SHARE * total:
                under = [*in_shares, ("policy_id", "=", policy.id)]
                card = cards.search(under, order="turnover DESC, id", limit=1)
                return {
                    "card_id": card.id,
                    "name": card.display_name,
                    "share": round(100 * greatest / total),
                }
        return False

    def _unassigned_domain(self):
        """Clients to whom nobody assigned a salesperson who may own them here; the
        seller of the last order stands in for them."""
        return [*self._of_company(), ("is_assigned", "=", False)]

    # ----------------------------------------------------------------------- deciding

    @api.model
    def choose_trade(self, trade):
        """Take the preset of ``trade`` (a key of ``client.policy.trade``)."""
        self._check_head()
        self.env["client.policy"]._choose_trade(self.env.company, trade)
        return self.get_state()

    @api.model
    def choose_source(self, source):
        """Let ``order`` or ``invoice`` count as purchases."""
        self._check_head()
        # sudo: the head of the client base need not administrate the company.
        self.env.company.sudo().client_purchase_source = source
        return self.get_state()

    @api.model
    def choose_steward(self, user_id):
        """Name the person who is responsible for the base (N127); False for nobody.

        :raise UserError: for somebody who is no active internal user
        """
        self._check_head()
        internal = [("id", "=", user_id), ("share", "=", False)]
        if user_id and not self.env["res.users"].sudo().search_count(internal):
            raise UserError(
                self.env._("Only a colleague can be responsible for the base.")
            )
        # sudo: see choose_source.
        self.env.company.sudo().client_steward_id = user_id
        return self.get_state()

    @api.model
    def take_out_of_shares(self, card_id):
        """The client keeps his card and takes no part in the classes."""
        self._check_head()
        card = self.env["client.card"].browse(card_id)
        card.abc_excluded = True
        card.company_id._rederive_clients()
        return self.get_state()

    @api.model
    def start(self, date, team_ids=()):
        """From ``date`` on the client base may note, plan and remind.

        The first round begins that day: nobody is due before it, and who would be is
        spread over one interval of each norm. It begins anew with another day, after a
        stop, and when more teams join in; who was contacted since keeps his due date.

        :param date: ISO date, today in the company's time zone or later, or the day on
            which the company has started
        :param team_ids: ids of the pilot teams; none: everybody
        :raise UserError: for another day in the past, and for a team that is gone or
            belongs to another company: without it everybody would start
        """
        self._check_head()
        company = self.env.company.sudo()  # sudo: see choose_source.
        day = fields.Date.to_date(date)
        past = day and day < company._client_today()
        if not day or (past and day != company.client_start_date):
            raise UserError(self.env._("Choose today or a later day for the start."))
        teams = self._pilots().filtered(lambda team: team.id in team_ids)
        if len(teams) < len(set(team_ids)):
            raise UserError(
                self.env._("Choose among the sales teams of %s.", company.name)
            )
        before, pilots = company.client_start_date, company._client_pilots()
        if before and pilots and (not teams or teams.sudo() - pilots):
            # More people than before: what was due for others long ago is new to them.
            day = max(day, company._client_today())
        company.write(
            {"client_start_date": day, "client_pilot_team_ids": [(6, 0, teams.ids)]}
        )
        if day != before:
            company._begin_first_round(day)
        return self.get_state()

    @api.model
    def stop(self):
        """Be quiet again: cards are computed, nothing else happens."""
        self._check_head()
        company = self.env.company.sudo()  # sudo: see choose_source.
        company.client_start_date = False
        return self.get_state()

    # -------------------------------------------------------------------------- lists

    @api.model
    def open_list(self, name):
        """The list behind a number of the page.

        :param name: ``clients``, ``unassigned``, ``outside_shares`` or ``kept_out``
        """
        self._check_head()
        if name == "kept_out":
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Not clients"),
                "res_model": "res.partner",
                "views": [(False, "list"), (False, "form")],
                "domain": [("id", "in", self._kept_out())],
                "context": {"active_test": False, "create": False},
            }
        domains = {
            "clients": [*self._of_company(), ("status", "!=", False)],
            "unassigned": self._unassigned_domain(),
            "outside_shares": [*self._of_company(), ("abc_excluded", "=", True)],
        }
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_card_action"
        )
        return action | {
            "views": [(False, "list"), (False, "kanban")],
            "domain": domains[name],
            "context": {},
        }

    @api.model
    def open_preset(self, trade):
        """What the preset of ``trade`` sets, in a dialog."""
        self._check_head()
        return self.env["client.policy"]._preset_of(trade).action_what_this_sets()

    @api.model
    def open_app(self):
        """What the menu *Client Base* opens: the launch page for the head until the
        company has started, then the overview; *My day* for everybody else."""
        is_head = self.env.user.has_group("client_base_retention.group_client_head")
        if is_head and not self.env.company.client_start_date:
            name = "client_launch_action"
        elif is_head:
            name = "client_overview_action"
        else:
            name = "client_my_day_action"
        return self.env["ir.actions.client"]._for_xml_id(
            f"client_base_retention.{name}"
        )

    # -------------------------------------------------------------------- salespersons

    @api.model
    def propose_owners(self):
        """Find for each client without a salesperson who sold most to him.

        :return: number of proposals, which ``client.owner.proposal`` keeps for the user
        """
        self._check_head()
        return self.env["client.owner.proposal"]._propose(self.env.company)

    @api.model
    def open_proposals(self):
        """The proposals as a list, to be looked through before they are applied; what
        was changed there stays until proposals are made anew."""
        self._check_head()
        proposals = self.env["client.owner.proposal"]
        if not proposals.search_count(self._my_proposals(), limit=1):
            self.propose_owners()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_owner_proposal_action"
        )

    @api.model
    def apply_proposals(self, limit=500):
        """Apply the next proposals of this user.

        The page calls it until nothing is left and shows the progress.

        :return: number of proposals that are left
        """
        self._check_head()
        mine = self._my_proposals()
        proposals = self.env["client.owner.proposal"]
        proposals.search(mine, order="id", limit=limit)._apply()
        return proposals.search_count(mine)

    def _my_proposals(self):
        return [*self._of_company(), ("create_uid", "=", self.env.uid)]
