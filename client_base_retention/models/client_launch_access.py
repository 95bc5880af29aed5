from odoo import api, models
from odoo.exceptions import AccessError

from .client_roles import NEW_OWN
from .res_users_sight import UNASSIGNED


class ClientLaunch(models.AbstractModel):
    """The step *Access* of the launch page: nobody is restricted until it is taken."""

    _inherit = "client.launch"

    @api.model
    def get_state(self):
        return super().get_state() | {"access": self._access()}

    def _access(self):
        """Roles and settings, see ``client.access._counts``.

        ``folded``: two people who both have a role have nothing to choose; ``may_set``:
        the settings hold for the whole database, an administrator changes them.
        """
        # sudo: the settings are said to the head, who need not be an administrator.
        settings = self.env["ir.config_parameter"].sudo()
        return self.env["client.access"]._counts() | {
            "folded": self.env["res.users"]._is_folded(),
            "new_own": bool(settings.get_param(NEW_OWN)),
            "unassigned": settings.get_param(UNASSIGNED, "all"),
            "may_set": self.env.user.has_group("base.group_system"),
        }

    @api.model
    def open_access(self, only=False):
        """The list of colleagues, made anew: role now, new role, and who loses sight of
        what.

        :param only: ``without``: of those without a role, ``exporters``: of those who
            may export, else of all
        """
        self._check_head()
        self.env["client.access"]._make()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_base_retention.client_access_action"
        )
        shown = {"search_default_" + only: 1} if only else {}
        return action | {"context": shown}

    @api.model
    def narrow_export(self):
        """Leave the right to export the client base to heads."""
        self._check_head()
        self.env["client.access"]._narrow_export()
        return self.get_state()

    @api.model
    def choose_new_own(self, only_own):
        """Whether those who begin to sell get *Own clients* instead of *All clients*.

        :raise AccessError: for who is no administrator
        """
        self._check_head()
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only an administrator changes the settings."))
        self.env["ir.config_parameter"].set_param(NEW_OWN, bool(only_own))
        return self.get_state()
