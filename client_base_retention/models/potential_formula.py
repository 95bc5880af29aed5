"""Formulas of the potential: a small calculator, plain Python without Odoo.

>>> formula = Formula("area * per_m2", {"area": "area", "per_m2": "per_m2"})
>>> formula.result({"area": 120.0, "per_m2": 9000.0})
1080000.0

Not Odoo's ``safe_eval``: that one is for administrators and runs most of Python, loops
and powers that never end included. Here the head of sales writes, so there is nothing
but arithmetic, and whatever is wrong is said in his words.
"""

import ast
import re
import unicodedata
from math import isfinite

MOST_CHARACTERS = 1000
MOST_NODES = 300
LARGEST = 1e13
# Labels in brackets and texts in quotes of any kind: what stands in them is no sign.
QUOTED = re.compile(
    r"""\[(?P<label>[^\[\]\n]*)\]"""
    r"""|"(?P<text>[^"\n]*)"|'(?P<text1>[^'\n]*)'"""
    r"""|“(?P<text2>[^”\n]*)”|«(?P<text3>[^»\n]*)»"""
)
SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "\xa0": " "})


class FormulaError(Exception):
    """What is wrong, as a code and what it is about; the caller finds the words.

    While reading: ``empty``, ``long``, ``syntax``, ``unknown``, ``forbidden``,
    ``comma``, ``option``.
    While reckoning: ``missing``, ``zero``, ``text``, ``large``, ``negative``.
    """

    def __init__(self, code, about=""):
        super().__init__(code, about)
        self.code = code
        self.about = about


class Choice(tuple):
    """An answer chosen from a list: its key and its words in one language or two, the
    last of them the user's own. Any may be compared."""


class Choices(tuple):
    """Several answers chosen from a list: ``Choice`` each."""


def spoken(name):
    """A name as it is looked up: case, spaces and forms of letters do not matter."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class Formula:
    """A formula that has been read and may be reckoned with many answers.

    :param text: what the head wrote; labels with spaces stand in brackets
    :param names: {name or label: key of its value}
    :param options: {key: what may be chosen, keys and words} of choices; a text that
        is compared with one must be among them
    :raise FormulaError: it cannot be read
    """

    def __init__(self, text, names, options=None):
        text = (text or "").strip()
        if not text:
            raise FormulaError("empty")
        if len(text) > MOST_CHARACTERS:
            raise FormulaError("long", MOST_CHARACTERS)
        self.names = {spoken(name): key for name, key in names.items()}
        self._options = {
            key: {spoken(word) for word in words}
            for key, words in (options or {}).items()
        }
        self.used = []
        self._labels = []
        # Stands for labels: no name that the formula itself contains.
        self._mark = "label_"
        while self._mark in spoken(text):
            self._mark += "_"
        tree = self._parse(self._as_python(text))
        if sum(1 for _node in ast.walk(tree)) > MOST_NODES:
            raise FormulaError("long", MOST_CHARACTERS)
        self._value = self._read(tree.body)

    def result(self, values):
        """The number that the formula gives with these values.

        :param values: {key: number, text, ``Choice``, ``Choices``, None: not known}
        :raise FormulaError: it cannot be reckoned with them
        """
        number = _number(self._value(values))
        if number < 0:
            raise FormulaError("negative")
        return number

    # ------------------------------------------------------------------------ reading

    def _as_python(self, text):
        """The formula in signs of Python, labels as names."""
        found, end = [], 0
        for match in QUOTED.finditer(text):
            found.append(text[end : match.start()].translate(SIGNS))
            end = match.end()
            if match["label"] is None:
                found.append(repr(match[match.lastgroup]))
            else:
                found.append(f" {self._mark}{len(self._labels)}_ ")
                self._labels.append(match["label"])
        return "".join([*found, text[end:].translate(SIGNS)])

    def _parse(self, text):
        self._source = f"({text}\n)"
        try:
            return ast.parse(self._source, mode="eval")
        except SyntaxError as error:
            lines = (error.text or "").splitlines()
            line = lines[0] if lines else text
            # Where a bracket was put before the first line, it does not count.
            near = line[max((error.offset or 1) - 1, 0) :].strip("() ")[:30]
            raise FormulaError("syntax", self._with_labels(near)) from None
        except (ValueError, RecursionError, MemoryError):
            raise FormulaError("syntax") from None

    def _with_labels(self, text):
        mark = rf"{self._mark}(\d+)_"
        return re.sub(mark, lambda m: f"[{self._labels[int(m[1])]}]", text)

    def _read(self, node):
        """The function {values} -> value of a node."""
        reader = getattr(self, f"_read_{type(node).__name__}", None)
        if reader is None:
            raise FormulaError("forbidden", self._with_labels(ast.unparse(node))[:40])
        return reader(node)

    def _read_Constant(self, node):
        value = node.value
        if isinstance(value, bool | int | float):
            if abs(value) > LARGEST:
                raise FormulaError("large")
            value = float(value)
        elif not isinstance(value, str):
            raise FormulaError("forbidden", str(value)[:40])
        return lambda values: value

    def _read_Name(self, node):
        key = self._key(node)

        def value(values):
            found = values.get(key)
            if found is None:
                raise FormulaError("missing", key)
            return found

        return value

    def _key(self, node, used=True):
        label = re.fullmatch(rf"{self._mark}(\d+)_", node.id)
        name = self._labels[int(label[1])] if label else node.id
        key = self.names.get(spoken(name))
        if key is None:
            raise FormulaError("unknown", name)
        if used and key not in self.used:
            self.used.append(key)
        return key

    def _read_BinOp(self, node):
        operation = OPERATIONS.get(type(node.op))
        if operation is None:
            raise FormulaError("forbidden", self._with_labels(ast.unparse(node))[:40])
        left, right = self._read(node.left), self._read(node.right)
        return lambda values: operation(_number(left(values)), _number(right(values)))

    def _read_UnaryOp(self, node):
        value = self._read(node.operand)
        if isinstance(node.op, ast.Not):
            return lambda values: float(not _truth(value(values)))
        if isinstance(node.op, ast.USub):
            return lambda values: -_number(value(values))
        if isinstance(node.op, ast.UAdd):
            return lambda values: _number(value(values))
        raise FormulaError("forbidden", "~")

    def _read_BoolOp(self, node):
        parts = [self._read(part) for part in node.values]
        if isinstance(node.op, ast.And):
            return lambda values: float(all(_truth(part(values)) for part in parts))
        return lambda values: float(any(_truth(part(values)) for part in parts))

    def _read_IfExp(self, node):
        test = self._read(node.test)
        then, otherwise = self._read(node.body), self._read(node.orelse)
        return lambda values: (then if _truth(test(values)) else otherwise)(values)

    def _read_Compare(self, node):
        comparisons = [COMPARISONS.get(type(op)) for op in node.ops]
        if None in comparisons:
            raise FormulaError("forbidden", self._with_labels(ast.unparse(node))[:40])
        self._check_options([node.left, *node.comparators])
        values_of = [self._read(node.left)] + [
            self._read_list(part)
            if isinstance(op, ast.In | ast.NotIn)
            else self._read(part)
            for op, part in zip(node.ops, node.comparators, strict=True)
        ]

        def value(values):
            found = [value_of(values) for value_of in values_of]
            return float(
                all(
                    compare(found[place], found[place + 1])
                    for place, compare in enumerate(comparisons)
                )
            )

        return value

    def _check_options(self, nodes):
        """A text beside a choice is one of those that can be chosen."""
        known = [
            self._options.get(self._key(node, used=False))
            for node in nodes
            if isinstance(node, ast.Name)
        ]
        known = set().union(*known) if known and None not in known else None
        parts = [part for node in nodes for part in getattr(node, "elts", [node])]
        for part in parts if known is not None else ():
            text = isinstance(part, ast.Constant) and part.value
            if isinstance(text, str) and spoken(text) not in known:
                raise FormulaError("option", text)

    def _read_list(self, node):
        if not isinstance(node, ast.Tuple):
            return self._read(node)
        parts = [self._read(part) for part in node.elts]
        return lambda values: tuple(part(values) for part in parts)

    def _read_Tuple(self, node):
        text = ast.get_source_segment(self._source, node) or ast.unparse(node)
        raise FormulaError("comma", self._with_labels(text).strip("() \n")[:40])

    def _read_Call(self, node):
        name = getattr(node.func, "id", None)
        if name == "known" and len(node.args) == 1 and not node.keywords:
            if not isinstance(node.args[0], ast.Name):
                raise FormulaError("forbidden", ast.unparse(node)[:40])
            key = self._key(node.args[0], used=False)
            return lambda values: float(values.get(key) is not None)
        function = FUNCTIONS.get(name)
        if function is None or not node.args or node.keywords:
            raise FormulaError("forbidden", self._with_labels(ast.unparse(node))[:40])
        parts = [self._read(part) for part in node.args]
        return lambda values: function([part(values) for part in parts])


# ------------------------------------------------------------------------- reckoning


def _number(value):
    if isinstance(value, bool | int | float):
        if not isfinite(value) or abs(value) > LARGEST:
            raise FormulaError("large")
        return float(value)
    raise FormulaError("text", _words(value))


def _truth(value):
    """Whether a condition holds. A text is none: whatever was answered would hold."""
    return bool(_number(value))


def _words(value):
    if isinstance(value, Choice):
        return value[-1]
    if isinstance(value, tuple):
        return ", ".join(_words(part) for part in value)
    return str(value)


def _texts(value):
    """The texts by which an answer may be meant, None for a number."""
    if isinstance(value, Choice):
        return {spoken(text) for text in value}
    if isinstance(value, str):
        return {spoken(value)}
    return None


def _equal(left, right):
    one, other = _texts(left), _texts(right)
    if one is None and other is None:
        return _number(left) == _number(right)
    # A number beside the key of a choice: "3" stars.
    one = {spoken(f"{left:g}")} if one is None and _is_number(left) else one
    other = {spoken(f"{right:g}")} if other is None and _is_number(right) else other
    if one is None or other is None:
        raise FormulaError("text", _words(left if one is None else right))
    return bool(one & other)


def _is_number(value):
    return isinstance(value, int | float)


def _contains(left, right):
    if isinstance(right, Choice):
        return _equal(left, right)
    if isinstance(right, str):
        return bool(spoken(_words(left)) in spoken(right))
    if not isinstance(right, tuple):
        raise FormulaError("text", _words(left))
    return any(_equal(left, part) for part in right)


def _divided(left, right):
    if not right:
        raise FormulaError("zero")
    return _number(left / right)


def _rounded(values):
    digits = int(_number(values[1])) if len(values) > 1 else 0
    return round(_number(values[0]), max(-12, min(digits, 12)))


def _count(values):
    """How many answers were chosen; a single one is one."""
    return float(
        sum(
            len(v) if isinstance(v, tuple) and type(v) is not Choice else 1
            for v in values
        )
    )


OPERATIONS = {
    ast.Add: lambda left, right: _number(left + right),
    ast.Sub: lambda left, right: _number(left - right),
    ast.Mult: lambda left, right: _number(left * right),
    ast.Div: _divided,
}
COMPARISONS = {
    ast.Eq: _equal,
    ast.NotEq: lambda left, right: not _equal(left, right),
    ast.Lt: lambda left, right: _number(left) < _number(right),
    ast.LtE: lambda left, right: _number(left) <= _number(right),
    ast.Gt: lambda left, right: _number(left) > _number(right),
    ast.GtE: lambda left, right: _number(left) >= _number(right),
    ast.In: _contains,
    ast.NotIn: lambda left, right: not _contains(left, right),
}
FUNCTIONS = {
    "min": lambda values: min(_number(value) for value in values),
    "max": lambda values: max(_number(value) for value in values),
    "round": _rounded,
    "count": _count,
}
