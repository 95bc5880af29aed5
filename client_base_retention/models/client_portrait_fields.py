import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from . import client_portrait_ready as ready

RANGES = (">", ">=", "<", "<=")


class PortraitDefinition(fields.PropertiesDefinition):
    """Questions; the labels of ready ones are shown in the language of the user.

    Odoo keeps definitions in one language. Here a label that came with the addon is
    kept in English as long as nobody changes it.
    """

    def convert_to_record(self, value, record):
        return ready.shown(super().convert_to_record(value, record), record.env)

    def convert_to_cache(self, value, record, validate=True):
        return ready.stored(
            super().convert_to_cache(value, record, validate), record.env
        )

    def convert_to_column(self, value, record, values=None, validate=True):
        if isinstance(value, list):
            value = ready.stored(value, record.env)
        return super().convert_to_column(value, record, values, validate)


class ReadyChar(fields.Char):
    """A word of a question: a ready one is shown in the language of the user."""

    def convert_to_record(self, value, record):
        return ready.shown_text(super().convert_to_record(value, record), record.env)

    def convert_to_cache(self, value, record, validate=True):
        value = super().convert_to_cache(value, record, validate)
        return ready.stored_text(value, record.env)

    def convert_to_column(self, value, record, values=None, validate=True):
        value = ready.stored_text(value, record.env)
        return super().convert_to_column(value, record, values, validate)


class ReadyText(ReadyChar, fields.Text):
    """Words of a question, each in a line of its own."""

    type = "text"
    _column_type = ("text", "text")


class Portrait(fields.Properties):
    """Answers to what the segment asks."""

    def update_db(self, model, columns):
        # Odoo would rewrite every contact to give it the defaults of a definition that
        # no segment has yet.
        super().update_db(model, columns)
        return False

    def _compute(self, records):
        """The answers to the questions of the segment chosen: in a form those are shown
        at once that are kept for it; saving brings them back (``res.partner.write``).
        """
        for record in records.sudo():
            names = (self.name, self.definition_record)
            values = {name: record[name] for name in names}
            found = self._add_default_values(record.env, values)
            if found and record._origin and record._origin != record:
                found = record._portrait_preview(found)
            record[self.name] = found

    def _filter_not_equal(self, records, cache_value):
        """0 that is emptied changes: to Python 0 and False are the same."""
        present, wanted = self._get_cache(records.env), json.dumps(cache_value)
        return records.browse(
            key
            for key in records._ids
            if key not in present or json.dumps(present[key]) != wanted
        )

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        """Of ranges: what is not answered is neither less nor more than anything.

        Odoo compares an empty answer (false) with numbers and dates, too, and takes 0
        for an empty answer and 1 for any answer, as Python does.
        """
        if operator in ("in", "not in"):
            numbers = [one for one in value if type(one) in (int, float)]
            if numbers:
                rest = [one for one in value if type(one) not in (int, float)]
                return self._number_to_sql(
                    field_expr, operator, numbers, rest, model, alias, query
                )
        found = super().condition_to_sql(
            field_expr, operator, value, model, alias, query
        )
        if operator not in RANGES:
            return found
        answer = model._field_to_sql(alias, field_expr, query)
        kind = "string" if isinstance(value, str) else "number"
        return SQL("(jsonb_typeof(%s) = %s AND %s)", answer, kind, found)

    def _number_to_sql(self, field_expr, operator, numbers, rest, model, alias, query):
        """``SQL``: the answer is one of these numbers, or one of the rest."""
        answer = model._field_to_sql(alias, field_expr, query)
        found = SQL(
            "(jsonb_typeof(%s) = 'number' AND %s <@ %s)",
            answer,
            answer,
            json.dumps(numbers),
        )
        if rest:
            others = super().condition_to_sql(
                field_expr, "in", rest, model, alias, query
            )
            found = SQL("(%s OR %s)", found, others)
        return found if operator == "in" else SQL("(%s) IS NOT TRUE", found)


class ClientPortraitSearch(models.AbstractModel):
    """Ranges of answers in searches.

    Odoo's filter dialog asks for them as for fields of other records (``portrait any
    (area >= 50 and area <= 100)``), which its properties do not understand.
    """

    _name = "client.portrait.search"
    _description = "Searches ranges of answers of a portrait"

    @api.model
    def _search(self, domain, *args, **kwargs):
        return super()._search(_spelled_out(domain), *args, **kwargs)

    @api.model
    @api.readonly
    def web_read_group(self, domain, *args, **kwargs):
        """Groups of lists and boards: Odoo looks at the domain before it searches."""
        return super().web_read_group(_spelled_out(domain), *args, **kwargs)


def _spelled_out(domain):
    """The domain with each answer of a range asked by itself."""
    domain = Domain(domain)
    if not any(_is_range(condition) for condition in domain.iter_conditions()):
        return domain
    return domain.map_conditions(_answers_asked)


def _is_range(condition):
    named = condition.field_expr == "profile_properties"
    return named and condition.operator in ("any", "not any")


def _answers_asked(condition):
    if not _is_range(condition):
        return condition
    found = Domain(condition.value).map_conditions(
        lambda one: Domain(
            f"{condition.field_expr}.{one.field_expr}", one.operator, one.value
        )
    )
    return ~found if condition.operator == "not any" else found
