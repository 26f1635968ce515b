"""Redirect addresses: text and mail programs put their own address before that of a page."""

import re
from urllib.parse import parse_qs, urlsplit

from chatbot.core.text import is_web_address

# The host, the path, and the query parameters that hold the target.
_REDIRECTS = (
    (re.compile(r"(?:www\.)?google\.(?:com?\.)?[a-z]{2,3}"), "/url", ("q", "url")),
    (re.compile(r"duckduckgo\.com"), "/l/", ("uddg",)),
    (re.compile(r"(?:lm?\.|www\.)?facebook\.com"), "/l.php", ("u",)),
    (re.compile(r"(?:www\.)?youtube\.com"), "/redirect", ("q",)),
    (re.compile(r"(?:\w+\.)?safelinks\.protection\.outlook\.com"), "/", ("url",)),
    (re.compile(r"slack-redir\.net"), "/link", ("url",)),
)


def direct(address: str) -> str:
    """The target of a redirect `address`; other addresses unchanged."""
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
