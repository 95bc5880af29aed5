from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import SQL, format_date

from .client_contact_rule import KINDS

# What no norm counts: information sent to the client.
TOUCH_KINDS = [kind for kind in KINDS if kind[0] != "any"] + [
    ("material", "Information sent")
]
OUTCOMES = [
    ("reached", "Reached"),
    ("no_answer", "No answer"),
    ("refused", "Not now"),
]
# A change of these changes when the client is due, or whose contact it was.
DERIVED_FROM = {
    "partner_id",
    "person_id",
    "company_id",
    "date",
    "kind",
    "direction",
    "outcome",
}


class ClientTouchpoint(models.Model):
    """A contact that took place between a person of ours and the client (N5, N66).

    What happens to a person of the client counts for the client. Contacts that were
    reached move the due dates of the norms they satisfy
    (``client_card_obligation.py``); tries without an answer are numbered and count for
    nothing.
    """

    _name = "client.touchpoint"
    _description = "Touchpoint"
    _order = "date desc, id desc"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Client",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    person_id = fields.Many2one(
        "res.partner",
        string="With whom",
        index="btree_not_null",
        ondelete="set null",
        domain="[('commercial_partner_id', '=', partner_id)]",
        help="The person of the client, if it is known.",
    )
    card_id = fields.Many2one(
        "client.card",
        string="Client card",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Empty where the contact is no client any more; the contact is kept.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Datetime(
        string="When", required=True, default=fields.Datetime.now, index=True
    )
    kind = fields.Selection(TOUCH_KINDS, required=True, default="call")
    direction = fields.Selection(
        [("out", "We to the client"), ("in", "The client to us")],
        string="Who began",
        required=True,
        default="out",
    )
    outcome = fields.Selection(
        OUTCOMES,
        string="Result",
        required=True,
        default="reached",
        help="Only contacts that were reached count for the norms.",
    )
    attempt_number = fields.Integer(
        string="Try",
        readonly=True,
        aggregator="max",
        help="The number of our tries without an answer since the client was last "
        "spoken to.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who of us",
        index="btree_not_null",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        ondelete="set null",
    )
    note = fields.Text(help="What was said.")
    logged_on = fields.Date(
        readonly=True,
        help="Until the end of this day the contact may be corrected.",
    )
    res_model = fields.Char(string="Model it came from", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record it came from", model_field="res_model", readonly=True
    )
    source_name = fields.Char(
        string="Came from",
        compute="_compute_source_name",
        help="The record from which the contact was noticed; empty: typed in.",
    )

    # The last contact of each kind, and the person last reached, are looked up here.
    _reached_idx = models.Index("(card_id, kind, date DESC) WHERE outcome = 'reached'")
    _person_reached_idx = models.Index(
        "(card_id, date DESC) WHERE outcome = 'reached' AND person_id IS NOT NULL"
    )
    _card_idx = models.Index("(card_id, date DESC)")
    _strayed_idx = models.Index("(company_id, partner_id) WHERE card_id IS NULL")
    _source_idx = models.Index("(res_model, res_id) WHERE res_id IS NOT NULL")

    # ---------------------------------------------------------------------- computes

    @api.depends("kind", "date")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for contact in self:
            day = contact.date and fields.Datetime.context_timestamp(self, contact.date)
            contact.display_name = self.env._(
                "%(kind)s, %(day)s",
                kind=kinds.get(contact.kind, ""),
                day=day and format_date(self.env, day.date()) or "",
            )

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_source_name(self):
        """Name of the record it came from; only what it is, where it is hidden."""
        self.source_name = False
        for model, contacts in self.filtered("res_id").grouped("res_model").items():
            if model not in self.env or self.env[model]._abstract:
                continue
            what = self.env["ir.model"]._get(model).sudo().name
            sources = self.env[model].browse(contacts.mapped("res_id")).exists()
            readable = sources._filtered_access("read")
            names = {source.id: source.display_name for source in readable}
            for contact in contacts:
                contact.source_name = names.get(contact.res_id, what)

    # ------------------------------------------------------------------- constraints

    @api.constrains("date")
    def _check_date(self):
        now = fields.Datetime.now()
        for contact in self:
            if contact.date > now:
                raise ValidationError(
                    self.env._(
                        "%(client)s: this contact lies in the future. Plan an activity "
                        "for what is to come.",
                        client=contact.partner_id.sudo().display_name,
                    )
                )

    @api.constrains("partner_id", "person_id")
    def _check_client(self):
        # sudo: who logs a contact with a person need not see all of the client.
        for contact in self.sudo():
            person = contact.person_id
            client = contact.partner_id
            if (
                person
                and person.commercial_partner_id != client
                and not person._worked_at(client)
            ):
                raise ValidationError(
                    self.env._(
                        "%(person)s does not belong to %(client)s.",
                        person=person.display_name,
                        client=contact.partner_id.display_name,
                    )
                )
        # Who has a card may have one.
        cardless = self.sudo().filtered(lambda c: c.card_id.partner_id != c.partner_id)
        own = cardless and cardless.partner_id._never_clients()
        if own:
            raise ValidationError(
                self.env._(
                    "%(names)s cannot be clients: contacts are logged with clients, "
                    "not with own companies and users.",
                    names=", ".join(own.mapped("display_name")),
                )
            )

    # -------------------------------------------------------------------------- CRUD

    @api.model_create_multi
    def create(self, vals_list):
        """Log contacts; the client's card and his due dates follow at once.

        :param vals_list: a person as ``partner_id`` means the client he belongs to
        :raise ValidationError: a date to come, or no client
        """
        contacts = super().create(self._with_cards(self._with_clients(vals_list)))
        contacts._follow(contacts._client_pairs())
        return contacts

    def write(self, vals):
        if "partner_id" in vals or "person_id" in vals:
            (vals,) = self._with_clients([vals])
        # A card is never chosen: whatever a call says, it is that of the client.
        touched = bool((DERIVED_FROM | {"card_id"}) & vals.keys())
        before = self._client_pairs() if touched else set()
        result = super().write(vals)
        if touched:
            self._link_cards()
            self._follow(before | self._client_pairs())
        return result

    def unlink(self):
        before = self._client_pairs()
        result = super().unlink()
        self.browse()._follow(before)
        return result

    def _with_clients(self, vals_list):
        """Values in which the client and his person are told apart."""
        # sudo: the company of a person one may see can be hidden.
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        ids = {vals.get("partner_id") or vals.get("person_id") for vals in vals_list}
        found = partners.search_fetch(
            [("id", "in", list(ids - {None, False}))],
            ["commercial_partner_id", "company_id"],
        )
        client_of = {partner.id: partner.commercial_partner_id.id for partner in found}
        prepared = []
        for vals in vals_list:
            named = vals.get("partner_id") or vals.get("person_id")
            client = client_of.get(named)
            if client:
                vals = vals | {"partner_id": client}
                if client != named and not vals.get("person_id"):
                    vals["person_id"] = named
            prepared.append(vals)
        return prepared

    def _with_cards(self, vals_list):
        """Values with the client's card, if he has one, and the day of the entry:
        later only the head may correct the contact."""
        default = {"company_id": False} | self.default_get(["company_id"])
        vals_list = [default | vals for vals in vals_list]
        # sudo: the client may be hidden from who logs; the day is the system's.
        system = self.sudo().with_context(active_test=False).env
        cards = system["client.card"].search_fetch(
            [("partner_id", "in", [vals.get("partner_id") for vals in vals_list])],
            ["partner_id", "company_id"],
        )
        card_of = {(card.partner_id.id, card.company_id.id): card.id for card in cards}
        company_ids = {vals["company_id"] for vals in vals_list} - {None, False}
        companies = system["res.company"].browse(company_ids)
        day_of = {company.id: company._client_today() for company in companies}
        for vals in vals_list:
            client = vals.get("partner_id"), vals["company_id"]
            vals |= {"card_id": card_of.get(client), "logged_on": day_of.get(client[1])}
        return vals_list

    def _client_pairs(self):
        """{(partner id, company id)} of the clients of these contacts."""
        # sudo: a client may be hidden from whoever corrects his own contact.
        return {(c.partner_id.id, c.company_id.id) for c in self.sudo()}

    def _follow(self, pairs):
        """Number the tries of these {(client id, company id)}, derive them."""
        if not pairs:
            return
        self.flush_model()
        self._number_attempts({partner_id for partner_id, _company in pairs})
        # A contact changes nothing but when the next one is due.
        self.env["client.card"].with_context(client_contact=True)._touch_clients(pairs)
        self.env["client.touchpoint"].invalidate_model(
            ["card_id", "attempt_number"], flush=False
        )

    def _link_cards(self):
        """Point these contacts at the card that their client has in their company."""
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE client_touchpoint t SET card_id = c.id
                     FROM client_touchpoint own
                LEFT JOIN client_card c ON c.partner_id = own.partner_id
                                       AND c.company_id = own.company_id
                    WHERE own.id = t.id AND t.card_id IS DISTINCT FROM c.id
                      AND t.id = ANY(%s)""",
                list(self._ids),
            )
        )

    @api.model
    def _link_cards_of(self, cards):
        """Point the contacts with the clients of new cards at these cards."""
        self.env.cr.execute(
            SQL(
                """UPDATE client_touchpoint t SET card_id = c.id
                     FROM client_card c
                    WHERE c.id = ANY(%s) AND t.card_id IS NULL
                      AND t.company_id = c.company_id AND t.partner_id = c.partner_id
                """,
                list(cards._ids),
            )
        )

    def _number_attempts(self, partner_ids):
        """Number our tries without an answer since each client last answered.

        Who says *not now* has answered. Letters sent (``material``) are no tries.
        """
        self.env.cr.execute(
            SQL(
                """UPDATE client_touchpoint t SET attempt_number = counted.number
                     FROM (
                   SELECT id, CASE WHEN tried THEN count(*) FILTER (WHERE tried) OVER (
                              PARTITION BY partner_id, company_id, answers
                              ORDER BY date, id) ELSE 0 END AS number
                     FROM (
                   SELECT id, partner_id, company_id, date,
                          outcome = 'no_answer' AND direction = 'out'
                              AND kind <> 'material' AS tried,
                          count(*) FILTER (WHERE outcome <> 'no_answer'
                                             AND kind <> 'material') OVER (
                              PARTITION BY partner_id, company_id
                              ORDER BY date, id) AS answers
                     FROM client_touchpoint
                    WHERE partner_id = ANY(%s)) AS talk) AS counted
                    WHERE t.id = counted.id
                      AND t.attempt_number IS DISTINCT FROM counted.number""",
                list(partner_ids),
            )
        )

    # ------------------------------------------------------------------------ rights

    def _check_access(self, operation):
        """Nobody alters another's contact, nor his own after the day of its entry;
        the head may do both."""
        result = super()._check_access(operation)
        if operation not in ("write", "unlink") or self.env.su:
            return result
        if self.env.user.has_group("client_base_retention.group_client_head"):
            return result
        closed = self.sudo().filtered(lambda c: not c._is_own_of_today(self.env.uid))
        if not closed:
            return result
        forbidden = self.browse(closed.ids)
        if result:
            return forbidden | result[0], result[1]
        return forbidden, lambda: AccessError(
            self.env._(
                "A logged contact may be corrected by who logged it, on the same day. "
                "Later, and for others' contacts, ask the head."
            )
        )

    def _is_own_of_today(self, uid):
        self.ensure_one()
        if uid not in (self.user_id.id, self.create_uid.id):
            return False
        return not self.logged_on or self.logged_on >= self.company_id._client_today()

    # ----------------------------------------------------------------------- actions

    def action_open_source(self):
        """Open the record that the contact came from.

        :raise AccessError: the user may not see it
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
