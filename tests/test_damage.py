"""Damaged, hostile and foreign indexes are refused by name; the same corpus gives the same bytes again."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from chatbot.core.errors import IndexRefused
from chatbot.core.settings import BotSettings
from chatbot.core.text import sha256
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.builder import build, is_stale
from chatbot.indexing.format import FILES, FORMAT, READABLE
from chatbot.indexing.store import current_build, read_build
from tests.campaign import outcomes_of
from tests.command import ROOT
from tests.sizes import sizes

SETTINGS = BotSettings(title="Pets", encoder="hashing", contact="Ask the vet.")


@sizes(normal=200, campaign=20_000)
def test_damage_to_any_file_is_refused_by_name_or_changes_nothing(
    size: int, corpus: Path, index: Path, tmp_path: Path
) -> None:
    """Nine kinds of it, of the files of two builds, of CURRENT and LOCK. Red without: the hashes of the files."""
    build(corpus, index, SETTINGS, HashingEncoder())
    outcomes = outcomes_of("tests.damage", "damaged_files", tmp_path, size)
    assert [name for name in outcomes if "FAULT" in name] == []
    assert min(outcomes["refused"], outcomes["same"]) > size / 5


@sizes(normal=200, campaign=6_000)
def test_hostile_numbers_in_a_faiss_file_cost_neither_the_process_nor_memory(
    size: int, index: Path, tmp_path: Path
) -> None:
    """Behind hashes that are right. Red without: FAISS's limits on bytes and loops."""
    outcomes = outcomes_of("tests.damage", "hostile_vectors", tmp_path, size)
    assert [name for name in outcomes if "FAULT" in name] == []
    assert sum(outcomes.values()) == size


def remade(index: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Another manifest for the published build, as another program or release would have written it."""
    path = index / "builds" / str(current_build(index)) / FILES.manifest
    manifest = json.loads(path.read_bytes())
    change(manifest)
    path.write_text(json.dumps(manifest))
    pointer = json.loads((index / "CURRENT").read_bytes())
    (index / "CURRENT").write_text(json.dumps({**pointer, "manifest_sha256": sha256(path.read_bytes())}))


CHANGES: Mapping[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "an older format": (
        lambda m: m.update(format=READABLE[0] - 1),
        f"of format {READABLE[0] - 1}, and this program reads",
    ),
    "a newer format": (lambda m: m.update(format=FORMAT + 1), f"of format {FORMAT + 1}, and this program reads"),
    "no format": (lambda m: m.pop("format"), "of format None"),
    "another encoder": (lambda m: m["encoder"].update(fingerprint="0123456789abcdef"), "made by another encoder"),
    "no encoder": (lambda m: m.pop("encoder"), "'encoder'"),
    "an encoder that is not here": (lambda m: m["encoder"].pop("fingerprint"), "'fingerprint'"),
    "another dim": (lambda m: m.update(dim=384), "'dim': 384"),
    "no dim": (lambda m: m.pop("dim"), "'dim'"),
    "fewer entries": (lambda m: m.update(entries=3), "'entries': 3"),
    "more passages": (lambda m: m.update(passages=99), "'passages': 99"),
    "an engine that is not here": (
        lambda m: m["search"].update(engine="lost"),
        'in the engine "lost"; this program has faiss',
    ),
    "another kind of search": (lambda m: m["search"].update(kind="clustered"), "not searched as the manifest says"),
    "a search that says too much": (lambda m: m["search"].update(beam=3), "beam"),
    "no settings": (lambda m: m.pop("settings"), "'settings'"),
    "settings of another kind": (lambda m: m.update(settings=["title"]), "is not usable"),
    "no files": (lambda m: m.pop("files"), "MANIFEST.json: not a manifest of this program .'files'"),
    "a file without a hash": (lambda m: m["files"][FILES.vectors].pop("sha256"), "'sha256'"),
    "a file without vectors": (lambda m: m["files"].pop(FILES.vectors), "'vectors.npy'"),
    "a file elsewhere": (lambda m: m["files"].update({"../../x": {"size": 0, "sha256": ""}}), r"what it says of \.\."),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_build_of_another_model_format_or_release_is_refused_with_the_reason(change: str, index: Path) -> None:
    """Red without: the look at the format, at the encoder's fingerprint, at what the manifest counts."""
    act, reason = CHANGES[change]
    remade(index, act)
    with pytest.raises(IndexRefused, match=reason):
        Served.open(index, HashingEncoder())


@pytest.mark.parametrize("key", ["program", "corpus", "settings", "encoder"])
def test_a_manifest_that_lacks_what_staleness_hangs_on_is_stale(key: str, corpus: Path, index: Path) -> None:
    remade(index, lambda manifest: manifest.pop(key))
    assert is_stale(corpus, index, SETTINGS, HashingEncoder())


def test_other_weights_have_another_fingerprint(tmp_path: Path) -> None:
    """One byte of them is enough. Red when the fingerprint is of the settings only."""
    from chatbot.encoding.models import FoundModel

    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").write_bytes(bytes(1000))
    before = FoundModel(tmp_path).fingerprint()
    (tmp_path / "model.safetensors").write_bytes(bytes(999) + b"\1")
    assert FoundModel(tmp_path).fingerprint() != before


def test_the_same_corpus_gives_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    """In processes with other seeds and other hours of the day; only the date differs.

    Red when the entries are written in the order of a set.
    """
    code = (
        "import sys; from pathlib import Path; from chatbot.indexing.builder import build\n"
        "from chatbot.core.settings_sources import load_bot_settings\n"
        "from chatbot.encoding.hashing import HashingEncoder\n"
        "corpus, index = map(Path, sys.argv[1:])\n"
        "build(corpus, index, load_bot_settings(corpus), HashingEncoder())"
    )
    stored = []
    for seed, zone in (("1", "UTC"), ("2", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone}
        command = [sys.executable, "-c", code, str(corpus), str(tmp_path / seed)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        stored.append(read_build(tmp_path / seed))
    one, other = stored
    assert dict(one.files) == dict(other.files)
    assert {**one.manifest, "created": ""} == {**other.manifest, "created": ""}
