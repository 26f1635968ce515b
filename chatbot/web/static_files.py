"""The files beside this module that are sent or written as they stand."""

from pathlib import Path

STATIC = Path(__file__).parent / "static"


def static_text(name: str) -> str:
    return (STATIC / name).read_text(encoding="utf-8")
