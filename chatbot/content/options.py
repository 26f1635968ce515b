"""What bot.toml says about how the files of a corpus are read, for the readers that ask for it.

It goes to the process in which files are parsed with each file, as JSON: `{"columns": {"question": ["Anfrage"]}}`.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

corpus_options: ContextVar[Mapping[str, Any]] = ContextVar("corpus_options", default={})  # noqa: B039  # never changed


def mapped_columns() -> Mapping[str, Sequence[str]]:
    """Field -> the names of its columns, as the owner says."""
    return corpus_options.get().get("columns") or {}
