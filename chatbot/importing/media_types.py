"""Media types of servers as formats that can be read."""

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
# Types of servers that do not know the format; then the file name decides.
_VAGUE = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream", "application/x-download"})
_BINARY = frozenset({".xlsx", ".docx", ".pdf"})


def suffix_of(content_type: str, path: str) -> str:
    """The suffix of the format, such as ".html"; "" for a format without a reader. `path`: that of the address."""
    kind = content_type.split(";")[0].strip().lower()
    suffix = _SUFFIXES.get(kind, "")
    if kind in _VAGUE:
        suffix = PurePosixPath(path).suffix.lower()
        if suffix not in READERS and kind == "text/plain":
            suffix = ".txt"
    return suffix if suffix in READERS else ""


def is_text(suffix: str) -> bool:
    return suffix not in _BINARY
