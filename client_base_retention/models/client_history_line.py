from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.base.models.ir_attachment import condition_values

# The id of a line is the id of the record it was found by, times 16, plus this number.
SOURCES = {
    "sale.order": 0,
    "account.move": 1,
    "account.payment": 2,
    "pos.order": 3,
    "client.purchase.entry": 4,
    "crm.lead": 5,
    "client.touchpoint": 6,
    "calendar.attendee": 7,
    "ir.attachment": 8,
    "client.transition": 9,
}
STEP = 16
KINDS = [
    ("purchase", "Purchase"),
    ("quotation", "Quotation"),
    ("opportunity", "Opportunity"),
    ("invoice", "Invoice"),
    ("payment", "Payment"),
    ("meeting", "Meeting"),
    ("document", "Document"),
    ("touchpoint", "Touchpoint"),
    ("material", "Information sent"),
    ("class", "Class and status"),
]
# Which kinds the records of a model can be.
KINDS_OF = {
    "sale.order": {"purchase", "quotation"},
    "account.move": {"invoice"},
    "account.payment": {"payment"},
    "pos.order": {"purchase"},
    "client.purchase.entry": {"purchase"},
    "crm.lead": {"opportunity"},
    "client.touchpoint": {"touchpoint", "meeting", "material"},
    "calendar.attendee": {"meeting"},
    "ir.attachment": {"document"},
    "client.transition": {"class"},
}
RESULTS = [
    ("open", "Open"),
    ("accepted", "Accepted"),
    ("refused", "Refused"),
    ("expired", "Expired"),
    ("cancelled", "Cancelled"),
    ("won", "Won"),
    ("lost", "Lost"),
    ("unpaid", "Not paid"),
    ("partial", "Partly paid"),
    ("overdue", "Overdue"),
    ("paid", "Paid"),
    ("refund", "Refund"),
    ("planned", "Planned"),
    ("held", "Held"),
    ("reached", "Reached"),
    ("no_answer", "No answer"),
    ("not_now", "Not now"),
    ("sent", "Sent"),
    ("received", "Received"),
    ("filed", "Filed"),
    ("joined", "First purchase"),
    ("rose", "Rose"),
    ("fell", "Fell"),
    ("left", "Left"),
    ("returned", "Came back"),
    ("rule", "Regulation changed"),
    ("other", "Other"),
]
# The columns of a line and their types in the database.
COLUMNS = {
    "partner_id": "integer",
    "person_id": "integer",
    "company_id": "integer",
    "date": "date",
    "kind": "varchar",
    "name": "varchar",
    "amount": "numeric",
    "result": "varchar",
    "reason": "varchar",
    "user_id": "integer",
    "res_model": "varchar",
    "res_id": "integer",
}


class Reach(NamedTuple):
    """What a search asks for, so that only these records are gathered.

    :param clients: ids of the clients, or None for all
    :param family: ids of the clients and everybody below them, or None for all
    :param ids: {model: ids of its records}, or None for all
    :param kinds: kinds of lines, or None for all
    """

    clients: list | None = None
    family: list | None = None
    ids: dict | None = None
    kinds: set | None = None


class ClientHistoryLine(models.Model):
    """One fact of a client's history, read-only (N6, N8, N11, N23-N27).

    Gathered from the documents when it is asked for, nothing of it is kept: orders and
    quotations with the decision taken, sales of the point of sale, purchases from
    elsewhere, opportunities, invoices, payments, meetings, contacts, information sent,
    files, and how class and status moved.

    Each part starts from a search in the name of the user: who may not read a document
    does not find it here either, by list, id or sum. Other than ``client.purchase``,
    whose figures are the same for everybody who sees the client.

    A search that names clients or ids gathers theirs only, which is what keeps the
    history of one client quick among a million documents. Users must name them: to
    gather all documents of all clients would take minutes.
    """

    _name = "client.history.line"
    _description = "History of a client"
    _auto = False
    _order = "date desc, id desc"

    partner_id = fields.Many2one("res.partner", string="Client", readonly=True)
    person_id = fields.Many2one(
        "res.partner",
        string="Person",
        readonly=True,
        help="The person of the client, where the record names one.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    date = fields.Date(readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    name = fields.Char(readonly=True)
    detail = fields.Char(
        string="What",
        compute="_compute_detail",
        help="What was bought; when an invoice was due and paid; what a file hangs on.",
    )
    amount = fields.Monetary(
        readonly=True,
        help="In company currency. Purchases and quotations without tax, invoices and "
        "payments with tax, opportunities as expected.",
    )
    result = fields.Selection(
        RESULTS, readonly=True, help="What came of it: the decision, the payment."
    )
    reason = fields.Char(readonly=True, help="Why it was lost, refused or changed.")
    user_id = fields.Many2one("res.users", string="Who of us", readonly=True)
    res_model = fields.Char(string="Model of the record", readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", readonly=True
    )

    # ---------------------------------------------------------------------- computes

    @api.depends("company_id")
    def _compute_currency_id(self):
        """An opportunity may belong to no company: Odoo shows it in the current one."""
        for line in self:
            company = line.company_id or self.env.company
            line.currency_id = company.currency_id

    @api.depends("name", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            line.display_name = line.name or kinds.get(line.kind)

    # ------------------------------------------------------------------------ rights

    def _check_access(self, operation):
        """Lines of documents that the user may not read are forbidden, too: the ids
        can be guessed, and what another user's call has read may be at hand."""
        result = super()._check_access(operation)
        if self.env.su or not any(self._ids) or result and result[0] == self:
            return result
        refused = result[0] if result else self.browse()
        asked = self - refused
        hidden = asked - asked.browse(asked._search([("id", "in", asked.ids)]))
        return (refused | hidden, self._hidden_error) if hidden else result

    def exists(self):
        """Whether there is such a record, whoever may read it: else a hidden line would
        be missing without an error. Without gathering everybody's lines."""
        ids = [id_ for id_ in self._ids if isinstance(id_, int)]
        if not ids:
            return super().exists()
        # sudo: says no more than that there is a record.
        found = set(self.sudo()._search([("id", "in", ids)]))
        return self.filtered(lambda line: line.id in found or not line.id)

    def _hidden_error(self):
        return AccessError(
            self.env._("You may not read the document behind this line of the history.")
        )

    # ------------------------------------------------------------------------ search

    def _search(self, domain, *args, **kwargs):
        domain = Domain(domain).optimize(self)
        reach = self._reach(domain)
        bounded = reach.clients is not None or reach.ids is not None
        if not (bounded or self.env.su or domain.is_false()):
            self.browse().check_access("read")
            raise UserError(
                self.env._("Name the clients: open the history from a client.")
            )
        narrowed = self.with_context(client_history_reach=reach)
        return super(ClientHistoryLine, narrowed)._search(domain, *args, **kwargs)

    @property
    def _table_query(self):
        # Only what ``_search`` found out narrows: a call cannot hand in such an object.
        reach = self.env.context.get("client_history_reach")
        return self._query(reach if isinstance(reach, Reach) else Reach())

    def _reach(self, domain):
        """What a search by this domain can find at most, as ``Reach``."""
        clients = condition_values(self, "partner_id", domain)
        ids = condition_values(self, "id", domain)
        kinds = condition_values(self, "kind", domain)
        clients = self._plain_ids(clients)
        return Reach(
            clients,
            None if clients is None else self._family(clients),
            self._ids_by_model(self._plain_ids(ids)),
            None if kinds is None else {kind for kind in kinds if kind},
        )

    def _plain_ids(self, values):
        """Ids as a list, None where the search does not name them one by one."""
        if values is None or isinstance(values, SQL) or hasattr(values, "subselect"):
            return None
        return [value for value in values if isinstance(value, int) and value]

    def _ids_by_model(self, ids):
        if ids is None:
            return None
        models_by_code = {code: model for model, code in SOURCES.items()}
        found = {}
        for id_ in ids:
            number, code = divmod(id_, STEP)
            if code in models_by_code:
                found.setdefault(models_by_code[code], []).append(number)
        return found

    def _family(self, clients):
        """Ids of these clients and of everybody below them, archived ones, too."""
        partners = self.env["res.partner"]
        partners.flush_model(["commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s)",
                clients,
            )
        )
        return [id_ for (id_,) in rows]

    # --------------------------------------------------------------------- statement

    @api.model
    def _query(self, reach):
        """Every line that this user may see of what ``reach`` names, as ``SQL``."""
        branches = []
        for model in SOURCES:
            wanted = reach.kinds is None or reach.kinds & KINDS_OF[model]
            if not wanted or reach.ids is not None and model not in reach.ids:
                continue
            gather = getattr(self, f"_lines_{model.replace('.', '_')}")
            branch = model in self.env and gather(reach)
            if branch:
                branches.append(branch)
        return SQL(" UNION ALL ").join(branches or [self._nothing()])

    def _nothing(self):
        return SQL(
            "SELECT NULL::bigint AS id, %s WHERE FALSE",
            SQL(", ").join(
                SQL("NULL::%s AS %s", SQL(kind), SQL.identifier(name))
                for name, kind in COLUMNS.items()
            ),
        )

    def _line(self, model, rows, **columns):
        """The lines made of these rows.

        :param model: the model whose record gives the line its id
        :param rows: ``SQL`` of what stands behind FROM; its main alias is ``d``
        :param columns: ``SQL`` or value by column; those left out are empty. ``id`` is
            the id of the record, where it is not ``d.id``
        """
        id_ = columns.pop("id", SQL("d.id"))
        columns = {"res_model": model, "res_id": SQL("d.id")} | columns
        return SQL(
            "SELECT (%s)::bigint * %s + %s AS id, %s FROM %s",
            id_,
            STEP,
            SOURCES[model],
            SQL(", ").join(
                SQL(
                    "(%s)::%s AS %s", columns.get(name), SQL(kind), SQL.identifier(name)
                )
                for name, kind in COLUMNS.items()
            ),
            rows,
        )

    def _seen(self, model, reach, domain, columns, ids_of=None):
        """The records of a model that this user may read, as a relation.

        :param domain: which of them
        :param columns: names of stored columns beside ``id``
        :param ids_of: whose ids in ``reach`` count; the model's own if left out
        :return: ``SQL`` to stand behind FROM, without an alias, or None for none
        """
        records = self.env[model].with_context(active_test=False)
        if not records.has_access("read"):
            return None
        domain = Domain(domain)
        if ids_of is None and reach.ids is not None:
            domain &= Domain("id", "in", reach.ids.get(model, []))
        records.flush_model(columns)
        query = records._search(domain)
        if query.is_empty():
            return None
        return SQL("(%s)", self._columns(query, columns))

    def _columns(self, query, columns):
        """``SQL`` that selects ``id`` and these columns, each under its name."""
        columns = (
            SQL("%s AS %s", SQL.identifier(query.table, name), SQL.identifier(name))
            for name in ("id", *columns)
        )
        return query.select(*columns)

    def _of_family(self, reach, name="partner_id"):
        """Domain of the records that name a client asked for, or one of his people."""
        if reach.family is None:
            return Domain(name, "!=", False)
        return Domain(name, "in", reach.family)

    def _of_clients(self, reach, name="partner_id"):
        if reach.clients is None:
            return Domain(name, "!=", False)
        return Domain(name, "in", reach.clients)

    def _day_of(self, column, company=None):
        """The day of a UTC timestamp where the record's company is; where it has none,
        in the current company."""
        if company is None:
            company = SQL("d.company_id")
        zones = {
            one.id: one._client_tz()
            for one in self.env["res.company"]._client_companies()
        }
        here = self.env.company._client_tz()
        zone = SQL("%s", here)
        if set(zones.values()) != {here}:
            zone = SQL(
                "CASE %s %s ELSE %s END",
                company,
                SQL(" ").join(SQL("WHEN %s THEN %s", *row) for row in zones.items()),
                here,
            )
        return SQL("((%s AT TIME ZONE 'UTC') AT TIME ZONE %s)::date", column, zone)

    # ----------------------------------------------------------------------- actions

    def action_open(self):
        """Open the record behind the line; a file is taken out as the chatter does."""
        self.ensure_one()
        self.check_access("read")
        if self.res_model == "ir.attachment":
            return {
                "type": "ir.actions.act_url",
                "url": f"/web/content/{self.res_id}?download=true",
                "target": "self",
            }
        if self.res_model == "client.transition":
            model, id_ = "res.partner", self.partner_id.id
        else:
            model, id_ = self.res_model, self.res_id
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": id_,
            "views": [(False, "form")],
        }
