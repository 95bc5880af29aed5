from collections import defaultdict
from statistics import median

from odoo import api, models
from odoo.tools import SQL

# A value that fewer of the best have is chance.
AT_LEAST = 2
SHOWN = 60


class ClientCard(models.Model):
    """What the best clients have in common (N51): their features against the rest."""

    _inherit = "client.card"

    def _best_features(self, best):
        """Compare these clients with the best among them.

        :param best: those of these cards that are the best
        :return: list of dicts ``feature``, ``value``, ``best_count``, ``rest_count``,
            ``best_share``, ``rest_share`` (percent of those of whom it is known),
            ``difference`` (points of percent), the largest difference first
        """
        counts = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        for feature, value, is_best, number in self._best_counts(best):
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
        return lines[:SHOWN]

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

    def _best_counts(self, best):
        """(feature, value, whether the best, number of clients) in words."""
        self.env["res.partner"].flush_model()
        rows = []
        for label, value in self._best_columns().items():
            rows += [(label, *row) for row in self._best_rows(best, value)]
        return rows + self._best_portrait(best)

    @api.model
    def _best_columns(self):
        """{label: ``SQL`` of the value of the contact ``p``}, beside the portrait."""
        lang = self.env.lang or "en_US"

        def name(table, column):
            return SQL(
                "(SELECT COALESCE(n.name->>%s, n.name->>'en_US') FROM %s n"
                " WHERE n.id = p.%s)",
                lang,
                SQL.identifier(table),
                SQL.identifier(column),
            )

        return {
            self.env._("Segment"): name("client_segment", "segment_id"),
            self.env._("Line of business"): name("res_partner_industry", "industry_id"),
            self.env._("Source"): SQL(
                "(SELECT s.name FROM utm_source s WHERE s.id = p.source_id)"
            ),
            self.env._("Country"): name("res_country", "country_id"),
            self.env._("City"): SQL("initcap(NULLIF(trim(p.city), ''))"),
            self.env._("Kind"): SQL(
                "CASE WHEN p.is_company THEN %s ELSE %s END",
                self.env._("Company"),
                self.env._("Person"),
            ),
            self.env._("Contact persons"): SQL(
                """(SELECT CASE WHEN count(*) > 2 THEN '3+' ELSE count(*)::text END
                      FROM res_partner h
                     WHERE h.parent_id = p.id AND h.type = 'contact'
                       AND h.active IS TRUE)"""
            ),
        }

    def _best_rows(self, best, value):
        return self._execute(
            SQL(
                """SELECT value, is_best, count(*)
                     FROM (SELECT %s AS value, c.id = ANY(%s) AS is_best
                             FROM client_card c
                             JOIN res_partner p ON p.id = c.partner_id
                            WHERE c.id = ANY(%s)) AS found
                    WHERE value IS NOT NULL GROUP BY 1, 2""",
                value,
                list(best._ids),
                list(self._ids),
            )
        )

    def _best_portrait(self, best):
        """The answers of the portraits, by the words of the segment's questions."""
        rows = self._execute(
            SQL(
                """SELECT p.segment_id, answer.key, answer.value,
                          c.id = ANY(%s) AS is_best, count(*)
                     FROM client_card c JOIN res_partner p ON p.id = c.partner_id
                    CROSS JOIN jsonb_each(p.profile_properties) AS answer
                    WHERE c.id = ANY(%s) AND p.segment_id IS NOT NULL
                      AND jsonb_typeof(p.profile_properties) = 'object'
                      AND answer.value NOT IN ('null', '""', '[]', 'false')
                 GROUP BY 1, 2, 3, 4""",
                list(best._ids),
                list(self._ids),
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
