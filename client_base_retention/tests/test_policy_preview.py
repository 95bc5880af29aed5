"""*Preview* on a regulation: what it says before saving is so after saving.

Covers every figure of a regulation, clients of all kinds, and for whom a regulation
would hold. Wrong values, large bases, rights and companies, and the form:
``test_policy_preview_form.py``.
"""

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import (
    NOON,
    STANDARD,
    ClientBaseCommon,
    ago,
    day,
)

COUNTED = {
    "vip": [("status", "=", "active"), ("abc_class", "=", "vip")],
    "a": [("status", "=", "active"), ("abc_class", "=", "a")],
    "b": [("status", "=", "active"), ("abc_class", "=", "b")],
    "c": [("status", "=", "active"), ("abc_class", "=", "c")],
    "none": [("status", "=", "active"), ("abc_class", "=", False)],
    "active": [("status", "=", "active")],
    "former": [("status", "=", "former")],
    "prospect": [("status", "=", "prospect")],
    "newcomer": [("is_newcomer", "=", True)],
    "late": [("purchase_state", "=", "late")],
    "at_risk": [("purchase_state", "=", "at_risk")],
    "clients": [],
}


class PreviewCase(ClientBaseCommon):
    def real(self, policy=None):
        """What the lists of clients count under a regulation."""
        policy = policy or self.policy
        cards = self.env["client.card"].search(
            [("policy_id", "=", policy.id), ("company_id", "=", self.company.id)]
        )
        return {
            key: len(cards.filtered_domain(domain)) for key, domain in COUNTED.items()
        }

    def lines(self, policy):
        """{key: line} of the preview, failing where it has none."""
        self.assertNotIn("sentence", policy.preview)
        return {
            line["key"]: line for group in policy.preview["groups"] for line in group
        }

    def counts(self, policy, which="then"):
        found = {key: line[which] for key, line in self.lines(policy).items()}
        return {"none": 0} | found

    def unsaved(self, policy=None, **values):
        """The regulation as somebody is typing it."""
        self.env.invalidate_all()
        policy = policy or self.policy
        return policy.new(values, origin=policy)

    def assertComesTrue(self, policy=None, **values):
        """The preview of these values is what the derivation then makes of them."""
        policy = policy or self.policy
        before = self.real(policy)
        draft = self.unsaved(policy, **values)
        promised = self.counts(draft)
        if not {"segment_ids", "sequence", "active"} & values.keys():
            self.assertEqual(self.counts(draft, "now"), before)
        self.assertEqual(self.real(policy), before, "looking changes nothing")
        policy.write(values)
        self.derive_all()
        self.assertEqual(self.real(policy), promised)
        policy.invalidate_recordset()
        self.assertEqual(self.counts(policy, "now"), promised)
        self.assertEqual(self.counts(policy), promised, "saved, it changes no more")
        return promised

    def base_of_all_kinds(self):
        """Large and small clients, ties, refunds, cycles, former ones, prospects,
        excluded ones, locked classes, archived contacts."""
        for amount, days in (
            (1000, (10,)),
            (500, (40, 80, 120)),
            (500, (30, 60, 90)),
            (300, (70, 90, 110)),
            (300, (300,)),
            (200, (5, 200, 395)),
            (100, (120, 150, 180)),
            (100, (400, 500, 600)),
            (100, (380,)),
            (50, (20, 50)),
            (10, (100, 101)),
        ):
            self.client(*((ago(d), amount) for d in days))
        refunded = self.client((ago(15), 800), (ago(14), -600))
        self.client((ago(15), 100), (ago(14), -100))
        self.client((ago(15), 100), (ago(14), -300))
        self.client()
        self.client((ago(5), 5000)).abc_excluded = True
        excluded = self.client((ago(5), 4000))
        excluded.write({"abc_excluded": True, "abc_class_manual": "b"})
        self.client((ago(5), 1)).abc_class_manual = "vip"
        self.client((ago(5), 2000)).abc_class_manual = "c"
        self.client((ago(500), 70)).abc_class_manual = "a"
        self.client((ago(5), 9000)).partner_id.active = False
        self.buy(refunded.partner_id, ago(100), 40)
        self.derive_all()


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestPreview(PreviewCase):
    def test_what_is_saved_is_what_was_shown(self):
        self.base_of_all_kinds()
        for values in (
            {"vip_share": 50},
            {"vip_share": 0, "a_share": 30, "b_share": 30},
            {"vip_share": 100, "a_share": 100, "b_share": 100},
            {"vip_share": 0, "a_share": 0, "b_share": 0},
            {"vip_share": 33.33, "a_share": 66.67, "b_share": 99.99},
            {"abc_period_months": 1},
            {"abc_period_months": 3},
            {"abc_period_months": 24},
            {"former_after_months": 3},
            {"former_after_months": 24},
            {"former_cycle_factor": 0},
            {"former_after_months": 1, "former_cycle_factor": 4.5},
            {"late_factor": 0.5, "risk_factor": 1},
            {"late_factor": 3, "risk_factor": 1.5},
            {"typical_cycle_days": 20},
            {"newcomer_days": 0},
            {"newcomer_days": 400},
            {"pause_from": 4, "pause_to": 5},
            {"pause_from": 11, "pause_to": 2},
            {"pause_from": 0, "pause_to": 0},
            STANDARD | {"typical_cycle_days": 0},
        ):
            with self.subTest(**values):
                self.assertComesTrue(**values)

    def test_the_numbers_of_a_simple_base(self):
        partners = self.make_partners(5)
        self.enter(
            [(p, ago(9), n) for p, n in zip(partners, (50, 25, 15, 9, 1), strict=True)]
        )
        self.derive_all()
        lines = self.lines(self.unsaved(vip_share=76, former_after_months=6))
        self.assertEqual(
            {key: (line["now"], line["then"]) for key, line in lines.items()},
            {
                "clients": (5, 5),
                "vip": (1, 3),
                "a": (2, 0),
                "b": (1, 1),
                "c": (1, 1),
                "active": (5, 5),
                "former": (0, 0),
                "prospect": (0, 0),
                "newcomer": (5, 5),
                "late": (0, 0),
                "at_risk": (0, 0),
            },
        )

    def test_ties(self):
        partners = self.make_partners(4)
        self.enter([(partner, ago(9), 10) for partner in partners])
        self.derive_all()
        for shares in ((26, 51, 76), (25, 50, 75), (25.01, 25.01, 50.01)):
            with self.subTest(shares=shares):
                vip, a, b = shares
                self.assertComesTrue(vip_share=vip, a_share=a, b_share=b)

    def test_one_client(self):
        self.client((ago(10), 10))
        self.derive_all()
        self.assertEqual(self.assertComesTrue(vip_share=0)["a"], 1)
        self.assertEqual(self.assertComesTrue(vip_share=1)["vip"], 1)

    def test_no_turnover_at_all(self):
        self.client((ago(10), 10), (ago(9), -10))
        self.client((ago(10), 10), (ago(9), -20))
        self.derive_all()
        self.assertEqual(
            self.assertComesTrue(vip_share=100, a_share=100, b_share=100)["c"], 2
        )

    def test_a_purchase_that_lasts(self):
        card = self.client((ago(60), 10))
        self.env["client.purchase.entry"].search(
            [("partner_id", "=", card.partner_id.id)]
        ).lasts_days = 50
        self.derive_all()
        self.assertEqual(self.assertComesTrue(late_factor=1)["late"], 1)
        self.assertEqual(self.assertComesTrue(late_factor=1.5)["late"], 0)

    def test_who_becomes_former_keeps_his_class(self):
        cards = self.client((ago(100), 90)) | self.client((ago(10), 10))
        self.derive_all()
        counts = self.assertComesTrue(former_after_months=2)
        self.assertEqual((counts["former"], counts["vip"]), (1, 1))
        self.assertEqual(cards.mapped("abc_class"), ["vip", "vip"])

    def test_monthly_review_shows_the_classes_of_the_next_one(self):
        partners = self.make_partners(3)
        self.enter(
            [(p, ago(9), n) for p, n in zip(partners, (50, 30, 20), strict=True)]
        )
        self.policy.abc_review = "monthly"
        self.derive_all()
        draft = self.unsaved(vip_share=60)
        promised = self.counts(draft)
        self.assertIn("monthly", draft.preview["note"])
        self.policy.vip_share = 60
        self.derive_all()
        self.assertNotEqual(self.real(), promised)
        self.derive_all(day("2025-07-01"))
        for key in ("vip", "a", "b", "c"):
            self.assertEqual(self.real()[key], promised[key])

    def test_same_turnover_in_other_companies_does_not_matter(self):
        self.client((ago(10), 10))
        for _number in range(3):
            partner = self.make_partner()
            self.enter([(partner, ago(10), 1000)], self.company_b)
        self.derive_all()
        self.assertEqual(self.assertComesTrue(vip_share=50)["vip"], 1)

    # ---------------------------------------------------------- for whom it would hold

    def test_segments(self):
        shop, other = self.env["client.segment"].create(
            [{"name": "Preview shops"}, {"name": "Preview others"}]
        )
        self.client((ago(10), 10))
        self.client((ago(10), 10), segment_id=shop.id)
        self.client((ago(10), 10), segment_id=other.id)
        narrow = self.policy.copy({"name": "Shops", "sequence": 0})
        narrow.segment_ids = shop
        self.derive_all()
        self.assertEqual(self.real()["clients"], 2)
        self.assertEqual(self.real(narrow)["clients"], 1)
        both = [Command.set((shop | other).ids)]
        self.assertEqual(self.assertComesTrue(narrow, segment_ids=both)["clients"], 2)
        nobody = self.unsaved(narrow, sequence=2, segment_ids=[Command.clear()])
        self.assertIn("no client", nobody.preview["sentence"])
        late = self.assertComesTrue(self.policy, sequence=-1)
        self.assertEqual(late["clients"], 3, "it comes first and fits everybody")

    def test_chosen_by_hand(self):
        """A client under the regulation by choice stays there whatever it fits."""
        by_hand = self.policy.copy({"name": "By hand", "sequence": 50})
        card = self.client((ago(10), 10))
        self.client((ago(10), 30))
        card.policy_id = by_hand
        self.derive_all()
        self.assertEqual(self.assertComesTrue(by_hand, vip_share=0)["clients"], 1)
        self.assertEqual(self.assertComesTrue(self.policy, vip_share=0)["clients"], 1)

    def test_new_regulation(self):
        segment = self.env["client.segment"].create({"name": "Preview shops"})
        self.client((ago(10), 10))
        self.client((ago(10), 70), segment_id=segment.id)
        self.client((ago(9), 30), segment_id=segment.id)
        self.derive_all()
        values = STANDARD | {
            "name": "New",
            "sequence": 0,
            "company_id": self.company.id,
            "vip_share": 80,
            "segment_ids": [Command.set(segment.ids)],
        }
        lines = self.lines(self.env["client.policy"].new(values))
        self.assertEqual((lines["clients"]["now"], lines["clients"]["then"]), (0, 2))
        self.assertEqual((lines["vip"]["now"], lines["vip"]["then"]), (1, 2))
        promised = self.counts(self.env["client.policy"].new(values))
        policy = self.env["client.policy"].create(values)
        self.derive_all()
        self.assertEqual(self.real(policy), promised)

    def test_regulation_that_fits_nobody_says_so(self):
        self.client((ago(10), 10))
        late = self.env["client.policy"].new(STANDARD | {"name": "x", "sequence": 500})
        self.assertIn("no client", late.preview["sentence"])
        archived = self.unsaved(active=False)
        self.assertIn("Archived", archived.preview["sentence"])

    def test_archived_regulations_hold_for_nobody(self):
        """Neither by night nor by event, nor in the preview of another one."""
        self.policy.copy({"sequence": 0, "active": False})
        card = self.client((ago(10), 10))
        self.assertEqual(card.policy_id, self.policy)
        self.enter([(card.partner_id, ago(5), 10)])
        self.assertEqual(card.policy_id, self.policy)
        self.derive_all()
        self.assertEqual(card.policy_id, self.policy)
        self.assertEqual(self.counts(self.unsaved())["clients"], 1)

    def test_no_clients_at_all(self):
        self.assertIn("no clients yet", self.policy.preview["sentence"])

    def test_newcomers_and_alarms_of_the_day(self):
        """Boundaries as in the lists: a newcomer until his last day."""
        self.client((ago(30), 10))
        self.client(*((ago(28 + 20 * n), 10) for n in range(3)))
        self.derive_all()
        for newcomer_days, newcomers in ((29, 0), (30, 1)):
            counts = self.assertComesTrue(newcomer_days=newcomer_days)
            self.assertEqual(counts["newcomer"], newcomers)
        for factor, late in ((1.25, 0), (1.2, 1)):
            self.assertEqual(self.assertComesTrue(late_factor=factor)["late"], late)
