import logging
from contextlib import contextmanager

from odoo import api, models
from odoo.tools import SQL
from odoo.tools.misc import clean_context

_logger = logging.getLogger(__name__)

# A note says what was said, it is no copy of the correspondence.
NOTE_LENGTH = 1000


def shorten(text):
    """``text`` as the note of a contact: trimmed, cut at a word; False if empty."""
    text = (text or "").strip()
    if len(text) > NOTE_LENGTH:
        text = text[: NOTE_LENGTH - 1].rsplit(None, 1)[0] + "…"
    return text or False


class ClientTouchpoint(models.Model):
    """What the sources of noticed contacts share (activities, messages, meetings)."""

    _inherit = "client.touchpoint"

    @api.model
    def _clients_among(self, partner_ids, since=None):
        """Those of these contacts who are clients, or persons of clients.

        :param since: moment of the first contact; who belonged to another client since
            then is told with him, too
        :return: {contact id: [(client id, [companies in which he has a card], first
            day, day after the last one)]}, the present one last and without days
        """
        if not partner_ids:
            return {}
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["client.card"].flush_model(["partner_id", "company_id"])
        rows = self.env.execute_query(
            SQL(
                """SELECT p.id, c.partner_id, array_agg(c.company_id ORDER BY c.id)
                     FROM res_partner p
                     JOIN client_card c ON c.partner_id = p.commercial_partner_id
                    WHERE p.id = ANY(%s)
                 GROUP BY p.id, c.partner_id""",
                list(partner_ids),
            )
        )
        found = self._former_clients(partner_ids, since)
        for partner_id, client_id, companies in rows:
            found.setdefault(partner_id, []).append((client_id, companies, None, None))
        return found

    @api.model
    def _with_company(self, vals, companies, *wanted):
        """``vals`` with the first of the wanted companies whose client he is.

        None of them: ``_notice`` takes the user's company, or his only card's.
        """
        company = next((c for c in wanted if c and c in companies), None)
        return vals | {"company_id": company} if company else vals

    @api.model
    def _each_client(self, partner_ids, clients, moment):
        """The clients among these contacts, each once, by the first of his people.

        :param clients: as by ``_clients_among``
        :param moment: when it was: a person counts for the client of that day
        :return: iterable of (contact id, companies of the client)
        """
        seen, day = set(), self._day_of_contact(moment)
        for partner_id in partner_ids:
            client, companies = self._client_then(clients.get(partner_id, ()), day)
            if client and client not in seen:
                seen.add(client)
                yield partner_id, companies

    @contextmanager
    def _unfailing(self):
        """What goes wrong in here is logged; the user's act goes through.

        The act itself is written out before, so that its own faults are raised. The
        savepoint does not flush: that would run the hooks of the end of the
        transaction, such as the tracking of the document, too early. Nothing that
        follows from a contact is a contact again, and defaults that the user's act has
        in its context are not meant for touchpoints.
        """
        context = self.env.context
        if context.get("client_unfailing"):
            yield self
            return
        self.env.flush_all()
        clean = clean_context(context)
        clean |= {"client_unfailing": True, "client_unnoticed": True}
        try:
            with self.env.cr.savepoint(flush=False):
                # On purpose without the defaults of the caller.
                yield self.with_context(clean)  # pylint: disable=context-overridden
                self.env.flush_all()
        except Exception:
            _logger.exception("Contacts with clients could not be noticed.")
            self.env.transaction.clear()
