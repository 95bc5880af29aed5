from odoo import models
from odoo.tools import SQL


class PrivacyLookupWizard(models.TransientModel):
    """Odoo's privacy lookup finds our rows about a person, too.

    By itself it passes over rows that are deleted together with the contact, and ours
    are: who asks what is known of him would not hear of them.
    """

    _inherit = "privacy.lookup.wizard"

    def _get_query(self):
        query = super()._get_query()
        for model_name in sorted(self.env):
            model = self.env[model_name]
            if not model_name.startswith("client.") or model._transient:
                continue
            columns = [
                field.name
                for field in model._fields.values()
                if field.comodel_name == "res.partner"
                and field.type == "many2one"
                and field.store
                and field.column_type
                and field.ondelete == "cascade"
            ]
            if not model._auto or not columns:
                continue
            query = self._with_rows(query, model, columns)
        return query

    def _with_rows(self, query, model, columns):
        """The query and the rows that point at the person with these columns.

        Not "union all": a row may be found by another of its columns already.
        """
        person = SQL("IN (SELECT id FROM indirect_references)")
        return SQL(
            "%s UNION SELECT %s AS res_model_id, id AS res_id, %s AS is_active"
            " FROM %s WHERE %s",
            query,
            self.env["ir.model"]._get_id(model._name),
            SQL.identifier("active") if "active" in model else SQL("TRUE"),
            SQL.identifier(model._table),
            SQL(" OR ").join(
                SQL("%s %s", SQL.identifier(column), person) for column in columns
            ),
        )
