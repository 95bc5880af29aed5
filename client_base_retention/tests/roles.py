"""Rows to try the rights of ``roles_table.py`` on, and users of every role."""

import inspect
from datetime import timedelta
from itertools import count

from odoo.exceptions import UserError, ValidationError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tools import mute_logger

from ..models.client_roles import ROLES
from .common import RIGHT_EXPORT, SALES, TODAY, ClientBaseCommon, ago
from .roles_table import ARGUMENTS, RANKS


def models_of_ours(env):
    """Models with rows that the addon brings."""
    return sorted(
        name
        for name in env.registry
        if name.startswith("client.") and not env[name]._abstract
    )


def methods_of_ours(env):
    """{model: public methods that the addon brings}."""
    of_all = dir(env.registry["base"])
    found = {}
    for name, model in env.registry.items():
        ours = [part for part in model.__mro__ if _is_ours(part)]
        others = [
            part
            for part in model.__mro__
            if part.__module__.startswith("odoo.addons.") and not _is_ours(part)
        ]
        names = {
            method
            for part in ours
            for method, function in vars(part).items()
            if inspect.isfunction(function)
            and not method.startswith("_")
            and not getattr(function, "_api_private", False)
            and method not in of_all
            and not any(method in vars(other) for other in others)
        }
        if names:
            found[name] = sorted(names)
    return found


def _is_ours(part):
    return part.__module__.startswith("odoo.addons.client_base_retention.")


def arguments_of(world, model, method):
    """The row of the world, where the method takes a record, and values for the
    parameters that have no default."""
    function = getattr(world.case.env.registry[model], method)
    arguments = []
    if not getattr(function, "_api_model", False):
        arguments.append(world.row(model).ids)
    for name, parameter in list(inspect.signature(function).parameters.items())[1:]:
        if parameter.default is parameter.empty:
            value = ARGUMENTS[name]
            arguments.append(value(world) if callable(value) else value)
    return arguments


def roles_up_to(role):
    """The group of a role, if it is one: it implies those below."""
    return [ROLES[role]] if role in ROLES else []


class World:
    """What a row is about: a user with a client of his in a company."""

    def __init__(self, case, user, company, partner):
        self.case, self.user, self.company = case, user, company
        self.partner, self.card = partner, case.card_of(partner, company)
        self.made = {}

    def row(self, model):
        """A row of a model about this user and client, as the user made it."""
        if model not in self.made:
            with mute_logger("odoo.models.unlink"):
                self.made[model] = self._find(model) or self._make(model)
        return self.made[model]

    def env(self, model):
        """The model as this user has it, with all rights, in his company."""
        env = self.case.env[model].with_user(self.user).sudo()
        return env.with_company(self.company)

    def _find(self, model):
        """A row that the client base has made itself."""
        search = FOUND.get(model)
        return search and self.env(model).search(search(self), limit=1)

    def _make(self, model):
        if model in MADE:
            return MADE[model](self)
        return self.env(model).create(self.values(model))

    def order(self):
        """A sale of this user to this client."""
        order = self.case.quote(self.partner, company=self.company, seller=self.user)
        order.team_id = False
        self.case.confirm(order)
        return order.with_user(self.user).sudo()

    def person(self):
        """Somebody who works for this client."""
        return self.env("res.partner").create(
            {"name": "Person", "parent_id": self.partner.id}
        )

    def unweighed(self):
        """The regulation without weights: each thing is weighed once."""
        policy = self.row("client.policy")
        policy.loyalty_parameter_ids.unlink()
        return policy

    def held_back(self):
        """The line of a sale whose data nobody has confirmed."""
        order = self.row("sale.order")
        self.case.env.flush_all()
        return self.env("client.confirmation.report").search(
            [("order_id", "=", order.id)], limit=1
        )

    def side(self):
        """A relation as it is seen from the client."""
        self.row("client.relation")
        self.case.env.flush_all()
        return self.env("client.relation.side").search(
            [("partner_id", "=", self.partner.id)], limit=1
        )

    def values(self, model):
        """Values for a new row: those named in ``VALUES``, and what is required."""
        values = dict(VALUES[model](self)) if model in VALUES else {}
        fields = self.case.env[model]._fields
        for name, value in (
            ("card_id", self.card.id),
            ("partner_id", self.partner.id),
            ("company_id", self.company.id),
            ("user_id", self.user.id),
        ):
            field = fields.get(name)
            if field and field.store and not (field.compute or field.related):
                values.setdefault(name, value)
        for name, field in fields.items():
            if field.required and name not in values and not field.compute:
                if self.case.env[model].default_get([name]).get(name) is None:
                    values[name] = self._required(field)
        return values

    def _required(self, field):
        if field.type == "many2one":
            return self.row(field.comodel_name).id
        if field.type == "selection":
            return field.get_values(self.case.env)[0]
        if field.type == "date":
            return TODAY
        if field.type == "datetime":
            return f"{TODAY} 10:00:00"
        text = field.type in ("char", "text", "html")
        return f"{field.name} of {self.user.login}" if text else 1


# Rows that the client base makes itself are looked for.
FOUND = {
    "res.partner": lambda w: [("id", "=", w.partner.id)],
    "res.company": lambda w: [("id", "=", w.company.id)],
    "client.card": lambda w: [("id", "=", w.card.id)],
    "client.compliance.month": lambda w: [("company_id", "=", w.company.id)],
    "client.role": lambda w: [("role", "=", "own")],
    "client.abc.cutoff": lambda w: [("company_id", "=", w.company.id)],
    "client.purchase": lambda w: [
        ("partner_id", "=", w.partner.id),
        ("company_id", "=", w.company.id),
    ],
    "client.history.line": lambda w: [
        ("partner_id", "=", w.partner.id),
        ("company_id", "=", w.company.id),
    ],
    "client.obligation": lambda w: [("card_id", "=", w.card.id)],
    "client.policy": lambda w: [("company_id", "=", w.company.id)],
    "client.contact.rule": lambda w: [("policy_id.company_id", "=", w.company.id)],
    "client.transition": lambda w: [("card_id", "=", w.card.id)],
}
NUMBERS = count(1)
# What a new row needs besides the client, the company and the user.
VALUES = {
    "client.loyalty.parameter": lambda w: {"policy_id": w.unweighed().id},
    # Names stand once only.
    "client.segment": lambda w: {"name": f"Segment {next(NUMBERS)}"},
    "client.segment.constant": lambda w: {"name": f"Constant {next(NUMBERS)}"},
    # A page that somebody filled in is archived, not deleted.
    "client.subscribe.entry": lambda w: {
        "form_id": w.env("client.subscribe.form")
        .create(w.values("client.subscribe.form"))
        .id
    },
    "client.growth.product": lambda w: {"product_id": w.case.product.id},
    "client.review": lambda w: {"text": "A new telephone"},
    "client.business.card": lambda w: {"person_name": "Ann Smith"},
    "client.compliance.month": lambda w: {"measured_on": TODAY},
    "crm.lead": lambda w: {"name": "Lead", "type": "opportunity"},
    "client.confirmation": lambda w: {"salesperson_id": w.user.id},
    "client.change.employer": lambda w: {"person_id": w.person().id},
    "client.employment": lambda w: {
        "person_id": w.person().id,
        "company_partner_id": w.partner.id,
    },
    "client.relation": lambda w: {
        "other_id": w.company.partner_id.id,
        "type_id": w.case.env.ref(
            "client_base_retention.client_relation_type_friend"
        ).id,
    },
    # Its own consent comes first.
    "client.sensitive.note": lambda w: w.row("client.consent") and {},
    "client.sensitive.opening": lambda w: {"person_id": w.partner.id},
    "client.material.send": lambda w: {"card_ids": [(6, 0, w.card.ids)]},
    "client.hand.over": lambda w: {"card_ids": [(6, 0, w.card.ids)]},
}
# Rows that come about by themselves.
MADE = {
    "sale.order": World.order,
    "client.confirmation.report": World.held_back,
    "client.relation.side": World.side,
}
# The field that is written, where the first plain one is not for users.
WRITTEN = {"client.owner.proposal": "user_id", "client.hand.over": "way"}
# Of which a client has one at most: a new one needs a client without.
FRESH = ("client.card",)
QUIET = (
    "odoo.addons.base.models.ir_access",
    "odoo.addons.base.models.ir_rule",
    "odoo.models",
    "odoo.models.unlink",
)


class RolesCase(ClientBaseCommon):
    """A user of each role with a client, a colleague, somebody of the other company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["client.contact.rule"].create(
            [
                {"policy_id": policy.id, "status": "active", "interval_count": 30}
                for policy in cls.policy | cls.policy_b
            ]
        )
        rights = f"{SALES},base.group_partner_manager,base.group_allow_export"
        cls.users = {
            role: cls.make_user(f"ro_{role}", ",".join([rights, *roles_up_to(role)]))
            for role in RANKS
        }
        role = ROLES["head"]
        cls.exporter = cls.make_user("ro_exporter", f"{rights},{role},{RIGHT_EXPORT}")
        cls.half = cls.make_user("ro_half", f"{SALES},{role},{RIGHT_EXPORT}")
        cls.colleague = cls.make_user("ro_colleague", f"{rights},{ROLES['own']}")
        cls.stranger = cls.make_user(
            "ro_stranger", f"{rights},{ROLES['head']}", cls.company_b
        )
        clients = {
            user: cls.make_partner(f"Client of {user.login}", user_id=user.id)
            for user in (
                *cls.users.values(),
                cls.exporter,
                cls.half,
                cls.colleague,
                cls.stranger,
            )
        }
        cls.env["client.purchase.entry"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": user.company_id.id,
                    "currency_id": user.company_id.currency_id.id,
                    "date": when,
                    "amount": 100,
                }
                for user, partner in clients.items()
                for when in (ago(400), ago(5))
            ]
        )
        cls.start(cls.company, cls.company_b)
        (cls.policy | cls.policy_b).data_confirmation = "manual"
        cls.env["client.card"]._derive_all(today=TODAY - timedelta(days=1))
        cls.env["client.card"]._derive_all(today=TODAY)
        cls.clients = clients
        cls.env.flush_all()

    def world(self, user):
        return World(self, user, user.company_id, self.clients[user])

    # ------------------------------------------------------- operations as by RPC

    def attempt(self, user, method, model, *arguments):
        """Call a public method as the web client and RPC call it, and undo what it did.

        :return: False if ``user`` may not, else a list of what the call handed back.
            Only "you may not" is a no: a wrong value is a fault of the test.
        """
        records = self.env[model].with_user(user).with_company(user.company_id)
        records = records.with_context(allowed_company_ids=user.company_ids.ids)
        self.env.flush_all()
        try:
            with mute_logger(*QUIET), self.env.cr.savepoint() as point:
                result = call_kw(records, method, list(arguments), {})
                if method not in ("read", "search_count"):
                    self.env.flush_all()
                    point.rollback()
        except ValidationError:
            raise
        except UserError:
            return False
        finally:
            self.env.invalidate_all(flush=False)
        return [result]

    def may(self, user, operation, row):
        """Whether ``user`` may do an operation with a row that exists."""
        model, ids = row._name, row.ids
        if operation == "write":
            return bool(self.attempt(user, "write", model, ids, self.same(row)))
        if operation != "read":
            return bool(self.attempt(user, operation, model, ids))
        read = bool(self.attempt(user, "read", model, ids, ["display_name"]))
        found = self.attempt(user, "search_count", model, [("id", "in", ids)])
        self.assertEqual(
            read, bool(found and found[0]), f"{user.login}: {row} is found"
        )
        return read

    def same(self, row):
        """Values that change nothing: of one field that users write."""
        stored = [
            field
            for field in row._fields.values()
            if field.store and field.name not in MAGIC_COLUMNS
        ]
        plain = [
            field
            for field in stored
            if field.type in ("boolean", "char", "text", "integer", "date")
            and not (field.readonly or field.compute or field.related)
        ]
        name = WRITTEN.get(row._name) or (plain or stored)[0].name
        return {name: row._fields[name].convert_to_write(row.sudo()[name], row)}

    def new_values(self, user, model):
        """Values of a new row about a client of the user."""
        world = self.world(user)
        if model in FRESH:
            world.partner = self.make_partner("Fresh", user_id=user.id)
        return world.values(model)
