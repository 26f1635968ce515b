"""Archives that are damaged, forged or replayed, and pulls that are killed, get errors, or run out of disk.

    python -m tests.pulls CAMPAIGN FOLDER SIZE [SEED]

In FOLDER/index stands an index of one build. As for `tests.crashes`, it prints how often each outcome was seen.
"""

import contextlib
import gzip
import json
import random
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from chatbot.core.errors import ChatbotError, IndexRefused
from chatbot.core.text import sha256
from chatbot.encoding.onnx import ExportedFacts, verified_facts
from chatbot.indexing import disk, encoders, minisign, store
from chatbot.indexing import pull as pulling
from chatbot.indexing.pack import pack
from chatbot.indexing.pull import pull
from chatbot.indexing.store import current_build, kept_builds, read_build
from tests.archives import ANOTHER, FINGERPRINT, Forged, block, copied, keep_encoder, next_build, tree, with_encoder
from tests.campaign import main
from tests.crashes import ERRORS, ended, forked, struck

WORDS = ("..", "/etc/passwd", "../x", "build/../../x", "build//x", "build/.x", "build/x/y", "x", "", "build/",
         "BUILD/x", "build/\u202etxt", "build/a\nb", "build\\x", "build/" + "n" * 300, "encoder/../../CURRENT",
         "./build/x", "~/x", "build/CON", "build/x\0y")  # fmt: skip
TYPES = (b"1", b"2", b"3", b"4", b"5", b"6", b"7", b"x", b"g", b"L", b"K", b"S", b"\0")
NUMBERS = (-1, 0, 1, 2**31, 2**40, 2**63, 10**30, 1.5, "1", None, True)
JUNK: tuple[Any, ...] = (None, [], {}, "x", 1, [[]], [{}], {"a": 1})


class Scene:
    """A replica with an old build, a new archive for it, and everything that an attacker may have besides."""

    def __init__(self, folder: Path) -> None:
        origin = with_encoder(folder / "index")
        minisign.make_key_pair(folder / "key")
        minisign.make_key_pair(folder / "other")
        self.key, self.other = (minisign.read_secret_key(folder / name) for name in ("key", "other"))
        self.replica, self.template, self.folder = folder / "replica", folder / "template", folder
        self.replayed, self.old, self.new = (folder / f"{name}.verbatim" for name in ("replayed", "old", "new"))
        self.archive = folder / "faq.verbatim"
        next_build(origin, 1)
        pack(origin, self.replayed, self.key, clock=lambda: 1_700_000_000)
        next_build(origin, 2)
        pack(origin, self.old, self.key, clock=lambda: 1_700_000_001)
        pull(str(self.old), self.template, self.key.public)
        next_build(origin, 3, ANOTHER)
        pack(origin, self.new, self.key, clock=lambda: 1_700_000_002)
        self.builds = {build: dict(read_build(origin, build).files) for build in kept_builds(origin)}
        self.id = current_build(origin)
        self.was = current_build(self.template)

    def fresh(self, has_encoder: bool = False) -> None:
        """The replica again as it was. `has_encoder`: also with the encoder of the new build."""
        copied(self.template, self.replica)
        if has_encoder:
            keep_encoder(self.replica, ANOTHER)

    def served(self) -> str:
        """Which build a reader finds, "old" or "new", or what is wrong."""
        try:
            stored = read_build(self.replica)
        except ChatbotError as error:
            return f"unreadable: {error}"
        if dict(stored.files) != self.builds.get(stored.id):
            return "WRONG: files that no index published"
        try:
            verified_facts(self.replica / "encoders" / stored.manifest["encoder"]["fingerprint"])
        except ChatbotError as error:
            return f"WRONG: {error}"
        return {self.id: "new", self.was: "old"}.get(stored.id, f"WRONG: {stored.id}")


# Hostile archives


def hostile(folder: Path, size: int, seed: int) -> Counter[str]:
    """Every kind in turn, half of them for a replica without the encoder, and pulled with the key.

    With consistent hashes only the signature tells what is forged; what is to be refused without a key, too, is pulled
    without one."""
    scene, chance, outcomes = Scene(folder), random.Random(seed), Counter[str]()
    kinds = {**DAMAGE, **TRICKS, **FORGERIES}
    for turn in range(size):
        name = list(kinds)[turn % len(kinds)]
        has_key = name in FORGERIES or turn % 3 > 0
        scene.fresh(has_encoder=bool(turn // len(kinds) % 2))
        scene.archive.write_bytes(kinds[name](scene, chance))
        outcomes[_judged(scene, name, has_key)] += 1
    return outcomes


def _judged(scene: Scene, name: str, has_key: bool) -> str:
    had_encoder = (scene.replica / "encoders" / ANOTHER).exists()
    before = tree(scene.replica)
    try:
        pull(str(scene.archive), scene.replica, scene.key.public if has_key else None)
    except ChatbotError as error:
        if "\n" in str(error) or len(str(error)) > 600:
            return f"FAULT: {name}: not one sentence: {error}"
        return "refused" if tree(scene.replica) == before else f"FAULT: {name}: refused, and the index is another"
    except Exception as error:
        return f"FAULT: {name}: {type(error).__name__}: {error}"
    found = scene.served()
    if found == "new" and name in (*DAMAGE, "swapped", "named", "hollow encoder", "tampered encoder") and had_encoder:
        return "without effect"  # the end of the archive is not read where the encoder is there
    return f"FAULT: {name}: installed, and {found} is served"


def _flipped(scene: Scene, chance: random.Random) -> bytes:
    data = bytearray(scene.new.read_bytes())
    for _ in range(chance.choice((1, 1, 1, 5))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def _cut(scene: Scene, chance: random.Random) -> bytes:
    data = scene.new.read_bytes()
    return data[: chance.choice((0, 1, 511, 512, len(data) - 1, len(data) - 1024, chance.randrange(len(data))))]


def _longer(scene: Scene, chance: random.Random) -> bytes:
    return scene.new.read_bytes() + chance.choice((b"x", bytes(512), scene.old.read_bytes()))


def _overwritten(scene: Scene, chance: random.Random) -> bytes:
    data = bytearray(scene.new.read_bytes())
    at, length = chance.randrange(len(data)), chance.choice((1, 512, 5000))
    data[at : at + length] = chance.choice((bytes(length), chance.randbytes(length), b""))
    return bytes(data) if data != scene.new.read_bytes() else _flipped(scene, chance)


def _other_file(scene: Scene, chance: random.Random) -> bytes:
    data = scene.new.read_bytes()
    return chance.choice(
        (b"", b"PK\3\4" + data, gzip.compress(data, 1), b"<html></html>" * 99, bytes(2000), data[512:])
    )


def _swapped(scene: Scene, chance: random.Random) -> bytes:
    """Two files in each other's place, one that comes twice, or one that is left out."""
    forged = Forged.of(scene.new)
    one, two = chance.sample(range(len(forged.parts)), 2)
    how = chance.randrange(4)
    if how == 0:
        forged.parts[one], forged.parts[two] = forged.parts[two], forged.parts[one]
    elif how == 1:
        (name, data), (other, more) = forged.parts[one], forged.parts[two]
        if data == more:
            return _cut(scene, chance)
        forged.parts[one], forged.parts[two] = (name, more), (other, data)
    elif how == 2:
        forged.parts.insert(two, forged.parts[one])
    else:
        del forged.parts[one]
    if chance.random() < 0.5:
        forged.contents["files"] = [
            {**facts, "name": name} for facts, (name, _) in zip(forged.contents["files"], forged.parts, strict=False)
        ]
    return forged.to_bytes()


def _named(scene: Scene, chance: random.Random) -> bytes:
    """A name that leads elsewhere, with all that tells of it."""
    forged = Forged.of(scene.new)
    at = chance.randrange(len(forged.parts))
    forged.parts[at] = (chance.choice(WORDS), forged.parts[at][1])
    if chance.random() < 0.8:
        with contextlib.suppress(KeyError):
            forged.list_parts()
    return forged.to_bytes()


def _outside(scene: Scene, chance: random.Random) -> bytes:
    """A file of the encoder that lies elsewhere, with all that tells of it, under the right signature."""
    forged = Forged.of(scene.new)
    name = chance.choice(
        ("../../x", "../x", "../../CURRENT", "../../builds/x", "..", "a/../../../x", str(scene.replica / "x"))
    )
    own = {"model.onnx": forged.part("encoder/model.onnx"), name: b"outside"}
    files = {name: {"size": len(data), "sha256": sha256(data)} for name, data in own.items()}
    facts = ExportedFacts(ANOTHER, "fp32", files=files).to_json().encode()
    forged.parts = [part for part in forged.parts if part[0].startswith("build/")]
    forged.parts += [(f"encoder/{name}", data) for name, data in {"encoder.json": facts, **own}.items()]
    forged.list_parts()
    forged.contents["build"] = scene.id
    forged.resign(scene.key)
    return forged.to_bytes()


def _headed(scene: Scene, chance: random.Random) -> bytes:
    """A link, a device, a folder, a header of an extension, or other facts of a file."""
    forged = Forged.of(scene.new)
    name = chance.choice(["PACK.json", *(name for name, _ in forged.parts if name.startswith("build/"))])
    field = chance.choice(
        [
            {"type": chance.choice(TYPES), "linkname": chance.choice(WORDS)[:90]},
            {"mode": 0o4777},
            {"uid": 1, "uname": "root"},
            {"mtime": 7},
        ]
    )
    return forged.to_bytes({name: field})


def _sized(scene: Scene, chance: random.Random) -> bytes:
    """Sizes that lie: bombs, nothing, less than nothing."""
    forged = Forged.of(scene.new)
    at = chance.randrange(len(forged.contents["files"]))
    size = chance.choice(NUMBERS)
    forged.contents["files"][at]["size"] = size
    name = forged.parts[at][0]
    is_number = type(size) is int and 0 <= size < 2**62
    if name.startswith("encoder/"):
        forged.contents["files"][0]["size"] = 2**50
    return forged.to_bytes({name: {"size": size}} if is_number and chance.random() < 0.5 else None)


def _listed(scene: Scene, chance: random.Random) -> bytes:
    """Another PACK.json, whole and well-formed or not."""
    forged = Forged.of(scene.new)
    name = chance.choice([*forged.contents, "files"])
    how = chance.randrange(4)
    if how == 0:
        del forged.contents[name]
    elif how == 1:
        forged.contents[name] = chance.choice(
            [value for value in JUNK if type(value) is not type(forged.contents[name])]
        )
    elif how == 2:
        forged.contents["files"].append(chance.choice(({"name": "build/x", "size": 0, "sha256": "0" * 64}, *JUNK)))
    else:
        forged.contents["format"] = chance.choice((0, 2, "1", 99, [1], {"x": "y" * 1000}))
    if how == 1 and name == "program":
        forged.contents["format"] = 3
    return block("PACK.json", b"[" * 100_000, {}) if chance.random() < 0.1 else forged.to_bytes()


def _hollow(scene: Scene, chance: random.Random) -> bytes:
    """Consistent, but of no use: junk in the files of a build, a lost file, one too many, another encoder. Never
    installed, whoever made it."""
    forged = Forged.of(scene.new)
    how = chance.randrange(5)
    names = [name for name, _ in forged.parts if name.startswith("build/") and "MANIFEST" not in name]
    if how == 0:
        forged.replace(
            chance.choice(names),
            chance.choice((b"", b"junk", chance.randbytes(3000), b"\x93NUMPY" * 50, b"[" * 50_000)),
        )
        forged.agree()
    elif how == 1:
        lost = chance.choice(names)
        forged.parts = [part for part in forged.parts if part[0] != lost]
        forged.agree()
    elif how == 2:
        forged.parts.insert(3, ("build/more.bin", b"more"))
        forged.list_parts()
    elif how == 3:
        manifest = json.loads(forged.part("build/MANIFEST.json"))
        manifest[chance.choice([key for key in manifest if key not in ("program", "created", "metric", "corpus")])] = (
            chance.choice((None, -1, {"a": []}))
        )
        forged.replace("build/MANIFEST.json", json.dumps(manifest).encode())
        forged.list_parts()
    else:
        forged.contents["encoder"] = "0" * 16
    forged.contents["packed"] += 5
    forged.resign(scene.key)
    return forged.to_bytes()


def _hollow_encoder(scene: Scene, chance: random.Random) -> bytes:
    """An encoder whose files are not those that it tells of, under a signature of the one who packs."""
    forged = Forged.of(scene.new)
    name = chance.choice(("encoder/model.onnx", "encoder/tokenizer.json", "encoder/encoder.json"))
    forged.replace(
        name, chance.choice((b"", b"junk", chance.randbytes(3000), forged.part("encoder/tokenizer.json") + b" "))
    )
    forged.list_parts()
    forged.contents["build"] = scene.id
    forged.resign(scene.key)
    return forged.to_bytes()


def _replayed(scene: Scene, chance: random.Random) -> bytes:
    return scene.replayed.read_bytes()


def _wrongly_signed(scene: Scene, chance: random.Random) -> bytes:
    """The very build, with another signature, or none."""
    forged = Forged.of(scene.new)
    how = chance.randrange(6)
    if how == 0:
        forged.signature = b""
    elif how == 1:
        forged.resign(scene.other)
    elif how == 2:
        forged.signature = Forged.of(chance.choice((scene.old, scene.replayed))).signature
    elif how == 3:
        at = chance.randrange(forged.signature.index(b"\n"), len(forged.signature) - 1)  # no key covers the first line
        forged.signature = (
            forged.signature[:at] + chance.choice((b"", b"\n", b"\xff", b"A" * 5000)) + forged.signature[at + 1 :]
        )
    elif how == 4:
        lines = forged.signature.splitlines()
        forged.signature = b"\n".join(chance.sample(lines, len(lines) - 1))
    else:
        forged.signature = minisign.sign(forged.contents_json() + b" ", scene.key, "timestamp:1")
    return forged.to_bytes()


def _tampered(scene: Scene, chance: random.Random) -> bytes:
    """Other answers with all hashes set right, under the old signature or one of another key."""
    forged = Forged.of(scene.new)
    forged.replace("build/entries.jsonl", forged.part("build/entries.jsonl").replace(b"Flakes", b"Poison"))
    forged.agree()
    if chance.random() < 0.5:
        forged.contents["packed"] += chance.choice((0, 10, 10**9))
        forged.resign(scene.other)
    return forged.to_bytes()


def _tampered_encoder(scene: Scene, chance: random.Random) -> bytes:
    """Another model of the same size, which fits what is told of it beside, under the signed list of the right one."""
    forged = Forged.of(scene.new)
    size = len(forged.part("encoder/model.onnx"))
    model = (b"poison" * size)[:size]
    facts = json.loads(forged.part("encoder/encoder.json"))
    files = {**facts["files"], "model.onnx": {"size": size, "sha256": sha256(model)}}
    forged.replace("encoder/model.onnx", model)
    forged.replace("encoder/encoder.json", ExportedFacts(ANOTHER, "fp32", files=files).to_json().encode())
    return forged.to_bytes()


def _newer(scene: Scene, chance: random.Random) -> bytes:
    """The old archive, with the time of a new one."""
    forged = Forged.of(scene.replayed)
    forged.contents["packed"] += 1000
    return forged.to_bytes()


Kind = Callable[[Scene, random.Random], bytes]
DAMAGE: dict[str, Kind] = {"flipped": _flipped, "cut": _cut, "longer": _longer, "overwritten": _overwritten}
TRICKS: dict[str, Kind] = {
    "another file": _other_file, "swapped": _swapped, "named": _named, "outside": _outside, "headed": _headed,
    "sized": _sized, "listed": _listed, "hollow": _hollow, "hollow encoder": _hollow_encoder, "replayed": _replayed,
}  # fmt: skip
FORGERIES: dict[str, Kind] = {
    "wrongly signed": _wrongly_signed,
    "tampered": _tampered,
    "tampered encoder": _tampered_encoder,
    "newer": _newer,
}


# Killed, and disturbed by errors


def killed_at_every_call(folder: Path, size: int, seed: int) -> Counter[str]:
    """A pull of a build with its encoder, killed at each of its system calls, or, of a size less than 0, at so many of
    them by chance; then the next pull."""
    scene, outcomes = Scene(folder), Counter[str]()
    for point in _chosen(scene, size, seed):
        call, nth = point.split(":")
        scene.fresh()
        status, _ = struck(partial(_pull, scene), folder, f"{call}:signal=KILL:when={nth}")
        found = scene.served() if status == -9 else f"status {status}"
        outcomes[found if found in ("old", "new") else f"FAULT at {point}: {found}"] += 1
        _next_pull(scene, point, outcomes)
    return outcomes


def errors_at_every_call(folder: Path, size: int, seed: int) -> Counter[str]:
    """A pull in which each of its system calls, or so many of them, fails once."""
    scene, outcomes = Scene(folder), Counter[str]()
    for at, point in enumerate(_chosen(scene, size, seed)):
        error = ERRORS[(at + seed) % len(ERRORS)]
        call, nth = point.split(":")
        scene.fresh()
        status, _ = struck(partial(_pull, scene), folder, f"{call}:error={error}:when={nth}")
        outcomes[_ended(scene, status, f"{error} at {point}")] += 1
        _next_pull(scene, f"{error} at {point}", outcomes)
    return outcomes


def full_disk(folder: Path, size: int, seed: int) -> Counter[str]:
    """Pulls on a small file system that is filled to any degree, in every other one after the look at free space."""
    scene, chance, outcomes = Scene(folder), random.Random(seed), Counter[str]()
    small = folder / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "none", str(small)], check=True)
    scene.replica = small / "replica"
    looks = disk.require_space
    for turn in range(size):
        scene.fresh()
        room = chance.randint(0, 1_500_000)
        with contextlib.suppress(OSError), (small / "ballast").open("wb") as file:
            file.write(bytes(max(0, shutil.disk_usage(small).free - room)))
        for module in (pulling, encoders, store):
            module.require_space = looks if turn % 2 else lambda *arguments: None
        status = ended(forked(partial(_pull, scene)))
        outcomes[_ended(scene, status, f"{room} bytes free")] += 1
        (small / "ballast").unlink()
        _next_pull(scene, f"{room} bytes free", outcomes)
    return outcomes


def _chosen(scene: Scene, size: int, seed: int) -> list[str]:
    found = list(_points(scene))
    return found * size if size > 0 else random.Random(seed).sample(found, min(-size, len(found)))


def _points(scene: Scene) -> Iterator[str]:
    scene.fresh()
    status, calls = struck(partial(_pull, scene), scene.folder)
    assert (status, scene.served()) == (0, "new")
    for call, count in Counter(calls).items():
        yield from (f"{call}:{nth}" for nth in range(1, count + 1))


def _pull(scene: Scene) -> None:
    try:
        pull(str(scene.new), scene.replica, scene.key.public)
    except ChatbotError as error:
        raise IndexRefused(str(error)) from None  # as `forked` knows it


def _ended(scene: Scene, status: int, when: str) -> str:
    found = scene.served()
    if (status, found) == (0, "new"):
        return "pulled"
    return "refused" if (status, found) == (1, "old") else f"FAULT, {when}: status {status}, {found}"


def _next_pull(scene: Scene, when: str, outcomes: Counter[str]) -> None:
    _pull(scene)
    index = scene.replica
    left = {path.name for name in ("builds", "encoders") for path in (index / name).iterdir()}
    expected = {scene.id, scene.was, FINGERPRINT, ANOTHER}
    if scene.served() != "new" or left != expected or any("tmp" in name for name in tree(index)):
        outcomes[f"FAULT, {when}: the next pull gives {scene.served()} and leaves {left}"] += 1


if __name__ == "__main__":
    main(hostile, killed_at_every_call, errors_at_every_call, full_disk)
