from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_consent import STATES
from .client_roles import ROLE


class ResPartner(models.Model):
    """Whether a person agreed to the processing of personal data, and may be written
    to.

    Nothing is stored on the contact: the newest row of ``client.consent`` says it.
    """

    _inherit = "res.partner"

    client_consent = fields.Selection(
        STATES,
        string="Consent to personal data",
        compute="_compute_client_consent",
        inverse="_inverse_client_consent",
        search="_search_client_consent",
        groups=ROLE,
        help="Empty: the person was not asked yet.",
    )
    client_consent_date = fields.Date(
        string="Consent of", compute="_compute_client_consent", groups=ROLE
    )
    client_consent_ids = fields.One2many(
        "client.consent", "partner_id", string="Consents", groups=ROLE
    )

    @api.depends("client_consent_ids.state", "client_consent_ids.date")
    def _compute_client_consent(self):
        found = self._client_consents()
        for partner in self:
            state, date = found.get(partner._origin.id, (False, False))
            partner.client_consent = state
            partner.client_consent_date = date

    def _inverse_client_consent(self):
        """An import or a call says how it stands: one more row where that is new.

        A consent cannot become "never asked" again.
        """
        held = self._client_consents()
        rows = []
        for partner in self:
            before = held.get(partner.id, (False, False))[0]
            if before == partner.client_consent:
                continue
            if not partner.client_consent:
                raise UserError(
                    self.env._(
                        "%(name)s was asked already: record that the consent was "
                        "withdrawn instead of emptying it.",
                        name=partner.display_name,
                    )
                )
            rows.append(
                {
                    "partner_id": partner.id,
                    "state": partner.client_consent,
                    "how": "other",
                }
            )
        self.env["client.consent"].create(rows)

    def _client_consents(self):
        """{partner id: (state, day)} of those of these contacts that were asked."""
        if not self._origin.ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                "SELECT h.* FROM (%s) AS h WHERE h.partner_id = ANY(%s)",
                self.env["client.consent"]._holding_query(),
                self._origin.ids,
            )
        )
        return {partner: (state, date) for partner, state, date in rows}

    @api.model
    def _search_client_consent(self, operator, value):
        if operator != "in":
            return NotImplemented
        # Odoo checks the groups of a field on reading, not on every search.
        self._check_field_access(self._fields["client_consent"], "read")
        holding = self.env["client.consent"]._holding_query(filter(None, value))
        found = Domain("id", "in", SQL("(SELECT h.partner_id FROM (%s) AS h)", holding))
        if not all(value):
            asked = SQL("(SELECT partner_id FROM client_consent)")
            found |= Domain("id", "not in", asked)
        return found

    # -------------------------------------------------------------- whom we may write

    def _may_be_written_to(self):
        """Those of these contacts to whom a greeting or a mailing of ours may go.

        Left out are persons who withdrew the consent, their further addresses
        (delivery, invoice), and contacts with the same e-mail address: the letter
        would reach the one who withdrew. Who was never asked may be written to. For
        contacts of all companies: a withdrawal holds for each of them.
        """
        if not self:
            return self
        self.flush_model(["email", "email_normalized", "parent_id", "type"])
        rows = self.env.execute_query(
            SQL(
                """WITH withdrawn AS (
                       SELECT h.partner_id AS id, w.email_normalized AS email
                         FROM (%(holding)s) AS h
                         JOIN res_partner w ON w.id = h.partner_id)
                   SELECT p.id FROM res_partner p
                    WHERE p.id = ANY(%(ids)s)
                      AND (p.id IN (SELECT id FROM withdrawn)
                        OR p.type <> 'contact'
                           AND p.parent_id IN (SELECT id FROM withdrawn)
                        OR p.email_normalized IN (
                           SELECT email FROM withdrawn WHERE email IS NOT NULL))""",
                holding=self.env["client.consent"]._holding_query(["withdrawn"]),
                ids=self.ids,
            )
        )
        return self - self.browse(row[0] for row in rows)

    # ----------------------------------------------------------------------- actions

    def action_client_consent(self):
        """Open the dialog in which a consent, or its withdrawal, is recorded."""
        self.ensure_one()
        self.check_access("read")
        given = self.client_consent == "given"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Consent to the processing of personal data"),
            "res_model": "client.consent",
            "views": [
                (
                    self.env.ref(
                        "client_base_retention.client_consent_view_form_dialog"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {
                "dialog_size": "medium",
                "default_partner_id": self.id,
                "default_state": "withdrawn" if given else "given",
            },
        }
