import dataclasses
import functools
import json
import os
import re
from pathlib import Path

import pytest

from chatbot.content.files import list_files
from chatbot.core.errors import SettingsError, UsageError
from chatbot.core.locales import LANGUAGES, locale_of
from chatbot.core.logo import picture_of
from chatbot.core.settings import SITE_TEXTS, BotSettings, ServerSettings, described, is_per_site
from chatbot.core.settings_sources import (
    apply_overrides,
    hosted_settings,
    load_bot_settings,
    misspelt_variables,
    settings_from_json,
)
from chatbot.core.types import NoticeRule
from tests.command import ROOT


def write(folder: Path, text: str) -> Path:
    (folder / "bot.toml").write_text(text, encoding="utf-8")
    return folder


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_bot_settings(tmp_path, env={}) == BotSettings()


def test_texts_that_are_not_set_are_in_the_language_of_the_faq(tmp_path: Path) -> None:
    """Whichever was set first, and in an index, too. Red without `__post_init__`; with English alone in the check."""
    page = BotSettings(lang="de-AT", greeting="Servus")
    assert (page.title, page.greeting, page.placeholder) == ("Fragen und Antworten", "Servus", "Ihre Frage eingeben")
    assert page.reasons[1] == "Veraltet"
    assert BotSettings(lang="sv").placeholder == BotSettings().placeholder
    assert (
        load_bot_settings(write(tmp_path, 'title = "Fragen und Antworten"\nlang = "fr"\n'), {}).title[-8:] == "réponses"
    )
    assert settings_from_json({"lang": "ar", "title": "Questions and answers"}).title == "أسئلة وأجوبة"
    for name in SITE_TEXTS:  # or one could not be told from the owner's in another
        assert len({getattr(locale_of(lang).site, name) for lang in LANGUAGES}) == len(LANGUAGES)


@pytest.mark.parametrize(
    "wrong", [{"port": "8000"}, {"port": 0}, {"deadline": float("nan")}, {"prot": 8000}, {"trusted_proxies": ["x"]}]
)
def test_settings_of_the_code_are_checked_as_those_of_a_file(wrong: dict[str, object]) -> None:
    """When they are made and when they are changed. Red with `extra` or `strict` left out of the models."""
    for make in (ServerSettings, functools.partial(dataclasses.replace, ServerSettings())):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            make(**wrong)


def test_file_then_environment(tmp_path: Path) -> None:
    folder = write(tmp_path, 'title = "File"\nencoder = "base"\ndevice = "cpu"\nstarters = ["a", "b"]\n')
    env = {"CHATBOT_ENCODER": "hashing", "CHATBOT_DEVICE": "cuda", "CHATBOT_QUESTION_LIMIT": "80"}
    settings = load_bot_settings(folder, env)
    assert (settings.title, settings.encoder, settings.device) == ("File", "hashing", "cuda")
    assert settings.starters == ("a", "b")
    assert settings.question_limit == 80


def test_lists_in_the_environment_are_parted_by_bars() -> None:
    given = {"CHATBOT_ALLOWED_HOSTS": "one.example | two.example"}
    assert apply_overrides(ServerSettings(), given).allowed_hosts == ("one.example", "two.example")


def test_a_share_may_be_written_as_a_whole_number_and_comes_from_the_environment_too(tmp_path: Path) -> None:
    folder = write(tmp_path, "tolerated_false_answers = 0\n")
    assert load_bot_settings(folder, env={}).tolerated_false_answers == 0.0
    assert load_bot_settings(folder, {"CHATBOT_TOLERATED_FALSE_ANSWERS": "0.05"}).tolerated_false_answers == 0.05
    with pytest.raises(UsageError, match="'few' is not a number"):
        load_bot_settings(folder, {"CHATBOT_TOLERATED_FALSE_ANSWERS": "few"})


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
        ("tolerated_false_answers = 0.9\n", "bot.toml:1: tolerated_false_answers: 0.9 must lie between 0 and 0.5"),
        ('tolerated_false_answers = "few"\n', "bot.toml:1: tolerated_false_answers: 'few' must be a number"),
        ("starters = [1]\n", "bot.toml:1: starters: must be a list of non-empty texts"),
        ('starters = "one"\n', "bot.toml:1: starters: 'one' must be a list of texts"),
        ("title = \n", "bot.toml:1: not valid TOML"),
        ('title = "a"\ntitle = "b"\n', "bot.toml:2: title: stands twice; keep one of the two"),
        ('"a b" = 1\n[[x]]\ny = 1\n[x]\n', "bot.toml:4: x: stands twice"),
        ("lang = [\n", "bot.toml:2: not valid TOML: Invalid value"),
        ("[web]\nx = 1\n", "bot.toml:1: web: there is no such setting"),
        ('[columns]\nquestoin = "B"\n', "bot.toml:2: columns: there is no field 'questoin'"),
        ("\n[columns]\nquestion = 2\n", "bot.toml:3: columns: question must name a column in quotes"),
        ('columns = "B"\n', "bot.toml:1: columns: columns are a table; write them below a line [columns]"),
    ],
)
def test_a_wrong_setting_is_named_with_file_and_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_bot_settings(write(tmp_path, text), env={})
    assert message in str(error.value)


def test_every_wrong_setting_is_named_and_the_others_hold(tmp_path: Path) -> None:
    """Red without: a list of mistakes, that of the notices in it, or the settings that could be read."""
    text = 'titel = "x"\ngreeting = 3\nlang = "de"\nquestion_limit = 0\nallowed_origins = ["*"]\n'
    good = (
        '[[notices]]\nid = "x"\nlevel = "info"\ntext = "X"\nreviewed = 2026-01-31\nany_of = ["x"]\nmust_fire = ["x"]\n'
    )
    wrong = good.replace('"info"', '"panic"')
    unknown = good.replace("any_of", "anyof")
    with pytest.raises(SettingsError) as error:
        load_bot_settings(write(tmp_path, text + wrong + good + unknown), env={"CHATBOT_ENCODER": "base"})
    assert [(mistake.line, mistake.rule) for mistake in error.value.problems] == [
        (1, "unknown-setting"),
        (2, "wrong-type"),
        (4, "bad-value"),
        (5, "bad-value"),
        (8, "bad-value"),
        (25, "unknown-setting"),
    ]
    settings = error.value.settings
    assert (settings.lang, settings.encoder, settings.greeting) == ("de", "base", BotSettings(lang="de").greeting)
    assert [rule.line for rule in settings.notices] == [13]


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_bytes(b'lang = "en"\n\xe9 = "x"')
    with pytest.raises(SettingsError, match=r"^bot\.toml:2: not UTF-8 text \(byte 12 of the file\); save it as UTF-8"):
        load_bot_settings(tmp_path, env={})


@pytest.mark.parametrize(
    ("env", "message"),
    [({"CHATBOT_PORT": "x"}, "CHATBOT_PORT: 'x' is not a whole number"), ({"CHATBOT_PORT": "70000"}, "between 1")],
)
def test_a_wrong_variable_is_named(env: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        apply_overrides(ServerSettings(), env)


def test_settings_survive_a_manifest() -> None:
    settings = BotSettings(title="T", starters=("a",), columns={"alternates": ("B", "C")})
    stored = {"title": "T", "starters": ["a"], "columns": {"alternates": ["B", "C"]}, "from_the_future": 1}
    assert settings_from_json(stored) == settings


CAME_LATER = {
    "engine": "faiss",
    "hosts": [],
    "engine_uri": "",
    "engine_timeout": 2.0,
    "profile": "general",
    "journal": "",
    "journal_days": 90,
    "journal_shown_from": 3,
}


def test_the_settings_of_an_older_build_are_read_and_written_as_they_were() -> None:
    """As commit 12589c7 wrote them: else each index would count as stale. Red with a field of another name or type."""
    stored = json.loads((ROOT / "tests" / "data" / "settings_of_a_build.json").read_text("utf-8"))
    settings = settings_from_json(stored)
    assert json.loads(json.dumps(dataclasses.asdict(settings))) == stored | CAME_LATER
    assert [name for name, value in stored.items() if value == getattr(BotSettings(), name)] == [
        "tolerated_false_answers"
    ]
    with pytest.raises(ValueError, match="title: 3 must be a text in quotes"):
        settings_from_json(stored | {"title": 3})


NOTICE = """
[[notices]]
id = "fever"
level = "urgent"
text = "See a doctor."
source = "The clinic https://clinic.example/fever"
reviewed = 2026-01-31
review_by = "2027-01-31"
any_of = ["fever", "a temperature"]
all_of = [
  ["hot", "cold"],
  ["sweat"],
]
must_fire = ["I have fever"]
must_not_fire = ["hot"]
"""


def test_notices(tmp_path: Path) -> None:
    other = '[[notices]]\nid = "x"\nlevel = "info"\ntext = "X"\nreviewed = "2026-01-31"\nany_of = ["x"]\n'
    settings = load_bot_settings(write(tmp_path, f'title = "T"\n{NOTICE}\n{other}must_fire = ["x"]'), env={})
    assert settings.title == "T"
    assert settings.notices == (
        NoticeRule(
            id="fever",
            level="urgent",
            text="See a doctor.",
            any_of=("fever", "a temperature"),
            all_of=(("hot", "cold"), ("sweat",)),
            source="The clinic",
            url="https://clinic.example/fever",
            reviewed="2026-01-31",
            review_by="2027-01-31",
            must_fire=("I have fever",),
            must_not_fire=("hot",),
            line=3,
        ),
        NoticeRule("x", "info", "X", ("x",), reviewed="2026-01-31", must_fire=("x",), line=18),
    )
    stored = json.loads(json.dumps(dataclasses.asdict(settings)))
    assert settings_from_json(stored) == settings
    stored["notices"][0]["from_the_future"] = 1
    assert settings_from_json(stored) == settings
    del stored["notices"]
    assert settings_from_json(stored).notices == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "fever"', "", "bot.toml:2: notices[1].id: is missing; every notice needs it"),
        ('id = "fever"', 'id = "High fever"', 'bot.toml:3: notices[1].id: "High fever" must be small letters'),
        ('id = "fever"', "id = 3", "bot.toml:3: notices[1].id: must be a text in quotes"),
        ('"urgent"', '"panic"', 'bot.toml:4: notices[1].level: "panic" must be one of emergency, urgent, info'),
        ('"See a doctor."', '" "', "bot.toml:5: notices[1].text: must be a text in quotes"),
        ("The clinic https", "https", 'bot.toml:6: notices[1].source: must be a name and an address, such as "NHS'),
        ("https://clinic", "javascript:clinic", "bot.toml:6: notices[1].source: must be a name and an address"),
        ("2026-01-31", "2026-01-31T10:00:00", "bot.toml:7: notices[1].reviewed: '2026-01-31 10:00:00' is not a date"),
        ('"2027-01-31"', '"soon"', "bot.toml:8: notices[1].review_by: 'soon' is not a date; write it as 2026-01-31"),
        ('"2027-01-31"', '"20270131"', "bot.toml:8: notices[1].review_by: '20270131' is not a date"),
        ('["fever", "a temperature"]', '"fever"', "bot.toml:9: notices[1].any_of: must be a list of texts in quotes"),
        ('["fever", "a temperature"]', "[]", "bot.toml:9: notices[1].any_of: must be a list of texts in quotes, with"),
        ('"a temperature"', "1", "bot.toml:9: notices[1].any_of: must be a list of texts in quotes"),
        ('"a temperature"', '"_!"', 'bot.toml:9: notices[1].any_of: "_!" holds no word; write words, or delete it'),
        ('["hot", "cold"]', '"hot"', 'bot.toml:10: notices[1].all_of: must be a list of lists, such as [["numb"'),
        ('["hot", "cold"]', "[]", "bot.toml:10: notices[1].all_of: must be a list of texts in quotes"),
        ('must_fire = ["I have fever"]', "", "bot.toml:2: notices[1]: has no must_fire; list messages that have to"),
        ('["hot"]\n', "[1]\n", "bot.toml:15: notices[1].must_not_fire: must be a list of texts in quotes"),
        ("any_of", "anyof", "bot.toml:9: notices[1].anyof: there is no such key; the keys are id, level, text, any_of"),
        ("[[notices]]", "[notices]", "bot.toml:2: notices: must be tables; write each below a line [[notices]]"),
        (NOTICE, "\nnotices = 3", "bot.toml:2: notices: must be tables; write each below a line [[notices]]"),
        (NOTICE, '\nnotices = [{ id = "x" }]', "bot.toml:2: notices[1].level: is missing; every notice needs it"),
    ],
)
def test_a_wrong_notice_is_named_with_its_line_number_and_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in NOTICE
    with pytest.raises(SettingsError) as error:
        load_bot_settings(write(tmp_path, NOTICE.replace(old, new, 1)), env={})
    assert message in str(error.value)


def test_a_notice_is_never_without_phrases_or_a_date_and_has_an_id_of_its_own(tmp_path: Path) -> None:
    lines = NOTICE.splitlines(keepends=True)
    no_phrases = "".join(lines[:8] + lines[13:])
    no_date = "".join(lines[:6] + lines[8:])
    for text, message in [
        (no_phrases, "bot.toml:2: notices[1]: has no phrases and would never be shown; give it any_of or all_of"),
        (no_date, "bot.toml:2: notices[1]: has no date; say with review_by = 2027-01-31 when"),
        (NOTICE * 2, 'bot.toml:18: notices[2].id: "fever" is the id of another notice too; give each its own'),
    ]:
        with pytest.raises(SettingsError) as error:
            load_bot_settings(write(tmp_path, text), env={})
        assert message in str(error.value)


SAID_BY_A_SITE = (
    "title greeting starters placeholder logo disclaimer contact lang reasons unanswerable columns site hosts "
    "profile notices".split()
)


def test_no_variable_changes_what_a_site_says() -> None:
    """Whatever is asked for first, the server's own settings too. Red without the mark of one of them; with another."""
    assert [name for name, field in described(BotSettings).items() if is_per_site(field)] == SAID_BY_A_SITE
    assert not any(map(is_per_site, described(ServerSettings).values()))
    for name in SAID_BY_A_SITE:
        said = f"CHATBOT_{name.upper()}: no variable changes what a site says; write {name} into its bot.toml"
        for settings in (BotSettings(), ServerSettings()):
            with pytest.raises(UsageError, match=f"^{re.escape(said)}, and unset the variable$"):
                apply_overrides(settings, {f"CHATBOT_{name.upper()}": ""})


def test_a_misspelt_variable_is_named_with_what_is_meant() -> None:
    """Red without: the sentence; the nearest name; the settings of the server among those that are known."""
    env = {
        "CHATBOT_PROT": "8000",
        "CHATBOT_PORT": "1",
        "CHATBOT_TITLE": "T",
        "CHATBOT_": "",
        "CHATBOTS": "",
        "PROT": "1",
    }
    assert misspelt_variables({**env, "CHATBOT_MAX": "1"}) == [
        "CHATBOT_: there is no such variable",
        "CHATBOT_MAX: there is no such variable",
        "CHATBOT_PROT: there is no such variable; is CHATBOT_PORT meant?",
    ]


ORIGINS = ("https://www.example.org", "http://localhost:8000", "http://127.0.0.1:1", "https://[::1]:8443")
PREVIEWS = ("https://*.example.dev", "http://*.preview.example.dev:8080")


def test_allowed_origins_are_origins_or_have_one_star() -> None:
    """Red without: two labels at least behind the star."""
    good = ORIGINS + PREVIEWS
    assert apply_overrides(BotSettings(), {"CHATBOT_ALLOWED_ORIGINS": " | ".join(good)}).allowed_origins == good
    wrong = ("null", "example.org", "https://example.org/", "HTTPS://example.org", "https://u@example.org")
    stars = ("*", "https://*", "https://*.dev", "https://a.*.dev", "https://*.*.example.dev", "https://x*.example.dev")
    more = (
        "https://*.0.0.1",
        "https://*.example.dev.",
        "*://*.example.dev",
        "https://*.Example.dev",
        "https://*.a.b:0",
    )
    for origin in (*wrong, *stars, *more, "https://example.org:0", "https://example.org:123456", "file://x"):
        with pytest.raises(UsageError, match=r"CHATBOT_ALLOWED_ORIGINS: .* is not an origin; write it as the browser"):
            apply_overrides(BotSettings(), {"CHATBOT_ALLOWED_ORIGINS": origin})


@pytest.mark.parametrize(
    ("origin", "how"),
    [
        ("https://*.dev", "two or more parts behind it"),
        ("https://b\u00fccher.example", "xn--bcher-kva"),
        ("x", "small"),
    ],
)
def test_a_wrong_origin_is_told_how_to_write_it(origin: str, how: str) -> None:
    with pytest.raises(UsageError, match=how):
        apply_overrides(BotSettings(), {"CHATBOT_ALLOWED_ORIGINS": origin})


@pytest.mark.parametrize("below", ["co.uk", "com.au", "gov.br", "org.nz", "or.jp", "github.io", "vercel.app"])
def test_a_star_is_not_below_a_name_that_everybody_may_have(below: str) -> None:
    """Red without `_ANYBODYS`; without `_SERVICES`."""
    with pytest.raises(UsageError, match=f"lets everybody in who has a name below {re.escape(below)}; name the part"):
        apply_overrides(BotSettings(), {"CHATBOT_ALLOWED_ORIGINS": f"https://*.{below}:8443"})
    mine = (
        f"https://*.mine.{below}",
        f"https://mine.{below}",
        "https://*.company.uk",
        "https://*.id.me",
        "https://*.co.example",
    )
    assert apply_overrides(BotSettings(), {"CHATBOT_ALLOWED_ORIGINS": "|".join(mine)}).allowed_origins == mine


PNG = b"\x89PNG\r\n"


def test_a_folder_in_place_of_the_settings_is_told(tmp_path: Path) -> None:
    """Red without: the build would say nothing of the owner's settings."""
    (tmp_path / "bot.toml").mkdir()
    with pytest.raises(SettingsError, match=r"bot\.toml: a folder; put a text file"):
        load_bot_settings(tmp_path, env={})


def test_a_logo_is_kept_with_the_settings(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(PNG)
    settings = load_bot_settings(write(tmp_path, 'logo = "logo.png"\n'), env={})
    assert settings.logo == "data:image/png;base64,iVBORw0K"
    assert picture_of(settings.logo) == ("image/png", PNG)
    assert settings_from_json(json.loads(json.dumps(dataclasses.asdict(settings)))) == settings
    assert list_files(tmp_path, (".md",)).problems == []  # no content, and no file that is in the way


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("brand.png", "logo: 'brand.png' must be one of logo.svg, logo.png, "),
        ("../logo.png", "must be one of logo.svg"),
        ("logo.gif", "logo: logo.gif cannot be read (No such file or directory); put the file beside bot.toml"),
        ("logo.jpg", "logo: logo.jpg cannot be read (Too many levels of symbolic links)"),
        ("logo.svg", "logo: logo.svg is no file or an empty one; put a picture in its place"),
        ("logo.webp", "logo: logo.webp has over 64 KB, which every visitor would load; make it smaller"),
    ],
)
def test_a_logo_that_cannot_be_one_is_named(tmp_path: Path, named: str, message: str) -> None:
    """Nothing outside of the folder, no link, no pipe. Red without: `O_NOFOLLOW`; `S_ISREG`; the limit."""
    (tmp_path / "elsewhere").write_bytes(PNG)
    (tmp_path / "logo.jpg").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "logo.svg")
    (tmp_path / "logo.webp").write_bytes(b"x" * 65_537)
    with pytest.raises(SettingsError) as error:
        load_bot_settings(write(tmp_path, f'title = "T"\nlogo = "{named}"\n'), env={})
    assert message in error.value.problems[0].message
    assert error.value.problems[0].line == 2


def test_yes_or_no_may_come_from_the_environment(tmp_path: Path) -> None:
    assert not load_bot_settings(tmp_path, {"CHATBOT_REMEMBER_CONVERSATION": "false"}).remember_conversation
    with pytest.raises(UsageError, match="CHATBOT_REMEMBER_CONVERSATION: 'no' must be true or false"):
        load_bot_settings(tmp_path, {"CHATBOT_REMEMBER_CONVERSATION": "no"})


def test_the_port_of_a_hosting_service_is_taken() -> None:
    """Red without `hosted_settings`; and when it goes before our own variable."""
    assert hosted_settings({}).port == 7860
    assert hosted_settings({"PORT": "8080"}).port == 8080
    assert hosted_settings({"PORT": ""}).port == 7860
    assert hosted_settings({"PORT": "x", "CHATBOT_PORT": "9000"}).port == 7860
    for wrong in ("tcp://10.0.0.1:80", "0", "70000"):
        with pytest.raises(UsageError, match="PORT: "):
            hosted_settings({"PORT": wrong})
