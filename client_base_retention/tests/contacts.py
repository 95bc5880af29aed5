"""Helpers of the tests of contacts and norms."""

from datetime import datetime, time

from odoo import fields

from .common import ClientBaseCommon, ago, day


class ContactsCommon(ClientBaseCommon):
    """One company without norms; a test says itself which norms hold."""

    @classmethod
    def norm(cls, kind="call", count=1, unit="week", policy=None, **values):
        """A norm of the company's regulation: by default a weekly call."""
        return cls.env["client.contact.rule"].create(
            {
                "policy_id": (policy or cls.policy).id,
                "kind": kind,
                "interval_count": count,
                "interval_unit": unit,
                **values,
            }
        )

    def talk(self, client, when=None, kind="call", outcome="reached", **values):
        """A contact with a client (card or contact) on a day (its noon) or moment."""
        partner = client.partner_id if client._name == "client.card" else client
        if when is None:
            when = fields.Datetime.now()
        elif not isinstance(when, datetime):
            when = datetime.combine(day(when), time(12))
        return self.env["client.touchpoint"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "date": when,
                "kind": kind,
                "outcome": outcome,
                **values,
            }
        )

    def bought(self, last=0, amount=100, **values):
        """The card of a client whose only purchase was ``last`` days ago."""
        card = self.client((ago(last), amount), **values)
        card.entry_date = ago(last)
        return card

    def due(self, card, kind="call"):
        """The due date of a card's norm of one kind; None where there is no norm."""
        norm = card.obligation_ids.filtered(lambda o: o.kind == kind)
        self.assertLessEqual(len(norm), 1)
        return norm.due_date if norm else None

    def assertDue(self, card, expected, kind="call"):
        self.assertEqual(self.due(card, kind), expected and day(expected))

    def norms_of(self, card):
        """{kind: norm that holds} of a card."""
        return {norm.kind: norm.rule_id for norm in card.obligation_ids}
