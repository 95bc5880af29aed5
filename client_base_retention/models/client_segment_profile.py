import json
from uuid import uuid4

from odoo import api, fields, models
from odoo.tools import SQL

from . import client_portrait_answers as portrait
from . import client_portrait_ready as ready
from .client_copied_names import copied_names
from .client_portrait_fields import PortraitDefinition

BATCH = 1000


class ClientSegment(models.Model):
    """What is asked of clients of a segment: the definition of their portrait.

    The definition is what Odoo's properties need; people edit it as a list of questions
    (``client.portrait.question``) or beside the answers. Both say the same at any time.
    """

    _inherit = "client.segment"

    profile_definition = PortraitDefinition(string="Portrait")
    question_ids = fields.One2many(
        "client.portrait.question",
        "segment_id",
        string="Questions",
        help="What is worth knowing of clients of this segment.",
    )
    profile_text = fields.Text(
        string="Portrait as text",
        compute="_compute_profile_text",
        inverse="_inverse_profile_text",
        help="The questions as one text, for copies of the client base.",
    )

    @api.depends("profile_definition")
    def _compute_profile_text(self):
        for segment in self:
            questions = segment._questions_stored()
            segment.profile_text = json.dumps(questions) if questions else False

    def _inverse_profile_text(self):
        for segment in self:
            questions = json.loads(segment.profile_text or "[]")
            if questions != segment._questions_stored():
                segment.profile_definition = questions

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("profile_definition"):
                # A copy is made by the record it is copied from.
                definition = self.browse()._own_names(vals["profile_definition"])
                vals["profile_definition"] = definition
        segments = super().create(vals_list)
        segments.filtered("profile_definition")._questions_follow()
        return segments

    def copy(self, default=None):
        copies = super().copy(default)
        for segment, twin in zip(self, copies, strict=True):
            pairs = zip(segment.question_ids, twin.question_ids, strict=False)
            for old, new in pairs:
                # What the definition says nothing of.
                for name in ("is_required", "on_questionnaire"):
                    if old[name]:
                        new[name] = True
        return copies

    def write(self, vals):
        if "profile_definition" not in vals:
            return super().write(vals)
        before = {segment: segment._questions_stored() for segment in self}
        if vals["profile_definition"]:
            vals = vals | {
                "profile_definition": self._own_names(vals["profile_definition"])
            }
        result = super().write(vals)
        self._questions_follow()
        for segment, questions in before.items():
            segment._answers_follow(questions)
        if not self.env.context.get("install_mode"):
            self.env["res.company"]._client_companies()._rederive_data()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_answers_kept(self):
        """Contacts lose their segment by a write: it keeps what they have answered."""
        # sudo: the head need not see every client of a segment he deletes.
        contacts = self.env["res.partner"].sudo().with_context(active_test=False)
        contacts.search([("segment_id", "in", self.ids)]).segment_id = False

    def copy_data(self, default=None):
        default = dict(default or {})
        values = super().copy_data(default)
        if "name" not in default:
            for vals, name in zip(values, copied_names(self), strict=True):
                vals["name"] = name
        return values

    def _questions_stored(self):
        """The definition as it is stored, ready words in English."""
        self.ensure_one()
        return self.with_context(lang=None).profile_definition

    def _own_names(self, definition):
        """The definition with names that no other segment has: lists find a question
        by its name, wherever it is asked."""
        others = self.env["client.portrait.question"].sudo()
        if not isinstance(definition, list):
            return definition
        names = [question.get("name") for question in definition]
        taken = others.search(
            [("name", "in", names), ("segment_id", "not in", self.ids)]
        )
        taken = set(taken.mapped("name"))
        return [
            question | {"name": self._new_name(question)}
            if question.get("name") in taken
            else question
            for question in definition
        ]

    @api.model
    def _new_name(self, question):
        """A name nobody has; of texts with layout Odoo wants to see it in the name."""
        name = uuid4().hex[:16]
        return f"{name}_html" if question.get("type") == "html" else name

    # ---------------------------------------------------------- questions and answers

    def _questions_follow(self):
        """Make the list of questions what the definitions say."""
        if not self.env.context.get("client_questions_lead"):
            # sudo: who may change the definition may change the list.
            self.env["client.portrait.question"].sudo()._follow(self)

    def _answers_follow(self, before):
        """Questions changed: keep the answers to those that are gone, bring kept ones
        back to those that are asked again.

        :param before: the definition until now
        """
        self.ensure_one()
        after = self._questions_stored()
        if before == after:
            return
        now = {question["name"]: question for question in after}
        gone = [
            question["name"]
            for question in before
            if not _holds(question, now.get(question["name"]))
        ]
        contacts = self.env["res.partner"].sudo()
        contacts.flush_model(["segment_id", "profile_properties", "profile_kept"])
        rows = self.env.execute_query(
            SQL(
                """SELECT id, profile_properties, profile_kept FROM res_partner
                    WHERE segment_id = %s
                      AND (profile_properties ?| %s OR profile_kept IS NOT NULL)""",
                self.id,
                gone,
            )
        )
        changed = []
        for key, answers, kept in rows:
            placed = portrait.place(answers or {}, before, after, kept, self.id)
            if placed != (answers or {}, kept or []):
                changed.append((key, *placed))
        contacts._portrait_store(changed)

    def _answers_count(self, names):
        """How many contacts have answered any of these questions of the segment."""
        self.ensure_one()
        self.env["res.partner"].flush_model(["segment_id", "profile_properties"])
        return self.env.execute_query(
            SQL(
                """SELECT count(*) FROM res_partner p
                    WHERE p.segment_id = %s AND EXISTS (
                          SELECT FROM jsonb_each(p.profile_properties) a
                           WHERE a.key = ANY(%s) AND %s)""",
                self.id,
                list(names),
                answered_sql(SQL("a.value")),
            )
        )[0][0]

    @api.onchange("question_ids")
    def _onchange_question_ids(self):
        """Say what becomes of the answers before a question goes."""
        gone = self._origin.question_ids - self.question_ids._origin
        count = gone and self._origin._answers_count(gone.mapped("name"))
        if not count:
            return None
        return {
            "warning": {
                "title": self.env._("Answers"),
                "message": self.env._(
                    "%(count)s contacts have answered: %(questions)s. When you save, "
                    "the answers leave the portrait and are kept on the contacts: they "
                    "come back when the same is asked again.",
                    count=count,
                    questions=", ".join(gone.mapped("label")),
                ),
            }
        }

    # ------------------------------------------------------------------ ready portraits

    @api.model
    def _fill_ready_profiles(self):
        """Give the segments that come with the addon their portraits.

        What somebody has already defined is left alone.
        """
        for name, questions in ready.READY.items():
            segment = self.env.ref(
                f"client_base_retention.{name}", raise_if_not_found=False
            )
            if segment and not segment.profile_definition:
                segment.profile_definition = ready.definition(questions)
                printed = segment.question_ids.filtered(
                    lambda question: question.name in ready.ON_QUESTIONNAIRE
                )
                # The definition says nothing of it and stays as it is.
                leading = printed.with_context(client_questions_lead=True)
                leading.on_questionnaire = True


def answered_sql(value):
    """``SQL``: whether an answer, a jsonb, says anything. 0 does."""
    return SQL("""COALESCE(%s, 'null') NOT IN ('null', 'false', '""', '[]')""", value)


def _holds(question, now):
    """Whether answers to a question are answers to what it has become."""
    return (
        now is not None
        and now["type"] == question["type"]
        and now.get("comodel") == question.get("comodel")
        and portrait.options(question).keys() <= portrait.options(now).keys()
    )
