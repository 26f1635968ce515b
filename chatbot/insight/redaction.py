"""Takes personal details out of a text before it is kept: `redacted`. Pure.

What it finds is replaced by a word in brackets, such as "[email]"; the question around it stays readable. It knows
addresses of mail and of the web, numbers, postal addresses, dates of birth, and names that are introduced as such, in
the languages of the interface. It does not know names that stand alone, nor numbers written as words.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import urlsplit

from chatbot.core.text import without_surrogates
from chatbot.insight.redaction_numbers import end_of_iban, kind_of
from chatbot.insight.redaction_words import ADDRESSES, BIRTHS, NAMES

_MOST = 20_000  # characters that are looked at; the rest is cut off
_HOST = r"(?:[\w-]+\.)+[^\W\d_]{2,}"
_REST = r"[^\s<>\"']+"
_URL = re.compile(
    rf"(?<![a-z\d+.-])(?:[a-z][a-z\d+.-]*+://|www\.){_REST}"
    rf"|(?<![\w@.-]){_HOST}(?::\d+)?(?:/[^\s<>\"'?#]*)?[?#]{_REST}|(?<![\w@.-]){_HOST}/{_REST}",
    re.IGNORECASE,
)
# Possessive and from its very beginning only, or the time would grow with the square of a run's length.
_WORD = r"(?<![\w.+%'-])[\w.+%'-]++"
# "at" and "dot" as people write them, in pairs of one language: "point" alone is too common a word.
_SPELLED = (
    ("at|@", "dot|d0t"),
    ("arobase|@", "point"),
    ("arroba|@", "punto|ponto|dot"),
    ("chiocciola|@", "punto"),
    ("apenstaartje|@", "punt"),
    ("ät|at|klammeraffe|@", "punkt"),
    ("małpa|malpa|@", "kropka"),
    ("آت|@", "نقطة|دوت"),
    ("שטרודל|כרוכית|@", "נקודה"),
)
_EMAILS = (
    re.compile(rf"{_WORD}\s?@\s?(?:[\w-]+\s?\.\s?)+[^\W\d_]{{2,}}"),
    re.compile(  # name (at) host.com, name[at]host(dot)com
        rf"{_WORD}\s*[\[({{<]\s*(?:at|ät|@|arobase|arroba|chiocciola|apenstaartje|małpa)\s*[\])}}>]\s*[\w-]+"
        r"(?:\s*(?:[\[({<]\s*(?:dot|punkt|point|punto|ponto|punt|kropka|\.)\s*[\])}>]|\.|\sdot\s)\s*[\w-]+)+",
        re.IGNORECASE,
    ),
    *(
        re.compile(
            rf"{_WORD}(?:\s(?:{dot})\s[\w-]+)*\s(?:{at})\s[\w-]+"
            rf"(?:(?:\s(?:{dot})\s|\.)[\w-]+)*\s(?:{dot})\s[^\W\d_]{{2,}}\b",
            re.IGNORECASE,
        )
        for at, dot in _SPELLED
    ),
)
_ACCOUNT_BEGINS = re.compile(r"(?<![^\W_])[A-Z]{2}\d{2}(?=[ .-]?[A-Z\d])", re.IGNORECASE)
_IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d]|\.\d)")
_IPV6 = re.compile(r"(?<![\w:])(?:[\da-f]{0,4}:){2,7}(?:[\da-f]{0,4}|(?:\d{1,3}\.){3}\d{1,3})(?![\w:])", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?<![A-Za-z\d])(?:[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}"
    r"|(?=[A-Za-z]*\d[A-Za-z]*\d[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]{16,})(?![A-Za-z\d])"
)
_TOKEN_PIECE = re.compile(r"(?=.*\d)(?=.*[a-z])[\w.~%=+-]{16,}|.*(?:@|%40|\d{7}).*", re.IGNORECASE)
# Numbers of persons that have letters: United Kingdom, Spain (two), Italy, France, Germany's passports.
_WITH_LETTERS = re.compile(
    r"(?<![^\W_])(?:"
    r"[A-Z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[A-D]"
    r"|\d{2}\.?\d{3}\.?\d{3}[ -]?[A-Z]|[XYZ][ -]?\d{7}[ -]?[A-Z]"
    r"|[A-Z]{3}[ -]?[A-Z]{3}[ -]?[\dL-NP-V]{2}[A-EHLMPR-T][\dL-NP-V]{2}[ -]?[A-Z][\dL-NP-V]{3}[A-Z]"
    r"|[1-4][ .]?\d{2}[ .]?\d{2}[ .]?2[AB][ .]?\d{3}[ .]?\d{3}[ .]?\d{2}"
    r"|[C-FGHJKLMNPRTVWXYZ](?=[\dA-Z]{8,9}\b)(?=[A-Z]*\d[A-Z\d]*\d[A-Z\d]*\d)[CFGHJKLMNPRTVWXYZ\d]{8}\d?"
    r")(?![^\W_])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?<!\d)(?:\+\s?|\+?\()?\d(?:\d|[ ./()-]{1,3}(?=[\d(])|(?<=\d)\)[ -]?(?=\d)){4,}\d(?!\d)")
_SPACES = re.compile(r"[^\S\n]")

PLACEHOLDER = re.compile(
    r"\[(?:url|email|date of birth|name|iban|address|ip|token|id|card|phone|number)\]"
)  # what stands where something was taken out


def redacted(text: str) -> str:
    """`text` in compatibility form (NFKC) with digits of ASCII, without invisible characters and personal details."""
    text = _plain(text[:_MOST])
    text = _URL.sub(_address, text)
    for email in _EMAILS:
        text = email.sub("[email]", text)
    for birth in BIRTHS:
        text = birth.sub(lambda match: match[0][: match.start("date") - match.start()] + "[date of birth]", text)
    for name in NAMES:
        text = name.sub(lambda match: match[0][: match.start("name") - match.start()] + "[name]", text)
    text = _without_accounts(text)
    text = _WITH_LETTERS.sub(_id_with_letters, text)
    for address in ADDRESSES:
        text = address.sub("[address]", text)
    text = _IPV4.sub(_ip, text)
    text = _IPV6.sub(_ip, text)
    text = _TOKEN.sub("[token]", text)
    return _NUMBER.sub(_number, text)


def _plain(text: str) -> str:
    """What looks the same is written the same."""
    text = unicodedata.normalize("NFKC", without_surrogates(text))
    kept = []
    for sign in text:
        category = unicodedata.category(sign)
        if category == "Nd":
            kept.append(str(unicodedata.digit(sign)))
        elif category == "Pd" or sign == "\u2212":
            kept.append("-")
        elif (category not in ("Cf", "Cc") and sign not in _FILLERS) or sign in "\n\t":
            kept.append(sign)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", "".join(kept)))


_FILLERS = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0" + "".join(map(chr, range(0xFE00, 0xFE10)))


def _address(match: re.Match[str]) -> str:
    """Host and path, without who logs in, the query, and pieces of the path that may be secrets or persons."""
    address = match[0].rstrip(".,;:!?)]}")
    after = match[0][len(address) :]
    scheme, _, rest = address.rpartition("://") if "://" in address else ("", "", address)
    try:
        parts = urlsplit(f"//{rest}")
        host = parts.hostname or ""
        if parts.port:
            host += f":{parts.port}"
    except ValueError:
        return f"[url]{after}"
    if not host:
        return match[0]
    pieces = [piece for piece in parts.path.split("/") if piece and not _TOKEN_PIECE.fullmatch(piece)]
    return f"{scheme}://" * bool(scheme) + "/".join([host, *pieces]) + after


def _without_accounts(text: str) -> str:
    kept, at = [], 0
    for begin in _ACCOUNT_BEGINS.finditer(text):
        if begin.start() >= at and (end := end_of_iban(text, begin.start())):
            kept += [text[at : begin.start()], "[iban]"]
            at = end
    return "".join([*kept, text[at:]])


def _id_with_letters(match: re.Match[str]) -> str:
    written = re.sub(r"[ .-]", "", match[0].upper())
    if re.fullmatch(r"\d{8}[A-Z]|[XYZ]\d{7}[A-Z]", written):
        number = int(written[:-1].translate(str.maketrans("XYZ", "012")))
        return "[id]" if written[-1] == "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] else match[0]
    if written[0] in "CFGHJKLMNPRTVWXYZ" and len(written) in (9, 10) and not written[:2].isalpha():
        return "[id]" if sum(map(str.isdigit, written)) >= 5 else match[0]
    return "[id]"


def _ip(match: re.Match[str]) -> str:
    try:
        address = ipaddress.ip_address(match[0])
    except ValueError:
        return match[0]
    return match[0] if address.is_loopback or address.is_unspecified else "[ip]"


def _number(match: re.Match[str]) -> str:
    begin, end = match.span()
    kind = kind_of(match[0], match.string[max(begin - 30, 0) : begin], match.string[end : end + 12])
    return f"[{kind}]" if kind else match[0]
