from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..models.potential_formula import FormulaError


def _answered(model, alias, query):
    """``SQL``: something of the portrait is known."""
    column = SQL.identifier(alias, "profile_properties")
    return SQL("(%s IS NOT NULL AND %s <> '{}'::jsonb)", column, column)


class ClientSegmentTry(models.TransientModel):
    """Tries the formula of a segment with a client, before it holds for anybody."""

    _name = "client.segment.try"
    _description = "Try the formula of a segment"

    segment_id = fields.Many2one("client.segment", required=True, ondelete="cascade")
    formula = fields.Text(
        compute="_compute_formula", store=True, readonly=False, precompute=True
    )
    names = fields.Char(related="segment_id.potential_names", string="You may use")
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('segment_id', '=', segment_id), ('client_base', '=', True)]",
    )
    currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id
    )
    amount = fields.Monetary(string="Potential per year", compute="_compute_amount")
    how = fields.Char(string="Reckoned with", compute="_compute_amount")
    problem = fields.Char(compute="_compute_amount")
    coverage = fields.Char(
        string="All clients of the segment", compute="_compute_coverage"
    )

    @api.depends("segment_id")
    def _compute_formula(self):
        for attempt in self:
            attempt.formula = attempt.segment_id.potential_formula

    @api.depends("segment_id")
    def _compute_partner_id(self):
        """The client who was written last: most likely with answers."""
        for attempt in self:
            attempt.partner_id = self.env["res.partner"].search(
                Domain("segment_id", "=", attempt.segment_id.id)
                & Domain("client_base", "=", True)
                & Domain.custom(to_sql=_answered),
                order="write_date desc, id desc",
                limit=1,
            )

    @api.depends("formula", "partner_id", "segment_id")
    @api.depends_context("lang")
    def _compute_amount(self):
        for attempt in self:
            attempt.amount, attempt.how, attempt.problem = 0, False, False
            segment = attempt.segment_id
            if not segment:
                continue
            try:
                formula = segment._potential_read(attempt.formula or " ")
                if not attempt.partner_id:
                    continue
                answers = attempt.partner_id._profile_kept()
                values = segment._potential_values()(answers)
                attempt.how = segment._potential_values_in_words(formula, values)
                attempt.amount = formula.result(values)
            except FormulaError as error:
                attempt.problem = segment._potential_error(error)

    @api.depends("formula", "segment_id")
    @api.depends_context("lang", "uid")
    def _compute_coverage(self):
        """ "31 of 40 clients get an amount; for 6 something is not known, 3 fail" """
        for attempt in self:
            attempt.coverage = attempt._coverage()

    def _coverage(self):
        self.ensure_one()
        try:
            formula = self.segment_id._potential_read(self.formula or " ")
        except FormulaError:
            return False
        values = self.segment_id._potential_values()
        total, lacking, failing = 0, 0, 0
        for answers in self.segment_id._profile_answers():
            total += 1
            try:
                formula.result(values(answers))
            except FormulaError as error:
                lacking += error.code == "missing"
                failing += error.code != "missing"
        return self.env._(
            "%(good)s of %(total)s get an amount; for %(lacking)s an answer lacks, for "
            "%(failing)s it fails",
            good=total - lacking - failing,
            total=total,
            lacking=lacking,
            failing=failing,
        )

    def action_keep(self):
        """Let the formula that was tried hold for the segment."""
        self.ensure_one()
        self.segment_id.potential_formula = self.formula
        return {"type": "ir.actions.act_window_close"}
