from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_finder import (
    ClientFinder,
    Contact,
    name_key,
    phone_key,
    place,
    vat_key,
)

# The same as the keys of client_finder.py, each kept as an index.
NAME_KEY = "replace(lower(regexp_replace(btrim({}), '\\s+', ' ', 'g')), 'ё', 'е')"
PHONE_KEY = "right(regexp_replace({}, '\\D', '', 'g'), 10)"
VAT_KEY = "regexp_replace(upper({}), '^[A-Z]{{2}}|[^A-Z0-9]', '', 'g')"
KEY_SQL = {
    "ref": SQL("ref"),
    "vat": SQL(VAT_KEY.format("vat")),
    "email": SQL("email_normalized"),
    "phone": SQL(PHONE_KEY.format("phone")),
    "personal": SQL(PHONE_KEY.format("personal_phone")),
    "name": SQL(NAME_KEY.format("name")),
    "full": SQL("complete_name"),
}


class ResPartner(models.Model):
    """What purchases from elsewhere need of contacts: to be found, and *Bought*."""

    _inherit = "res.partner"

    _client_name_key_idx = models.Index(f"(({NAME_KEY.format('name')}))")
    _client_phone_key_idx = models.Index(
        f"(({PHONE_KEY.format('phone')})) WHERE phone IS NOT NULL"
    )
    _client_vat_key_idx = models.Index(
        f"(({VAT_KEY.format('vat')})) WHERE vat IS NOT NULL"
    )
    _client_email_idx = models.Index(
        "(email_normalized) WHERE email_normalized IS NOT NULL"
    )

    def action_bought(self):
        """Open the dialog that takes down a purchase of these contacts' client."""
        self.ensure_one()
        client = self.commercial_partner_id
        return self.env["client.purchase.entry"]._action_bought(client)

    def _client_finder(self, wanted):
        """What finds the contacts that rows of a sheet name.

        :param wanted: {kind: keys} as by ``_client_lookup``; a name may be that of a
            person with his company's before it
        :return: ``ClientFinder`` of the contacts there are; ids of those never clients
        """
        finder, clients = ClientFinder(), set()
        if wanted.get("name"):
            wanted = wanted | {"full": wanted["name"]}
        if wanted:
            for contact, other in self._client_lookup(wanted):
                finder.add(contact, other)
                clients.add(contact.client)
        # sudo: who can be no client is one for everybody.
        never = self.sudo().browse(clients)._never_clients()
        return finder, set(never.ids)

    def _client_lookup(self, keys):
        """Contacts that the user may see and that one of the keys fits.

        One query, archived contacts included.

        :param keys: {kind: keys} as in ``client_finder``; names as they are written
        :return: list of (``Contact``, his other name)
        """
        others = ("birthdate_date", "company_id", "commercial_partner_id")
        self.flush_model(others)
        query = self.with_context(active_test=False)._search(
            self._client_lookup_domain(keys)
        )
        return [
            self._client_contact(*row)
            for row in self.env.execute_query(
                SQL(
                    """SELECT p.commercial_partner_id, h.company_id, p.id,
                              p.birthdate_date, p.ref, p.vat, p.email_normalized,
                              p.phone, p.name, p.personal_phone, p.complete_name,
                              h.name
                         FROM res_partner p
                         JOIN res_partner h ON h.id = p.commercial_partner_id
                        WHERE p.id IN %s
                     ORDER BY p.commercial_partner_id, p.id""",
                    query.subselect(),
                )
            )
        ]

    def _client_lookup_domain(self, keys):
        """``Domain`` of the contacts that one of the keys fits, by indexes.

        The one way in which a contact is known by what somebody gave of him: on a
        business card, in a sheet, in a lead, on a page.

        :param keys: as by ``_client_lookup``; a telephone is looked for among the
            personal ones, too
        """
        self.flush_model(
            ["ref", "vat", "email_normalized", "phone", "personal_phone"]
            + ["name", "complete_name"]
        )
        wanted = {kind: set(some) for kind, some in keys.items()}
        phones = wanted.pop("phone", set()) | wanted.pop("personal", set())
        if phones:
            wanted |= {"phone": phones, "personal": phones}
        found = SQL(" UNION ").join(
            SQL(
                "SELECT id FROM res_partner WHERE %s IN (SELECT %s FROM %s)",
                KEY_SQL[kind],
                # Names are brought into their form by the database on both sides: it
                # depends on its settings what is upper case there.
                KEY_SQL["name"] if kind == "name" else SQL("name"),
                SQL("unnest(%s::text[]) AS name", list(some)),
            )
            for kind, some in wanted.items()
        )
        return Domain("id", "in", SQL("(%s)", found)) if wanted else Domain.FALSE

    def _client_contact(self, client, company, partner, born, *named):
        *own, full, head = named
        keys = self._client_keys(*own)
        if born:
            keys["born"] = born
        contact = Contact(client, company, head, keys, partner)
        return contact, name_key(full or "")

    def _client_keys(self, ref, vat, email, phone, name, personal=None):
        """{kind: key} of what names a client; what is empty is left out."""
        keys = {
            "ref": (ref or "").strip(),
            "vat": vat_key(vat or ""),
            "email": email,
            "personal": phone_key(personal or ""),
            "phone": phone_key(phone or ""),
            "name": name_key(name or ""),
        }
        return {kind: key for kind, key in keys.items() if key}

    def _client_known_by(self, kind):
        """Keys of one kind that find this contact: a telephone of either kind."""
        keys = self._client_keys(
            None, self.vat, self.email_normalized, self.phone, None, self.personal_phone
        )
        return {keys[one] for one in keys if place(one) == kind}
