import logging
import math
import time

from odoo import api, fields, models
from odoo.tools import SQL

from .client_card_ready import SAME

_logger = logging.getLogger(__name__)

# Code of each column in which two clients may agree.
CODES = {
    "email_normalized": "email",
    "phone_sanitized": "phone",
    "personal_phone_sanitized": "phone",
    "vat": "vat",
}
# What more clients have in common is a switchboard or a placeholder.
GROUP = 10
# So many proposals wait at most: nobody decides on more.
WAITING = 2000
# So many names are compared with all others in a night, and how similar they must be.
NAMES = 2000
SIMILAR = 0.6
# Words that say what kind of company it is, not which.
FORMS = (
    "ооо оао зао пао нао ао ип тоо чп фгуп муп гуп ltd limited llc llp inc corp co "
    "company plc gmbh ag kg ohg ug mbh sa sas sarl srl spa bv nv bvba oy ab as aps sro "
    "doo kft"
).split()


class ClientDuplicate(models.Model):
    """The nightly search: set by set, and no more than people can decide on."""

    _inherit = "client.duplicate"

    @api.model
    def _cron_find(self):
        started = time.monotonic()
        gone, new = self._find()
        _logger.info(
            "Client base: %s possible duplicates proposed, %s no longer hold, %.1f s",
            new,
            gone,
            time.monotonic() - started,
        )

    @api.model
    def _find(self):
        """Propose pairs of clients who are perhaps one; take back those who are not.

        Runs for all companies, as superuser.

        :return: how many proposals were taken back, and how many are new
        """
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS client_duplicate_found")
        cr.execute(
            """CREATE TEMPORARY TABLE client_duplicate_found
                      (low integer, high integer, reason varchar) ON COMMIT DROP"""
        )
        for name in SAME:
            cr.execute(self._same_query(name))
        self._find_names()
        cr.execute("ANALYZE client_duplicate_found")
        gone = self._take_back()
        new = self._propose()
        cr.execute("DROP TABLE client_duplicate_found")
        self.env["client.duplicate"].invalidate_model(flush=False)
        return gone, new

    def _same_query(self, name):
        """Pairs of clients who, or whose persons, agree in a column of contacts."""
        return SQL(
            """INSERT INTO client_duplicate_found
               WITH value AS (
                    SELECT DISTINCT %(column)s AS value, commercial_partner_id AS id
                      FROM res_partner
                     WHERE client_base IS TRUE AND active IS TRUE
                       AND length(%(column)s) > 1),
                    sized AS (
                    SELECT *, count(*) OVER (PARTITION BY value) AS number FROM value)
               SELECT DISTINCT a.id, b.id, %(code)s
                 FROM sized a JOIN sized b USING (value)
                WHERE a.number BETWEEN 2 AND %(group)s AND a.id < b.id""",
            column=SQL.identifier(name),
            code=CODES[name],
            group=GROUP,
        )

    # -------------------------------------------------------------------- similar names

    def _find_names(self):
        """Clients of the same name, whatever its case, marks and legal form; and, where
        the database can compare by trigrams, of similar names: the clients changed
        last and some of the others, each night further ones."""
        cr = self.env.cr
        cr.execute("DROP TABLE IF EXISTS client_duplicate_name")
        cr.execute(
            SQL(
                """CREATE TEMPORARY TABLE client_duplicate_name ON COMMIT DROP AS
                   WITH client AS MATERIALIZED (
                        SELECT id, %s AS key FROM res_partner
                         WHERE client_base IS TRUE AND active IS TRUE
                           AND commercial_partner_id = id)
                   SELECT id, key FROM client WHERE length(key) >= 4""",
                self._name_key(SQL("name")),
            )
        )
        cr.execute(
            SQL(
                """INSERT INTO client_duplicate_found
                   WITH sized AS (
                        SELECT *, count(*) OVER (PARTITION BY key) AS number
                          FROM client_duplicate_name)
                   SELECT a.id, b.id, 'name'
                     FROM sized a JOIN sized b USING (key)
                    WHERE a.number BETWEEN 2 AND %s AND a.id < b.id""",
                GROUP,
            )
        )
        if self._has_trigrams():
            self._find_similar()
        cr.execute("DROP TABLE client_duplicate_name")

    @api.model
    def _name_key(self, name):
        """``SQL`` of a name without case, marks and legal form."""
        plain = SQL("translate(lower(%s), 'ё', 'е')", name)
        return SQL(
            """array_to_string(ARRAY(
                SELECT word
                  FROM regexp_split_to_table(%s, '[^[:alnum:]]+') WITH ORDINALITY
                       AS split(word, place)
                 WHERE word <> ALL(%s) AND word <> ''
              ORDER BY place), ' ')""",
            plain,
            FORMS,
        )

    def _has_trigrams(self):
        return bool(
            self.env.execute_query(
                SQL("SELECT 1 FROM pg_extension WHERE extname = 'pg_trgm'")
            )
        )

    def _find_similar(self):
        cr = self.env.cr
        cr.execute(
            """CREATE INDEX ON client_duplicate_name USING gin (key gin_trgm_ops)"""
        )
        cr.execute("ANALYZE client_duplicate_name")
        # The operator with the index compares by this setting of the transaction.
        cr.execute(
            SQL(
                "SELECT set_config('pg_trgm.similarity_threshold', %s, TRUE)",
                str(SIMILAR),
            )
        )
        ids = self._names_tonight()
        cr.execute(
            SQL(
                """INSERT INTO client_duplicate_found
                   SELECT LEAST(a.id, b.id), GREATEST(a.id, b.id), 'name'
                     FROM client_duplicate_name a
                     JOIN client_duplicate_name b ON b.key %% a.key AND b.id <> a.id
                    WHERE a.id = ANY(%s)
                      AND regexp_replace(a.key, '\\D', '', 'g')
                          = regexp_replace(b.key, '\\D', '', 'g')""",
                ids,
            )
        )

    def _names_tonight(self):
        """Ids of the clients whose names are compared tonight: half of them those who
        were changed last, the others in turn, as many nights as that takes."""
        half = NAMES // 2
        [[number]] = self.env.execute_query(
            SQL("SELECT count(*) FROM client_duplicate_name")
        )
        nights = max(1, math.ceil(number / half))
        rows = self.env.execute_query(
            SQL(
                """(SELECT id FROM res_partner JOIN client_duplicate_name USING (id)
                     WHERE write_date > now() AT TIME ZONE 'UTC' - interval '2 days'
                  ORDER BY write_date DESC LIMIT %(half)s)
                    UNION
                   (SELECT id FROM client_duplicate_name
                  ORDER BY id LIMIT %(half)s OFFSET %(passed)s)""",
                half=half,
                passed=fields.Date.today().toordinal() % nights * half,
            )
        )
        return [row[0] for row in rows]

    # ------------------------------------------------------------------------ proposals

    def _found_query(self):
        """The pairs that were found and can be merged, each with all its reasons.

        Of clients with another tax number, or private persons with other telephones or
        e-mails, a similar name says nothing. Contacts that each belong to a company of
        its own cannot be merged by anybody.
        """
        return SQL(
            """SELECT f.low, f.high, string_agg(DISTINCT f.reason, ',') AS reasons
                 FROM client_duplicate_found f
                 JOIN res_partner p ON p.id = f.low
                 JOIN res_partner q ON q.id = f.high
                WHERE p.active IS TRUE AND q.active IS TRUE
                  AND (p.company_id IS NULL OR q.company_id IS NULL
                       OR p.company_id = q.company_id)
                  AND (f.reason <> 'name' OR (%(may)s))
             GROUP BY 1, 2""",
            may=self._may_be_named_alike(),
        )

    def _may_be_named_alike(self):
        """Condition: nothing that is known of ``p`` and ``q`` says they differ."""
        return SQL(
            """(COALESCE(length(p.vat), 0) < 2 OR COALESCE(length(q.vat), 0) < 2
                OR p.vat = q.vat)
               AND (p.is_company IS TRUE OR q.is_company IS TRUE
                OR ((p.phone_sanitized IS NULL OR q.phone_sanitized IS NULL
                     OR p.phone_sanitized = q.phone_sanitized)
                AND (p.email_normalized IS NULL OR q.email_normalized IS NULL
                     OR p.email_normalized = q.email_normalized)))"""
        )

    def _take_back(self):
        """Proposals that hold no longer: the telephone was changed, and so on.

        Similar names are compared anew for the pairs that wait: the night does not
        come by all of them.
        """
        cr = self.env.cr
        similar = SQL("FALSE")
        if self._has_trigrams():
            keys = (self._name_key(SQL("p.name")), self._name_key(SQL("q.name")))
            similar = SQL("similarity(%s, %s) >= %s", *keys, SIMILAR)
        cr.execute(
            SQL(
                """WITH found AS (%(found)s)
                   DELETE FROM client_duplicate d
                    WHERE d.state = 'todo'
                      AND NOT EXISTS (SELECT FROM found f
                                       WHERE f.low = d.partner_id
                                         AND f.high = d.other_id)
                      AND NOT EXISTS (
                          SELECT FROM res_partner p, res_partner q
                           WHERE p.id = d.partner_id AND q.id = d.other_id
                             AND p.active IS TRUE AND q.active IS TRUE
                             AND p.client_base IS TRUE AND q.client_base IS TRUE
                             AND p.commercial_partner_id = p.id
                             AND q.commercial_partner_id = q.id
                             AND 'name' = ANY(string_to_array(d.reasons, ','))
                             AND %(similar)s AND %(may)s)""",
                found=self._found_query(),
                similar=similar,
                may=self._may_be_named_alike(),
            )
        )
        return cr.rowcount

    def _propose(self):
        """Those who bring most come first, as many as may wait."""
        cr = self.env.cr
        waiting = self.sudo().search_count([("state", "=", "todo")])
        cr.execute(
            SQL(
                """WITH found AS (%(found)s),
                        worth AS (
                        SELECT f.*, (SELECT COALESCE(sum(c.turnover), 0)
                                       FROM client_card c
                                      WHERE c.partner_id IN (f.low, f.high)) AS turnover
                          FROM found f
                         WHERE NOT EXISTS (SELECT FROM client_duplicate d
                                            WHERE d.partner_id = f.low
                                              AND d.other_id = f.high))
                   INSERT INTO client_duplicate
                          (partner_id, other_id, reasons, turnover, state,
                           create_uid, write_uid, create_date, write_date)
                   SELECT low, high, reasons, turnover, 'todo', %(uid)s, %(uid)s,
                          now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                     FROM worth
                 ORDER BY turnover DESC, low, high
                    LIMIT %(limit)s""",
                found=self._found_query(),
                uid=self.env.uid,
                limit=max(0, WAITING - waiting),
            )
        )
        return cr.rowcount
