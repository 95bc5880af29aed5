from datetime import date

from psycopg2 import IntegrityError
from psycopg2.extras import Json

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_employment_move import DETAILS
from .client_roles import ROLE

# The row of the old post as it was before the change.
OF_POST = (*DETAILS, "date_to", "note", "ended")
# What is logged with the person, besides documents.
LOGGED = ("client.touchpoint", "client.remark")


class ClientEmployment(models.Model):
    """The last change of a person can be undone as long as nothing new hangs on it.

    What a change altered, and how it was before, stands on the row that is the newest
    one after it. Only the last change of a person has it.
    """

    _inherit = "client.employment"

    # Read by the system only: telephones and addresses of the time before.
    undo_data = fields.Json(readonly=True, copy=False, groups=".")

    def _remember_undo(self, **values):
        """Add to what the undoing of this change has to put back."""
        self.undo_data = {**(self.undo_data or {}), **values}

    def _as_it_was(self):
        """What this row says before it is ended; nothing of a row that is made."""
        return {
            name: fields.Date.to_string(self[name]) if name == "date_to" else self[name]
            for name in OF_POST
            if self
        }

    def _what_hangs(self):
        """What came after the change, in words; empty: it may be undone.

        :param self: the row with ``undo_data``
        :return: list of names of models, or of a sentence
        """
        self.ensure_one()
        person = self.person_id.with_context(active_test=False)
        present = person.parent_id.commercial_partner_id
        expected = self.company_partner_id.commercial_partner_id
        if present != (expected if not self.date_to else present.browse()):
            return [self.env._("the person works elsewhere now")]
        people = person.search([("id", "child_of", person.id)])
        found = []
        for model, mark in self.undo_data["marks"].items():
            if model not in self.env:
                continue
            domain = Domain("partner_id", "in", people.ids)
            if model in LOGGED:
                domain |= Domain("person_id", "in", people.ids)
            domain &= Domain("id", ">", mark)
            if (
                self.env[model]
                .with_context(active_test=False)
                .search_count(domain, limit=1)
            ):
                found.append(self.env["ir.model"]._get(model).name)
        return found


class ClientCard(models.Model):
    _inherit = "client.card"

    def _as_made(self):
        """[(id, when its contact was written last)]: what tells later whether anybody
        has touched these prospects."""
        self.env.flush_all()
        contacts = self.partner_id
        contacts.invalidate_recordset(["write_date"], flush=False)
        return [
            (card.id, fields.Datetime.to_string(card.partner_id.write_date))
            for card in self
        ]


class ResPartner(models.Model):
    """*Undo the change* of an employer: the person is where he was before."""

    _inherit = "res.partner"

    client_can_undo_employer = fields.Boolean(
        compute="_compute_client_can_undo_employer", groups=ROLE
    )

    @api.depends("parent_id", "client_employment_ids.date_to")
    @api.depends_context("uid")
    def _compute_client_can_undo_employer(self):
        for partner in self:
            partner.client_can_undo_employer = partner._may_undo_employer()

    def _may_undo_employer(self):
        change = self._last_change()
        try:
            return bool(change) and bool(self._check_undo_employer(change))
        except (AccessError, UserError):
            return False

    def _last_change(self):
        """The row that keeps what the last change altered, with superuser rights."""
        # sudo: what is kept is the system's; the old employer may be hidden.
        return self.sudo().client_employment_ids.filtered("undo_data")[:1]

    def _check_undo_employer(self, change):
        """
        :return: True
        :raise AccessError: who may not change the person, or does not see where he
            worked before
        :raise UserError: nothing to undo, or something new hangs on it
        """
        if not change:
            raise UserError(
                self.env._(
                    "%(name)s: there is no change of employer to undo.",
                    name=self.display_name,
                )
            )
        self._check_change_employer()
        self.browse(change.undo_data["values"]["parent_id"])._check_client_seen()
        hangs = change._what_hangs()
        if hangs:
            raise UserError(
                self.env._(
                    "It cannot be undone any more. Since then: %(what)s. "
                    "Use Changed employer once more instead.",
                    what=", ".join(hangs),
                )
            )
        if change.undo_data["was_client"]:
            raise UserError(
                self.env._(
                    "%(name)s was a client before: that history is the company's now, "
                    "and the change cannot be undone.",
                    name=self.display_name,
                )
            )
        return True

    # ----------------------------------------------------------- before the change

    def _snapshot_employer(self):
        """How this person stands now, for undoing what follows.

        :param self: one person, with superuser rights
        """
        names = [*self._plain_commercial(), *self._address_fields(), *DETAILS]
        names += ["parent_id", "company_name", "user_id", "company_id"]
        old = self.parent_id.commercial_partner_id
        cards = self.env["client.card"].with_context(active_test=False)
        chosen = cards.search(
            [
                ("partner_id", "=", old.id),
                ("contact_person_id", "=", self.id),
                ("contact_person_is_manual", "=", True),
            ]
        )
        return {
            "values": {name: self._kept_value(name) for name in dict.fromkeys(names)},
            "by_company": self._company_values(),
            "was_client": bool(self.with_context(active_test=False).client_card_ids)
            and not old,
            "cards": chosen.ids,
            "marks": self._last_ids(),
        }

    def _kept_value(self, name):
        value = self[name]
        if isinstance(value, models.BaseModel):
            return value.id
        # Datetimes, too.
        return fields.Datetime.to_string(value) if isinstance(value, date) else value

    def _last_ids(self):
        """{model: its newest id}: what comes later hangs on the change."""
        return {
            model: self.env[model]
            .with_context(active_test=False)
            .search([], order="id desc", limit=1)
            .id
            or 0
            for model in self._watched_models()
        }

    def _watched_models(self):
        """What hangs on a person once somebody has worked with him."""
        watched = [*LOGGED, *self._employer_documents()]
        return [name for name in watched if "partner_id" in self.env[name]._fields]

    def _plain_commercial(self):
        """What Odoo copies from the company, the same for all of our companies."""
        return [
            name
            for name in self._commercial_fields()
            if self._fields[name].column_type
            and not self._fields[name].company_dependent
        ]

    def _by_company_columns(self):
        return sorted(
            name
            for name in self._commercial_fields()
            if self._fields[name].company_dependent and self._fields[name].store
        )

    def _company_values(self):
        """What each of our companies agreed with this person, as it is stored."""
        names = self._by_company_columns()
        if not names:
            return {}
        self.flush_recordset()
        columns = SQL(", ").join(map(SQL.identifier, names))
        query = SQL("SELECT %s FROM res_partner WHERE id = %s", columns, self.id)
        return self.env.execute_query_dict(query)[0]

    # ------------------------------------------------------------------- the undoing

    def action_client_undo_employer(self):
        """Put the person back to where he worked before the last change.

        :return: action that shows the person anew
        :raise AccessError, UserError: see ``_check_undo_employer``
        """
        self.ensure_one()
        change = self._last_change()
        self._check_undo_employer(change)
        # sudo: as when the change was made.
        person, data = self.sudo(), change.undo_data
        new = person.parent_id.commercial_partner_id
        prospects = person._untouched_prospects(data)
        person._leave_cards(new)
        person._go_back(data)
        ended = change.browse(data.get("ended_id")).exists()
        post = ended.post_id
        if post:
            person._take_documents_back(post, data)
        if ended and data.get("ended"):
            ended.write({**data["ended"], "post_id": False, "undo_data": False})
        elif ended:
            ended.unlink()
        if new:
            change.exists().unlink()
        person._drop_post(post)
        person._settle_undo(data, prospects)
        old = person.parent_id.commercial_partner_id
        changed = {n: (data["wrote"][n], data["values"][n]) for n in DETAILS[1:]}
        self.env["client.review"]._notice_employer(person, new, old, new, changed)
        self._tell_undone(person)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _go_back(self, data):
        """Company, post and address as before; details corrected since are kept."""
        values = dict(data["values"])
        for name in DETAILS:
            if (self[name] or False) != (data["wrote"].get(name) or False):
                values[name] = self[name]
        parent = self.browse(values.pop("parent_id"))
        if parent:
            # Odoo copies these from the company, as they are there now.
            for name in [*self._plain_commercial(), *self._address_fields()]:
                values.pop(name, None)
        own = {name: values.pop(name) for name in ("user_id", "company_id")}
        self._go_to(parent, values)
        self.write(own)
        kept = data["by_company"]
        if kept and not parent:
            sets = [
                SQL("%s = %s", SQL.identifier(name), Json(value))
                for name, value in kept.items()
                if value is not None
            ]
            self._set_undone_columns(sets)

    def _set_undone_columns(self, sets):
        if sets:
            self.flush_recordset()
            self.env.cr.execute(
                SQL(
                    "UPDATE res_partner SET %s WHERE id = %s",
                    SQL(", ").join(sets),
                    self.id,
                )
            )
            self.invalidate_recordset()

    def _take_documents_back(self, post, data):
        """The documents name the person again, and his addresses where they did."""
        self._put_documents(post, self)
        for model, column, address, ids in data["addresses"]:
            if model in self.env and self.browse(address).exists():
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET %s = %s WHERE id = ANY(%s)",
                        SQL.identifier(self.env[model]._table),
                        SQL.identifier(column),
                        address,
                        ids,
                    )
                )
        self.env.invalidate_all(flush=False)
        followers = self.env["mail.followers"].sudo()
        for model, res_id, partner_id, subtypes in data["followed"]:
            gone = model not in self.env or not self.env[model].browse(res_id).exists()
            known = [("res_model", "=", model), ("res_id", "=", res_id)]
            known.append(("partner_id", "=", partner_id))
            if gone or followers.search_count(known, limit=1):
                continue
            followers.create(
                {
                    "res_model": model,
                    "res_id": res_id,
                    "partner_id": partner_id,
                    "subtype_ids": [(6, 0, subtypes)],
                }
            )

    def _drop_post(self, post):
        """Nothing names the post any more; one that another app points at stays."""
        try:
            with self.env.cr.savepoint(), tools.mute_logger("odoo.sql_db"):
                post.unlink()
        except (IntegrityError, UserError):
            post.env.invalidate_all(flush=False)

    def _untouched_prospects(self, data):
        """The cards that the change made, if nobody has done anything with them."""
        found = self.env["client.card"]
        for card_id, written in data.get("prospects", ()):
            card = found.browse(card_id).exists()
            client = card.partner_id
            if (
                card.status == "prospect"
                and fields.Datetime.to_string(client.write_date) == written
                and not client.activity_ids
                and not client._is_in_use(self)
            ):
                found |= card
        return found

    def _is_in_use(self, but):
        """Whether anybody else belongs to this company, or anything names it."""
        everybody = self.with_context(active_test=False)
        people = everybody.search([("id", "child_of", self.id)]) - but
        return people != self or any(
            self.env[model].search_count([("partner_id", "=", self.id)], limit=1)
            for model in self._watched_models()
        )

    def _settle_undo(self, data, prospects):
        """Whom to talk to, the task made, and the prospect made by the change."""
        cards = self.env["client.card"].with_context(active_test=False)
        cards = cards.browse(data["cards"]).exists()
        cards.filtered(lambda c: not c.contact_person_is_manual).write(
            {"contact_person_id": self.id}
        )
        tasks = self.env["mail.activity"].browse(data.get("task_ids"))
        tasks.exists().unlink()
        made = prospects.partner_id & self.browse(data.get("made_company_id"))
        prospects.unlink()
        made.active = False

    def _tell_undone(self, person):
        """Say it where the change was said."""
        author = {"author_id": self.env.user.partner_id.id}
        silently = {"mail_create_nosubscribe": True, "mail_post_autofollow": False}
        old = person.parent_id.commercial_partner_id
        body = self.env._("The change of employer was undone.")
        person.with_context(**silently).message_post(body=body, **author)
        if old:
            old.with_context(**silently).message_post(
                body=self.env._("%(person)s works here still.", person=person.name),
                **author,
            )
