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
