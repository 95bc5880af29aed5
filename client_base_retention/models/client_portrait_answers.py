"""Where the answers of a client go when the questions change. Plain Python, no Odoo.

A *definition* is a list of questions as Odoo keeps them: {"name", "string", "type",
"selection", "tags", "suffix"}. *Answers* are {name: value}. *Kept* answers are those
that no question of the present segment stands for, the newest last: {"name", "string",
"type", "value", "words": {key: label} of options, "suffix", "comodel", "segment": id}.
"""

# What an answer may become without losing anything.
WIDER = {
    ("integer", "float"),
    ("char", "text"),
    ("selection", "char"),
    ("selection", "text"),
}
OPTIONS = {"selection", "tags"}


def is_answered(value):
    """0 is an answer; no word, no option and no tick are none."""
    return not (value is None or value is False or value == "" or value == [])


def fold(label):
    return " ".join((label or "").split()).casefold()


def options(question):
    """{key: label} of the options of a question, or of a kept answer."""
    if "words" in question:
        return question["words"]
    found = question.get("selection") or question.get("tags") or ()
    return {option[0]: option[1] for option in found}


def keep(question, value, segment):
    """An answer as it is kept."""
    kept = {
        "name": question["name"],
        "string": question.get("string") or "",
        "type": question["type"],
        "value": value,
        "segment": segment,
    }
    if question["type"] in OPTIONS:
        keys = value if isinstance(value, list) else [value]
        words = options(question)
        kept["words"] = {key: words[key] for key in keys if key in words}
    for name in ("suffix", "comodel"):
        if question.get(name):
            kept[name] = question[name]
    return kept


def checked(answer):
    """A kept answer that came from outside.

    :raise KeyError, TypeError, ValueError: it is none
    """
    found = {key: answer[key] for key in ("name", "string", "type", "value")}
    if not all(isinstance(found[key], str) for key in ("name", "string", "type")):
        raise ValueError(answer)
    if not _is_of(found["type"], found["value"]):
        raise ValueError(answer)
    words = answer.get("words")
    if words is not None:
        found["words"] = {str(key): str(word) for key, word in words.items()}
    for key in ("suffix", "comodel"):
        if answer.get(key):
            found[key] = str(answer[key])
    return found | {"segment": False}


def _is_of(kind, value):
    """Whether a value can be an answer of this kind, or none at all."""
    if kind in ("integer", "float", "monetary"):
        # To Python a tick is a number.
        kinds = int | float if value is not True else str
    elif kind in ("tags", "many2many"):
        return isinstance(value, list) and all(
            isinstance(one, int | str) for one in value
        )
    else:
        kinds = {"boolean": bool, "many2one": int}.get(kind, str)
    return isinstance(value, kinds) or not is_answered(value)


def is_same(kept, question):
    """Whether a question asks what a kept answer answers."""
    types = (kept["type"], question["type"])
    if types[0] != types[1] and types not in WIDER:
        return False
    if kept.get("comodel") != question.get("comodel"):
        return False
    return kept["name"] == question["name"] or (
        bool(fold(kept["string"])) and fold(kept["string"]) == fold(question["string"])
    )


def fit(kept, question):
    """The kept value as an answer to the question.

    :return: (value, what is left over of it); None where there is nothing
    """
    value, words = kept["value"], kept.get("words") or {}
    if kept["type"] not in OPTIONS:
        return value, None
    if question["type"] not in OPTIONS:
        return words.get(value, value), None
    known = options(question)
    by_word = {fold(label): key for key, label in known.items()}
    fitting, left = [], []
    for key in value if isinstance(value, list) else [value]:
        same = key if key in known else by_word.get(fold(words.get(key)))
        (left if same is None else fitting).append(key if same is None else same)
    if isinstance(value, list):
        return fitting or None, left or None
    return (fitting[0], None) if fitting else (None, value)


def place(answers, before, after, kept, segment, explicit=None):
    """Put answers where the questions of today ask for them.

    :param answers: {name: value}, given to the questions ``before``
    :param after: the definition that holds now
    :param kept: answers kept until now
    :param segment: id of the segment in which the answers were given
    :param explicit: {name: value} of questions that are answered otherwise: left alone
    :return: (answers to the questions ``after``, kept answers)
    """
    pool = list(kept or ()) + [
        keep(question, answers[question["name"]], segment)
        for question in before or ()
        if is_answered(answers.get(question["name"]))
    ]
    found = {}
    for question in after or ():
        if explicit and question["name"] in explicit:
            pool = _without_given(pool, question, explicit[question["name"]])
            continue
        # The newest answer first; of several to one question the older ones stay kept.
        for number in range(len(pool) - 1, -1, -1):
            answer = pool[number]
            if not is_same(answer, question):
                continue
            value, left = fit(answer, question)
            if not is_answered(value):
                continue
            found[question["name"]] = value
            if left is None:
                del pool[number]
            else:
                pool[number] = answer | {"value": left}
            break
    return found, _without_repeats(pool)


def _without_given(pool, question, value):
    """The kept answers without those that were just given again."""
    return [
        kept
        for kept in pool
        if not (is_same(kept, question) and fit(kept, question) == (value, None))
    ]


def _without_repeats(pool):
    """The same answer twice is kept once, as the newest."""
    found = []
    for answer in reversed(pool):
        if not any(
            answer["value"] == other["value"]
            and answer["type"] == other["type"]
            and fold(answer["string"]) == fold(other["string"])
            for other in found
        ):
            found.append(answer)
    return found[::-1]


def in_words(question, value, yes=""):
    """An answer for people: "240 m²", "Middle", "Winter, Summer"."""
    if isinstance(value, bool):
        return yes
    words = options(question)
    if isinstance(value, list):
        return ", ".join(str(words.get(key, key)) for key in value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(words.get(value, value)) if question["type"] in OPTIONS else str(value)
    return f"{text} {question['suffix']}" if question.get("suffix") else text
