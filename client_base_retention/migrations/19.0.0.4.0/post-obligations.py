from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Have remembered soon how the norms stand with the clients.

    The derivation fills the new columns quietly where they are empty: what stands there
    on the day of the update is the first state, and nobody was taken over on it.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["res.company"]._client_companies()._derive_in_background()
