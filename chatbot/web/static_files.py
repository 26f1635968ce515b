"""The files beside this module that are sent or written as they stand."""

from pathlib import Path

from chatbot.core.text import sha256

STATIC = Path(__file__).parent / "static"


def static_text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def version_of(content: str | bytes) -> str:
    """Changes with the content, for its address."""
    return sha256(content if isinstance(content, bytes) else content.encode())[:12]
