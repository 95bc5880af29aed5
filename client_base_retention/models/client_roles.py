"""The roles of the client base (design 5): each one includes those before it."""

OWN = "client_base_retention.group_client_own"
TEAM = "client_base_retention.group_client_team"
ALL = "client_base_retention.group_client_all"
STEWARD = "client_base_retention.group_client_steward"
HEAD = "client_base_retention.group_client_head"
# A right beside the roles: to take clients out of Odoo as a file.
EXPORT = "client_base_retention.group_client_export"

# The lowest role: who has it works with clients at all.
ROLE = OWN

# By the key under which screens and settings name them, the lowest first.
ROLES = {"own": OWN, "team": TEAM, "all": ALL, "steward": STEWARD, "head": HEAD}
ROLE_NAMES = [
    ("own", "Own clients"),
    ("team", "Team's clients"),
    ("all", "All clients"),
    ("steward", "Data steward"),
    ("head", "Head"),
]

# Who sells gets a role of the client base: at installation, and whoever begins to sell
# later. Given to users one by one, not implied by Odoo's groups: implied ones could
# never be narrowed.
SALESMAN = "sales_team.group_sale_salesman"
SALES_ROLES = {SALESMAN: ALL, "sales_team.group_sale_manager": HEAD}
# Whether new salespeople get *Own clients*.
NEW_OWN = "client_base_retention.new_salespeople_own"
