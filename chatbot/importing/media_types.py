"""What a server says that a file is, as the format in which it is read."""

from pathlib import PurePosixPath

from chatbot.content.formats import READERS

_OFFICE = "application/vnd.openxmlformats-officedocument."
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "text/csv": ".csv",
    "application/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/json": ".json",
    "application/ld+json": ".json",
    "text/json": ".json",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".jsonl",
    "application/yaml": ".yaml",
    "application/x-yaml": ".yaml",
    "text/yaml": ".yaml",
    "text/x-yaml": ".yaml",
    "text/x-rst": ".rst",
    "text/prs.fallenstein.rst": ".rst",
    "text/asciidoc": ".adoc",
    "text/x-asciidoc": ".adoc",
    f"{_OFFICE}wordprocessingml.document": ".docx",
    f"{_OFFICE}spreadsheetml.sheet": ".xlsx",
    "application/pdf": ".pdf",
}
# What a server says that does not know, or does not care; then the name of the file tells more.
_VAGUE = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream", "application/x-download"})
_BINARY = frozenset({".xlsx", ".docx", ".pdf"})


def suffix_of(content_type: str, path: str) -> str:
    """Such as ".html", or "" where nothing here reads such a file. `path`: of its address."""
    kind = content_type.split(";")[0].strip().lower()
    suffix = _SUFFIXES.get(kind, "")
    if kind in _VAGUE:
        suffix = PurePosixPath(path).suffix.lower()
        if suffix not in READERS and kind == "text/plain":
            suffix = ".txt"
    return suffix if suffix in READERS else ""


def is_text(suffix: str) -> bool:
    return suffix not in _BINARY
