from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.mail import parse_contact_from_email

from .client_finder import PHONE_DIGITS, name_key, phone_key
from .client_mailboxes import own_domain

# Senders that are nobody: what they write makes no prospect.
ROBOTS = {
    "bounce",
    "bounces",
    "donotreply",
    "do-not-reply",
    "mailer-daemon",
    "no-reply",
    "noreply",
    "postmaster",
}
# By what a lead is known to be of a contact; ``res.partner._client_lookup_domain``.
KEYS = ("email", "phone", "vat")


class ResCompany(models.Model):
    _inherit = "res.company"

    client_lead_prospects = fields.Boolean(
        string="A new lead with telephone or e-mail becomes a prospect",
        help="The contact is looked for by telephone, e-mail and tax number. If it is "
        "there, the lead is linked to it; else the contact is made.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    client_lead_prospects = fields.Boolean(
        related="company_id.client_lead_prospects", readonly=False
    )


class CrmLead(models.Model):
    """A new lead with telephone or e-mail makes a prospect, by setting (N17).

    First the contact is looked for, by e-mail, telephone and tax number, and a company
    by its name together with the domain of the address. One client found: the lead is
    linked to him, and nothing of him changes. None: contact and card are made. Several,
    one who is archived, or a client whom the user does not see: the lead stays as it
    is, for people to decide.
    """

    _inherit = "crm.lead"

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._client_make_prospects()
        return leads

    def write(self, vals):
        """A lead of nobody yet is as good as new when it gets its first address."""
        unreachable = self.browse()
        if {"phone", "email_from"} & vals.keys():
            unreachable = self.filtered(
                lambda lead: not (lead.email_normalized or lead._client_phone())
            )
        result = super().write(vals)
        unreachable._client_make_prospects()
        return result

    # ------------------------------------------------------------- which leads count

    def _client_make_prospects(self):
        """Give these new leads their contacts and cards, where the setting says so."""
        # sudo: settings of the company decide, whoever may read them.
        companies = self.env["res.company"].sudo()
        asked = [("client_lead_prospects", "=", True)]
        if not self or not companies.search_count(asked, limit=1):
            return
        if self.env.user._is_portal():
            return
        leads = self.filtered(lambda lead: lead._client_is_prospect())
        for company, new in leads.grouped(lambda le: le._client_company()).items():
            if company.sudo().client_lead_prospects:
                new._client_find_or_make(company)

    def _client_is_prospect(self):
        """Whether somebody stands behind this lead who can be reached and is new."""
        self.ensure_one()
        if self.partner_id or not self.active or self.won_status == "lost":
            return False
        email = self.email_normalized
        if email and (self.is_blacklisted or email.partition("@")[0] in ROBOTS):
            return False
        return bool(email or self._client_phone())

    def _client_phone(self):
        """The telephone of this lead, if it is a whole one: also where Odoo cannot read
        it, as "8 912 ..." in a company of another country."""
        whole = len(phone_key(self.phone or "")) == PHONE_DIGITS
        return (self.phone_sanitized or whole) and self.phone

    def _client_company(self):
        """The company whose prospect it becomes; may be empty."""
        # sudo: the salesperson's company need not be one of the user's.
        lead = self.sudo()
        company = lead.company_id or lead.team_id.company_id or lead.user_id.company_id
        return company or self.env.company._client_only_company()

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """Where he heard of us was asked with the lead: the contact made of it, also by
        hand, knows it (N12)."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if self.source_id and not parent_id:
            values["source_id"] = self.source_id.id
        return values

    # ----------------------------------------------------------------- who they are

    def _client_find_or_make(self, company):
        """Link these leads of one company to contacts, found or made; all at once."""
        self.flush_recordset()
        known = self._client_known(company)
        firms = self._client_firms(company)
        # Of each lead the id of its contact, or the lead whose contact it shares.
        links, shared, new = {}, {}, {}
        for lead in self:
            keys = lead._client_keys()
            found = {one for key in keys for one in known.get(key, ())}
            found = found or set(firms.get(lead._client_firm(), ()))
            clients = {client for _contact, client, _free in found}
            if not found:
                # The same person twice in one file is one contact.
                first = next((new[key] for key in keys if key in new), lead)
                for key in keys:
                    new.setdefault(key, first)
                shared[lead] = first
            elif len(clients) == 1 and all(free for _p, _c, free in found):
                links[lead] = lead._client_best([contact for contact, _c, _f in found])
        made = self._client_make(set(shared.values()))
        links |= {lead: made[first] for lead, first in shared.items()}
        self._client_link(links, company)

    def _client_keys(self):
        """[(kind, value)] by which the contact is known."""
        vat = "vat" in self._fields and self.vat
        keys = self.env["res.partner"]._client_keys(
            None, vat, self.email_normalized, self._client_phone(), None
        )
        return list(keys.items())

    def _client_known(self, company):
        """Contacts with the keys of these leads.

        :return: {(kind, value): [(contact id, client id, may be linked)]}; not to be
            linked are users, own companies, whom the user does not see and who is
            archived; these count only where nobody else has the key
        """
        wanted = {}
        for lead in self:
            for kind, value in lead._client_keys():
                wanted.setdefault(kind, set()).add(value)
        # sudo: a contact that is hidden from the user is there all the same.
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        domain = partners._client_lookup_domain(wanted)
        domain &= Domain("company_id", "in", [False, company.id])
        found = partners.search(domain)
        never = found.commercial_partner_id._never_clients() | found._never_clients()
        seen = self._client_seen(found)
        known, archived = {}, {}
        for contact in found:
            client = contact.commercial_partner_id
            there = contact.active and client.active
            free = there and contact.id in seen and not (contact | client) & never
            for kind in KEYS:
                for value in contact._client_known_by(kind):
                    rows = (known if there else archived).setdefault((kind, value), [])
                    rows.append((contact.id, client.id, free))
        return archived | known

    def _client_firm(self):
        """(key of the company's name, domain of the address): both together say that
        the company is there already; a name alone is that of many."""
        domain = own_domain(self.email_normalized)
        return domain and self.partner_name and (name_key(self.partner_name), domain)

    def _client_firms(self, company):
        """Companies named by these leads of which somebody has the same domain.

        :return: {``_client_firm``: [(contact id, client id, may be linked)]}
        """
        names = {lead.partner_name for lead in self if lead._client_firm()}
        if not names:
            return {}
        # sudo: as in _client_known.
        partners = self.env["res.partner"].sudo()
        firms = partners.search(
            partners._client_lookup_domain({"name": names})
            & Domain("is_company", "=", True)
            & Domain("company_id", "in", [False, company.id])
        )
        people = partners.search_fetch(
            [
                ("commercial_partner_id", "in", firms.commercial_partner_id.ids),
                ("email_normalized", "!=", False),
            ],
            ["commercial_partner_id", "email_normalized"],
        ).grouped("commercial_partner_id")
        never, seen = firms._never_clients(), self._client_seen(firms)
        found = {}
        for firm in firms:
            client = firm.commercial_partner_id
            row = (firm.id, client.id, firm.id in seen and firm not in never)
            mails = people.get(client, partners).mapped("email_normalized")
            for domain in {own_domain(mail) for mail in mails} - {""}:
                found.setdefault((name_key(firm.name), domain), []).append(row)
        return found

    def _client_seen(self, contacts):
        """Ids of those of these contacts whom the user sees."""
        if self.env.su or not self.env.user._client_is_restricted():
            return set(contacts.ids)
        return set(self.env["res.partner"].search([("id", "in", contacts.ids)]).ids)

    def _client_best(self, ids):
        """Id of the contact of one client that this lead is about: the person that has
        most in common with it."""
        contacts = self.env["res.partner"].sudo().browse(sorted(set(ids)))
        name = name_key(self.contact_name or "")
        return max(
            contacts,
            key=lambda contact: (
                ids.count(contact.id),
                bool(name) and name_key(contact.name or "") == name,
                not contact.is_company,
                -contact.id,
            ),
        ).id

    # -------------------------------------------------------------- making, linking

    def _client_make(self, leads):
        """Make the contacts of these leads: companies first, then their persons.

        :return: {lead: id of the contact}
        """
        leads = self.filtered(lambda lead: lead in leads)
        # sudo: who may take a lead down need not be allowed to make contacts.
        partners = self.env["res.partner"].sudo()
        named = {}
        for lead in leads.filtered("partner_name"):
            named.setdefault(name_key(lead.partner_name), lead)
        firms = partners.create(
            [lead._client_values(lead.partner_name, True) for lead in named.values()]
        )
        firm_of = dict(zip(named, firms, strict=True))
        made, people = {}, []
        for lead in leads:
            firm = firm_of.get(name_key(lead.partner_name or ""), partners)
            name = lead.contact_name or parse_contact_from_email(lead.email_from)[0]
            if firm and (not name or name_key(name) == name_key(firm.name)):
                made[lead] = firm.id
            else:
                name = name or lead.email_normalized or lead.name
                people.append((lead, lead._client_values(name, False, firm.id)))
        persons = partners.create([values for _lead, values in people])
        for (lead, _values), person in zip(people, persons, strict=True):
            made[lead] = person.id
        return made

    def _client_values(self, name, is_company, parent_id=False):
        """Values of a contact, as Odoo makes it of a lead, with the source."""
        values = self._prepare_customer_values(name, is_company, parent_id)
        if not is_company and parent_id:
            # What stands on the company is not repeated on the person.
            for inherited in ("comment", "website"):
                values.pop(inherited, None)
        return values

    def _client_link(self, links, company):
        """Link leads to contacts and make the cards.

        What was typed into a lead stays in it, and the contact stays as it is: Odoo
        would carry telephone and e-mail over.

        :param links: {lead: contact id}
        """
        if not links:
            return
        leads = self.browse(lead.id for lead in links)
        computed = [
            field
            for field in leads._fields.values()
            if field.store and field.compute and field.name != "partner_id"
        ]
        # sudo: who takes a lead down need not see the contact that is made of it.
        system = leads.sudo().with_context(client_prospects=True)
        with self.env.protecting(computed, leads):
            for lead in system:
                lead.partner_id = links[lead]
            system.flush_recordset()
        self.env["mail.activity"]._find_clients_of(leads)
        contacts = self.env["res.partner"].browse(set(links.values()))
        contacts._client_keep_seen()
        self._client_cards(contacts.sudo().commercial_partner_id, company)

    def _client_cards(self, clients, company):
        """Make prospects of these clients; who is marked *Not a client* stays none."""
        # sudo: cards are made by the system.
        cards = self.env["client.card"].sudo()
        cards._execute_flush()
        cards._insert_cards(
            company,
            company._client_today(),
            SQL("SELECT unnest(%s::integer[])", clients.ids),
        ).with_context(client_background=True)._derive()
        cards._execute_done()
