"""All settings, with defaults, limits and descriptions. `python -m tests.settings_page` makes docs/settings.md of it.

Texts that a visitor sees (title, greeting, starter questions ...) are stored with every build, so that a server shows
the texts that belong to its answers. No environment variable changes them, since a server may have several sites.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass
from pydantic.fields import FieldInfo

from chatbot.core.locales import FALLBACK, Site, locale_of, site_text
from chatbot.core.origin import is_origin
from chatbot.core.profiles import GENERAL, HEALTH
from chatbot.core.setting_types import (
    PER_SITE,
    Columns,
    EngineUri,
    Hosts,
    HttpAddress,
    Logo,
    Networks,
    Notices,
    Origins,
    PerSite,
    RootPath,
    SiteAddress,
    Texts,
    one_of,
)

SITE_TEXTS = tuple(field.name for field in fields(Site))  # the settings whose defaults are those of `lang`
_STRICT = ConfigDict(strict=True, extra="forbid")  # "8000" is no number, 1 is not true, and unknown keys are errors


def _said(name: str) -> Callable[[], Any]:
    """Reads a default when one is needed, so that a spoilt file is told as any error is."""
    return lambda: getattr(locale_of(FALLBACK).site, name)


@dataclass(frozen=True, slots=True, config=_STRICT)
class BotSettings:
    """The owner's settings in `bot.toml`. They are stored in the manifest of each build.

    Default title, greeting, placeholder and reasons are those of `lang`.
    """

    title: PerSite[str] = Field(
        default_factory=_said("title"), description="heading of the chat page, the widget and the FAQ page"
    )
    greeting: PerSite[str] = Field(
        default_factory=_said("greeting"), description="what is said before the first question; Markdown"
    )
    starters: PerSite[Texts] = Field(default=(), description="questions that are offered on the empty page")
    placeholder: PerSite[str] = Field(
        default_factory=_said("placeholder"), description="words in the empty box for the question"
    )
    # Kept as a `data:` address.
    logo: PerSite[Logo] = Field(
        default="",
        description="a picture beside `bot.toml` named `logo` (`.svg`, `.png`, `.jpg`, `.webp`, `.gif`), 64 KB at most",
    )
    remember_conversation: bool = Field(
        default=True,
        description="the chat page keeps the conversation in the browser tab until that is closed; "
        "`false`: it forgets it when the page is loaded again",
    )
    disclaimer: PerSite[str] = Field(
        default="",
        description="a line that is always shown under the chat; "
        "it must be there where a notice is of level `emergency`",
    )
    contact: PerSite[str] = Field(
        default="",
        description="whom to ask when the FAQ has no answer: an address, a telephone number, a link, "
        "or a sentence with them; Markdown",
    )
    lang: PerSite[str] = Field(default="en", description="language of the FAQ and of the page's own words, as BCP 47")
    # What was picked is in the log with the verdict.
    reasons: PerSite[Texts] = Field(
        default_factory=_said("reasons"),
        description="what is offered to a visitor who finds a reply not helpful; an empty list asks nobody",
    )
    encoder: str = Field(
        default="auto",
        description="the model: `auto`, which is `default` for English and `multilingual` for other languages; `base`, "
        "`large`, a folder, or a name of the hub; see [encoder.md](encoder.md)",
    )
    # "torch" is needed for serving, too.
    backend: Annotated[str, one_of("fp32", "int8", "torch")] = Field(
        default="fp32",
        description="how the model runs: `fp32`; `int8`, in half the time, with slightly other vectors; "
        "`torch`, by sentence-transformers",
    )
    engine: str = Field(
        default="faiss",
        description="what searches the vectors: `faiss`, in the process that answers, or `milvus`, see "
        "[engines.md](engines.md)",
    )
    engine_uri: EngineUri = Field(
        default="",
        description='where that engine is: `"http://HOST:19530"`, a server or cluster, or a path that ends in `.db`, '
        "which one process at a time can open; the token stands in the variable `CHATBOT_ENGINE_TOKEN`",
    )
    engine_timeout: float = Field(
        default=2.0, ge=0.05, le=60, description="seconds until a search in such an engine is given up, with all tries"
    )
    # Questions are encoded on the processor in any case.
    device: Annotated[str, one_of("auto", "cpu", "cuda")] = Field(
        default="auto",
        description="where a build encodes: `cpu`, `cuda`, or `auto`: a GPU where there is one and much to encode",
    )
    reranker: str = Field(
        default="",
        description="a cross-encoder of sentence-transformers that orders the first ten again; "
        "a question then costs several times as much",
    )
    question_limit: int = Field(default=500, ge=1, le=100_000, description="the most characters of a question")
    tolerated_false_answers: float = Field(
        default=0.0,
        ge=0,
        le=0.5,
        description="share of the questions without an answer that may get one, such as 0.05; the lower, the more "
        'visitors get "did you mean" instead of their answer; 0: as many right decisions as possible',
    )
    # With 20 of them and 20 alternate phrasings the build learns from both what an answer looks like here.
    unanswerable: PerSite[Texts] = Field(
        default=(),
        description="questions near the topic that the FAQ does not answer; they get no answer, nor does what says the "
        "same, and the build learns from them",
    )
    allowed_origins: Origins = Field(
        default=(),
        description='sites whose pages may ask the server, such as "https://www.example.org"; '
        "one `*` may stand for the first part of a name",
    )
    columns: PerSite[Columns] = Field(
        default_factory=dict,
        description="a table `[columns]`: which column of a table, or key of JSON and YAML, is the question, "
        "the answer and so on",
    )
    site: PerSite[SiteAddress] = Field(
        default="",
        description='where the pages of the FAQ stand, such as "https://www.example.org/help", '
        "so that links within the site work",
    )
    hosts: PerSite[Hosts] = Field(
        default=(),
        description='with `sites`: names under which a server of many FAQs shows this one, such as "faq.example.org"; '
        "see [sites.md](sites.md)",
    )
    # Other pictures are replaced by their alternative text.
    images: Origins = Field(default=(), description="sites whose pictures an answer may show, beside `site`")
    journal: Annotated[str, one_of("", "off", "unanswered", "all")] = Field(
        default="",
        description="which questions the journal keeps in words, without personal details: `off`, `unanswered` or "
        '`all`; not set: `unanswered`, with `profile = "health"` `off`; see [journal.md](journal.md)',
    )
    journal_days: int = Field(default=90, ge=1, le=3650, description="days after which the journal forgets a row")
    journal_shown_from: int = Field(
        default=3,
        ge=1,
        le=1000,
        description="a question of the journal is shown to editors when so many separate conversations asked alike; "
        "until then it is only counted",
    )
    # No variable may switch off what it demands.
    profile: PerSite[Annotated[str, one_of(GENERAL, HEALTH)]] = Field(
        default=GENERAL,
        description="what is demanded of the FAQ: `health` fails the build where a disclaimer, crisis notices, "
        "a source or a date is missing; see below",
    )
    accept_partial: bool = Field(default=False, description="build although some questions of a file could not be read")
    notices: PerSite[Notices] = Field(default=(), description="red flags, each a table `[[notices]]`; see below")

    def __post_init__(self) -> None:
        for name in SITE_TEXTS:
            object.__setattr__(self, name, site_text(name, getattr(self, name), self.lang))

    @property
    def journal_keeps(self) -> str:
        """`journal`, or what holds where the owner has not set it. The one place that decides it."""
        return self.journal or ("off" if self.profile == HEALTH else "unanswered")

    @property
    def image_origins(self) -> tuple[str, ...]:
        """All origins whose pictures may be shown."""
        site_origin = "/".join(self.site.lower().split("/")[:3])
        return tuple(dict.fromkeys((*self.images, *([site_origin] if is_origin(site_origin) else []))))


@dataclass(frozen=True, slots=True, config=_STRICT)
class ServerSettings:
    """Where things are and where the server listens. Never stored in a build."""

    corpus: Path = Field(
        default=Path("corpus"), description="folder of FAQ files; without one the index is served as it is"
    )
    index: Path = Field(default=Path("index"), description="folder of the built index")
    # A text, as a path has no empty value.
    sites: str = Field(
        default="",
        description="folder of many FAQs, each a folder with a `bot.toml` of its own, in the place of `corpus`; "
        "`index` is then the folder of their indexes and journals, if not set `.data` in it; see [sites.md](sites.md)",
    )
    max_open: int = Field(
        default=20,
        ge=1,
        le=10_000,
        description="with `sites`: how many are open at the same time; the one that nobody asked for longest is closed "
        "first",
    )
    journal_file: Path = Field(
        default=Path("journal.db"),
        description="file of the journal; a relative path begins in the folder that holds the index folder",
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(
        default=7860,
        ge=1,
        le=65_535,
        description="port to listen on; without it `PORT` counts, which many hosting services set",
    )
    rate_per_minute: int = Field(
        default=30,
        ge=1,
        le=1_000_000,
        description="questions of one client in a minute; as many verdicts, ten times as many look-ups",
    )
    rate_burst: int = Field(default=10, ge=1, le=1_000_000, description="how many of them at once")
    in_flight: int = Field(
        default=64, ge=1, le=10_000, description="requests that are answered at the same time; more get 503"
    )
    deadline: float = Field(default=5.0, ge=0.01, le=600, description="seconds until a question is given up with 504")
    # One is this process itself.
    workers: int = Field(
        default=1, ge=1, le=256, description="processes that answer questions; see [deploy.md](deploy.md#more-cores)"
    )
    allowed_hosts: Texts = Field(
        default=(),
        description="names that the server goes by, such as `faq.example.org`; others get 400; none: any name",
    )
    # Without them a proxy's address counts as one client.
    trusted_proxies: Networks = Field(
        default=(), description="addresses or networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed"
    )
    notify_url: HttpAddress = Field(
        default="",
        description="address that gets a digest of the last seven days once a week, see "
        "[report.md](report.md#a-digest-every-week)",
    )
    desk_port: int = Field(
        default=0,
        ge=0,
        le=65_535,
        description="a port of its own for the editors' desk; 0: that of everything else; see [desk.md](desk.md)",
    )
    desk_host: str = Field(default="", description="address to listen on at `desk_port`; not set: that of `host`")
    # Of the server, since it is about what its process may do with a folder that it otherwise only reads.
    desk_writes: bool = Field(
        default=False,
        description="the editors' desk may write into the files of the corpus, with a backup; else it gives patches; "
        "see [desk.md](desk.md#entries)",
    )
    follow: str = Field(
        default="",
        description="archive that another server packs, an address, a file or a folder: the server takes over what is "
        "packed there, and builds nothing; see [replicas.md](replicas.md)",
    )
    follow_every: float = Field(
        default=30.0, ge=0.1, le=86_400, description="seconds between two looks at the archive, a fifth more or less"
    )
    follow_key: str = Field(
        default="",
        description="public key of minisign, or a file of it: only archives that are signed with it are taken",
    )
    log_format: Annotated[str, one_of("text", "json")] = Field(
        default="text",
        description="how `serve` writes its log: `text`, or `json`, one object a line; "
        "see [deploy.md](deploy.md#the-log)",
    )
    root_path: RootPath = Field(
        default="", description="where a proxy shows the server, such as `/help`; for the description of the API only"
    )


def described(settings: BotSettings | ServerSettings | type[BotSettings | ServerSettings]) -> Mapping[str, FieldInfo]:
    """Name -> type, default, limits and description of each setting."""
    fields: Mapping[str, FieldInfo] = settings.__pydantic_fields__  # type: ignore[union-attr]  # which mypy cannot see
    return fields


def is_per_site(field: FieldInfo) -> bool:
    """Whether the setting belongs to a site, so that no environment variable changes it."""
    return PER_SITE in field.metadata
