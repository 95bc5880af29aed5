from odoo import fields, models
from odoo.tools import date_utils
from odoo.tools.misc import formatLang

from .client_card import CLASSES
from .client_compliance_kept import COUNTS
from .client_compliance_report import BY
from .client_contact_rule import KINDS

# Added up over the norms of a row.
SUMS = ("is_kept", "is_late", "is_not_made", "is_tried", "is_out", "is_in")


def percent(part, whole):
    """A share in whole percent; None of nothing.

    Rounded, but 100 only where nothing is missing, and 0 only where nothing is.

    >>> percent(2, 3), percent(999, 1000), percent(1, 1000), percent(0, 5)
    (67, 99, 1, 0)
    """
    if not whole:
        return None
    if part in (0, whole):
        return 100 if part else 0
    return min(max((200 * part + whole) // (2 * whole), 1), 99)


class ClientComplianceReport(models.AbstractModel):
    """The table: a row per salesperson, team, class or kind, and the totals."""

    _inherit = "client.compliance.report"

    def _make_table(self, asked, single):
        """``columns``, ``rows`` and ``total``; see ``_columns`` and ``_row``."""
        field = BY[asked.by]
        sums = self._sums(asked, field)
        before = self._sums(asked, field, asked.before) if asked.before else {}
        lines = self._lines(asked, field) if asked.by in ("user", "team") else {}
        names = self._names(asked.by, {*sums, *lines})
        reminded = self._reminded() if asked.by == "user" else {}
        rows = [
            self._row(
                asked,
                (key, names[key]),
                sums.get(key, {}),
                before.get(key),
                lines.get(key),
            )
            | {"reminded": key and reminded.get(key, False)}
            for key in self._keys_in_order(asked.by, sums, names)
        ]
        every = self._add(lines.values()) if lines else None
        total = self._row(
            asked,
            (None, self.env._("Total")),
            self._add(sums.values()),
            self._add(before.values()) if before else None,
            every,
        )
        return {
            "columns": self._columns(asked, single),
            "rows": rows,
            "total": len(rows) > 1 and total,
        }

    def _keys_in_order(self, by, sums, names):
        """Keys of the rows: classes and kinds as they are declared, people and teams
        with most not made first; what has none comes last."""
        declared = {"class": CLASSES, "kind": KINDS}.get(by)
        if declared:
            place = {key: number for number, (key, _label) in enumerate(declared)}
            return sorted(names, key=lambda key: place.get(key, len(place)))
        return sorted(
            names,
            key=lambda key: (
                not key,
                -sums.get(key, {}).get("is_not_made", 0),
                names[key],
            ),
        )

    # ---------------------------------------------------------------------- the sums

    def _sums(self, asked, field, month=None):
        """{key: {name: sum}} of the norms of a month; ``counted`` is their number."""
        aggregates = ["__count", *(f"{name}:sum" for name in SUMS)]
        found = self.env["client.compliance"]._read_group(
            asked.domain(month=month), [field], aggregates
        )
        return {
            self._key(key): dict(zip(("counted", *SUMS), numbers, strict=True))
            for key, *numbers in found
        }

    def _lines(self, asked, field):
        """{key: {name: sum}} of the salespeople's lines; ``users``: whose they are,
        ``line_ids``: which."""
        found = {}
        for line in self.env["client.compliance.user"].search(asked.domain()):
            one = {name: line[name] for name in COUNTS} | {
                "users": [line.user_id.id],
                "line_ids": [line.id],
                "over": int(bool(line.limit) and line.load > line.limit),
            }
            key = self._key(line[field])
            found[key] = self._add([found[key], one]) if key in found else one
        return found

    def _key(self, value):
        return value.id if isinstance(value, models.BaseModel) else value

    def _add(self, dictionaries):
        total = {}
        for each in dictionaries:
            for name, number in each.items():
                total[name] = total[name] + number if name in total else number
        return total

    def _names(self, by, keys):
        """{key: what stands in the first column}."""
        without = {
            "user": self.env._("Without salesperson"),
            "team": self.env._("Without team"),
            "class": self.env._("Without class"),
            "kind": "",
        }
        if by in ("user", "team"):
            model = {"user": "res.users", "team": "crm.team"}[by]
            # sudo: whoever sees the figures sees the name, also of those who left.
            records = self.env[model].sudo().browse([key for key in keys if key])
            names = {record.id: record.name or "" for record in records}
        else:
            field = self.env["client.compliance"]._fields[BY[by]]
            names = dict(field._description_selection(self.env))
        return {key: names.get(key) or without[by] for key in keys}

    # ------------------------------------------------------------------------- a row

    def _row(self, asked, named, sums, before, lines):
        """One row.

        :param named: (key, name); the key of the totals is None
        :param before: sums of the month before, or None
        :param lines: sums of the salespeople's lines, or None
        :return: dictionary: ``key``, ``name``, ``cells`` ({column: cell}), ``open``
            (how many clients' norms unfold), ``about`` (more of the salesperson)
        """
        key, name = named
        leaf = [] if key is None else [(BY[asked.by], "=", key)]
        # As for a salesperson for whom nothing fell due.
        sums = dict.fromkeys(("counted", *SUMS), 0) | sums
        cells = self._judged_cells(asked, name, leaf, sums)
        cells["change"] = self._change_cell(sums, before)
        if lines is not None:
            cells |= self._load_cells(asked, name, lines)
        return {
            "key": key,
            "name": name,
            "word": asked.by == "class" and key,
            "cells": cells,
            "line_ids": lines["line_ids"] if lines else [],
            "about": self._about(lines) if lines and asked.by == "user" else [],
            "has_user": asked.by == "user" and bool(key),
        }

    def _cell(self, value, name, domain=None, model="compliance", **more):
        """A number with the list that it counts.

        :param name: title of the list
        :param domain: of the list; None where there is none
        """
        listed = {"list": model, "name": name, "domain": self._plain(domain or [])}
        return {"value": value} | (listed if domain is not None else {}) | more

    def _plain(self, domain):
        """The domain with its dates as strings."""
        return [
            (leaf[0], leaf[1], fields.Date.to_string(leaf[2]))
            if hasattr(leaf, "__len__") and hasattr(leaf[-1], "strftime")
            else leaf
            for leaf in domain
        ]

    def _judged_cells(self, asked, name, leaf, sums):
        def cell(label, key, *leaves, **more):
            title = self.env._("%(name)s: %(what)s", name=name, what=label)
            domain = asked.domain(*leaf, *leaves)
            return self._cell(sums[key], title, domain, **more)

        nothing = self.env._("Nothing was to be kept: there is no share of nothing.")
        share = percent(sums["is_kept"], sums["counted"])
        both = sums["is_out"] + sums["is_in"]
        ours = percent(sums["is_out"], both)
        return {
            "counted": cell(self.env._("norms counted"), "counted"),
            "kept": cell(self.env._("kept"), "is_kept", ("is_kept", "=", 1))
            | {
                "percent": share,
                "of": cell(self.env._("norms counted"), "counted"),
                "help": nothing if share is None else False,
            },
            "late": cell(self.env._("late"), "is_late", ("is_late", "=", 1)),
            "not_made": cell(
                self.env._("not made"), "is_not_made", ("is_not_made", "=", 1)
            ),
            "tried": cell(self.env._("tried"), "is_tried", ("is_tried", "=", 1)),
            "ours": cell(self.env._("we called first"), "is_out", ("is_out", "=", 1))
            | {
                "percent": ours,
                "of": self._cell(
                    both,
                    self.env._(
                        "%(name)s: %(what)s", name=name, what=self.env._("satisfied")
                    ),
                    asked.domain(*leaf, "|", ("is_out", "=", 1), ("is_in", "=", 1)),
                ),
                "help": self.env._("No contact satisfied a norm in this month.")
                if ours is None
                else False,
            },
        }

    def _change_cell(self, sums, before):
        """Percentage points against the month before."""
        now = percent(sums["is_kept"], sums["counted"])
        then = percent(before["is_kept"], before["counted"]) if before else None
        if now is None or then is None:
            text = self.env._("There is no share to compare with.")
            return {"value": None, "help": text}
        return {
            "value": now - then,
            "help": self.env._("%(now)s %% after %(then)s %%", now=now, then=then),
        }

    def _load_cells(self, asked, name, lines):
        """Load, and what became of the clients; a kept number of an earlier day has no
        list, as that list is gone."""
        company = ("company_id", "=", self.env.company.id)
        whose = self._whose("user_id", lines["users"])
        first, last = asked.month.month, date_utils.end_of(asked.month.month, "month")

        def cell(key, label, model=None, *leaves):
            title = self.env._("%(name)s: %(what)s", name=name, what=label)
            domain = [company, *leaves] if model else None
            return self._cell(lines[key], title, domain, model)

        def moved(key, label, movement):
            whom = self._whose("salesperson_id", lines["users"])
            days = ("date", ">=", first), ("date", "<=", last)
            kind = ("movement", "=", movement)
            return cell(key, label, "transition", kind, *days, whom)

        now = asked.is_open
        return {
            "clients": cell(
                "clients", self.env._("clients"), "card" if now else None, whose
            ),
            "norms": cell(
                "norms", self.env._("norms"), "obligation" if now else None, whose
            ),
            "load": self._load_cell(lines),
            "late_purchases": cell(
                "late_purchases",
                self.env._("late with purchase"),
                "card" if now else None,
                whose,
                ("purchase_state", "in", ["late", "at_risk"]),
            ),
            "lost": moved("lost", self.env._("became former"), "left"),
            "came_back": moved("came_back", self.env._("came back"), "returned"),
            "taken_over": cell("taken_over", self.env._("taken over"))
            | {"line_id": now and asked.by == "user" and self._only_line(lines)},
        }

    def _whose(self, field, users):
        return (field, "=", users[0]) if len(users) == 1 else (field, "in", users)

    def _load_cell(self, lines):
        """ "14.8 of 12", over the limit."""
        load = formatLang(self.env, lines["load"], digits=1)
        text = load
        if lines["limit"]:
            text = self.env._("%(load)s of %(limit)s", load=load, limit=lines["limit"])
        return {
            "value": lines["load"],
            "text": text,
            "over": self._over(lines),
        }

    def _only_line(self, lines):
        """Whose clients taken over can be listed: of several people it may be the same
        client."""
        return len(lines["line_ids"]) == 1 and lines["line_ids"][0]

    def _over(self, lines):
        """Who is over the limit, in words; False if nobody."""
        if len(lines["line_ids"]) == 1:
            return lines["over"] and self.env._("over the limit")
        return lines["over"] and self.env._("%s over the limit", lines["over"])

    def _about(self, lines):
        """Sentences about a salesperson that need no column."""
        about = []
        if lines["contacts"]:
            about.append(
                self.env._(
                    "Contacts made: %(number)s, with a note %(share)s %%",
                    number=lines["contacts"],
                    share=percent(lines["contacts_with_note"], lines["contacts"]),
                )
            )
        if lines["days_away"]:
            about.append(self.env._("Days away: %s", lines["days_away"]))
        return about
