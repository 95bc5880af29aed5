"""Bring a translation up to a template, or tell where it is not. Needs polib.

python i18n_merge.py [--check] TEMPLATE.pot LANGUAGE.po
"""

import sys
from pathlib import Path

import polib

DATES = ("POT-Creation-Date", "PO-Revision-Date")


def merged(template, path):
    """The translation with exactly the template's entries, in its order."""
    if path.exists():
        old = polib.pofile(str(path), wrapwidth=78)
    else:
        old = polib.POFile(wrapwidth=78)
    known = {(entry.msgctxt, entry.msgid): entry for entry in old}
    new = polib.POFile(wrapwidth=78)
    new.header = old.header
    new.metadata = {**template.metadata, **old.metadata, "Language": path.stem}
    for entry in template:
        before = known.get((entry.msgctxt, entry.msgid))
        if before is not None:
            entry.msgstr = before.msgstr
            entry.flags = sorted({*entry.flags, *(before.flags)})
        new.append(entry)
    return new


def problems(new, path):
    """What is wrong with a translation as it is in the file."""
    if not path.exists() or polib.pofile(str(path), wrapwidth=78) != new:
        yield "is not what the template asks for: run ./dev i18n"
    for entry in new:
        if not entry.msgstr:
            yield f"is not translated: {entry.msgid!r}"
        elif "fuzzy" in entry.flags:
            yield f"is marked fuzzy: {entry.msgid!r}"


def main(arguments):
    """Write the merged file, or check it."""
    check = arguments[0] == "--check"
    template_path, path = map(Path, arguments[-2:])
    new = merged(polib.pofile(str(template_path), wrapwidth=78), path)
    found = list(problems(new, path)) if check else []
    for problem in found:
        print(f"{path.name}: {problem}")
    if not check:
        new.save(str(path))
        missing = sum(not entry.msgstr for entry in new)
        print(f"{path.name}: {len(new)} entries, {missing} not translated")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
