from lxml import etree

from odoo.tests import TransactionCase, tagged

MODULE = "client_base_retention"
# What Odoo gives a view that somebody makes on a screen.
DEFAULT_PRIORITY = 16


@tagged("post_install", "-at_install")
class TestViewOrder(TransactionCase):
    """An administrator's changes of our screens come after all of ours.

    Otherwise a field that he removed is missing where a view of a later version of the
    addon builds on it, and the screen does not open after the update.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # What Odoo makes for a user on the way must not stand for the others.
        cls.View = cls.env["ir.ui.view"].with_context(load_all_views=True)
        names = cls.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", "ir.ui.view")]
        )
        cls.views = cls.View.browse(names.mapped("res_id")).filtered(
            lambda view: view.type != "qweb"
        )

    def test_ours_come_first(self):
        """Views that extend views of the addon stand before those of default order."""
        extensions = self.views.filtered(
            lambda view: view.mode == "extension" and view.inherit_id in self.views
        )
        self.assertGreater(len(extensions), 20)
        for view in extensions:
            with self.subTest(view=view.xml_id):
                self.assertLess(view.priority, DEFAULT_PRIORITY)

    def _named(self, view):
        """[(tag, name)] of what a view brings to the screen itself, not in a list."""
        arch = etree.fromstring(view.arch)
        found = []
        for node in arch.iter("field", "button", "group", "page", "filter", "notebook"):
            inner = [parent.tag for parent in node.iterancestors("field", "list")][:-1]
            if node.get("name") and not node.get("position") and not inner:
                found.append((node.tag, node.get("name")))
        return list(dict.fromkeys(found))

    def test_what_is_removed_is_not_missed(self):
        """Whatever an administrator takes off a screen, the screen still opens."""
        tried = 0
        for xml_id in (
            "view_partner_form",
            "view_partner_form_data",
            "view_partner_form_mask",
            "view_res_partner_filter",
            "client_card_view_list",
            "client_card_view_search",
            "client_touchpoint_view_form",
        ):
            view = self.env.ref(f"{MODULE}.{xml_id}")
            custom = self.View.create(
                {
                    "name": "custom",
                    "model": view.model,
                    "inherit_id": view.id,
                    "arch": "<data/>",
                }
            )
            self.assertEqual(custom.priority, DEFAULT_PRIORITY)
            for tag, name in self._named(view):
                arch = (
                    f"<data><xpath expr=\"//{tag}[@name='{name}']\""
                    ' position="replace"/></data>'
                )
                with self.subTest(view=xml_id, tag=tag, name=name):
                    # Not through the ORM: a field that others show would refuse it.
                    self.env.cr.execute(
                        "UPDATE ir_ui_view SET arch_db = jsonb_build_object("
                        "'en_US', %s::text) WHERE id = %s",
                        [arch, custom.id],
                    )
                    custom.invalidate_recordset()
                    self.assertTrue(custom._get_combined_archs())
                    tried += 1
            custom.unlink()
        self.assertGreater(tried, 100)
