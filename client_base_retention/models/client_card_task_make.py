from odoo import models

from .client_card_task import QUIETLY


class ClientCard(models.Model):
    """Makes the activities of the contacts that are due."""

    _inherit = "client.card"

    def _make_tasks(self, rows):
        """Make one activity for each contact, on the client, without mail or follower.

        :param rows: as of ``_tasks``, all with a user
        :return: ``mail.activity`` records
        """
        # sudo: the system plans for everybody.
        activities = self.env["mail.activity"].sudo().with_context(**QUIETLY)
        if not rows:
            return activities
        rules = self.env["client.contact.rule"].sudo()
        users = self.env["res.users"].sudo()
        rules = rules.browse({row["rule_id"] for row in rows})
        users = users.browse({row["user_id"] for row in rows})
        lang_of = {user.id: user.lang for user in users}
        types = {rule.id: rule._task_type() for rule in rules}
        words = {}
        for row in rows:
            key = row["rule_id"], lang_of[row["user_id"]]
            if key not in words:
                rule = rules.browse(key[0]).with_context(lang=key[1])
                words[key] = rule._task_words()
        model_id = self.env["ir.model"]._get_id("res.partner")
        return activities.create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": row["partner_id"],
                    "activity_type_id": types[row["rule_id"]].id,
                    "date_deadline": row["deadline"],
                    "user_id": row["user_id"],
                    "client_planned_user_id": row["user_id"],
                    "client_obligation_id": row["obligation_id"],
                    "is_client_norm": True,
                    **words[row["rule_id"], lang_of[row["user_id"]]],
                }
                for row in rows
            ]
        )


class ClientContactRule(models.Model):
    """What the task of a norm is called, and of which type it is."""

    _inherit = "client.contact.rule"

    def _task_type(self):
        """The activity type of this norm's tasks: its own, else the usual one."""
        self.ensure_one()
        own = self.activity_type_id
        if own.active and own.res_model in (False, "res.partner"):
            return own
        return self.env["mail.activity.type"]._client_usual(self.kind)

    def _task_words(self):
        """What a task says, in the language of this environment. Nothing in it depends
        on the day."""
        self.ensure_one()
        summary = self.env._(
            "By the norm: %(kind)s %(often)s",
            kind=self._label("kind").lower(),
            often=self._often_in_words(),
        )
        script = self.script_id.filtered("active")
        return {"summary": summary, "note": script.text}


class MailActivityType(models.Model):
    _inherit = "mail.activity.type"

    def _client_usual(self, kind):
        """The type by which contacts of a kind are planned on a client.

        Odoo's own where it still says so, else the first one; a call for any contact,
        a to-do where no type is such a contact.
        """
        kind = "call" if kind == "any" else kind
        known = self.env.ref(
            f"mail.mail_activity_data_{kind}", raise_if_not_found=False
        )
        if known and known.active and known.client_kind == kind and not known.res_model:
            return known
        found = self.search(
            [("client_kind", "=", kind), ("res_model", "in", [False, "res.partner"])],
            limit=1,
        )
        return found or self.env.ref("mail.mail_activity_data_todo")
