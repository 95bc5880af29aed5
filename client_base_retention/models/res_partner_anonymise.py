from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_roles import HEAD

# Columns of our own rows that may say who a person is: free text and documents. A later
# model adds its own in ``_anonymized_columns``.
OURS = {
    "client.card": ("abc_lock_reason", "pause_reason", "growth_plan"),
    "client.touchpoint": ("note",),
    "client.transition": ("reason",),
    "client.consent": ("note", "document", "document_name"),
    "client.employment": (
        "function",
        "email",
        "email_normalized",
        "phone",
        "note",
        "undo_data",
    ),
    "client.purchase.entry": ("what",),
    "client.old.purchase": ("text", "what"),
    "client.subscribe.entry": ("name", "email", "phone", "birthdate", "error"),
    "client.confirmation": ("reason",),
    "client.offer.line": ("reason",),
    "client.remark": ("solution",),
    "client.review": (
        "text",
        "image",
        "file",
        "file_name",
        "change_data",
        "remark",
    ),
}
# Where the name itself is kept, it is replaced.
NAMES = {
    "client.compliance": ("client_name",),
    # Never empty: what was said gives way to the name that nobody has.
    "client.remark": ("text",),
    "client.offer.line": ("name",),
}
# What is erased of a contact is what can hold words or pictures; not these.
TEXT = ("char", "text", "html", "binary", "image", "properties", "json")
KEPT = {"name", "signup_type", "invoice_edi_format_store"}


class ResPartner(models.Model):
    """Erase who a person is, and keep the figures (N134).

    Rows of ours, purchases and documents stay with a contact that has no name any
    more. What cannot be undone is done by the head, one person at a time.
    """

    _inherit = "res.partner"

    def action_client_anonymize(self):
        """Open the dialog that says what is erased and asks once more.

        :raise UserError: this contact cannot be anonymized
        """
        self.ensure_one()
        self._check_anonymize()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Anonymize"),
            "res_model": "client.anonymize",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.id, "dialog_size": "medium"},
        }

    def _check_anonymize(self):
        """
        :raise AccessError: the user is no head, or may not change the contact
        :raise UserError: the contact is a company, a user, or a client elsewhere
        """
        if not self.env.user.has_group(HEAD):
            raise AccessError(self.env._("Only the head may anonymize persons."))
        self.check_access("write")
        # sudo: users and cards of other companies stand in the way, too.
        person = self.sudo().with_context(active_test=False)
        if person.is_company:
            raise UserError(
                self.env._(
                    "%(name)s is a company. Anonymize the persons who belong to it.",
                    name=self.display_name,
                )
            )
        if person.user_ids.filtered(lambda user: user.active and not user.share):
            raise UserError(
                self.env._(
                    "%(name)s is a user of this database. Archive the user first.",
                    name=self.display_name,
                )
            )
        mine = self.env.user.company_ids
        if person.client_card_ids.company_id - mine or (
            person.company_id and person.company_id not in mine
        ):
            raise UserError(
                self.env._(
                    "%(name)s is also a client of a company to which you have no "
                    "access. Who has access to all of them can anonymize the contact.",
                    name=self.display_name,
                )
            )

    def _client_anonymize(self, reason=""):
        """Erase the identity of this person, everywhere in the client base, on the
        contact and its addresses, in the history below it and on opportunities.

        Sales orders, invoices and the like stay as they are, as the law asks: they show
        the contact without a name; letters in their history are not touched.

        :param reason: who asked for it and when, kept on the contact
        """
        self.ensure_one()
        self._check_anonymize()
        # sudo: history and documents of colleagues and of other companies name the
        # person, too. Nothing of what is erased is tracked.
        person = self.sudo().with_context(
            active_test=False,
            tracking_disable=True,
            mail_notrack=True,
            mail_create_nolog=True,
            client_background=True,
        )
        below = person.search([("id", "child_of", person.id), ("id", "!=", person.id)])
        people = person | below.filtered(lambda address: address.type != "contact")
        # What he left with former employers has his name and details, too.
        people |= person.client_employment_ids.post_id
        old_names = set(people.filtered("name").mapped("name"))
        details = {
            one[name] for one in people for name in ("email", "phone", "personal_phone")
        }
        person._anonymize_log()
        self.env.flush_all()
        clients = people._anonymized_at()
        people._anonymize_remarks()
        people._anonymize_history()
        people._anonymize_rows()
        people._anonymize_contacts()
        self.env.flush_all()
        people._anonymize_leads(old_names)
        words = people._anonymized_words(old_names, details - {False})
        people._anonymize_meetings(words)
        people._anonymize_around(clients, words)
        people._anonymize_traces()
        self.env.invalidate_all()
        # Archived users are no reason to refuse.
        people.with_context(active_test=True).active = False
        self.sudo().message_post(
            body=self.env._(
                "The identity of this person was erased. %(reason)s", reason=reason
            ),
            author_id=self.env.user.partner_id.id,
        )

    # ------------------------------------------------------------------- the contact

    def _anonymous_name(self):
        return self.env._("Anonymous %(number)s", number=self.id)

    def _anonymize_contacts(self):
        """Empty every field of the contacts that can hold words or pictures."""
        names = [
            field.name
            for field in self._fields.values()
            if field.type in TEXT
            and (field.store or field.type in ("binary", "image"))
            and field.name not in KEPT
            and not (field.compute and field.readonly)
            and not field.related
        ]
        days = {"birthdate_date": False, "met_date": False, "gender": False}
        extra = days | {"partner_latitude": 0, "partner_longitude": 0}
        everywhere = [n for n in names if not self._fields[n].company_dependent]
        for contact in self:
            # What is the company's is not the person's, and would be erased there.
            theirs = set()
            if contact.parent_id and contact.commercial_partner_id not in self:
                theirs.update(contact._commercial_fields())
                if contact.type == "contact":
                    theirs.update(contact._address_fields())
            values = {name: False for name in everywhere if name not in theirs}
            values |= {n: v for n, v in extra.items() if n in self._fields}
            contact.write(values | {"name": contact._anonymous_name()})
        by_company = [name for name in names if self._fields[name].company_dependent]
        for company in self.env["res.company"]._client_companies():
            self.with_company(company).write(dict.fromkeys(by_company, False))
        for account in self.bank_ids:
            self._anonymize_account(account)
        for user in self.user_ids:
            user.write(
                {"login": f"anonymous-{user.id}", "active": False, "signature": False}
            )

    def _anonymize_account(self, account):
        """Delete a bank account; one that payments were made from is archived."""
        try:
            with self.env.cr.savepoint():
                account.unlink()
        except Exception:  # whatever document holds it, by whatever constraint
            account.write({"active": False, "acc_holder_name": False})

    def _anonymize_history(self):
        """Delete what was written, planned and attached on the contacts."""
        self._delete_talk(self)
        mine = [("res_model", "=", "res.partner"), ("res_id", "in", self.ids)]
        self.env["ir.attachment"].search(
            [*mine, "|", ("res_field", "=", False), ("res_field", "!=", False)]
        ).unlink()
        self.env["mail.followers"].search([("partner_id", "in", self.ids)]).unlink()

    def _delete_talk(self, records):
        """Delete messages and activities below records."""
        mine = [("res_id", "in", records.ids)]
        activities, messages = self.env["mail.activity"], self.env["mail.message"]
        activities.search([("res_model", "=", records._name), *mine]).unlink()
        messages.search([("model", "=", records._name), *mine]).unlink()

    # ---------------------------------------------------------------- our own rows

    def _anonymized_columns(self):
        """{model: (columns that are emptied, columns that hold the name)}."""
        models_ = OURS.keys() | NAMES.keys()
        return {name: (OURS.get(name, ()), NAMES.get(name, ())) for name in models_}

    def _anonymize_rows(self):
        """Empty free text in the rows about these persons, by statements: no row moves
        because of it, and logs that nobody may alter give up the person as well."""
        cards = self.client_card_ids
        for name, (emptied, named) in self._anonymized_columns().items():
            if name not in self.env:
                continue
            model = self.env[name].sudo().with_context(active_test=False)
            rows = model.search(self._rows_domain(model, cards))
            self._delete_talk(rows)
            emptied = [column for column in emptied if column in model._fields]
            stored = [c for c in emptied if model._fields[c].column_type]
            self.env["ir.attachment"].search(
                [
                    ("res_model", "=", name),
                    ("res_id", "in", rows.ids),
                    "|",
                    ("res_field", "in", emptied),
                    ("res_field", "=", False),
                ]
            ).unlink()
            values = {column: None for column in stored}
            values |= {column: self[:1]._anonymous_name() for column in named}
            self._set_columns(model, values, SQL("id = ANY(%s)", rows.ids))

    def _rows_domain(self, model, cards):
        """Which rows of a model of ours are about these persons."""
        domain = Domain.FALSE
        for name in ("partner_id", "person_id"):
            if name in model._fields:
                domain |= Domain(name, "in", self.ids)
        if "card_id" in model._fields:
            domain |= Domain("card_id", "in", cards.ids)
        return domain

    def _set_columns(self, model, values, where):
        if not values:
            return
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET %s WHERE %s",
                SQL.identifier(model._table),
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(column), value)
                    for column, value in values.items()
                ),
                where,
            )
        )

    # ---------------------------------------------------------- what copied the name

    def _anonymize_leads(self, old_names):
        """Opportunities keep copies of name, telephone and address."""
        leads = self.env["crm.lead"].search([("partner_id", "in", self.ids)])
        columns = [
            field.name
            for field in leads._fields.values()
            if field.type in TEXT and field.column_type and field.store
            if field.name != "name" and not field.related
        ]
        mine = SQL("id = ANY(%s)", leads.ids)
        self._set_columns(leads, dict.fromkeys(columns), mine)
        for name in old_names:
            title = SQL("replace(name, %s, %s)", name, self[:1]._anonymous_name())
            self._set_columns(leads, {"name": title}, mine)
        self.env["mail.tracking.value"].search(
            [
                ("mail_message_id.model", "=", "crm.lead"),
                ("mail_message_id.res_id", "in", leads.ids),
                ("field_id.ttype", "in", ("char", "text")),
            ]
        ).unlink()

    def _anonymize_traces(self):
        """Addresses and names that letters and logs of changes carry along."""
        message = self.env["mail.message"]
        written = SQL("author_id = ANY(%s)", self.ids)
        self._set_columns(
            message,
            dict.fromkeys(
                ("email_from", "reply_to", "incoming_email_to", "incoming_email_cc")
            ),
            written,
        )
        notification = self.env["mail.notification"]
        columns = ("mail_email_address", "sms_number", "failure_reason")
        self._set_columns(
            notification,
            {name: None for name in columns if name in notification._fields},
            SQL("res_partner_id = ANY(%s)", self.ids),
        )
        for side in ("old", "new"):
            self.env.cr.execute(
                SQL(
                    """UPDATE mail_tracking_value v SET %(char)s = %(name)s
                         FROM ir_model_fields f
                        WHERE f.id = v.field_id AND f.relation = 'res.partner'
                          AND f.ttype = 'many2one' AND v.%(id)s = ANY(%(ids)s)""",
                    char=SQL.identifier(f"{side}_value_char"),
                    id=SQL.identifier(f"{side}_value_integer"),
                    name=self[:1]._anonymous_name(),
                    ids=self.ids,
                )
            )

    def _anonymize_log(self):
        """Odoo's own log of such requests notes it, name and address made unreadable.

        Without an e-mail address that log takes no line.
        """
        if not self.email_normalized:
            return
        what = self.env._("Anonymized Contact #%(number)s", number=self.id)
        self.env["privacy.log"].sudo().create(
            {
                "anonymized_name": self.name or "?",
                "anonymized_email": self.email_normalized,
                "user_id": self.env.uid,
                "execution_details": what,
            }
        )
