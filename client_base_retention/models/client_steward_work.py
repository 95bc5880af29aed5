from odoo import api, fields, models

from .client_review_notice import OF_CLIENT, OF_PERSON
from .client_roles import STEWARD

WORK = [("filled", "Fields filled"), ("merged", "Duplicates merged")]


class ClientStewardWork(models.Model):
    """What a data steward did beside checking: the figures for his bonus (N130).

    Written by the system only, one row for each client and act.
    """

    _name = "client.steward.work"
    _description = "Work of the data steward"
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    kind = fields.Selection(WORK, required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Data steward",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        index="btree_not_null",
        readonly=True,
        ondelete="set null",
    )
    number = fields.Integer(readonly=True, aggregator="sum")

    _month_idx = models.Index("(company_id, date, user_id)")

    @api.model
    def _empty_before(self, partners, names):
        """Which fields of these clients are empty, before a steward writes them.

        :return: {partner: [field]}; nothing where no steward is writing
        """
        if not self._is_counted():
            return {}
        found = {}
        # sudo: as what salespeople change is noticed, see client.review.
        for partner in partners.sudo().filtered("client_base"):
            is_client = partner.commercial_partner_id == partner
            watched = OF_CLIENT if is_client else OF_PERSON
            empty = [
                name
                for name in watched
                if name in names and name in partner._fields and not partner[name]
            ]
            if empty:
                found[partner] = empty
        return found

    @api.model
    def _count_filled(self, empty):
        """Count what was filled since ``_empty_before``."""
        numbers = {
            partner: sum(bool(partner[name]) for name in names)
            for partner, names in empty.items()
        }
        self._count("filled", {p: number for p, number in numbers.items() if number})

    @api.model
    def _count_made(self, partners):
        """Count what a steward typed in of new persons of clients, and of clients that
        were sent to him."""
        sent = self.env.context.get("client_review_id")
        made = partners.sudo().filtered(lambda p: sent or p.client_base)
        empty = {
            partner: OF_PERSON if partner.parent_id else OF_CLIENT for partner in made
        }
        self._count_filled(
            {p: [n for n in names if n in p._fields] for p, names in empty.items()}
        )

    @api.model
    def _is_counted(self):
        """Whether what the present user fills is a steward's work, not an import."""
        importing = self.env.context.get("import_file")
        return not importing and self.env.user.has_group(STEWARD)

    @api.model
    def _count(self, kind, numbers):
        """Count an act of the present user.

        :param numbers: {contact: how much}; the client he belongs to is kept
        """
        company = self.env.company
        today = company._client_today()
        # sudo: nobody writes these rows himself.
        return self.sudo().create(
            [
                {
                    "kind": kind,
                    "user_id": self.env.uid,
                    "company_id": company.id,
                    "date": today,
                    "partner_id": partner.sudo().commercial_partner_id.id,
                    "number": number,
                }
                for partner, number in numbers.items()
            ]
        )
