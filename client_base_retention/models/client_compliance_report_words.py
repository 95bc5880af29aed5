from odoo import models
from odoo.tools import date_utils


class ClientComplianceReport(models.AbstractModel):
    """What the columns mean, in plain words."""

    _inherit = "client.compliance.report"

    def _columns(self, asked, single):
        """[{key, label, help}] in the order of the page; of people or teams with their
        load, of classes and kinds without."""
        previous = date_utils.subtract(asked.month.month, months=1)
        loads, after = [], []
        if asked.by in ("user", "team"):
            loads, after = self._load_columns(asked), self._client_columns(single)
        else:
            loads = [
                (
                    "counted",
                    self.env._("Norms counted"),
                    self.env._(
                        "Norms that fell due by the last day, or that a contact "
                        "satisfied in the month."
                    ),
                )
            ]
        change = (
            "change",
            self.env._("against %s", self._babel(previous, "LLL")),
            self.env._(
                "Share kept against %s, in percentage points.",
                self._month_label(previous),
            ),
        )
        columns = [*loads, *self._judged_columns(), change, *after]
        return [
            {"key": key, "label": label, "help": explanation}
            for key, label, explanation in columns
        ]

    def _load_columns(self, asked):
        as_of = self.env._("As of %s.", self._day_label(asked.last))
        return [
            (
                "clients",
                self.env._("Clients"),
                self.env._("Clients whose salesperson he is.") + " " + as_of,
            ),
            (
                "norms",
                self.env._("Norms"),
                self.env._("Contact norms of clients that are his to keep.")
                + " "
                + as_of,
            ),
            (
                "load",
                self.env._("Load"),
                self.env._(
                    "Contacts a working day that the norms ask of him, of those that "
                    "the regulation allows. Over the limit not all norms can be kept."
                ),
            ),
        ]

    def _judged_columns(self):
        return [
            (
                "kept",
                self.env._("Kept"),
                self.env._(
                    "Of the norms that fell due by the last day, or that a contact "
                    "satisfied in the month: the share that was overdue on no day of "
                    "the month. Each norm counts once, a weekly one like a yearly one."
                ),
            ),
            (
                "late",
                self.env._("Late"),
                self.env._("Overdue on some day of the month, but not on its last."),
            ),
            (
                "not_made",
                self.env._("Not made"),
                self.env._(
                    "Overdue on the last day of the month; while it is open: today."
                ),
            ),
            (
                "tried",
                self.env._("Tried"),
                self.env._(
                    "Of those not made: tried without an answer on three or more "
                    "different days since it fell due."
                ),
            ),
            (
                "ours",
                self.env._("We called first"),
                self.env._(
                    "Of the contacts that satisfied a norm in the month: the share "
                    "that we began, and not the client."
                ),
            ),
        ]

    def _client_columns(self, single):
        columns = [
            (
                "late_purchases",
                self.env._("Late with purchase"),
                self.env._(
                    "Clients who should have bought by their own purchase cycle, those "
                    "at risk of leaving among them."
                ),
            ),
            (
                "lost",
                self.env._("Lost"),
                self.env._("Clients of his who became former in the month."),
            ),
            (
                "came_back",
                self.env._("Clients came back"),
                self.env._("Former clients of his who bought again in the month."),
            ),
            (
                "taken_over",
                self.env._("Taken over"),
                self.env._(
                    "Clients whom he took over in the month: days of grace after it "
                    "are no overdue days."
                ),
            ),
        ]
        return columns[:-1] if single else columns

    def _definitions(self):
        """[(word, sentence)] of *How it is counted*."""
        return [
            (
                self.env._("Counted"),
                self.env._(
                    "A norm of a client counts once a month: if it fell due by the "
                    "last day of the month, or a contact satisfied it in the month. In "
                    "an open month the last day is today. Where the responsible or the "
                    "status of the client changed, it counts for the one before as of "
                    "the day of the change, and for the new one from then on."
                ),
            ),
            (
                self.env._("Kept"),
                self.env._("It was overdue on no day of the month."),
            ),
            (
                self.env._("Late"),
                self.env._(
                    "It was overdue on some day of the month, but not on its last."
                ),
            ),
            (
                self.env._("Not made"),
                self.env._("It is overdue on the last day of the month."),
            ),
            (
                self.env._("Tried"),
                self.env._(
                    "Not made, with tries on three or more different days since the "
                    "due date. It stays not made, but nobody sat idle."
                ),
            ),
            (
                self.env._("Share kept"),
                self.env._(
                    "Kept, divided by kept, late and not made together. 100 % only "
                    "where all were kept."
                ),
            ),
            (
                self.env._("No overdue days"),
                self.env._(
                    "Days away of the responsible, days of grace after a hand-over "
                    "(one interval, at most 14 days), and days before the start. What "
                    "falls due on a day off is in time on the next working day."
                ),
            ),
            (
                self.env._("Closed month"),
                self.env._(
                    "The night after its last day the month is closed. From then on "
                    "nothing changes it: neither contacts typed in later nor another "
                    "class, norm or salesperson."
                ),
            ),
        ]
