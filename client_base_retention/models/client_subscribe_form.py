import base64
import secrets

from reportlab.graphics.barcode.qr import QrCodeWidget

from odoo import api, fields, models
from odoo.tools import SQL, hmac
from odoo.tools.image import image_data_uri

# From one place, in an hour: a tablet in a shop takes as many people as come by.
PER_PLACE = 30
# From everywhere, in an hour: what is more is no people.
PER_PAGE = 600


class ClientSubscribeForm(models.Model):
    """A page *Be the first to know* (N29): leave a telephone or an e-mail, get a gift.

    It is served by this addon without a website, and printed as coupons and
    questionnaires for points of sale. Whoever leaves something becomes a prospect.
    """

    _name = "client.subscribe.form"
    _description = "Page for new clients"
    _order = "sequence, id"
    _check_company_auto = True

    def _default_consent_text(self):
        return self.env._(
            "I agree that %(company)s keeps my name, telephone, e-mail and birthday to "
            "tell me about news and offers. I can take this back at any time.",
            company=self.env.company.name,
        )

    name = fields.Char(
        string="Headline",
        required=True,
        translate=True,
        default=lambda self: self.env._("Be the first to know"),
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    place = fields.Char(
        help="Where the coupons lie or the link stands: for your own lists."
    )
    intro = fields.Text(
        string="Below the headline",
        translate=True,
        help="e.g. Leave your telephone or e-mail: you will hear of new things first.",
    )
    gift = fields.Text(
        translate=True, help="What one gets for it, e.g. 5 % off the first purchase."
    )
    thanks = fields.Text(
        string="Thank-you text",
        translate=True,
        help="Shown after sending: e.g. how to get the gift.",
    )
    consent_text = fields.Text(
        string="Consent",
        required=True,
        translate=True,
        default=lambda self: self._default_consent_text(),
        help="What one agrees to. It is kept with each entry as it stood.",
    )
    ask_birthday = fields.Boolean(default=True)
    source_id = fields.Many2one(
        "utm.source",
        required=True,
        ondelete="restrict",
        help="Where these clients come from, e.g. Coupon in the shop on Main street.",
    )
    segment_id = fields.Many2one("client.segment")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        domain=[("share", "=", False)],
        check_company=True,
        help="Whose the new prospects are.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales team",
        check_company=True,
        help="Without a salesperson the prospects are the team leader's.",
    )
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        groups="client_base_retention.group_client_own",
        default=lambda self: secrets.token_hex(10),
    )
    url = fields.Char(string="Link", compute="_compute_url")
    entry_ids = fields.One2many("client.subscribe.entry", "form_id")
    entry_count = fields.Integer(string="Entries", compute="_compute_entry_count")
    prospect_count = fields.Integer(
        string="New prospects", compute="_compute_entry_count"
    )

    _token_uniq = models.UniqueIndex("(token)")

    @api.depends("token")
    def _compute_url(self):
        for form in self:
            base = form.get_base_url()
            form.url = form.token and f"{base}/client/subscribe/{form.token}"

    @api.depends("entry_ids.state")
    def _compute_entry_count(self):
        counted = {}
        # sudo: how many there are says nothing of whom.
        for form, state, count in (
            self.env["client.subscribe.entry"]
            .sudo()
            ._read_group(
                [("form_id", "in", self.ids)], ["form_id", "state"], ["__count"]
            )
        ):
            counted[form.id, state] = count
        for form in self:
            by_state = {s: n for (key, s), n in counted.items() if key == form.id}
            form.entry_count = sum(by_state.values())
            form.prospect_count = by_state.get("made", 0)

    # ----------------------------------------------------------------------- actions

    def action_open_page(self):
        """Open the page as a client sees it."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def action_new_link(self):
        """Another link: pages that are closed to robots who found the old one."""
        self.check_access("write")
        for form in self:
            form.token = secrets.token_hex(10)
        return True

    def action_open_entries(self):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_subscribe_entry_action"
        )
        return action | {"domain": [("form_id", "=", self.id)]}

    # ---------------------------------------------------------------------- the page

    @api.model
    def _of_token(self, token):
        """The open page with this link, as superuser in its company; may be empty."""
        # sudo: visitors read no records; only texts of this page are shown to them.
        form = self.sudo().search([("token", "=", token)], limit=1) if token else self
        return form.sudo().with_company(form.company_id)

    def _page(self):
        """What a visitor is shown, as plain values."""
        self.ensure_one()
        return {
            "token": self.token,
            "headline": self.name,
            "intro": self.intro or "",
            "gift": self.gift or "",
            "thanks": self.thanks or "",
            "consent": self.consent_text,
            "ask_birthday": self.ask_birthday,
            "company": self.company_id.name,
            "logo": image_data_uri(self.company_id.logo_web)
            if self.company_id.logo_web
            else "",
        }

    def _stamp(self, moment):
        """Says when the page was shown, so that nobody can make it up.

        :param moment: seconds
        """
        scope = "client_subscribe"
        return f"{moment}-{hmac(self.env, scope, (self.id, moment))[:32]}"

    def _stamped(self, stamp):
        """The moment of a stamp of this page; 0 for one that is none."""
        moment = (stamp or "").partition("-")[0]
        if not moment.isdecimal() or len(moment) > 12:
            return 0
        known = secrets.compare_digest(
            self._stamp(int(moment)).encode(), stamp.encode()
        )
        return int(moment) if known else 0

    def _allow(self, place):
        """Count an entry, and whether there are too many from one place.

        :param place: IP address; only a keyed digest of it is kept, for an hour
        """
        now = self.env.cr.now()
        hour = now.strftime("%Y-%m-%d %H")
        key = hmac(self.env, "client_subscribe_place", (place, self.id, hour))[:32]
        hits = self.env["client.subscribe.hit"].sudo()
        hits._gc_hits()
        self.env.cr.execute(
            SQL(
                """INSERT INTO client_subscribe_hit (form_id, place, moment)
                   VALUES (%s, %s, %s)""",
                self.id,
                key,
                now,
            )
        )
        [(here, everywhere)] = self.env.execute_query(
            SQL(
                """SELECT count(*) FILTER (WHERE place = %s), count(*)
                     FROM client_subscribe_hit WHERE form_id = %s""",
                key,
                self.id,
            )
        )
        return here <= PER_PLACE and everywhere <= PER_PAGE

    # ------------------------------------------------------------------------- prints

    def _qr(self):
        """The link as a picture, for prints.

        Drawn as lines: sharp at any size, and without the libraries that Odoo's own
        route needs for pixels and that many servers lack.
        """
        code = QrCodeWidget(self.url, barLevel="M").qr
        code.make()
        size, quiet = code.getModuleCount(), 4
        squares = "".join(
            f"M{x + quiet} {y + quiet}h1v1h-1z"
            for y in range(size)
            for x in range(size)
            if code.isDark(y, x)
        )
        whole = size + 2 * quiet
        picture = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{10 * whole}" '
            f'height="{10 * whole}" viewBox="0 0 {whole} {whole}" '
            'shape-rendering="crispEdges"><rect width="100%" height="100%" '
            f'fill="#fff"/><path d="{squares}"/></svg>'
        )
        return (
            f"data:image/svg+xml;base64,{base64.b64encode(picture.encode()).decode()}"
        )

    def _questions(self):
        """What the portrait asks on the printed questionnaire: labels and options."""
        # sudo: whoever prints the page asks what the head wants asked on it.
        asked = (
            self.sudo().segment_id.question_ids.filtered("on_questionnaire").sorted()
        )
        found = []
        for question in asked:
            if question.kind == "boolean":
                options = [self.env._("Yes"), self.env._("No")]
            else:
                options = question._option_words()
            label = question.label
            if question.unit:
                label = f"{label}, {question.unit}"
            found.append({"label": label, "options": options})
        return found
