from odoo import SUPERUSER_ID, api

from odoo.addons.client_base_retention.models.client_policy_data import DEFAULT

# What a full card has stood as names of the contact's fields; now they are
# requirements. Names that no check stands for were never shown.
CODES = {
    "phone": "phone",
    "email": "email",
    "street": "address",
    "website": "website",
    "vat": "vat",
    "source_id": "source",
    "segment_id": "segment",
    "child_ids": "person",
    "birthdate_date": "person_birthday",
    "child_ids.birthdate_date": "person_birthday",
    "user_id": "salesperson",
}


def migrate(cr, version):
    """Make requirements of what regulations said, and have the completeness derived.

    A regulation that said nothing asks for what a new one asks for.
    """
    env = api.Environment(cr, SUPERUSER_ID, {"install_mode": True})
    policies = env["client.policy"].with_context(active_test=False)
    values = []
    for policy in policies.search([("data_requirement_ids", "=", False)]):
        said = _said(cr, policy)
        if said:
            text = ",".join(
                dict.fromkeys(CODES[name] for name in said if name in CODES)
            )
        else:
            text = "" if policy.is_preset else DEFAULT
        commands = policies._data_commands(text)
        values += [command[2] | {"policy_id": policy.id} for command in commands]
    # Not through the regulations: nobody changed them.
    env["client.data.requirement"].create(values)
    env["res.company"]._client_companies()._derive_in_background()


def _said(cr, policy):
    """The names of fields in the column, which Odoo leaves where it is."""
    cr.execute(
        """SELECT 1 FROM information_schema.columns
            WHERE table_schema = current_schema AND table_name = 'client_policy'
              AND column_name = 'required_fields'"""
    )
    if not cr.fetchone():
        return []
    cr.execute("SELECT required_fields FROM client_policy WHERE id = %s", [policy.id])
    names = (cr.fetchone()[0] or "").split(",")
    return [name.strip() for name in names if name.strip()]
