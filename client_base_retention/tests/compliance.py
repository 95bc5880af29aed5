"""What the tests of compliance share: states of norms written as they are recorded.

The derivation is left out: a state is a row of ``client.obligation`` (the present one)
or of ``client.obligation.past``, as the contract between the two says.
"""

from datetime import datetime, time

from odoo import fields
from odoo.tools import SQL

from .common import ROLE_ALL, SALES, ClientBaseCommon, day

FIRST, LAST = day("2025-05-01"), day("2025-05-31")


class ComplianceCommon(ClientBaseCommon):
    """A company that started long ago; the month looked at is May 2025."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.months = cls.env["client.compliance.month"]
        cls.company.client_start_date = "2025-01-01"
        cls.olga, cls.ivan = (
            cls.make_user(login, f"{SALES},{ROLE_ALL}")
            for login in ("kept_olga", "kept_ivan")
        )
        cls.rule = cls.env["client.contact.rule"].create(
            {
                "policy_id": cls.policy.id,
                "status": "active",
                "kind": "call",
                "interval_count": 7,
                "interval_unit": "day",
            }
        )
        cls.numbers = 1_900_000_000
        # Earlier months are there and closed: norms counted from the first day on.
        cls.months.create(
            {"company_id": cls.company.id, "month": "2025-04-01", "state": "closed"}
        )
        cls.card = cls.make_card("Beta")

    # ------------------------------------------------------------------------- states

    @classmethod
    def make_card(cls, name, company=None, **values):
        """A card without norms; nothing derives it here."""
        company = company or cls.company
        partner = cls.make_partner(name)
        card = cls.env["client.card"].create(
            {"partner_id": partner.id, "company_id": company.id, **values}
        )
        cls.env.flush_all()
        cls.env.cr.execute(
            "DELETE FROM client_obligation WHERE card_id = %s", [card.id]
        )
        cls.env.cr.execute(
            "DELETE FROM client_obligation_past WHERE card_id = %s", [card.id]
        )
        return card

    @classmethod
    def number(cls):
        """The number of a row that is gone; not that of any other."""
        cls.numbers += 1
        return cls.numbers

    @classmethod
    def state(cls, row=None, until=None, card=None, **values):
        """Record one state of the row ``row``.

        :param until: the day on which it changed; None: it stands like this now
        :return: the number of the row
        """
        card = card or cls.card
        values = {
            "card_id": card.id,
            "company_id": card.company_id.id,
            "rule_id": cls.rule.id,
            "kind": "call",
            "norm_days": 7,
            "status": "active",
            "abc_class": "a",
            "user_id": cls.olga.id,
            "since": "2025-04-01",
            "due_date": "2025-06-30",
        } | values
        values.setdefault("late_date", values["due_date"])
        for name in ("user_id", "team_id", "taken_from_id"):
            if name in values and hasattr(values[name], "id"):
                values[name] = values[name].id or None
        if until:
            row = row or cls.number()
            values |= {"obligation_id": row, "until": until}
            cls.insert("client_obligation_past", values)
            return row
        if row:
            values["id"] = row
        return cls.insert("client_obligation", values)

    @classmethod
    def insert(cls, table, values):
        cls.env.flush_all()
        [(row_id,)] = cls.env.execute_query(
            SQL(
                "INSERT INTO %s (%s) VALUES (%s) RETURNING id",
                SQL.identifier(table),
                SQL(", ").join(SQL.identifier(name) for name in values),
                SQL(", ").join(SQL("%s", value) for value in values.values()),
            )
        )
        return row_id

    @classmethod
    def talk(cls, when, card=None, **values):
        """A contact on a day (its noon) or at a moment in UTC."""
        card = card or cls.card
        if len(str(when)) == 10:
            when = datetime.combine(day(when), time(12))
        values = {
            "partner_id": card.partner_id.id,
            "card_id": card.id,
            "company_id": card.company_id.id,
            "date": when,
            "kind": "call",
            "direction": "out",
            "outcome": "reached",
            "user_id": cls.olga.id,
            "logged_on": fields.Date.to_date(str(when)[:10]),
        } | values
        return cls.insert("client_touchpoint", values)

    @classmethod
    def away(cls, user, date_from, date_to):
        values = {"user_id": user.id, "date_from": date_from, "date_to": date_to}
        return cls.insert("client_away", values)

    # ----------------------------------------------------------------------- measuring

    def measure(self, today="2025-06-15", month=FIRST, company=None):
        return self.months._measure(company or self.company, month, day(today))

    def rows(self, record=None, **options):
        """What a month says of each unit, by default after measuring it now."""
        record = record or self.measure(**options)
        return self.env["client.compliance"].search(
            [("month_id", "=", record.id)], order="obligation_id, id"
        )

    def judged(self, **options):
        """[(result, overdue days)] of the units."""
        return [(row.result, row.overdue_days) for row in self.rows(**options)]

    def people(self, month):
        return {line.user_id: line for line in month.user_line_ids}
