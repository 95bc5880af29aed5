from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import format_date

from .client_roles import ROLE


class ResPartner(models.Model):
    """Where a person works and worked, and who worked for a company (N22)."""

    _inherit = "res.partner"

    client_employment_ids = fields.One2many(
        "client.employment", "person_id", string="Worked at", groups=ROLE
    )
    client_staff_ids = fields.One2many(
        "client.employment",
        "company_partner_id",
        string="Former staff",
        domain=[("date_to", "!=", False)],
        groups=ROLE,
    )
    client_employment_text = fields.Char(
        string="Last employer",
        compute="_compute_client_employment_text",
        groups=ROLE,
        help="Where a person without a company worked last.",
    )

    client_person_touchpoint_count = fields.Integer(
        string="Touchpoints with the person",
        compute="_compute_client_person_touchpoint_count",
        groups=ROLE,
    )

    @api.depends("parent_id", "client_employment_ids.date_to")
    @api.depends_context("uid", "lang")
    def _compute_client_employment_text(self):
        for partner in self:
            last = partner.client_employment_ids[:1]
            if partner.is_company or partner.parent_id or not last.date_to:
                partner.client_employment_text = False
                continue
            partner.client_employment_text = self.env._(
                "Worked at %(post)s until %(day)s, now unknown where.",
                post=last.display_name,
                day=format_date(self.env, last.date_to, date_format="medium"),
            )

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Touchpoints and documents of the time before name a person who works for
        somebody else now: whose client that is, is not said to who does not see him."""
        result = super()._compute_display_name()
        persons = self.filtered(lambda one: not one.is_company and one.parent_id)
        if not persons or not self.env.user._client_is_restricted():
            return result
        # sudo: what may be said is decided by what is hidden.
        posts = self.env["client.employment"].sudo()
        moved = posts.search(
            [("person_id", "in", persons.ids), ("date_to", "!=", False)]
        ).person_id
        hidden = persons.filtered(lambda one: one.id in set(moved.ids))
        for person in hidden.filtered(lambda one: not one.sudo().client_is_seen):
            person.display_name = person.sudo().name
        return result

    def action_client_change_employer(self):
        """Open the dialog *Changed employer* for this person.

        :raise UserError: it is no person, or a user of this database
        """
        self.ensure_one()
        self._check_change_employer()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Changed employer"),
            "res_model": "client.change.employer",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_person_id": self.id, "dialog_size": "medium"},
        }

    @api.depends("client_employment_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_client_person_touchpoint_count(self):
        """As many as the list has that the button opens."""
        counts = dict(
            self.env["client.touchpoint"]._read_group(
                [("person_id", "in", self.ids)], ["person_id"], ["__count"]
            )
        )
        for partner in self:
            partner.client_person_touchpoint_count = counts.get(partner._origin, 0)

    def action_open_person_touchpoints(self):
        """Open the contacts with this person, at whatever company."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_touchpoint_action"
        )
        return action | {
            "domain": [("person_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def _worked_at(self, client):
        """Whether this person has left a post with this client."""
        # sudo: touchpoints of the time before are checked for every user.
        return bool(
            self.env["client.employment"]
            .sudo()
            .search_count(
                [
                    ("person_id", "in", self.ids),
                    ("company_partner_id.commercial_partner_id", "=", client.id),
                ],
                limit=1,
            )
        )

    # ----------------------------------------------------- mail from an old address

    @api.model
    def _client_former_persons(self, emails):
        """{normalized address: the person who had it in a former post}, of those whom
        the caller may read."""
        ids = self.env["client.employment"]._former_persons(emails)
        seen = self.search([("id", "in", list(ids.values()))]) if ids else self
        return {
            email: seen & self.browse(one)
            for email, one in ids.items()
            if one in seen.ids
        }

    @api.model
    def _find_or_create_from_emails(self, emails, *args, no_create=False, **kwargs):
        """Mail from the address of a former post is from the person who had it.

        Whoever has the address now comes first: a successor may write from it.
        """
        keys = [tools.parse_contact_from_email(email)[1] for email in emails]
        banned = (args[0] if args else kwargs.get("ban_emails")) or ()
        former = self._client_former_persons(set(keys) - set(banned))
        accept = (args[1] if len(args) > 1 else kwargs.get("filter_found")) or bool
        former = {key: one for key, one in former.items() if one.filtered(accept)}
        everything = super()._find_or_create_from_emails
        if not former:
            return everything(emails, *args, no_create=no_create, **kwargs)
        found = everything(emails, *args, no_create=True, **kwargs)
        found = [
            one or former.get(key, one) for key, one in zip(keys, found, strict=True)
        ]
        if no_create or all(found):
            return found
        rest = [email for email, one in zip(emails, found, strict=True) if not one]
        made = iter(everything(rest, *args, no_create=False, **kwargs))
        return [one or next(made) for one in found]

    @api.model
    def find_or_create(self, email, assert_valid_email=False):
        key = email and tools.parse_contact_from_email(email)[1]
        former = self._client_former_persons({key}) if key else {}
        if former and not self.search_count([("email_normalized", "=", key)], limit=1):
            return former[key]
        return super().find_or_create(email, assert_valid_email)

    @api.model
    def _search_display_name(self, operator, value):
        """Who is looked for by a whole address is found by that of a former post."""
        found = super()._search_display_name(operator, value)
        if operator in ("ilike", "=ilike", "=", "like") and "@" in str(value):
            key = tools.email_normalize(str(value))
            former = key and self._client_former_persons({key}).get(key)
            if former:
                found = Domain(found) | Domain("id", "=", former.id)
        return found
