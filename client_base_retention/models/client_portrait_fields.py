from odoo import fields


class Portrait(fields.Properties):
    """Answers to what the segment asks; nothing is computed when the column is made."""

    def update_db(self, model, columns):
        # Odoo would rewrite every contact to give it the defaults of a definition that
        # no segment has yet.
        super().update_db(model, columns)
        return False
