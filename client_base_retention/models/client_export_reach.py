import re
from typing import NamedTuple

from odoo import models

# Whoever stands there is a client or may become one: always the base.
ALWAYS = ("crm.lead", "mailing.contact", "mailing.trace")
# Columns of other documents that repeat what the contact says.
DETAIL = re.compile(r"e?mail|phone|mobile|street|address|vat\b")
# What shows no more of a client than a link to him does on any document.
NAME = (["id"], [".id"], ["display_name"], ["name"], ["complete_name"])


class Reach(NamedTuple):
    """How exported fields reach clients.

    :param path: names of the fields that lead from the exported records to them
    :param details: whether more than their names leaves
    """

    path: tuple
    details: bool


class Base(models.AbstractModel):
    """Which clients the records of any model are about (see ``client.export``).

    Clients are reached from everywhere: ``partner_id/email`` of an order takes out the
    same as the email of the contact.
    """

    _inherit = "base"

    def _client_export_link(self):
        """Name of the field that leads from this model to the client, if any."""
        for name, comodel in (
            ("card_id", "client.card"),
            ("partner_id", "res.partner"),
            ("commercial_partner_id", "res.partner"),
        ):
            field = self._fields.get(name)
            if field is not None and field.comodel_name == comodel:
                return name
        return None

    def _client_export_is_base(self):
        """Whether the rows of this model belong to the client base themselves."""
        name = self._name
        if name in ("res.partner", "client.card", *ALWAYS):
            return True
        return name.startswith("client.") and self._client_export_link() is not None

    def _client_export_partners(self):
        """The contacts or cards these records are about."""
        if self._name in ("res.partner", "client.card"):
            return self
        name = self._client_export_link()
        if name is None:
            return self.env["res.partner"]
        # sudo: what was handed out is counted, whatever else the user may read.
        records = self.sudo()
        records.fetch([name])
        return records[name]

    # --------------------------------------------------------------- from the fields

    def _client_export_reach(self, paths):
        """Where these fields of this model reach clients. Asks no database.

        :param paths: lists of names of fields, as ``_export_rows`` takes them
        :return: list of ``Reach``, each path to clients once
        """
        found = {}
        for path in paths:
            reach = self._client_export_walk(tuple(path))
            if reach:
                found[reach.path] = found.get(reach.path, False) or reach.details
        return [Reach(path, details) for path, details in found.items()]

    def _client_export_walk(self, path):
        """The ``Reach`` of one path; None where it meets no client."""
        model, walked, rest = self, (), list(path)
        while True:
            if model._client_export_is_base():
                shown = rest or ["display_name"]
                return Reach(walked, not walked or shown not in NAME)
            field = model._fields.get(rest[0].split(".")[0]) if rest else None
            if field is None:
                return None
            if field.related:
                rest = field.related.split(".") + rest[1:]
            elif field.relational:
                model, walked, rest = (
                    self.env[field.comodel_name],
                    (*walked, rest[0]),
                    rest[1:],
                )
            else:
                link = model._client_export_link()
                if link and DETAIL.search(rest[-1]):
                    return Reach((*walked, link), True)
                return None

    def _client_export_found(self, reached):
        """The clients these records reach.

        :param reached: list of ``Reach``
        :return: what ``client.export._count_clients`` says of them, and whether more
            than names of them is reached, which needs the right
        """
        lines = self.env["client.export"]
        named = detailed = self.env["res.partner"]
        # Opportunities and addresses of mailings belong to the base before they are
        # clients of ours.
        others = False
        for reach in reached:
            # sudo: see _client_export_partners.
            records = self.sudo()
            for name in reach.path:
                records.fetch([name])
                records = records[name]
            clients = records._client_export_partners()
            if len(reached) > 1 and clients._name == "client.card":
                clients = clients.partner_id
            if not reach.details:
                named = clients | named if named else clients
            elif records._name == "res.partner":
                detailed |= clients
            else:
                others |= bool(records)
                detailed = clients | detailed if detailed else clients
        found = lines._count_clients(detailed)
        needs_right = others or bool(found[0])
        if named:
            found = lines._count_clients(named | detailed if detailed else named)
        return found, needs_right
