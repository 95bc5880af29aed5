"""What the tests of the report share: months and their lines written as they are kept.

Measuring is left out: what the page shows is compared with what was written here.
"""

from datetime import date
from itertools import count
from unittest.mock import patch

from odoo import fields

from .common import ROLE_ALL, ROLE_HEAD, SALES, ClientBaseCommon

MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)
LAST = {MAY: date(2025, 5, 31), JUNE: date(2025, 6, 15)}


class ComplianceReportCommon(ClientBaseCommon):
    """A head, Olga and Ivan of the north, whom Lena leads, Petra of the south, and
    somebody without a role. Today is June 15."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.client_start_date = "2025-01-01"
        cls.head = cls.make_user("report_head", f"{SALES},{ROLE_HEAD}", name="Head")
        cls.olga, cls.ivan, cls.petra, cls.lena = (
            cls.make_user(f"report_{name.lower()}", f"{SALES},{ROLE_ALL}", name=name)
            for name in ("Olga", "Ivan", "Petra", "Lena")
        )
        cls.stranger = cls.make_user("report_stranger", SALES)
        cls.north, cls.south = cls.env["crm.team"].create(
            [
                {"name": "North", "user_id": cls.lena.id},
                {"name": "South", "user_id": False},
            ]
        )
        cls.team_of = {cls.petra: cls.south}
        cls.numbers = count(1_900_000_000)
        # The figures are those written here, not those of the obligations.
        patcher = patch.object(
            cls.registry["client.compliance.report"], "_measure_now", lambda page: None
        )
        patcher.start()
        cls.addClassCleanup(patcher.stop)

    @classmethod
    def month(cls, first=JUNE, company=None, **values):
        """A month, open until ``close`` is called."""
        return cls.env["client.compliance.month"].create(
            {
                "company_id": (company or cls.company).id,
                "month": first,
                "counted_from": first,
                "measured_on": LAST[first],
                "measured_at": fields.Datetime.now(),
                **values,
            }
        )

    @classmethod
    def line(cls, month, result="not_made", user=None, card=None, **values):
        """A norm of a client in the month. ``user``: False for nobody."""
        user = cls.olga if user is None else user
        card = card or cls.make_card(user, month.company_id)
        due = values.get("due_date", month.month)
        defaults = {
            "month_id": month.id,
            "company_id": month.company_id.id,
            "month": month.month,
            "card_id": card.id,
            "client_name": card.partner_id.name,
            "obligation_id": next(cls.numbers),
            "kind": "call",
            "norm_days": 7,
            "status": "active",
            "abc_class": "a",
            "user_id": user.id if user else False,
            "team_id": cls.team_of.get(user, cls.north).id if user else False,
            "result": result,
            "due_date": due,
            "late_date": due,
            "is_tried": 0,
            "overdue_days": 0 if result == "kept" else 5,
            **{f"is_{name}": int(name == result) for name in cls.results()},
        }
        return cls.env["client.compliance"].create(defaults | values)

    @classmethod
    def results(cls):
        return ("kept", "late", "not_made")

    @classmethod
    def lines(cls, month, user=None, **numbers):
        """So many lines of each result: ``kept=3, late=1``."""
        for result, number in numbers.items():
            for _each in range(number):
                cls.line(month, result, user=user)

    @classmethod
    def people(cls, month, user=None, **values):
        """The line of a salesperson."""
        user = cls.olga if user is None else user
        return cls.env["client.compliance.user"].create(
            {
                "month_id": month.id,
                "company_id": month.company_id.id,
                "month": month.month,
                "user_id": user.id if user else False,
                "team_id": cls.team_of.get(user, cls.north).id if user else False,
                **values,
            }
        )

    @classmethod
    def close(cls, month):
        month.state = "closed"
        return month

    @classmethod
    def make_card(cls, user=False, company=None, name="Client"):
        company = company or cls.company
        partner = cls.make_partner(name, user_id=user.id if user else False)
        return cls.env["client.card"].create(
            {"partner_id": partner.id, "company_id": company.id}
        )

    # --------------------------------------------------------------------- the page

    def page(self, user=None):
        return self.env["client.compliance.report"].with_user(user or self.head)

    def report(self, user=None, **asked):
        return self.page(user).get_report(**asked)

    def row(self, report, key):
        """The row of a user, a team, a class or a kind."""
        key = key.id if hasattr(key, "id") else key
        (found,) = (row for row in report["rows"] if row["key"] == key)
        return found

    def value(self, row, column):
        cell = row["cells"][column]
        return cell["percent"] if "percent" in cell else cell["value"]

    def listed(self, report):
        """Every number of the page with a list: [(cell, model)]."""
        rows = [*report["rows"], *([report["total"]] if report["total"] else [])]
        for row in rows:
            for cell in row["cells"].values():
                for each in (cell, cell.get("of", {})):
                    if each.get("list"):
                        yield each, report["lists"][each["list"]]["res_model"]
