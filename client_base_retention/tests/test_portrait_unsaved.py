"""The page Portrait between the choice of a segment and its saving."""

from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .portrait import PortraitCase


@tagged("post_install", "-at_install")
class TestPortraitUnsaved(PortraitCase):
    def test_form_says_when_questions_wait_for_saving(self):
        """Until a chosen segment is saved Odoo shows none of its questions."""
        partner = self.make_partner("Kiosk", user_id=self.env.user.id)
        partner.action_add_to_client_base()
        with Form(partner, view="base.view_partner_form") as form:
            hint = form._view["tree"].xpath(
                "//p[contains(., 'Save to answer')][not(ancestor::field)]"
            )[0]

            def hidden():
                return safe_eval(hint.get("invisible"), form._get_eval_context())

            self.assertTrue(hidden(), "no segment yet")
            form.segment_id = self.kiosks
            self.assertFalse(hidden(), "chosen, not saved")
            form.save()
            self.assertTrue(hidden(), "the questions are shown instead")
