"""What has to be known of the addon: its manifest and a key of its files."""

import ast
import hashlib

from .common import ADDON, MODULE, Failure

# Their change needs no update of a database.
WITHOUT_EFFECT = ("tests", "readme")
IGNORED_SUFFIXES = (".pyc", ".pot", ".md", ".rst", ".swp", "~")


def manifest():
    """The addon's manifest as a dictionary."""
    path = ADDON / "__manifest__.py"
    try:
        return ast.literal_eval(path.read_text())
    except FileNotFoundError:
        raise Failure(
            f"There is no {MODULE}/__manifest__.py in this checkout."
        ) from None
    except (SyntaxError, ValueError) as error:
        raise Failure(f"{MODULE}/__manifest__.py cannot be read: {error}") from None


def key():
    """A hash of all files of the addon that a database depends on.

    Static files count with their time too: compiled assets are stale when it changes.
    """
    digest = hashlib.sha256()
    for path in sorted(ADDON.rglob("*")):
        place = path.relative_to(ADDON)
        if place.parts[0] in WITHOUT_EFFECT or "__pycache__" in place.parts:
            continue
        if path.name.endswith(IGNORED_SUFFIXES) or not path.is_file():
            continue
        digest.update(str(place).encode() + b"\0" + path.read_bytes())
        if place.parts[0] == "static":
            digest.update(str(path.stat().st_mtime_ns).encode())
    return digest.hexdigest()[:12]
