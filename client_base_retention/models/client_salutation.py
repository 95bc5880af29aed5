"""How a person is addressed, read from his name. Plain Python; knows nothing of Odoo.

Russian names are addressed by name and patronymic, others by the given name. What
cannot be told from the name is left empty: no address is better than a wrong one.
"""

import re
from typing import NamedTuple

from .client_salutation_words import (
    AND,
    ENDINGS_OF_SURNAMES,
    FEMALE,
    FEMALE_TITLES,
    FORMS,
    LATIN,
    LATIN_BOTH,
    MALE,
    MALE_TITLES,
    NO_NAMES,
    PARTICLES,
    SUFFIXES,
    TITLES,
)

# Patronymics by their ending. After a hard consonant "-евич" is a surname's: Макаревич.
_HE = re.compile(
    r"[^\W\d_]{2,}(ович|[аеиоуыэюяьжшщчц]евич|[аеиоуьжшч]евіч|авіч|ovich|[aeiouy]evich)$"
    r"|^(игор|лазар|цезар)евич$|^igorevich$|^(иль|кузьм|фом|лук|никит|савв|фок)ич$"
)
_SHE = re.compile(r"[^\W\d_]{2,}(овна|евна|ична|івна|ївна|аўна|еўна|ovna|evna|ichna)$")
# The same said by a word of its own after the father's name.
_HE_WORDS = {"оглы", "оглу", "улы", "уулу", "ogly", "oglu"}
_SHE_WORDS = {"кызы", "гызы", "қызы", "kyzy", "kizi"}
# Patronymics by their ending, surnames in fact.
_SURNAMES = {"рабинович", "янукович", "джокович", "милошевич"}
MARKS = ".,;:-–—'’"
_CYRILLIC = re.compile(r"[а-яёіїєўґ]", re.IGNORECASE)


class PersonName(NamedTuple):
    """What a name says of a person; empty where it does not say it."""

    given: str = ""
    patronymic: str = ""
    # ``male``, ``female`` or empty.
    gender: str = ""

    @property
    def salutation(self):
        return f"{self.given} {self.patronymic}".strip() if self.given else ""


def read_name(name):
    """Take a person's name apart.

    >>> read_name("Петров Сергей Иванович").salutation
    'Сергей Иванович'
    >>> read_name("Сергей Иванович Петров").salutation
    'Сергей Иванович'
    >>> read_name("Иванова Анна").salutation, read_name("John Smith").salutation
    ('Анна', 'John')
    >>> read_name("Smith John").salutation, read_name("Анна Петровна").salutation
    ('John', 'Анна Петровна')
    >>> read_name("Иванов И. И.").salutation, read_name("ООО Ромашка").salutation
    ('', '')
    >>> read_name("Петрова Мария Львовна").gender
    'female'

    :param str name: as it is written, or nothing
    :return: ``PersonName``
    """
    words, gender, formal, commas = _words_of(name or "")
    alone = len(words) == 1 and not _gender_of_given(words[0])
    if not words or formal and alone:
        return PersonName(gender=gender)
    found = _with_patronymic(words)
    if not found:
        found = PersonName(given=_given_of(words, commas))
        found = found._replace(gender=_gender_of_given(found.given))
    return PersonName(
        _capital(found.given),
        " ".join(_capital(word) for word in found.patronymic.split()),
        gender or found.gender.replace("both", ""),
    )


def _words_of(name):
    """(words of the name itself, gender by the title, whether the surname stands alone
    with a title or initials, whether it stands first with a comma)."""
    name = re.sub(r"\([^)]*\)|\[[^]]*\]|[«»“”„\"]", " ", name)
    if "@" in name or "/" in name:
        return [], "", False, False
    surname, comma, rest = name.partition(",")
    if comma:
        rest = " ".join(w for w in rest.split() if _plain(w) not in SUFFIXES)
        name = f"{surname} {rest}"
    # "И.И.Иванов" has no spaces.
    raw = re.sub(r"\.(?=[^\W\d_])", ". ", name).split()
    if any(_plain(word) in FORMS or word.lower() in AND for word in raw):
        return [], "", False, False
    words, gender, formal = [], "", False
    for word in raw:
        plain = _plain(word)
        if plain in MALE_TITLES or plain in FEMALE_TITLES:
            gender = "male" if plain in MALE_TITLES else "female"
            formal = True
        elif _is_initial(plain):
            formal = True
        elif plain and plain not in TITLES | SUFFIXES and not re.search(r"\d", plain):
            words.append(word.strip(MARKS))
    return _names_among(words), gender, formal, bool(comma and rest)


def _names_among(words):
    """Words without those that say who answers the telephone, and abbreviations."""
    if any(_plain(word) in NO_NAMES for word in words):
        rest = [word for word in words if _plain(word) not in NO_NAMES]
        for place, word in enumerate(rest):
            if _gender_of_given(word):
                after = rest[place + 1 : place + 2]
                return [word, *(a for a in after if _gender_of_patronymic(_plain(a)))]
        return []
    if len(words) == 1 and words[0].isupper() and 1 < len(words[0]) <= 3:
        return words if _gender_of_given(words[0]) else []
    return words


def _with_patronymic(words):
    """``PersonName`` of a name with a patronymic, else None."""
    plain = [_plain(word) for word in words]
    for place, word in enumerate(plain):
        if place >= 2 and word in _HE_WORDS | _SHE_WORDS:
            gender = "male" if word in _HE_WORDS else "female"
            father = f"{words[place - 1]} {word}"
            return PersonName(words[place - 2], father, gender)
    for place in range(1, len(plain)):
        gender = _gender_of_patronymic(plain[place])
        given = plain[place - 1]
        if not gender or _gender_of_patronymic(given):
            continue
        latin = not _CYRILLIC.search(plain[place])
        if len(plain) == 2 and gender == "male" and latin:
            # Roman Abramovich: elsewhere it is a surname.
            continue
        if _gender_of_given(given) not in ("", "both", gender):
            # Мария Рабинович.
            continue
        return PersonName(words[place - 1], words[place], gender)
    return None


def _given_of(words, commas):
    """The given name among the words of a name without a patronymic, or nothing."""
    if commas and len(words) > 1:
        return words[-1] if len(words) == 2 else words[1]
    known = [word for word in words if _gender_of_given(word)]
    if _CYRILLIC.search(words[0]) and known:
        return known[0]
    if len(words) == 1:
        doubtful = _is_surname(words[0]) and _CYRILLIC.search(words[0])
        return "" if doubtful else words[0]
    latin = _given_in_latin([_plain(word) for word in words])
    if latin is not None:
        return words[latin] if latin >= 0 else ""
    if _plain(words[0]) in PARTICLES:
        return ""
    if _is_surname(words[0]) and not _is_surname(words[1]):
        return words[1]
    if _is_surname(words[0]) and _CYRILLIC.search(words[0]):
        # Double surnames, or nothing but surnames.
        rest = [word for word in words if not _is_surname(word)]
        return rest[0] if rest else ""
    return words[0]


def _given_in_latin(plain):
    """The place of the given name where the surname stands first: "Smith John",
    "Garcia Lopez Ana"; -1 where the last word may be either, None for other names."""
    first, last = plain[0], plain[-1]
    if first in LATIN | LATIN_BOTH:
        return None
    if len(plain) > 2 and plain[1] in LATIN and last in LATIN | LATIN_BOTH:
        return 1
    if last in LATIN:
        return len(plain) - 1
    # Rajesh Paul, Smith Paul.
    return -1 if len(plain) == 2 and last in LATIN_BOTH else None


def _is_surname(word):
    """Whether a word ends like a Slavonic surname and is no known given name."""
    plain = _plain(word)
    last = plain.rpartition("-")[2]
    if _gender_of_given(word) or len(last) < 5:
        return False
    return last.endswith(ENDINGS_OF_SURNAMES) or bool(_gender_of_patronymic(last))


def _gender_of_patronymic(word):
    if word in _SURNAMES:
        return ""
    if _SHE.search(word):
        return "female"
    return "male" if _HE.search(word) else ""


def _gender_of_given(word):
    """``male``, ``female``, ``both`` for known given names, else empty."""
    plain = _plain(word)
    if plain not in MALE and plain not in FEMALE:
        plain = plain.partition("-")[0] if "-" in plain else plain
    he, she = plain in MALE, plain in FEMALE
    return "both" if he and she else "male" if he else "female" if she else ""


def _plain(word):
    return word.strip(MARKS).lower().replace("ё", "е")


def _is_initial(plain):
    # A sign of the scripts of the Far East is a word.
    return len(plain) == 1 and plain.isalpha() and ord(plain) < 0x2E80


def _capital(word):
    """Written in capitals or in small letters: as names are written."""
    if word.isupper() and len(word) > 1 or word.islower():
        if word in _HE_WORDS | _SHE_WORDS:
            return word
        return "-".join(part[:1].upper() + part[1:].lower() for part in word.split("-"))
    return word
