from math import inf

from psycopg2 import errors

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .client_card import CLASSES, STATUSES
from .client_card_standing import Rules
from .client_card_why import number_in_words
from .client_policy import DERIVED_FROM, first_fits

# Up to so many clients every one is counted, above them one in a few: the numbers
# come while somebody types.
EXACT = 5000
# Stands for a regulation that is not saved, and for all the others.
NEW, OTHERS = 0, -1
# The columns that a regulation is derived from or checked by.
COLUMN_TYPES = ("boolean", "integer", "float", "selection")


class ClientPolicy(models.Model):
    """*Preview*: how many clients each class and status would get, before saving.

    The numbers come from the statements of the derivation, with one row of unsaved
    values in the place of the table of regulations. Nothing is written or locked.
    """

    _inherit = "client.policy"

    preview = fields.Json(
        compute="_compute_preview",
        help="How many clients each class and status has now and would have.",
    )

    @api.depends(*sorted(DERIVED_FROM))
    @api.depends_context("uid", "company", "allowed_company_ids", "lang", "tz")
    def _compute_preview(self):
        for policy in self:
            policy.preview = policy._preview()

    def onchange(self, values, field_names, fields_spec):
        """What the form shows already is not counted again only to be compared."""
        if field_names and "preview" in fields_spec:
            values = values | {"preview": False}
            self._fields["preview"]._update_cache(self, None)
        return super().onchange(values, field_names, fields_spec)

    def _preview(self):
        """The preview of these unsaved values in one company.

        It is the company of the regulation, else the current one; its clients are
        those that would come under the regulation when it is saved. The classes are
        those of the next review.

        :return: {"sentence": why there are no numbers} or
            {"title", "note", "groups": lists of {"key", "label", "words", "now",
            "then"}}; False for presets, which hold for nobody
        """
        self.ensure_one()
        if self.is_preset:
            return False
        if self.env.user._client_is_restricted():
            return {"sentence": self._preview_hidden()}
        company = self.company_id._origin
        if company not in self.env.companies:
            company = self.env.company
        try:
            with self.env.cr.savepoint(flush=False):
                return self._preview_wrong() or self._preview_of(company)
        except errors.DataError:
            # A date or a number of days beyond what the database can count.
            return {"sentence": self.env._("These figures are too large.")}

    def _preview_hidden(self):
        return self.env._(
            "How many clients it makes is counted for those who see all clients."
        )

    def _preview_wrong(self):
        """The sentence about values that cannot be saved, if there are any."""
        checks = {
            check: check.get_definition(self.pool)
            for check in self._table_objects.values()
            if isinstance(check, models.Constraint)
        }
        conditions = {
            check: SQL(definition.removeprefix("CHECK").replace("%", "%%"))
            for check, definition in checks.items()
            if definition.startswith("CHECK(")
        }
        ((*passed,),) = self._preview_execute(
            SQL(
                "SELECT %s FROM %s AS client_policy",
                SQL(", ").join(conditions.values()),
                self._preview_row(),
            )
        )
        for check, holds in zip(conditions, passed, strict=True):
            if holds is False:
                # sudo: the message is translated there, as Odoo itself does it.
                kept = self.env["ir.model.constraint"].sudo()
                kept = kept.search([("name", "=", check.full_name(self))], limit=1)
                return {"sentence": kept.message or check.get_error_message(self)}
        try:
            self._check_pause()
        except ValidationError as error:
            return {"sentence": str(error)}
        return None

    def _preview_of(self, company):
        if not self.active:
            return {"sentence": self.env._("Archived: it holds for no client.")}
        # sudo: who sees all clients sees how many a regulation makes, in every company.
        cards = self.env["client.card"].sudo()
        cards._execute_flush()
        rules = self._preview_rules(company)
        ids, total = self._preview_clients(company, rules)
        if not total:
            return {"sentence": self._preview_nobody(company)}
        counts = self._preview_counts(cards.browse(ids), company, rules)
        counts = {
            key: [round(number * total / len(ids)) for number in pair]
            for key, pair in counts.items()
        }
        present = cards.search_count(
            [
                ("policy_id", "=", self._origin.id),
                ("policy_id", "!=", False),
                ("company_id", "=", company.id),
            ]
        )
        counts["clients"] = [present, total]
        return {
            "title": self.env._("Clients of %(company)s", company=company.display_name),
            "note": self._preview_note(-(-total // len(ids))),
            "groups": self._preview_groups(counts),
        }

    # -------------------------------------------------------------------- statements

    def _preview_execute(self, query):
        """Run a statement that may fail on figures that somebody is typing."""
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchall()

    def _preview_row(self):
        """``SQL`` of a relation with this regulation, as it would be kept."""
        columns = [SQL("%s AS id", self._origin.id or NEW)]
        for name, field in self._fields.items():
            if name != "id" and field.store and field.type in COLUMN_TYPES:
                value = field.convert_to_column(self[name], self)
                kind = SQL(field.column_type[1])
                columns.append(SQL("%s::%s AS %s", value, kind, SQL.identifier(name)))
        return SQL("(SELECT %s)", SQL(", ").join(columns))

    def _preview_rules(self, company):
        """The regulations of ``company`` with this one, as it would be kept."""
        policies = self._holding_in(company) - self._origin
        if self.company_id._origin in (company, company.browse()):
            policies |= self
        policies = policies.sorted(lambda p: (p.sequence, p._origin.id or inf))
        return Rules(
            policies=self._preview_row(),
            by_segment=first_fits(
                [(p._origin.id or NEW, p.segment_ids._origin.ids) for p in policies]
                + [(OTHERS, [])]
            ),
            paused=bool(self.pause_from),
        )

    def _preview_clients(self, company, rules):
        """Ids of the cards to count, and how many clients there are.

        Of many clients one in a few: as they stand in the row by turnover, so that
        large and small ones are among them as in the whole.
        """
        rows = self._preview_execute(
            SQL(
                """SELECT id, total
                     FROM (
                   SELECT id, place, total, (total - 1) / %(exact)s + 1 AS step
                     FROM (
                   SELECT c.id, count(*) OVER () AS total,
                          row_number() OVER (ORDER BY c.turnover DESC, c.id) AS place
                     FROM %(regulated)s
                    WHERE c.company_id = %(company)s AND c.active IS TRUE
                   ) AS client) AS queue
                    WHERE place %% step = (step + 1) / 2 %% step""",
                exact=EXACT,
                regulated=self.env["client.card"]._standing_regulated(rules),
                company=company.id,
            )
        )
        return [row[0] for row in rows], rows[0][1] if rows else 0

    def _preview_counts(self, cards, company, rules):
        """How many of ``cards`` have each class, status and alarm, and would have.

        :return: {key: [now, then]}
        """
        conditions = {
            key: SQL("status = 'active' AND abc_class = %s", key) for key, _ in CLASSES
        }
        conditions["none"] = SQL("status = 'active' AND abc_class IS NULL")
        conditions |= {key: SQL("status = %s", key) for key, _label in STATUSES}
        conditions |= {
            "newcomer": SQL("newcomer_until >= today"),
            "late": SQL("late_date < today AND risk_date >= today"),
            "at_risk": SQL("risk_date < today"),
        }
        rows = self._preview_execute(
            SQL(
                """WITH %(figures)s,
                        c AS MATERIALIZED (%(then)s),
                        k AS MATERIALIZED (%(limits)s)
                   SELECT %(counts)s
                     FROM (
                   SELECT status, abc_class, newcomer_until, late_date, risk_date
                     FROM client_card WHERE id = ANY(%(ids)s)) AS client,
                          (SELECT %(today)s::date AS today) AS day
                UNION ALL
                   SELECT %(counts)s
                     FROM (
                   SELECT c.status, %(effective)s AS abc_class, c.newcomer_until,
                          c.late_date, c.risk_date
                     FROM c LEFT JOIN k USING (policy_id)
             JOIN LATERAL (SELECT %(computed)s AS computed) AS aim ON TRUE) AS client,
                          (SELECT %(today)s::date AS today) AS day""",
                figures=cards._standing_figures(
                    company, company._client_today(), rules
                ),
                then=self._preview_then(),
                limits=cards._abc_limits(SQL("c"), SQL("TRUE"), rules.policies),
                counts=SQL(", ").join(
                    SQL("count(*) FILTER (WHERE %s)", condition)
                    for condition in conditions.values()
                ),
                computed=cards._abc_computed(),
                effective=cards._abc_effective(SQL("aim.computed"), SQL("FALSE")),
                ids=cards.ids,
                # As the filters of the lists have it: the user's day.
                today=fields.Date.context_today(self),
            )
        )
        return dict(zip(conditions, zip(*rows, strict=True), strict=True))

    def _preview_then(self):
        """``SQL`` of the cards as the derivation of their figures would leave them."""
        return SQL(
            """SELECT f.policy_id, f.status, f.turnover, f.newcomer_until, f.late_date,
                      f.risk_date, f.former_since, card.potential_level,
                      card.user_id, card.team_id, card.pause_until,
                      GREATEST(f.last_purchase_date, COALESCE(f.entry_date,
                          card.create_date::date)) AS base,
                      card.partner_id, card.active, card.abc_class,
                      card.abc_class_computed, card.abc_class_manual, card.abc_excluded
                 FROM figure f JOIN client_card card ON card.ctid = f.place"""
        )

    # ---------------------------------------------------------------------- in words

    def _preview_nobody(self, company):
        cards = self.env["client.card"].sudo()
        if not cards.search_count([("company_id", "=", company.id)], limit=1):
            return self.env._(
                "%(company)s has no clients yet; with the first ones you see here how "
                "many get each class.",
                company=company.display_name,
            )
        return self.env._(
            "It would hold for no client of %(company)s: for each of them another "
            "regulation comes first, or none with his segment.",
            company=company.display_name,
        )

    def _preview_note(self, step):
        notes = []
        if step > 1:
            notes.append(
                self.env._("About: counted from one client in %(step)s.", step=step)
            )
        if self.abc_review == "monthly":
            notes.append(self.env._("Classes change at the next monthly review."))
        return " ".join(notes)

    def _preview_groups(self, counts):
        """The lines of the preview: label, what it says in words, now and then."""
        cards = self.env["client.card"]
        labels = {
            key: label
            for name in ("abc_class", "status", "purchase_state")
            for key, label in cards._fields[name]._description_selection(self.env)
        }
        labels["clients"] = self.env._("Under this regulation")
        labels["none"] = self.env._("No class")
        labels["newcomer"] = self.env._("Newcomers")
        words = self._preview_words()
        groups = [
            ["clients"],
            [key for key, _label in CLASSES] + ["none"] * any(counts["none"]),
            ["active", "former", "prospect"],
            ["newcomer", "late", "at_risk"],
        ]
        return [
            [
                {
                    "key": key,
                    "label": labels[key],
                    "words": words[key],
                    "now": counts[key][0],
                    "then": counts[key][1],
                }
                for key in group
            ]
            for group in groups
        ]

    def _preview_words(self):
        """{key: what makes a client one of these, in words with the figures}"""
        words = self._preview_class_words() | {
            "clients": "",
            "none": self.env._("“Not in ABC”"),
            "prospect": self.env._("no purchase yet"),
            "former": self.env._(
                "longer without a purchase; he keeps the class he had"
            ),
            "newcomer": self.env._(
                "first purchase in the last %(days)s days", days=self.newcomer_days
            ),
            "late": self.env._(
                "%(number)s cycles and 3 days without a purchase",
                number=self._preview_number(self.late_factor),
            ),
            "at_risk": self.env._(
                "%(number)s cycles without a purchase",
                number=self._preview_number(self.risk_factor),
            ),
        }
        words["active"] = self.env._(
            "bought in the last %(months)s months", months=self.former_after_months
        )
        if self.former_cycle_factor:
            words["active"] = self.env._(
                "bought in the last %(months)s months or %(number)s own cycles",
                months=self.former_after_months,
                number=self._preview_number(self.former_cycle_factor),
            )
        return words

    def _preview_class_words(self):
        """ "clients who bring the first 20 % of turnover", "the next, up to 80 %"..."""
        words, before = {}, 0
        for key in ("vip", "a", "b"):
            share = self[f"{key}_share"]
            percent = self._preview_number(share)
            if share == before:
                words[key] = self.env._("set by hand only")
            elif before:
                words[key] = self.env._(
                    "the next, up to %(share)s %% of turnover", share=percent
                )
            else:
                words[key] = self.env._(
                    "clients who bring the first %(share)s %% of turnover",
                    share=percent,
                )
            before = share
        if before == 100:
            words["c"] = self.env._("clients without turnover")
        else:
            words["c"] = self.env._("the rest")
        return words

    def _preview_number(self, value):
        """A figure with no more decimals than it has, in the user's language."""
        return number_in_words(self.env, value, 2)
