"""Helpers of the tests of My day."""

from datetime import timedelta

from odoo import Command, fields

from .common import ROLE_ALL, SALES, TODAY
from .contacts import ContactsCommon


class MyDayCommon(ContactsCommon):
    """A started company with a weekly call for everybody who bought, and a seller."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("md_seller", f"{SALES},{ROLE_ALL}", tz="UTC")
        cls.other = cls.make_user("md_other", f"{SALES},{ROLE_ALL}", tz="UTC")
        cls.start()
        cls.weekly = cls.norm()

    # ------------------------------------------------------------------------- people

    def mine(self, name="Client", late=3, user=None, **values):
        """The card of a client of the seller, ``late`` days overdue for his call."""
        card = self.bought(100, name=name, user_id=(user or self.seller).id, **values)
        self.talk(card, TODAY - timedelta(days=7 + late), user_id=self.other.id)
        return card

    def person(self, card, name="Person", **values):
        return self.env["res.partner"].create(
            {"name": name, "parent_id": card.partner_id.id, **values}
        )

    def promise(self, record, user=None, days=0, kind="call", **values):
        """An activity that somebody planned on a record."""
        return record.activity_schedule(
            f"mail.mail_activity_data_{kind}",
            date_deadline=TODAY + timedelta(days=days),
            user_id=(user or self.seller).id,
            **values,
        )

    def meet(self, *partners, start="2025-06-15 14:00:00", hours=1, user=None, **vals):
        user = user or self.seller
        start = fields.Datetime.to_datetime(start)
        guests = user.partner_id.union(*partners)
        return (
            self.env["calendar.event"]
            .with_user(user)
            .sudo()
            .create(
                {
                    "name": "Visit",
                    "start": start,
                    "stop": start + timedelta(hours=hours),
                    "user_id": user.id,
                    "partner_ids": [Command.set(guests.ids)],
                    **vals,
                }
            )
        )

    # ----------------------------------------------------------------------- the page

    def page(self, user=None, companies=None):
        """The page's model as the seller has it, nothing being cached."""
        self.env.flush_all()
        self.env.invalidate_all()
        model = self.env["client.my.day"].with_user(user or self.seller)
        companies = companies or (user or self.seller).company_ids
        return model.with_context(
            allowed_company_ids=companies.ids, tz=(user or self.seller).tz
        )

    def get(self, *args, user=None, companies=None, **kwargs):
        return self.page(user, companies).get_day(*args, **kwargs)

    def names(self, section, *args, **kwargs):
        """Names of the clients in a section, in their order."""
        found = [
            s for s in self.get(*args, **kwargs)["sections"] if s["key"] == section
        ]
        return [row["name"] for s in found for row in s["rows"]]

    def row(self, card, *args, **kwargs):
        """The only row of a client."""
        rows = [
            row
            for section in self.get(*args, **kwargs)["sections"]
            for row in section["rows"]
            if row["partner_id"] == card.partner_id.id
        ]
        self.assertEqual(len(rows), 1, "one row per client")
        return rows[0]

    def chip(self, key, **kwargs):
        chips = {chip["key"]: chip["value"] for chip in self.get(**kwargs)["chips"]}
        return chips[key]
