import re
from urllib.parse import quote

from markupsafe import escape

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL, plaintext2html

TRACKED = ("old_value_char", "new_value_char", "old_value_text", "new_value_text")


class ResPartner(models.Model):
    """Where others' records name a person who is anonymized, in running text."""

    _inherit = "res.partner"

    def _anonymized_words(self, old_names, details):
        """{what stands for the person: what stands there from now on}.

        The longer ones first: one may be a part of another.
        """
        # In links Odoo writes them as addresses are written.
        linked = {quote(detail, safe="+@") for detail in details}
        new = dict.fromkeys(old_names, self[:1]._anonymous_name())
        new |= dict.fromkeys(details | linked, "")
        return dict(sorted(new.items(), key=lambda pair: -len(pair[0])))

    def _anonymized_at(self):
        """The clients whose history may name these persons: present and former ones."""
        clients = self.commercial_partner_id
        clients |= self.client_employment_ids.company_partner_id.commercial_partner_id
        return clients - self

    def _replace_words(self, model, columns, words, which):
        """Put ``words`` in the place of others in columns of the rows ``which``."""
        for old, text in words.items():
            for written in {old, str(escape(old))}:
                values = {
                    column: SQL(
                        "replace(%s, %s, %s)", SQL.identifier(column), written, text
                    )
                    for column in columns
                }
                self._set_columns(model, values, which)

    def _anonymize_meetings(self, words):
        """Titles of meetings and the invitations to them name their guests, and Odoo
        writes telephone and e-mail of the first one into the description."""
        # Past and archived meetings, too.
        meetings = self.env["calendar.event"].with_context(active_test=False)
        ids = meetings.search([("partner_ids", "in", self.ids)]).ids
        self._replace_words(
            meetings, ("name", "description"), words, SQL("id = ANY(%s)", ids)
        )
        self._replace_in_history("calendar.event", ids, words)

    def _replace_in_history(self, model, ids, words):
        """Letters, notes, planned activities and changes of these records."""
        letters = SQL("model = %s AND res_id = ANY(%s)", model, ids)
        self._replace_words(
            self.env["mail.message"], ("subject", "body"), words, letters
        )
        self._replace_words(
            self.env["mail.activity"],
            ("summary", "note", "feedback"),
            words,
            SQL("res_model = %s AND res_id = ANY(%s)", model, ids),
        )
        self._replace_words(
            self.env["mail.tracking.value"],
            TRACKED,
            words,
            SQL("mail_message_id IN (SELECT id FROM mail_message WHERE %s)", letters),
        )

    def _anonymize_around(self, clients, words):
        """What is written on the client about one of his persons.

        Names of one word stay there: they are parts of other words, and nobody is known
        by them alone.
        """
        name = self[:1]._anonymous_name()
        words = {
            old: new for old, new in words.items() if new != name or " " in old.strip()
        }
        self._replace_in_history("res.partner", clients.ids, words)
        leads = self.env["crm.lead"].search([("partner_id", "in", self.ids)])
        self._replace_in_history("crm.lead", leads.ids, words)

    def _anonymize_remarks(self):
        """The tasks that stand for what these persons said, open or done, and the note
        that a done one leaves on the client, forget the words."""
        remarks = self.env["client.remark"].search(
            Domain("partner_id", "in", self.ids) | Domain("person_id", "in", self.ids)
        )
        if not remarks:
            return
        name = self[:1]._anonymous_name()
        values = {
            "summary": self.env._("Dissatisfied: %(text)s", text=name),
            "note": None,
            "feedback": None,
        }
        tasks = remarks.activity_id
        self._set_columns(
            self.env["mail.activity"], values, SQL("id = ANY(%s)", tasks.ids)
        )
        said = {}
        for remark in remarks:
            for text in filter(None, (remark.text, remark.solution)):
                # As it was written down, and as it is kept.
                html = re.sub(r"^<p>|</p>$", "", str(plaintext2html(text)))
                kept = html.replace("<br/>", "<br>")
                heading = remark._task_summary().partition(": ")[2].rstrip("…")
                said |= dict.fromkeys((html, kept, text, heading), name)
        self._replace_words(
            self.env["mail.message"],
            ("subject", "body"),
            dict(sorted(said.items(), key=lambda pair: -len(pair[0]))),
            SQL(
                "model = 'res.partner' AND res_id = ANY(%s) "
                "AND mail_activity_type_id IS NOT NULL",
                remarks.partner_id.ids,
            ),
        )
