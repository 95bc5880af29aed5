"""Portraits that come with the addon: what is worth knowing in each trade (N48).

Labels are kept in English and shown in the user's language while nobody changed them
(``client_portrait_fields.py``). Health and telephone numbers never belong here.
"""

import functools

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)
# Labels are made when the module is loaded, without an environment.
# pylint: disable=prefer-env-translation

PERIODS = (
    ("week", _lt("Every week")),
    ("fortnight", _lt("Every two weeks")),
    ("month", _lt("Every month")),
    ("quarter", _lt("Every quarter")),
    ("season", _lt("By season")),
    ("rarely", _lt("Rarely")),
)
YES_NO = (("yes", _lt("Yes")), ("no", _lt("No")))
HOW_OFTEN = (_lt("How often he buys"), "selection", PERIODS)
SUPPLIERS = (_lt("Alternative suppliers"), "char", None)
EQUIPMENT = (_lt("Equipment"), "char", None)
BRANDS = (_lt("Brands"), "char", None)

# No two segments share a name: lists find a question by it.
# {segment that comes with the addon: ((name, label, type, options or unit), ...)}
READY = {
    "client_segment_wholesale": (
        ("sales_area", _lt("Sales area"), "float", _lt("m²")),
        (
            "price_segment",
            _lt("Price segment"),
            "selection",
            (
                ("low", _lt("Low")),
                ("middle", _lt("Middle")),
                ("premium", _lt("Premium")),
            ),
        ),
        ("brands", *BRANDS),
        ("purchase_periodicity", *HOW_OFTEN),
    ),
    "client_segment_producer": (
        ("output", _lt("Output per year"), "float", None),
        ("producer_equipment", *EQUIPMENT),
        (
            "expansion",
            _lt("Trend of expansion"),
            "selection",
            (
                ("grows", _lt("Grows")),
                ("steady", _lt("Steady")),
                ("shrinks", _lt("Shrinks")),
            ),
        ),
        (
            "purchase_way",
            _lt("How he buys"),
            "selection",
            (
                ("order", _lt("By order")),
                ("contract", _lt("By yearly contract")),
                ("tender", _lt("By tender")),
                ("dealer", _lt("Through a dealer")),
            ),
        ),
        ("producer_periodicity", *HOW_OFTEN),
        ("other_suppliers", *SUPPLIERS),
    ),
    "client_segment_contracts": (
        ("equipment", *EQUIPMENT),
        ("last_job", _lt("Last job"), "date", None),
        ("warranty_end", _lt("End of warranty"), "date", None),
        ("contract_end", _lt("End of contract"), "date", None),
    ),
    "client_segment_travel": (
        ("countries", _lt("Countries"), "char", None),
        ("with_children", _lt("With children"), "selection", YES_NO),
        (
            "season",
            _lt("Season"),
            "tags",
            (
                ("winter", _lt("Winter")),
                ("spring", _lt("Spring")),
                ("summer", _lt("Summer")),
                ("autumn", _lt("Autumn")),
                ("new_year", _lt("New Year")),
            ),
        ),
        (
            "hotel_class",
            _lt("Class of hotel"),
            "selection",
            (
                ("3", _lt("3 stars")),
                ("4", _lt("4 stars")),
                ("5", _lt("5 stars")),
                ("other", _lt("Apartments and others")),
            ),
        ),
        ("passport_expiry", _lt("Passport expires"), "date", None),
        ("travellers", _lt("Travel together"), "integer", _lt("persons")),
        ("trips_per_year", _lt("Trips per year"), "integer", None),
    ),
    "client_segment_children": (
        ("courses_wanted", _lt("Courses wanted"), "char", None),
        ("siblings", _lt("Brothers and sisters"), "integer", None),
        ("contract", _lt("Contract"), "selection", YES_NO),
        ("discounts", _lt("Discounts"), "char", None),
    ),
    "client_segment_consultant": (
        ("products", _lt("Products he takes"), "char", None),
        ("course", _lt("Course"), "char", None),
        ("test_date", _lt("Date of the test"), "date", None),
    ),
    "client_segment_salon": (
        ("master", _lt("Master"), "char", None),
        ("services", _lt("Services"), "char", None),
        ("visit_periodicity", _lt("How often he comes"), "selection", PERIODS),
    ),
    "client_segment_clothes": (
        ("size", _lt("Size"), "char", None),
        ("style", _lt("Style"), "char", None),
        ("clothes_brands", *BRANDS),
    ),
    "client_segment_info": (
        ("topics", _lt("Topics"), "char", None),
        ("courses_taken", _lt("Courses taken"), "char", None),
        ("next_wish", _lt("Wants next"), "char", None),
    ),
    "client_segment_building": (
        ("volume", _lt("Volume of work per year"), "float", None),
        ("building_equipment", *EQUIPMENT),
        ("building_what", _lt("What is built"), "char", None),
        ("building_when", _lt("When it is built"), "date", None),
        ("building_suppliers", *SUPPLIERS),
    ),
}

# What a client himself is asked on paper; the rest is for the people who serve him.
ON_QUESTIONNAIRE = {
    "sales_area",
    "price_segment",
    "brands",
    "output",
    "producer_equipment",
    "equipment",
    "countries",
    "with_children",
    "season",
    "hotel_class",
    "travellers",
    "trips_per_year",
    "courses_wanted",
    "siblings",
    "master",
    "services",
    "size",
    "style",
    "clothes_brands",
    "topics",
    "courses_taken",
    "next_wish",
    "volume",
    "building_equipment",
    "building_what",
    "building_when",
}


def definition(questions):
    """The definition of properties, in English, of some of the questions above.

    :param questions: a value of ``READY``
    :return: list of dicts, as a field of definitions of properties takes it
    """
    return [_question(*question) for question in questions]


def _question(name, label, kind, more):
    found = {"name": name, "string": source(label), "type": kind}
    if kind == "selection":
        found["selection"] = [[key, source(word)] for key, word in more]
    elif kind == "tags":
        found["tags"] = [
            [key, source(word), 1 + place % 11]
            for place, (key, word) in enumerate(more)
        ]
    elif more:
        found["suffix"] = source(more)
    return found


def source(term):
    """The English text of a term."""
    return term._source


def _terms():
    for questions in READY.values():
        for _name, label, _kind, more in questions:
            yield label
            if isinstance(more, tuple):
                yield from (word for _key, word in more)
            elif more:
                yield more


TERMS = {source(term): term for term in _terms()}


def _translated(definition, words):
    """The definition with other words, the very same one where no word changes."""
    result = []
    for question in definition:
        changed = {
            key: words[question[key]]
            for key in ("string", "suffix")
            if question.get(key) in words
        }
        for key in ("selection", "tags"):
            if any(option[1] in words for option in question.get(key) or ()):
                changed[key] = [
                    [option[0], words.get(option[1], option[1]), *option[2:]]
                    for option in question[key]
                ]
        result.append(question | changed if changed else question)
    return result


@functools.cache
def _words(lang):
    """{English: in the language} of the words of ready portraits."""
    return {text: term._translate(lang) for text, term in TERMS.items()}


@functools.cache
def _sources(lang):
    return {word: text for text, word in _words(lang).items()}


def _is_english(env):
    return not env.lang or env.lang.startswith("en")


def shown(definition, env):
    """A definition in the language of the user."""
    if not definition or _is_english(env):
        return definition
    return _translated(definition, _words(env.lang))


def stored(definition, env):
    """A definition as it is stored: ready words in English."""
    if not definition or _is_english(env):
        return definition
    return _translated(definition, _sources(env.lang))


def shown_kept(answers, env):
    """Kept answers in the language of the user."""
    if not answers or _is_english(env):
        return answers
    words = _words(env.lang)
    found = []
    for answer in _translated(answers, words):
        options = answer.get("words") or {}
        told = {key: words.get(word, word) for key, word in options.items()}
        found.append(answer | {"words": told} if told else answer)
    return found


def shown_text(text, env):
    """Words, one in a line, in the language of the user."""
    return text if not text or _is_english(env) else _lines(text, _words(env.lang))


def stored_text(text, env):
    return text if not text or _is_english(env) else _lines(text, _sources(env.lang))


def _lines(text, words):
    return "\n".join(words.get(line, line) for line in text.split("\n"))
