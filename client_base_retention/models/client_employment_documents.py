from odoo import models
from odoo.tools import SQL

# {model: its columns that name a contact of the client}, where the app is installed.
# Lines of accounting name the company itself and are left alone: they may be sealed.
DOCUMENTS = {
    "sale.order": ("partner_id", "partner_invoice_id", "partner_shipping_id"),
    "sale.order.line": ("order_partner_id",),
    "crm.lead": ("partner_id",),
    "account.move": ("partner_id", "partner_shipping_id"),
    "pos.order": ("partner_id",),
    "purchase.order": ("partner_id", "dest_address_id"),
    "purchase.order.line": ("partner_id",),
    "stock.picking": ("partner_id",),
    "project.project": ("partner_id",),
    "project.task": ("partner_id",),
    "repair.order": ("partner_id",),
    "client.purchase.entry": ("partner_id",),
}


class ResPartner(models.Model):
    """The documents that a company keeps when one of its persons goes."""

    _inherit = "res.partner"

    def _employer_documents(self):
        """{model: names of its columns}: what belongs to the company, not to the
        person it names. For another app's documents: override."""
        return {
            model: [
                name
                for name in names
                if name in self.env[model]._fields
                and self.env[model]._fields[name].store
            ]
            for model, names in DOCUMENTS.items()
            if model in self.env
        }

    def _leave_documents(self, old, post):
        """Put the documents of this person, and of his addresses, on the post.

        By SQL, as Odoo merges contacts: nobody changes a document, so nothing of it is
        computed anew, tracked or sealed again.

        :param old: the company that keeps them
        :param post: the contact that stays there; none: the person had no employer
        :return: dictionary of plain values, by which it can be undone
        """
        if not post:
            return {"addresses": [], "followed": []}
        people = self.with_context(active_test=False).search(
            [("id", "child_of", self.id)]
        )
        addressed = self._documents_of(people - self)
        self._put_documents(people, post)
        return {
            "addresses": addressed,
            "followed": self._leave_followed(people, old),
        }

    def _documents_of(self, people):
        """[(model, column, id of one of ``people``, ids of the documents)]."""
        found = []
        self.env.flush_all()
        for model, names in self._employer_documents().items() if people else ():
            for name in names:
                rows = self.env.execute_query(
                    SQL(
                        "SELECT %(name)s, array_agg(id) FROM %(table)s "
                        "WHERE %(name)s = ANY(%(people)s) GROUP BY 1",
                        table=SQL.identifier(self.env[model]._table),
                        name=SQL.identifier(name),
                        people=people.ids,
                    )
                )
                found += [(model, name, *row) for row in rows]
        return found

    def _put_documents(self, people, onto):
        """Let the documents of ``people`` name ``onto``.

        :return: how many columns of documents were written
        """
        self.env.flush_all()
        count = 0
        for model, names in self._employer_documents().items():
            for name in names:
                self.env.cr.execute(
                    SQL(
                        "UPDATE %(table)s SET %(name)s = %(onto)s "
                        "WHERE %(name)s = ANY(%(people)s)",
                        table=SQL.identifier(self.env[model]._table),
                        name=SQL.identifier(name),
                        onto=onto.id,
                        people=people.ids,
                    )
                )
                count += self.env.cr.rowcount
        if count:
            self.env.invalidate_all(flush=False)
        return count

    def _leave_followed(self, people, old):
        """What was written on the company and its documents is not sent to the person
        any more: he works for somebody else now.

        :return: [(model, id, follower, subtypes)] of what was followed
        """
        followed = self.env["mail.followers"].sudo()
        rows = followed.search(
            [
                ("partner_id", "in", people.ids),
                ("res_model", "in", ["res.partner", *self._employer_documents()]),
            ]
        )
        gone = followed
        for model, some in rows.grouped("res_model").items():
            records = self.env[model].sudo().browse(some.mapped("res_id")).exists()
            if model == "res.partner":
                records = (records - people).filtered(
                    lambda one: one.commercial_partner_id == old
                )
            elif "partner_id" in records._fields:
                records = records.filtered(
                    lambda one: one.partner_id.commercial_partner_id == old
                )
            else:
                continue
            ids = set(records.ids)
            gone |= some.filtered(lambda row, ids=ids: row.res_id in ids)
        left = [
            (row.res_model, row.res_id, row.partner_id.id, row.subtype_ids.ids)
            for row in gone
        ]
        gone.unlink()
        return left
