import re
from datetime import datetime, timedelta, timezone

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_finder import PHONE_DIGITS, phone_key
from .res_partner_purchase import PHONE_KEY

# Reports of one call that come within so many seconds of each other.
SAME_CALL = timedelta(seconds=60)


class ClientTouchpoint(models.Model):
    """Calls that a telephone exchange reports."""

    _inherit = "client.touchpoint"

    @api.model
    def _log_call(
        self, number, direction, user=None, when=None, answered=True, note=False
    ):
        """Log a telephone call with a client; for connectors of telephone exchanges.

        The client, or the person of one, is found by his telephone number however it is
        written. Of several clients with one number it is the one whose salesperson is
        ``user``, else the one contacted last. Numbers that are no client's, or hidden,
        are passed over without a word; so is the call of an extension. An exchange that
        reports a call twice within a minute logs it once; reported as unanswered first
        and answered then, it was answered.

        Example::

            env["client.touchpoint"]._log_call(
                "+7 913 123-45-67", "in", user=env.user, answered=False
            )

        :param str number: the client's number, as the exchange knows it
        :param str direction: ``in`` (the client called) or ``out``
        :param user: who of us, ``res.users`` or its id; may be missing
        :param when: when the call began: datetime (UTC, or with a time zone) or ISO
            text; default now
        :param bool answered: False: nobody answered
        :param str note: what the exchange has to say, for example the duration
        :return: the touchpoint, new or as it was logged before; empty where no client
            was found
        :raise ValueError: ``direction`` is neither
        """
        if direction not in ("in", "out"):
            raise ValueError(f"direction is 'in' or 'out', not {direction!r}")
        # sudo: a telephone exchange has no role in the client base.
        calls = self.sudo()
        user = calls._caller(user)
        began = calls._call_began(when)
        card, person = calls._client_called(number, user, began)
        if not card:
            return self.browse()
        values = {
            "partner_id": card.partner_id.id,
            "company_id": card.company_id.id,
            "person_id": person.id,
            "kind": "call",
            "direction": direction,
            "outcome": "reached" if answered else "no_answer",
            "user_id": user.id,
            "date": began,
            "note": note,
        }
        call = calls._call_reported(values)
        if not call:
            call = calls.create(values)
        elif answered and call.outcome == "no_answer":
            call.outcome = "reached"
        return self.browse(call.id)

    def _caller(self, user):
        users = self.env["res.users"]
        if isinstance(user, int):
            user = users.browse(user).exists()
        return user.sudo() if user else users

    def _call_began(self, when):
        """The moment in UTC; the clock of an exchange may be ahead of ours."""
        now = fields.Datetime.now()
        if isinstance(when, str):
            when = datetime.fromisoformat(when)
        if when and when.tzinfo:
            when = when.astimezone(timezone.utc).replace(tzinfo=None)
        return min(when.replace(microsecond=0), now) if when else now

    def _call_reported(self, values):
        """The same call, if it is logged already."""
        same = [
            (name, "=", values[name])
            for name in ("partner_id", "company_id", "kind", "direction", "user_id")
        ]
        near = [
            ("date", ">", values["date"] - SAME_CALL),
            ("date", "<", values["date"] + SAME_CALL),
        ]
        return self.search(Domain(same + near), limit=1)

    # ------------------------------------------------------------ whose number it is

    def _client_called(self, number, user, when):
        """(card, person) of the client with this number; both may be empty.

        :param when: whose client a person was then decides
        """
        partners = self._partners_called(number, user)
        posts = self._former_clients(partners.ids, when)
        day = self._day_of_contact(when)
        client_of = {
            partner: self._client_then(posts.get(partner.id, ()), day)[0]
            or partner.commercial_partner_id.id
            for partner in partners
        }
        cards = self.env["client.card"].search(
            [("partner_id", "in", list(client_of.values()))]
        )
        likely = user.company_id or self.env.company
        oldest = fields.Date.to_date("0001-01-01")
        ranked = cards.sorted(
            lambda card: (
                bool(user) and card.user_id == user,
                card.company_id == likely,
                card.last_contact_date or oldest,
                -card.id,
            ),
            reverse=True,
        )
        card = ranked[:1]
        own = partners.filtered(lambda p: client_of[p] == card.partner_id.id)
        persons = own - card.partner_id
        if len(persons) > 1:
            # Several share the number: the one who is usually talked to, or nobody.
            persons &= card.contact_person_id
        return card, persons

    def _partners_called(self, number, user):
        """The contacts with this number.

        The last digits find them by index. Where the countries are known the whole
        number must be the same; short numbers, of one town, must be equal.
        """
        number = re.sub(r"^(tel|sips?):|@.*$", "", (number or "").strip())
        key = phone_key(number)
        if not key:
            return self.env["res.partner"]
        country = (user.company_id or self.env.company).country_id
        whole = self._whole_number(number, country)
        names = ("phone", "personal_phone")
        self.env["res.partner"].flush_model(names)
        found = self.env["res.partner"].search(
            Domain(
                "id",
                "in",
                SQL("(%s)", SQL(" UNION ").join(self._called_query(names, key))),
            )
        )
        return found.filtered(
            lambda partner: any(
                phone_key(partner[name] or "") == key
                and self._same_number(
                    whole,
                    self._whole_number(partner[name], partner.country_id or country),
                    len(key),
                )
                for name in names
            )
        )

    def _called_query(self, names, key):
        """``SQL`` for each of these telephones: ids of the contacts it is one of."""
        return [
            SQL(
                "SELECT id FROM res_partner WHERE %s IS NOT NULL AND %s = %s",
                SQL.identifier(name),
                SQL(PHONE_KEY.format(name)),
                key,
            )
            for name in names
        ]

    def _whole_number(self, number, country):
        return self.env["res.partner"]._phone_format(number=number, country=country)

    def _same_number(self, one, other, digits):
        """Whether two numbers with the same last digits are the same."""
        if one and other:
            return one == other
        return digits == PHONE_DIGITS or not one and not other
