"""A salesperson who sees only his own clients, and a client of somebody else who left
traces in everything that Odoo and we keep."""

import json
from datetime import datetime

from odoo import Command

from .common import (
    ROLE_ALL,
    ROLE_HEAD,
    ROLE_OWN,
    ROLE_STEWARD,
    ROLE_TEAM,
    SALES,
    TODAY,
    ago,
)
from .tasks import TaskCommon

# Stands in every text of the hidden client; so whoever meets it has met him.
MARK = "Zyxhidden"
PHONE = "+32 470 99 88 77"
DIGITS = "99 88 77"
EMAIL = "zyxhidden@example.org"
OWN_SALES = "sales_team.group_sale_salesman"


def dumped(value):
    """What a call answers as one text, as it goes over the wire."""
    return json.dumps(value, default=str, ensure_ascii=False)


class SightCommon(TaskCommon):
    """Users of every role; ``mine`` of ``own``, ``hidden`` of ``colleague``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own, cls.team, cls.all, cls.steward, cls.head = (
            cls.make_user(f"cb_{login}", f"{SALES},{role}", name=login.title())
            for login, role in (
                ("own", ROLE_OWN),
                ("team", ROLE_TEAM),
                ("all", ROLE_ALL),
                ("steward", ROLE_STEWARD),
                ("head", ROLE_HEAD),
            )
        )
        # What an administrator gives to such a salesperson beside the role.
        cls.own.group_ids -= cls.env.ref(SALES)
        cls.own.group_ids += cls.env.ref(OWN_SALES)
        cls.none = cls.make_user("cb_none", SALES)
        cls.colleague = cls.make_user(
            "cb_colleague", f"{OWN_SALES},{ROLE_OWN}", name="Colleague"
        )
        cls.norm()
        cls.start()

    @classmethod
    def make_client(cls, name, owner, **values):
        partner = cls.make_partner(name=name, user_id=owner.id, **values)
        cls.env["res.partner"].create(
            {"name": f"{name} person", "parent_id": partner.id}
        )
        partner.action_add_to_client_base()
        return partner

    def with_traces(self, partner, owner):
        """Everything that can be kept of a client: documents, talks, files."""
        person = partner.child_ids[:1]
        self.enter([(partner, ago(40), 5000)])
        order = self.buy(partner, ago(30), 700, seller=owner)
        quote = self.quote(partner, 900, seller=owner)
        lead = self.env["crm.lead"].create(
            {
                "name": f"{partner.name} deal",
                "type": "opportunity",
                "partner_id": partner.id,
                "user_id": owner.id,
                "company_id": self.company.id,
            }
        )
        for record in (partner, order, lead):
            record.activity_schedule(
                "mail.mail_activity_data_call",
                date_deadline=TODAY,
                user_id=owner.id,
                summary=f"Call {partner.name}",
            )
            record.message_post(body=f"Talked to {partner.name}", author_id=person.id)
            record.message_subscribe(person.ids)
        self.env["calendar.event"].with_user(owner).create(
            {
                "name": f"Meet {partner.name}",
                "start": datetime(2025, 6, 16, 9),
                "stop": datetime(2025, 6, 16, 10),
                "privacy": "private",
                "user_id": owner.id,
                "partner_ids": [Command.set((person | owner.partner_id).ids)],
            }
        )
        self.card_of(partner).with_user(owner).sudo()
        self.env["client.touchpoint"].create(
            {
                "card_id": self.card_of(partner).id,
                "partner_id": partner.id,
                "company_id": self.company.id,
                "user_id": owner.id,
                "date": datetime(2025, 6, 1, 9),
                "kind": "call",
                "direction": "out",
                "outcome": "reached",
                "note": f"{partner.name} wants more",
            }
        )
        self.env["ir.attachment"].create(
            {
                "name": f"{partner.name}.txt",
                "raw": partner.name.encode(),
                "res_model": "res.partner",
                "res_id": partner.id,
            }
        )
        self.env["res.partner.bank"].create(
            {"acc_number": f"BE-{partner.name}", "partner_id": partner.id}
        )
        return {"order": order, "quote": quote, "lead": lead, "person": person}

    def hide_one(self):
        """The hidden client of a colleague, with everything."""
        self.hidden = self.make_client(
            MARK,
            self.colleague,
            phone=PHONE,
            email=EMAIL,
            ref=f"{MARK}-ref",
            street=f"{MARK} street",
            comment=MARK,
            website=f"https://{MARK}.example.org",
            function=MARK,
        )
        self.hidden.child_ids.write({"phone": PHONE, "email": EMAIL})
        self.traces = self.with_traces(self.hidden, self.colleague)
        self.mine = self.make_client("Mine", self.own, phone="+32 470 11 22 33")
        self.my_traces = self.with_traces(self.mine, self.own)
        self.derive_all()
        self.env.flush_all()
        self.env.invalidate_all()

    def assertUnseen(self, value, where=""):
        text = dumped(value).lower()
        for word in (MARK.lower(), DIGITS):
            at = text.find(word)
            self.assertLess(at, 0, f"{where}: {text[max(0, at - 200) : at + 60]}")
