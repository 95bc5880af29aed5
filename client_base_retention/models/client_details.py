"""Which fields show how to reach a client, on any model.

A telephone, an e-mail, a messenger stand on the contact and on the opportunity, and
wherever a field leads to one of them. The map is made from the fields that exist, so
that fields of other modules are in it, too.
"""

from odoo import api, models
from odoo.tools import ormcache

# Stands for what is hidden. Whoever writes it back writes nothing.
DOT = "\N{BULLET}"
MASK = DOT * 6
# What a person types to reach the client.
SHOWN = ("phone", "email", "messenger", "personal_phone")
CONTACT = (
    *SHOWN,
    "email_formatted",
    "email_normalized",
    "phone_sanitized",
    "phone_mobile_search",
    "personal_phone_sanitized",
    # Of other modules.
    "mobile",
    "mobile_sanitized",
    "personal_email",
)
LEAD = (
    "phone",
    "phone_sanitized",
    "phone_mobile_search",
    "mobile",
    "mobile_sanitized",
    "email_from",
    "email_normalized",
    "email_domain_criterion",
    "email_cc",
)
# {model: ({field}, way to the contact)}; fields related to one of these are added.
DETAILS = {
    "res.partner": (CONTACT, ()),
    "crm.lead": (LEAD, ("partner_id",)),
    "client.card": (("contact_phone",), ("partner_id",)),
    "client.log.contact": (("phone",), ("partner_id",)),
    "client.employment": (("email", "email_normalized", "phone"), ("person_id",)),
    "client.change.employer": (("email", "phone"), ("person_id",)),
    "client.subscribe.entry": (("email", "phone"), ("partner_id",)),
    "mail.message": (("email_from",), ("author_id",)),
    "mail.notification": (("mail_email_address", "sms_number"), ("res_partner_id",)),
    "sms.sms": (("number",), ("partner_id",)),
}


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    @ormcache(cache="stable")
    def _client_details(self):
        """The fields of this model that show how to reach a contact.

        :return: dict {field name: names of the fields that lead to the contact}
        """
        ways = {name: self._client_details_way(name) for name in self._fields}
        return {name: way for name, way in ways.items() if way is not None}

    def _client_details_way(self, name):
        """Names of the fields that lead to the contact whose telephone or e-mail the
        field *name* shows; ``None`` if it shows none."""
        names, way = DETAILS.get(self._name, ((), ()))
        if name in names:
            return way
        field = self._fields[name]
        if field.type != "char" or not field.related:
            return None
        *lead, last = field.related.split(".")
        model = self
        for step in lead:
            follow = model._fields[step]
            if follow.type != "many2one":
                return None
            model = self.env[follow.comodel_name]
        further = model._client_details_way(last) if lead else None
        return None if further is None else (*lead, *further)

    def _client_details_partners(self, way):
        """{id of the record: id of its contact}, or False."""
        if not way:
            return {key: key or key.origin for key in self._ids}
        # sudo: whose telephone it is decides, whether or not he may read the contact.
        found = {}
        for record in self.sudo():
            partner = record
            for name in way:
                partner = partner[name]
            found[record.id] = partner._origin.id
        return found
