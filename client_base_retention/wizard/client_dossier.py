from odoo import api, fields, models

# So many errors are shown; they are of one kind then.
ERRORS = 500


class ClientDossier(models.TransientModel):
    """A row of an old list of clients (N30): card, person, potential, portrait,
    purchases and notes in one line.

    It is what Odoo's import screen offers as columns; no rows of it are ever made. All
    is looked up for the whole sheet at once, and nothing is imported as long as any row
    has an error, even where Odoo imports the sheet in batches.
    """

    _name = "client.dossier"
    _description = "Client from an old list"

    name = fields.Char(string="Client", help="A company or a private person.")
    ref = fields.Char(string="Client's number")
    vat = fields.Char(string="Tax number")
    phone = fields.Char(
        string="Telephone", help="An e-mail written beside it is understood."
    )
    personal_phone = fields.Char(string="Personal telephone")
    email = fields.Char(string="E-mail")
    messenger = fields.Char()
    birthdate = fields.Char(string="Birthday")
    street = fields.Char()
    city = fields.Char()
    website = fields.Char()
    salutation = fields.Char()
    met_place = fields.Char(string="Where we met")
    source = fields.Char(help="Where the client heard of us. A new one is made.")
    segment = fields.Char(help="Name of a segment.")
    salesperson = fields.Char(help="Name or login of a user.")
    tags = fields.Char(help="Several are separated by commas. New ones are made.")
    potential = fields.Char(string="Potential, per year")
    person_name = fields.Char(string="Contact person")
    person_function = fields.Char(string="Person's post")
    person_phone = fields.Char(string="Person's telephone")
    person_email = fields.Char(string="Person's e-mail")
    person_birthdate = fields.Char(string="Person's birthday")
    purchases = fields.Text(
        string="Purchases in one cell",
        help="e.g. 12.03.13 Detox 2400; 04.05.13 Omega 1200. What cannot be read is "
        "listed to be confirmed.",
    )
    portrait = fields.Text(
        help="Any number of columns with the portrait's questions as their headings."
    )
    old_notes = fields.Text(
        string="Notes from the old list", help="Any number of columns."
    )

    @api.model
    def get_import_templates(self):
        russian = (self.env.lang or "").startswith("ru")
        name = "clients_ru" if russian else "clients"
        return [
            {
                "label": self.env._("Template for clients from an old list"),
                "template": f"/client_base_retention/static/xlsx/{name}.xlsx",
            }
        ]

    @api.model
    def load(self, fields, data):  # pylint: disable=redefined-outer-name
        """Import rows of an old list into contacts, cards and purchases.

        The first row of ``data`` to import is ``client_import_start`` in the context:
        the rows before it were imported by earlier batches. A cell of the portrait or
        of the notes is a text, or a list of (heading, text).

        :return: as Odoo's, with the ids of the clients, and ``client_import``: numbers
            of ``clients`` and ``persons`` made, ``purchases`` read and ``asked`` (to be
            confirmed), ``notes`` (clients with new ones), ``known`` rows that bring
            nothing new, ``renamed`` rows (row, name there)
        """
        self.check_access("create")
        start = self.env.context.get("client_import_start", 0)
        limit = self.env.context.get("_import_limit")
        end = min(start + limit, len(data)) if limit else len(data)
        rows = self._dossier_read(fields, data)
        self._dossier_find([row for row in rows if not row.errors])
        errors = [row for row in rows[start:] if row.errors]
        if errors:
            return self._dossier_refusal(errors)
        window = rows[start:end]
        with self.env.cr.savepoint() as savepoint:
            told = self._dossier_make(window)
            errors = [row for row in window if row.errors]
            if errors:
                savepoint.rollback()
                return self._dossier_refusal(errors)
        return {
            "ids": [row.contact.client for row in window],
            "messages": [],
            "nextrow": end if end < len(data) else 0,
            "client_import": told,
        }

    def _dossier_refusal(self, rows):
        """Odoo's answer to an import that makes nothing: each error with its row and
        its column."""
        messages = [
            {
                "type": "error",
                "message": text,
                "record": row.index,
                "rows": {"from": row.index, "to": row.index},
                "field": column,
            }
            for row in rows
            for column, text in row.errors
        ]
        return {"ids": False, "messages": messages[:ERRORS], "nextrow": 0}

    @api.model
    def action_import(self):
        """Open Odoo's import screen for an old list of clients."""
        return {
            "type": "ir.actions.client",
            "tag": "import",
            "name": self.env._("Import clients from an old list"),
            "params": {"model": self._name},
        }
