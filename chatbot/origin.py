"""Sites by the origin that a browser sends of their pages: scheme, host and port."""

import re

# As a browser sends it: no path, no "null", and in small letters.
_ORIGIN = re.compile(r"https?://([a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:[1-9][0-9]{0,4})?")
# One "*" for the first label of a name, with two labels behind it at least: "https://*.com" would be everybody.
_ORIGINS = re.compile(r"https?://\*(\.[a-z0-9_-]+)+\.[a-z0-9_-]*[a-z_-][a-z0-9_-]*(:[1-9][0-9]{0,4})?")


def is_origin(text: str) -> bool:
    """Whether `text` is an origin as a browser writes it."""
    return _ORIGIN.fullmatch(text) is not None


def wrong_origin(text: str) -> str:
    """Why `text` names no site or sites, and how to write it; "" where it does."""
    if is_origin(text) or _ORIGINS.fullmatch(text):
        return ""
    if not text.isascii():
        how = 'names in other letters as the browser sends them: "https://xn--bcher-kva.example"'
    elif "*" in text:
        how = '* may stand for the first part of a name, and two more parts must follow: "https://*.example.dev"'
    else:
        how = '"https://www.example.org" or "http://localhost:8000", without a path and in small letters'
    return f"{text!r} is not an origin; write it as the browser does, such as {how}"
