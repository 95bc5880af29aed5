from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

# Written by the statement of the completeness and by buttons, not by calls.
DERIVED_DATA = {
    "data_completeness",
    "data_lacking",
    "data_lacking_count",
    "data_reviewed_on",
    "data_reviewed_by_id",
}
# Written on the card by people and asked for; after the amount of the potential
# everything is derived anyway.
DATA_ON_CARD = {"potential_level", "contact_person_id"}


class DataCheck(NamedTuple):
    """How one thing is known of a client."""

    # What people read.
    label: str
    # ``SQL``: whether it is known, NULL only where it cannot be asked of this client.
    # May name the card ``c``, the client's contact ``p`` and ``f``, what is known of
    # the client and his persons together (``client.card._data_family``).
    known: SQL
    # Where it is typed in: a field of res.partner, there or on the card.
    field: str
    # Typed in on the person to talk to, not on the client.
    of_person: bool = False


class ClientCard(models.Model):
    """How complete and how fresh the data of a client are (N18).

    Percent and codes are derived by one set-based statement
    (``client_card_data_derive.py``) from the requirements of the client's regulation.
    """

    _inherit = "client.card"

    data_completeness = fields.Integer(
        string="Completeness, %",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="How much of what the regulation wants to be known of such a client is "
        "known, rounded down.",
    )
    data_lacking = fields.Char(
        string="Codes of what lacks", readonly=True, copy=False, default=""
    )
    data_lacking_count = fields.Integer(
        string="Things lacking", readonly=True, copy=False, aggregator="sum"
    )
    data_lacking_text = fields.Char(
        string="What lacks", compute="_compute_data_lacking_text"
    )

    _data_idx = models.Index(
        "(company_id, data_completeness, turnover DESC, id) "
        "WHERE active IS TRUE AND data_lacking_count > 0"
    )

    @api.depends("data_lacking")
    @api.depends_context("lang")
    def _compute_data_lacking_text(self):
        checks = self._data_checks()
        for card in self:
            card.data_lacking_text = ", ".join(
                checks[code].label for code in card._data_codes() if code in checks
            )

    def _has_field_access(self, field, operation):
        if operation == "write" and field.name in DERIVED_DATA and not self.env.su:
            return False
        return super()._has_field_access(field, operation)

    def write(self, vals):
        result = super().write(vals)
        if DATA_ON_CARD & vals.keys():
            self._derive_data()
        return result

    # ------------------------------------------------------------ what can be known

    @api.model
    def _data_checks(self):
        """What a regulation can ask for, in the order in which it is shown.

        Addons add theirs here; what an addon that is gone asked for is not asked. When
        the field of a check is written on a contact, his client is derived; who reads
        other tables calls ``res.partner._client_data_touched`` when they change.

        :return: {code: ``DataCheck``}
        """
        return {
            **self._data_checks_of_contact(),
            "source": DataCheck(
                self.env._("Source"), SQL("p.source_id IS NOT NULL"), "source_id"
            ),
            "segment": DataCheck(
                self.env._("Segment"), SQL("p.segment_id IS NOT NULL"), "segment_id"
            ),
            **self._data_checks_of_persons(),
            "salesperson": DataCheck(
                self.env._("Salesperson"), SQL("c.user_id IS NOT NULL"), "user_id"
            ),
            "potential": DataCheck(
                self.env._("Potential"),
                SQL(
                    "COALESCE(c.potential_amount, 0) > 0"
                    " OR COALESCE(c.potential_level, '') <> ''"
                ),
                "potential_amount",
            ),
        }

    def _data_checks_of_contact(self):
        """What stands on the contact."""
        reach = SQL("f.phone OR f.email")
        return {
            "phone_or_email": DataCheck(
                self.env._("Telephone or e-mail"), reach, "phone"
            ),
            "phone": DataCheck(self.env._("Telephone"), SQL("f.phone"), "phone"),
            "email": DataCheck(self.env._("E-mail"), SQL("f.email"), "email"),
            "messenger": DataCheck(
                self.env._("Messenger"), SQL("f.messenger"), "messenger"
            ),
            "address": DataCheck(
                self.env._("Address"),
                SQL("COALESCE(p.street, '') <> '' AND COALESCE(p.city, '') <> ''"),
                "street",
            ),
            # One need not ask a private person for these.
            "website": DataCheck(
                self.env._("Website"),
                SQL("CASE WHEN p.is_company THEN COALESCE(p.website, '') <> '' END"),
                "website",
            ),
            "vat": DataCheck(
                self.env._("Tax number"),
                SQL("CASE WHEN p.is_company THEN COALESCE(p.vat, '') <> '' END"),
                "vat",
            ),
        }

    def _data_checks_of_persons(self):
        """What is asked of the contact person."""
        return {
            "person": DataCheck(
                self.env._("A contact person"), SQL("f.person"), "child_ids"
            ),
            "person_birthday": DataCheck(
                self.env._("Birthday of the contact person"),
                SQL("f.person_birthday"),
                "birthdate_date",
                True,
            ),
            "person_phone": DataCheck(
                self.env._("Telephone of the contact person"),
                SQL("f.person_phone"),
                "phone",
                True,
            ),
            **self._data_checks_of_approach(),
            "consent": DataCheck(
                self.env._("Consent to personal data, given or withdrawn"),
                SQL(
                    "EXISTS (SELECT FROM client_consent k"
                    " WHERE k.partner_id = ANY(f.asked))"
                ),
                "client_consent",
                True,
            ),
        }

    def _data_checks_of_approach(self):
        """Who the contact person is, and how to treat him."""
        person_of = {
            "salutation": (self.env._("Name and patronymic"), "salutation"),
            "gender": (self.env._("Gender of the contact person"), "gender"),
            "personal_phone": (
                self.env._("Personal telephone of the contact person"),
                "personal_phone",
            ),
            "met": (self.env._("Where we met the contact person"), "met_place"),
            "approach": (self.env._("How to talk with him"), "how_to_talk"),
        }
        return {
            code: DataCheck(label, SQL.identifier("f", f"person_{code}"), field, True)
            for code, (label, field) in person_of.items()
        }

    # --------------------------------------------------------------------- what lacks

    def _data_codes(self):
        """Codes of what lacks on this card, an empty list where nothing does."""
        self.ensure_one()
        return [code for code in (self.data_lacking or "").split(",") if code]

    def _data_lacking(self):
        """What lacks on this card, with the place where it is typed in.

        :return: list of {"code", "label", "model", "res_id", "field"}: the contact's
            form where ``field`` is empty
        """
        self.ensure_one()
        return self._data_lacking_of_each()[self]

    def _data_lacking_of_each(self):
        """{card: what lacks, as ``_data_lacking`` gives it} of these cards."""
        checks = self._data_checks()
        codes = {
            card: [code for code in card._data_codes() if code in checks]
            for card in self
        }
        asked = {code for found in codes.values() for code in found}
        persons = {}
        if any(checks[code].of_person for code in asked):
            persons = self._data_persons()
        return {
            card: [
                card._data_place(code, checks[code], persons) for code in codes[card]
            ]
            for card in self
        }

    def _data_place(self, code, check, persons):
        """Where one thing that lacks is typed in."""
        partner, field = self.partner_id, check.field
        if check.of_person and partner.is_company:
            person = persons.get(self)
            # Nobody to write it on: a person is added first.
            partner, field = (person, field) if person else (partner, "child_ids")
        elif code == "address" and partner.street:
            field = "city"
        return {
            "code": code,
            "label": check.label,
            "model": "res.partner",
            "res_id": partner.id,
            "field": field,
        }

    def _data_persons(self):
        """{card: the person to talk to, or the first one} of clients with persons."""
        persons = self.env["res.partner"].search(
            [
                ("commercial_partner_id", "in", self.partner_id.ids),
                ("type", "=", "contact"),
                ("parent_id", "!=", False),
                ("is_child", "=", False),
            ],
            order="id",
        )
        of_client = persons.grouped("commercial_partner_id")
        found = {}
        for card in self:
            family = of_client.get(card.partner_id, persons.browse())
            found[card] = (family & card.contact_person_id) or family[:1]
        return {card: person for card, person in found.items() if person}
