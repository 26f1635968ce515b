"""Settings: defaults < `corpus/bot.toml` < `CHATBOT_*` in the environment < a flag of the command.

What a visitor sees (title, greeting, starter questions ...) is stored with every build, so that the
server shows the texts that belong to the answers it serves.
"""

import dataclasses
import ipaddress
import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from chatbot.core import default_texts
from chatbot.core.errors import Mistake, SettingsError, UsageError
from chatbot.core.logo import NoLogo, is_address, logo_in
from chatbot.core.notice_rules import notice_rules, notice_rules_from_json
from chatbot.core.origin import is_origin, wrong_origin
from chatbot.core.settings_text import line_of, parse
from chatbot.core.types import Entry, NoticeRule

_LIMITS = {
    "port": (1, 65535),
    "question_limit": (1, 100_000),
    "tolerated_false_answers": (0, 0.5),
    "rate_per_minute": (1, 1_000_000),
    "rate_burst": (1, 1_000_000),
    "in_flight": (1, 10_000),
    "workers": (1, 256),
    "deadline": (0.01, 600),
}

# What a column of a table may hold.
_OURS = ("html", "blocks", "places", "section", "file", "line")
_FIELDS = [field.name for field in dataclasses.fields(Entry) if field.name not in _OURS]

_MOST_MISTAKES = 50  # that are named of a file
_LONG = 1000  # characters; a message that names every setting has fewer

SETTINGS_FILE = "bot.toml"
ENV_PREFIX = "CHATBOT_"


@dataclass(frozen=True, slots=True)
class BotSettings:
    """What the owner decides in `bot.toml`; stored in the manifest of each build."""

    # Where the owner says nothing else, title, greeting, placeholder and reasons are those of `lang`.
    title: str = default_texts.ENGLISH[0]
    greeting: str = default_texts.ENGLISH[1]
    starters: tuple[str, ...] = ()  # questions offered on the empty page
    placeholder: str = default_texts.ENGLISH[2]
    logo: str = ""  # a file beside bot.toml, such as "logo.svg"; kept here as a data: address
    remember_conversation: bool = True  # on the chat page, in the visitor's own browser tab, until that is closed
    disclaimer: str = ""  # shown under the chat, always
    contact: str = ""  # whom to ask when the FAQ has no answer: an address, a link or a sentence
    lang: str = "en"  # of the texts above, BCP 47
    # Offered to who finds a reply not helpful; what was picked is in the log with the verdict. None: nobody is asked.
    reasons: tuple[str, ...] = default_texts.ENGLISH[3]
    # "default", "base", "large", "hashing", a folder, or a name of the hub: see `chatbot.encoding.models`.
    encoder: str = "default"
    # How the encoder is run: "fp32"; "int8", in half the time and with slightly other vectors; or "torch", by
    # sentence-transformers itself, which then is needed for serving, too.
    backend: str = "fp32"
    # Where a build encodes: "auto", on a GPU where there is one and much to encode; "cpu"; or "cuda". Questions are
    # encoded on the processor in any case.
    device: str = "auto"
    # A sentence-transformers CrossEncoder, folder or name, that orders the first ten again; none unless it is named. It
    # costs several times what a question costs without.
    reranker: str = ""
    question_limit: int = 500  # characters
    # Share of the questions without an answer in the FAQ that may wrongly get one, such as 0.05. The lower it is, the
    # more of the others get a "did you mean" instead of their answer. 0: balanced, most questions handled rightly.
    tolerated_false_answers: float = 0.0
    # Questions near the topic that the FAQ does not answer. The build tries them and says how many would get an answer;
    # with 20 of them and 20 alternate phrasings it learns from both what an answer looks like here.
    unanswerable: tuple[str, ...] = ()
    # Sites whose pages may ask this server: origins such as "https://www.example.org", or "https://*.example.dev" with
    # one label for the "*". None: only its own page.
    allowed_origins: tuple[str, ...] = ()
    # Field of an entry -> the columns of tables, or keys of JSON and YAML, that hold it, where their names do not tell.
    columns: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    # Where the pages of the corpus stand, such as "https://www.example.org/help": links within the site then work.
    site: str = ""
    # Sites whose pictures an answer may show, beside `site`: origins such as "https://cdn.example.org". Of any other
    # picture its words are shown.
    images: tuple[str, ...] = ()
    accept_partial: bool = False  # build though questions of a file could not be read
    notices: tuple[NoticeRule, ...] = ()  # red flags: what is said above the answer, and to which messages

    def __post_init__(self) -> None:
        for name in default_texts.NAMES:
            object.__setattr__(self, name, default_texts.in_language(name, getattr(self, name), self.lang))

    @property
    def image_origins(self) -> tuple[str, ...]:
        """All whose pictures may be shown."""
        own = "/".join(self.site.lower().split("/")[:3])
        return tuple(dict.fromkeys((*self.images, *([own] if is_origin(own) else []))))


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """Where things are and where the server listens; never in a build."""

    corpus: Path = Path("corpus")
    index: Path = Path("index")
    host: str = "127.0.0.1"
    port: int = 7860
    # What one client may ask: this many questions a minute, so many of them at once; ten times as often it may look up
    # entries and suggestions.
    rate_per_minute: int = 30
    rate_burst: int = 10
    in_flight: int = 64  # requests that are answered at the same time; more are told to come back
    deadline: float = 5.0  # seconds until a question is given up
    workers: int = 1  # processes that answer questions; one is this process itself
    allowed_hosts: tuple[str, ...] = ()  # names that the server goes by, without port; none: any name
    # Addresses or networks of proxies in front of the server, such as "10.0.0.0/8": what only they are believed when
    # they say for whom they ask. Without them a proxy's address counts as one client.
    trusted_proxies: tuple[str, ...] = ()
    root_path: str = ""  # where a proxy shows the server, such as "/help", if not at the top of its site


S = TypeVar("S", BotSettings, ServerSettings)


class _Wrong(Exception):
    """(rule, message): a value that a setting cannot have."""


def load_bot_settings(corpus: Path, env: Mapping[str, str] = os.environ) -> BotSettings:
    """The settings of the corpus in `corpus` (a folder, or one content file, which has none).

    SettingsError names every mistake of the file, UsageError the first of the environment.
    """
    settings, mistakes = _read_toml(corpus / SETTINGS_FILE)
    settings = apply_overrides(settings, env)
    if mistakes:
        raise SettingsError(SETTINGS_FILE, settings, mistakes)
    return settings


def apply_overrides(settings: S, env: Mapping[str, str] = os.environ, flags: Mapping[str, Any] | None = None) -> S:
    """`settings` with what the environment and then the flags (those not None) say."""
    for field in dataclasses.fields(settings):
        name = ENV_PREFIX + field.name.upper()
        if name in env:
            settings = _overridden(settings, field.name, _parsed(env[name], getattr(settings, field.name), name), name)
    for key, value in (flags or {}).items():
        if value is not None:
            settings = _overridden(settings, key, value, f"--{key}")
    return settings


def hosted_settings(env: Mapping[str, str] = os.environ) -> ServerSettings:
    """The defaults where a hosting service names the port in PORT, as most do; CHATBOT_PORT goes before it."""
    port = env.get("PORT", "")
    if not port or f"{ENV_PREFIX}PORT" in env:
        return ServerSettings()
    return _overridden(ServerSettings(), "port", _parsed(port, 0, "PORT"), "PORT")


def settings_from_json(values: Mapping[str, Any]) -> BotSettings:
    """Back from `dataclasses.asdict`, as a manifest holds it; fields of other versions are left out."""
    known: dict[str, Any] = {f.name: values[f.name] for f in dataclasses.fields(BotSettings) if f.name in values}
    known["notices"] = notice_rules_from_json(known.get("notices", ()))
    known = {key: tuple(value) if isinstance(value, list) else value for key, value in known.items()}
    known["columns"] = {field: tuple(names) for field, names in known.get("columns", {}).items()}
    return BotSettings(**known)


def _read_toml(path: Path) -> tuple[BotSettings, list[Mistake]]:
    """The settings that are right, and what is wrong with the others."""
    settings = BotSettings()
    parsed = parse(path)
    if isinstance(parsed, Mistake):
        return settings, [_brief(parsed)]
    table, text = parsed
    mistakes: list[Mistake] = []
    for key, value in table.items():
        if len(mistakes) > _MOST_MISTAKES:
            mistakes[_MOST_MISTAKES:] = [
                Mistake(0, "many-problems", f"over {_MOST_MISTAKES} mistakes; mend these first")
            ]
            break
        try:
            settings, wrong = _with(settings, key, value, text, path)
        except (ValueError, OverflowError, RecursionError):  # what Python can hold, and cannot show or convert
            wrong = [Mistake(line_of(text, key), "bad-value", f"{key}: beyond what is read; write a plainer value")]
        mistakes += map(_brief, wrong)
    return settings, mistakes


def _with(settings: BotSettings, key: str, value: Any, text: str, path: Path) -> tuple[BotSettings, list[Mistake]]:
    """`settings` with what the file says of `key`, or without that and what is wrong with it."""
    known = [field.name for field in dataclasses.fields(settings)]
    if key not in known:
        message = f"{key}: there is no such setting; the settings are {', '.join(known)}"
        return settings, [Mistake(line_of(text, key), "unknown-setting", message)]
    mistakes: list[Mistake] = []
    if key == "notices":
        value, mistakes = notice_rules(value, text)
    try:
        if key == "logo" and value and isinstance(value, str):
            value = logo_in(path.parent, value)
        return _replaced(settings, key, tuple(value) if isinstance(value, list) else value), mistakes
    except (_Wrong, NoLogo) as error:
        rule, message = error.args
        return settings, [*mistakes, Mistake(line_of(text, key), rule, f"{key}: {message}")]


def _brief(mistake: Mistake) -> Mistake:
    """Of a value that is quoted in full only its ends, so that the sentence can be read."""
    said = mistake.message
    return dataclasses.replace(mistake, message=said if len(said) <= _LONG else f"{said[:300]} ... {said[-300:]}")


def _parsed(raw: str, default: object, where: str) -> object:
    """An environment string as the type of `default`; a list is written with "|" between its items."""
    if isinstance(default, bool):
        if raw not in ("true", "false"):
            raise UsageError(f"{where}: {raw!r} must be true or false")
        return raw == "true"
    if isinstance(default, int):
        try:
            return int(raw)
        except ValueError:
            raise UsageError(f"{where}: {raw!r} is not a whole number") from None
    if isinstance(default, float):
        try:
            return float(raw)
        except ValueError:
            raise UsageError(f"{where}: {raw!r} is not a number") from None
    if isinstance(default, Path):
        return Path(raw)
    if isinstance(default, tuple):
        return tuple(item.strip() for item in raw.split("|") if item.strip())
    return raw


def _overridden(settings: S, key: str, value: Any, where: str) -> S:
    try:
        return _replaced(settings, key, value)
    except _Wrong as error:
        raise UsageError(f"{where}: {error.args[1]}") from None


def _replaced(settings: S, key: str, value: Any) -> S:
    if key in _TABLES:
        value = _TABLES[key](value)
        return dataclasses.replace(settings, **{key: value})
    default = getattr(settings, key)
    wanted = type(default)
    if wanted is float and type(value) is int:
        value = float(value)
    if wanted is tuple and isinstance(value, Sequence) and not isinstance(value, str):
        if not all(isinstance(item, str) and item.strip() for item in value):
            raise _Wrong("wrong-type", "must be a list of non-empty texts")
    elif not isinstance(value, wanted) or isinstance(value, bool) is not (wanted is bool):
        names = {str: "a text in quotes", int: "a whole number", float: "a number", tuple: "a list of texts"}
        names[bool] = "true or false"
        raise _Wrong("wrong-type", f"{value!r} must be {names.get(wanted, wanted.__name__)}")
    if isinstance(value, int | float) and wanted is not bool:
        low, high = _LIMITS[key]
        if not low <= value <= high:
            raise _Wrong("bad-value", f"{value} must lie between {low} and {high}")
    if key in _CHECKS:
        _CHECKS[key](value)
    return dataclasses.replace(settings, **{key: value})


def _notices(value: Sequence[object]) -> Sequence[object]:
    if not all(isinstance(rule, NoticeRule) for rule in value):
        raise _Wrong("wrong-type", f"notices are tables; write each below a line [[notices]] in {SETTINGS_FILE}")
    return value


def _columns(value: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise _Wrong("wrong-type", f"columns are a table; write them below a line [columns] in {SETTINGS_FILE}")
    found: dict[str, tuple[str, ...]] = {}
    for field, names in value.items():
        if field not in _FIELDS:
            message = f"there is no field {field!r} to which a column could belong; the fields are {', '.join(_FIELDS)}"
            raise _Wrong("unknown-setting", message)
        listed = [names] if isinstance(names, str) else names
        if not isinstance(listed, Sequence) or not all(isinstance(name, str) and name.strip() for name in listed):
            raise _Wrong("wrong-type", f'{field} must name a column in quotes, such as {field} = "Column B"')
        found[field] = tuple(listed)
    return found


def _check_networks(networks: Sequence[str]) -> None:
    for network in networks:
        try:
            ipaddress.ip_network(network, strict=False)
        except ValueError:
            raise _Wrong(
                "bad-value", f'{network!r} is not an address or a network; write it such as "10.0.0.0/8"'
            ) from None


def _check_origins(origins: Sequence[str]) -> None:
    for wrong in filter(None, map(wrong_origin, origins)):
        raise _Wrong("bad-value", wrong)


def _check_root_path(path: str) -> None:
    if not re.fullmatch(r"(/[\w.~-]+)*", path):
        raise _Wrong("bad-value", f'{path!r} must be a path such as "/help", without a slash at its end')


def _check_site(site: str) -> None:
    if site and not re.match(r"https?://[^\s/?#]+\S*$", site, re.IGNORECASE):
        raise _Wrong("bad-site", f'"{site}" is not the address of a site; write it as "https://www.example.org/help"')


def _check_logo(logo: str) -> None:
    if logo and not is_address(logo):
        raise _Wrong("bad-value", f"{logo!r} can only be named in {SETTINGS_FILE}, beside which the file stands")


def _check_one_of(*allowed: str) -> Callable[[str], None]:
    def check(value: str) -> None:
        if value not in allowed:
            raise _Wrong("bad-value", f"{value!r} must be one of {', '.join(allowed)}")

    return check


_TABLES: Mapping[str, Callable[[Any], Any]] = {"notices": _notices, "columns": _columns}
_CHECKS: Mapping[str, Callable[[Any], None]] = {
    "backend": _check_one_of("fp32", "int8", "torch"),
    "device": _check_one_of("auto", "cpu", "cuda"),
    "allowed_origins": _check_origins,
    "images": _check_origins,
    "trusted_proxies": _check_networks,
    "root_path": _check_root_path,
    "site": _check_site,
    "logo": _check_logo,
}
