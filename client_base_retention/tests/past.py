"""Helpers of the tests of how norms stood before."""

from datetime import datetime, time

from odoo import fields, models
from odoo.tests import freeze_time

from .common import day
from .contacts import ContactsCommon

TRACES = ("client_card", "client_obligation", "client_obligation_past")


class PastCommon(ContactsCommon):
    """Days go by: what happens is frozen to a day, at noon unless said otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.olga = cls.make_user("past_olga", name="Olga")
        cls.boris = cls.make_user("past_boris", name="Boris")
        cls.clara = cls.make_user("past_clara", name="Clara")

    def on(self, when, hour=12):
        """Context: it is this day."""
        return freeze_time(datetime.combine(day(when), time(hour)))

    def night(self, when):
        """Derive everything, as in the night to ``when``."""
        with self.on(when, 1):
            self.derive_all(day(when))

    def give(self, card, user, when=None):
        """Make ``user`` the client's salesperson, on a day or now."""
        if when:
            with self.on(when):
                return self.give(card, user)
        card.partner_id.user_id = user

    def past(self, card):
        """What is kept of the norms of a client, the oldest first."""
        return self.env["client.obligation.past"].search(
            [("card_id", "=", card.id)], order="id"
        )

    def assertPast(self, card, *expected):
        """The states kept are these, each a dict of some columns; days as text,
        numbers of what they lead to as records."""
        past = self.past(card)
        expected = [
            {
                name: value.id if isinstance(value, models.BaseModel) else value
                for name, value in wanted.items()
            }
            for wanted in expected
        ]
        self.assertEqual(
            [
                {
                    name: fields.Date.to_string(state[name]) or False
                    if state._fields[name].type == "date"
                    else state[name]
                    for name in wanted
                }
                for state, wanted in zip(past, expected, strict=False)
            ],
            expected,
        )
        self.assertEqual(len(past), len(expected), past.read())
