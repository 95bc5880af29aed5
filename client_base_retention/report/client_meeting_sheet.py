from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

# What fits on a page: beside the figures there are so many millimetres for rows, and
# what these leave is for notes by hand.
ROOM = 130
ROW, MOVE, LINE = 5.3, 10, 7
NOT_MADE_ROWS = 10
LATE_ROWS = 6
MOVES = 4
LINES_LEAST = 3
AGREED_LINES = 3


class ReportClientMeetingSheet(models.AbstractModel):
    """One page per salesperson for the monthly talk (product.md 5.4)."""

    _name = "report.client_base_retention.report_client_meeting_sheet"
    _inherit = "client.compliance.print"
    _description = "Meeting sheet of a salesperson"

    @api.model
    def _get_report_values(self, docids, data=None):
        """What the template reads.

        :param docids: ids of ``client.compliance.user``
        :raise AccessError: for lines that the user may not read
        """
        lines = self.env["client.compliance.user"].browse(docids).exists()
        lines.check_access("read")
        months = lines.month_id
        before = self._before(months)
        known = months.browse([month.id for month in before.values()])
        sums = self._sums(months | known)
        sheets = {}
        for month in months:
            own = lines.filtered(lambda line, m=month: line.month_id == m)
            sheets |= self._sheets(own, month, before.get(month.id), sums)
        return {"sheets": [sheets[line.id] for line in lines]}

    def _sheets(self, lines, month, before, sums):
        """{line id: what is on the page} of the salespeople of one month."""
        users = lines.user_id
        ids = [line.user_id.id for line in lines]
        names = self._user_names(users)
        not_made = self._not_made(month, ids, NOT_MADE_ROWS)
        late = self._late_purchases(month, ids)
        moves = self._moves(month, ids)
        people = self._people(month)
        sheets = {}
        for line in lines:
            user = line.user_id.id
            rows, number = not_made.get(user, ([], 0))
            cards, late_number = late.get(user, ([], 0))
            used = ROW * (len(rows) + len(cards) + 2) + MOVE * len(moves.get(user, ()))
            sheets[line.id] = {
                "name": names[user],
                "team": line.team_id.sudo().name,
                "company": line.company_id.sudo().name,
                "month": self._month_name(month),
                "sentences": self._sentences(month),
                "figures": self._figures(line, before, sums, people),
                "average": self._average_title(line),
                "rows": rows,
                "more": number - len(rows),
                "late": cards,
                "late_more": late_number - len(cards),
                "moves": moves.get(user, []),
                "lines": range(max(LINES_LEAST, int((ROOM - used) / LINE))),
                "agreed": range(AGREED_LINES),
            }
        return sheets

    # ------------------------------------------------------------------------ figures

    def _average_title(self, line):
        if line.team_id:
            return self.env._("Average of the team")
        return self.env._("Average of all")

    def _figures(self, line, before, sums, people):
        """[(label, this month, the month before, the average)]."""
        month, user = line.month_id.id, line.user_id.id
        now = self._texts(sums.get((month, user)))
        then = self._texts(before and sums.get((before.id, user)))
        ids = people[line.team_id.id]
        # The average of one would be himself: nobody else, or nobody one may see.
        several = len(ids) > 1
        average = self._texts(
            self._together([sums[month, user] for user in ids]) if several else None
        )
        # Printed in two columns.
        labels = [
            ("kept_share", self.env._("Kept")),
            ("late", self.env._("Late")),
            ("not_made", self.env._("Not made")),
            ("tried", self.env._("of them tried")),
            ("ours", self.env._("We called first")),
            ("contacts", self.env._("Contacts made")),
            ("notes", self.env._("of them with a note")),
            ("days_away", self.env._("Days away")),
            ("load_limit", self.env._("Needed a day, of allowed")),
            ("clients", self.env._("Clients")),
            ("norms", self.env._("Norms")),
            ("taken_over", self.env._("Clients taken over")),
            ("late_purchases", self.env._("Late with purchase")),
            ("lost", self.env._("Became former")),
            ("came_back", self.env._("Clients came back")),
        ]
        return [(label, now[key], then[key], average[key]) for key, label in labels]

    def _people(self, month):
        """{team id: ids of its people; False: all} of the lines that the reader may
        see."""
        people = defaultdict(set)
        for team, user in self.env["client.compliance.user"]._read_group(
            [("month_id", "=", month.id), ("user_id", "!=", False)],
            ["team_id", "user_id"],
        ):
            people[False].add(user.id)
            if team:
                people[team.id].add(user.id)
        return people

    # --------------------------------------------------------------------------- rows

    def _late_purchases(self, month, user_ids):
        """{user id: (rows, number of all)}: whose purchase is late today, the largest
        clients first."""
        cards = self.env["client.card"]
        cards.flush_model()
        found = self._first_of_each(
            cards,
            [
                ("company_id", "=", month.company_id.id),
                ("user_id", "in", list(user_ids)),
                ("purchase_state", "in", ["late", "at_risk"]),
            ],
            SQL("client_card.user_id"),
            SQL("client_card.turnover DESC NULLS LAST, client_card.id"),
            LATE_ROWS,
        )
        words = dict(cards._fields["purchase_state"]._description_selection(self.env))
        classes = dict(cards._fields["abc_class"]._description_selection(self.env))
        return {
            user or False: (
                [
                    {
                        "name": card.partner_id.display_name,
                        "class": classes.get(card.abc_class, ""),
                        "state": words[card.purchase_state],
                        "last": self._day(card.last_purchase_date),
                        "turnover": card.currency_id.format(card.turnover),
                    }
                    for card in own
                ],
                number,
            )
            for user, (own, number) in found.items()
        }

    def _moves(self, month, user_ids):
        """{user id: [(title, names, how many more)]}: who became former, who came
        back."""
        transitions = self.env["client.transition"]
        transitions.flush_model()
        owner = SQL("client_transition.salesperson_id")
        found = defaultdict(list)
        for movement, title in (
            ("left", self.env._("Became former")),
            ("returned", self.env._("Clients came back")),
        ):
            domain = [
                ("company_id", "=", month.company_id.id),
                ("movement", "=", movement),
                ("date", ">=", month.month),
                ("date", "<=", month.month + relativedelta(day=31)),
                ("salesperson_id", "in", list(user_ids)),
            ]
            groups = self._first_of_each(
                transitions, domain, owner, SQL("client_transition.id"), MOVES
            )
            for user, (own, number) in groups.items():
                names = own.card_id.partner_id.mapped("display_name")
                found[user or False].append(
                    (title, ", ".join(names), number - len(own))
                )
        return found
