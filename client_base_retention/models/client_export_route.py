from functools import partial

from odoo import api, models
from odoo.fields import Domain

from .client_export_reach import DETAIL

VCARD = [
    "name",
    "street",
    "zip",
    "city",
    "state_id",
    "country_id",
    "email",
    "phone",
    "website",
    "commercial_company_name",
    "function",
    "avatar_512",
]


class ClientExport(models.Model):
    """What leaves by the addresses of the web client, for the controllers.

    Each method checks the right before the file is made, and hands back a function
    that writes the line when it was made; None where no client leaves.
    """

    _inherit = "client.export"

    @api.model
    def _of_rows(self, kind, model, rows, domain):
        """Records read as an address of ``/json/1`` answers.

        :param rows: list of dictionaries, inner ones under relational fields
        :param domain: the filter; None: the records are named
        :raise AccessError: the rows hold more than names of clients, and the user has
            no right to take them out
        """
        records = model.browse([row["id"] for row in rows if row.get("id")])
        paths = sorted({path for row in rows for path in self._paths_of(row)})
        reached = model._client_export_reach(paths)
        if not records or not reached:
            return None
        found, needs_right = records._client_export_found(reached)
        if needs_right:
            self._check_right()
        elif not found[0]:
            return None
        names = ["/".join(path) for path in paths]
        domain = self._naming(records) if domain is None else domain
        return partial(
            self._note, kind, model._name, len(records), found, names, domain
        )

    def _paths_of(self, row):
        """Paths of the fields of a row, with those of the rows inside it."""
        for name, value in row.items():
            inner = value if isinstance(value, list) else [value]
            if inner and all(isinstance(part, dict) for part in inner):
                for part in inner:
                    for path in self._paths_of(part):
                        yield (name, *path)
            else:
                yield (name,)

    @api.model
    def _of_groups(self, kind, model, groupbys, domain, measures=()):
        """Sums by group, as of a pivot table. Sums by class or month name no client.

        :param groupbys: as the web client gives them; None: not known
        :param domain: the filter; None: not known
        :raise AccessError: the groups say more of clients than a document does, and the
            user has no right to take them out
        """
        if groupbys is None:
            groupbys = [model._client_export_link() or "id"]
        named = [model._client_export_names(group) for group in groupbys]
        if not any(named):
            return None
        partners, count = model._client_export_grouped(domain)
        found = self._count_clients(partners)
        if model._client_export_is_base() or "details" in named:
            if model._name != "res.partner" or found[0] or domain is None:
                self._check_right()
        elif not found[0]:
            return None
        names = [*groupbys, *measures]
        return partial(self._note, kind, model._name, count, found, names, domain or [])

    @api.model
    def _of_vcards(self, partners):
        """:raise AccessError: there are clients among them, and the user has no right
        to take them out; or he may not read them at all
        """
        partners.check_access("read")
        found = self._count_clients(partners)
        if not found[0]:
            return None
        self._check_right()
        domain = self._naming(partners)
        return partial(
            self._note, "vcard", "res.partner", len(partners), found, VCARD, domain
        )

    @api.model
    def _of_documents(self, records, name=""):
        """Documents printed together. Those of one client are no export.

        Orders and invoices are there to be printed: they are logged. Prints of the
        clients themselves are lists of them and need the right.

        :param name: of the report
        :raise AccessError: several clients are printed, and the user has no right to
            take them out
        """
        partners = records._client_export_partners()
        found = self._count_clients(partners)
        if found[0] < 2:
            return None
        is_list = records._client_export_is_base()
        if is_list:
            self._check_right()
        kind = "report" if is_list else "document"
        domain = self._naming(records)
        names = [name] if name else []
        return partial(
            self._note, kind, records._name, len(records), found, names, domain
        )


class Base(models.AbstractModel):
    _inherit = "base"

    def _client_export_names(self, group):
        """What the groups by *group* (``partner_id.country_id``, ``date:month``) say.

        :return: "name" of clients, "details" of theirs, or None
        """
        model = self
        for name in group.split(":")[0].split("."):
            field = model._fields.get(name)
            if field is None:
                return None
            is_base = model._client_export_is_base()
            if field.relational:
                model = self.env[field.comodel_name]
                continue
            if name == "id" or field.type in ("char", "text", "html"):
                if is_base:
                    return "details"
                if model._client_export_link() and DETAIL.search(name):
                    return "details"
            return None
        return "name" if model._client_export_is_base() else None

    def _client_export_grouped(self, domain):
        """The clients behind the groups of these records, and how many records.

        :param domain: None: not known
        :return: contacts or cards, number
        """
        if domain is None:
            return self.env["res.partner"], 0
        if self._name in ("res.partner", "client.card"):
            records = self.search(Domain(domain))
            return records, len(records)
        link = self._client_export_link()
        if link is None or not self._fields[link].store:
            return self.env["res.partner"], self.search_count(domain)
        groups = self._read_group(domain, [link], ["__count"])
        partners = self.env[self._fields[link].comodel_name].union(
            *(partner for partner, _count in groups)
        )
        return partners, sum(count for _partner, count in groups)
