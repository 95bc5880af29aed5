from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL


class MailActivity(models.Model):
    """Which client an activity is about, and the norm that it was planned for.

    The client is kept in a column, so that what is promised to clients is found by an
    index, on whatever record it was promised (contact, opportunity, order...).
    """

    _inherit = "mail.activity"

    client_id = fields.Many2one(
        "res.partner",
        string="Client",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
        help="The company or private person that the record of the activity is about.",
    )
    client_company_id = fields.Many2one(
        "res.company",
        string="Company of the record",
        ondelete="set null",
        readonly=True,
        copy=False,
    )
    client_obligation_id = fields.Many2one(
        "client.obligation",
        string="Due by the norm",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
        copy=False,
    )
    # Stays when the norm no longer holds and its row is gone.
    is_client_norm = fields.Boolean(
        string="Planned by a norm", readonly=True, copy=False
    )

    _client_obligation_uniq = models.UniqueIndex(
        "(client_obligation_id) WHERE active AND client_obligation_id IS NOT NULL",
        "This contact is planned already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(self._with_clients(vals_list))

    def write(self, vals):
        if not self.env.su:
            vals = {name: vals[name] for name in vals if name not in CLIENT}
        result = super().write(vals)
        if {"res_id", "res_model_id", "res_model"} & vals.keys():
            self._find_clients()
        return result

    @api.model
    def _with_clients(self, vals_list):
        """Values with the client of the record that each activity is about."""
        models_by_id = self.env["ir.model"].sudo()
        keys = []
        for vals in vals_list:
            model = vals.get("res_model")
            if not model and vals.get("res_model_id"):
                model = models_by_id.browse(vals["res_model_id"]).model
            keys.append((model, vals.get("res_id")))
        found = self._clients_of(set(keys))
        # Who could say it himself would learn the name of any client by his number.
        said = {} if self.env.su else dict.fromkeys(CLIENT, False)
        about = {key: dict(zip(CLIENT, found[key], strict=True)) for key in found}
        return [
            vals | about.get(key, said)
            for key, vals in zip(keys, vals_list, strict=True)
        ]

    def _find_clients(self):
        """Look up anew which client these activities are about."""
        # sudo: the client is found by the system, who owns the activity may not see
        # all of the record.
        activities = self.sudo()
        found = activities._clients_of({(a.res_model, a.res_id) for a in activities})
        by_client = defaultdict(list)
        for activity in activities:
            client = found.get((activity.res_model, activity.res_id), (False, False))
            if client != (activity.client_id.id, activity.client_company_id.id):
                by_client[client].append(activity.id)
        for client, ids in by_client.items():
            activities.browse(ids).write(dict(zip(CLIENT, client, strict=True)))

    @api.model
    def _find_clients_of(self, records):
        """``records`` have got another client: so have their activities."""
        # sudo: activities of colleagues are about the client, too.
        activities = self.sudo().with_context(active_test=False)
        about = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        activities.search(about)._find_clients()

    @api.model
    def _clients_of(self, keys):
        """The clients that records are about.

        :param keys: {(model name, record id)}
        :return: {(model name, record id): (commercial partner id or False, id of the
            record's company or False)}
        """
        by_model = defaultdict(list)
        for model, res_id in keys:
            if model in self.env and res_id:
                by_model[model].append(res_id)
        found = {}
        for model, ids in by_model.items():
            # sudo: see _find_clients.
            records = self.env[model].sudo().browse(ids).exists()
            if not hasattr(records, "_mail_get_partners"):
                continue
            partners = records._mail_get_partners()
            for record in records:
                # Not by a slice, which would forget what is read together.
                first = next(iter(partners[record.id]), partners[record.id])
                client = first.commercial_partner_id.id
                company = "company_id" in record and record.company_id.id
                found[model, record.id] = (client, company or False)
        return found

    @api.model
    def _fill_clients(self):
        """Fill the columns of the open activities that were there before the addon.

        By SQL: nobody has changed these activities, and all clients are derived next.
        """
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id, res_model, res_id FROM mail_activity
                    WHERE active AND client_id IS NULL AND res_id > 0"""
            )
        )
        found = self._clients_of({(model, res_id) for _id, model, res_id in rows})
        filled = [
            (activity_id, *(value or None for value in found[model, res_id]))
            for activity_id, model, res_id in rows
            if any(found.get((model, res_id), ()))
        ]
        if filled:
            self.env.cr.execute_values(
                """UPDATE mail_activity a
                      SET client_id = about.client_id,
                          client_company_id = about.company_id
                     FROM (VALUES %s) AS about (id, client_id, company_id)
                    WHERE a.id = about.id""",
                filled,
                template="(%s, %s::integer, %s::integer)",
            )
        self.invalidate_model(list(CLIENT), flush=False)


# The columns that ``_clients_of`` gives.
CLIENT = ("client_id", "client_company_id")
