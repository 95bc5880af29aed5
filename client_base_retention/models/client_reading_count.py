import json
import logging
import time
from collections import defaultdict
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .client_details import DOT, MASK

_logger = logging.getLogger(__name__)
# Other processes count, too: their rows are read again after so many seconds, and at
# once where the limit stops: it holds for all processes together.
FRESH_SECONDS = 30
# What each user was shown today, in this process: {(database, user id): Seen}.
_seen = {}


class Seen:
    """What one user was shown on one day, as far as this process knows."""

    __slots__ = ("clients", "day", "is_over", "loaded", "records")

    def __init__(self, day):
        self.day = day
        # {model: ids of records that were counted}: they need no second look.
        self.records = defaultdict(set)
        self.clients = set()
        self.is_over = False
        self.loaded = 0


class ClientReading(models.Model):
    """Counting what is read, at the cost of a look into a set."""

    _inherit = "client.reading"

    # ------------------------------------------------------------ what readers ask for

    @api.model
    def _is_known(self, model, ids):
        """Whether the user was shown all these records today and nothing is hidden
        from him: then there is nothing to do."""
        if self.env.user._client_reading_rules()[0] != "none":
            return False
        return self._today_seen().records[model].issuperset(ids)

    @api.model
    def _remember(self, model, ids):
        """These records need no second look today."""
        self._today_seen().records[model].update(ids)

    @api.model
    def _read_by_user(self, contact_ids, refuse=False):
        """The user is about to be shown how to reach these contacts.

        Those of clients who are hidden from him by his role, or because of the limit
        of the day, are given back; the others are counted.

        :param set contact_ids: ids of contacts, clients or not; False is passed over
        :param bool refuse: raise instead of hiding
        :return: dict {id of the contact: what is shown instead}
        :raise UserError: with *refuse*, if the limit of the day is reached
        """
        contacts = self.env["res.partner"].browse(filter(None, contact_ids))
        hidden = dict.fromkeys(contacts._client_masked_ids(), MASK)
        withheld = self._count(set(contacts.ids) - hidden.keys())
        if withheld and refuse:
            raise self._limit_reached()
        return (
            hidden | dict.fromkeys(withheld, self._limit_words())
            if withheld
            else hidden
        )

    def _limit_words(self):
        return DOT + " " + self.env._("limit of the day reached")

    def _limit_reached(self):
        limit = self.env.user._client_reading_rules()[1]
        return UserError(
            self.env._(
                "You have opened the telephone or e-mail of %(limit)s different "
                "clients today, as many as your role allows. Those you have opened "
                "stay visible; others are shown again tomorrow. Need more today? Ask "
                "the head of the client base.",
                limit=limit,
            )
        )

    # ------------------------------------------------------------------------ counting

    def _count(self, contact_ids, kind="read", contact=None):
        """Count the clients among these contacts as shown to the user.

        :param kind: one of ``KINDS``
        :param contact: the contact that was shown by itself; gives a row in any case
        :return: ids of the contacts that he is not shown because of the limit
        """
        limit, stops = self.env.user._client_reading_rules()[1:]
        seen = self._today_seen()
        if not contact and (not limit or seen.records["res.partner"] >= contact_ids):
            return set()
        clients = self._clients_of(contact_ids)
        new = set(clients.values()) - seen.clients
        if new and (stops or time.monotonic() > seen.loaded + FRESH_SECONDS):
            self._load(seen)
            new -= seen.clients
        kept = new
        if stops and limit:
            kept = set(sorted(new)[: max(0, limit - len(seen.clients))])
        left = new - kept
        withheld = {key for key, client in clients.items() if client in left}
        seen.clients |= kept
        seen.records["res.partner"] |= contact_ids - withheld
        rows = []
        if kept or (contact and not withheld):
            rows.append((kind, sorted(kept), contact))
        if limit and not seen.is_over and (left or len(seen.clients) > limit):
            seen.is_over = True
            rows.append(("over", [], None))
        if rows:
            self._add(rows, seen.day, limit)
        return withheld

    def _clients_of(self, contact_ids):
        """{id of the contact: id of its client}, of clients only."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id, COALESCE(commercial_partner_id, id) FROM res_partner
                    WHERE id = ANY(%s) AND client_base IS TRUE""",
                list(contact_ids),
            )
        )
        return dict(rows)

    @api.model
    def _forget(self):
        """What this process remembers of everybody; for tests."""
        _seen.clear()

    def _key(self):
        return self.env.cr.dbname, self.env.uid

    def _today_seen(self):
        day = fields.Date.context_today(self.env.user)
        seen = _seen.get(self._key())
        if seen is None or seen.day != day:
            seen = _seen[self._key()] = Seen(day)
        return seen

    def _load(self, seen):
        """What the user was shown today by other processes, or before a restart."""
        seen.loaded = time.monotonic()
        for kind, clients in self.env.execute_query(
            SQL(
                """SELECT kind, client_ids FROM client_reading
                    WHERE user_id = %s AND date = %s""",
                self.env.uid,
                seen.day,
            )
        ):
            seen.is_over = seen.is_over or kind == "over"
            seen.clients.update(clients or ())

    # ------------------------------------------------------------------------- writing

    def _add(self, rows, day, limit):
        """Write rows, in the transaction of the request; after it, where that only
        reads (a replica)."""
        cr = self.env.cr
        add = partial(
            self._insert,
            rows=rows,
            values=(self.env.uid, self.env.company.id, day, limit),
        )
        if cr.readonly:
            cr.postcommit.add(partial(self._add_apart, self.env.registry, add))
        else:
            add(self.env)
        # What was not written must be counted again.
        cr.postrollback.add(partial(_seen.pop, self._key(), None))

    @staticmethod
    def _add_apart(registry, add):
        try:
            with registry.cursor() as cr:
                add(api.Environment(cr, SUPERUSER_ID, {}))
        except Exception:
            # What was asked for was shown already.
            _logger.exception("Contact details opened could not be counted")

    @staticmethod
    def _insert(env, rows, values):
        user_id, company_id, day, limit = values
        for kind, clients, contact_id in rows:
            env.cr.execute(
                """INSERT INTO client_reading
                          (user_id, company_id, date, moment, kind, client_count,
                           read_count, partner_id, client_ids, is_told)
                   VALUES (%s, %s, %s, now() AT TIME ZONE 'UTC', %s, %s,
                           %s, %s, %s, FALSE)""",
                [
                    *(user_id, company_id, day, kind, len(clients)),
                    *(limit, contact_id, json.dumps(clients)),
                ],
            )
            if kind == "over":
                # sudo: the head is told by a scheduled action.
                cron = "client_base_retention.ir_cron_client_reading"
                env.ref(cron).sudo()._trigger()
