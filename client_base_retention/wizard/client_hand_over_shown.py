from collections import Counter, defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, formatLang

from ..models.client_card import CLASSES
from ..models.client_card_words import short_day

TABLE = Markup(
    '<table class="table table-sm o_client_hand_over"><thead><tr>%s</tr></thead>'
    "<tbody>%s</tbody></table>"
)


class ClientHandOver(models.TransientModel):
    """What the dialog says before anything is done: whose clients, who gets how many of
    which class, and what that adds to his load."""

    _inherit = "client.hand.over"

    count = fields.Integer(string="Number of clients", compute="_compute_count")
    summary = fields.Char(string="Whose", compute="_compute_count")
    activity_count = fields.Integer(compute="_compute_activity_count")
    problem = fields.Char(compute="_compute_preview")
    preview = fields.Html(
        string="Who gets what", compute="_compute_preview", sanitize=False
    )

    @api.depends("card_ids")
    def _compute_count(self):
        """ "43 clients: Olga 20, Ivan 21, without a salesperson 2" """
        for wizard in self:
            rows = wizard._client_rows()
            wizard.count = len(rows)
            words = {"count": len(rows), "whose": wizard._whose_in_words(rows)}
            if len(rows) > 1:
                wizard.summary = self.env._("%(count)s clients: %(whose)s", **words)
            elif rows:
                wizard.summary = self.env._("One client: %(whose)s", **words)
            else:
                wizard.summary = self.env._("No clients")

    def _whose_in_words(self, rows):
        numbers = Counter(row["holder_id"] for row in rows)
        left = {row["holder_id"] for row in rows if row["has_left"]}
        # sudo: the name of a colleague is no secret, of one who left either.
        names = {
            user.id: user.name
            for user in self.env["res.users"].sudo().browse(u for u in numbers if u)
        }
        parts = []
        for user_id, number in numbers.most_common():
            if not user_id:
                words = self.env._("without a salesperson %(count)s", count=number)
            elif user_id in left:
                words = self.env._(
                    "%(who)s, who left, %(count)s", who=names[user_id], count=number
                )
            else:
                words = f"{names[user_id]} {number}"
            parts.append(words)
        return ", ".join(parts)

    @api.depends("card_ids", "way", "user_id", "receiver_ids")
    def _compute_activity_count(self):
        for wizard in self:
            receivers = wizard._receivers()
            known = receivers.ids if len(receivers) == 1 else []
            wizard.activity_count = sum(
                row["user_id"] not in known
                for row in wizard._activity_rows(wizard._client_rows())
            )

    @api.depends("card_ids", "way", "user_id", "receiver_ids")
    @api.depends_context("lang", "uid")
    def _compute_preview(self):
        for wizard in self:
            wizard.problem = wizard.preview = False
            rows = wizard._client_rows()
            try:
                wizard._check_may(rows)
                if rows and wizard._receivers():
                    deal = wizard._deal(rows)
                    wizard.preview = wizard._preview(rows, deal)
                    if not wizard._changed(deal):
                        wizard.problem = wizard._nothing_in_words()
                elif not rows:
                    wizard.problem = self.env._("No clients are chosen.")
            except (AccessError, UserError) as error:
                wizard.problem = error.args[0]

    def _nothing_in_words(self):
        return self.env._(
            "Nothing to hand over: all of these clients are with %(who)s already.",
            who=", ".join(self._receivers().sudo().mapped("name")),
        )

    def _preview(self, rows, deal):
        """``Markup`` of a table with a line for each receiver."""
        # sudo: as in _able_members.
        users = self.env["res.users"].sudo().browse(deal)
        companies = self.company_ids._origin
        before = self._numbers_of(users, companies)
        away = self._away_until(users)
        shown = self._may_see_load()
        load = self._load_before_after(companies, deal) if shown else None
        head = Markup("").join(
            Markup("<th%s>%s</th>")
            % (Markup(' class="text-end"') if right else "", name)
            for name, right in (
                (self.env._("Salesperson"), False),
                (self.env._("Gets"), True),
                (self.env._("Of these"), False),
                *[(self.env._("Clients"), True)] * shown,
                *[(self.env._("Contacts a day"), True)] * shown,
            )
        )
        body = Markup("").join(
            self._preview_line(
                user,
                rows,
                deal[user.id],
                before[user.id],
                load and load[user.id],
                away,
            )
            for user in users
        )
        return TABLE % (head, body)

    def _preview_line(self, user, rows, gets, before, load, away):
        his = [row for row in gets if row["user_id"] == user.id]
        new = sum(row["active"] for row in gets) - sum(row["active"] for row in his)
        kept = {row["id"] for row in gets}
        lost = sum(
            row["user_id"] == user.id and row["active"] and row["id"] not in kept
            for row in rows
        )
        number = str(len(gets))
        if his:
            number = self.env._(
                "%(count)s, already with them %(his)s", count=len(gets), his=len(his)
            )
        name = user.name
        if user.id in away:
            name = Markup("%s<br/><small class='text-muted'>%s</small>") % (
                name,
                self.env._("away until %(day)s", day=away[user.id]),
            )
        line = Markup("<td>%s</td><td class='text-end'>%s</td><td>%s</td>") % (
            name,
            number,
            self._classes_in_words(gets),
        )
        if load:
            line += Markup(
                "<td class='text-end text-nowrap'>%s → %s</td><td class='text-end'>%s"
                "</td>"
            ) % (before, before + new - lost, self._load_in_words(*load))
        return Markup("<tr>%s</tr>") % line

    def _classes_in_words(self, rows):
        """ "VIP 1, A 3, B 4, without a class 2" """
        numbers = Counter(row["abc_class"] or False for row in rows)
        words = [
            f"{label} {numbers[value]}" for value, label in CLASSES if numbers[value]
        ]
        if numbers[False]:
            words.append(self.env._("without a class %(count)s", count=numbers[False]))
        return ", ".join(words)

    def _load_in_words(self, before, after, limit):
        """ "9.1 → 14.8, over the limit of 12": an icon and words, not a colour alone"""
        words = Markup("<span class='text-nowrap'>%s → %s</span>") % (
            formatLang(self.env, before, digits=1),
            formatLang(self.env, after, digits=1),
        )
        if limit and after > limit:
            words += Markup(
                "<br/><span class='text-danger'><i class='fa fa-exclamation-triangle "
                "me-1' aria-hidden='true'></i>%s</span>"
            ) % self.env._("over the limit of %(limit)s", limit=limit)
        return words

    def _away_until(self, users):
        """{user id: day in words} of those who are away today."""
        today = fields.Date.context_today(self)
        aways = self.env["client.away"].search(
            [
                ("user_id", "in", users.ids),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ]
        )
        return {
            away.user_id.id: short_day(self.env, away.date_to, today) for away in aways
        }

    def _load_before_after(self, companies, deal):
        """{user id: (contacts a day before, after, limit)} by the norms of these users'
        own clients and of those that they get."""
        load = defaultdict(lambda: [0.0, 0.0, 0])
        # sudo: what the norms ask of a colleague is what the dialog is for.
        policies = self.env["client.policy"].sudo()
        for company in companies.sudo():
            for place, dealt_out in enumerate(({}, deal)):
                query = SQL(
                    "WITH client AS (%(clients)s), %(load)s",
                    clients=self._load_clients(company, list(deal), dealt_out),
                    load=policies._load_query(
                        company,
                        SQL("SELECT * FROM client_policy"),
                        SQL("SELECT * FROM client_contact_rule"),
                    ),
                )
                for user_id, _rule, contacts, limit in policies._preview_execute(query):
                    if user_id in deal:
                        load[user_id][place] += contacts
                        load[user_id][2] = max(load[user_id][2], limit or 0)
        return load

    def _load_clients(self, company, users, deal):
        """``SQL`` of the clients of these users, as if they were handed over."""
        dealt_out = [(row["id"], user) for user, rows in deal.items() for row in rows]
        return SQL(
            """SELECT c.policy_id, c.status, c.abc_class, c.potential_level,
                      c.newcomer_until, c.former_since,
                      COALESCE(deal.user_id, c.user_id) AS user_id, c.team_id,
                      GREATEST(c.last_purchase_date, COALESCE(c.entry_date,
                          c.create_date::date)) AS base
                 FROM client_card c
            LEFT JOIN unnest(%(cards)s::integer[], %(owners)s::integer[])
                      AS deal (card_id, user_id) ON deal.card_id = c.id
                WHERE c.company_id = %(company)s AND c.active IS TRUE
                  AND (c.pause_until > %(today)s) IS NOT TRUE
                  AND (c.user_id = ANY(%(users)s) OR c.id = ANY(%(cards)s))""",
            company=company.id,
            today=company._client_today(),
            users=users,
            cards=[card_id for card_id, _user in dealt_out],
            owners=[user_id for _card, user_id in dealt_out],
        )
