import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import email_normalize, format_date

from .client_finder import phone_key

_logger = logging.getLogger(__name__)

STATES = [
    ("new", "Waiting"),
    ("made", "New prospect"),
    ("known", "Known already"),
    ("failed", "Failed"),
]
BATCH = 50
# Who sends the page again within these hours is not told to the steward again.
AGAIN = 24


class ClientSubscribeEntry(models.Model):
    """What somebody left on a page for new clients (N29).

    The page only writes this row, whoever it is: so it takes the same time and gives
    the same answer for those who are known and those who are not. A moment later a
    scheduled action makes a prospect of it, or tells the steward about somebody known.
    Then name, telephone and e-mail are erased here; what was agreed to stays.
    """

    _name = "client.subscribe.entry"
    _description = "Entry on a page for new clients"
    _order = "id desc"
    _rec_name = "form_id"

    form_id = fields.Many2one(
        "client.subscribe.form",
        string="Page",
        required=True,
        index=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="form_id.company_id", store=True, index=True)
    state = fields.Selection(STATES, required=True, default="new", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    name = fields.Char(readonly=True)
    email = fields.Char(string="E-mail", readonly=True)
    phone = fields.Char(string="Telephone", readonly=True)
    birthdate = fields.Date(string="Birthday", readonly=True)
    lang = fields.Char(readonly=True)
    consent_text = fields.Text(
        string="Agreed to", readonly=True, help="As the page said it."
    )
    date = fields.Datetime(
        string="Left on", required=True, readonly=True, default=fields.Datetime.now
    )
    error = fields.Char(readonly=True)

    _new_idx = models.Index("(id) WHERE state = 'new'")

    # ------------------------------------------------------------------ taking them in

    @api.model
    def _cron_take_in(self):
        """Make prospects of what was left on the pages."""
        waiting = [("state", "=", "new")]
        entries = self.search(waiting, order="id", limit=BATCH).try_lock_for_update()
        entries._take_in()
        self.env["ir.cron"]._commit_progress(
            len(entries), remaining=self.search_count(waiting)
        )

    def _take_in(self):
        """Make prospects of these entries; one that fails does not hold up the rest."""
        for entry in self:
            try:
                with self.env.cr.savepoint():
                    entry._take_in_one()
            except Exception as error:  # whatever a contact may be refused for
                self.env.invalidate_all()
                _logger.warning("Entry %s on a page was not taken in", entry.id)
                entry.write({"state": "failed", "error": str(error)})

    def _take_in_one(self):
        form = self.form_id.with_company(self.company_id)
        entry = self.with_company(self.company_id)
        partner, state = entry._known(), "known"
        if partner:
            entry._tell_steward(partner)
        else:
            partner, state = entry._make_prospect(form), "made"
        erased = dict.fromkeys(("name", "email", "phone", "birthdate"), False)
        self.write(erased | {"state": state, "partner_id": partner.id})

    def _known(self):
        """The contact with this e-mail or telephone, archived ones too."""
        keys = {
            "email": {email_normalize(self.email or "", strict=False)},
            "phone": {phone_key(self.phone or "")},
        }
        keys = {kind: words - {"", False, None} for kind, words in keys.items()}
        keys = {kind: words for kind, words in keys.items() if words}
        above = {None, *self.company_id.parent_ids.ids}
        found = self.env["res.partner"]._client_lookup(keys) if keys else []
        ids = [contact.partner for contact, _o in found if contact.company in above]
        return self.env["res.partner"].browse(ids[:1])

    def _make_prospect(self, form):
        """A contact with what was left, in the base of the page's company."""
        partner = self.env["res.partner"].with_context(
            mail_create_nosubscribe=True, tracking_disable=True
        )
        values = {
            "name": self.name,
            "email": self.email,
            "phone": self.phone,
            "birthdate_date": self.birthdate,
            "source_id": form.source_id.id,
            "segment_id": form.segment_id.id,
            "user_id": (form.user_id or form.team_id.user_id).id,
        }
        if self.lang:
            values["lang"] = self.lang
        partner = partner.create(values)
        partner.action_add_to_client_base()
        self.env["client.consent"].create(
            {
                "partner_id": partner.id,
                "state": "given",
                "how": "web",
                "note": self.env._("Page “%(page)s”", page=form.name),
            }
        )
        return partner

    def _tell_steward(self, partner):
        """Nothing of somebody known is changed: anybody may type in anything. The
        steward looks at it, once for several entries of a day."""
        since = self.date - timedelta(hours=AGAIN)
        again = self.search_count(
            [
                ("partner_id", "=", partner.id),
                ("id", "!=", self.id),
                ("date", ">=", since),
            ],
            limit=1,
        )
        if again:
            return
        born = self.birthdate and format_date(self.env, self.birthdate)
        said = [self.name, self.phone, self.email, born]
        self.env["client.review"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company_id.id,
                "text": self.env._(
                    "Left on the page “%(page)s”: %(said)s. Agreed to the "
                    "processing of personal data. Nothing was changed: make sure who "
                    "it was first.",
                    page=self.form_id.name,
                    said=", ".join(word for word in said if word),
                ),
            }
        )
