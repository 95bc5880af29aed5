from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

STATES = [("given", "Given"), ("withdrawn", "Withdrawn")]
HOW = [
    ("paper", "Signed on paper"),
    ("email", "By e-mail or messenger"),
    ("web", "On the website"),
    ("phone", "By telephone"),
    ("person", "In person"),
    ("other", "Otherwise"),
]


class ClientConsent(models.Model):
    """A person gave or withdrew the consent to the processing of personal data (N134).

    What was recorded stays: rows are added, never changed or deleted, and the newest
    one holds. It belongs to the person, not to a card: a person who withdrew it is
    written to by none of the companies that share the contact.
    """

    _name = "client.consent"
    _description = "Consent to the processing of personal data"
    _order = "date desc, id desc"
    _rec_name = "date"

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(STATES, string="Consent", required=True, default="given")
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._client_today(),
        help="The day on which the person gave or withdrew it.",
    )
    how = fields.Selection(HOW, required=True)
    note = fields.Char(help="e.g. the number of the agreement")
    document = fields.Binary(string="Signed document")
    document_name = fields.Char()
    user_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
    )
    person_email = fields.Char(related="partner_id.email", string="E-mail")
    stop_mailings = fields.Boolean(
        string="Stop Odoo's mailings to this address, too",
        store=False,
        help="Puts the address on Odoo's list of addresses that no mailing goes to. "
        "Only an administrator can take it off that list.",
    )

    # The one that holds is looked up here.
    _holds_idx = models.Index("(partner_id, date DESC, id DESC)")
    _withdrawn_idx = models.Index("(partner_id) WHERE state = 'withdrawn'")

    @api.depends("state", "date")
    def _compute_display_name(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        for consent in self:
            consent.display_name = f"{states.get(consent.state, '')} {consent.date}"

    @api.constrains("date")
    def _check_date(self):
        for consent in self:
            if consent.date > self.env.company._client_today():
                raise ValidationError(
                    self.env._("A consent cannot be given or withdrawn in the future.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Record who is asked, and by whom: the recorder cannot be somebody else.

        The sight rules decide whose consents a user records.
        """
        if not self.env.su:
            vals_list = [vals | {"user_id": self.env.uid} for vals in vals_list]
        stop = [vals.get("stop_mailings") for vals in vals_list]
        consents = super().create(
            [
                {k: v for k, v in vals.items() if k != "stop_mailings"}
                for vals in vals_list
            ]
        )
        asked = [c.id for c, asked in zip(consents, stop, strict=True) if asked]
        consents.browse(asked)._stop_mailings()
        consents.partner_id.invalidate_recordset(
            ["client_consent", "client_consent_date"]
        )
        return consents

    def _stop_mailings(self):
        """Put the addresses of these persons on Odoo's blacklist, as was asked for.

        A withdrawal alone never does it: the list holds for the address, whoever else
        uses it, and for every mailing of every company.
        """
        # sudo: only administrators write the list; the user asked for this one address.
        blacklist = self.env["mail.blacklist"].sudo()
        for email in set(self.partner_id.mapped("email_normalized")) - {False}:
            blacklist._add(
                email, message=self.env._("The person withdrew the consent.")
            )

    @api.model
    def _holding_query(self, states=None):
        """The consents that hold: the newest of each person.

        :param states: only the persons whose newest is one of these
        :return: SQL with the columns partner_id, state, date; of all companies
        """
        self.flush_model()
        return SQL(
            """SELECT c.partner_id, c.state, c.date FROM client_consent c
                WHERE NOT EXISTS (
                      SELECT FROM client_consent newer
                       WHERE newer.partner_id = c.partner_id
                         AND (newer.date, newer.id) > (c.date, c.id))
                  AND %s""",
            SQL("TRUE") if states is None else SQL("c.state = ANY(%s)", list(states)),
        )
