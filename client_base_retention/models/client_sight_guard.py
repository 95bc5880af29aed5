from odoo import api, models


class ClientSightGuard(models.AbstractModel):
    """Documents that copy telephone and e-mail from the contacts they name: nobody
    gets at a hidden client by naming him, number by number, in one of his own."""

    _name = "client.sight.guard"
    _description = "Names only contacts that the user sees"

    # The fields that name contacts.
    _client_names = ()

    @api.model_create_multi
    def create(self, vals_list):
        named = self._named_by_default()
        self._check_names([named | vals for vals in vals_list])
        return super().create(vals_list)

    def write(self, vals):
        self._check_names([vals])
        return super().write(vals)

    def onchange(self, values, field_names, fields_spec):
        # A new record takes its defaults now.
        named = {} if self else self._named_by_default()
        self._check_names([named | values])
        return super().onchange(values, field_names, fields_spec)

    def _named_by_default(self):
        """The contacts whom the context names, as values of a new record."""
        given = ((name, f"default_{name}") for name in self._client_names)
        return {
            name: self.env.context[key]
            for name, key in given
            if key in self.env.context
        }

    def _check_names(self, vals_list):
        """Refuse values that name a hidden contact who did not stand there before.

        :raise AccessError: one is named
        """
        if self.env.su or not self.env.user._client_is_restricted():
            return
        ids = set()
        for name in self._client_names:
            new = {
                id_
                for vals in vals_list
                for id_ in self._named_ids(name, vals.get(name))
            }
            # sudo: who stands there already may be hidden by now.
            known = self.sudo()[name]
            ids |= new - set((known if self._leads(name) else known.partner_id).ids)
        self.env["res.partner"].browse(ids)._check_client_seen()

    def _leads(self, name):
        """Whether a field leads to contacts; else to records with a contact each."""
        return self._fields[name].comodel_name == "res.partner"

    def _named_ids(self, name, value):
        """Ids of the contacts in the value of a field as a call gives it."""
        if not value:
            return
        if name == "partner_id" or self._fields[name].type == "many2one":
            yield value["id"] if isinstance(value, dict) else value
            return
        for command in value:
            if isinstance(command, int):
                yield command
            elif command[0] in (0, 1):
                yield from self._named_ids("partner_id", command[2].get("partner_id"))
            elif self._leads(name):
                yield from {4: [command[1]], 6: command[2]}.get(command[0], ())
