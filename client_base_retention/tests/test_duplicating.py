"""*Duplicate* of the Action menu works, or is not offered."""

from dateutil.relativedelta import relativedelta
from lxml import etree

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import NOON
from .portrait import PortraitCase
from .roles import RolesCase, models_of_ours

OFF = ("0", "false", "False")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDuplicating(RolesCase):
    def offers(self, user, model):
        """Whether any view of a model offers this user to duplicate a row."""
        views = self.env["ir.ui.view"].search(
            [
                ("model", "=", model),
                ("type", "in", ("form", "list", "kanban")),
                ("mode", "=", "primary"),
            ]
        )
        records = self.env[model].with_user(user)
        for view in views:
            arch = etree.fromstring(records.get_view(view.id, view.type)["arch"])
            if not any(arch.get(name) in OFF for name in ("create", "duplicate")):
                return view.key or view.name
        return False

    def test_every_model(self):
        """Of whatever may be duplicated by its views a copy is made as the head."""
        head = self.users["head"]
        world, tried = self.world(head), []
        for model in models_of_ours(self.env):
            if self.env[model]._transient or not self.env[model]._auto:
                continue
            if not self.env[model].with_user(head).has_access("create"):
                continue
            offered = self.offers(head, model)
            if not offered:
                continue
            with self.subTest(model=model, view=offered):
                row = world.row(model).with_user(head).sudo(False)
                with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                    copied = row.with_context(
                        allowed_company_ids=world.company.ids
                    ).copy()
                    self.env.flush_all()
                self.assertNotEqual(copied, row)
            tried.append(model)
        self.assertIn("client.segment", tried)

    def test_target_of_the_next_months(self):
        world = self.world(self.users["head"])
        target = world.row("client.target")
        copies = target.copy() | target.copy()
        first = target.date_from
        self.assertEqual(
            sorted(copies.mapped("date_from")),
            [first + relativedelta(months=1), first + relativedelta(months=2)],
        )
        self.assertEqual(copies.mapped("amount"), [target.amount] * 2)

    def test_tag_with_another_name(self):
        tag = self.env["client.remark.tag"].create({"name": "Sharpening (test)"})
        names = [tag.copy().name, tag.copy().name]
        self.assertEqual(
            names, ["Sharpening (test) (copy)", "Sharpening (test) (copy 2)"]
        )


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestDuplicatedSegment(PortraitCase):
    def test_questions_go_along(self):
        """A copy asks the same with names of its own, and its formula reads them."""
        self.kiosks.potential_constant_ids = [(0, 0, {"name": "Per m2", "value": 10})]
        self.kiosks.potential_formula = "[Area] * [Per m2] + t_area"
        before = self.kiosks.profile_definition
        partner = self.kiosk(t_area=5, t_price="low")
        copied = self.kiosks.copy()
        self.assertNotEqual(copied.name, self.kiosks.name)
        mine, theirs = copied.question_ids, self.kiosks.question_ids
        self.assertEqual(mine.mapped("label"), theirs.mapped("label"))
        self.assertEqual(mine.mapped("kind"), theirs.mapped("kind"))
        self.assertEqual(mine.mapped("options"), theirs.mapped("options"))
        self.assertFalse(set(mine.mapped("name")) & set(theirs.mapped("name")))
        self.assertEqual(
            [q["name"] for q in copied.profile_definition], mine.mapped("name")
        )
        self.assertEqual(self.kiosks.profile_definition, before)
        self.assertFalse(copied.partner_ids)
        self.assertFalse(copied.policy_ids)
        self.assertFalse(copied.potential_problem)
        self.assertEqual(copied.potential_constant_ids.mapped("name"), ["Per m2"])
        # Answers go along to the same questions of the copy.
        partner.segment_id = copied
        partner.action_add_to_client_base()
        self.assertEqual(
            sorted(self.answers(partner).values(), key=str),
            sorted([5.0, "low"], key=str),
        )
        self.assertEqual(partner.client_card_id.potential_computed, 55)

    def test_twice(self):
        names = {self.kiosks.name}
        for _number in range(3):
            names.add(self.kiosks.copy().name)
        self.assertEqual(len(names), 4)
        named = self.kiosks.copy({"name": "Own words"})
        self.assertEqual(named.name, "Own words")
        # The copy of an archived one is archived and need not have another name.
        self.kiosks.active = False
        self.assertTrue(self.kiosks.copy())
