import json

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.misc import format_date

from . import client_portrait_answers as portrait
from . import client_portrait_ready as ready
from .client_portrait_fields import Portrait
from .client_roles import ROLE

BATCH = 1000


class ResPartner(models.Model):
    """What is known of a client by what his segment asks (N48).

    Odoo forgets the answers when the segment changes. Here they are kept beside it and
    come back with a segment that asks the same.
    """

    _name = "res.partner"
    _inherit = ["res.partner", "client.portrait.search"]

    # Without groups: Odoo writes properties of every contact that is created, whoever
    # creates it. Who may read them says ``_has_field_access``.
    profile_properties = Portrait(
        string="Portrait", definition="segment_id.profile_definition"
    )
    profile_kept = fields.Json(
        string="Answers kept from other segments",
        groups=ROLE,
        readonly=True,
        copy=False,
        prefetch=False,
    )
    client_portrait_kept_text = fields.Text(
        string="Kept from before",
        compute="_compute_client_portrait_kept_text",
        compute_sudo=True,
        groups=ROLE,
    )
    client_portrait_text = fields.Char(
        string="Portrait in words",
        compute="_compute_client_portrait_text",
        compute_sudo=True,
        groups=ROLE,
    )
    client_portrait_data = fields.Text(
        string="Portrait as text",
        compute="_compute_client_portrait_data",
        inverse="_inverse_client_portrait_data",
        compute_sudo=True,
        groups=ROLE,
        help="The answers as one text, for copies of the client base.",
    )
    client_segment_id = fields.Many2one(
        related="client_card_id.segment_id",
        string="Segment of the client",
        groups=ROLE,
        help="On a person: the segment of the client the person belongs to.",
    )
    client_segment_text = fields.Char(
        related="client_card_id.client_portrait_text",
        string="Portrait of the client",
        groups=ROLE,
    )
    client_has_portrait = fields.Boolean(
        string="The segment asks something",
        compute="_compute_client_portrait_text",
        compute_sudo=True,
        groups=ROLE,
    )

    # ------------------------------------------------------------------------ fields

    @api.model
    def _client_field_names(self):
        return [
            *super()._client_field_names(),
            "profile_properties",
            "profile_kept",
            "client_portrait_kept_text",
            "client_portrait_text",
            "client_portrait_data",
            "client_has_portrait",
        ]

    def _has_field_access(self, field, operation):
        hidden = field.name == "profile_properties" and operation == "read"
        if hidden and not self.env.su and not self.env.user.has_group(ROLE):
            return False
        return super()._has_field_access(field, operation)

    @api.depends("profile_properties", "profile_kept")
    def _compute_client_portrait_data(self):
        for partner in self:
            answers = [a | {"segment": False} for a in partner._portrait_entries()]
            partner.client_portrait_data = json.dumps(answers) if answers else False

    def _inverse_client_portrait_data(self):
        """Take answers over from a copy: those that are already here stay.

        :raise UserError: the text is no portrait
        """
        for partner in self:
            try:
                answers = json.loads(partner.client_portrait_data or "[]")
                answers = [portrait.checked(answer) for answer in answers]
            except (ValueError, TypeError, KeyError) as error:
                raise UserError(
                    self.env._("This is no portrait of a client.")
                ) from error
            if answers:
                # sudo: the contact was written by the user himself.
                partner.sudo()._portrait_take(answers)

    @api.depends("profile_kept")
    @api.depends_context("lang")
    def _compute_client_portrait_kept_text(self):
        """ "Sales area: 240 m² (Shops and resellers)", one answer in a line."""
        kept = {partner: partner.profile_kept or [] for partner in self}
        ids = {answer["segment"] for answers in kept.values() for answer in answers}
        segments = self.env["client.segment"].browse(ids).exists()
        names = {segment.id: segment.name for segment in segments}
        for partner, answers in kept.items():
            lines = []
            for answer in ready.shown_kept(answers, self.env):
                words = {
                    "question": answer["string"] or answer["name"],
                    "answer": self._portrait_in_words(answer, answer["value"]),
                    "segment": names.get(answer["segment"]) or "-",
                }
                lines.append(
                    self.env._("%(question)s: %(answer)s (%(segment)s)", **words)
                )
            partner.client_portrait_kept_text = "\n".join(lines)

    @api.depends("profile_properties", "segment_id.profile_definition")
    @api.depends_context("lang")
    def _compute_client_portrait_text(self):
        """ "240 m², Middle, Every month": what is answered, in the order of asking."""
        for partner in self:
            segment = partner.segment_id
            questions = segment.profile_definition or []
            answers = partner.profile_properties._values if questions else {}
            words = [
                self._portrait_in_words(question, answers.get(question["name"]))
                for question in questions
                if portrait.is_answered(answers.get(question["name"]))
            ]
            partner.client_has_portrait = bool(questions)
            text = ", ".join(word for word in words if word)
            partner.client_portrait_text = text

    def _portrait_in_words(self, question, value):
        """An answer for people; dates and records in their language."""
        kind = question["type"]
        if kind == "date":
            return format_date(self.env, value)
        if kind in ("many2one", "many2many"):
            # Read as superuser: the name of a record may be hidden from the user.
            return "…" if value else ""
        return portrait.in_words(question, value, yes=question.get("string") or "")

    # -------------------------------------------------------------------------- CRUD

    def write(self, vals):
        if "segment_id" not in vals:
            return super().write(vals)
        leaving = self._portrait_leaving(vals["segment_id"])
        result = super().write(vals)
        if leaving:
            self._portrait_settle(leaving, vals.get("profile_properties"))
        return result

    def _portrait_leaving(self, segment_id):
        """Answers of those of these contacts that go over to another segment.

        :return: [(id, id of the present segment, answers, kept answers)]
        """
        if not self.ids:
            return []
        self.flush_recordset(["segment_id", "profile_properties", "profile_kept"])
        return self.env.execute_query(
            SQL(
                """SELECT id, segment_id, profile_properties, profile_kept
                     FROM res_partner
                    WHERE id IN %s AND segment_id IS DISTINCT FROM %s
                      AND (profile_properties IS NOT NULL OR profile_kept IS NOT NULL)
                """,
                tuple(self.ids),
                segment_id or None,
            )
        )

    def _portrait_settle(self, leaving, explicit=None):
        """Bring the answers that were given before to the questions of today.

        :param leaving: as ``_portrait_leaving`` gives it
        :param explicit: what was written as portrait together with the segment
        """
        # sudo: the questions are everybody's; who may write a contact may move him.
        contacts = self.sudo().browse(row[0] for row in leaving)
        segments = {row[1] for row in leaving} - {None}
        before = {
            segment.id: segment.with_context(lang=None).profile_definition
            for segment in self.env["client.segment"].sudo().browse(segments)
        }
        self.flush_recordset(["segment_id", "profile_properties"])
        explicit = _given(explicit)
        rows = []
        for contact, row in zip(contacts, leaving, strict=True):
            after = contact.segment_id.with_context(lang=None).profile_definition
            found, kept = portrait.place(
                row[2] or {}, before.get(row[1]), after, row[3], row[1], explicit
            )
            present = contact.profile_properties._values or {}
            rows.append((contact.id, present | found, kept))
        contacts._portrait_store(rows)

    @api.model
    def _portrait_store(self, rows):
        """Write answers and kept answers of many contacts at once.

        :param rows: [(id, answers, kept answers)]
        """
        for start in range(0, len(rows), BATCH):
            self.env.execute_query(
                SQL(
                    """UPDATE res_partner p
                          SET profile_properties = NULLIF(v.answers::jsonb, '{}'),
                              profile_kept = NULLIF(v.kept::jsonb, '[]')
                         FROM (VALUES %s) AS v(id, answers, kept)
                        WHERE p.id = v.id""",
                    SQL(", ").join(
                        SQL("(%s, %s, %s)", key, json.dumps(found), json.dumps(kept))
                        for key, found, kept in rows[start : start + BATCH]
                    ),
                )
            )
        contacts = self.browse(row[0] for row in rows)
        contacts.invalidate_recordset(["profile_properties", "profile_kept"])
        contacts._client_data_touched()

    def _portrait_preview(self, found):
        """What a form shows for the segment just chosen, before it is saved.

        :param found: the questions with answers, as Odoo gives them
        """
        self.ensure_one()
        before = self._origin.sudo()
        answers, _kept = portrait.place(
            before.profile_properties._values or {},
            before.segment_id.with_context(lang=None).profile_definition,
            self.segment_id.with_context(lang=None).profile_definition,
            before.profile_kept,
            before.segment_id.id,
        )
        for question in found:
            if not portrait.is_answered(question.get("value")):
                question["value"] = answers.get(question["name"])
        return found

    # ------------------------------------------------------------------------ merging

    def _portrait_entries(self):
        """Everything that is known of these contacts, as kept answers."""
        pool = []
        for contact in self:
            segment = contact.segment_id
            _found, kept = portrait.place(
                contact.profile_properties._values or {},
                segment.with_context(lang=None).profile_definition,
                (),
                contact.profile_kept,
                segment.id,
            )
            pool += kept
        return pool

    def _portrait_take(self, pool):
        """Fill what is not answered here from answers given elsewhere; what finds no
        place is kept."""
        self.ensure_one()
        definition = self.segment_id.with_context(lang=None).profile_definition
        own = self.profile_properties._values or {}
        answered = {n: value for n, value in own.items() if portrait.is_answered(value)}
        pool = [*pool, *(self.profile_kept or [])]
        found, kept = portrait.place({}, (), definition, pool, False, answered)
        self._portrait_store([(self.id, own | found, kept)])


def _given(explicit):
    """{name: value} of a portrait as it was written: a dict, or a list of questions."""
    if isinstance(explicit, dict):
        return explicit
    return {
        question["name"]: question["value"]
        for question in explicit or ()
        if isinstance(question, dict) and question.get("name") and "value" in question
    }
