import re
import textwrap

from odoo import SUPERUSER_ID, fields, models
from odoo.tools import SQL
from odoo.tools.mail import html_to_inner_content

from .client_touchpoint_source import shorten

LETTERS = ("email", "comment", "sms")
# Of the text the beginning is kept as a note, and so much of the source is read.
TEXT_LENGTH = 200
BODY_READ = 20000
# Talk between users, visitors and bots, not letters.
CHATS = ["discuss.channel"]
# Where Odoo itself sends SMS in the name of whoever works on the record.
MACHINE_SMS = ["stock.picking"]
# Where people write freely; the light layout of a letter from elsewhere is a document.
FREE_MODELS = ["res.partner", "crm.lead"]
LIGHT_LAYOUT = "mail.mail_notification_light"
AUTOMATIC_SUBJECT = re.compile(
    r"""^\s*(re:\s*)?(
        auto(matic|matische)?[\s-]?(reply|response|answer|antwort)\b
      | out[\s-]of[\s-](the[\s-])?office\s*(:|$|reply|message)
      | abwesenheits(notiz|nachricht|meldung|assistent)
      | r[ée]ponse\sautomatique | respuesta\sautom[áa]tica
      | risposta\sautomatica | resposta\sautom[áa]tica | automatisch\santwoord
      | авто(матический\s)?-?ответ
    )""",
    re.IGNORECASE | re.VERBOSE,
)


class MailMessage(models.Model):
    """Which messages are contacts: people writing to people (design 4.3).

    A letter of the time before a person changed the employer is the old client's.

    Read is only what Odoo records, so that the history is judged like the present:

    - from the client: e-mails (``email``) whose author is the client or one of its
      persons, if they are no automatic answers. What visitors of the portal write is
      posted by the same code as what the portal writes in their name, so it is none.
    - from us: messages of an internal user that reach the client by e-mail: written in
      the chatter or the composer (``comment``) or in his own mail programme
      (``email``), not as a note. Templates sent by the system have other types
      (``notification``, ``auto_comment``, ``email_outgoing``), as have mass mailings.
    - documents (quotation, order, invoice, receipt, reminder) are posted as comments
      like what is typed, but all of them name a layout, which the chatter and the
      composer opened from it do not. On contacts and opportunities the light layout is
      no document. A template that a person took in the composer there, read and sent
      is a letter: he wrote to the client.
    - SMS of a user on one record; those to many are logged as notes.

    The note is the subject. The beginning of the text is copied from letters on the
    contact only: an opportunity or a document can be hidden from who sees the client.
    """

    _inherit = "mail.message"

    def write(self, vals):
        result = super().write(vals)
        # The mail gateway adds whom else the letter went to after it was posted.
        if "partner_ids" in vals and not self.env.context.get("client_unnoticed"):
            # sudo: the gateway writes in the name of whoever owns the record.
            for letter in self.sudo().filtered(lambda m: m.message_type == "email"):
                letter._client_notice(set(letter.partner_ids.ids))
        return result

    def _client_notice(self, partner_ids):
        """Record the contacts that this message is, sent or received just now.

        :param partner_ids: {id of everybody of theirs whom it can be a contact with}
        """
        touchpoints = self.env["client.touchpoint"]
        # Most messages are not with clients; this is one query by indexes.
        since = min((letter.date for letter in self if letter.date), default=None)
        if touchpoints._clients_among(partner_ids, since):
            with touchpoints._unfailing() as touchpoints:
                touchpoints._notice(self._client_letters())

    def _client_contacts(self):
        """The contacts that these messages were.

        Any messages may be given; what is no contact gives nothing. No query per
        record. Of what came in, automatic answers are known by their headers, which
        are not stored, so messages newer than the addon were noticed when they came
        and are not to be given again.

        :return: list of values for ``client.touchpoint._notice``, oldest first
        """
        return self._client_letters()

    def _client_letters(self):
        """The same, of e-mails and SMS exchanged by people only."""
        if not self:
            return []
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["client.card"].flush_model(["partner_id", "company_id"])
        self.env["client.employment"].flush_model()
        self.flush_model()
        self.env["mail.notification"].flush_model()
        rows = self.env.execute_query_dict(self._client_met_query())
        now = fields.Datetime.now()
        rows = [row for row in rows if not self._client_is_automatic(row)]
        records = self._client_records(rows)
        contacts = []
        for row in rows:
            record = records.get((row["model"], row["res_id"]))
            vals = {
                "partner_id": row["partner_id"],
                "date": min(row["date"] or now, now),
                "kind": "message" if row["message_type"] == "sms" else "email",
                "direction": "out" if row["doer"] else "in",
                "outcome": "reached",
                "user_id": row["doer"] or self._client_addressee(row, record),
                "note": self._client_note(row, record),
                "res_model": self._name,
                "res_id": row["id"],
            }
            contacts.append(
                self.env["client.touchpoint"]._with_company(
                    vals,
                    row["companies"],
                    not row["doer"] and row["parent_company"],
                    row["record_company_id"],
                )
            )
        return contacts

    def _client_is_automatic(self, row):
        return not row["doer"] and AUTOMATIC_SUBJECT.match(row["subject"] or "")

    def _client_note(self, row, record):
        """What of the message is kept, see above."""
        subject = (row["subject"] or "").strip()
        # Odoo's own subject is the name of the record.
        if record and subject.removeprefix("Re: ") == record.display_name:
            subject = ""
        text = html_to_inner_content(row["body"] or "")
        return shorten(f"{subject}\n{textwrap.shorten(text, TEXT_LENGTH)}")

    def _client_records(self, rows):
        """The records that messages stand on: {(model, id): record}, as far as they
        are left."""
        by_model = {}
        for row in rows:
            if row["model"] in self.env and row["res_id"]:
                by_model.setdefault(row["model"], set()).add(row["res_id"])
        return {
            (model, record.id): record
            for model, ids in by_model.items()
            # sudo: what the system notices does not depend on who caused it.
            for record in self.env[model].sudo().browse(ids).exists()
        }

    def _client_addressee(self, row, record):
        """Who of ours the client wrote to: whom he answered, else who has the record.

        :return: the user's id or False
        """
        if row["answered"]:
            return row["answered"]
        owner = record is not None and record._fields.get("user_id")
        if not owner or owner.comodel_name != "res.users" or record.user_id.share:
            return False
        return record.user_id.id

    def _client_met_query(self):
        """One row for each of these messages and each client it was exchanged with."""
        return SQL(
            """WITH letter AS (%(letters)s), met AS (%(people)s)
               SELECT DISTINCT ON (letter.date, letter.id, client.id)
                      letter.*, p.id AS partner_id, card.companies
                 FROM letter
                 JOIN met ON met.id = letter.id
                 JOIN res_partner p ON p.id = met.partner_id
                 JOIN LATERAL (SELECT COALESCE((%(former)s),
                                               p.commercial_partner_id) AS id
                              ) client ON TRUE
                 JOIN LATERAL (SELECT array_agg(company_id ORDER BY id) AS companies
                                 FROM client_card
                                WHERE partner_id = client.id) card
                   ON card.companies IS NOT NULL
                WHERE NOT EXISTS (
                      SELECT FROM mail_notification n
                       WHERE n.mail_message_id = letter.id AND n.res_partner_id = p.id
                         AND (n.notification_type = 'email' AND n.notification_status
                                  IN ('bounce', 'exception', 'canceled')
                              OR n.failure_type LIKE 'sms_number_%%'))
             ORDER BY letter.date, letter.id, client.id,
                      met.is_direct DESC, p.id""",
            letters=self._client_letters_query(),
            people=self._client_people_query(),
            former=self.env["client.touchpoint"]._former_client_query(
                SQL("p.id"), SQL("letter.date")
            ),
        )

    def _client_letters_query(self):
        """Those of these messages that people wrote, by what Odoo records of them.

        ``doer`` is the user of ours who wrote it, ``answered`` the one whom the client
        wrote back to.
        """
        return SQL(
            """SELECT m.id, m.date, m.message_type, m.model, m.res_id, m.subject,
                      m.author_id, m.record_company_id, doer.id AS doer,
                      CASE WHEN m.model = 'res.partner'
                           THEN left(m.body, %(read)s) END AS body,
                      parent.record_company_id AS parent_company,
                      answered.id AS answered
                 FROM mail_message m
            LEFT JOIN mail_message_subtype s ON s.id = m.subtype_id
            LEFT JOIN LATERAL (%(author)s) doer ON TRUE
            LEFT JOIN mail_message parent ON parent.id = m.parent_id
            LEFT JOIN LATERAL (%(addressee)s) answered
                   ON doer.id IS NULL AND answered.id <> %(bot)s
                WHERE m.id = ANY(%(ids)s) AND m.author_id IS NOT NULL
                  AND m.model IS NOT NULL AND m.model <> ALL(%(chats)s)
                  AND doer.id IS DISTINCT FROM %(bot)s AND %(by_people)s""",
            author=self._client_user_query(SQL("m.author_id")),
            addressee=self._client_user_query(SQL("parent.author_id")),
            by_people=self._client_by_people_query(),
            read=BODY_READ,
            ids=list(self._ids),
            bot=SUPERUSER_ID,
            chats=CHATS,
        )

    def _client_user_query(self, partner):
        """The internal user, also one who has left, whose contact ``partner`` is."""
        return SQL(
            """SELECT u.id FROM res_users u
                WHERE u.partner_id = %s AND u.share IS NOT TRUE
             ORDER BY u.active DESC, u.id LIMIT 1""",
            partner,
        )

    def _client_by_people_query(self):
        """Whether a person wrote it to the other side, see above."""
        return SQL(
            """CASE WHEN doer.id IS NULL THEN m.message_type = 'email'
                    WHEN m.message_type = 'sms' THEN
                         m.is_internal IS NOT TRUE AND m.model <> ALL(%(machines)s)
                    WHEN m.message_type IN ('email', 'comment') THEN
                         m.is_internal IS NOT TRUE AND s.id IS NOT NULL
                         AND s.internal IS NOT TRUE
                         AND (COALESCE(m.email_layout_xmlid, '') = ''
                              OR m.email_layout_xmlid = %(light)s
                                 AND m.model = ANY(%(free)s))
               END""",
            machines=MACHINE_SMS,
            light=LIGHT_LAYOUT,
            free=FREE_MODELS,
        )

    def _client_people_query(self):
        """Who of theirs wrote or got each letter; persons written to come first."""
        return SQL(
            """SELECT id, author_id AS partner_id, TRUE AS is_direct
                 FROM letter WHERE doer IS NULL
                UNION ALL
               SELECT letter.id, r.res_partner_id, TRUE
                 FROM letter
                 JOIN mail_message_res_partner_rel r ON r.mail_message_id = letter.id
                WHERE doer IS NOT NULL
                UNION ALL
               SELECT letter.id, n.res_partner_id, FALSE
                 FROM letter
                 JOIN mail_notification n ON n.mail_message_id = letter.id
                WHERE doer IS NOT NULL
                UNION ALL
               SELECT id, res_id, FALSE
                 FROM letter
                WHERE doer IS NOT NULL AND message_type = 'sms'
                  AND model = 'res.partner'"""
        )
