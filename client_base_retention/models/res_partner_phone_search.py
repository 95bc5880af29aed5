import re

from odoo import api, models
from odoo.fields import Domain

from .client_finder import phone_key

# What people write of a telephone number, and nothing else.
NUMBER = re.compile(r"[\d\s()+./\-\u2010-\u2014\u00a0\u202f]+")
# Fewer digits are a house, a year, a part of a client's number.
LEAST_DIGITS = 4
# So many of a name are one of a telephone rather than of a tax number.
NAMED_BY = 7


class ResPartner(models.Model):
    """Contacts are found by their telephones, the personal one too, however the number
    is written: "8 912 345-67-89" finds "+7 (912) 345-67-89" (N3, N7).

    A whole number finds by its last ten digits, which an index answers; a part of one
    as Odoo finds it. Where telephones are hidden from a role, whole numbers only.
    """

    _inherit = "res.partner"

    @api.model
    def _search_phone_mobile_search(self, operator, value):
        """Odoo compares with what is typed in; "8" for "+7" is the same number."""
        found = super()._search_phone_mobile_search(operator, value)
        same = isinstance(value, str) and self._client_number_domain(value)
        if same and operator in ("=", "ilike", "like"):
            return Domain(found) | same
        if same and operator in ("!=", "not ilike", "not like"):
            return Domain(found) & ~same
        return found

    @api.model
    def _client_number_domain(self, text):
        """``Domain`` of the contacts with this whole number; None if it is none."""
        key = NUMBER.fullmatch(text) and phone_key(text)
        if not key:
            return None
        return self._client_lookup_domain({"phone": {key}})

    @api.model
    def _client_called_domain(self, text, least=LEAST_DIGITS):
        """``Domain`` of the contacts whose number this is, or a part of it.

        :param least: with fewer digits it is no telephone
        :return: None where the text is no number
        """
        text = text.strip() if isinstance(text, str) else ""
        digits = sum(sign.isdecimal() for sign in text)
        if digits < least or not NUMBER.fullmatch(text):
            return None
        # Two conditions: where telephones are hidden a part of one finds nobody.
        return Domain("phone_mobile_search", "ilike", text) | Domain(
            "phone_mobile_search", "=", text
        )

    @api.model
    def _search_display_name(self, operator, value):
        """Whoever works with clients chooses them by their telephone, too."""
        found = super()._search_display_name(operator, value)
        if operator == "ilike" and self._has_client_role():
            called = self._client_called_domain(value, NAMED_BY)
            if called:
                return Domain(found) | called
        return found
