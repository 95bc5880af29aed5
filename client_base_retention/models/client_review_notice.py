from collections import defaultdict

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import format_date

from .client_details import MASK, SHOWN
from .client_roles import STEWARD

# What the steward looks at when a salesperson changes it, of the client himself...
OF_CLIENT = (
    "name",
    "phone",
    "email",
    "messenger",
    "personal_phone",
    "website",
    "vat",
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
    "segment_id",
    "source_id",
    "birthdate_date",
)
# ... and of his persons: Odoo copies the address and the tax number to them.
OF_PERSON = (
    "name",
    "phone",
    "personal_phone",
    "email",
    "messenger",
    "birthdate_date",
)
# Kinds in which the changes of a client are gathered.
GATHERED = ("new", "changed", "stale")
# A kept value is no longer than this: it is read, not restored.
LENGTH = 200


class ClientReview(models.Model):
    """New and changed clients come to the data steward by themselves.

    Only what salespeople do is noticed: not the steward and the head, not an import,
    not the system; and nothing before the company started. Each client has one open
    review in a company, in which his changes are gathered.
    """

    _inherit = "client.review"

    @api.model
    def _is_noticed(self):
        """Whether what the present user does is for the steward to check."""
        user = self.env.user
        return (
            user.id != SUPERUSER_ID
            and not self.env.context.get("import_file")
            and user._is_internal()
            and not user.has_group(STEWARD)
        )

    # ---------------------------------------------------------------------- new clients

    @api.model
    def _notice_new(self, cards, company):
        """Cards were just made: their clients are new.

        :return: the reviews made, with superuser rights
        """
        # sudo: salespeople cause reviews of any kind, without being stewards.
        reviews = self.sudo()
        if not cards or not self._is_noticed() or not company._client_started_at_all():
            return reviews.browse()
        return reviews.create(
            [
                {"kind": "new", "partner_id": partner_id, "company_id": company.id}
                for partner_id in cards.sudo().partner_id.ids
            ]
        )

    # --------------------------------------------------------------- changes of clients

    @api.model
    def _values_noticed(self, partners, names):
        """What is known of clients and their persons before they are changed.

        :param names: fields that are written
        :return: {partner: {field: value}}, of those in the client base
        """
        # sudo: the mark of the base needs a role, the client may be hidden.
        partners = partners.sudo()
        found = {}
        for partner in partners:
            if not partner.client_base:
                continue
            is_client = partner.commercial_partner_id == partner
            watched = OF_CLIENT if is_client else OF_PERSON
            found[partner] = {
                name: partner[name]
                for name in watched
                if name in names and name in partner._fields
            }
        return found

    @api.model
    def _notice_changes(self, before):
        """Gather what a salesperson changed, in one open review for each client.

        :param before: what ``_values_noticed`` gave before the change
        """
        changes = defaultdict(list)
        for partner, values in before.items():
            for name, old in values.items():
                new = partner[name]
                if (old or False) != (new or False):
                    changes[partner.commercial_partner_id].append(
                        self._change(partner, name, old, new)
                    )
        self._gather(changes)

    @api.model
    def _notice_persons(self, persons):
        """Persons were added to clients."""
        changes = defaultdict(list)
        for person in persons.sudo().filtered("client_base"):
            client = person.commercial_partner_id
            if client != person:
                changes[client].append(
                    self._change(person, "person", False, person.name)
                )
        self._gather(changes)

    @api.model
    def _notice_consents(self, consents):
        """Clients or their persons gave or withdrew the consent."""
        words = dict(consents._fields["state"]._description_selection(self.env))
        changes = defaultdict(list)
        for consent in consents.sudo():
            person = consent.partner_id
            if person.client_base:
                changes[person.commercial_partner_id].append(
                    self._change(person, "client_consent", False, words[consent.state])
                )
        self._gather(changes)

    @api.model
    def _change(self, partner, name, old, new):
        """One change as it is kept: who, field, before, now."""
        is_client = partner.commercial_partner_id == partner
        return {
            "who": partner.id,
            "name": False if is_client else partner.name,
            "field": name,
            "before": self._kept(old),
            "now": self._kept(new),
        }

    @api.model
    def _kept(self, value):
        if isinstance(value, models.BaseModel):
            value = value.display_name
        elif hasattr(value, "strftime"):
            value = fields.Date.to_string(value)
        return value[:LENGTH] if value else False

    @api.model
    def _gather(self, changes):
        """Add changes to the open reviews of their clients; make those that lack.

        :param changes: {client: [changes as ``_change`` gives them]}
        """
        if not changes:
            return
        # sudo: salespeople cause reviews without being stewards.
        reviews = self.sudo()
        companies = self._companies_of(changes)
        opened = reviews.search(
            [
                ("kind", "in", GATHERED),
                ("state", "!=", "done"),
                ("partner_id", "in", list({client.id for client in companies})),
            ],
            order="id",
        )
        open_of = {(r.partner_id, r.company_id): r for r in reversed(opened)}
        missing = []
        for client, company in companies.items():
            review = open_of.get((client, company))
            if review:
                review._add_changes(changes[client])
            else:
                missing.append(
                    {
                        "kind": "changed",
                        "partner_id": client.id,
                        "company_id": company.id,
                        "change_data": changes[client],
                    }
                )
        reviews.create(missing)

    def _companies_of(self, clients):
        """{client: the company whose steward checks him}, of those that started.

        The present company where he is a client of it, else the first one that he is
        a client of.
        """
        ids = [client.id for client in clients]
        # sudo: the client may have no card in the companies the user sees.
        cards = self.env["client.card"].sudo().with_context(active_test=False)
        found = {}
        for card in cards.search_fetch(
            [("partner_id", "in", ids)], ["partner_id", "company_id"], order="id"
        ):
            first = found.setdefault(card.partner_id, card.company_id)
            if card.company_id == self.env.company != first:
                found[card.partner_id] = card.company_id
        started = {
            company: company._client_started_at_all() for company in set(found.values())
        }
        return {
            client: company for client, company in found.items() if started[company]
        }

    def _add_changes(self, changes):
        """Of a field that changed again the first and the last value are kept; one that
        came back to the first is forgotten. A salesperson who was asked to put
        something right did so: it goes back to the steward."""
        self.ensure_one()
        kept = {(c["who"], c["field"]): c for c in self.change_data or []}
        for change in changes:
            key = change["who"], change["field"]
            if key in kept:
                change = change | {"before": kept.pop(key)["before"]}
            if change["before"] != change["now"]:
                kept[key] = change
        if not kept and self.kind == "changed" and self.state == "todo":
            self.unlink()
            return
        kind = "changed" if self.kind == "stale" else self.kind
        self.write(
            {
                "change_data": list(kept.values()) or False,
                "user_id": self.env.uid,
                "kind": kind,
            }
        )
        if self.state == "returned":
            self._back_to_steward()

    # ------------------------------------------------------------------------- in words

    @api.depends("change_data")
    @api.depends_context("lang", "uid")
    def _compute_changes(self):
        masked = self._masked_persons()
        for review in self:
            lines = []
            for change in review._changes_in_words(masked):
                what = ", ".join(filter(None, (change["who"], change["what"])))
                before, now = change["before"] or "–", change["now"] or "–"
                lines.append(f"{what}: {before} → {now}")
            review.changes = "\n".join(lines)

    def _masked_persons(self):
        """Ids of the contacts whose telephones the role of the reader hides."""
        if self.env.su:
            return set()
        # sudo: nobody reads the kept values themselves.
        who = {change["who"] for r in self.sudo() for change in r.change_data or []}
        return self.env["res.partner"].browse(who)._client_masked_ids()

    def _changes_in_words(self, masked=None):
        """[{who, what, before, now}] of this review, in the reader's language.

        :param masked: what ``_masked_persons`` gave for several reviews at once
        """
        self.ensure_one()
        masked = self._masked_persons() if masked is None else masked
        contact = self.env["res.partner"]._fields
        words = []
        # sudo: as above.
        for change in self.sudo().change_data or []:
            name = change["field"]
            dated = name in contact and contact[name].type == "date"
            before, now = (
                format_date(self.env, value) if dated and value else value
                for value in (change["before"], change["now"])
            )
            if name in SHOWN and change["who"] in masked:
                before, now = (value and MASK for value in (before, now))
            words.append(
                {
                    "who": change["name"] or False,
                    "what": self._field_in_words(name),
                    "before": before,
                    "now": now,
                }
            )
        return words

    def _field_in_words(self, name):
        if name == "person":
            return self.env._("New person")
        field = self.env["res.partner"]._fields.get(name)
        return field._description_string(self.env) if field else name

    # --------------------------------------------------- clients that move or disappear

    @api.model
    def _take_along(self, gone, client):
        """``gone`` became ``client``, or a person of his: what is to be checked goes
        with him; two open reviews of one client become one."""
        # sudo: what waits for the steward goes along, whoever moves the client.
        reviews = self.sudo()
        reviews._follow(gone, client)
        reviews.search([("partner_id", "in", gone.ids)]).partner_id = client
        opened = reviews.search(
            [
                ("kind", "in", GATHERED),
                ("state", "!=", "done"),
                ("partner_id", "=", client.id),
            ],
            order="id",
        )
        for same in opened.grouped("company_id").values():
            first, others = same[0], same[1:]
            for other in others:
                first.change_data = [
                    *(first.change_data or []),
                    *(other.change_data or []),
                ]
            others.unlink()

    @api.model
    def _follow(self, gone, kept):
        """What was changed of ``gone`` was changed of ``kept``, whom they became."""
        # sudo: as in ``_take_along``.
        clients = (gone | kept).sudo().commercial_partner_id | gone
        ids = set(gone.ids)
        for review in self.sudo().search([("partner_id", "in", clients.ids)]):
            changes = review.change_data or []
            if any(change["who"] in ids for change in changes):
                review.change_data = [
                    change | {"who": kept.id} if change["who"] in ids else change
                    for change in changes
                ]

    @api.model
    def _forget(self, partners):
        """These contacts are deleted or made anonymous: nothing of theirs is kept.

        What was checked stays counted for the steward, without what it said. What was
        sent and nobody looked at yet stays: it may be about somebody else.
        """
        self._forget_changes(partners)
        # sudo: whoever deletes the contact need not see what waits for the steward.
        reviews = self.sudo().search(
            ["|", ("partner_id", "in", partners.ids), ("person_id", "in", partners.ids)]
        )
        waiting = reviews.filtered(lambda r: r.state != "done" and r.kind != "sent")
        mine = waiting.filtered(lambda r: r.partner_id in partners)
        mine.unlink()
        (reviews - mine).filtered(lambda r: r.state == "done").write(
            {
                "change_data": False,
                "text": False,
                "image": False,
                "file": False,
                "file_name": False,
                "remark": False,
            }
        )

    @api.model
    def _forget_changes(self, persons):
        """What was changed of these persons is forgotten; of their companies it stays.

        Reviews are of the client: his persons are named in what is kept of the changes.
        """
        ids = set(persons.ids)
        # sudo: as in ``_forget``.
        clients = persons.sudo().commercial_partner_id - persons
        reviews = self.sudo().search([("partner_id", "in", clients.ids)])
        for review in reviews:
            kept = [c for c in review.change_data or [] if c["who"] not in ids]
            if len(kept) != len(review.change_data or []):
                review.change_data = kept or False
