from odoo import api, models
from odoo.tools import SQL


class ClientTouchpoint(models.Model):
    """Contacts that the system noticed by itself, each recorded once (N65, N66)."""

    _inherit = "client.touchpoint"

    @api.model
    def _notice(self, vals_list):
        """Record contacts that were noticed; never fails who caused them.

        Each source (``res_model``, ``res_id``) is recorded once for a client. Only
        contacts with clients are kept: a letter to a supplier makes nobody a client.

        :param vals_list: values of touchpoints; ``partner_id`` may be a person.
            ``company_id`` is the company of the record, or missing: then the contact
            belongs to the company of the user where the client has a card there, else
            to that of his only card
        :return: the new touchpoints
        """
        # sudo: who talks to a client need not have a role in the client base.
        contacts = self.sudo()
        if vals_list:
            with contacts._unfailing() as quiet:
                new = quiet.create(quiet._not_noticed(vals_list))
                contacts = contacts.browse(new.ids)
        return contacts

    def _not_noticed(self, vals_list):
        """Those of the noticed contacts that are with clients and not recorded yet."""
        vals_list = self._of_clients(self._with_clients(vals_list))
        if not vals_list:
            return []
        self.flush_model(["res_model", "res_id", "partner_id"])
        keys = [
            (v.get("res_model"), v.get("res_id"), v["partner_id"]) for v in vals_list
        ]
        rows = self.env.execute_query(
            SQL(
                """SELECT res_model, res_id, partner_id FROM client_touchpoint
                    WHERE (res_model, res_id, partner_id) IN (
                          SELECT * FROM unnest(%s::varchar[], %s::integer[],
                                               %s::integer[]))""",
                *(list(column) for column in zip(*keys, strict=True)),
            )
        )
        seen, fresh = set(rows), []
        for key, vals in zip(keys, vals_list, strict=True):
            if key not in seen:
                fresh.append(vals)
                if key[1]:
                    seen.add(key)
        return fresh

    def _of_clients(self, vals_list):
        """Those with a client, each with the company whose client he is."""
        partner_ids = list(
            {vals.get("partner_id") for vals in vals_list} - {None, False}
        )
        cards = self.env["client.card"].with_context(active_test=False)
        companies_of = {}
        for card in cards.search_fetch(
            [("partner_id", "in", partner_ids)],
            ["partner_id", "company_id"],
            order="id",
        ):
            companies_of.setdefault(card.partner_id.id, []).append(card.company_id.id)
        users = self.env["res.users"].browse(
            {vals.get("user_id") for vals in vals_list} - {None, False}
        )
        home = {user.id: user.company_id.id for user in users}
        found = []
        for vals in vals_list:
            companies = companies_of.get(vals.get("partner_id"), [])
            named = vals.get("company_id")
            likely = named or home.get(vals.get("user_id")) or self.env.company.id
            if likely in companies:
                found.append(vals | {"company_id": likely})
            elif not named and len(companies) == 1:
                found.append(vals | {"company_id": companies[0]})
        return found
