from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_finder import name_key

STATES = [
    ("to_confirm", "To confirm"),
    ("confirmed", "Confirmed"),
    ("dropped", "Dropped"),
]


class ClientOldPurchase(models.Model):
    """A purchase as it was written in the cell of an old list (N30).

    What could be read beyond doubt is confirmed from the beginning and counts as a
    purchase; the rest waits for somebody who confirms or drops it. Rows stay, so that
    the same list imported again brings nothing twice, whatever was corrected since.
    """

    _name = "client.old.purchase"
    _inherit = ["client.sight.guard"]
    _description = "Purchase from an old list"
    _order = "partner_id, id"
    _rec_name = "text"
    _check_company_auto = True
    _client_names = ("partner_id",)

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    # Empty only where the person was anonymized.
    text = fields.Text(string="In the old list", help="As it was written there.")
    date = fields.Date(string="Bought on")
    amount = fields.Monetary(string="Sum")
    what = fields.Char(help="What was bought.")
    state = fields.Selection(
        STATES, required=True, default="to_confirm", readonly=True, copy=False
    )
    entry_id = fields.Many2one(
        "client.purchase.entry",
        string="Purchase",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _to_confirm_idx = models.Index("(company_id, partner_id) WHERE state='to_confirm'")

    # ----------------------------------------------------------------------- actions

    def action_confirm(self):
        """Make purchases of these rows.

        :raise UserError: a day or a sum is missing, or the day has not come
        """
        self.check_access("write")
        rows = self.filtered(lambda row: row.state != "confirmed")
        for row in rows:
            today = row.company_id._client_today()
            if not row.date or not row.amount:
                raise UserError(
                    self.env._(
                        "“%(text)s” (%(name)s): fill in the day and the sum first.",
                        text=row.text,
                        name=row.partner_id.display_name,
                    )
                )
            if row.date > today:
                raise UserError(
                    self.env._(
                        "“%(text)s”: %(day)s lies in the future.",
                        text=row.text,
                        day=row.date,
                    )
                )
        rows._make_entries()
        return True

    def action_drop(self):
        """These are no purchases: they are kept as they were written, and not asked
        again."""
        self.check_access("write")
        self.filtered(lambda row: row.state == "to_confirm").state = "dropped"
        return True

    def action_ask_again(self):
        """Back to the list of what is to be confirmed."""
        self.check_access("write")
        self.filtered(lambda row: row.state == "dropped").state = "to_confirm"
        return True

    def _make_entries(self):
        """A purchase from elsewhere for each row that has none there yet."""
        there = self._entries_there()
        new = self.browse()
        for row in self:
            same = there.get(row._purchase_key())
            if same:
                row.entry_id = same.pop()
            else:
                new |= row
        entries = self.env["client.purchase.entry"].create(
            [
                {
                    "partner_id": row.partner_id.id,
                    "company_id": row.company_id.id,
                    "currency_id": row.currency_id.id,
                    "date": row.date,
                    "amount": row.amount,
                    "what": row.what,
                }
                for row in new
            ]
        )
        for row, entry in zip(new, entries, strict=True):
            row.entry_id = entry
        self.state = "confirmed"

    def _purchase_key(self):
        what = name_key(self.what or "")
        return (self.partner_id.id, self.company_id.id, self.date, self.amount, what)

    def _entries_there(self):
        """{what a purchase is: ids of those there that belong to no row of ours}."""
        entries = self.env["client.purchase.entry"].search_fetch(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("date", "in", [row.date for row in self]),
            ],
            ["partner_id", "company_id", "date", "amount", "what"],
        )
        taken = self.search_fetch([("entry_id", "in", entries.ids)], ["entry_id"])
        found = {}
        for entry in entries - taken.entry_id:
            what = name_key(entry.what or "")
            key = entry.partner_id.id, entry.company_id.id, entry.date, entry.amount
            found.setdefault((*key, what), []).append(entry.id)
        return found

    # ------------------------------------------------------------------ from an import

    @api.model
    def _take_down(self, pieces):
        """Keep purchases as they were written; those that were read are confirmed.

        Of pieces that say the same, as many are known as there are such rows.

        :param pieces: list of (client's id, ``Piece``), in the current company
        :return: (rows confirmed, rows to confirm), without those known
        """
        company = self.env.company
        there = Counter()
        known = self.search_fetch(
            [
                ("partner_id", "in", list({partner for partner, _piece in pieces})),
                ("company_id", "=", company.id),
            ],
            ["partner_id", "text"],
        )
        there.update((row.partner_id.id, name_key(row.text or "")) for row in known)
        values = []
        for partner, piece in pieces:
            key = partner, name_key(piece.text)
            there[key] -= 1
            if there[key] < 0:
                values.append(self._piece_values(partner, piece, company))
        sure = [value.pop("sure") for value in values]
        rows = self.create(values)
        read = self.browse(
            row.id for row, known in zip(rows, sure, strict=True) if known
        )
        read._make_entries()
        return read, rows - read

    def _piece_values(self, partner, piece, company):
        currency = company.currency_id
        own = {"", (currency.name or "").lower(), (currency.symbol or "").lower()}
        if currency.name == "RUB":
            own |= {"р", "руб", "рублей", "рубля", "₽", "rub"}
        amount = currency.round(piece.amount or 0)
        return {
            "partner_id": partner,
            "company_id": company.id,
            "text": piece.text,
            "date": piece.date,
            "amount": amount,
            "what": piece.what,
            "sure": piece.sure and bool(amount) and piece.money.lower() in own,
        }
