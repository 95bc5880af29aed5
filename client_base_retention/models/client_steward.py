from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_card import CLASSES
from .client_roles import STEWARD

# Whose data come first.
FIRST = ("vip", "a")


class ClientSteward(models.AbstractModel):
    """The data steward's page: what came, what is worth filling, how far he is
    (needs N18, N127, N128, N130).

    Every number opens exactly the list that it counts. The page shows a few of each,
    never thousands of red rows.
    """

    _name = "client.steward"
    _description = "Data steward's page"

    @api.model
    def _check_steward(self):
        if not self.env.user.has_group(STEWARD):
            raise AccessError(
                self.env._("This page is for the data steward and the head.")
            )

    @api.model
    def get_page(self):
        """Everything the page shows but the figures.

        :return: dictionary: ``steward`` (name of who is responsible in the company, or
            False), ``started``, ``progress``: [{key, label, percent, value, action}]
            by class, ``counters``: figures as ``client.overview._figure`` gives them,
            ``sent``, ``checks``, ``fill``, ``duplicates``: see their methods
        :raise AccessError: for users without the role *Data steward*
        """
        self._check_steward()
        company = self.env.company
        # sudo: the name of a colleague.
        steward = company.sudo().client_steward_id
        return {
            "company": company.name,
            "steward": steward.name or False,
            "is_steward": steward == self.env.user,
            "started": company._client_started_at_all(),
            "progress": self._progress(),
            "counters": self._counters(),
            "sent": self._sent(),
            "checks": self._checks(),
            "fill": self._fill(),
            "duplicates": self._duplicates(),
        }

    # ---------------------------------------------------------------------- in figures

    def _here(self, *leaves):
        return [("company_id", "=", self.env.company.id), *leaves]

    def _active(self, *leaves):
        """Domain of the active clients of the present company."""
        return self._here(("status", "=", "active"), *leaves)

    def _progress(self):
        """How much of what is asked for is known of the active clients of each class.

        Rounded down: never 100 while somebody lacks something, and every field that is
        filled brings it forward.
        """
        cards = self.env["client.card"]
        query = cards._search(Domain(self._active(("abc_class", "!=", False))))
        columns = ("abc_class", "data_completeness", "data_lacking_count")
        cards.flush_model(columns)
        name, known, lacking = (
            cards._field_to_sql(cards._table, column, query) for column in columns
        )
        rows = self.env.execute_query(
            SQL(
                "%s GROUP BY 1",
                query.select(
                    name,
                    SQL("floor(COALESCE(avg(%s), 100))", known),
                    SQL("count(*) FILTER (WHERE %s > 0)", lacking),
                ),
            )
        )
        found = {key: (int(percent), lacks) for key, percent, lacks in rows}
        words = dict(cards._fields["abc_class"]._description_selection(self.env))
        return [
            {
                "key": key,
                "label": words[key],
                "percent": found[key][0],
                "value": found[key][1],
                "action": self._list(
                    "client_card_action",
                    self.env._("Incomplete: %(name)s", name=words[key]),
                    self._active(
                        ("abc_class", "=", key), ("data_lacking_count", ">", 0)
                    ),
                ),
            }
            for key, _label in CLASSES
            if key in found
        ]

    def _counters(self):
        return [*self._review_counters(), *self._card_counters()]

    def _review_counters(self):
        """What waits: [figure], counted in one query."""
        reviews = self.env["client.review"]
        counts = {
            (kind, state): number
            for kind, state, number in reviews._read_group(
                self._here(("state", "!=", "done")), ["kind", "state"], ["__count"]
            )
        }
        words = [
            (
                "sent",
                self.env._("Sent to the steward"),
                self.env._("Photos, sentences and files that somebody sent."),
            ),
            (
                "new",
                self.env._("New clients"),
                self.env._("Made by salespeople, not checked yet."),
            ),
            (
                "changed",
                self.env._("Changed clients"),
                self.env._(
                    "Salespeople changed name, contact data, segment or source."
                ),
            ),
        ]
        figures = [
            self._figure(
                key,
                label,
                counts.get((key, "todo"), 0),
                explanation,
                "client_review_action",
                self._here(("kind", "=", key), ("state", "=", "todo")),
            )
            for key, label, explanation in words
        ]
        returned = sum(
            number for (_kind, state), number in counts.items() if state == "returned"
        )
        figures.append(
            self._figure(
                "returned",
                self.env._("Returned"),
                returned,
                self.env._("Wait until the salesperson puts them right."),
                "client_review_action",
                self._here(("state", "=", "returned")),
            )
        )
        return figures

    def _card_counters(self):
        duplicates = [("state", "=", "todo")]
        stale = self._active(("is_data_stale", "=", True))
        lacking = self._active(
            ("abc_class", "in", list(FIRST)), ("data_lacking_count", ">", 0)
        )
        cards = self.env["client.card"]
        return [
            self._figure(
                "duplicates",
                self.env._("Possible duplicates"),
                self.env["client.duplicate"].search_count(duplicates),
                self.env._("Looked for each night; who brings most comes first."),
                "client_duplicate_action",
                duplicates,
            ),
            self._figure(
                "lacking",
                self.env._("VIP and A incomplete"),
                cards.search_count(lacking),
                self.env._("Active clients of whom something asked for is not known."),
                "client_card_action",
                lacking,
            ),
            self._figure(
                "stale",
                self.env._("Out of date"),
                cards.search_count(stale),
                self.env._("Active clients whose data nobody looked through for long."),
                "client_card_action",
                stale,
            ),
        ]

    def _figure(self, key, label, value, explanation, action, domain):
        return {
            "key": key,
            "label": label,
            "value": value,
            "help": explanation,
            "action": self._list(action, label, domain),
        }

    def _list(self, action, name, domain):
        return self.env["client.overview"]._list(action, name, domain)
