"""The types of settings, and a sentence for each wrong value.

pydantic checks types and limits. Its messages are for programmers, so they are replaced here.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, BeforeValidator, StringConstraints, ValidationError
from pydantic.fields import FieldInfo
from pydantic.types import Strict

from chatbot.core.logo import is_address
from chatbot.core.origin import wrong_origin
from chatbot.core.problem import WrongValue
from chatbot.core.settings_text import SETTINGS_FILE
from chatbot.core.types import Entry, NoticeRule

_COMPUTED = ("html", "blocks", "places", "section", "file", "line")
ENTRY_FIELDS = [field.name for field in fields(Entry) if field.name not in _COMPUTED]  # fields that a column may hold
_EXPECTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list of texts",
}


def wrong_value(error: ValidationError, field: FieldInfo) -> WrongValue:
    """The first problem of a setting that pydantic rejected. Also raises what Python raises for a value that it cannot
    show."""
    first = error.errors(include_url=False)[0]
    kind, value, keys = first["type"], first["input"], first["loc"][1:]
    if isinstance(wrong := first.get("ctx", {}).get("error"), WrongValue):
        return WrongValue(wrong.rule, wrong.message, keys + wrong.keys)
    if keys:
        return WrongValue("wrong-type", "must be a list of non-empty texts", keys)
    if kind in ("greater_than_equal", "less_than_equal"):
        low, high = limits(field)
        return WrongValue("bad-value", f"{value} must lie between {low} and {high}")
    if kind == "float_type" and type(value) is int:
        raise OverflowError("no float is so large")
    return WrongValue("wrong-type", f"{value!r} must be {_EXPECTED.get(kind, 'of another type')}")


def limits(field: FieldInfo) -> tuple[Any, Any]:
    """(lowest, highest) allowed value of a number."""
    [low] = [limit.ge for limit in field.metadata if hasattr(limit, "ge")]
    [high] = [limit.le for limit in field.metadata if hasattr(limit, "le")]
    return low, high


def _checked(check: Callable[[str], str], rule: str = "bad-value") -> AfterValidator:
    """A validator. `check` returns what is wrong with a text, or ""."""

    def checked(text: str) -> str:
        if message := check(text):
            raise WrongValue(rule, message)
        return text

    return AfterValidator(checked)


def one_of(*allowed: str) -> AfterValidator:
    return _checked(lambda text: "" if text in allowed else f"{text!r} must be one of {', '.join(allowed)}")


def _wrong_network(text: str) -> str:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return f'{text!r} is not an address or a network; write it such as "10.0.0.0/8"'
    return ""


def _wrong_host(text: str) -> str:
    is_host = len(text) <= 253 and re.fullmatch(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*", text)
    how = 'write the name alone, in small letters and without a port, such as "faq.example.org"'
    return "" if is_host else f"{text!r} is not the name of a host; {how}"


def _wrong_root_path(path: str) -> str:
    is_path = re.fullmatch(r"(/[\w.~-]+)*", path)
    return "" if is_path else f'{path!r} must be a path such as "/help", without a slash at its end'


def _wrong_logo(logo: str) -> str:
    is_kept = not logo or is_address(logo)
    return "" if is_kept else f"{logo!r} can only be named in {SETTINGS_FILE}, beside which the file stands"


def _wrong_site(site: str) -> str:
    is_one = not site or re.match(r"https?://[^\s/?#]+\S*$", site, re.IGNORECASE)
    return "" if is_one else f'"{site}" is not the address of a site; write it as "https://www.example.org/help"'


def _wrong_http_address(address: str) -> str:
    is_one = not address or re.fullmatch(r"https?://[^\s/?#]+\S*", address, re.IGNORECASE)
    return "" if is_one else "must be an address that begins with https:// or http://"  # which may hold a secret


def _wrong_engine_uri(uri: str) -> str:
    if "@" in uri:  # and it is not repeated
        return "must not hold a name or password; put the token into the environment, as CHATBOT_ENGINE_TOKEN"
    if not uri or re.fullmatch(r"https?://[^\s/?#]+/?", uri) or (uri.endswith(".db") and "://" not in uri):
        return ""
    return f'"{uri}" is neither the address of a server, such as "http://127.0.0.1:19530", nor a path that ends in .db'


def _notices(value: object) -> object:
    if not isinstance(value, Sequence) or not all(isinstance(rule, NoticeRule) for rule in value):
        message = f"notices are tables; write each below a line [[notices]] in {SETTINGS_FILE}"
        raise WrongValue("wrong-type", message)
    return value


def _columns(value: object) -> object:
    if not isinstance(value, Mapping):
        raise WrongValue("wrong-type", f"columns are a table; write them below a line [columns] in {SETTINGS_FILE}")
    columns: dict[str, tuple[str, ...]] = {}
    for field, names in value.items():
        if field not in ENTRY_FIELDS:
            known = ", ".join(ENTRY_FIELDS)
            message = f"there is no field {field!r} to which a column could belong; the fields are {known}"
            raise WrongValue("unknown-setting", message, (field,))
        listed = [names] if isinstance(names, str) else names
        if not isinstance(listed, Sequence) or not all(isinstance(name, str) and name.strip() for name in listed):
            message = f'{field} must name a column in quotes, such as {field} = "Column B"'
            raise WrongValue("wrong-type", message, (field,))
        columns[field] = tuple(listed)
    return columns


T = TypeVar("T")
PER_SITE: Final = "per site"
PerSite = Annotated[T, PER_SITE]  # set only in the bot.toml of a site, never by a variable

_Text = Annotated[str, StringConstraints(pattern=r"\S")]
Texts = Annotated[tuple[_Text, ...], Strict(False)]
Origins = Annotated[tuple[Annotated[_Text, _checked(wrong_origin)], ...], Strict(False)]
Hosts = Annotated[tuple[Annotated[_Text, _checked(_wrong_host)], ...], Strict(False)]
Networks = Annotated[tuple[Annotated[_Text, _checked(_wrong_network)], ...], Strict(False)]
RootPath = Annotated[str, _checked(_wrong_root_path)]
HttpAddress = Annotated[str, _checked(_wrong_http_address)]
EngineUri = Annotated[str, _checked(_wrong_engine_uri)]
SiteAddress = Annotated[str, _checked(_wrong_site, "bad-site")]
Logo = Annotated[str, _checked(_wrong_logo)]
Columns = Annotated[Mapping[str, tuple[str, ...]], BeforeValidator(_columns)]
Notices = Annotated[tuple[NoticeRule, ...], Strict(False), BeforeValidator(_notices)]
