from odoo import api, models


class ResGroups(models.Model):
    _inherit = "res.groups"

    @api.model
    def _get_view_group_hierarchy(self):
        """Leave our roles out of the user's form where there is nothing to choose.

        That is with two users or fewer who all have one (product.md 1c); who is still
        without a role brings them back.
        """
        hierarchy = super()._get_view_group_hierarchy()
        ours = {
            privilege.id
            for name in ("client_base", "client_export")
            if (
                privilege := self.env.ref(
                    f"client_base_retention.res_groups_privilege_{name}",
                    raise_if_not_found=False,
                )
            )
        }
        if not ours or not self.env["res.users"]._is_folded():
            return hierarchy

        def others(ids):
            return [key for key in ids if key not in ours]

        # The original is kept in a cache: nothing in it may be changed.
        return {
            "groups": {
                key: group | {"privilege_id": False}
                if group["privilege_id"] in ours
                else group
                for key, group in hierarchy["groups"].items()
            },
            "privileges": {
                key: hierarchy["privileges"][key]
                for key in others(hierarchy["privileges"])
            },
            "categories": [
                category | {"privilege_ids": others(category["privilege_ids"])}
                for category in hierarchy["categories"]
            ],
        }
