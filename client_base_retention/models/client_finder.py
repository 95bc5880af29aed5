"""Which client a row of a sheet means. Plain Python; knows nothing of Odoo."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

# What names a client, the surest first.
KINDS = ("ref", "vat", "email", "personal", "phone", "name")
# Numbers that a contact may have in either place.
PHONES = ("personal", "phone")
PHONE_DIGITS = 10


def phone_key(value):
    """The digits of a telephone number that stay the same however it is written.

    >>> phone_key("+7 (916) 123-45-67") == phone_key("8 916 1234567")
    True
    >>> phone_key("8 916 1234567, ask for Olga"), phone_key("123")
    ('9161234567', '')
    """
    digits = re.sub(r"\D", "", re.split(r"[^\W\d_]|[,;#]", value)[0])
    return digits[-PHONE_DIGITS:] if len(digits) >= 6 else ""


def vat_key(value):
    """A tax number without its country's letters, spaces and marks.

    >>> vat_key("BE 0477.472.701") == vat_key("0477472701")
    True
    """
    return re.sub(r"^[A-Z]{2}|[^A-Z0-9]", "", value.upper())


def name_key(value):
    """A name whatever its case, its spaces and its dots over the e.

    >>> name_key(" Семёнова  Анна") == name_key("семенова анна")
    True
    """
    return " ".join(value.split()).lower().replace("ё", "е")


@dataclass(eq=False)
class Contact:
    """A contact, there or yet to be made, with the keys he is known by."""

    # Id of the client he belongs to; None for one to be made.
    client: int | None = None
    # Id of the only company he is a contact of; None for all.
    company: int | None = None
    # What the client is called.
    name: str = ""
    keys: dict = field(default_factory=dict)
    # Id of the contact itself: the client or one of his persons.
    partner: int | None = None
    # Of one to be made: what the sheet says of him.
    values: dict = field(default_factory=dict)

    @property
    def who(self):
        """What two contacts of one client have in common."""
        return self.client or self


def place(kind):
    """Where keys of a kind are looked for: a number is found wherever it stands."""
    return "phone" if kind in PHONES else kind


def numbers(keys):
    return {keys[kind] for kind in PHONES if kind in keys}


class ClientFinder:
    """Finds the contacts that keys fit; remembers those that are to be made."""

    def __init__(self):
        self._by_key = defaultdict(list)

    def add(self, contact, *names):
        """Let a contact be found by his keys, and by other names of his."""
        keys = [*contact.keys.items(), *(("name", name) for name in names if name)]
        for kind, key in keys:
            # Hundreds are born on the same day: it only chooses among those found.
            if kind != "born" and contact not in self._by_key[place(kind), key]:
                self._by_key[place(kind), key].append(contact)

    def learn(self, contact, keys):
        """A row gives keys that the contact had none of."""
        contact.keys = keys | contact.keys
        self.add(contact)

    def is_called(self, contact, name):
        """Whether anybody of this client has that name."""
        return any(c.who == contact.who for c in self._by_key.get(("name", name), ()))

    def find(self, keys, companies):
        """The clients that ``keys`` fit.

        The surest kind that fits anybody decides, the weaker ones choose among them.
        Who has only the name in common, and another telephone or e-mail than the one
        given, is somebody else.

        :param keys: {kind: key}
        :param companies: ids of the companies whose contacts may be meant
        :return: list of ``Contact``, one for each client
        """
        found = {}
        for kind in KINDS:
            hits = {}
            for contact in self._by_key.get((place(kind), keys.get(kind)), ()):
                fits = contact.company is None or contact.company in companies
                if fits and not self._is_another(kind, contact, keys):
                    hits.setdefault(contact.who, contact)
            if not found and hits:
                found = hits
            elif len(found) > 1 and found.keys() & hits.keys():
                found = {who: found[who] for who in found if who in hits}
        if len(found) > 1 and keys.get("born"):
            born = {
                w: c for w, c in found.items() if c.keys.get("born") == keys["born"]
            }
            found = born or found
        return list(found.values())

    def nearest(self, contact, keys):
        """Of the contacts of one client, the one that most keys fit."""
        counted = Counter(
            one
            for kind, key in keys.items()
            for one in self._by_key.get((place(kind), key), ())
            if one.who == contact.who
        )
        for one in counted:
            counted[one] += "born" in keys and keys["born"] == one.keys.get("born")
        return max(counted, key=counted.get, default=contact)

    def _is_another(self, kind, contact, keys):
        """Whether a contact is somebody else, although a key of this kind fits.

        A birthday tells namesakes from each other, and those of a family who share a
        telephone.
        """
        said, known = keys.get("born"), contact.keys.get("born")
        if said and known and kind in ("name", "email", *PHONES):
            same_name = keys.get("name") == contact.keys.get("name")
            if kind == "name" or not same_name:
                return said != known
        return kind == "name" and self._differs(contact, keys)

    def _differs(self, contact, keys):
        """Whether a contact of that name has other sure keys, and only others."""
        sure = [k for k in KINDS if k != "name" and k not in PHONES]
        same = [
            contact.keys[k] == keys[k] for k in sure if k in keys.keys() & contact.keys
        ]
        said, known = numbers(keys), numbers(contact.keys)
        if said and known:
            same.append(bool(said & known))
        return bool(same) and not any(same)
