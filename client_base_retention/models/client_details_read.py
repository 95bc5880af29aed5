from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .client_details import DOT, MASK
from .client_role import FREE

# Whole values may be asked for, so that who calls is found; parts would be guessed
# sign by sign.
WHOLE = {"=", "in", "!=", "not in"}
INTO = {"any", "not any", "any!", "not any!"}
# Aggregates that say nothing of the values.
COUNTS = {"count", "count_distinct"}


class Base(models.AbstractModel):
    """Where data leave the server: what is hidden is masked, the rest is counted.

    Business code reads attributes and is not touched; it runs for what the user does
    (an order, a letter) and needs the real address.
    """

    _inherit = "base"

    def _client_guarded(self):
        """Whether telephones are hidden from the user or counted, in this model."""
        return (
            not self.env.su
            and self._client_details()
            and self.env.user._client_reading_rules() != FREE
        )

    def _client_masks(self):
        """Whether some are hidden from the user, in whatever model."""
        return not self.env.su and self.env.user._client_reading_rules()[0] != "none"

    # ----------------------------------------------------------------------- reading

    def _read_format(self, fnames, load="_classic_read"):
        rows = super()._read_format(fnames, load)
        if rows and self._client_guarded():
            details = self._client_details()
            ways = {}
            for name in fnames:
                if name in details:
                    ways.setdefault(details[name], []).append(name)
            for way, names in ways.items():
                self._client_guard_rows(rows, names, way)
        return rows

    def _client_guard_rows(self, rows, names, way):
        """Mask the fields *names* in what was read, count what stays."""
        given = [row for row in rows if any(row[name] for name in names)]
        reading = self.env["client.reading"]
        ids = [row["id"] for row in given]
        if not given or reading._is_known(self._name, ids):
            return
        hidden = self.browse(ids)._client_hidden(way)
        for row in given:
            if row["id"] in hidden:
                for name in names:
                    row[name] = row[name] and hidden[row["id"]]

    def _client_hidden(self, way):
        """Which of these records hide how to reach their client; the others count as
        read by the user.

        :param way: names of the fields that lead to the contact
        :return: dict {id of the record: what is shown instead}
        """
        contacts = self._client_details_partners(way)
        hidden = self.env["client.reading"]._read_by_user(set(contacts.values()))
        if not hidden:
            self.env["client.reading"]._remember(self._name, self.ids)
        return {
            record_id: hidden[contact_id]
            for record_id, contact_id in contacts.items()
            if contact_id in hidden
        }

    def _export_rows(self, fields, *, _is_toplevel_call=True):
        details = self._client_details() if self and self._client_guarded() else {}
        columns = {}
        for index, path in enumerate(fields):
            if path and path[0] in details:
                columns.setdefault(details[path[0]], []).append(index)
        if not columns:
            return super()._export_rows(fields, _is_toplevel_call=_is_toplevel_call)
        # One column more says which lines are those of the records themselves.
        lines = super()._export_rows(
            [*fields, [".id"]], _is_toplevel_call=_is_toplevel_call
        )
        for way, indexes in columns.items():
            hidden = self._client_hidden(way)
            for line in lines:
                text = line[-1] and hidden.get(int(line[-1]))
                for index in indexes if text else ():
                    line[index] = line[index] and text
        return [line[:-1] for line in lines]

    def onchange(self, values, field_names, fields_spec):
        result = super().onchange(values, field_names, fields_spec)
        changed = result.get("value")
        if changed and self._client_guarded():
            for name, way in self._client_details().items():
                if changed.get(name) and isinstance(changed[name], str):
                    contact_id = self._client_changed_contact(values | changed, way)
                    hidden = self.env["client.reading"]._read_by_user({contact_id})
                    changed[name] = hidden.get(contact_id, changed[name])
        return result

    def _client_changed_contact(self, values, way):
        """Id of the contact that a form being filled in leads to."""
        if not way:
            return self._origin.id
        value = values.get(way[0])
        if isinstance(value, dict):
            value = value.get("id")
        elif isinstance(value, (list, tuple)):
            value = value and value[0]
        field = self._fields[way[0]]
        record = self.env[field.comodel_name].browse(value or ())
        return record and record._client_details_partners(way[1:])[record.id]

    # ----------------------------------------------------------- searching, grouping

    @api.model
    def _search(self, domain, *args, **kwargs):
        if self._client_masks():
            domain = self._client_guard_domain(Domain(domain))
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _client_guard_domain(self, domain):
        """The same, where conditions on a part of a telephone or e-mail find only
        clients whose it is not hidden."""
        if not self._client_masks():
            return domain
        return domain.map_conditions(self._client_guard_condition)

    def _client_guard_condition(self, condition):
        model, lead = self, []
        *steps, last = condition.field_expr.split(".")
        for step in steps:
            field = model._fields.get(step)
            if field is None or not field.relational:
                return condition
            lead.append(step)
            model = self.env[field.comodel_name]
        if condition.operator in INTO:
            return model._client_guard_into(condition, last)
        way = model._client_details().get(last)
        if way is None or condition.operator in WHOLE:
            return condition
        hidden = Domain(".".join([*lead, *way, "client_is_masked"]), "=", True)
        return condition & ~hidden

    def _client_guard_into(self, condition, last):
        """The same for a condition on records that a field leads to."""
        field = self._fields.get(last)
        value = condition.value
        if field is None or not field.relational:
            return condition
        if not isinstance(value, (Domain, list, tuple)):
            return condition
        guarded = self.env[field.comodel_name]._client_guard_domain(Domain(value))
        return Domain(condition.field_expr, condition.operator, guarded)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        if self._client_masks() and field_name in self._client_details():
            # The order would tell how the number compares with known ones.
            return SQL()
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)

    def _read_group_groupby(self, alias, groupby_spec, query):
        if self._client_masks() and groupby_spec in self._client_details():
            raise self._client_no_groups()
        return super()._read_group_groupby(alias, groupby_spec, query)

    def _read_group_select(self, aggregate_spec, query):
        if self._client_masks():
            name, _, aggregate = aggregate_spec.partition(":")
            if name in self._client_details() and aggregate not in COUNTS:
                raise self._client_no_groups()
        return super()._read_group_select(aggregate_spec, query)

    def _client_no_groups(self):
        return AccessError(
            self.env._(
                "Telephones and e-mails are hidden from your role: clients cannot be "
                "grouped by them."
            )
        )

    def _read_group(self, domain, groupby=(), aggregates=(), *args, **kwargs):
        found = super()._read_group(domain, groupby, aggregates, *args, **kwargs)
        self._client_read_grouped(domain, [*groupby, *aggregates])
        return found

    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        found = super()._read_grouping_sets(domain, grouping_sets, aggregates, order)
        names = [spec for groupby in grouping_sets for spec in groupby]
        self._client_read_grouped(domain, [*names, *aggregates])
        return found

    def _client_read_grouped(self, domain, specs):
        """Count the clients whose telephones are read as names of groups."""
        if self.env.su or not specs:
            return
        for spec in specs:
            path, _, aggregate = spec.partition(":")
            if aggregate in COUNTS:
                continue
            *lead, name = path.split(".")
            model = self
            for step in lead:
                field = model._fields.get(step)
                if field is None or field.type != "many2one":
                    break
                model = self.env[field.comodel_name]
            else:
                if name in model._client_details() and model._client_guarded():
                    way = (*lead, *model._client_details()[name])
                    records = self.search(domain)
                    contacts = records._client_details_partners(way)
                    self.env["client.reading"]._read_by_user(
                        set(contacts.values()), refuse=True
                    )

    # ------------------------------------------------------------------------ chatter

    def _message_get_suggested_recipients(self, *args, **kwargs):
        found = super()._message_get_suggested_recipients(*args, **kwargs)
        if self.env.su or self.env.user._client_reading_rules() == FREE:
            return found
        ids = {row["partner_id"] for row in found if row.get("partner_id")}
        hidden = self.env["client.reading"]._read_by_user(ids)
        for row in found:
            if row.get("partner_id") in hidden:
                row["email"] = MASK
        return found

    # ------------------------------------------------------------------------ writing

    @api.model
    def _client_drop_masks(self, vals):
        """The values without those that are masks: a list that was exported and comes
        back, a form that filled itself in."""
        if not any(isinstance(value, str) and DOT in value for value in vals.values()):
            return vals
        details = self._client_details()
        return {
            name: value
            for name, value in vals.items()
            if not (name in details and isinstance(value, str) and DOT in value)
        }
