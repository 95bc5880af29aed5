from odoo import fields, models
from odoo.fields import Domain

from .client_roles import ALL, OWN, ROLE, STEWARD, TEAM

# Who sees clients without a salesperson: every role, or the steward and the head.
UNASSIGNED = "client_base_retention.unassigned_clients"
# Whether users without a role are restricted like *Own clients*.
WITHOUT_ROLE = "client_base_retention.restrict_without_role"
# A stand-in who is away has a stand-in: so far the work goes on.
STEPS = 2


class ResUsers(models.Model):
    """Whose clients a user sees (design 5). The record rules ask here."""

    _inherit = "res.users"

    def _client_sight(self):
        """Whose clients this user sees, by his role and the settings.

        :return: tuple of the ids of the owners, ``None`` for everybody's, and whether
            he sees clients without an owner, too
        """
        self.ensure_one()
        # sudo: settings and teams decide, whoever may read them. Without context: a
        # call from outside could ask for archived teams and memberships, too.
        user = self.sudo().with_context({})  # pylint: disable=context-overridden
        reach, unassigned = user._client_reach()
        if reach == "all":
            return None, unassigned
        if reach == "self":
            return user.ids, False
        return user._client_owners().ids, unassigned

    def _client_is_restricted(self):
        """Whether this user sees only some clients. Asked often: needs no query."""
        return self.sudo()._client_reach() != ("all", True)

    def _client_reach(self):
        """How far this user (as superuser) sees: ``all``, ``some`` owners or ``self``,
        and whether clients without an owner, too."""
        if self.share or self.has_group(STEWARD):
            return "all", True
        settings = self.env["ir.config_parameter"]
        unassigned = settings.get_param(UNASSIGNED, "all") == "all"
        if self.has_group(ALL):
            return "all", unassigned
        if self.has_group(OWN):
            return "some", unassigned
        if settings.get_param(WITHOUT_ROLE):
            return "self", False
        return "all", True

    def _client_owners(self):
        """This user, those of his teams by his role, and those for whom he stands in
        today."""
        owners = self
        if self.has_group(TEAM):
            mine = Domain("user_id", "=", self.id)
            member = Domain("crm_team_member_ids.user_id", "=", self.id)
            teams = self.env["crm.team"].search(mine | member)
            owners |= teams.crm_team_member_ids.user_id
        return owners | self._client_stands_in_for(self._client_sight_day())

    def _client_stands_in_for(self, today):
        """Those whose work this user does today: who is away and named him, and those
        for whom they themselves would stand in (``client_my_day_away.py``)."""
        aways = self.env["client.away"].search(
            [
                ("stand_in_id", "!=", False),
                ("date_from", "<=", today),
                ("date_to", ">=", today),
            ]
        )
        found = self.browse()
        for _step in range(STEPS):
            doers = self | found
            found |= aways.filtered(lambda a, d=doers: a.stand_in_id in d).user_id
        return found

    def _client_sight_day(self):
        """Today where the user is: whatever the call says of his time zone."""
        # sudo: asked for every user, whatever he may read.
        return fields.Date.context_today(self.with_context(tz=self.sudo().tz))

    # ------------------------------------------------ what the record rules consist of

    def _client_cards_seen(self, path=""):
        """Domain of the cards this user sees, for the model *path* leads from."""
        owners, unassigned = self._client_sight()
        if owners is None:
            return [] if unassigned else [(f"{path}user_id", "!=", False)]
        return [(f"{path}user_id", "in", owners + [False] * unassigned)]

    def _client_cards_shown(self):
        """Domain of the cards that are shown to this user on contacts and documents.

        They are read as superuser, where no rule holds: a contact may be his in another
        company, an order older than a hand-over. Who has no role reads no card, and the
        system works for him: all.
        """
        if not self.sudo().has_group(ROLE) or not self._client_is_restricted():
            return []
        return self._client_cards_seen()

    def _client_kept_cards_seen(self):
        """Domain of the lines of closed months this user sees: also those of clients
        who have left the client base since."""
        seen = self._client_cards_seen("card_id.")
        return seen and ["|", ("card_id", "=", False), *seen]

    def _client_contacts_seen(self, path=""):
        """Domain of the contacts this user sees, for the model *path* leads from."""
        if not self._client_is_restricted():
            return []
        return [(f"{path}client_is_seen", "=", True)]

    def _client_people_seen(self, path):
        """Domain of what names a contact this user sees, or none at all."""
        seen = self._client_contacts_seen(path)
        return seen and ["|", (path.removesuffix("."), "=", False), *seen]

    def _client_attendees_seen(self):
        """Domain of who is invited that this user sees: to his own meetings all, so
        that his calendar stays whole."""
        seen = self._client_people_seen("partner_id.")
        if not seen:
            return []
        return [
            *("|", "|"),
            ("event_id.user_id", "=", self.id),
            ("event_id.partner_ids", "in", self.sudo().partner_id.ids),
            *seen,
        ]

    def _client_notices_seen(self):
        """Domain of who was told of what: the name of the record stands there. One's
        own, of one's own messages, and what went to clients this user sees."""
        seen = self._client_contacts_seen("res_partner_id.")
        if not seen:
            return []
        me = self.sudo().partner_id.id
        return [
            *("|", "|", ("res_partner_id", "=", me)),
            ("mail_message_id.author_id", "=", me),
            *("&", ("res_partner_id.client_base", "=", True), *seen),
        ]

    def _client_files_seen(self):
        """Domain of the files this user sees, as far as those they hang on let him:
        invitations name everybody who is invited, with his telephone and e-mail."""
        if not self._client_is_restricted():
            return []
        return ["|", ("mimetype", "!=", "text/calendar"), ("create_uid", "=", self.id)]

    def _client_leads_seen(self):
        """Domain of the opportunities this user sees: his own, those of contacts he
        sees, and those of nobody known yet."""
        return self._client_contacts_seen()
