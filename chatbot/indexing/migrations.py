"""Builds of earlier formats, turned into the present one when they are opened.

Nothing on disk is changed: an old build is served as it is until the next build, which reuses its vectors. Each step
goes from one format to the next. `tests/data/` holds a stored index of every format that can be read.
"""

from collections.abc import Callable, Mapping
from typing import Any

from chatbot.indexing.format import FILES, FORMAT, Content, read_entries, read_passages
from chatbot.indexing.groups import answer_groups
from chatbot.search.faiss_facts import CLUSTERS
from chatbot.search.geometry import Geometry

Manifest = Mapping[str, Any]
Files = Mapping[str, Content]


def migrated(manifest: Manifest, files: Files) -> tuple[Manifest, Files]:
    """The manifest and the files of a build as the present format has them. ValueError, KeyError or TypeError where
    they are not of the format that the manifest says."""
    for number in range(manifest["format"], FORMAT):
        manifest, files = _STEPS[number](manifest, files)
    return manifest, files


def _from_2(manifest: Manifest, files: Files) -> tuple[Manifest, Files]:
    """Format 2 had all vectors in a FAISS index, and computed the geometry whenever a build was opened."""
    from chatbot.search.faiss_index import clusters_of_format_2, is_clustered, read_format_2  # only old builds need it

    others = {name: data for name, data in files.items() if name != "vectors.faiss"}
    stored = files["vectors.faiss"]
    vectors, passages = read_format_2(stored), read_passages(files[FILES.passages])
    groups = answer_groups(read_entries(files[FILES.entries]))
    others[FILES.vectors] = vectors.to_bytes()
    others[FILES.geometry] = Geometry.of(passages, vectors, groups).to_bytes()
    if is_clustered(stored):
        others[CLUSTERS] = clusters_of_format_2(stored, passages.finding)
    return {**manifest, "format": 3, "search": {"engine": "faiss", **manifest.get("search", {})}}, others


_STEPS: Mapping[int, Callable[[Manifest, Files], tuple[Manifest, Files]]] = {2: _from_2}
