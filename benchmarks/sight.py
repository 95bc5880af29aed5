"""What record rules cost: the same pages for a user who sees his own clients only."""

from cases import COUNTED, PAGE, fields_of
from clock import median

OWN_CLIENTS = 500
UNASSIGNED = "client_base_retention.unassigned_clients"
ROLES = {
    "own": "client_base_retention.group_client_own",
    "team": "client_base_retention.group_client_team",
    "all": "client_base_retention.group_client_all",
}


def sight(env, table):
    """Pages of a user with 500 clients, of one in a team, and of one who sees all: the
    limit is the last one's."""
    users = people(env)
    opportunities(env)
    for name, unassigned in (("own", "head"), ("own", "all"), ("team", "head")):
        env["ir.config_parameter"].sudo().set_param(UNASSIGNED, unassigned)
        env.cr.commit()
        note = "and unassigned" if unassigned == "all" else ""
        for what, call in pages(env):
            sides = [env(user=users[role]) for role in (name, "all")]
            table.add(
                f"{what}: {name} clients {note}".strip(),
                *(median(lambda e=side, c=call: c(e)) for side in sides),
                "the same for all clients",
            )
    env["ir.config_parameter"].sudo().set_param(UNASSIGNED, "all")
    env.cr.commit()


def people(env):
    """Users by role: one owns 500 clients, one is in the team of a salesperson."""
    sales = env.ref("sales_team.group_sale_salesman_all_leads")
    users = {
        name: env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": name,
                "login": f"sight_{name}",
                "group_ids": [(6, 0, [sales.id, env.ref(role).id])],
            }
        )
        .id
        for name, role in ROLES.items()
    }
    team = env["crm.team"].create({"name": "Sight", "user_id": users["team"]})
    seller = env["res.users"].search([("login", "=", "seller0")])
    env["crm.team.member"].create({"crm_team_id": team.id, "user_id": seller.id})
    env.flush_all()
    cr = env.cr
    cr.execute(
        """WITH own AS (SELECT id FROM client_card ORDER BY id DESC LIMIT %s),
                card AS (UPDATE client_card c SET user_id = %s FROM own
                          WHERE c.id = own.id RETURNING c.partner_id)
           UPDATE res_partner p SET client_user_id = %s,
                  user_id = CASE WHEN p.id = card.partner_id THEN %s END
             FROM card WHERE p.commercial_partner_id = card.partner_id""",
        [OWN_CLIENTS, users["own"], users["own"], users["own"]],
    )
    for name in ("client_card", "res_partner"):
        cr.execute(f"ANALYZE {name}")
    cr.commit()
    env.invalidate_all()
    return users


def opportunities(env):
    """One for every fifth client, of his salesperson: copies of one that Odoo made."""
    first = env["crm.lead"].create({"name": "First", "type": "opportunity"})
    env.flush_all()
    changed = ("id", "partner_id", "user_id")
    kept = ", ".join(
        name
        for name, field in env["crm.lead"]._fields.items()
        if field.store and field.column_type and name not in changed
    )
    env.cr.execute(
        f"""INSERT INTO crm_lead (partner_id, user_id, {kept})
            SELECT c.partner_id, c.user_id, l.{kept.replace(", ", ", l.")}
              FROM client_card c, crm_lead l WHERE l.id = %s AND c.id %% 5 = 0""",
        [first.id],
    )
    env.cr.execute("ANALYZE crm_lead")
    env.cr.commit()


def pages(env):
    """(what, function of an environment) of the pages that are compared."""
    names = {
        model: fields_of(env[model], "list")
        for model in ("res.partner", "client.card", "client.touchpoint", "crm.lead")
    }

    def page(model, domain=()):
        def call(env):
            env.invalidate_all()
            env[model].web_search_read(
                list(domain), names[model], limit=PAGE, count_limit=COUNTED
            )

        return call

    def found(env):
        env.invalidate_all()
        env["res.partner"].name_search("Person 7", limit=8)

    def board(env):
        env.invalidate_all()
        env["client.card"].web_read_group([], ["abc_class"], ["turnover:sum"])

    overdue = [("contact_state", "=", "overdue")]
    return [
        ("contacts", page("res.partner")),
        ("contact by name", found),
        ("clients", page("client.card")),
        ("overdue clients", page("client.card", overdue)),
        ("clients by class", board),
        ("touchpoints", page("client.touchpoint")),
        ("opportunities", page("crm.lead")),
    ]
