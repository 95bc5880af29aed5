"""Reads what people wrote into the cells of an old list. Knows nothing of Odoo.

A wrong sum in a client's turnover is worse than a question: whatever can be read in two
ways is left to a person, with the likeliest reading filled in.
"""

import datetime
import re
from dataclasses import dataclass

MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january янв январь января",
            "feb february фев февр февраль февраля",
            "mar march мар март марта",
            "apr april апр апрель апреля",
            "may май мая",
            "jun june июн июнь июня",
            "jul july июл июль июля",
            "aug august авг август августа",
            "sep sept september сен сент сентябрь сентября",
            "oct october окт октябрь октября",
            "nov november ноя нояб ноябрь ноября",
            "dec december дек декабрь декабря",
        ),
        start=1,
    )
    for word in words.split()
}
WORD = "|".join(sorted(MONTHS, key=len, reverse=True))
DAY = re.compile(
    rf"""(?<![\d.,/-])(?:
      (?P<iso>(?P<y1>\d{{4}})-(?P<m1>\d{{1,2}})-(?P<d1>\d{{1,2}})(?![\d-]))
    | (?P<num>(?P<d2>\d{{1,2}})(?P<sep>[./-])(?P<m2>\d{{1,2}})(?P=sep)
        (?P<y2>\d{{4}}|\d{{2}}))(?![\d/-]|\.\d)
    | (?P<d3>\d{{1,2}})\s+(?P<w3>{WORD})\b\.?,?\s+(?P<y3>\d{{4}})(?!\d)
    | \b(?P<w4>{WORD})\b\.?\s+(?P<d4>\d{{1,2}}),?\s+(?P<y4>\d{{4}})(?!\d)
    )(?:\s?(?:г|год|года)\b\.?)?""",
    re.IGNORECASE | re.VERBOSE,
)
# Only a month: the first day of it is proposed.
MONTH = re.compile(
    rf"(?<![\d.,/-])(?:(?P<m>\d{{1,2}})[./](?P<y>\d{{4}})|(?P<w>{WORD})\b\.?\s+"
    r"(?P<wy>\d{4}))(?!\d)",
    re.IGNORECASE,
)
# A day without its year.
YEARLESS = re.compile(
    rf"\s*(\d{{1,2}}[./-]\d{{1,2}}\.?|\d{{1,2}}\s+(?:{WORD})\.?)\s*", re.IGNORECASE
)
MONEY = r"(?:руб(?:лей|ля|\.)?|р(?:\.|\b)|rub|usd|eur|₽|\$|€|£)"
NUMBER = re.compile(
    rf"""(?P<before>(?:\$|€|£|₽)\s?)?(?<![\w.,])
    (?P<digits>\d{{1,3}}(?:[ \u00a0\u202f']\d{{3}})+(?:[.,]\d{{1,2}})?(?![\d.,]\d|\d)
      |\d+(?:[.,]\d+)?)
    (?P<after>\s?{MONEY})?(?P<end>(?=\s|[.,:;!?)\]/+*×-]|$))""",
    re.IGNORECASE | re.VERBOSE,
)
# What says that a number is no sum, or no sum by itself.
UNIT = re.compile(
    r"\s?(?:шт|уп|кг|г|мг|мл|л|м|м2|дн|дней|день|мес|раз|чел|pcs|pc|kg|g|mg|ml|l|m|days?"
    r"|months?|times|persons?|ночей|nights?|капс|табл|caps|tabs|%|тыс|k|к)(?![\w])",
    re.IGNORECASE,
)
DOUBT = re.compile(
    r"[*×+=]|\d\s*[xх]\s*\d|\bпо\s+\d|@|\bскидк|\bвозвр|\bвернул|\bдолг|\bаванс|\bпредопл"
    r"|\bчастич|\bdiscount|\brefund|\breturn|\bprepa|\bdebt|\bdeposit|\btill\b|\bдо\s+\d"
    r"|\bor\b|\bили\b|\?",
    re.IGNORECASE,
)
NOTHING = re.compile(r"[\s\-–—.,/]*|нет|no|none|n/a", re.IGNORECASE)
EDGES = " \t\u00a0,.:–—-"
# Older than any list in a computer: a slip of the pen.
EARLIEST = datetime.date(1980, 1, 1)


@dataclass(eq=False)
class Piece:
    """A purchase as somebody wrote it, and what could be read of it."""

    text: str
    date: datetime.date | None = None
    amount: float | None = None
    what: str = ""
    # The sign or word of a currency beside the sum, as it is written.
    money: str = ""
    # Read beyond doubt: it has a day that has come, and one sum.
    sure: bool = False


def read_day(text, today, month_first=False):
    """The day that a text says, or ``None``.

    >>> today = datetime.date(2025, 6, 15)
    >>> read_day("12.03.13", today), read_day("5 мая 1980 г.", today)
    (datetime.date(2013, 3, 12), datetime.date(1980, 5, 5))
    """
    found = DAY.fullmatch(text.strip())
    return found and _day_of(found, today, month_first)


def is_yearless(text):
    """Whether a text is a day and a month without a year.

    >>> is_yearless("12.03"), is_yearless("5 мая"), is_yearless("12.03.13")
    (True, True, False)
    """
    return bool(YEARLESS.fullmatch(text))


def read_sum(text):
    """The number that a cell with a sum holds, or ``None``.

    >>> read_sum("1 200,50 руб."), read_sum("1,200.50"), read_sum("much")
    (1200.5, 1200.5, None)
    """
    plain = re.sub(rf"^(?:{MONEY})|(?:{MONEY})$", "", text.strip(), flags=re.IGNORECASE)
    plain = re.sub(r"[\s\u00a0\u202f']", "", plain)
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    plain = plain.replace(",", ".")
    return float(plain) if re.fullmatch(r"-?\d+(\.\d+)?", plain) else None


def read_purchases(text, today, month_first=False):
    """The purchases that a cell tells of.

    :param text: e.g. "12.03.13 Detox 2400; 04.05.13 Omega 1200"
    :param today: nobody has bought later than that
    :param month_first: how days with strokes are written: 03/12/13
    :return: list of ``Piece``
    """
    pieces = []
    for part in re.split(r"[;\n\r]+", text):
        if NOTHING.fullmatch(part.strip()):
            continue
        pieces += _pieces_of(part.strip(), today, month_first)
    return pieces


def _pieces_of(text, today, month_first):
    """The purchases of a text between semicolons: several, if each has its day."""
    whole = _piece(text, today, month_first)
    starts = [found.start() for found in DAY.finditer(text)]
    if len(starts) < 2:
        return [whole]
    ends = [found.end() for found in DAY.finditer(text)]
    at_start = not text[: starts[0]].strip(EDGES)
    cuts = [0, *starts[1:], len(text)] if at_start else [0, *ends[:-1], len(text)]
    parts = [text[a:b].strip(EDGES) for a, b in zip(cuts, cuts[1:], strict=False)]
    pieces = [_piece(part, today, month_first) for part in parts if part]
    return pieces if all(piece.sure for piece in pieces) else [whole]


def _piece(text, today, month_first):
    piece = Piece(text)
    days = list(DAY.finditer(text))
    rest = text
    if days:
        piece.date = _day_of(days[0], today, month_first)
        rest = text[: days[0].start()] + " " + text[days[0].end() :]
    elif found := MONTH.search(text):
        piece.date = _month_of(found)
        rest = text[: found.start()] + " " + text[found.end() :]
    number, sure = _sum_of(rest)
    if number:
        piece.amount = _value(number["digits"])
        piece.money = (number["before"] or number["after"] or "").strip(" .\u00a0")
        rest = rest[: number.start()] + " " + rest[number.end() :]
    rest = re.sub(r"[([]\s*[)\]]", " ", rest)
    piece.what = re.sub(r"\s+", " ", rest).strip(EDGES)
    if piece.date and not EARLIEST <= piece.date <= today:
        piece.date, sure = None, False
    piece.sure = bool(
        sure
        and len(days) == 1
        and piece.date
        and piece.amount
        and not DOUBT.search(text)
    )
    return piece


def _sum_of(text):
    """(the number that is the sum, as far as can be told; whether that is sure)."""
    found = [n for n in NUMBER.finditer(text) if not _is_of_something(n, text)]
    if not found:
        return None, False
    money = [n for n in found if n["before"] or n["after"]]
    if money:
        return money[-1], len(money) == 1 and _is_plain(money[0], text)
    last = found[-1]
    others = [_value(n["digits"]) for n in found[:-1]]
    at_end = not text[last.end() :].strip(EDGES)
    alone = not others or (at_end and _value(last["digits"]) > max(others))
    return last, alone and _is_plain(last, text)


def _is_of_something(number, text):
    """A number of pieces, of days, of a document."""
    if number["before"] or number["after"]:
        return False
    before = text[: number.start()].rstrip()
    return bool(
        UNIT.match(text, number.end()) or before.endswith(("№", "#", "No", "N°"))
    )


def _is_plain(number, text):
    """Whether a number has one reading only."""
    digits, before = number["digits"], text[: number.start()]
    if re.search(r"[.,]\d{3}$", digits) or re.search(r"[.,]\d{3,}", digits):
        return False
    if before.endswith(("-", "–", "—")):
        return False
    # "Omega 3 200": three for two hundred, or three thousand two hundred?
    spaced = " " in digits.replace("\u00a0", "").replace("\u202f", "")
    return not spaced or not re.search(r"\w\s*$", before)


def _value(digits):
    plain = re.sub(r"[\s\u00a0\u202f']", "", digits)
    if re.fullmatch(r"\d{1,3}[.,]\d{3}", plain):
        return float(re.sub(r"[.,]", "", plain))
    return float(plain.replace(",", "."))


def _day_of(found, today, month_first):
    """The day of a match of ``DAY``; ``None`` for one that the calendar has not."""
    if found["iso"]:
        year, month, day = found["y1"], found["m1"], found["d1"]
    elif found["num"]:
        year, month, day = found["y2"], found["m2"], found["d2"]
        if month_first and found["sep"] == "/":
            day, month = month, day
    elif found["w3"]:
        year, month, day = found["y3"], MONTHS[found["w3"].lower()], found["d3"]
    else:
        year, month, day = found["y4"], MONTHS[found["w4"].lower()], found["d4"]
    year = int(year) if len(year) == 4 else _century(int(year), today)
    try:
        return datetime.date(year, int(month), int(day))
    except ValueError:
        return None


def _century(year, today):
    """A year of two digits is one that has come.

    >>> today = datetime.date(2025, 6, 15)
    >>> _century(13, today), _century(87, today)
    (2013, 1987)
    """
    this = today.year % 100
    return today.year - this + year - (100 if year > this else 0)


def _month_of(found):
    month = int(found["m"]) if found["m"] else MONTHS[found["w"].lower()]
    try:
        return datetime.date(int(found["y"] or found["wy"]), month, 1)
    except ValueError:
        return None
