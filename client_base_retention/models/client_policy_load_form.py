from collections import defaultdict

from psycopg2 import errors

from odoo import api, fields, models
from odoo.tools import SQL

from .client_card_why import number_in_words
from .client_policy import DERIVED_FROM
from .client_policy_contact import CONTACTS_FROM
from .client_policy_preview import NEW

# So many people are named; the rest is one number.
NAMED = 12
# What a norm's row in the statement has, with the types that "not set" needs.
RULE_COLUMNS = {
    "sequence": "integer",
    "status": "varchar",
    "abc_class": "varchar",
    "potential_level": "varchar",
    "is_newcomer": "boolean",
    "kind": "varchar",
    "interval_count": "integer",
    "interval_unit": "varchar",
    "first_days": "integer",
    "season_from": "integer",
    "season_to": "integer",
    "warning_days": "integer",
    "responsible": "varchar",
}


class ClientPolicy(models.Model):
    """The load as it is shown: on the form while somebody types, and in words."""

    _inherit = "client.policy"

    load = fields.Json(
        compute="_compute_load",
        help="How many contacts a working day the norms ask of each salesperson. A "
        "meeting is also a call: where both are due, only the calls beyond the "
        "meetings count.",
    )

    @api.depends(
        "daily_task_limit",
        "fallback_user_id",
        "rule_ids.responsible_user_id",
        *sorted(DERIVED_FROM | CONTACTS_FROM - {"start_date"}),
        *(f"rule_ids.{name}" for name in RULE_COLUMNS),
    )
    @api.depends_context("uid", "company", "allowed_company_ids", "lang", "tz")
    def _compute_load(self):
        for policy in self:
            policy.load = policy._load_unsaved()

    def onchange(self, values, field_names, fields_spec):
        """What the form shows already is not counted again only to be compared."""
        if field_names and "load" in fields_spec:
            values = values | {"load": False}
            self._fields["load"]._update_cache(self, None)
        return super().onchange(values, field_names, fields_spec)

    # ---------------------------------------------------------------- unsaved values

    def _load_unsaved(self):
        """The load of these values, saved or not, in the company of the preview.

        :return: as of ``_load_in_words`` and ``norms`` (see ``_load_table``);
            {"sentence": why there are no numbers}; False for presets
        """
        self.ensure_one()
        if self.is_preset:
            return False
        rules = self._load_rules()
        table = {"norms": self._load_table({})}
        if self.env.user._client_is_restricted():
            return table
        if not rules:
            return {"sentence": self.env._("Without norms nobody has to be contacted.")}
        company = self.company_id._origin
        if company not in self.env.companies:
            company = self.env.company
        try:
            with self.env.cr.savepoint(flush=False):
                if self._preview_wrong() or not self.active:
                    return table
                load, limits = self._load_live(company, rules)
        except errors.DataError:
            return table
        by_rule = defaultdict(float)
        for (_user, rule), need in load.items():
            by_rule[rule] += need
        words = self._load_in_words(load, limits)
        return words | {"norms": self._load_table(by_rule)}

    def _load_rules(self):
        """{number in the statement: norm} of the norms that can be counted."""
        return {
            rule._origin.id or -place: rule
            for place, rule in enumerate(self.rule_ids, start=1)
            if rule.interval_count > 0 and rule.status and rule.kind
        }

    def _load_live(self, company, rules):
        # sudo: who may read regulations sees what they ask, not of whom.
        self = self.sudo()
        cards = self.env["client.card"]
        cards._execute_flush()
        regulations = self._preview_rules(company)
        ids, total = self._preview_clients(company, regulations)
        if not ids:
            return {}, {}
        cards, today = cards.browse(ids), company._client_today()
        rows = self._preview_execute(
            SQL(
                """WITH %(figures)s,
                        c AS MATERIALIZED (%(then)s),
                        k AS MATERIALIZED (%(limits)s),
                        client AS (
                   SELECT c.policy_id, c.status, %(effective)s AS abc_class,
                          c.potential_level, c.newcomer_until, c.former_since,
                          c.user_id, c.team_id, c.base
                     FROM c LEFT JOIN k USING (policy_id)
             JOIN LATERAL (SELECT %(computed)s AS computed) AS aim ON TRUE
                    WHERE (c.pause_until > %(today)s) IS NOT TRUE),
                        %(load)s""",
                figures=cards._standing_figures(company, today, regulations),
                then=self._preview_then(),
                limits=cards._abc_limits(SQL("c"), SQL("TRUE"), regulations.policies),
                effective=cards._abc_effective(SQL("aim.computed"), SQL("FALSE")),
                computed=cards._abc_computed(),
                today=today,
                load=self._load_query(
                    company, self._load_row(), self._load_rule_rows(rules)
                ),
            )
        )
        return self._load_rows(rows, rules, total / len(ids))

    def _load_row(self):
        """``SQL`` of this regulation, as far as its norms need it."""
        columns = (
            "former_norm_months",
            "prospect_norm_months",
            "warning_days",
            "daily_task_limit",
        )
        return SQL(
            "SELECT %s AS id, FALSE AS is_preset, %s::integer AS fallback_user_id, %s",
            self._origin.id or NEW,
            self.fallback_user_id._origin.id or None,
            SQL(", ").join(
                SQL("%s::integer AS %s", self[name], SQL.identifier(name))
                for name in columns
            ),
        )

    def _load_rule_rows(self, rules):
        """``SQL`` of the norms of this regulation, as they would be kept."""
        rows = [
            SQL(
                "(%s, %s, %s::integer, %s)",
                number,
                self._origin.id or NEW,
                rule.responsible_user_id._origin.id or None,
                SQL(", ").join(
                    SQL("%s::%s", value or None, SQL(kind))
                    for value, kind in (
                        (rule[name], kind) for name, kind in RULE_COLUMNS.items()
                    )
                ),
            )
            for number, rule in rules.items()
        ]
        names = ("id", "policy_id", "responsible_user_id", *RULE_COLUMNS)
        return SQL(
            "SELECT * FROM (VALUES %s) AS r (%s)",
            SQL(", ").join(rows),
            SQL(", ").join(map(SQL.identifier, names)),
        )

    # ---------------------------------------------------------------------- in words

    @api.model
    def _load_in_words(self, load, limits):
        """What a load says to the head.

        :param load: as of ``_load_of``
        :param limits: {user id: limit}
        :return: {"sentence", "costly", "people": those over the limit first, each
            {"id", "name", "load", "limit", "over"}, "more": number of the
            others}
        """
        by_user, by_rule = defaultdict(float), defaultdict(float)
        for (user_id, rule), need in load.items():
            by_user[user_id] += need
            by_rule[rule] += need
        people = [
            self._load_person(user_id, need, limits.get(user_id, 0))
            for user_id, need in by_user.items()
            if need
        ]
        people.sort(key=lambda one: (not one["over"], not one["id"], -one["need"]))
        return {
            "sentence": self._load_sentence(people),
            "costly": self._load_costly(by_rule),
            "people": people[:NAMED],
            "more": len(people[NAMED:]),
        }

    def _load_person(self, user_id, need, limit):
        # sudo: the name of a colleague.
        user = self.env["res.users"].sudo().browse(user_id or ())
        return {
            "id": user_id,
            "name": user.name or self.env._("Nobody is responsible"),
            "need": need,
            "load": self._load_number(need),
            "limit": limit,
            "over": bool(user_id) and need > limit + 1e-6,
        }

    def _load_sentence(self, people):
        """ "These norms need 9.1 contacts a day each; limit 12" """
        own = [one for one in people if one["id"]]
        if not people:
            return self.env._("These norms need no contacts at present.")
        if not own:
            return self.env._(
                "These norms need %(load)s contacts a day; nobody is responsible.",
                load=people[0]["load"],
            )
        each = sum(one["need"] for one in own) / len(own)
        limits = sorted({one["limit"] for one in own})
        return self.env._(
            "These norms need %(load)s contacts a day each; limit %(limit)s.",
            load=self._load_number(each),
            limit="–".join(str(limit) for limit in {limits[0]: 0, limits[-1]: 0}),
        )

    def _load_number(self, need):
        """ "9.1"; small ones with a digit more, so that little is not nothing."""
        return number_in_words(self.env, need, 1 if need >= 0.095 else 2)

    def _load_costly(self, by_rule):
        """The norm that asks most, in words; empty where there is but one."""
        if len(by_rule) < 2:
            return ""
        rule, need = max(by_rule.items(), key=lambda item: item[1])
        return self.env._(
            "Most of it, %(load)s a day in all: %(norm)s.",
            load=self._load_number(need),
            norm=rule.sentence,
        )

    def _load_table(self, by_rule):
        """The norms as a table class x kind, in words, with what each of them asks.

        :param by_rule: {norm: contacts a day}; empty: not known
        :return: {"kinds": titles, "rows": [{"who", "cells": [[{"text", "load"}]]}]}
        """
        labels = dict(
            self.env["client.contact.rule"]
            ._fields["kind"]
            ._description_selection(self.env)
        )
        kinds = [kind for kind in labels if kind in self.rule_ids.mapped("kind")]
        rows = {}
        for rule in self.rule_ids:
            if rule.status and rule.kind:
                cells = rows.setdefault(
                    rule._who_in_words(), {kind: [] for kind in kinds}
                )
                text = rule._often_in_words()
                if rule.season_from and rule.season_to:
                    text = f"{text} ({rule._season_in_words()})"
                need = by_rule.get(rule) and self._load_number(by_rule[rule])
                cells[rule.kind].append({"text": text, "load": need or False})
        return {
            "kinds": [labels[kind] for kind in kinds],
            "rows": [
                {"who": who, "cells": list(cells.values())}
                for who, cells in rows.items()
            ],
        }
