from odoo import api, models
from odoo.tools import SQL, format_date

# So many products are named, the rest is counted.
NAMED = 3
# Where the lines of a document are, what leads to it, and how many were bought.
LINES = {
    "sale.order": ("sale_order_line", "order_id", "product_uom_qty"),
    "account.move": ("account_move_line", "move_id", "quantity"),
    "pos.order": ("pos_order_line", "order_id", "qty"),
}


class ClientHistoryLine(models.Model):
    """What stands behind a line, in a few words: read for the lines that are shown."""

    _inherit = "client.history.line"

    @api.depends("res_model", "res_id")
    @api.depends_context("lang", "uid")
    def _compute_detail(self):
        """One or two queries for each kind of record, however many lines there are."""
        for model, lines in self.grouped("res_model").items():
            name = f"_detail_{(model or '').replace('.', '_')}"
            # sudo: who sees the line may read its record; of what hangs on it only
            # these words are told.
            words = getattr(lines.sudo(), name, dict)()
            for line in lines:
                line.detail = words.get(line.id, False)

    def _detail_sale_order(self):
        return self._products("sale.order")

    def _detail_pos_order(self):
        return self._products("pos.order")

    def _detail_account_move(self):
        """When an invoice was due and paid; of a refund, what it gave back."""
        refunds = self.filtered(lambda line: line.result == "refund")
        told = refunds._products("account.move")
        invoices = self - refunds
        paid = self.env["account.move"]._client_paid_days(invoices.mapped("res_id"))
        for line in invoices:
            told[line.id] = line._due_words(*paid.get(line.res_id, (None, None, None)))
        return told

    def _due_words(self, due, done, late):
        """Words for an invoice.

        :param due: the day it is due
        :param done: the day of the last payment, None while it is open
        :param late: days after ``due``, of an open one until today
        """
        if not due:
            return False
        due = format_date(self.env, due)
        done = done and format_date(self.env, done)
        if done and late > 0:
            return self.env._(
                "due %(due)s, paid %(paid)s: %(days)s d late",
                due=due,
                paid=done,
                days=late,
            )
        if done:
            return self.env._("due %(due)s, paid %(paid)s", due=due, paid=done)
        if late > 0:
            return self.env._("due %(due)s: %(days)s d late", due=due, days=late)
        return self.env._("due %(due)s", due=due)

    def _products(self, model):
        """{id of the line: what was bought, "Tea × 2, Cups × 6 and 3 more"}"""
        table, link, quantity = LINES[model]
        lines = self.env[f"{model}.line"]
        lines.flush_model([link, "product_id", quantity])
        goods = SQL("l.product_id IS NOT NULL")
        if "display_type" in lines._fields:
            goods = SQL("%s AND COALESCE(l.display_type, 'product') = 'product'", goods)
        rows = self.env.execute_query(
            SQL(
                """SELECT document_id, product_id, sum(quantity), max(of_all)
                     FROM (SELECT l.%(link)s AS document_id, l.product_id,
                                  l.%(quantity)s AS quantity, l.id,
                                  dense_rank() OVER w AS place,
                                  count(*) OVER (PARTITION BY l.%(link)s) AS of_all
                             FROM (SELECT %(link)s, product_id, min(id) AS id,
                                          sum(%(quantity)s) AS %(quantity)s
                                     FROM %(table)s l
                                    WHERE %(link)s = ANY(%(ids)s) AND %(goods)s
                                 GROUP BY 1, 2) l
                           WINDOW w AS (PARTITION BY l.%(link)s ORDER BY l.id)) x
                    WHERE place <= %(named)s
                 GROUP BY document_id, product_id, place
                 ORDER BY document_id, place""",
                link=SQL.identifier(link),
                quantity=SQL.identifier(quantity),
                table=SQL.identifier(table),
                goods=goods,
                ids=self.mapped("res_id"),
                named=NAMED,
            )
        )
        products = self.env["product.product"].browse({row[1] for row in rows})
        names = {product.id: product.name for product in products}
        found = {}
        for document_id, product_id, number, of_all in rows:
            words = self.env._(
                "%(product)s × %(number)s",
                product=names[product_id],
                number=f"{number:g}",
            )
            found.setdefault(document_id, (of_all, []))[1].append(words)
        return {
            line.id: self._listed(*found[line.res_id])
            for line in self
            if line.res_id in found
        }

    def _listed(self, number, words):
        text = ", ".join(words)
        if number > len(words):
            return self.env._(
                "%(products)s and %(number)s more",
                products=text,
                number=number - len(words),
            )
        return text

    def _detail_client_purchase_entry(self):
        entries = self._records()
        return {line.id: entries[line.res_id].what for line in self}

    def _detail_account_payment(self):
        payments = self._records()
        return {line.id: payments[line.res_id].memo for line in self}

    def _detail_crm_lead(self):
        """The stage of what is open: of the others the result says more."""
        lines = self.filtered(lambda line: line.result == "open")
        leads = lines._records() if lines else {}
        return {line.id: leads[line.res_id].stage_id.name for line in lines}

    def _detail_client_touchpoint(self):
        contacts = self._records()
        kinds = dict(
            self.env["client.touchpoint"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        told = {}
        for line in self:
            contact = contacts[line.res_id]
            if line.kind == "material":
                told[line.id] = contact.material_id.name
            elif line.kind == "touchpoint":
                told[line.id] = kinds.get(contact.kind)
        return told

    def _detail_client_transition(self):
        moves = self._records()
        fields_ = dict(
            self.env["client.transition"]
            ._fields["field_name"]
            ._description_selection(self.env)
        )
        return {
            line.id: self.env._(
                "%(what)s: %(old)s → %(new)s",
                what=fields_.get(moves[line.res_id].field_name),
                old=moves[line.res_id].old_label or "–",
                new=moves[line.res_id].new_label or "–",
            )
            for line in self
        }

    def _detail_ir_attachment(self):
        """What a file hangs on; nothing where it hangs on the client himself."""
        files = self._records()
        owners = {}
        for line in self:
            file = files[line.res_id]
            if file.res_model != "res.partner" and file.res_model in self.env:
                owners.setdefault(file.res_model, {})[line.id] = file.res_id
        told = {}
        for model, ids in owners.items():
            named = self.env[model].browse(set(ids.values())).exists()
            names = {record.id: record.display_name for record in named}
            told |= {line_id: names.get(id_) for line_id, id_ in ids.items()}
        return told

    def _records(self):
        """{id: record} behind these lines, which are of one model."""
        model = self[:1].res_model
        records = self.env[model].browse(self.mapped("res_id")).exists()
        none = self.env[model]
        return {id_: none for id_ in self.mapped("res_id")} | {
            record.id: record for record in records
        }
