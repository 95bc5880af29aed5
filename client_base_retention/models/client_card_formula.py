from odoo import api, fields, models
from odoo.tools import SQL

from .potential_formula import FormulaError

# So many clients get their new potential at once when a formula changes, more of them
# within minutes by the queue.
AT_ONCE = 2000


class ClientCard(models.Model):
    """Computes potentials by the formulas of the segments, set by set.

    One query reads the answers, one statement writes the amounts that differ; between
    them the calculator runs, a few microseconds for a client.
    """

    _inherit = "client.card"

    potential_reason = fields.Char(
        string="By the formula",
        compute="_compute_potential_reason",
        help="What the formula of the segment makes of the portrait.",
    )

    @api.depends("potential_computed", "partner_id.segment_id")
    @api.depends_context("lang")
    def _compute_potential_reason(self):
        for card in self:
            card.potential_reason = card._potential_reason()

    def _derive_standing(self, company, today):
        # Before the figures: share, level and what is missing hang on it.
        self._derive_potential(company, today)
        return super()._derive_standing(company, today)

    def _derive_potential(self, company, today):
        """Write the potentials of these cards by the formulas, where they differ.

        :return: number of cards changed
        """
        changes = self._potential_changes(company)
        if changes:
            self._execute(
                SQL(
                    """UPDATE client_card c
                          SET potential_computed = v.amount,
                              potential_computed_on =
                                  CASE WHEN v.amount IS NOT NULL THEN %(today)s::date
                                  END,
                              write_uid = %(uid)s,
                              write_date = now() AT TIME ZONE 'UTC'
                         FROM unnest(%(ids)s::integer[], %(amounts)s::numeric[])
                              AS v(id, amount)
                        WHERE c.id = v.id
                    RETURNING c.id""",
                    today=today,
                    uid=self.env.uid,
                    ids=list(changes),
                    amounts=list(changes.values()),
                )
            )
        return len(changes)

    def _potential_changes(self, company):
        """{card id: the potential by the formula, None for none} where it differs.

        Clients of a segment whose formula cannot be read at present keep theirs.
        """
        formulas, broken = self._potential_formulas()
        self.env["res.partner"].flush_model(["segment_id", "profile_properties"])
        rows = self._execute(
            SQL(
                """SELECT c.id, c.potential_computed, p.segment_id,
                          CASE WHEN p.segment_id = ANY(%(segments)s)
                               THEN p.profile_properties END
                     FROM client_card c JOIN res_partner p ON p.id = c.partner_id
                    WHERE c.id = ANY(%(ids)s)
                      AND (p.segment_id = ANY(%(segments)s)
                           OR c.potential_computed IS NOT NULL
                              AND p.segment_id = ANY(%(broken)s) IS NOT TRUE)""",
                ids=list(self._ids),
                segments=list(formulas),
                broken=broken,
            )
        )
        changes, digits = {}, company.currency_id.decimal_places
        for card_id, old, segment_id, answers in rows:
            new = None
            if segment_id in formulas:
                formula, values = formulas[segment_id]
                try:
                    new = round(formula.result(values(answers)), digits) or None
                except FormulaError:
                    # Shown where it is asked for: by the test and on the contact.
                    new = None
            if new != (None if old is None else float(old)):
                changes[card_id] = new
        return changes

    @api.model
    def _potential_formulas(self):
        """The formulas in use, read once.

        :return: {segment id: (``Formula``, its function of values)}, and the ids of
            the segments whose formula cannot be read
        """
        segments = self.env["client.segment"].sudo().with_context(active_test=False)
        formulas, broken = {}, []
        for segment in segments.search([("potential_formula", "!=", False)]):
            try:
                formula = segment._potential_read()
            except FormulaError as error:
                if error.code != "empty":
                    broken.append(segment.id)
                continue
            formulas[segment.id] = (formula, segment._potential_values())
        return formulas, broken

    @api.model
    def _potential_of_segments(self, segments):
        """Clients of these segments get new potentials: few at once, many very soon."""
        if self.env.context.get("install_mode"):
            # The run at the end of the installation derives everybody.
            return
        cards = self.with_context(active_test=False).search(
            [("partner_id.segment_id", "in", segments.ids)], order="id"
        )
        pairs = set()
        for company, those in cards.grouped("company_id").items():
            changed = self.browse(those._potential_changes(company))
            pairs |= {(card.partner_id.id, company.id) for card in changed}
        if len(pairs) > AT_ONCE:
            self._enqueue(pairs)
        else:
            self._touch_clients(pairs)

    def _potential_reason(self):
        """How the formula came to its amount, or why it came to none, in words."""
        self.ensure_one()
        segment = self.partner_id.sudo().segment_id
        if not (segment.potential_formula or "").strip():
            return False
        try:
            formula = segment._potential_read()
            values = segment._potential_values()(self.partner_id._profile_kept())
            words = segment._potential_values_in_words(formula, values)
            amount = formula.result(values)
        except FormulaError as error:
            return segment._potential_error(error)
        return self.env._(
            "%(values)s: %(amount)s a year",
            values=words,
            amount=self.currency_id.format(amount),
        )
