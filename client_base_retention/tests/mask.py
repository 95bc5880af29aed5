"""What the tests of masks and of reading in bulk share."""

from .common import ROLE_ALL, ROLE_OWN, SALES, ClientBaseCommon

PHONE = "+79161234567"
EMAIL = "olga@client.example"
MESSENGER = "@olga_client"
DETAILS = ["phone", "email", "messenger"]
SECRETS = (PHONE, "9161234567", "916 123", EMAIL, "olga@", MESSENGER)


class MaskCommon(ClientBaseCommon):
    """Two salespeople who see all clients, a client with a person for each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.me = cls.make_user("cb_me", f"{SALES},{ROLE_ALL}")
        cls.other = cls.make_user("cb_other", f"{SALES},{ROLE_OWN}")
        cls.mine = cls.make_client("Mine", cls.me)
        cls.theirs = cls.make_client("Theirs", cls.other)
        cls.unassigned = cls.make_client("Nobody's", cls.env["res.users"])
        cls.clients = cls.mine | cls.theirs | cls.unassigned
        cls.vendor = cls.make_partner(
            "Vendor", phone="+79160000000", email="vendor@example.com"
        )

    def setUp(self):
        super().setUp()
        # What other tests read is not this one's.
        self.env["client.reading"]._forget()
        self.addCleanup(self.env["client.reading"]._forget)

    @classmethod
    def make_client(cls, name, owner):
        partner = cls.make_partner(
            name, user_id=owner.id, phone=PHONE, email=EMAIL, messenger=MESSENGER
        )
        cls.env["res.partner"].create(
            {
                "name": f"{name} person",
                "parent_id": partner.id,
                "phone": PHONE,
                "email": EMAIL,
                "messenger": MESSENGER,
            }
        )
        partner.action_add_to_client_base()
        return partner

    @classmethod
    def set_role(cls, role, **values):
        line = cls.env["client.role"].search([("role", "=", role)])
        line.write(values)
        return line

    def assertHidden(self, found, message=""):
        """Nothing of telephone, e-mail or messenger is in it."""
        text = str(found)
        for secret in SECRETS:
            self.assertNotIn(secret, text, message)

    def assertShown(self, found, secret=PHONE):
        self.assertIn(secret, str(found))

    def as_user(self, records, user=None, **context):
        """The records as the user's own request sees them."""
        self.env.invalidate_all()
        self.env.flush_all()
        return records.with_user(user or self.me).with_context(**context)
