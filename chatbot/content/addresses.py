"""Turns web addresses, mail addresses and telephone numbers within a text into links."""

import re
from collections.abc import Iterator

# A telephone number begins with "+" and a country code, has an area code (in brackets, or three digits or more), or is
# five pairs of digits. Other numbers too often mean something else.
_BRACKETS = r"\([^\s<>()\"]*\)"
_PHONE = (
    r"(?<![\w+./-])(?:\+[1-9](?:[ ./-]?(?:\(0\)[ ]?)?\(?\d\)?){6,14}"
    r"|\(0?\d{2,4}\)[ ]?\d{2,4}(?:[ -]?\d{2,}){1,3}|0\d{2,4}[ /-]\d{2,}(?:[ -]\d{2,}){0,4}|0\d(?:[ .]\d\d){4})"
    r"(?![\w-]|[./:]\d)"
)
_ADDRESS = re.compile(
    rf"(https?://(?:[^\s<>()\"]|{_BRACKETS})*(?:[^\s<>()\".,;:!?*_']|{_BRACKETS})"
    r"|tel:\+?[\d().-]*\d|(?:mailto:)?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"
    rf"|{_PHONE})"
)
_BEGUN = re.compile(r"://|@|\d")  # every address holds one of these; quick to find out
_FEWEST = 7  # digits of a telephone number without a country code


def holds_address(text: str) -> bool:
    return bool(_BEGUN.search(text) and _ADDRESS.search(text))


def split_at_addresses(text: str) -> Iterator[tuple[str, str]]:
    """The parts of `text`, each with the address that it links to, or with "" for plain text."""
    for index, part in enumerate(_ADDRESS.split(text)):
        if part:
            yield part, _target(part) if index % 2 else ""


def _target(part: str) -> str:
    if "://" in part or part.startswith(("mailto:", "tel:")):
        return part
    if "@" in part:
        return f"mailto:{part}"
    digits = re.sub(r"\(0\)|[^\d+]", "", part) if part.startswith("+") else re.sub(r"\D", "", part)
    return f"tel:{digits}" if len(digits) >= _FEWEST else ""
