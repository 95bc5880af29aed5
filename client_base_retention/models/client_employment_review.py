from odoo import api, models


class ClientReview(models.Model):
    """A person whom a salesperson moved is looked at by the data steward."""

    _inherit = "client.review"

    @api.model
    def _notice_employer(self, person, old, new, told, details):
        """A person moved from one client to another one: both are looked at.

        Each is told of itself only: who sees the one need not see the other.

        :param person: with superuser rights
        :param old, new: companies; empty: none
        :param told: of which of them telephone and e-mail are said, too
        :param details: {field: (before, now)}
        """
        if not self._is_noticed():
            return
        changes = {}
        for company, before, now in ((old, old.name, False), (new, False, new.name)):
            client = company.commercial_partner_id
            if client:
                change = self._change(person, "employer", before, now)
                changes[client] = [change | {"name": person.name}]
            if client and company == told:
                changes[client] += [
                    self._change(person, name, *values) | {"name": person.name}
                    for name, values in details.items()
                    if (values[0] or False) != (values[1] or False)
                ]
        self._gather(changes)

    def _field_in_words(self, name):
        if name == "employer":
            return self.env._("Works at")
        return super()._field_in_words(name)
