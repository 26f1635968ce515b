"""Options of bot.toml for the readers of files.

They are sent with each file to the process that parses it, as JSON: `{"columns": {"question": ["Anfrage"]}}`.
"""

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any

corpus_options: ContextVar[Mapping[str, Any]] = ContextVar("corpus_options", default={})  # noqa: B039  # never changed


def site() -> str:
    """The address of the site that the corpus was taken from; "" where the owner does not say."""
    return str(corpus_options.get().get("site") or "")


def image_origins() -> Sequence[str]:
    """Origins from which pictures may be shown."""
    return corpus_options.get().get("images") or ()


def mapped_columns() -> Mapping[str, Sequence[str]]:
    """Field -> names of its columns, as the owner states them."""
    return corpus_options.get().get("columns") or {}
