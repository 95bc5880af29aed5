from odoo import api, models

from .client_card_contact import SATISFIES


class ClientMyDay(models.AbstractModel):
    """What the buttons of *My day* do. Everything is logged by ``card.log_contact``."""

    _inherit = "client.my.day"

    @api.model
    def log(self, card_id, outcome, values=None):
        """*Reached* or *No answer* in a row.

        :param values: ``kind``, ``note``, ``next_date``, ``person_id`` and
            ``activities``: those of the row, [{id, kind}]. The first that a contact of
            this kind satisfies is what it was made for
        :return: ``{"touchpoint_id", "text", "propose"}``: what was logged, to be told
            and taken back
        """
        self._check_role()
        values = dict(values or {})
        kind = values.get("kind") or "call"
        card = self.env["client.card"].browse(card_id).exists()
        card.check_access("read")
        logged = card.log_contact(
            outcome,
            kind=kind,
            person_id=values.get("person_id"),
            note=values.get("note"),
            next_date=values.get("next_date"),
            activity_id=self._activity_for(kind, values.get("activities") or []),
        )
        last = self.env["client.touchpoint"].search(
            [("card_id", "=", card.id), ("user_id", "=", self.env.uid)],
            order="id desc",
            limit=1,
        )
        return {
            "touchpoint_id": last.id,
            "text": self._told(card, outcome, logged),
            "propose": logged["propose"],
        }

    def _activity_for(self, kind, activities):
        """Id of the first open activity that a contact of this kind is about."""
        ids = [each["id"] for each in activities]
        still_open = set(self.env["mail.activity"].browse(ids).exists().ids)
        satisfied = SATISFIES.get(kind, ())
        return next(
            (
                each["id"]
                for each in activities
                if each["kind"] in satisfied and each["id"] in still_open
            ),
            False,
        )

    def _told(self, card, outcome, logged):
        """What a notification says about a logged contact."""
        name = card.partner_id.display_name
        if outcome != "no_answer":
            return self.env._("%(client)s: logged.", client=name)
        number = logged["attempts"] or 1
        if logged["propose"] == "person":
            return self.env._(
                "%(client)s: try %(number)s without an answer. Try another person.",
                client=name,
                number=number,
            )
        if logged["propose"]:
            return self.env._(
                "%(client)s: try %(number)s without an answer. Write a message.",
                client=name,
                number=number,
            )
        return self.env._(
            "%(client)s: no answer, try %(number)s.", client=name, number=number
        )

    @api.model
    def undo(self, touchpoint_id):
        """Take back what was just logged.

        :raise AccessError: another's contact, or one of an earlier day
        """
        self._check_role()
        self.env["client.touchpoint"].browse(touchpoint_id).exists().unlink()

    @api.model
    def finish(self, activity_id):
        """*Done* of a promise that is no contact: a task, a letter to prepare.

        :raise AccessError: the activity is not the user's to finish
        """
        self._check_role()
        activity = self.env["mail.activity"].browse(activity_id).exists()
        activity.filtered("active").action_done()

    # ------------------------------------------------------------------------- dialogs

    @api.model
    def open_log(self, card_id=False, values=None):
        """The dialog *Log a contact*, of a row or, without one, to choose the client.

        :param values: ``outcome``, ``kind``, ``person_id`` and ``activities`` to begin
            with
        """
        self._check_role()
        values = values or {}
        dialog = self.env["client.log.contact"]
        if not card_id:
            return dialog._action_log(self.env["res.partner"], self.env.company)
        kind = values.get("kind") or "call"
        said = {
            "default_kind": kind,
            "default_person_id": values.get("person_id"),
            "default_outcome": values.get("outcome"),
            "default_activity_id": self._activity_for(
                kind, values.get("activities") or []
            ),
        }
        card = self.env["client.card"].browse(card_id)
        return card.with_context(
            **{name: value for name, value in said.items() if value}
        ).action_log_contact()

    @api.model
    def open_bought(self):
        """The dialog *Bought*, in which the client is chosen."""
        self._check_role()
        entries = self.env["client.purchase.entry"]
        return entries._action_bought(self.env["res.partner"])

    @api.model
    def add_client(self, partner_id):
        """Put a contact that was just made into the base, with me as salesperson.

        :return: the action that opens it
        """
        self._check_role()
        partner = self.env["res.partner"].browse(partner_id)
        partner.action_add_to_client_base()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": partner.id,
            "views": [(False, "form")],
        }

    # ----------------------------------------------------------------------- start page

    def _is_start_page(self):
        action = self.env.ref("client_base_retention.client_my_day_action")
        # sudo: an action is not read by everybody; what one's own start page is may be
        # known.
        return self.env.user.sudo().action_id.id == action.id

    @api.model
    def set_start_page(self, wanted=True):
        """*Make this my start page*, and back.

        :return: whether it is the start page now
        """
        self._check_role()
        action = self.env.ref("client_base_retention.client_my_day_action")
        if wanted:
            self.env.user.action_id = action.id
        elif self._is_start_page():
            self.env.user.action_id = False
        return self._is_start_page()
