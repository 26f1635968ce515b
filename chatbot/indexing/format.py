"""What stands on disk in a build: the name, the writer and the reader of each file, side by side.

    entries.jsonl     one entry a line, as JSON
    passages.jsonl    one passage a line, as JSON; `chatbot/core/passage_table.py` reads it
    vectors.npy       the vectors of the passages; `chatbot/search/vectors.py` writes and reads it
    geometry.npz      what was computed of them; `chatbot/search/geometry.py`
    lexical.npz       the words of the entries; `chatbot/search/lexical.py`
    calibration.json  what was measured on this corpus
    rehearsal.npz     the questions that the build was tried on, with their vectors
    MANIFEST.json     what belongs together, with the size and SHA-256 of every file; written last

An engine may add files of its own, such as `clusters.faiss`. `chatbot/indexing/migrations.py` reads earlier formats.
"""

import dataclasses
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from chatbot.core.passage_table import PassageTable
from chatbot.core.types import Entry, Passage
from chatbot.search.calibration import Calibration

FORMAT = 3  # of the files of a build
READABLE = (2, FORMAT)  # a build of any other format is refused by name

Content = bytes | memoryview  # of a file


@dataclass(frozen=True, slots=True)
class BuildFiles:
    """The file names of a build; the only place that spells them."""

    entries: str = "entries.jsonl"
    passages: str = "passages.jsonl"
    vectors: str = "vectors.npy"
    geometry: str = "geometry.npz"
    lexical: str = "lexical.npz"
    calibration: str = "calibration.json"
    rehearsal: str = "rehearsal.npz"
    manifest: str = "MANIFEST.json"


FILES = BuildFiles()


def write_lines(values: Sequence[Entry] | Sequence[Passage]) -> memoryview:
    """One JSON object a line. `dataclasses.asdict` would copy what each field holds, and take ten times as long."""
    names = [field.name for field in dataclasses.fields(values[0])] if values else []
    encoded = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would make one for each line
    data = io.BytesIO()
    for value in values:
        data.write(f"{encoded({name: getattr(value, name) for name in names})}\n".encode())
    return data.getbuffer()


def read_entries(data: Content) -> list[Entry]:
    """ValueError, KeyError or TypeError where a line is no entry."""
    return [_entry(values) for values in _lines(bytes(data))]


def read_passages(data: Content) -> PassageTable:
    """ValueError, KeyError or TypeError where a line is no passage."""
    return PassageTable.read(bytes(data))


def write_calibration(calibration: Calibration) -> bytes:
    return json.dumps(dataclasses.asdict(calibration), indent=1).encode()


def read_calibration(data: Content) -> Calibration:
    return Calibration.from_json(json.loads(bytes(data)))


def write_questions(vectors: Mapping[str, np.ndarray]) -> bytes:
    """`vectors`: question -> (d,) float32."""
    file = io.BytesIO()
    texts = np.frombuffer(json.dumps(list(vectors)).encode(), np.uint8)
    np.savez(file, texts=texts, vectors=np.array(list(vectors.values()), np.float32))
    return file.getvalue()


def read_questions(data: Content) -> dict[str, np.ndarray]:
    """As `write_questions` wrote them. ValueError when `data` is anything else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return dict(zip(json.loads(arrays["texts"].tobytes()), arrays["vectors"], strict=True))
    except (OSError, EOFError, KeyError, zipfile.BadZipFile) as error:
        raise ValueError(f"not a file of vectors: {error}") from None


def _lines(data: bytes) -> Iterator[dict[str, Any]]:
    """The objects of a file that holds one a line. A thousand are read as one list, which is three times as quick."""
    lines = data.splitlines()
    for begin in range(0, len(lines), 1000):
        yield from json.loads(b"[%s]" % b",".join(lines[begin : begin + 1000]))


def _entry(values: dict[str, Any]) -> Entry:
    for name in ("alternates", "tags", "places"):
        values[name] = tuple(values[name])
    return Entry(**values)
