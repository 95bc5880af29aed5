from datetime import timedelta

from odoo import models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, plaintext2html
from odoo.tools.misc import clean_context

from .client_card_task import QUIETLY

SUMMARY = 60
# The task is done and the problem still open: he is asked again so many days later.
AGAIN = 3


class ClientRemark(models.Model):
    """A problem is open or solved, and one task of the salesperson stands for it (N14).

    Who takes a problem down asks for the task: it is made before *Start*, too.
    """

    _inherit = "client.remark"

    def _settle(self):
        """Make state, days and tasks agree with what was written."""
        self.flush_recordset()
        problems = self.filtered(lambda remark: remark.kind == "problem")
        none = {"state": False, "solved_on": False, "solved_by_id": False}
        others = (self - problems).filtered(
            lambda remark: remark.state or remark.solved_on or remark.activity_id
        )
        others._drop_tasks()
        others._put(none | {"solution": False})
        opened = problems.filtered(lambda remark: remark.state != "solved")
        opened.filtered(lambda remark: not remark.state or remark.solved_on)._put(
            none | {"state": "open", "solution": False}
        )
        opened.filtered(lambda remark: not remark.activity_id.active)._plan_tasks()
        for company, solved in (problems - opened).grouped("company_id").items():
            solved.filtered(lambda remark: not remark.solved_on)._put(
                {"solved_on": company._client_today(), "solved_by_id": self.env.uid}
            )
            solved._finish_tasks()
        self._forget_cached()

    def _put(self, values):
        """Write without settling anew."""
        self.with_context(client_remark_settling=True).write(values)

    # ------------------------------------------------------------------------- tasks

    def _plan_tasks(self, days=0):
        """One task for each of these problems, of the client's salesperson; of who took
        the problem down where the client has none. Nobody is mailed.

        :param days: due so many days from today, or on the next working day then
        """
        if not self:
            return
        # What the dialog was opened with is no default of the task.
        context = clean_context(self.env.context) | {"mail_activity_quick_update": True}
        # sudo: who takes a problem down may ask a colleague to see to it.
        system = self.with_env(self.env(su=True, context=context))
        todo = system.env.ref("mail.mail_activity_data_todo")
        model_id = system.env["ir.model"]._get_id("res.partner")
        activities = system.env["mail.activity"].create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": remark.partner_id.id,
                    "activity_type_id": todo.id,
                    "summary": remark._task_summary(),
                    "note": plaintext2html(remark.text),
                    "date_deadline": remark._task_day(days),
                    "user_id": remark._task_user().id,
                    "client_planned_user_id": remark._task_user().id,
                }
                for remark in system
            ]
        )
        for remark, activity in zip(system, activities, strict=True):
            remark._put({"activity_id": activity.id})

    def _plan_again(self):
        """The tasks of these problems are done, and the problems are still open: the
        client stays dissatisfied, so somebody must look after him."""
        # sudo: whoever had the task did it; the next one is the salesperson's.
        unsolved = self.sudo().filtered(
            lambda one: one.state == "open" and not one.activity_id.active
        )
        unsolved._plan_tasks(AGAIN)

    def _task_day(self, days):
        today = self.company_id._client_today()
        if not days:
            return today
        day = today + timedelta(days=days)
        return self.company_id._client_days_off(today, day).get(day, day)

    def _task_user(self):
        """Whose task it is."""
        seller = self.card_id.user_id
        if seller.active and self.company_id in seller.company_ids:
            return seller
        return self.user_id if self.user_id.active else self.env.user

    def _task_summary(self):
        first = self.text.strip().partition("\n")[0]
        if len(first) > SUMMARY:
            first = first[:SUMMARY].rstrip() + "…"
        return self.env._("Dissatisfied: %(text)s", text=first)

    def _finish_tasks(self):
        """The problem is solved: its task is done, with what was done about it."""
        # sudo: a colleague's task is done, too, when the problem is solved.
        for remark in self.sudo().filtered("activity_id.active"):
            context = clean_context(self.env.context) | {"client_unnoticed": True}
            done = remark.activity_id.with_env(remark.env(context=context))
            done._action_done(feedback=remark.solution or False)

    def _drop_tasks(self):
        """There is no problem any more that an open task could stand for."""
        # sudo: as above.
        self.sudo().activity_id.filtered("active").unlink()

    # ----------------------------------------------------------------------- actions

    def action_solve(self):
        """Open the dialog that asks how the problem was solved."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Solved"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [
                (
                    self.env.ref(
                        "client_base_retention.client_remark_view_form_solve"
                    ).id,
                    "form",
                )
            ],
            "target": "new",
            "context": {"dialog_size": "medium"},
        }

    def action_solved(self):
        """The problem is solved: the client is dissatisfied no more because of it.

        :raise ValidationError: it is no problem, or nothing is said of the solution
        """
        if any(remark.kind != "problem" for remark in self):
            raise ValidationError(
                self.env._("Only a problem can be solved, not praise or a wish.")
            )
        self.write({"state": "solved"})
        return {"type": "ir.actions.act_window_close"}

    def action_reopen(self):
        """The problem is there again, and with it a task."""
        if any(remark.kind != "problem" for remark in self):
            raise ValidationError(self.env._("Only a problem can be opened again."))
        return self.write({"state": "open"})


class MailActivity(models.Model):
    """A task done is no problem solved: as long as the problem is open there is one."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        # sudo: the problem may be taken down by a colleague.
        remarks = self.env["client.remark"].sudo()
        open_ones = remarks.search(
            [("activity_id", "in", self.ids), ("state", "=", "open")]
        )
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        open_ones._plan_again()
        return result


class ClientCard(models.Model):
    """The task of an open problem goes along with the client."""

    _inherit = "client.card"

    def _settle_own_tasks(self, company, today):
        self._settle_problem_tasks()
        return super()._settle_own_tasks(company, today)

    def _settle_problem_tasks(self):
        """Hand the tasks of open problems over to who is the clients' salesperson now.

        What somebody gave to a colleague stays with him, as long as he is there.
        """
        if not self:
            return
        self.env["client.remark"].flush_model()
        rows = self._execute(
            SQL(
                """SELECT a.id, c.user_id
                     FROM client_card c
                     JOIN client_remark r ON r.partner_id = c.partner_id
                      AND r.company_id = c.company_id AND r.state = 'open'
                     JOIN mail_activity a ON a.id = r.activity_id AND a.active IS TRUE
                     JOIN res_users u ON u.id = c.user_id AND u.active IS TRUE
                     JOIN res_company_users_rel m ON m.user_id = u.id
                      AND m.cid = c.company_id
                LEFT JOIN res_users doer ON doer.id = a.user_id
                    WHERE c.id = ANY(%s)
                      AND c.user_id IS DISTINCT FROM a.client_planned_user_id
                      AND (a.user_id = a.client_planned_user_id
                           OR doer.active IS NOT TRUE)""",
                list(self._ids),
            )
        )
        free = self._lock_tasks([row[0] for row in rows]) if rows else ()
        by_user = {}
        for activity_id, user_id in rows:
            if activity_id in free:
                by_user.setdefault(user_id, []).append(activity_id)
        # sudo: whoever changed the salesperson, the tasks are the system's.
        activities = self.env["mail.activity"].sudo().with_context(**QUIETLY)
        for user_id, ids in by_user.items():
            activities.browse(ids).write(
                {"user_id": user_id, "client_planned_user_id": user_id}
            )
