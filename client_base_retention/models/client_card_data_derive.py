from odoo import api, models
from odoo.tools import SQL

from .client_card_derive import BATCH, BUSY

# What the statement reads of contacts, beside the fields of the checks.
READ_OF_CONTACTS = {
    "commercial_partner_id",
    "active",
    "type",
    "is_company",
    "is_child",
    "phone",
    "email",
    "name",
    "salutation_manual",
    "address_form",
    "how_to_talk",
    "important_to_him",
    "street",
    "city",
}
# What shows that a name has a patronymic, or another word that says whose child one is.
PATRONYMIC = (
    r"\m[а-яёіїєўґ]{2,}(ович|евич|евіч|авіч|[лмкт]ич|овна|евна|ична|івна|ївна|аўна|еўна)"
    r"\M|\m(оглы|оглу|улы|кызы|гызы)\M"
)
# What it writes, what hangs on that, and what contacts show of it.
COLUMNS = [
    "data_completeness",
    "data_lacking",
    "data_lacking_count",
    "data_lacking_text",
]
SHOWN_ON_CONTACTS = [
    "client_data_completeness",
    "client_data_lacking_text",
    "client_data_places",
]


class ClientCard(models.Model):
    """Derives the completeness of data, set by set."""

    _inherit = "client.card"

    def _derive_data(self):
        """Derive the completeness of these cards; only those that differ are written.

        :return: number of cards changed
        """
        cards, changed = self.sudo(), 0
        if not cards:
            return 0
        cards._data_flush()
        for start in range(0, len(cards), BATCH):
            changed += len(cards._execute(cards[start : start + BATCH]._data_update()))
        cards._data_forget()
        return changed

    def _derive_data_company(self, company):
        """Derive the completeness of all clients of a company in this transaction."""
        for batch in self._batches(company):
            batch._derive_data()

    def _data_different(self):
        """Those of these cards whose completeness is not what is kept. Reads only."""
        query = SQL(
            "%s SELECT id FROM value WHERE %s ORDER BY id",
            self._data_value(),
            self._data_differs(),
        )
        return self.browse([row[0] for row in self._execute(query)])

    def _data_update(self):
        """One statement: requirements and what is known -> cards, changes only.

        The card to update is found by its place in the table, as in the statement of
        the figures.
        """
        return SQL(
            """%(value)s
               UPDATE client_card c
                  SET data_completeness = value.percent,
                      data_lacking = value.lacking,
                      data_lacking_count = value.lacking_count,
                      write_uid = %(uid)s,
                      write_date = now() AT TIME ZONE 'UTC'
                 FROM value
                WHERE c.ctid = value.place AND %(differs)s
            RETURNING c.id""",
            value=self._data_value(),
            differs=self._data_differs(),
            uid=self.env.uid,
        )

    def _data_differs(self):
        return SQL(
            "(value.percent, value.lacking, value.lacking_count)"
            " IS DISTINCT FROM (value.old_percent, value.old_lacking, value.old_count)"
        )

    def _data_value(self):
        """``SQL`` of common tables that end in ``value``: what these cards should say.

        ``needed`` are the requirements for each kind of client among the cards, each
        thing once, though several requirements may ask for it. A thing that is not
        asked of a client is NULL in ``it``, else whether it is known.
        """
        checks = self._data_asked_for()
        names = [SQL.identifier("it", code) for code in checks]
        known = [
            SQL(
                "CASE WHEN %s = ANY(needed.codes) THEN (%s) END AS %s",
                code,
                check.known,
                SQL.identifier(code),
            )
            for code, check in checks.items()
        ]
        lacking = [
            SQL("CASE WHEN NOT %s THEN %s END", name, code)
            for name, code in zip(names, checks, strict=True)
        ]
        return SQL(
            """WITH card AS MATERIALIZED (
                    SELECT c.ctid AS place, c.* FROM client_card c
                     WHERE c.id = ANY(%(ids)s)),
                  needed AS MATERIALIZED (
                    SELECT kind.policy_id, kind.status, kind.abc_class,
                           array_agg(need.what::text) AS codes
                      FROM (SELECT DISTINCT policy_id, COALESCE(status, '') AS status,
                                   COALESCE(abc_class, '') AS abc_class
                              FROM card) AS kind
                      JOIN client_data_requirement need
                        ON need.policy_id = kind.policy_id
                       AND COALESCE(need.status, kind.status) = kind.status
                       AND COALESCE(need.abc_class, kind.abc_class) = kind.abc_class
                  GROUP BY 1, 2, 3),
                  value AS (
                    SELECT c.place, c.id, it.lacking, it.lacking_count,
                           COALESCE(100 * (it.asked - it.lacking_count)
                                    / NULLIF(it.asked, 0), 100) AS percent,
                           c.data_completeness AS old_percent,
                           c.data_lacking AS old_lacking,
                           c.data_lacking_count AS old_count
                      FROM card c
                      JOIN res_partner p ON p.id = c.partner_id
                 LEFT JOIN needed ON needed.policy_id = c.policy_id
                       AND needed.status = COALESCE(c.status, '')
                       AND needed.abc_class = COALESCE(c.abc_class, '')
        CROSS JOIN LATERAL (%(family)s) AS f
        CROSS JOIN LATERAL (
                    SELECT num_nonnulls(%(asked)s) AS asked,
                           num_nonnulls(%(lacking)s) AS lacking_count,
                           concat_ws(',', %(lacking)s) AS lacking
                      FROM (SELECT %(known)s OFFSET 0) AS it) AS it)""",
            ids=list(self._ids),
            # What comes first keeps the lists from being empty.
            asked=SQL(", ").join([SQL("NULL::boolean"), *names]),
            lacking=SQL(", ").join([SQL("NULL::text"), *lacking]),
            known=SQL(", ").join([SQL("NULL AS nothing"), *known]),
            family=self._data_family(),
        )

    def _data_asked_for(self):
        """Those of ``_data_checks`` that a regulation asks for at all."""
        rows = self._execute(
            SQL(
                """SELECT DISTINCT need.what FROM client_data_requirement need
                     JOIN client_policy p ON p.id = need.policy_id
                    WHERE p.is_preset IS NOT TRUE"""
            )
        )
        asked = {what for (what,) in rows}
        checks = self._data_checks()
        return {code: check for code, check in checks.items() if code in asked}

    def _data_family(self):
        """``SQL`` of what is known of the client ``p`` and his persons together.

        Whoever can be reached by one of his persons can be reached. A private person is
        his own contact person. Of several persons the one to talk to is asked, where
        he is among them, else it is enough to know it of any: ``asked`` are their ids,
        ``person_...`` what ``_data_person_facts`` says of them.
        """
        facts = self._data_person_facts()
        return SQL(
            """SELECT m.phone, m.email, m.messenger, m.person, %(persons)s,
                      CASE WHEN m.chosen THEN ARRAY[c.contact_person_id]
                           ELSE m.persons END AS asked
                 FROM (SELECT COALESCE(bool_or(h.phone), FALSE) AS phone,
                              COALESCE(bool_or(h.email), FALSE) AS email,
                              COALESCE(bool_or(h.messenger), FALSE) AS messenger,
                              COALESCE(bool_or(h.person), FALSE) AS person,
                              COALESCE(bool_or(h.chosen), FALSE) AS chosen,
                              %(both)s,
                              array_agg(h.id) FILTER (WHERE h.person) AS persons
                         FROM (%(human)s) AS h) AS m""",
            persons=SQL(", ").join(
                SQL(
                    "CASE WHEN m.chosen THEN %s ELSE %s END AS %s",
                    SQL.identifier("m", f"chosen_{name}"),
                    SQL.identifier("m", f"any_{name}"),
                    SQL.identifier(f"person_{name}"),
                )
                for name in facts
            ),
            both=SQL(", ").join(
                SQL(
                    "COALESCE(bool_or(%s AND h.%s), FALSE) AS %s",
                    SQL.identifier("h", f"fact_{name}"),
                    SQL(whose),
                    SQL.identifier(f"{prefix}_{name}"),
                )
                for name in facts
                for whose, prefix in (("person", "any"), ("chosen", "chosen"))
            ),
            human=self._data_human(),
        )

    def _data_person_facts(self):
        """{name: ``SQL`` of the contact ``m``}: whether it is known of a person.

        A salutation is known where somebody wrote it, where the name has a patronymic,
        where none is needed: on first-name terms, or in names of other alphabets.
        """
        return {
            "phone": self._data_has("phone", "personal_phone"),
            "birthday": SQL("m.birthdate_date IS NOT NULL"),
            "personal_phone": self._data_has("personal_phone"),
            "gender": SQL("m.gender IS NOT NULL"),
            "met": self._data_has("met_place"),
            "approach": self._data_has("how_to_talk", "important_to_him"),
            "salutation": SQL(
                """(%s OR m.name ~* %s OR COALESCE(m.address_form = 'informal', FALSE)
                    OR (m.name !~* '[а-яё]' AND m.name ~ '[^[:space:]]{2,} +[^ ]{2,}'))
                """,
                self._data_has("salutation_manual"),
                PATRONYMIC,
            ),
        }

    @api.model
    def _data_has(self, *names):
        """``SQL``: whether the contact ``m`` has any of these texts."""
        return SQL(
            "(%s)",
            SQL(" OR ").join(
                SQL("COALESCE(%s, '') <> ''", SQL.identifier("m", name))
                for name in names
            ),
        )

    def _data_human(self):
        """``SQL`` of the client and his persons, one row each."""
        person = SQL(
            """CASE WHEN m.id = p.id THEN p.is_company IS NOT TRUE
                    ELSE m.type = 'contact' AND m.is_child IS NOT TRUE END"""
        )
        return SQL(
            """SELECT m.id, %(phone)s AS phone, %(email)s AS email,
                      %(messenger)s AS messenger, %(facts)s,
                      %(person)s AS person,
                      %(person)s AND COALESCE(m.id = c.contact_person_id, FALSE)
                      AS chosen
                 FROM res_partner m
                WHERE m.commercial_partner_id = p.id
                  AND (m.active IS TRUE OR m.id = p.id)""",
            phone=self._data_has("phone", "personal_phone"),
            email=self._data_has("email"),
            messenger=self._data_has("messenger"),
            facts=SQL(", ").join(
                SQL("%s AS %s", known, SQL.identifier(f"fact_{name}"))
                for name, known in self._data_person_facts().items()
            ),
            person=person,
        )

    def _data_flush(self):
        """Write what is pending in the tables that the statement reads."""
        # With the number that Odoo makes of a telephone, so that a contact is written
        # once.
        names = [*self._data_contact_fields(), "phone_sanitized"]
        self.env["res.partner"].flush_model(names)
        self.env["client.policy"].flush_model(["is_preset"])
        self.env["client.data.requirement"].flush_model()
        self.env["client.consent"].flush_model()
        self.env["client.card"].flush_model()

    @api.model
    def _data_contact_fields(self):
        """The columns of contacts that decide what is known of a client."""
        columns = self.env["res.partner"]._fields
        typed = {check.field for check in self._data_checks().values()}
        return {
            name
            for name in READ_OF_CONTACTS | typed
            if columns[name].store and columns[name].column_type
        }

    def _data_forget(self):
        """Forget cached values that the statement may have changed."""
        self.env["client.card"].invalidate_model(COLUMNS, flush=False)
        self.env["res.partner"].invalidate_model(SHOWN_ON_CONTACTS, flush=False)

    # ------------------------------------------------------------------------- events

    def _touch_data(self):
        """Something that is asked for was written: derive the completeness at once.

        Never waits and never fails: cards that somebody else is changing go to the
        queue, which derives all of them. Most writes change nothing of it: a telephone
        in place of another one takes no lock.
        """
        cards = self.sudo()
        if not cards:
            return
        cards._data_flush()
        cards = cards._data_different()
        if not cards:
            return
        free = cards.browse()
        try:
            # A savepoint that does not flush: see ``_touch_company``.
            with self.env.cr.savepoint(flush=False), self._patience():
                free = cards._lock_free()
                free._derive_data()
        except BUSY:
            free = cards.browse()
            cards._data_forget()
        left = cards - free
        if left:
            left._enqueue({(card.partner_id.id, card.company_id.id) for card in left})
