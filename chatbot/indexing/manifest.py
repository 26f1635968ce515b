"""The manifest of a build: what belongs together, with the size and hash of every file."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chatbot.core.errors import IndexRefused
from chatbot.core.text import sha256
from chatbot.indexing.disk import read_bytes, unreadable
from chatbot.indexing.format import FILES, READABLE

_LIMIT = 64 * 1024 * 1024  # bytes; it names every file of the corpus


def verified_manifest(folder: Path, entry: Mapping[str, str]) -> Mapping[str, Any]:
    """That of the build in `folder`. `entry`: what CURRENT says of it. IndexRefused where it is damaged, or of a format
    that is not read."""
    return parsed_manifest(folder, manifest_bytes(folder, entry))


def manifest_bytes(folder: Path, entry: Mapping[str, str]) -> bytes:
    """As it stands on the disk, with the hash that `entry` says."""
    path = folder / FILES.manifest
    try:
        data = read_bytes(path, _LIMIT)
    except OSError as error:
        raise IndexRefused(unreadable(path, error)) from None
    if sha256(data) != entry["manifest_sha256"]:
        raise IndexRefused(f"{path}: damaged (its hash is wrong); build the index again")
    return data


def parsed_manifest(folder: Path, data: bytes) -> Mapping[str, Any]:
    """What it says. `folder`: of the build, for the sentence."""
    path = folder / FILES.manifest
    try:
        manifest: dict[str, Any] = json.loads(data)
        if manifest.get("format") not in READABLE:
            formats = " and ".join(map(str, READABLE))
            raise IndexRefused(
                f"{folder}: an index of format {manifest.get('format')}, and this program reads formats {formats}; "
                "build the index again"
            )
        for name, facts in manifest["files"].items():
            if Path(name).name != name or type(facts["size"]) is not int or type(facts["sha256"]) is not str:
                raise ValueError(f"what it says of {name}")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise IndexRefused(f"{path}: not a manifest of this program ({error}); build the index again") from None
    return manifest
