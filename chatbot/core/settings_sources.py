"""Sources of settings: defaults < `corpus/bot.toml` < `CHATBOT_*` in the environment < command-line flags."""

import dataclasses
import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from chatbot.core.errors import SettingsError, UsageError
from chatbot.core.logo import logo_in
from chatbot.core.notice_rules import notice_rules, notice_rules_from_json
from chatbot.core.problem import Problem, WrongValue
from chatbot.core.setting_types import wrong_value
from chatbot.core.settings import BotSettings, ServerSettings, described, is_per_site
from chatbot.core.settings_text import SETTINGS_FILE, parse
from chatbot.core.toml_lines import TomlLines

_MOST_PROBLEMS = 50  # reported for one file
_LONG = 1000  # characters; a message that names every setting has fewer

ENV_PREFIX = "CHATBOT_"
# Secrets are no settings: they stand in no file, no build and no option.
SECRETS = (
    REBUILD_TOKEN := f"{ENV_PREFIX}REBUILD_TOKEN",
    DESK_TOKEN := f"{ENV_PREFIX}DESK_TOKEN",
    STATUS_TOKEN := f"{ENV_PREFIX}STATUS_TOKEN",
    ENGINE_TOKEN := f"{ENV_PREFIX}ENGINE_TOKEN",
)
# Of a server of many FAQs and of its builds: the folder of their corpora. What such a corpus says is not the word of
# whoever runs the server.
SITES = f"{ENV_PREFIX}SITES"
ENGINE_URI = f"{ENV_PREFIX}ENGINE_URI"
# A server of many FAQs has these for each: with the name of the site behind it, such as CHATBOT_DESK_TOKEN_PLANTS.
SECRETS_OF_SITES = (REBUILD_TOKEN, DESK_TOKEN)

S = TypeVar("S", BotSettings, ServerSettings)


def load_bot_settings(corpus: Path, env: Mapping[str, str] = os.environ) -> BotSettings:
    """The settings of `corpus`, a folder or one content file (which has none).

    SettingsError names every mistake in bot.toml. UsageError names the first one in the environment.
    """
    settings, problems = _read_toml(corpus / SETTINGS_FILE)
    settings = apply_overrides(settings, env)
    if problems:
        raise SettingsError(settings, problems)
    return settings


def apply_overrides(settings: S, env: Mapping[str, str] = os.environ, flags: Mapping[str, Any] | None = None) -> S:
    """`settings` with the values of environment variables, then of flags (those that are not None).

    UsageError where a variable would change a setting of a site.
    """
    for name, field in described(BotSettings).items():
        variable = ENV_PREFIX + name.upper()
        if is_per_site(field) and variable in env:
            instead = f"write {name} into its {SETTINGS_FILE}, and unset the variable"
            raise UsageError(f"{variable}: no variable changes what a site says; {instead}")
    for name in described(settings):
        variable = ENV_PREFIX + name.upper()
        if variable in env:
            value = _parsed(env[variable], getattr(settings, name), variable)
            settings = _overridden(settings, name, value, variable)
    for name, value in (flags or {}).items():
        if value is not None:
            settings = _overridden(settings, name, value, f"--{name}")
    return settings


def misspelt_variables(env: Mapping[str, str] = os.environ) -> list[str]:
    """A sentence for each `CHATBOT_*` variable that is no setting: it would be ignored silently."""
    known = [name.upper() for name in (*described(BotSettings), *described(ServerSettings))]
    known += [variable.removeprefix(ENV_PREFIX) for variable in SECRETS]
    messages = []
    for variable in sorted(env):
        name = variable.removeprefix(ENV_PREFIX)
        if name not in (variable, *known) and not variable.startswith(tuple(f"{one}_" for one in SECRETS_OF_SITES)):
            near = get_close_matches(name, known, 1)
            messages.append(
                f"{variable}: there is no such variable" + (f"; is {ENV_PREFIX}{near[0]} meant?" if near else "")
            )
    return messages


def hosted_settings(env: Mapping[str, str] = os.environ) -> ServerSettings:
    """The default server settings, with the port from PORT as hosting services set it, unless CHATBOT_PORT is set."""
    port = env.get("PORT", "")
    if not port or f"{ENV_PREFIX}PORT" in env:
        return ServerSettings()
    return _overridden(ServerSettings(), "port", _parsed(port, 0, "PORT"), "PORT")


def settings_from_json(values: Mapping[str, Any]) -> BotSettings:
    """The inverse of `dataclasses.asdict`, for manifests. Fields of other versions are ignored.

    WrongValue for a value that this version does not accept.
    """
    known: dict[str, Any] = {name: values[name] for name in described(BotSettings) if name in values}
    known["notices"] = notice_rules_from_json(known.get("notices", ()))
    try:
        return BotSettings(**known)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        wrong = wrong_value(error, described(BotSettings)[name])
        raise WrongValue(wrong.rule, f"{name}: {wrong.message}") from None


def _read_toml(path: Path) -> tuple[BotSettings, list[Problem]]:
    """The settings with all correct values, and the problems of the others."""
    settings = BotSettings()
    parsed = parse(path)
    if isinstance(parsed, Problem):
        return settings, [_brief(parsed)]
    table, lines = parsed
    problems: list[Problem] = []
    for name, value in table.items():
        if len(problems) > _MOST_PROBLEMS:
            over = f"over {_MOST_PROBLEMS} mistakes; correct these first"
            problems[_MOST_PROBLEMS:] = [Problem(SETTINGS_FILE, 0, "many-problems", over)]
            break
        try:
            settings, wrong = _with(settings, name, value, lines, path.parent)
        except (ValueError, OverflowError, RecursionError):  # values that Python can hold, but not show or convert
            wrong = [_problem(WrongValue("bad-value", "beyond what is read; write a plainer value"), name, lines)]
        problems += map(_brief, wrong)
    return settings, problems


def _with(
    settings: BotSettings, name: str, value: Any, lines: TomlLines, folder: Path
) -> tuple[BotSettings, list[Problem]]:
    """`settings` with the `value` of `name` from a file in `folder`; on mistakes, without it and with problems."""
    known = described(settings)
    if name not in known:
        message = f"there is no such setting; the settings are {', '.join(known)}"
        return settings, [_problem(WrongValue("unknown-setting", message), name, lines)]
    problems: list[Problem] = []
    if name == "notices":
        value, problems = notice_rules(value, lines)
    try:
        if name == "logo" and value and isinstance(value, str):
            value = logo_in(folder, value)
        return dataclasses.replace(settings, **{name: value}), problems
    except ValidationError as error:
        return settings, [*problems, _problem(wrong_value(error, known[name]), name, lines)]
    except WrongValue as wrong:
        return settings, [*problems, _problem(wrong, name, lines)]


def _problem(wrong: WrongValue, name: str, lines: TomlLines) -> Problem:
    return Problem(SETTINGS_FILE, lines.line_of((name, *wrong.keys)), wrong.rule, f"{name}: {wrong.message}")


def _brief(problem: Problem) -> Problem:
    """Shortens a long message, which quotes a whole value, to its two ends."""
    text = problem.message
    return dataclasses.replace(problem, message=text if len(text) <= _LONG else f"{text[:300]} ... {text[-300:]}")


def _parsed(raw: str, default: object, where: str) -> object:
    """An environment variable converted to the type of `default`. Items of a list are separated by "|"."""
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


def _overridden(settings: S, name: str, value: Any, where: str) -> S:
    try:
        return dataclasses.replace(settings, **{name: value})
    except ValidationError as error:
        raise UsageError(f"{where}: {wrong_value(error, described(settings)[name]).message}") from None
