from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, email_normalize, email_split, plaintext2html

from ..models.client_duplicate_find import FORMS
from ..models.client_finder import phone_key
from ..models.client_mailboxes import PRIVATE_MAIL
from ..models.client_salutation import read_name
from ..models.res_partner_person import GENDERS
from ..models.res_partner_purchase import KEY_SQL, NAME_KEY

# So many possible duplicates are shown.
SHOWN = 8
# Of the person; the others of the form are the company's or the card's.
OF_PERSON = ("function", "email", "messenger", "personal_phone", "gender", "met_place")


class ClientBusinessCard(models.TransientModel):
    """A business card is typed in: company, person and source in one small form (N29).

    Who is perhaps known already is shown before anything is saved; saving makes the
    company, the person and the client's card in one go.
    """

    _name = "client.business.card"
    _inherit = ["client.sight.guard"]
    _description = "New client from a business card"
    _rec_name = "person_name"

    _client_names = ("client_id", "person_id")

    company_name = fields.Char(
        string="Company", help="Empty: the person himself is the client."
    )
    client_id = fields.Many2one(
        "res.partner",
        string="Client we have",
        domain="[('parent_id', '=', False)]",
        help="The person is added to this client.",
    )
    person_id = fields.Many2one("res.partner", string="Person we have")
    person_name = fields.Char(string="Person")
    salutation = fields.Char(
        compute="_compute_person", store=True, readonly=False, precompute=True
    )
    gender = fields.Selection(
        GENDERS, compute="_compute_person", store=True, readonly=False, precompute=True
    )
    function = fields.Char(string="Post")
    phone = fields.Char(string="Telephone")
    personal_phone = fields.Char(string="Personal telephone")
    email = fields.Char(string="E-mail")
    messenger = fields.Char()
    website = fields.Char()
    source_id = fields.Many2one("utm.source", help="Where did he hear of us?")
    met_place = fields.Char(string="Where we met")
    met_date = fields.Date(
        string="Met on", default=lambda self: fields.Date.context_today(self)
    )
    segment_id = fields.Many2one("client.segment")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    note = fields.Text()
    image = fields.Binary(string="Photo of the card", attachment=True)
    duplicate_ids = fields.Many2many(
        "res.partner", string="Perhaps the same", compute="_compute_duplicate_ids"
    )

    # ----------------------------------------------------------------------- computes

    @api.depends("person_name")
    def _compute_person(self):
        for card in self:
            person = read_name(card.person_name)
            card.salutation = person.salutation
            card.gender = person.gender

    @api.depends(
        *("company_name", "person_name", "phone", "personal_phone", "email", "website"),
        *("client_id", "person_id"),
    )
    @api.depends_context("uid", "company")
    def _compute_duplicate_ids(self):
        for card in self:
            card.duplicate_ids = card._find_duplicates()

    @api.onchange("phone", "personal_phone")
    def _onchange_phones(self):
        for name in ("phone", "personal_phone"):
            self[name] = (
                self._phone_format(
                    number=self[name],
                    country=self.env.company.country_id,
                    force_format="INTERNATIONAL",
                )
                or self[name]
            )

    @api.onchange("client_id")
    def _onchange_client_id(self):
        """What the client is called and who sold to him is known already."""
        if self.client_id:
            self.company_name = self.client_id.name
            self.user_id = self.client_id.user_id or self.user_id
            self.segment_id = self.client_id.segment_id or self.segment_id

    @api.onchange("person_id")
    def _onchange_person_id(self):
        if self.person_id:
            self.person_name = self.person_id.name
            client = self.person_id.commercial_partner_id
            self.client_id = client if client != self.person_id else False

    # --------------------------------------------------------------------- duplicates

    def _find_duplicates(self):
        """Contacts that the user sees and that this card is perhaps of, the surest
        first: by e-mail, telephone, website, the name of the company or the person."""
        self.ensure_one()
        if self.client_id and self.person_id:
            return self.env["res.partner"]
        found = self.env["res.partner"]
        chosen = self.client_id | self.person_id
        for domain in self._duplicate_domains():
            found |= found.search(
                domain & Domain("id", "not in", (found | chosen).ids), limit=SHOWN
            )
            if len(found) >= SHOWN:
                break
        return found[:SHOWN]

    def _duplicate_domains(self):
        """``Domain`` for each way in which a contact may be the same."""
        partners = self.env["res.partner"]
        email = email_normalize(self.email or "")
        if email:
            yield partners._client_lookup_domain({"email": {email}})
        numbers = {phone_key(n) for n in (self.phone, self.personal_phone) if n} - {""}
        if numbers:
            yield partners._client_lookup_domain({"phone": numbers})
        for name in (self.company_name, self.person_name):
            if name and name.strip():
                yield Domain("id", "in", self._named_query(name))
        domain = self._internet_domain(email)
        if domain:
            yield Domain("email_normalized", "=ilike", f"%@{domain}") | Domain(
                "website", "ilike", domain
            )
        bare = self._bare_name(self.company_name or "")
        if len(bare) >= 4:
            yield Domain("is_company", "=", True) & Domain("name", "ilike", bare)

    @api.model
    def _named_query(self, name):
        """``SQL`` of the contacts of this name, by the index of names."""
        return SQL(
            "(SELECT id FROM res_partner WHERE %s = %s)",
            KEY_SQL["name"],
            SQL(NAME_KEY.format("%s"), name),
        )

    def _internet_domain(self, email):
        """ "toys.example" of the website or the address; none of a public mailbox."""
        domain = (email or "").rpartition("@")[2]
        if self.website:
            site = self.website.lower().partition("://")[2] or self.website.lower()
            domain = site.split("/")[0].removeprefix("www.")
        return domain if "." in domain and domain not in PRIVATE_MAIL else ""

    @api.model
    def _bare_name(self, name):
        """A company's name without its legal form and quotation marks."""
        words = (word.strip("«»\"'“”„.,") for word in name.split())
        return " ".join(word for word in words if word and word.lower() not in FORMS)

    # ------------------------------------------------------------------------- saving

    def action_save(self):
        """Make, or complete, company and person, and add the client to the base.

        Of contacts that we have only what is empty is filled.

        :return: action that opens the client
        :raise UserError: neither a company nor a person is named
        """
        self.ensure_one()
        names = (self.company_name, self.person_name, self.client_id, self.person_id)
        if not any(name.strip() if isinstance(name, str) else name for name in names):
            raise UserError(self.env._("Type in a company or a person."))
        if self.email and not email_split(self.email):
            raise UserError(
                self.env._("%(email)s is no e-mail address.", email=self.email)
            )
        client = self._save_client()
        person = self._save_person(client)
        client = client or person.commercial_partner_id
        client.action_add_to_client_base()
        if person and person != client:
            self._choose_person(client, person)
        self._keep_note(person or client)
        self._keep_photo(person or client)
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": client.id,
            "views": [(False, "form")],
        }

    def action_save_and_next(self):
        """Save, and open an empty form with the same source and place."""
        self.action_save()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_business_card_action"
        )
        kept = ("source_id", "met_place", "met_date", "segment_id", "user_id")
        values = {
            f"default_{name}": self._fields[name].convert_to_write(self[name], self)
            for name in kept
        }
        return action | {"context": values}

    def _save_client(self):
        """The company of the card; empty where the person himself is the client."""
        name = (self.company_name or "").strip()
        if self.client_id:
            client = self.client_id
        elif self.person_id.parent_id:
            client = self.person_id.commercial_partner_id
        elif name:
            return self.env["res.partner"].create(
                {"name": name, "is_company": True} | self._client_values()
            )
        else:
            return self.env["res.partner"]
        self._fill(client, self._client_values())
        return client

    def _client_values(self):
        """What the card says of the client, be it a company or a person."""
        values = {
            "phone": self.phone,
            "website": self.website,
            "source_id": self.source_id.id,
            "segment_id": self.segment_id.id,
            "user_id": self.user_id.id,
            "met_place": self.met_place,
            "met_date": self.met_date,
        }
        if not (self.person_name or self.person_id):
            values |= {"email": self.email, "messenger": self.messenger}
        return {name: value for name, value in values.items() if value}

    def _save_person(self, client):
        """The person of the card; empty where none is named."""
        name = (self.person_name or "").strip()
        if not name and not self.person_id:
            return self.env["res.partner"]
        values = {field: self[field] for field in (*OF_PERSON, "met_date")}
        if client:
            values["parent_id"] = client.id
            if self.phone != client.phone:
                # The client has another one: this is that of the person's desk.
                values["phone"] = self.phone
        else:
            values |= self._client_values()
        values = {field: value for field, value in values.items() if value}
        if self.person_id:
            values.pop("parent_id", None)
            self._fill(self.person_id, values)
            person = self.person_id
        else:
            person = self.env["res.partner"].create({"name": name} | values)
        if self.salutation and self.salutation != person.salutation:
            person.salutation = self.salutation
        return person

    def _fill(self, contact, values):
        """Write what the contact has not yet."""
        contact.write({k: v for k, v in values.items() if not contact[k]})

    def _choose_person(self, client, person):
        """Who gave the card is the one to talk to, where nobody is chosen."""
        if not client.client_contact_person_id:
            client.client_contact_person_id = person

    def _keep_note(self, contact):
        note = self.note and plaintext2html(self.note)
        if note and contact.comment:
            contact._message_log(body=note)
        elif note:
            contact.comment = note

    def _keep_photo(self, contact):
        if not self.image:
            return
        self.env["ir.attachment"].create(
            {
                "name": self.env._("Business card of %(name)s", name=contact.name),
                "datas": self.image,
                "res_model": "res.partner",
                "res_id": contact.id,
            }
        )
