import re

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from .client_card_search import FOUND_BY


class ClientMyDay(models.AbstractModel):
    """Finding one of my clients, whatever day he is due."""

    _inherit = "client.my.day"

    def _search_domain(self, text):
        """Clients any of whose people has this name, e-mail, telephone, tax number.

        Looked up client by client among mine, so a large base does not slow it down.
        A telephone is found however it is written.
        """
        escaped = re.sub(r"([\\%_])", r"\\\1", text)
        like = f"%{escaped}%"
        digits = "".join(sign for sign in text if sign.isdigit())
        names = [*FOUND_BY]
        least = 4
        if self.env.user._client_reading_rules()[0] != "none":
            # Who calls is found by the whole number; parts would tell a hidden one.
            names, least = ["complete_name", "ref", "vat"], 10
        number = len(digits) >= least and not any(sign.isalpha() for sign in text)
        unaccent = self.env.registry.unaccent

        def matches(model, alias, query):
            found = [
                SQL(
                    "%s ILIKE %s",
                    unaccent(SQL.identifier("p", name)),
                    unaccent(SQL("%s", like)),
                )
                for name in names
            ]
            if number:
                found += [
                    SQL(
                        "regexp_replace(%s, '[^0-9]', '', 'g') LIKE %s",
                        SQL.identifier("p", name),
                        # Without the code of the country, which is written in many
                        # ways.
                        f"%{digits[-10:]}%",
                    )
                    for name in ("phone", "personal_phone")
                ]
            # OFFSET 0 keeps the planner from looking through all contacts first.
            return SQL(
                """EXISTS (SELECT FROM res_partner p
                            WHERE p.commercial_partner_id = %s AND (%s) OFFSET 0)""",
                model._field_to_sql(alias, "partner_id", query),
                SQL(" OR ").join(found),
            )

        self.env["res.partner"].flush_model()
        found = Domain.custom(to_sql=matches)
        if self.env.company.client_children_on:
            # A child stands below one parent: the other one is found by it, too.
            found |= self.env["client.card"]._with_child(Domain("name", "ilike", text))
        return found
