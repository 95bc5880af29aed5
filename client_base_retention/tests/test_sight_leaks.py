"""No way in shows a client of somebody else to who sees only his own (design 5)."""

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import NOON
from .sight import DIGITS, MARK, SightCommon, dumped

# What Odoo itself shows of a hidden client on documents that the user may see, since
# it shows names of records without asking. docs/access.md says so: nothing may be added
# here without being added there.
SHOWN_BY_ODOO = {
    "crm.lead": {
        *("activity_summary", "client_card_id", "display_name", "email_from"),
        *("email_normalized", "function", "name", "partner_id", "partner_name"),
        *("phone", "street", "website"),
    },
    "mail.activity": {"client_id", "display_name", "res_name", "summary"},
    "mail.message": {
        *("account_audit_log_preview", "author_id", "body", "email_from", "preview"),
        *("record_name", "reply_to"),
    },
    "sale.order": {
        *("client_card_id", "partner_id", "partner_invoice_id", "partner_shipping_id"),
    },
    "sale.order.line": {"display_name", "order_partner_id"},
    "sale.report": {"commercial_partner_id", "partner_id"},
}
HISTORY = "client.history.line"
LAST = 60


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestSightLeaks(SightCommon):
    def setUp(self):
        super().setUp()
        self.hide_one()

    def sweep(self, user):
        """{model: fields} that show anything of the hidden client to ``user``, among
        the last records of every model that he may read."""
        found = {}
        for name in sorted(self.registry):
            model = self.env[name].with_user(user).with_context(active_test=False)
            if model._abstract or model._transient or not model.has_access("read"):
                continue
            # The history must be asked by client: here by the hidden one.
            asked = [("partner_id", "=", self.hidden.id)] if name == HISTORY else []
            records = model.search(asked, limit=LAST, order="id desc")
            shown = [
                field
                for field, what in model.fields_get(attributes=["type"]).items()
                if what["type"] != "binary" and self.shows(records, field)
            ]
            if shown:
                found[name] = sorted(shown)
        return found

    def shows(self, records, field):
        # As a call from outside begins: nothing was read before by somebody else.
        self.env.invalidate_all()
        try:
            with self.env.cr.savepoint(flush=False):
                text = dumped(records.read([field])).lower()
        except AccessError:
            # Of another app, for those who have no right on it.
            return False
        return MARK.lower() in text or DIGITS in text

    def test_every_model(self):
        """Whatever model he may read, with all its fields: nothing of the client."""
        self.assertEqual(self.sweep(self.own), {})

    def test_documents_of_his_own(self):
        """On his own documents with the client the name stands, and only the name."""
        lead, quote = self.traces["lead"], self.traces["quote"]
        lead.user_id = quote.user_id = self.own
        for model, names in self.sweep(self.own).items():
            with self.subTest(model):
                self.assertLessEqual(set(names), SHOWN_BY_ODOO.get(model, set()))
