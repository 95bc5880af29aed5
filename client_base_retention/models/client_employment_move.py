from odoo import models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

# What the dialog asks for.
DETAILS = ("function", "email", "phone")
# What is written by the system: no mails, no log of the contact's making.
QUIET = {
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "tracking_disable": True,
    "no_vat_validation": True,
}


class ResPartner(models.Model):
    """A person leaves a company, or takes up a post with another one (N22).

    The contact of the person moves: identity, logins, telephone, messages, consents and
    touchpoints hang on it and stay with it. The company's documents do not: they are
    put on the post, an archived contact that stays below the company, before the person
    goes. Touchpoints name their client themselves and need nothing.
    """

    _inherit = "res.partner"

    def _check_change_employer(self):
        """
        :raise AccessError: the user may not change this contact
        :raise UserError: the contact is no person, or a user of this database
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: logins may be hidden from the user.
        person = self.sudo().with_context(active_test=False)
        if person.is_company or person.type != "contact":
            raise UserError(
                self.env._("%(name)s is no person.", name=self.display_name)
            )
        if any(not user.share for user in person.user_ids):
            raise UserError(
                self.env._(
                    "%(name)s is a user of this database: one of your own people.",
                    name=self.display_name,
                )
            )

    def _change_employer(self, company, day, vals=None, note=False):
        """Take up a post with another company, or none.

        :param company: ``res.partner`` of the new employer; empty: left, unknown where
        :param day: the first day with the new employer; the last one with the old
        :param vals: ``function``, ``email``, ``phone`` of the new post
        :param note: kept with the posts
        :return: ``client.employment`` of the post that ended, empty without employer
        :raise UserError, AccessError: see ``_check_change_employer``
        :raise ValidationError: the new employer is the present one, or no company
        """
        self._check_change_employer()
        company._check_client_seen()
        company.check_access("read")
        # sudo: documents, colleagues' cards and the post are moved by the system. The
        # contact itself is changed in the name of the user: his rights were asked.
        person, company = self.sudo(), company.sudo()
        old = person.parent_id.commercial_partner_id
        self._check_new_employer(old, company, day)
        undo = person._snapshot_employer()
        ended = person._end_post(old, day, note, "changed" if company else "left", undo)
        undo |= person._leave_documents(old, ended.post_id)
        person._leave_cards(old)
        values = {"function": False, "email": False, "phone": False} | (vals or {})
        person._go_to(company, values)
        person._begin_post(company, day, not ended and note, values, undo, ended)
        changed = {name: (undo["values"][name], person[name]) for name in DETAILS[1:]}
        self.env["client.review"]._notice_employer(
            person, old, company, company, changed
        )
        return ended

    def _check_new_employer(self, old, company, day):
        if company and company.commercial_partner_id == old:
            raise ValidationError(
                self.env._(
                    "%(company)s is where the person works already.",
                    company=company.display_name,
                )
            )
        if company and not company.is_company:
            raise ValidationError(
                self.env._("%(name)s is no company.", name=company.display_name)
            )
        if not company and not old:
            raise ValidationError(self.env._("The person has no employer to leave."))
        if day > self.env.company._client_today():
            raise ValidationError(
                self.env._("The change takes effect now: its day cannot be later.")
            )

    # ------------------------------------------------------------------ the old post

    def _end_post(self, old, day, note, how, undo):
        """End the row of the present post, or make one that has ended.

        What is known now of the post is written down: it may have changed since.

        :param undo: gets what the row was before: see ``client_employment_undo.py``
        """
        posts = self.env["client.employment"].sudo()
        if not old:
            return posts
        row = posts.search(
            [
                ("person_id", "=", self.id),
                ("company_partner_id.commercial_partner_id", "=", old.id),
                ("date_to", "=", False),
            ],
            limit=1,
        )
        undo["ended"] = row._as_it_was()
        row = row or posts.create({"person_id": self.id, "company_partner_id": old.id})
        undo["ended_id"] = row.id
        known = {name: self[name] for name in DETAILS}
        row.write(
            {name: value for name, value in known.items() if value}
            | {
                "date_to": day,
                "ended": how,
                "note": note or row.note,
                "user_id": self.env.uid,
                "post_id": self._make_post(old).id,
            }
        )
        return row

    def _make_post(self, old):
        """The archived contact that stays with the company in the person's place."""
        return self.with_context(**QUIET, client_background=True).create(
            {
                "name": self.name,
                "parent_id": (self.parent_id or old).id,
                "type": "contact",
                "active": False,
                "function": self.function,
                "email": self.email,
                "phone": self.phone,
                "lang": self.lang,
                "company_id": old.company_id.id,
                "user_id": old.user_id.id,
            }
        )

    def _leave_cards(self, old):
        """Nobody of the old client calls this person any more."""
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        cards.search(
            [("partner_id", "=", old.id), ("contact_person_id", "=", self.id)]
        ).write({"contact_person_id": False})

    # ------------------------------------------------------------------- the new one

    def _go_to(self, company, values):
        """Move the contact. Odoo copies to it what the new company has; what only the
        old one had (tax number, address, payment terms) would stay, and be copied from
        here to the new company: it is forgotten."""
        commercial = [
            name for name in self._commercial_fields() if self._fields[name].column_type
        ]
        plain = [n for n in commercial if not self._fields[n].company_dependent]
        self._forget_company_values(set(commercial) - set(plain))
        forgotten = dict.fromkeys([*plain, *self._address_fields()], False)
        values = {"parent_id": company.id, "company_name": False} | forgotten | values
        if company.user_id:
            values["user_id"] = company.user_id.id
        if company.company_id:
            values["company_id"] = company.company_id.id
        self.write(values)

    def _begin_post(self, company, day, note, values, undo, ended):
        """Write down the new post, if there is one, and what undoes this change."""
        newest = ended
        if company:
            newest = self.env["client.employment"].create(
                {
                    "person_id": self.id,
                    "company_partner_id": company.id,
                    "date_from": day,
                    "note": note,
                    "user_id": self.env.uid,
                    **{name: values[name] for name in DETAILS},
                }
            )
        self.client_employment_ids.undo_data = False
        newest._remember_undo(**undo, wrote={name: self[name] for name in DETAILS})

    def _forget_company_values(self, names):
        """What each of our companies had agreed with the old employer (payment terms,
        pricelist) holds for the person no more: as for a new contact."""
        columns = [
            SQL("%s = NULL", SQL.identifier(name))
            for name in sorted(names)
            if self._fields[name].store
        ]
        if columns:
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET %s WHERE id = %s",
                    SQL(", ").join(columns),
                    self.id,
                )
            )
            self.invalidate_recordset()
