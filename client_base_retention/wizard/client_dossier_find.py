from collections import defaultdict

from odoo import models

from ..models.client_finder import Contact, name_key
from ..models.client_old_list import read_day, read_sum
from .client_dossier_read import OF_CLIENT

YES = {"yes", "y", "true", "1", "+", "x", "да", "х", "есть"}
NO = {"no", "n", "false", "0", "-", "нет"}


class ClientDossier(models.TransientModel):
    """Whom the rows of an old list mean, and what they answer about him."""

    _inherit = "client.dossier"

    # ------------------------------------------------------------- finding the clients

    def _dossier_find(self, rows):
        """Find the client of each row, or say who is to be made.

        Rows that name him best come first, so that the result does not depend on their
        order.
        """
        finder, never = self._dossier_finder(rows)
        may_make = self.env["res.partner"].has_access("create")
        # A branch may know the contacts of the companies above it.
        above = set(self.env.company.sudo().parent_ids.ids)
        for row in sorted(rows, key=lambda r: ("name" not in r.keys, len(r.keys) == 1)):
            found = finder.find(row.keys, above)
            found = [c for c in found if c.client not in never] or found[:1]
            wrong = self._dossier_refuse(row, found, never, may_make)
            if wrong:
                self._dossier_error(row, "name", wrong)
                continue
            row.contact = found[0] if found else Contact(name=row.values["name"])
            if found and not finder.is_called(row.contact, row.keys.get("name")):
                row.renamed = "name" in row.keys and row.contact.name
            row.target = finder.nearest(row.contact, row.keys).partner
            finder.learn(row.contact, row.keys)
            if row.contact.client is None:
                for name in OF_CLIENT:
                    if row.values.get(name):
                        row.contact.values.setdefault(name, row.values[name])
        self._dossier_answers([row for row in rows if row.contact])

    def _dossier_finder(self, rows):
        """``ClientFinder`` of the contacts there are; ids of those never clients."""
        wanted = defaultdict(set)
        for row in rows:
            for kind, key in row.keys.items():
                if kind != "born":
                    name = kind == "name"
                    wanted[kind].add(row.values["name"] if name else key)
        return self.env["res.partner"]._client_finder(wanted)

    def _dossier_refuse(self, row, found, never, may_make):
        """Why this row's client cannot be told, in words."""
        if len(found) > 1:
            return self.env._(
                "%(count)s contacts fit: give telephone, e-mail, birthday, tax number "
                "or the client's number.",
                count=len(found),
            )
        if found:
            if found[0].client in never:
                return self.env._(
                    "%(name)s is an own company or a user and can be no client.",
                    name=found[0].name,
                )
        elif "name" not in row.keys:
            return self.env._("nobody is found, and there is no name for a new client.")
        elif not may_make:
            return self.env._(
                "%(name)s is not among the contacts, and you may not make contacts.",
                name=row.values["name"],
            )
        return None

    # ----------------------------------------------------------------------- portrait

    def _dossier_answers(self, rows):
        """Answers to the questions of each client's segment; what no question asks is
        kept among the notes."""
        rows = [row for row in rows if row.portrait]
        clients = {row.contact.client for row in rows} - {None}
        # sudo: of a client found by one of his persons only the segment is read.
        there = {
            client.id: client.segment_id.id
            for client in self.env["res.partner"].sudo().browse(clients)
        }
        questions = {}
        for row in rows:
            segment = there.get(row.contact.client) or row.values.get("segment_id")
            segment = segment or row.contact.values.get("segment_id")
            if segment not in questions:
                questions[segment] = self._dossier_questions(segment)
            answers = {}
            for heading, text in row.portrait:
                question = questions[segment].get(name_key(heading))
                if question:
                    self._dossier_answer(row, heading, text, question, answers)
                else:
                    row.notes.append(f"{heading}: {text}" if heading else text)
            row.portrait = answers

    def _dossier_questions(self, segment_id):
        """{key of a question: its definition} of a segment."""
        segment = self.env["client.segment"].browse(segment_id or [])
        found = {}
        for some in (segment.with_context(lang="en_US"), segment):
            for question in some.profile_definition or ():
                found[name_key(question.get("string") or "")] = question
        return found

    def _dossier_answer(self, row, heading, text, question, answers):
        read = getattr(self, f"_answer_{question['type']}", None)
        if read is None:
            row.notes.append(f"{heading}: {text}")
            return
        value, wrong = read(text, question)
        if wrong:
            row.errors.append(("portrait", f"{heading}: {wrong}"))
        else:
            answers[question["name"]] = value

    def _answer_char(self, text, question):
        return text, None

    def _answer_text(self, text, question):
        return text, None

    def _answer_float(self, text, question):
        number = read_sum(text)
        if number is None:
            return None, self.env._("%(text)s is no number.", text=text)
        return number, None

    def _answer_integer(self, text, question):
        number, wrong = self._answer_float(text, question)
        return (None if wrong else int(number)), wrong

    def _answer_boolean(self, text, question):
        word = name_key(text)
        if word in YES or word in NO:
            return word in YES, None
        return None, self.env._("%(text)s is neither yes nor no.", text=text)

    def _answer_date(self, text, question):
        day = read_day(text, self.env.company._client_today())
        if day is None:
            return None, self.env._("%(text)s is no date.", text=text)
        return str(day), None

    def _answer_selection(self, text, question):
        options = question.get("selection") or []
        found = {name_key(label): key for key, label in options}
        found |= {name_key(key): key for key, _label in options}
        if name_key(text) in found:
            return found[name_key(text)], None
        return None, self._answer_choices(text, [label for _key, label in options])

    def _answer_tags(self, text, question):
        options = question.get("tags") or []
        found = {name_key(label): key for key, label, _color in options}
        words = [word.strip() for word in text.split(",") if word.strip()]
        for word in words:
            if name_key(word) not in found:
                return None, self._answer_choices(word, [o[1] for o in options])
        return [found[name_key(word)] for word in words], None

    def _answer_choices(self, text, labels):
        return self.env._(
            "%(text)s is none of: %(labels)s.", text=text, labels=", ".join(labels)
        )
