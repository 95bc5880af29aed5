from collections import defaultdict
from statistics import median

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# A value that fewer of the best have is chance.
AT_LEAST = 2
SHOWN = 60


class ClientCard(models.Model):
    """What the best clients have in common (N51): their features against the rest.

    Two statements whatever the number of clients; no client is read into memory.
    """

    _inherit = "client.card"

    @api.model
    def _best_features(self, domain, best):
        """Compare the best of some clients with the others, of those the user sees.

        :param domain: of the cards that are compared
        :param best: which of them are the best, another domain
        :return: number of the best and of the others; list of dicts ``feature``,
            ``value``, ``best_count``, ``rest_count``, ``best_share``, ``rest_share``
            (percent of those of whom it is known), ``difference`` (points of percent),
            the largest difference first
        """
        found = self._best_found(domain, best)
        (sizes,) = self._execute(
            SQL("SELECT count(is_best), count(*) - count(is_best) FROM %s AS c", found)
        )
        if not all(sizes):
            return *sizes, []
        counts = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        for feature, value, is_best, number in self._best_counts(found):
            counts[feature][value][0 if is_best else 1] += number
        lines = []
        for feature, values in counts.items():
            known = [sum(pair[n] for pair in values.values()) for n in (0, 1)]
            lines += [
                self._best_line(feature, value, pair, known)
                for value, pair in values.items()
                if pair[0] >= AT_LEAST and all(known)
            ]
        lines.sort(key=lambda line: -abs(line["difference"]))
        return *sizes, lines[:SHOWN]

    def _best_found(self, domain, best):
        """``SQL`` of the clients compared: ``partner_id``, and ``is_best``, which is
        TRUE or NULL."""
        self.env["res.partner"].flush_model()
        domain = Domain(domain)
        partner = SQL.identifier(self._table, "partner_id")
        return SQL(
            """(SELECT one.partner_id, best.is_best
                  FROM (%s) AS one
             LEFT JOIN (%s) AS best ON best.id = one.id)""",
            self._search(domain).select(
                SQL.identifier(self._table, "id"), SQL("%s AS partner_id", partner)
            ),
            self._search(domain & Domain(best)).select(
                SQL.identifier(self._table, "id"), SQL("TRUE AS is_best")
            ),
        )

    def _best_line(self, feature, value, pair, known):
        shares = [100 * pair[n] / known[n] for n in (0, 1)]
        return {
            "feature": feature,
            "value": value,
            "best_count": pair[0],
            "rest_count": pair[1],
            "best_share": shares[0],
            "rest_share": shares[1],
            "difference": shares[0] - shares[1],
        }

    def _best_counts(self, found):
        """(feature, value, whether the best, number of clients) in words."""
        columns = self._best_columns()
        rows = self._execute(
            SQL(
                """SELECT grouping(%(names)s), %(names)s, is_best, count(*)
                     FROM (SELECT %(values)s, c.is_best
                             FROM %(found)s AS c
                             JOIN res_partner p ON p.id = c.partner_id
                        LEFT JOIN (SELECT parent_id, count(*) AS number
                                     FROM res_partner
                                    WHERE type = 'contact' AND active IS TRUE
                                      AND parent_id IS NOT NULL
                                 GROUP BY parent_id) AS people
                               ON people.parent_id = p.id) AS known
                 GROUP BY GROUPING SETS (%(sets)s)""",
                names=SQL(", ").join(SQL.identifier(n) for n in columns),
                values=SQL(", ").join(
                    SQL("%s AS %s", value, SQL.identifier(name))
                    for name, (_label, value, _model) in columns.items()
                ),
                sets=SQL(", ").join(
                    SQL("(%s, is_best)", SQL.identifier(name)) for name in columns
                ),
                found=found,
            )
        )
        by_column = defaultdict(list)
        for grouped, *values, is_best, number in rows:
            # Of the columns that a row is not grouped by a bit is set, the last is 1.
            place = len(columns) - (~grouped & (2 ** len(columns) - 1)).bit_length()
            if values[place] is not None:
                by_column[place].append((values[place], is_best, number))
        counts = self._best_portrait(found)
        for place, (label, _value, model) in enumerate(columns.values()):
            words = self._best_words(model, by_column[place])
            counts += [(label, words[v], *r) for v, *r in by_column[place]]
        return counts

    def _best_words(self, model, rows):
        """{value: what it is called}"""
        values = {value for value, _best, _number in rows}
        if not model:
            return dict(zip(values, values, strict=True))
        # sudo: whoever sees the client sees what he is.
        records = self.env[model].sudo().browse(values)
        return {record.id: record.name for record in records}

    @api.model
    def _best_columns(self):
        """{name: (label, ``SQL`` of the value of the contact ``p``, model of which it
        is an id)}, beside the portrait."""
        return {
            "segment": (
                self.env._("Segment"),
                SQL("p.segment_id"),
                "client.segment",
            ),
            "industry": (
                self.env._("Line of business"),
                SQL("p.industry_id"),
                "res.partner.industry",
            ),
            "source": (self.env._("Source"), SQL("p.source_id"), "utm.source"),
            "country": (self.env._("Country"), SQL("p.country_id"), "res.country"),
            "city": (
                self.env._("City"),
                SQL("initcap(NULLIF(trim(p.city), ''))"),
                None,
            ),
            "kind": (
                self.env._("Kind"),
                SQL(
                    "CASE WHEN p.is_company THEN %s ELSE %s END",
                    self.env._("Company"),
                    self.env._("Person"),
                ),
                None,
            ),
            "persons": (
                self.env._("Contact persons"),
                SQL(
                    "CASE WHEN people.number > 2 THEN '3+'"
                    " ELSE COALESCE(people.number, 0)::text END"
                ),
                None,
            ),
        }

    def _best_portrait(self, found):
        """The answers of the portraits, by the words of the segment's questions."""
        rows = self._execute(
            SQL(
                """SELECT p.segment_id, answer.key, answer.value, c.is_best, count(*)
                     FROM %s AS c JOIN res_partner p ON p.id = c.partner_id
                    CROSS JOIN jsonb_each(p.profile_properties) AS answer
                    WHERE p.segment_id IS NOT NULL
                      AND jsonb_typeof(p.profile_properties) = 'object'
                      AND answer.value NOT IN ('null', '""', '[]', 'false')
                 GROUP BY 1, 2, 3, 4""",
                found,
            )
        )
        questions = defaultdict(list)
        for segment, name, value, is_best, number in rows:
            questions[segment, name].append((value, is_best, number))
        found = []
        for (segment_id, name), answers in questions.items():
            # sudo: the words of questions are no secret.
            segment = self.env["client.segment"].sudo().browse(segment_id)
            asked = {p["name"]: p for p in segment.profile_definition or []}
            if name in asked:
                found += self._best_answers(asked[name], answers)
        return found

    def _best_answers(self, question, answers):
        """The answers to one question of a portrait in words; numbers in two halves."""
        label, kind = question["string"], question["type"]
        if kind in ("integer", "float", "monetary"):
            middle = median(v for v, _best, n in answers for _each in range(n))
            words = self._best_halves(middle)
            return [(label, words[v >= middle], best, n) for v, best, n in answers]
        options = {}
        if kind == "selection":
            options = dict(question.get("selection") or [])
        elif kind == "tags":
            options = {tag[0]: tag[1] for tag in question.get("tags") or []}
        elif kind not in ("boolean", "char"):
            return []
        return [
            (
                label,
                str(options.get(one, self.env._("Yes") if one is True else one)),
                *r,
            )
            for value, *r in answers
            for one in (value if isinstance(value, list) else [value])
        ]

    def _best_halves(self, middle):
        """The words for numbers below, and from, the middle of all clients."""
        number = f"{middle:g}"
        return [
            self.env._("below %(number)s", number=number),
            self.env._("%(number)s and more", number=number),
        ]
