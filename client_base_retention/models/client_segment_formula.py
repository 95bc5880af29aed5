import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .client_card_why import number_in_words
from .potential_formula import Choice, Choices, Formula, FormulaError, spoken

NUMBERS = ("integer", "float", "monetary")
USABLE = (*NUMBERS, "boolean", "selection", "tags", "char", "text")
CONSTANT = "constant:"


class ClientSegment(models.Model):
    """What clients of a segment could buy in a year, by a formula over their portrait.

    For example the sales area of a shop times an amount per square metre. The formula
    is read by a small calculator of our own (``potential_formula.py``).
    """

    _inherit = "client.segment"

    potential_formula = fields.Text(
        string="Potential per year",
        help="A formula over the portrait and the constants below, in the currency of "
        "the client's company, for example [Sales area] * [Amount per m2]. What is set "
        "by hand on a client goes before it.",
    )
    potential_constant_ids = fields.One2many(
        "client.segment.constant", "segment_id", string="Constants", copy=True
    )
    potential_names = fields.Char(
        string="What can be used", compute="_compute_potential_names"
    )
    potential_problem = fields.Char(
        string="Problem of the formula", compute="_compute_potential_problem"
    )

    @api.depends("profile_definition", "potential_constant_ids.name")
    @api.depends_context("lang")
    def _compute_potential_names(self):
        """ "[Sales area] (m²), [Price segment], [Amount per m2]" """
        for segment in self:
            names = []
            for question in segment.profile_definition or ():
                if question.get("type") in USABLE and question.get("string"):
                    unit = question.get("suffix")
                    names.append(
                        f"[{question['string']}]" + (f" ({unit})" if unit else "")
                    )
            for constant in segment.potential_constant_ids.filtered("name"):
                names.append(f"[{constant.name}]")
            segment.potential_names = ", ".join(names)

    @api.depends("potential_formula", "profile_definition", "potential_constant_ids")
    @api.depends_context("lang")
    def _compute_potential_problem(self):
        for segment in self:
            segment.potential_problem = segment._potential_wrong()

    @api.constrains("potential_formula")
    def _check_potential_formula(self):
        for segment in self:
            wrong = segment._potential_wrong()
            if wrong:
                raise ValidationError(wrong)

    @api.model_create_multi
    def create(self, vals_list):
        later = self.with_context(client_potential_later=True)
        segments = super(ClientSegment, later).create(vals_list).with_env(self.env)
        segments._potential_keep_names()
        return segments

    def write(self, vals):
        touched = {"potential_formula", "potential_constant_ids"} & vals.keys()
        if not touched and "profile_definition" not in vals:
            return super().write(vals)
        later = self.with_context(client_potential_later=True)
        result = super(ClientSegment, later).write(vals)
        if "potential_formula" in vals:
            self._potential_keep_names()
        self._potential_changed()
        return result

    # ------------------------------------------------------------------ the formula

    def _potential_keep_names(self):
        """Words that only the user's language knows are kept as technical names.

        The night reads the formula in no language.
        """
        later = self.with_context(client_potential_later=True)
        for segment in later.filtered("potential_formula"):
            kept, shown = segment._questions_stored(), segment.profile_definition
            known = segment._potential_question_names(kept)
            names = {
                spoken(label): name
                for label, name in segment._potential_question_names(shown).items()
                if label not in known
            }
            known = {word for words in _options(kept) for word in words}
            options = {
                spoken(word): key
                for key, word in _options(shown)
                if word not in known and word != key
            }
            text = replaced(segment.potential_formula, names, options)
            if text != segment.potential_formula:
                # Once more: by then no word is left.
                segment.potential_formula = text

    def copy_data(self, default=None):
        """The questions of a copy have names of their own, but the same labels."""
        values = super().copy_data(default)
        for segment, vals in zip(self, values, strict=True):
            names = {
                spoken(question["name"]): f"[{question['string']}]"
                for question in segment._questions_stored()
                if question.get("string")
            }
            if vals.get("potential_formula"):
                vals["potential_formula"] = replaced(
                    vals["potential_formula"], names, {}
                )
        return values

    @api.model
    def _potential_question_names(self, questions):
        """{technical name or label: key} of the questions a formula may use."""
        names = {}
        for question in reversed(questions or []):
            if question.get("type") in USABLE and question.get("name"):
                names[question.get("string") or question["name"]] = question["name"]
        usable = set(names.values())
        return names | {name: name for name in usable}

    def _potential_names(self):
        """{name or label: key} of all that the formula of this segment may use."""
        self.ensure_one()
        return (
            self._potential_question_names(self.profile_definition)
            | {
                constant.name: f"{CONSTANT}{constant.name}"
                for constant in self.potential_constant_ids
                if constant.name
            }
            | self._potential_question_names(self._questions_stored())
        )

    def _potential_read(self, text=None):
        """The ``Formula`` of this segment, or of another text.

        :raise FormulaError: it cannot be read
        """
        return Formula(text or self.potential_formula, self._potential_names())

    def _potential_wrong(self, text=None):
        """Why the formula cannot be read, in words; False when it can, or is empty."""
        self.ensure_one()
        text = text or self.potential_formula
        if not (text or "").strip():
            return False
        try:
            self._potential_read(text)
        except FormulaError as error:
            return self._potential_error(error)
        return False

    def _potential_error(self, error):
        """What a ``FormulaError`` says, in words that the head understands."""
        about = self._potential_labels().get(error.about, error.about)
        return {
            "empty": self.env._("There is no formula."),
            "long": self.env._(
                "The formula is too long: at most %(number)s characters.", number=about
            ),
            "syntax": self.env._(
                "The formula cannot be read at “%(text)s”.", text=about
            )
            if about
            else self.env._("The formula cannot be read: something lacks at its end."),
            "unknown": self.env._(
                "The portrait has no number or choice “%(name)s”, and there is no such "
                "constant. There are: %(names)s.",
                name=about,
                names=self.potential_names or self.env._("none"),
            ),
            "forbidden": self.env._(
                "A formula cannot contain “%(text)s”. It may use names, numbers, "
                "+ - * /, comparisons, “a if b else c”, min, max, round, count and "
                "known.",
                text=about,
            ),
            "missing": self.env._("%(name)s is not known.", name=about),
            "zero": self.env._("It divides by zero."),
            "text": self.env._(
                "“%(text)s” is a text where a number is needed.", text=about
            ),
            "large": self.env._("The result is too large."),
            "negative": self.env._("The result is less than nothing."),
        }[error.code]

    # -------------------------------------------------------------------- its values

    def _potential_values(self):
        """The function {answers of a client} -> {key: value} for the formula."""
        self.ensure_one()
        constants = {
            f"{CONSTANT}{constant.name}": constant.value
            for constant in self.potential_constant_ids
        }
        readers = {}
        for question in self._questions_stored():
            if question.get("type") in USABLE:
                readers[question["name"]] = _reader(question)

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

    def _potential_changed(self):
        """The formula or what it reads changed: its clients get their new potential."""
        if self.env.context.get("client_potential_later") or not self:
            return
        # sudo: the head need not see every client his formula holds for.
        self.env["client.card"].sudo()._potential_of_segments(self)

    def action_try_potential(self):
        """Open the dialog that tries the formula with a client."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Try the formula"),
            "res_model": "client.segment.try",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_segment_id": self.id},
        }


def _options(questions):
    """(key, word) of everything that may be chosen."""
    for question in questions or ():
        for option in question.get(question.get("type")) or ():
            yield option[0], option[1]


def replaced(text, names, options):
    """The formula with other names, bare or in brackets, and other words in quotes.

    :param names: {spoken name: what takes its place}, ``options`` alike for quotes
    """

    def other(match):
        found = match[0]
        if found[0] in "\"'":
            word = options.get(spoken(found[1:-1]))
            return f"{found[0]}{word}{found[0]}" if word else found
        return names.get(spoken(found.strip("[]")), found)

    return re.sub(r"""\[[^\[\]]*\]|"[^"]*"|'[^']*'|[^\W\d]\w*""", other, text)


def _reader(question):
    """The function that makes a value for the formula of a kept answer."""
    kind = question["type"]
    if kind == "boolean":
        return lambda answer: float(bool(answer))
    if kind in NUMBERS:
        return lambda answer: (
            None if answer is None or answer is False else float(answer)
        )
    if kind == "selection":
        words = {
            key: Choice((key, word)) for key, word in question.get("selection", [])
        }
        return words.get
    if kind == "tags":
        words = {key: Choice((key, word)) for key, word, *_ in question.get("tags", [])}
        return lambda answer: (
            Choices(words[key] for key in answer if key in words) or None
            if answer
            else None
        )
    return lambda answer: answer or None
