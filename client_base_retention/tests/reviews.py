"""Helpers of the tests of what the data steward looks at."""

from .common import ROLE_HEAD, ROLE_OWN, ROLE_STEWARD, SALES, TODAY, ClientBaseCommon

PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    b"AABJRU5ErkJggg=="
)


class ReviewCommon(ClientBaseCommon):
    """A started company with a salesperson and a data steward."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = cls.make_user("rv_seller", f"{SALES},{ROLE_OWN}")
        cls.other = cls.make_user("rv_other", f"{SALES},{ROLE_OWN}")
        cls.steward = cls.make_user("rv_steward", f"{SALES},{ROLE_STEWARD}")
        cls.head = cls.make_user("rv_head", f"{SALES},{ROLE_HEAD}")
        cls.company.client_start_date = TODAY

    def mine(self, name="Client", user=None, **values):
        """A client of the seller, made by the system: nothing is to be checked."""
        return self.client(name=name, user_id=(user or self.seller).id, **values)

    def reviews(self, partner=None, **criteria):
        domain = [(name, "=", value) for name, value in criteria.items()]
        if partner is not None:
            domain.append(("partner_id", "=", partner.id))
        else:
            domain.append(("company_id", "=", self.company.id))
        return self.env["client.review"].search(domain, order="id")

    def send(self, user=None, **values):
        return self.env["client.review"].with_user(user or self.seller).create(values)


class DuplicateCommon(ReviewCommon):
    def clients(self, *names, **values):
        """Clients without purchases; of list values each gets his own."""
        partners = self.env["res.partner"]
        for number, name in enumerate(names):
            own = {k: v[number] if type(v) is list else v for k, v in values.items()}
            partners |= self.make_partner(name, **own)
        partners.action_add_to_client_base()
        return partners

    def find(self):
        self.env["client.duplicate"]._find()

    def pair(self, one, other):
        low, high = sorted((one, other), key=lambda partner: partner.id)
        return self.env["client.duplicate"].search(
            [("partner_id", "=", low.id), ("other_id", "=", high.id)]
        )

    def pairs(self, partners):
        ids = partners.ids
        return self.env["client.duplicate"].search(
            ["|", ("partner_id", "in", ids), ("other_id", "in", ids)]
        )
