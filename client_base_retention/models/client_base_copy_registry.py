"""Which sheets the copy of the base has, and which rows stand in each."""

from odoo.fields import Domain
from odoo.tools import SQL

from .client_base_copy_sheet import Sheet

NAMED = ("id", "name")
PERSON = (
    "id",
    "name",
    "is_company",
    "type",
    "parent_id/id",
    "function",
    "phone",
    "email",
    "messenger",
    "personal_phone",
    "website",
    "vat",
    "ref",
    "street",
    "street2",
    "zip",
    "city",
    "state_id/id",
    "country_id/id",
    "lang",
    "birthdate_date",
    "is_child",
    "branch_ids/id",
    "gender",
    "salutation",
    "address_form",
    "met_place",
    "met_date",
    "preferred_channel",
    "preferred_time",
    "preferred_time_note",
    "how_to_talk",
    "important_to_him",
    "category_id/id",
    "segment_id/id",
    "client_portrait_data",
    "source_id/id",
    "user_id",
    "comment",
    "client_old_notes",
    "active",
)


def _cards(company):
    return SQL("(SELECT partner_id FROM client_card WHERE company_id = %s)", company.id)


def _of_company(company):
    return [("company_id", "=", company.id)]


def _visible(company):
    own = Domain("company_id", "parent_of", company.ids)
    return Domain("company_id", "=", False) | own


def _clients(company):
    return Domain("id", "in", _cards(company))


def _persons(company):
    """Persons and addresses of clients, but for those that hang below a person."""
    return (
        Domain("parent_id", "in", _cards(company))
        & Domain("id", "not in", _cards(company))
        & Domain("commercial_partner_id", "in", _cards(company))
        & _visible(company)
    )


def _addresses(company):
    return (
        Domain("commercial_partner_id", "in", _cards(company))
        & Domain("id", "not in", _cards(company))
        & Domain("parent_id", "not in", _cards(company))
        & _visible(company)
    )


def _used(column):
    """Rows that clients or their persons point at with this column."""

    def domain(company):
        used = SQL(
            "(SELECT %s FROM res_partner WHERE commercial_partner_id IN %s)",
            SQL.identifier(column),
            _cards(company),
        )
        return Domain("id", "in", used)

    return domain


def _tags(company):
    return Domain(
        "id",
        "in",
        SQL(
            """(SELECT r.category_id FROM res_partner_res_partner_category_rel r
                  JOIN res_partner p ON p.id = r.partner_id
                 WHERE p.commercial_partner_id IN %s)""",
            _cards(company),
        ),
    )


def _materials(company):
    sent = SQL(
        "(SELECT material_id FROM client_touchpoint WHERE company_id = %s)", company.id
    )
    return Domain("id", "in", sent)


def _used_tags(company):
    return Domain(
        "id",
        "in",
        SQL(
            """(SELECT t.client_remark_tag_id FROM client_remark_client_remark_tag_rel t
                  JOIN client_remark r ON r.id = t.client_remark_id
                 WHERE r.company_id = %s)""",
            company.id,
        ),
    )


def _consents(company):
    return Domain("partner_id.commercial_partner_id", "in", _cards(company)) & Domain(
        "partner_id", "any", _visible(company)
    )


def _employments(company):
    """Posts with clients, of persons who are in the copy too."""
    return Domain(
        "company_partner_id.commercial_partner_id", "in", _cards(company)
    ) & Domain("person_id.commercial_partner_id", "in", _cards(company))


# In the order in which Odoo's import puts them back; then those that are read only.
SHEETS = (
    Sheet("tags", "res.partner.category", NAMED, _tags, shared=True),
    Sheet(
        "segments",
        "client.segment",
        (*NAMED, "description", "goal", "offer", "bait", "profile_text"),
        _used("segment_id"),
        shared=True,
    ),
    Sheet("sources", "utm.source", NAMED, _used("source_id"), shared=True),
    Sheet(
        "clients",
        "res.partner",
        tuple(name for name in PERSON if name != "parent_id/id"),
        _clients,
    ),
    Sheet("persons", "res.partner", PERSON, _persons),
    Sheet("addresses", "res.partner", PERSON, _addresses),
    Sheet(
        "cards",
        "client.card",
        (
            "id",
            "partner_id/id",
            "user_id",
            "entry_date",
            "first_contact_date",
            "planned_purchase_date",
            "potential_manual",
            "potential_manual_date",
            "potential_user_id",
            "potential_level_manual",
            "growth_plan",
            "growth_next_step",
            "abc_class_manual",
            "abc_lock_reason",
            "abc_excluded",
            "contact_person_id/id",
            "pause_until",
            "pause_reason",
            "mood",
        ),
        _of_company,
    ),
    Sheet(
        "offers",
        "client.offer.line",
        ("id", "name", "action", "reason", "sequence", "segment_id/id", "card_id/id"),
        lambda company: [
            *("|", ("company_id", "=", company.id)),
            ("segment_id.partner_ids.client_card_ids.company_id", "=", company.id),
        ],
    ),
    Sheet(
        "purchases",
        "client.purchase.entry",
        (
            "id",
            "partner_id/id",
            "date",
            "amount",
            "currency_id",
            "number",
            "what",
            "lasts_days",
        ),
        _of_company,
        reader="_read_purchases",
    ),
    Sheet("materials", "client.material", (*NAMED, "kind"), _materials),
    Sheet(
        "touchpoints",
        "client.touchpoint",
        (
            "id",
            "partner_id/id",
            "person_id/id",
            "date",
            "kind",
            "direction",
            "outcome",
            "material_id/id",
            "channel",
            "user_id",
            "note",
        ),
        _of_company,
    ),
    Sheet(
        "old_purchases",
        "client.old.purchase",
        ("id", "partner_id/id", "text", "date", "amount", "what"),
        # Those confirmed are among the purchases.
        lambda company: [*_of_company(company), ("state", "=", "to_confirm")],
    ),
    Sheet(
        "consents",
        "client.consent",
        ("id", "partner_id/id", "state", "date", "how", "note"),
        _consents,
    ),
    Sheet("remark-tags", "client.remark.tag", NAMED, _used_tags, shared=True),
    Sheet(
        "remarks",
        "client.remark",
        (
            "id",
            "partner_id/id",
            "person_id/id",
            "date",
            "kind",
            "text",
            "tag_ids/id",
            "user_id",
            "state",
            "solution",
        ),
        _of_company,
    ),
    Sheet(
        "employments",
        "client.employment",
        (
            "id",
            "person_id/id",
            "company_partner_id/id",
            "function",
            "email",
            "phone",
            "date_from",
            "date_to",
            "note",
        ),
        _employments,
    ),
    Sheet(
        "pages",
        "client.subscribe.form",
        (
            "name",
            "place",
            "intro",
            "gift",
            "thanks",
            "consent_text",
            "source_id",
            "segment_id",
            "active",
        ),
        _of_company,
        restored=False,
    ),
    Sheet(
        "entries",
        "client.subscribe.entry",
        ("form_id", "partner_id", "date", "state", "consent_text"),
        _of_company,
        restored=False,
    ),
    Sheet(
        "figures",
        "client.card",
        (
            "id",
            "partner_id",
            "user_id",
            "status",
            "abc_class",
            "abc_class_computed",
            "turnover",
            "turnover_previous",
            "turnover_total",
            "purchase_count",
            "first_purchase_date",
            "last_purchase_date",
            "purchase_cycle",
            "next_purchase_date",
            "former_since",
            "winback_count",
            "last_contact_date",
            "next_contact_date",
            "agreed_date",
            "potential_amount",
            "potential_date",
            "potential_level",
            "wallet_share",
            "potential_missing",
            "xyz_class",
            "policy_id",
            "data_completeness",
            "data_reviewed_on",
        ),
        _of_company,
        restored=False,
    ),
    Sheet(
        "movements",
        "client.transition",
        (
            "card_id",
            "date",
            "field_name",
            "old_value",
            "new_value",
            "movement",
            "turnover",
            "user_id",
            "reason",
        ),
        _of_company,
        restored=False,
    ),
    Sheet(
        "reviews",
        "client.review",
        (
            "partner_id",
            "person_id",
            "date",
            "kind",
            "state",
            "user_id",
            "text",
            "changes",
            "remark",
            "done_by_id",
            "done_on",
        ),
        _of_company,
        restored=False,
    ),
    Sheet(
        "confirmations",
        "client.confirmation",
        (
            "partner_id",
            "order_name",
            "sale_date",
            "kind",
            "date",
            "amount",
            "salesperson_id",
            "automatic",
            "user_id",
            "reason",
        ),
        _of_company,
        restored=False,
    ),
)
