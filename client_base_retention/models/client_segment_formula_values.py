from odoo import models
from odoo.tools import SQL

from .client_card_why import number_in_words
from .client_segment_formula import CONSTANT, NUMBERS, USABLE, options_of
from .potential_formula import Choice, Choices


class ClientSegment(models.Model):
    """What the formula of a segment reckons with: answers of clients and constants."""

    _inherit = "client.segment"

    def _potential_values(self):
        """The function {answers of a client} -> {key: value} for the formula."""
        self.ensure_one()
        constants = {
            f"{CONSTANT}{constant.name}": constant.value
            for constant in self.potential_constant_ids
        }
        # In the words of the user, too: with them he tries a formula.
        shown = {
            question["name"]: dict(options_of([question]))
            for question in self.profile_definition or ()
        }
        readers = {
            question["name"]: _reader(question, shown.get(question["name"], {}))
            for question in self._questions_stored()
            if question.get("type") in USABLE
        }

        def values(answers):
            found = dict(constants)
            for name, reader in readers.items():
                found[name] = reader((answers or {}).get(name))
            return found

        return values

    def _potential_values_in_words(self, formula, values):
        """ "Sales area = 120, Amount per m2 = 9,000" of what the formula names."""
        labels = self._potential_labels()
        parts = []
        for key in formula.used:
            value = values.get(key)
            if value is None:
                words = self.env._("not known")
            elif isinstance(value, Choices):
                words = ", ".join(choice[-1] for choice in value)
            elif isinstance(value, Choice):
                words = value[-1]
            elif isinstance(value, float):
                words = number_in_words(self.env, value, 4)
            else:
                words = str(value)
            label = labels.get(key, key)
            parts.append(self.env._("%(name)s = %(value)s", name=label, value=words))
        return ", ".join(parts)

    def _potential_labels(self):
        """{key: what people call it} of what the formula may use."""
        return {
            question["name"]: question.get("string") or question["name"]
            for question in self.profile_definition or ()
        } | {
            f"{CONSTANT}{constant.name}": constant.name
            for constant in self.potential_constant_ids
        }

    def _profile_answers(self):
        """The answers of the clients of this segment in the current company, raw."""
        self.ensure_one()
        self.env["res.partner"].flush_model(["segment_id", "profile_properties"])
        rows = self.env.execute_query(
            SQL(
                """SELECT p.profile_properties
                     FROM client_card c JOIN res_partner p ON p.id = c.partner_id
                    WHERE c.company_id = %s AND c.active IS TRUE
                      AND p.segment_id = %s""",
                self.env.company.id,
                self._origin.id,
            )
        )
        return [row[0] for row in rows]


def _reader(question, shown):
    """The function that makes a value for the formula of a kept answer.

    Odoo does not look at the kind of an answer that a program writes: what is of
    another kind goes to the formula as a text, and the formula says so.

    :param shown: {key: word} of options in the user's language
    """
    kind = question["type"]
    if kind == "boolean":
        return lambda answer: float(bool(answer))
    if kind in NUMBERS:
        return _number_read
    words = {
        key: Choice((key, word, shown.get(key, word)))
        for key, word in options_of([question])
    }
    if kind == "selection":
        return lambda answer: words.get(answer) if isinstance(answer, str) else None
    if kind == "tags":
        return lambda answer: (
            Choices(words[key] for key in map(str, answer) if key in words) or None
            if isinstance(answer, list)
            else None
        )
    return lambda answer: str(answer) if answer else None


def _number_read(answer):
    if answer is None or answer is False:
        return None
    return float(answer) if isinstance(answer, int | float) else str(answer)
