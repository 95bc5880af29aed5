"""Helpers of the tests of mails: what was put into Odoo's mail queue."""

from odoo.tests import freeze_time

from .my_day import MyDayCommon


class MailsCommon(MyDayCommon):
    """Mails of the two companies of the tests alone; the others have not started."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        others = cls.env["res.company"].search([]) - cls.company
        others.client_start_date = False

    def run_mails(self, when=None):
        """The hourly action; what it put into the queue."""
        before = self.env["mail.mail"].search([])
        with self.enter_registry_test_mode():
            cron = self.env.ref("client_base_retention.ir_cron_client_mails")
            if when:
                with freeze_time(when):
                    cron.method_direct_trigger()
            else:
                cron.method_direct_trigger()
        self.env.invalidate_all()
        return self.env["mail.mail"].search([], order="id") - before

    def to(self, mails):
        """The addresses, in order."""
        return sorted(mail.email_to for mail in mails)

    def kept(self, user, kind="morning"):
        return self.env["client.mail"].search(
            [("user_id", "=", user.id), ("kind", "=", kind)]
        )
