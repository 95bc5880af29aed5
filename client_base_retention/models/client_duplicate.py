from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .client_roles import STEWARD

STATES = [
    ("todo", "To decide"),
    ("different", "Not a duplicate"),
    ("merged", "Merged"),
]
# Why two clients are perhaps one, the surest first.
REASONS = ("vat", "email", "phone", "name")


class ClientDuplicate(models.Model):
    """Two clients who are perhaps one and the same (N12, N128).

    Proposed by the nightly search (``client_duplicate_find.py``); a person decides:
    Odoo's own merge, or *Not a duplicate*, which is remembered.
    """

    _name = "client.duplicate"
    _description = "Possible duplicate of a client"
    _order = "turnover desc, id"
    _rec_name = "partner_id"

    # The smaller id of the two, so that a pair stands here once. Neither constraint nor
    # unique index says so: Odoo's merge of contacts deletes the rows that violate one.
    partner_id = fields.Many2one(
        "res.partner", string="Client", index=True, ondelete="cascade", readonly=True
    )
    other_id = fields.Many2one(
        "res.partner",
        string="The other",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        help="Empty once the two were merged.",
    )
    reasons = fields.Char(string="Codes of what is the same", readonly=True)
    reason_text = fields.Char(string="The same", compute="_compute_reason_text")
    turnover = fields.Float(
        readonly=True,
        aggregator=None,
        help="Of both in all companies, as it was when they were proposed: who brings "
        "most stands first.",
    )
    state = fields.Selection(STATES, required=True, default="todo", readonly=True)
    done_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, ondelete="restrict"
    )
    done_on = fields.Date(string="Decided on", readonly=True)

    _todo_idx = models.Index("(turnover DESC, id) WHERE state = 'todo'")
    _different_idx = models.Index("(partner_id, other_id) WHERE state = 'different'")

    @api.depends("partner_id", "other_id")
    def _compute_display_name(self):
        for pair in self:
            names = (pair.partner_id.display_name, pair.other_id.display_name)
            pair.display_name = " / ".join(name for name in names if name)

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_reason_text(self):
        words = self._reasons_in_words()
        for pair in self:
            codes = (pair.reasons or "").split(",")
            pair.reason_text = ", ".join(words[c] for c in REASONS if c in codes)

    def _reasons_in_words(self):
        return {
            "vat": self.env._("tax number"),
            "email": self.env._("e-mail"),
            "phone": self.env._("telephone"),
            "name": self.env._("similar name"),
        }

    # ------------------------------------------------------------------------ decisions

    def _check_steward(self):
        if not self.env.su and not self.env.user.has_group(STEWARD):
            raise AccessError(
                self.env._("Only the data steward decides on duplicates.")
            )
        self.check_access("read")

    def _decide(self, state):
        # sudo: who decided and when is written by the buttons only.
        self.sudo().write(
            {
                "state": state,
                "done_by_id": self.env.uid,
                "done_on": self.env.company._client_today(),
            }
        )

    def action_different(self):
        """Two clients, whatever they have in common: never proposed again."""
        self._check_steward()
        self.filtered(lambda pair: pair.state == "todo")._decide("different")
        return True

    def action_undecided(self):
        """Take *Not a duplicate* back."""
        self._check_steward()
        different = self.filtered(lambda pair: pair.state == "different")
        # sudo: as above.
        different.sudo().write({"state": "todo", "done_by_id": False, "done_on": False})
        return True

    def action_merge(self):
        """Open Odoo's own merge of the two, with the better known one to be kept.

        :raise UserError: once they were merged
        """
        self.ensure_one()
        self._check_steward()
        if not self.other_id:
            raise UserError(self.env._("These two were merged already."))
        kept = self._kept()
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "state": "selection",
                "partner_ids": [(6, 0, (self.partner_id | self.other_id).ids)],
                "dst_partner_id": kept.id,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _kept(self):
        """Which of the two is kept: who bought more, else the one known longer."""
        # sudo: his figures in companies the steward does not see count as well.
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        bought = dict(
            cards._read_group(
                [("partner_id", "in", (self.partner_id | self.other_id).ids)],
                ["partner_id"],
                ["turnover_total:sum"],
            )
        )
        first, other = self.partner_id, self.other_id
        return other if bought.get(other, 0) > bought.get(first, 0) else first

    # --------------------------------------------------------------- clients are merged

    @api.model
    def _fold(self, gone, kept):
        """``gone`` are merged into ``kept``: decide their pairs, keep the others.

        Before Odoo moves its foreign keys, so that no pair stands here twice and none
        is lost.

        :return: pairs that were decided by it
        """
        # sudo: pairs of companies the user does not see follow as well.
        pairs = self.sudo()
        family = gone | kept
        both = pairs.search(
            [("partner_id", "in", family.ids), ("other_id", "in", family.ids)]
        )
        both._decide("merged")
        both.write({"partner_id": kept.id, "other_id": False})
        left = pairs.search(
            [
                ("state", "!=", "merged"),
                "|",
                ("partner_id", "in", family.ids),
                ("other_id", "in", family.ids),
            ],
            order="id",
        )
        known = {}
        # What was decided to be different stays so.
        for pair in left.sorted(lambda p: p.state != "different"):
            ends = {kept if p in gone else p for p in pair.partner_id | pair.other_id}
            low, high = sorted(ends, key=lambda partner: partner.id)
            if (low, high) in known:
                pair.unlink()
                continue
            known[low, high] = pair
            if (pair.partner_id, pair.other_id) != (low, high):
                pair.write({"partner_id": low.id, "other_id": high.id})
        return both
