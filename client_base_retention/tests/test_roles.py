"""Every role with every model and operation, called as RPC calls it (design 5).

The expected rights stand in ``roles_table.py``; here each one is tried by a
real user of each role, with a row of his own, of a colleague and of another company. A
model or a public method that is missing in the tables fails.
"""

from odoo.exceptions import AccessError, UserError
from odoo.models import MAGIC_COLUMNS
from odoo.service.model import call_kw
from odoo.tests import HttpCase, JsonRpcException, freeze_time, tagged
from odoo.tools import mute_logger

from ..models.client_roles import ROLES
from .common import NOON
from .roles import QUIET, RolesCase, arguments_of, methods_of_ours, models_of_ours
from .roles_table import (
    EXPORT_NEEDS_RIGHT,
    HARMLESS,
    RANKS,
    expected,
    expected_methods,
    may,
)

# Of Odoo, and about no client.
NOT_OF_CLIENTS = ("res.company", "res.config.settings")


@tagged("post_install", "-at_install")
@freeze_time(NOON)
class TestRoles(RolesCase):
    def test_every_model_is_in_the_table(self):
        self.assertEqual(models_of_ours(self.env), sorted(expected()))

    def test_new_rows(self):
        for role, user in self.users.items():
            for model, rights in expected().items():
                with self.subTest(role=role, model=model):
                    values = self.new_values(user, model)
                    made = self.attempt(user, "create", model, values)
                    self.assertEqual(bool(made), may(role, rights["own"]["create"]))

    def test_own_rows(self):
        for role, user in self.users.items():
            world = self.world(user)
            for model, rights in expected().items():
                for operation in ("read", "write", "unlink"):
                    with self.subTest(role=role, model=model, operation=operation):
                        done = self.may(user, operation, world.row(model))
                        lowest = rights["own"][operation]
                        self.assertEqual(done, may(role, lowest))

    def test_rows_of_others(self):
        world = self.world(self.colleague)
        for model, rights in expected().items():
            for role, user in self.users.items():
                for operation, lowest in rights["others"].items():
                    with self.subTest(role=role, model=model, operation=operation):
                        done = self.may(user, operation, world.row(model))
                        self.assertEqual(done, may(role, lowest))

    def test_rows_of_another_company(self):
        world = self.world(self.stranger)
        for model, rights in expected().items():
            for role in ("own", "head"):
                for operation, lowest in rights["others"].items():
                    with self.subTest(role=role, model=model, operation=operation):
                        shared = rights["company"] == "="
                        done = self.may(self.users[role], operation, world.row(model))
                        self.assertEqual(done, shared and may(role, lowest))

    def test_rows_are_not_made_in_another_company(self):
        """A new row must not name a company that its user may not enter."""
        for model, rights in expected().items():
            if rights["own"]["create"] == "-" or rights["company"] == "=":
                continue
            if rights["others"]["read"] == "-":
                continue  # dialogs and lists of one's own
            values = self.new_values(self.stranger, model)
            with self.subTest(model=model):
                self.assertFalse(
                    self.attempt(self.users["head"], "create", model, values)
                )

    def test_export(self):
        for user, has_odoos, has_ours in (
            (self.users["head"], True, False),
            (self.exporter, True, True),
            (self.half, False, True),
        ):
            world = self.world(user)
            for model, rights in expected().items():
                if rights["own"]["read"] == "-":
                    continue
                allowed = has_odoos and (has_ours or model not in EXPORT_NEEDS_RIGHT)
                with self.subTest(model=model, user=user.login):
                    row = world.row(model)
                    fields = self.exported(user, model)
                    done = self.attempt(user, "export_data", model, row.ids, fields)
                    self.assertEqual(bool(done), allowed)

    def exported(self, user, model):
        """Names of the stored fields that the user sees."""
        seen = self.env[model].with_user(user).fields_get(attributes=["type"])
        return [
            name
            for name, field in self.env[model]._fields.items()
            if name in seen
            and field.store
            and field.exportable
            and name not in MAGIC_COLUMNS
        ]

    # ----------------------------------------------------------------- public methods

    def test_every_public_method_is_in_the_table(self):
        found = methods_of_ours(self.env)
        self.assertEqual(
            found, {key: sorted(v) for key, v in expected_methods().items()}
        )

    def is_denied(self, user, world, model, method):
        """Whether a public method says "you may not"; what it did is undone."""
        records = self.env[model].with_user(user).with_company(user.company_id)
        records = records.with_context(allowed_company_ids=user.company_ids.ids)
        arguments = arguments_of(world, model, method)
        self.env.flush_all()
        self.env.invalidate_all()  # else what others have read is read again
        try:
            with mute_logger(*QUIET), self.env.cr.savepoint() as point:
                call_kw(records, method, arguments, {})
                self.env.flush_all()
                point.rollback()
        except AccessError:
            return True
        except (UserError, ValueError):
            return False
        finally:
            self.env.invalidate_all(flush=False)
        return False

    def test_public_methods(self):
        for role, user in self.users.items():
            world = self.world(user)
            for model, methods in expected_methods().items():
                for method, lowest in methods.items():
                    with self.subTest(role=role, model=model, method=method):
                        denied = self.is_denied(user, world, model, method)
                        self.assertEqual(denied, not may(role, lowest))

    def test_public_methods_on_clients_of_others(self):
        table = expected()
        user, world = self.users["own"], self.world(self.colleague)
        for model, methods in expected_methods().items():
            reads = table[model]["others"]["read"] if model in table else "all"
            if may("own", reads) or self.env[model]._abstract:
                continue
            for method, lowest in methods.items():
                if lowest != "none" and model not in NOT_OF_CLIENTS:
                    with self.subTest(model=model, method=method):
                        denied = self.is_denied(user, world, model, method)
                        self.assertEqual(denied, (model, method) not in HARMLESS)


@tagged("post_install", "-at_install")
class TestRolesHttp(HttpCase):
    """The same over HTTP, once for each model: nobody without a role gets in."""

    def test_without_a_role(self):
        user = self.env["res.users"].create(
            {
                "name": "Plain",
                "login": "ro_http",
                "password": "ro_http",
                "group_ids": [(6, 0, self.env.ref("base.group_user").ids)],
            }
        )
        self.assertFalse(user.client_role)
        self.authenticate("ro_http", "ro_http")
        for model, rights in expected().items():
            with self.subTest(model=model), mute_logger("odoo.http"):
                if may("none", rights["own"]["read"]):
                    self.call(model)
                else:
                    with self.assertRaisesRegex(JsonRpcException, "AccessError"):
                        self.call(model)

    def call(self, model):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/search_read",
            {
                "model": model,
                "method": "search_read",
                "args": [[], ["display_name"]],
                "kwargs": {"limit": 1},
            },
        )


@tagged("post_install", "-at_install")
class TestRoleChain(RolesCase):
    def test_each_role_includes_those_before(self):
        for number, role in enumerate(RANKS):
            for other in RANKS[1:]:
                has = self.users[role].has_group(ROLES[other])
                self.assertEqual(has, RANKS.index(other) <= number, f"{role} {other}")
