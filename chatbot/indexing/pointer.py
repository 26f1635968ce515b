"""CURRENT: which build of an index is served, and to which ones it can be rolled back.

{"build": ..., "manifest_sha256": ..., "previous": [the same, newest first], "rolled_back": true where somebody
chose the published build by hand}
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chatbot.core.errors import IndexRefused
from chatbot.indexing.disk import read_bytes, write_durably

BUILD_ID = re.compile(r"b-\d{6,}-[0-9a-f]{6}")
_LIMIT = 64 * 1024  # bytes


def published(index: Path) -> bytes | None:
    """CURRENT as it stands, whole or damaged, to notice that it changed; None where there is none to read."""
    try:
        return read_bytes(index / "CURRENT", _LIMIT)
    except OSError:
        return None


def read_pointer(index: Path, tolerant: bool = False) -> dict[str, Any] | None:
    """What CURRENT says. `tolerant`: a damaged one counts as absent, for a builder that will replace it."""
    path = index / "CURRENT"
    try:
        data = read_bytes(path, _LIMIT)
    except FileNotFoundError:
        return None
    except OSError as error:  # not even by a builder: it would forget the builds to which one can roll back
        raise IndexRefused(
            f"{path}: cannot be read ({error.strerror}); make it readable, or delete it and build the index again"
        ) from None
    try:
        pointer = json.loads(data)
        for item in (pointer, *pointer.setdefault("previous", [])):
            if not BUILD_ID.fullmatch(item["build"]) or not re.fullmatch(r"[0-9a-f]{64}", item["manifest_sha256"]):
                raise ValueError
        return dict(pointer)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        if tolerant:
            return None
        raise IndexRefused(f"{path}: damaged; run: python -m chatbot build --index {index}") from None


def known_builds(pointer: Mapping[str, Any]) -> list[dict[str, str]]:
    """The builds that CURRENT knows, the published one first, each with the hash of its manifest."""
    return [{key: item[key] for key in ("build", "manifest_sha256")} for item in (pointer, *pointer["previous"])]


def write_pointer(index: Path, pointer: Mapping[str, Any]) -> None:
    """Makes CURRENT say so, whole or not at all."""
    write_durably(index / "CURRENT.tmp", json.dumps(pointer, indent=1).encode())
    (index / "CURRENT.tmp").replace(index / "CURRENT")
