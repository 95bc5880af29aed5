from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.sql import column_exists, create_column

from .client_salutation import read_name
from .res_partner_purchase import PHONE_KEY

GENDERS = [("male", "Male"), ("female", "Female"), ("other", "Other")]
CHANNELS = [
    ("phone", "Telephone"),
    ("messenger", "Messenger"),
    ("email", "E-mail"),
    ("sms", "SMS"),
    ("meeting", "Meeting"),
    ("post", "Post"),
]
TIMES = [("morning", "Morning"), ("day", "Daytime"), ("evening", "Evening")]
ADDRESS_FORMS = [
    ("formal", "Formal (Вы, Sie)"),
    ("informal", "Informal (ты, du)"),
]
# Read together with each other, not with every contact.
TOGETHER = "client_person"
# What colleagues of a client who have a login here must not read of each other.
INTERNAL = "base.group_user"


class ResPartner(models.Model):
    """What is known of a person: how to reach, address and treat him (N1-N4, N120).

    Names and types of ``gender`` and the like are those of the OCA's addons, so that
    both can live in one database.
    """

    _inherit = "res.partner"

    gender = fields.Selection(GENDERS, prefetch=TOGETHER)
    met_place = fields.Char(
        string="Where we met",
        prefetch=TOGETHER,
        groups=INTERNAL,
        help="How and where we met: an exhibition, a shop, a recommendation.",
    )
    met_date = fields.Date(string="Met on", prefetch=TOGETHER, groups=INTERNAL)
    personal_phone = fields.Char(
        string="Personal telephone",
        prefetch=TOGETHER,
        groups=INTERNAL,
        help="His own, beside the company's. It stays his when he changes the job.",
    )
    personal_phone_sanitized = fields.Char(
        string="Personal telephone, sanitized",
        compute="_compute_personal_phone_sanitized",
        store=True,
        compute_sudo=True,
        index="btree_not_null",
        prefetch=False,
        groups=INTERNAL,
    )
    preferred_channel = fields.Selection(
        CHANNELS, string="Best reached by", prefetch=TOGETHER, groups=INTERNAL
    )
    preferred_time = fields.Selection(
        TIMES, string="Best time", prefetch=TOGETHER, groups=INTERNAL
    )
    preferred_time_note = fields.Char(
        string="When exactly", prefetch=TOGETHER, groups=INTERNAL
    )
    salutation = fields.Char(
        compute="_compute_salutation",
        inverse="_inverse_salutation",
        search="_search_salutation",
        help="How he is addressed in letters and talks: proposed from the name, for "
        "Russian names the name and patronymic. What you write stays, whatever becomes "
        "of the name; emptied, it is proposed again.",
    )
    salutation_manual = fields.Char(string="Salutation by hand", prefetch=TOGETHER)
    address_form = fields.Selection(
        ADDRESS_FORMS, string="Form of address", prefetch=TOGETHER
    )
    important_to_him = fields.Text(
        string="What is important to him", prefetch=TOGETHER, groups=INTERNAL
    )
    how_to_talk = fields.Text(
        string="How to talk",
        prefetch=TOGETHER,
        groups=INTERNAL,
        help="How to talk with this person; what he likes to speak about.",
    )

    # As the telephone is found: see res_partner_purchase.py.
    _client_personal_phone_key_idx = models.Index(
        f"(({PHONE_KEY.format('personal_phone')})) WHERE personal_phone IS NOT NULL"
    )

    def _auto_init(self):
        """No contact is written when the addon is installed: what would be computed for
        all of them is empty, since the telephone it follows is new, too."""
        name = "personal_phone_sanitized"
        if not column_exists(self.env.cr, self._table, name):
            create_column(self.env.cr, self._table, name, "varchar")
        return super()._auto_init()

    # --------------------------------------------------------------------- salutation

    @api.depends("name", "is_company", "type", "salutation_manual")
    def _compute_salutation(self):
        for partner in self:
            partner.salutation = (
                partner.salutation_manual or partner._propose_salutation()
            )

    def _inverse_salutation(self):
        """What differs from the proposal was written by somebody, and is kept."""
        for partner in self:
            written = (partner.salutation or "").strip()
            if written == partner._propose_salutation():
                written = False
            partner.salutation_manual = written
        # What was emptied is proposed again at once.
        self.invalidate_recordset(["salutation"], flush=False)

    def _propose_salutation(self):
        """How the name says that the person is addressed; empty of companies."""
        self.ensure_one()
        if self.is_company or self.type not in (False, "contact"):
            return ""
        return read_name(self.name).salutation

    @api.model
    def _search_salutation(self, operator, value):
        """Salutations by hand are looked up; of the others those are read whose names
        contain the words asked for."""
        if operator not in ("in", "ilike", "like"):
            return NotImplemented
        proposed = Domain("salutation_manual", "=", False)
        texts = [text for text in value if text] if operator == "in" else [value]
        words = Domain.OR(
            Domain.AND(Domain("name", "ilike", word) for word in text.split())
            for text in texts
        )
        if operator == "in" and len(texts) < len(value):
            words = Domain.TRUE
        named = self.with_context(active_test=False).search_fetch(
            proposed & words, ["name", "is_company", "type", "salutation_manual"]
        )
        if operator == "in":
            found = named.filtered(lambda person: (person.salutation or False) in value)
        else:
            found = named.filtered_domain([("salutation", operator, value)])
        wanted = texts if operator == "in" else value
        by_hand = ~proposed & Domain("salutation_manual", operator, wanted)
        return by_hand | Domain("id", "in", found.ids)

    # ------------------------------------------------------------------------- gender

    @api.onchange("name")
    def _onchange_name_gender(self):
        if not self.gender and not self.is_company:
            self.gender = read_name(self.name).gender

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_gender(vals) for vals in vals_list])

    def write(self, vals):
        result = super().write(vals)
        if vals.get("name") and "gender" not in vals:
            gender = read_name(vals["name"]).gender
            if gender:
                persons = self.filtered(lambda p: not p.is_company and not p.gender)
                if persons:
                    persons.gender = gender
        return result

    @api.model
    def _with_gender(self, vals):
        """Values of a new contact with the gender that his name tells, if none is
        given."""
        if vals.get("gender") or not vals.get("name"):
            return vals
        company = vals.get("is_company", self.env.context.get("default_is_company"))
        if company or vals.get("company_type") == "company":
            return vals
        gender = read_name(vals["name"]).gender
        return {**vals, "gender": gender} if gender else vals

    # -------------------------------------------------------------- personal telephone

    @api.depends("personal_phone", "country_id")
    def _compute_personal_phone_sanitized(self):
        for partner in self:
            partner.personal_phone_sanitized = partner._phone_format(
                fname="personal_phone"
            )

    @api.onchange("personal_phone", "country_id", "company_id")
    def _onchange_personal_phone(self):
        if self.personal_phone:
            self.personal_phone = (
                self._phone_format(fname="personal_phone", force_format="INTERNATIONAL")
                or self.personal_phone
            )

    # Not for good: what Odoo computes of telephones would depend on a field of ours,
    # and go with it when the addon is uninstalled.

    def _phone_get_number_fields(self):
        names = super()._phone_get_number_fields()
        if self.env.context.get("client_personal_phone"):
            names = [*names, "personal_phone"]
        return names

    def init(self):
        """With Odoo's index for the search by a part of a number."""
        both = self.with_context(client_personal_phone=True)
        return super(ResPartner, both).init()

    @api.model
    def _search_phone_mobile_search(self, operator, value):
        """Who calls is found by the personal telephone, too."""
        both = self.with_context(client_personal_phone=True)
        return super(ResPartner, both)._search_phone_mobile_search(operator, value)
