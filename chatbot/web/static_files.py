"""The files beside this module that are sent or written as they stand."""

from pathlib import Path

from chatbot.text import sha256

STATIC = Path(__file__).parent / "static"


def static_text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")


def version_of(text: str) -> str:
    """Changes with the text, for its address."""
    return sha256(text.encode())[:12]
