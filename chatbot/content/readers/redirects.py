"""Addresses that only lead on: programs for text and mail put their own before those of a page."""

import re
from urllib.parse import parse_qs, urlsplit

from chatbot.core.text import is_web_address

# The host, the path, and what of the query is the address.
_REDIRECTS = (
    (re.compile(r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}"), "/url", ("q", "url")),
    (re.compile(r"duckduckgo\.com"), "/l/", ("uddg",)),
    (re.compile(r"(?:lm?\.|www\.)?facebook\.com"), "/l.php", ("u",)),
    (re.compile(r"(?:www\.)?youtube\.com"), "/redirect", ("q",)),
    (re.compile(r"(?:\w+\.)?safelinks\.protection\.outlook\.com"), "/", ("url",)),
    (re.compile(r"slack-redir\.net"), "/link", ("url",)),
)


def direct(address: str) -> str:
    """Where `address` leads to in the end, as far as it says so."""
    if "?" not in address or not is_web_address(address):
        return address
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return address
    for known, path, names in _REDIRECTS:
        if known.fullmatch(host) and parts.path == path:
            query = parse_qs(parts.query)
            return next((query[name][0] for name in names if is_web_address(query.get(name, [""])[0])), address)
    return address
