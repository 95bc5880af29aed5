from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.client_details import DOT
from ..models.client_mailboxes import PRIVATE_MAIL


class ClientChangeEmployer(models.TransientModel):
    """*Changed employer*: a person works for somebody else now, or nobody knows where.

    What happens to contact and documents stands in ``client_employment_move.py``.
    """

    _name = "client.change.employer"
    _description = "Changed employer"
    _inherit = ["client.sight.guard"]
    _client_names = ("person_id", "new_partner_id")

    person_id = fields.Many2one("res.partner", required=True, readonly=True)
    old_partner_id = fields.Many2one(
        related="person_id.parent_id.commercial_partner_id", string="Worked at"
    )
    way = fields.Selection(
        [("changed", "Works for another company"), ("left", "Left, unknown where")],
        string="What happened",
        required=True,
        default="changed",
    )
    new_partner_id = fields.Many2one(
        "res.partner",
        string="New company",
        domain="[('is_company', '=', True), ('id', '!=', old_partner_id)]",
    )
    new_name = fields.Char(
        string="or a company that is not here yet", help="It becomes a prospect."
    )
    similar_names = fields.Char(compute="_compute_similar_names")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._client_today()
    )
    function = fields.Char(string="New post")
    email = fields.Char(
        string="New e-mail",
        compute="_compute_email",
        store=True,
        readonly=False,
        help="A private mailbox is kept. Mail from the old address is still his.",
    )
    phone = fields.Char(
        string="New telephone", compute="_compute_phone", store=True, readonly=False
    )
    note = fields.Char(help="e.g. how we learned of it")
    with_task = fields.Boolean(
        string="Have a new contact looked for",
        compute="_compute_with_task",
        store=True,
        readonly=False,
        help="The salesperson of the old company gets a task.",
    )
    document_count = fields.Integer(compute="_compute_stays")
    has_login = fields.Boolean(compute="_compute_stays")

    # Each by a method of its own: one that was typed in leaves the others alone. What
    # is hidden from the user is masked where it leaves the server, as on the contact.

    @api.depends("person_id")
    def _compute_email(self):
        for wizard in self:
            # sudo: whether it is the company's is all that is found out.
            person = wizard.person_id.sudo()
            domain = (person.email_normalized or "").rpartition("@")[2]
            is_private = not person.parent_id or domain in PRIVATE_MAIL
            wizard.email = is_private and person.email

    @api.depends("person_id")
    def _compute_phone(self):
        for wizard in self:
            # sudo: see _compute_email.
            person = wizard.person_id.sudo()
            old = person.parent_id.commercial_partner_id
            number = person.phone_sanitized or person.phone
            is_shared = number in (old.phone_sanitized, old.phone)
            wizard.phone = not is_shared and person.phone

    @api.depends("person_id")
    def _compute_with_task(self):
        for wizard in self:
            # sudo: it is for the system to know who its clients are.
            employer = wizard.person_id.sudo().parent_id
            wizard.with_task = employer.commercial_partner_id.client_base

    @api.depends("new_name", "new_partner_id")
    def _compute_similar_names(self):
        for wizard in self:
            name = not wizard.new_partner_id and (wizard.new_name or "").strip()
            twins = wizard._companies_named(name) if name else self.env["res.partner"]
            wizard.similar_names = ", ".join(twins.mapped("display_name")) or False

    def _companies_named(self, name):
        """Companies of this name that the user sees."""
        return self.env["res.partner"].search(
            [("is_company", "=", True), ("name", "ilike", name)], limit=5
        )

    @api.depends("person_id")
    def _compute_stays(self):
        for wizard in self:
            # sudo: how many documents there are is all that is said.
            person = wizard.person_id.sudo().with_context(active_test=False)
            wizard.has_login = bool(person.user_ids)
            wizard.document_count = sum(
                self.env[model].sudo().search_count([("partner_id", "=", person.id)])
                for model in ("sale.order", "account.move", "crm.lead", "pos.order")
                if model in self.env
            )

    def _client_export_link(self):
        return "person_id"

    # ----------------------------------------------------------------------- actions

    def action_change(self):
        """Move the person and have a new contact looked for.

        :return: action that shows the person anew, or the old company where the person
            is hidden from the user now
        :raise UserError: no new company was named
        """
        self.ensure_one()
        person, old = self.person_id, self.old_partner_id
        person._check_change_employer()
        new = self._new_company() if self.way == "changed" else person.browse()
        function = person.function
        made = new and not self.new_partner_id
        person._change_employer(new, self.date, self._new_details(), self.note)
        prospects = self._make_prospect(new) if new else self.env["client.card"]
        tasks = self.env["mail.activity"]
        if old and self.with_task:
            tasks = self._plan_new_contact(old, function)
        person._last_change()._remember_undo(
            task_ids=tasks.ids,
            prospects=prospects._as_made(),
            made_company_id=made and new.id,
        )
        self._tell(old, new)
        return self._action_after(old)

    def _new_company(self):
        """The new employer, made if it is not here yet.

        A new company has the salesperson who knows the person, as far as he is allowed
        to have it: who sees only his own clients keeps those whom he enters.
        """
        if self.new_partner_id:
            return self.new_partner_id
        name = (self.new_name or "").strip()
        if not name:
            raise UserError(
                self.env._(
                    "Name the new company, or choose that it is not known where."
                )
            )
        values = {"name": name, "is_company": True}
        if self.person_id.company_id:
            values["company_id"] = self.person_id.company_id.id
        partners = self.env["res.partner"]
        if not partners._client_needs_owner() and self.person_id.user_id.active:
            values["user_id"] = self.person_id.user_id.id
        return partners.create(values)

    def _new_details(self):
        """How to reach the person now. What the user may not read stays as it is."""
        # sudo: see _compute_email.
        person = self.person_id.sudo()
        details = {"function": self.way == "changed" and self.function}
        for name in ("email", "phone"):
            value = self[name]
            details[name] = person[name] if value and DOT in value else value
        return details

    def _make_prospect(self, company):
        """The new employer joins the client base, unless it was taken out of it.

        :return: the card made, if any, with superuser rights
        """
        client = company.commercial_partner_id
        # sudo: the list is the company's, the card may be a colleague's.
        company = self.env.company.sudo()
        if client.client_card_id or client in company.client_excluded_partner_ids:
            return self.env["client.card"].sudo()
        client.action_add_to_client_base()
        return client.sudo().client_card_id

    def _plan_new_contact(self, old, function):
        """One task for each salesperson of the old client: who is to be talked to now?

        Somebody pressed the button for it, so it does not wait for *Start*.

        :return: the activities, with superuser rights
        """
        # sudo: the salespeople of all our companies lose their contact.
        cards = self.env["client.card"].sudo().search([("partner_id", "=", old.id)])
        users = (cards.user_id or old.sudo().user_id).filtered("active")
        today = self.env.company._client_today()
        day = today + timedelta(days=1)
        day = self.env.company._client_days_off(today, day).get(day, day)
        name = self.person_id.sudo().name
        tasks = self.env["mail.activity"].sudo()
        for user in users or self.env.user:
            words = self.with_context(lang=user.lang).env
            tasks |= (
                old.sudo()
                .with_context(lang=user.lang)
                .activity_schedule(
                    "mail.mail_activity_data_todo",
                    day,
                    summary=words._("New contact wanted"),
                    note=words._(
                        "%(person)s has left. Find out who is to be talked to now.",
                        person=f"{name} ({function})" if function else name,
                    ),
                    user_id=user.id,
                )
            )
        return tasks

    def _tell(self, old, new):
        """Say it where the history is read: on the person and on the old company."""
        # sudo: either may be hidden from the user by now.
        person = self.person_id.sudo()
        author = {"author_id": self.env.user.partner_id.id}
        silently = {"mail_create_nosubscribe": True, "mail_post_autofollow": False}
        names = {"old": old.sudo().name, "new": new.sudo().name}
        if new and old:
            said = self.env._("Changed employer: %(old)s → %(new)s", **names)
        elif new:
            said = self.env._("New employer: %(new)s", **names)
        else:
            said = self.env._("Left %(old)s, unknown where", **names)
        if old:
            # The new employer may be hidden from who reads this.
            old.sudo().with_context(**silently).message_post(
                body=self.env._(
                    "%(person)s does not work here any more.", person=person.name
                ),
                **author,
            )
        person.with_context(**silently).message_post(body=said, **author)

    def _action_after(self, old):
        """Where to go: the person's form is shown anew, if the user still sees it."""
        if self.person_id.has_access("read") or not old:
            return {"type": "ir.actions.client", "tag": "soft_reload"}
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": old.id,
            "views": [(False, "form")],
        }
