import logging

from odoo import api, models
from odoo import fields as odoo_fields
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.models import BaseModel
from odoo.tools import SQL

from .client_roles import EXPORT

_logger = logging.getLogger(__name__)

KINDS = [
    ("list", "List"),
    ("csv", "CSV file"),
    ("xlsx", "Excel file"),
    ("pivot", "Pivot table"),
    ("json", "JSON"),
    ("vcard", "vCard"),
    ("report", "Printed report"),
    ("document", "Printed documents"),
    ("copy", "Copy of the base"),
    ("other", "Other"),
]
# An export of single records names them up to this number.
NAMED_RECORDS = 1000


class ClientExport(models.Model):
    """One time that clients were taken out of Odoo: who, when, what (design 5).

    The line is written in the transaction that hands the data out, and Odoo sends an
    answer only after its transaction was committed. So there is a line for whatever
    left, and none for what failed or was refused before anything left; a refusal
    stands in the server's log. A download that broke off on the way counts as taken.

    Nobody changes or deletes a line, not as superuser either.
    """

    _name = "client.export"
    _description = "Export of the client base"
    _order = "date desc, id desc"
    _rec_name = "model_name"

    user_id = odoo_fields.Many2one(
        "res.users", string="Who", readonly=True, index=True, ondelete="set null"
    )
    user_name = odoo_fields.Char(
        string="Name of the user",
        readonly=True,
        help="As it was then: it stays when the user is deleted.",
    )
    date = odoo_fields.Datetime(
        string="When",
        required=True,
        readonly=True,
        index=True,
        default=odoo_fields.Datetime.now,
    )
    model = odoo_fields.Char(string="Technical name", readonly=True)
    model_name = odoo_fields.Char(string="What", readonly=True)
    kind = odoo_fields.Selection(KINDS, string="How", required=True, readonly=True)
    record_count = odoo_fields.Integer(string="Records", readonly=True)
    client_count = odoo_fields.Integer(
        string="Clients",
        readonly=True,
        help="How many different clients were among it.",
    )
    domain = odoo_fields.Char(
        string="Filter",
        readonly=True,
        help="By which the records were chosen. The number beside it says how many it "
        "finds today.",
    )
    company_id = odoo_fields.Many2one(
        "res.company",
        readonly=True,
        index=True,
        ondelete="set null",
        help="Empty: clients of several companies. Such a line is seen by the heads of "
        "all of them.",
    )
    fields = odoo_fields.Text(readonly=True)
    field_labels = odoo_fields.Char(string="In words", compute="_compute_field_labels")

    @api.depends("model", "fields")
    @api.depends_context("lang")
    def _compute_field_labels(self):
        for line in self:
            paths = [path.strip() for path in (line.fields or "").split(",")]
            line.field_labels = ", ".join(
                self._label_of(line.model, path) for path in paths if path
            )

    def _label_of(self, model_name, path):
        """*path* (``partner_id/phone``) in words of the reader's language; the path
        itself where a module is gone."""
        words = []
        for name in path.split("/"):
            model = self.env.get(model_name)
            # ".id" is the number, "date:month" a group, "properties.x" a property.
            name = name.lstrip(".").split(":")[0].split(".")[0]
            field = None if model is None else model._fields.get(name)
            if field is None:
                return path
            words.append(field._description_string(self.env))
            model_name = field.comodel_name
        return " / ".join(words)

    # --------------------------------------------------------------- nobody alters it

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("The log of exports is not changed by anybody."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The log of exports is not deleted by anybody."))

    # ------------------------------------------------------------- what others call

    @api.model
    def _check_right(self):
        """Whether the user may take clients out of Odoo; code that runs as superuser
        may.

        :raise AccessError: he may not
        """
        if self.env.su or self.env.user.has_group(EXPORT):
            return
        _logger.warning("Export of clients refused to user %d", self.env.uid)
        raise AccessError(
            self.env._(
                "You may not take clients out of Odoo. This needs the right "
                "“Export the client base”: ask your administrator."
            )
        )

    @api.model
    def _log(
        self, kind, records_or_count, fields=(), domain=None, clients=None, model=None
    ):
        """Note that the user takes clients out of Odoo.

        :param kind: one of ``KINDS``
        :param records_or_count: the records of the export, or how many they are
        :param fields: paths of the exported fields (``partner_id/phone``)
        :param domain: the filter they were chosen by; without it the records are named
        :param clients: the clients among it (contacts or cards), or how many; without
            it they are counted
        :param model: name of the model, where only a number is given
        :return: the line, as superuser
        """
        records = records_or_count if isinstance(records_or_count, BaseModel) else None
        if clients is None:
            clients = 0 if records is None else records._client_export_partners()
        model = model or (records._name if records is not None else "client.card")
        if domain is None and records is not None:
            domain = self._naming(records)
        count = records_or_count if records is None else len(records)
        found = self._count_clients(clients)
        return self._note(kind, model, count, found, fields, domain)

    def _naming(self, records):
        """The filter that names these records, the first of many."""
        return [("id", "in", records.ids[:NAMED_RECORDS])]

    @api.model
    def _note(self, kind, model, count, found, fields, domain):
        """Write the line; the same as ``_log`` with the clients counted before.

        :param found: as of ``_count_clients``
        :return: the line, as superuser
        """
        client_count, companies = found
        if isinstance(domain, Domain):
            domain = list(domain)
        # sudo: the log takes lines from this method only, for whoever exports.
        return self.sudo().create(
            {
                "user_id": self.env.uid,
                "user_name": self.env.user.sudo().name,
                "model": model,
                "model_name": self.env["ir.model"]._get(model).name or model,
                "kind": kind,
                "record_count": count,
                "client_count": client_count,
                "fields": ", ".join(fields),
                "domain": str(domain or []),
                "company_id": companies.id if len(companies) == 1 else False,
            }
        )

    def _count_clients(self, clients):
        """How many different clients, and of which companies.

        :param clients: contacts or cards, or the number itself
        :return: number, ``res.company``
        """
        if isinstance(clients, int):
            return clients, self.env.companies
        if clients._name == "client.card":
            # A card is of one company, whatever other cards its contact has.
            # sudo: what is counted was handed out, whatever else the user may read.
            cards = clients.sudo()
            cards.fetch(["partner_id", "company_id"])
            return len(cards.partner_id), cards.company_id
        self.env["client.card"].flush_model(["partner_id", "company_id"])
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        [(count, companies)] = self.env.execute_query(
            SQL(
                """SELECT COUNT(DISTINCT c.partner_id), ARRAY_AGG(DISTINCT c.company_id)
                     FROM res_partner p
                     JOIN client_card c ON c.partner_id = p.commercial_partner_id
                    WHERE p.id = ANY(%s)""",
                clients.ids,
            )
        )
        if not count:
            return 0, self.env.companies
        return count, self.env["res.company"].browse(companies)
