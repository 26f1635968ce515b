"""Files of all layouts and formats, spoilt at random: each must be read or refused, without a trace and in its time.

    python -m tests.spoilt 5000 [SEED]

prints how many were read, refused and slow, and keeps a file that broke the reading, to look at.
"""

import io
import json
import sys
import time
import traceback
import zipfile
from collections import Counter
from pathlib import Path
from random import Random

from chatbot.content.ledger import joined
from chatbot.content.parser import parse
from tests.furniture import KINDS, WORDS, Furniture
from tests.layouts import LAYOUTS
from tests.layouts.bank import BANK

_PAIRS = 12
_CPU = 4.0  # seconds for a file, and as many again for each megabyte of it, as `chatbot.content.parsing` has it
_JUNK = (
    b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"<", b"</", b"<!--", b"-->", b"<![CDATA[", b"&#0;", b"&#xD800;", b'"', b"'",
    b"```", b"---\n", b"+++\n", b"|", b"::", b"{{<", b"%}", b"[", b"](", b"*" * 40, b"#" * 40, b"- " * 40, b"> " * 40,
    b"\n" * 40, b" " * 400, b"1. " * 40, b"Q: ", b"A: ", b"?", b"? ", b"Category: x\n", b"\n3\n", b"Page 4 of 9\n",
    b"<div>" * 150, b"<table><tr><td>", b"<img src=x>", b"<details><summary>", b'<script type="application/ld+json">{',
    b"{" * 60, b"[" * 60, b'{"question": {"en": [', b"\n\t", b"!!python/object", b"*a", b"&a", b"\\n", b"=cmd|' /C'!A0",
    "\u202e\u0301\u0e33\ufdfa".encode() * 30, "\u00e9\u2019".encode("cp1252"), b".. include:: /etc/passwd\n", b"\x0c",
)  # fmt: skip


def valid(rng: Random) -> tuple[str, bytes]:
    """A file of any layout that is right."""
    layout = LAYOUTS[rng.choice(sorted(LAYOUTS))]
    bank = [pair for pair in BANK if (layout.code or not pair.has_code) and (layout.statements or pair.asks)]
    own = Furniture(frozenset(kind for kind in KINDS if rng.random() < 0.3), rng.choice(sorted(WORDS)))
    return layout.write(rng.sample(bank, _PAIRS), own, rng, set())


def spoilt(data: bytes, rng: Random) -> bytes:
    """`data` with up to eight changes; of a packed file also inside of its parts."""
    if data.startswith(b"PK") and rng.random() < 0.8:
        return _repacked(data, rng)
    for _ in range(rng.randint(1, 8)):
        data = _changed(data, rng)
    return data


def _repacked(data: bytes, rng: Random) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        wrong = set(rng.sample(names, min(len(names), 2)))
        for name in names:
            part = old.read(name)
            new.writestr(name, spoilt(part, rng) if name in wrong else part)
    return packed.getvalue()


def _changed(data: bytes, rng: Random) -> bytes:
    kind = rng.randrange(7)
    begin, end = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    lines = data.split(b"\n")
    if kind == 0:
        return data[:begin] + rng.choice(_JUNK) + data[begin:]
    if kind == 1:
        return data[:begin] + data[begin + rng.randint(1, 200) :]
    if kind == 2:
        return data[: max(begin, 1)]
    if kind == 3:
        rng.shuffle(lines)
        return b"\n".join(lines)
    if kind == 4:
        return data[:end] + data[begin:end][:20_000] + data[end:]
    if kind == 5:
        return b"\n".join(line for line in lines if rng.random() < 0.9)
    return bytes(byte if rng.random() > 0.002 else rng.randrange(256) for byte in data)


def try_many(count: int, seed: int, keep: Path | None = None) -> tuple[Counter[str], float]:
    """(what became of the files, the most CPU seconds that one took beyond what it may have, or below)."""
    found: Counter[str] = Counter()
    slowest = -_CPU
    for number in range(count):
        rng = Random(f"{seed} {number}")
        name, data = valid(rng)
        data = spoilt(data, rng)
        begun = time.process_time()
        try:
            content = joined(parse(name, data))
            kind = "read" if content.entries else "refused" if content.errors else "neither"
        except Exception:
            kind = "trace"
            traceback.print_exc()
        spent = time.process_time() - begun - _CPU - _CPU * (len(data) // 2**20)
        slowest = max(slowest, spent)
        found[kind] += 1
        found["slow"] += spent > 0
        if keep and (kind in ("trace", "neither") or spent > 0):
            keep.mkdir(exist_ok=True)
            (keep / f"{kind}-{seed}-{number}{Path(name).suffix}").write_bytes(data)
    return found, slowest + _CPU


def main() -> None:
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    found, slowest = try_many(int(sys.argv[1]), seed, Path("spoilt-files"))
    print(json.dumps({**found, "most_cpu_seconds": round(slowest, 2)}))


if __name__ == "__main__":
    main()
