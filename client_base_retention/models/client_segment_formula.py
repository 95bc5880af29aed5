import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .potential_formula import (
    QUOTED,
    Formula,
    FormulaError,
    spoken,
)

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
        before = {segment: segment._questions_stored() for segment in self}
        later = self.with_context(client_potential_later=True)
        result = super(ClientSegment, later).write(vals)
        for segment, questions in before.items():
            segment._potential_follow(questions)
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
            known = {word for words in options_of(kept) for word in words}
            options = {
                spoken(word): key
                for key, word in options_of(shown)
                if word not in known and word != key
            }
            text = replaced(segment.potential_formula, names, options)
            if text != segment.potential_formula:
                # Once more: by then no word is left.
                segment.potential_formula = text

    def _potential_follow(self, before):
        """Questions and options got other words: the formula says them, too.

        :param before: the definition until now
        """
        self.ensure_one()
        after = self._questions_stored()
        if not self.potential_formula or before == after:
            return
        asked = {question["name"]: question for question in after}
        names, options = {}, {}
        for question in before:
            now = asked.get(question["name"], question)
            names[question.get("string")] = now.get("string")
            words = dict(options_of([now]))
            options |= {word: words.get(key) for key, word in options_of([question])}
        self._potential_reword(
            _reworded(names, [question.get("string") for question in after]),
            _reworded(options, [word for _key, word in options_of(after)]),
        )

    def _potential_reword(self, names, options=None):
        """The formula in other words, of names and of what can be chosen.

        :param names: {old: new}, ``options`` likewise
        """
        self.ensure_one()
        text = replaced(
            self.potential_formula or "",
            {spoken(old): f"[{new}]" for old, new in names.items()},
            {spoken(old): new for old, new in (options or {}).items()},
        )
        if text != (self.potential_formula or ""):
            later = self.with_context(client_potential_later=True)
            later.potential_formula = text

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
        options = {}
        for question in [*(self.profile_definition or ()), *self._questions_stored()]:
            if question["type"] in ("selection", "tags"):
                words = options.setdefault(question["name"], set())
                words.update(
                    word for option in options_of([question]) for word in option
                )
        return Formula(text or self.potential_formula, self._potential_names(), options)

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
            "comma": self.env._(
                "“%(text)s”: a comma stands only between the values of min, max, round "
                "and count. Write numbers without spaces and with a point: 1200.50.",
                text=about,
            ),
            "option": self.env._(
                "“%(text)s” is none of the answers that can be chosen.", text=about
            ),
            "missing": self.env._("%(name)s is not known.", name=about),
            "zero": self.env._("It divides by zero."),
            "text": self.env._(
                "“%(text)s” is a text where a number is needed.", text=about
            ),
            "large": self.env._("The result is too large."),
            "negative": self.env._("The result is less than nothing."),
        }[error.code]

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


def options_of(questions):
    """(key, word) of everything that may be chosen."""
    for question in questions or ():
        for option in question.get(question.get("type")) or ():
            yield option[0], option[1]


def _reworded(words, taken):
    """Those of {old: new} that changed and whose old word means nothing else now."""
    taken = {spoken(word) for word in taken if word}
    return {
        old: new
        for old, new in words.items()
        if old and new and old != new and spoken(old) not in taken
    }


def replaced(text, names, options):
    """The formula with other names, bare or in brackets, and other words in quotes.

    :param names: {spoken name: what takes its place}, ``options`` alike for quotes
    """

    def other(match):
        found = match[0]
        if match.lastgroup and match.lastgroup != "label":
            word = options.get(spoken(match[match.lastgroup]))
            return f"{found[0]}{word}{found[-1]}" if word else found
        return names.get(spoken(match["label"] or found), found)

    return re.sub(rf"{QUOTED.pattern}|[^\W\d]\w*", other, text)
