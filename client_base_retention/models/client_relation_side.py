from odoo import api, fields, models
from odoo.tools import SQL

from .client_relation import SEEN_FROM
from .client_roles import ROLE


class ClientRelationSide(models.Model):
    """A relation as one of the two contacts sees it: who is what to me.

    Each relation stands here twice, once for each side; it is entered and changed in
    ``client.relation``.
    """

    _name = "client.relation.side"
    _description = "Relation, seen from one side"
    _auto = False
    _order = "date_to desc, type_id, other_id, id"
    _rec_name = "other_id"
    _depends = {
        "client.relation": [
            "person_id",
            "other_id",
            "type_id",
            "date_from",
            "date_to",
            "note",
        ]
    }

    relation_id = fields.Many2one("client.relation", string="Entry", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    other_id = fields.Many2one("res.partner", string="Person or company", readonly=True)
    type_id = fields.Many2one("client.relation.type", string="Relation", readonly=True)
    is_second = fields.Boolean(
        string="The other one is the second", readonly=True, exportable=False
    )
    date_from = fields.Date(string="Since", readonly=True)
    date_to = fields.Date(string="Until", readonly=True)
    note = fields.Char(readonly=True)
    is_over = fields.Boolean(string="Over", compute="_compute_is_over")
    role_name = fields.Char(string="Who he is", compute="_compute_role_name")
    other_age_text = fields.Char(related="other_id.age_text", string="Age")
    other_birthday = fields.Date(related="other_id.birthdate_date", string="Birthday")
    other_phone = fields.Char(related="other_id.phone", string="Telephone")

    @property
    def _table_query(self):
        sides = (
            (SQL("2 * r.id"), SQL("r.person_id"), SQL("r.other_id"), SQL("TRUE")),
            (SQL("2 * r.id + 1"), SQL("r.other_id"), SQL("r.person_id"), SQL("FALSE")),
        )
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT %s AS id, r.id AS relation_id, %s AS partner_id,
                          %s AS other_id, %s AS is_second, r.type_id,
                          r.date_from, r.date_to, r.note,
                          r.create_uid, r.create_date, r.write_uid, r.write_date
                     FROM client_relation r""",
                *side,
            )
            for side in sides
        )

    @api.depends("date_to")
    @api.depends_context("tz")
    def _compute_is_over(self):
        today = fields.Date.context_today(self)
        for side in self:
            side.is_over = bool(side.date_to and side.date_to < today)

    @api.depends("type_id", "is_second")
    @api.depends_context("lang")
    def _compute_role_name(self):
        for side in self:
            side.role_name = side.type_id and side.type_id._word(side.is_second)

    def action_open(self):
        """The relation in a dialog, from this side."""
        self.ensure_one()
        self.check_access("read")
        row = self.relation_id.with_context(**{SEEN_FROM: self.partner_id.id})
        return row.action_open()


class ResPartner(models.Model):
    _inherit = "res.partner"

    client_relation_ids = fields.One2many(
        "client.relation.side",
        "partner_id",
        string="Family and people around",
        readonly=True,
        copy=False,
        groups=ROLE,
    )

    def action_client_relation(self):
        """Open the dialog in which a relation of this contact is added."""
        self.ensure_one()
        self.check_access("read")
        self.env["client.relation"].check_access("create")
        rows = self.env["client.relation"].with_context(**{SEEN_FROM: self.id})
        return rows._action_dialog(
            False, self.env._("Who is around %(name)s", name=self.name or "")
        )
