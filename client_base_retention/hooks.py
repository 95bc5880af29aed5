"""Installation and removal: what Odoo's own machinery does not do."""

from odoo.tools import SQL

from .models.client_roles import ROLE
from .models.client_roles import SALES_ROLES as ROLES


def post_init_hook(env):
    """Give the existing sales people their roles and start the first computation.

    The computation runs as a scheduled action in the background, so that installing
    takes no longer on a large database.
    """
    # Users of demo data that could not be loaded are gone, but not from the cache.
    env.invalidate_all()
    # Who has a role keeps it: salespeople of the demo data do.
    with_role = env.ref(ROLE).all_user_ids
    exporters = env.ref("base.group_allow_export").all_user_ids
    for sales_group, role in ROLES.items():
        users = env.ref(sales_group).all_user_ids.filtered(lambda u: not u.share)
        env.ref(role)._client_add_users(users - with_role)
    # Whoever may export keeps it (product.md 1f); the head narrows it when she likes.
    env.ref("client_base_retention.group_client_export")._client_add_users(
        exporters.filtered(lambda u: not u.share)
    )
    env["res.users"]._fold_for_few_users()
    env["mail.activity"]._fill_clients()
    env.ref("client_base_retention.ir_cron_client_derive")._trigger()
    env["client.history.run"]._begin()


def uninstall_hook(env):
    """Remove the indexes that the addon put on tables of Odoo, and its marks."""
    # The kinds of relation came with the addon and go before what people made of them.
    env.cr.execute("DELETE FROM client_relation")
    _forget_saved(env)
    _drop_foreign_names(env)
    env["ir.config_parameter"].search(
        [("key", "=like", "client_base_retention.%")]
    ).unlink()
    for table in (
        "sale_order",
        "account_move",
        "res_partner",
        "mail_activity",
        "calendar_attendee",
    ):
        env.cr.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = %s AND "
            "indexname LIKE %s AND schemaname = current_schema",
            [table, f"{table}\\_client\\_%"],
        )
        for (name,) in env.cr.fetchall():
            env.cr.execute(f'DROP INDEX IF EXISTS "{name}"')


def _forget_saved(env):
    """Remove what users saved for screens that go: filters, exports, imports.

    On the models of Odoo these are the filters that name a field of the addon: as a
    default such a filter would keep the screen from opening.
    """
    for table, column in (
        ("ir_filters", "model_id"),
        ("ir_exports", "resource"),
        ("base_import_mapping", "res_model"),
    ):
        env.cr.execute(
            SQL(
                "DELETE FROM %s WHERE %s IN"
                " (SELECT model FROM ir_model WHERE id IN %s)",
                SQL.identifier(table),
                SQL.identifier(column),
                _of_addon_alone("ir.model"),
            )
        )
    env.cr.execute(
        SQL(
            """DELETE FROM ir_filters f
                USING ir_model_fields x
                WHERE x.model = f.model_id AND x.id IN %s
                  AND concat_ws(' ', f.domain, f.context, f.sort)
                      ~ ('["'']' || x.name || '["''.: ]')""",
            _of_addon_alone("ir.model.fields"),
        )
    )


def _of_addon_alone(model):
    """``SQL``: ids of the records of a model that the addon brought, nobody else."""
    return SQL(
        """(SELECT res_id FROM ir_model_data WHERE model = %s GROUP BY res_id
            HAVING bool_and(module = 'client_base_retention'))""",
        model,
    )


def _drop_foreign_names(env):
    """Remove the names that other modules gave to parts of the addon's models.

    What a model inherits of activities is named by the module that wrote it, and Odoo
    removes only the names of the addon itself.
    """
    env.cr.execute(
        """WITH own AS (
               SELECT m.id, replace(m.model, '.', '_') AS name
                 FROM ir_model m
                 JOIN ir_model_data d ON d.model = 'ir.model' AND d.res_id = m.id
             GROUP BY m.id
               HAVING array_agg(d.module::text) = ARRAY['client_base_retention']
           )
           DELETE FROM ir_model_data d
            USING own
            WHERE d.module <> 'client_base_retention'
              AND (d.model = 'ir.model.fields.selection'
                   AND starts_with(d.name, 'selection__' || own.name || '__')
                OR d.model = 'ir.model.inherit'
                   AND starts_with(d.name, 'model_inherit__' || own.name || '__')
                OR d.model = 'ir.model.fields'
                   AND starts_with(d.name, 'field_' || own.name || '__'))"""
    )
