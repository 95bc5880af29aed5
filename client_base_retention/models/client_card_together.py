from odoo import models


class ClientCard(models.Model):
    """What is done for many clients at once: those who asked for something and have to
    be told that it is there. *Information sent* takes down what they got."""

    _inherit = "client.card"

    def action_plan_together(self):
        """Open Odoo's dialog that plans an activity on each of these clients.

        :return: action
        :raise AccessError: some of them are hidden from the user
        """
        self.check_access("read")
        clients = self.partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Plan an activity (clients: %s)", len(clients)),
            "res_model": "mail.activity.schedule",
            "views": [(False, "form")],
            "target": "new",
            "context": {"active_model": "res.partner", "active_ids": clients.ids},
        }

    def action_write_together(self):
        """Open Odoo's composer for a letter to each of these clients: to the person to
        talk to, else to the client. Who withdrew his consent gets none.

        :return: action; a warning where nobody can be written to
        :raise AccessError: some of them are hidden from the user
        """
        self.check_access("read")
        reached = self.partner_id.browse().union(
            *(card._client_reached(by="email") for card in self)
        )
        # sudo: whether there is an address is all that is found out.
        people = reached.sudo().filtered("email").sudo(self.env.su)
        people = people._may_be_written_to()
        if not people:
            return {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {
                    "type": "warning",
                    "message": self.env._(
                        "None of these clients can be written to: there is no e-mail "
                        "address, or the consent was withdrawn."
                    ),
                },
            }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Send an e-mail to %(number)s of %(total)s clients",
                number=len(people),
                total=len(self.partner_id),
            ),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "active_model": "res.partner",
                "active_ids": people.ids,
                "default_model": "res.partner",
                "default_res_ids": people.ids,
                "default_composition_mode": "mass_mail",
                "default_partner_to": "{{ object.id or '' }}",
                "default_subtype_xmlid": "mail.mt_comment",
            },
        }
