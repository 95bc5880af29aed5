from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from . import client_portrait_answers as portrait
from .client_portrait_fields import ReadyChar, ReadyText

KINDS = [
    ("char", "Text"),
    ("text", "Text of several lines"),
    ("integer", "Whole number"),
    ("float", "Decimal number"),
    ("date", "Date"),
    ("boolean", "Tick"),
    ("selection", "One of several"),
    ("tags", "Some of several"),
    ("other", "Other"),
]
# Other kinds of Odoo's properties are made beside the answers and kept as they are.
OURS = {kind for kind, _label in KINDS} - {"other"}
COLORS = 11


class ClientPortraitQuestion(models.Model):
    """One thing that is asked of clients of a segment (N48).

    The list is another view of the definition of properties of the segment
    (``client.segment.profile_definition``): who changes one changes both.
    """

    _name = "client.portrait.question"
    _description = "Question of a portrait"
    _order = "segment_id, sequence, id"
    _rec_name = "label"

    segment_id = fields.Many2one(
        "client.segment", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(
        string="Technical name",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: uuid4().hex[:16],
        help="By this name formulas and imports know the question.",
    )
    label = ReadyChar(string="Question", required=True)
    kind = fields.Selection(KINDS, string="Answer", required=True, default="char")
    options = ReadyText(
        help="What can be chosen, each in a line of its own or between semicolons."
    )
    unit = ReadyChar(help="Shown behind the answer, for example m².")
    is_required = fields.Boolean(
        string="Must be known",
        help="Where a regulation asks for the portrait, these questions must be "
        "answered; without any such, all of them.",
    )
    in_cards = fields.Boolean(
        string="On cards", help="Shown on the cards of the list of clients."
    )
    on_questionnaire = fields.Boolean(
        string="On questionnaires",
        help="Printed on the questionnaire that clients fill in. What only your own "
        "people should know or say stays off.",
    )

    _name_uniq = models.Constraint(
        "UNIQUE(name)", "Two questions cannot have the same technical name."
    )

    @api.constrains("kind", "options")
    def _check_options(self):
        for question in self:
            if question.kind in portrait.OPTIONS and not question._option_words():
                raise ValidationError(
                    self.env._(
                        "What can be chosen as an answer to “%(question)s”? "
                        "Write the options, each in a line of its own.",
                        question=question.label,
                    )
                )

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions.segment_id._questions_lead()
        return questions

    def write(self, vals):
        before = self.segment_id
        result = super().write(vals)
        (before | self.segment_id)._questions_lead()
        return result

    def unlink(self):
        segments = self.segment_id
        result = super().unlink()
        segments.exists()._questions_lead()
        return result

    # ------------------------------------------------- from the list to the definition

    def _option_words(self):
        """What can be chosen, in the order of the text, each once."""
        text = (self.options or "").replace(";", "\n")
        words = (" ".join(line.split()) for line in text.splitlines())
        return list(dict.fromkeys(word for word in words if word))

    def _as_property(self, before):
        """This question as Odoo's properties take it.

        :param before: the same question in the definition until now, or {}
        """
        self.ensure_one()
        if self.kind == "other":
            return before and before | {"string": self.label}
        same = before.get("type") == self.kind
        kept = ("default", "fold_by_default") if same else ()
        found = {name: before[name] for name in kept if name in before}
        found |= {"name": self.name, "string": self.label, "type": self.kind}
        if self.unit and self.kind not in portrait.OPTIONS | {"boolean"}:
            found["suffix"] = self.unit
        if self.in_cards:
            found["view_in_cards"] = True
        if self.kind in portrait.OPTIONS:
            found[self.kind] = self._as_options(before.get(self.kind) or [])
        return found

    def _as_options(self, before):
        """Options with the keys they had; a word that stands where another stood is
        the same option with another name."""
        words = self._option_words()
        keys = {option[1]: option[0] for option in before}
        colors = {option[0]: option[2] for option in before if len(option) > 2}
        left = [option for option in before if option[1] not in words]
        fresh = [word for word in words if word not in keys]
        if len(words) == len(before) and len(left) == len(fresh):
            for option, word in zip(left, fresh, strict=True):
                keys[word] = option[0]
        found = []
        for place, word in enumerate(words):
            key = keys.get(word) or uuid4().hex[:8]
            option = [key, word]
            if self.kind == "tags":
                option.append(colors.get(key, 1 + place % COLORS))
            found.append(option)
        return found

    # ------------------------------------------------- from the definition to the list

    @api.model
    def _follow(self, segments):
        """Make the questions of these segments what their definitions say."""
        lead = self.with_context(client_questions_lead=True)
        fresh, gone = [], lead.browse()
        for segment in segments.with_context(lang=None):
            present = {question.name: question for question in segment.question_ids}
            for place, prop in enumerate(segment.profile_definition or []):
                values = self._of_property(prop) | {"sequence": place}
                question = present.pop(prop["name"], None)
                if question is None:
                    fresh.append(
                        values | {"segment_id": segment.id, "name": prop["name"]}
                    )
                elif changed := question._different(values):
                    question.with_env(lead.env).write(changed)
            for question in present.values():
                gone |= question
        gone.with_env(lead.env).unlink()
        lead.create(fresh)

    @api.model
    def _of_property(self, prop):
        kind = prop["type"] if prop["type"] in OURS else "other"
        return {
            "label": prop.get("string") or prop["name"],
            "kind": kind,
            "options": "\n".join(portrait.options(prop).values()) or False,
            "unit": prop.get("suffix") or False,
            "in_cards": bool(prop.get("view_in_cards")),
        }

    def _different(self, values):
        return {key: value for key, value in values.items() if self[key] != value}


class ClientSegment(models.Model):
    _inherit = "client.segment"

    def _questions_lead(self):
        """Make the definitions what the lists of questions say."""
        if self.env.context.get("client_questions_lead"):
            return
        for segment in self.with_context(client_questions_lead=True, lang=None):
            before = {prop["name"]: prop for prop in segment._questions_stored()}
            found = []
            for question in segment.question_ids.sorted():
                prop = question._as_property(before.get(question.name) or {})
                if prop:
                    found.append(prop)
            segment.profile_definition = found
