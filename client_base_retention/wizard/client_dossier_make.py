from collections import defaultdict

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import clean_context, email_normalize

from ..models.client_finder import name_key, phone_key
from ..models.res_partner_old_list import HANDED_DOWN
from .client_dossier_read import OF_CLIENT

# How two ways of writing the same are told to be the same.
SAME = {
    "phone": phone_key,
    "personal_phone": phone_key,
    "email": lambda text: email_normalize(text, strict=False),
}


class ClientDossier(models.TransientModel):
    """Putting the rows of an old list into the base.

    What is there stays: a row fills what is empty, and what it says otherwise is kept
    among the notes.
    """

    _inherit = "client.dossier"

    def _dossier_make(self, rows):
        """Make or complete the clients of these rows.

        :return: see ``load``; rows that could not be made have an error
        """
        quiet = self.with_context(
            clean_context(self.env.context),
            import_file=False,
            mail_create_nosubscribe=True,
            tracking_disable=True,
        )
        quiet._dossier_named_new(rows)
        made = quiet._dossier_clients(rows)
        if any(row.errors for row in rows):
            return {}
        changed = quiet._dossier_complete(rows, made)
        persons, new_persons = quiet._dossier_persons(rows)
        quiet._dossier_cards(rows)
        read, asked = quiet.env["client.old.purchase"]._take_down(
            [(row.contact.client, piece) for row in rows for piece in row.pieces]
        )
        touched = changed | persons | set((read | asked).partner_id.ids)
        touched |= {contact.client for contact in made}
        for row in rows:
            row.known = row.contact.client not in touched
        return {
            "clients": len(made),
            "persons": new_persons,
            "purchases": len(read),
            "asked": len(asked),
            "known": [row.index for row in rows if row.known],
            "renamed": [(row.index, row.renamed) for row in rows if row.renamed],
        }

    # ---------------------------------------------------------------- names in columns

    def _dossier_named_new(self, rows):
        """Sources and tags by their names; those that are not there are made."""
        for column, name, model in (
            ("source", "source_id", "utm.source"),
            ("tags", "category_id", "res.partner.category"),
        ):
            words = {}
            for row in rows:
                given = row.values.get(column) or []
                for word in [given] if isinstance(given, str) else given:
                    words.setdefault(name_key(word), word)
            if not words:
                continue
            # pylint: disable-next=no-search-all
            there = self._dossier_named(self.env[model].search([]))
            new = [word for key, word in words.items() if key not in there]
            there |= self._dossier_named(
                self.env[model].create([{"name": word} for word in new])
            )
            for row in rows:
                given = row.values.pop(column, None)
                if isinstance(given, str):
                    row.values[name] = there[name_key(given)]
                elif given:
                    row.values[name] = [(4, there[name_key(word)]) for word in given]

    # ------------------------------------------------------------------------ clients

    def _dossier_clients(self, rows):
        """Make those of these clients that are not there.

        :return: the ``Contact`` made
        """
        new = defaultdict(list)
        for row in rows:
            if row.contact.client is None:
                new[row.contact].append(row)
        for contact, theirs in new.items():
            values, notes = {}, []
            for row in theirs:
                notes += row.notes
                notes += self._dossier_merge(values, row.values)
            # Who has a birthday is a person, whoever belongs to him: a mother, say.
            values["is_company"] = "birthdate_date" not in values and any(
                row.values.get("vat") or row.person for row in theirs
            )
            if notes:
                values["client_old_notes"] = "\n".join(dict.fromkeys(notes))
            contact.values = self._dossier_portrait(values, theirs)
        return self._dossier_create(new)

    def _dossier_merge(self, values, given):
        """Add what a further row says of the same client; what it says otherwise is
        returned as notes."""
        notes = []
        for name, value in given.items():
            if name == "category_id":
                values[name] = values.get(name, []) + value
            elif name not in values:
                values[name] = value
            elif not self._dossier_same(name, values[name], value):
                notes.append(self._dossier_note(name, value))
        return notes

    def _dossier_portrait(self, values, rows):
        answers = {}
        for row in rows:
            if isinstance(row.portrait, dict):
                answers = row.portrait | answers
        return values | {"profile_properties": answers} if answers else values

    def _dossier_create(self, new):
        """Create the contacts of ``new`` at once, or find out which rows are wrong."""
        partners = self.env["res.partner"]
        contacts = list(new)
        for batch in [contacts], [[contact] for contact in contacts]:
            for some in batch:
                try:
                    with self.env.cr.savepoint():
                        # As Odoo imports contacts: what families share is set at once.
                        made = partners._load_records_create(
                            [contact.values for contact in some]
                        )
                except UserError as error:
                    if len(some) == 1:
                        for row in new[some[0]]:
                            row.errors.append(("name", str(error)))
                    continue
                for contact, partner in zip(some, made, strict=True):
                    contact.client = partner.id
            if all(contact.client for contact in contacts):
                return contacts
        return []

    # -------------------------------------------------------- clients who are there

    def _dossier_complete(self, rows, made):
        """Fill what is empty on the clients who were there before.

        :return: ids of the clients to whom something was added
        """
        news, changed = set(made), set()
        rows = [row for row in rows if row.contact not in news]
        partners = self.env["res.partner"]
        partners.browse({row.target or row.contact.client for row in rows}).fetch(
            self._dossier_written(rows)
        )
        clients = {row.contact.client for row in rows}
        for row in rows:
            client = partners.browse(row.contact.client).with_prefetch(clients)
            target = partners.browse(row.target or client.id)
            values, notes = self._dossier_news(row, target, client)
            notes = self._dossier_new_notes(target, notes)
            if notes:
                before = [target.client_old_notes] if target.client_old_notes else []
                values["client_old_notes"] = "\n".join([*before, *notes])
            of_client = {n: values.pop(n) for n in OF_CLIENT if n in values}
            if row.portrait and isinstance(row.portrait, dict):
                of_client |= self._dossier_new_answers(client, row.portrait)
            for one, what in ((target, values), (client, of_client)):
                if what:
                    one.write(what)
                    changed.add(client.id)
        return changed

    def _dossier_written(self, rows):
        names = {name for row in rows for name in row.values}
        return [
            *names - {"tags", "source"},
            "client_old_notes",
            "commercial_partner_id",
        ]

    def _dossier_news(self, row, target, client):
        """(what is empty there and said here, notes of what is said otherwise)."""
        values, notes = {}, list(row.notes)
        for name, value in row.values.items():
            record = client if name in OF_CLIENT else target
            known = record[name]
            if name == "category_id":
                new = [command for command in value if command[1] not in known.ids]
                if new:
                    values[name] = new
            elif not known:
                values[name] = value
            elif name != "name" and not self._dossier_same(name, known, value):
                notes.append(self._dossier_note(name, value))
        return values, notes

    def _dossier_new_notes(self, target, notes):
        """Those of these notes that do not stand there."""
        lines = set((target.client_old_notes or "").splitlines())
        found = []
        for note in dict.fromkeys(notes):
            if not lines.issuperset(note.splitlines()):
                found.append(note)
        return found

    def _dossier_new_answers(self, client, answers):
        """All answers of a client, with those to questions he had not answered.

        Written together: Odoo takes those that are left out for empty.
        """
        # As they are stored: read one by one, they are labels and records.
        stored = client.profile_properties
        known = {
            name: value
            for name, value in (stored._values if stored else {}).items()
            if value not in (False, None, "", [])
        }
        if answers.keys() <= known.keys():
            return {}
        return {"profile_properties": answers | known}

    def _dossier_same(self, name, one, other):
        if name in ("segment_id", "user_id", "source_id"):
            return getattr(one, "id", one) == other
        key = SAME.get(name)
        if key:
            return one == other or key(one) == key(other)
        if isinstance(one, str):
            return name_key(one) == name_key(other)
        return one == other

    def _dossier_note(self, name, value):
        """A line such as "Telephone: 8 916 ...": what the base says otherwise."""
        field = self.env["res.partner"]._fields[name]
        if field.type == "many2one":
            value = self.env[field.comodel_name].browse(value).display_name
        return f"{field._description_string(self.env)}: {value}"

    # ------------------------------------------------------------------------ persons

    def _dossier_persons(self, rows):
        """Make the persons of these rows who are not there, complete those who are.

        :return: ids of the clients whose persons are new or changed; number of new ones
        """
        rows = [row for row in rows if row.person]
        known = defaultdict(list)
        names = ["name", "function", "phone", "email", "birthdate_date", "parent_id"]
        for person in self.env["res.partner"].search_fetch(
            [("parent_id", "in", [row.contact.client for row in rows])], names
        ):
            known[person.parent_id.id].append(
                {n: person[n] for n in names} | {"p": person}
            )
        new, touched = [], []
        for row in rows:
            client, person = row.contact.client, row.person
            there = next((k for k in known[client] if self._is_person(k, person)), None)
            if there is None:
                person.setdefault("name", person.get("email") or person.get("phone"))
                values = person | {"parent_id": client, "type": "contact"}
                known[client].append(dict(person) | {"v": values})
                new.append(values)
                touched.append(client)
                continue
            missing = {n: v for n, v in person.items() if not there.get(n)}
            if "v" in there:
                there["v"].update(missing)
            elif self._dossier_add(there["p"], person, missing):
                touched.append(client)
            there.update(missing)
        if new:
            partners = self.env["res.partner"].with_context(**{HANDED_DOWN: True})
            partners._load_records_create(new)
        return set(touched), len(new)

    def _dossier_add(self, record, said, missing):
        """Write what is missing on a contact, and a note of what is there otherwise.

        :return: whether that is anything new
        """
        notes = [
            self._dossier_note(name, value)
            for name, value in said.items()
            if name not in missing and not self._dossier_same(name, record[name], value)
        ]
        values = dict(missing)
        notes = self._dossier_new_notes(record, notes)
        if notes:
            before = [record.client_old_notes] if record.client_old_notes else []
            values["client_old_notes"] = "\n".join([*before, *notes])
        if values:
            record.write(values)
        return bool(values)

    def _is_person(self, known, person):
        """Whether a person of a row is one who is known."""
        for name in ("email", "phone"):
            if known.get(name) and person.get(name):
                key = SAME[name]
                if key(known[name]) == key(person[name]):
                    return True
        if name_key(known.get("name") or "") != name_key(person.get("name") or ""):
            return False
        born = known.get("birthdate_date"), person.get("birthdate_date")
        return not all(born) or born[0] == born[1]

    # -------------------------------------------------------------------------- cards

    def _dossier_cards(self, rows):
        """Clients of the current company, but for those marked as no clients; their
        potential where nobody estimated it."""
        company = self.env.company
        partners = self.env["res.partner"].browse({row.contact.client for row in rows})
        # sudo: the list of exclusions is the company's.
        partners -= company.sudo().client_excluded_partner_ids
        cards = self.env["client.card"].with_context(active_test=False)
        of_these = [("partner_id", "in", partners.ids), ("company_id", "=", company.id)]
        there = cards.search_fetch(of_these, ["partner_id"]).partner_id
        (partners - there).action_add_to_client_base()
        amounts = {r.contact.client: r.potential for r in rows if r.potential}
        by_amount = defaultdict(cards.browse)
        for card in cards.search_fetch(of_these, ["partner_id", "potential_amount"]):
            amount = amounts.get(card.partner_id.id)
            if amount and not card.potential_amount:
                by_amount[amount] |= card
            elif amount and card.potential_amount != amount:
                said = {"potential_amount": f"{amount:.0f}"}
                self._dossier_add(card.partner_id, said, {})
        for amount, some in by_amount.items():
            some.potential_amount = amount
