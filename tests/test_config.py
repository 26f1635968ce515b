from pathlib import Path

import pytest

from chatbot.config import BotSettings, ServerSettings, apply_overrides, load_bot_settings, settings_from_json
from chatbot.errors import UsageError


def write(folder: Path, text: str) -> Path:
    (folder / "bot.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_bot_settings(tmp_path, env={}) == BotSettings()


def test_file_then_environment(tmp_path: Path) -> None:
    folder = write(tmp_path, 'title = "File"\ngreeting = "File"\nlang = "de"\nstarters = ["a", "b"]\n')
    env = {"CHATBOT_GREETING": "Env", "CHATBOT_LANG": "fr", "CHATBOT_QUESTION_LIMIT": "80"}
    settings = load_bot_settings(folder, env)
    assert (settings.title, settings.greeting, settings.lang) == ("File", "Env", "fr")
    assert settings.starters == ("a", "b")
    assert settings.question_limit == 80


def test_lists_in_the_environment_are_parted_by_bars() -> None:
    assert apply_overrides(BotSettings(), {"CHATBOT_STARTERS": "One? | Two?"}).starters == ("One?", "Two?")


def test_a_flag_beats_the_environment() -> None:
    flags = {"port": 8001, "host": None}
    settings = apply_overrides(ServerSettings(), {"CHATBOT_PORT": "8000", "CHATBOT_HOST": "::1"}, flags)
    assert (settings.port, settings.host) == (8001, "::1")


def test_folders_in_the_environment() -> None:
    assert apply_overrides(ServerSettings(), {"CHATBOT_INDEX": "/srv/index"}).index == Path("/srv/index")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('\ntitel = "x"\n', "bot.toml:2: titel: there is no such setting"),
        ("title = 3\n", "bot.toml:1: title: 3 must be a text in quotes"),
        ('question_limit = "many"\n', "bot.toml:1: question_limit: 'many' must be a whole number"),
        ("question_limit = 0\n", "bot.toml:1: question_limit: 0 must lie between 1 and 100000"),
        ("starters = [1]\n", "bot.toml:1: starters: must be a list of non-empty texts"),
        ('starters = "one"\n', "bot.toml:1: starters: 'one' must be a list of texts"),
        ("title = \n", "bot.toml: not valid TOML"),
        ('title = "a"\ntitle = "b"\n', "bot.toml: not valid TOML"),
        ("[web]\nx = 1\n", "bot.toml:1: web: there is no such setting"),
    ],
)
def test_a_wrong_setting_is_named_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        load_bot_settings(write(tmp_path, text), env={})
    assert message in str(error.value)


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_bytes(b'title = "caf\xe9"')
    with pytest.raises(UsageError, match="not UTF-8 text"):
        load_bot_settings(tmp_path, env={})


@pytest.mark.parametrize(
    ("env", "message"),
    [({"CHATBOT_PORT": "x"}, "CHATBOT_PORT: 'x' is not a whole number"), ({"CHATBOT_PORT": "70000"}, "between 1")],
)
def test_a_wrong_variable_is_named(env: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        apply_overrides(ServerSettings(), env)


def test_settings_survive_a_manifest() -> None:
    settings = BotSettings(title="T", starters=("a",))
    stored = {"title": "T", "starters": ["a"], "from_the_future": 1}
    assert settings_from_json(stored) == settings
