"""What bot.toml says about how the files of a corpus are read, for the readers that ask for it.

It goes to the process in which files are parsed with each file, as JSON: `{"columns": {"question": ["Anfrage"]}}`.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

corpus_options: ContextVar[Mapping[str, Any]] = ContextVar("corpus_options", default={})  # noqa: B039  # never changed


def site() -> str:
    """The address of the site on which the corpus stands; "" where the owner does not say."""
    return str(corpus_options.get().get("site") or "")


def image_origins() -> Sequence[str]:
    """Sites whose pictures may be shown."""
    return corpus_options.get().get("images") or ()


def mapped_columns() -> Mapping[str, Sequence[str]]:
    """Field -> the names of its columns, as the owner says."""
    return corpus_options.get().get("columns") or {}
