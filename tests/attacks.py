"""Content that attacks those who read it: 53 payloads in 14 places where an FAQ file can hold one, 742 cases.

Every script would set `window.verbatimHit`, or open a dialog; every address leads to evil.example.
"""

import dataclasses
import json
import random
from collections.abc import Callable
from pathlib import Path

from chatbot.core.settings import BotSettings
from chatbot.core.types import NoticeRule
from chatbot.dialogue.bot import Bot
from chatbot.dialogue.served import Served
from chatbot.encoding.hashing import HashingEncoder
from chatbot.indexing.build import open_build
from chatbot.indexing.builder import build

_JS = "window.verbatimHit=1;alert(1)"
PAYLOADS = [
    payload.replace("JS", _JS).replace("EVIL", "https://evil.example").replace("BARE", "evil.example")
    for payload in (
        # Elements that run or load
        "<script>JS</script>", "<script src=EVIL/x.js></script>", "<SCRIPT/x>JS</SCRIPT>",
        "<scr<script>ipt>JS</script>", "</script><script>JS</script>", "<!--</script><script>JS</script>-->",
        "<img src=x onerror=JS>", "<img src=EVIL/pixel.gif srcset='EVIL/2.gif 2x'>", '"><img src=x onerror=JS>',
        "'><svg onload=JS>", "<svg/onload=JS>", "<svg><script>JS</script></svg>",
        "<svg><a xlink:href='javascript:JS'><text>x</text></a></svg>", "<iframe src=EVIL></iframe>",
        "<iframe srcdoc='<script>parent.JS</script>'></iframe>", "<object data=EVIL></object><embed src=EVIL>",
        "<video src=EVIL autoplay onloadstart=JS></video>", "<audio src=x onerror=JS>",
        "<link rel=stylesheet href=EVIL/x.css>", "<meta http-equiv=refresh content='0;url=EVIL'>", "<base href=EVIL/>",
        "<style>@import 'EVIL/x.css';*{color:red}</style>",
        # Elements that a page may hold, misused
        "<p onclick=JS onmouseover=JS>x</p>", "<details open ontoggle=JS><summary>x</summary></details>",
        "<b id=root name=body>x</b>", "<a href=javascript:JS>x</a>", "<a href='java\tscript:JS'>x</a>",
        "<a href='&#106;avascript&colon;JS'>x</a>", "<a href='JaVaScRiPt:JS'>x</a>",
        "<a href='data:text/html,<script>JS</script>'>x</a>", "<a href='vbscript:msgbox(1)'>x</a>",
        "<a href=//BARE>x</a>", "<a href='\\\\BARE'>x</a>", "<a href='/gradio_api/file=/etc/passwd'>x</a>",
        "<a href=EVIL ping=EVIL target=_self rel=opener style='position:fixed;inset:0'>x</a>",
        "<span style='background:url(EVIL)'>x</span>",
        "<form action=EVIL><input name=password autofocus onfocus=JS><button>Log in</button></form>",
        "<button formaction=javascript:JS>x</button>",
        # What parsers and cleaners disagree on
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=JS&gt;'>",
        "<noscript><p title='</noscript><img src=x onerror=JS>'>", "<template><img src=x onerror=JS></template>",
        "<textarea></textarea><img src=x onerror=JS>", "<![CDATA[<img src=x onerror=JS>]]>",
        "<?xml-stylesheet href='EVIL'?><img src=x onerror=JS>", "<x/onclick=JS contenteditable>x</x>",
        "&lt;script&gt;JS&lt;/script&gt;&#60;img src=x onerror=JS&#62;", "<img src=x\x00 onerror=JS>",
        # Markdown
        "[x](javascript:JS)", "[x](//BARE) [y](<javascript:JS>) [z]( JAVASCRIPT:JS )",
        "![x](EVIL/pixel.png) ![y](//BARE/y.png)", "<javascript:JS> <EVIL>", "[x]: javascript:JS 'y'",
        "$\\href{javascript:JS}{x}$ ${JS} {{JS}} <%= JS %>",
    )
]  # fmt: skip

_LINE = str.maketrans("\n", " ")
# Place -> the fields of an entry with the payload there. `ask` is a wording that finds it.
_ENTRY_PLACES: dict[str, Callable[[str, str], dict[str, object]]] = {
    "question": lambda p, ask: {"question": f"{p} {ask}", "alternates": [ask], "answer": f"Plain {ask}"},
    "alternate": lambda p, ask: {"question": ask, "alternates": [f"{p} {ask}"], "answer": f"Plain {ask}"},
    "answer": lambda p, ask: {"question": ask, "answer": p},
    "list item": lambda p, ask: {"question": ask, "answer": f"One:\n\n- a\n- {p}\n  1. {p}\n- b"},
    "table cell": lambda p, ask: {"question": ask, "answer": f"| a | b |\n|---|---|\n| {p} | {p} |"},
    "link text": lambda p, ask: {"question": ask, "answer": f"See [{p}](https://ok.example/a) there."},
    "link target": lambda p, ask: {"question": ask, "answer": f"[a]({p}), [b](<{p}>), <a href='{p}'>c</a>."},
    "title": lambda p, ask: {
        "question": ask,
        "answer": f"See [it](https://ok.example '{p}') or <abbr title=\"{p}\">that</abbr>.",
    },
    "code": lambda p, ask: {"question": ask, "answer": f"Type `{p}`:\n\n```html {p}\n{p}\n```\n\n    {p}"},
    "heading": lambda p, ask: {"question": ask, "answer": f"### {p}\n\n> {p}\n\n{p}\n==="},
    "source": lambda p, ask: {"question": ask, "answer": f"Plain {ask}", "source": p, "tags": [p], "lang": p},
    "url": lambda p, ask: {
        "question": ask,
        "answer": f"Plain {ask}",
        "url": p if len(p) % 2 else f"https://ok.example/{p}",
    },
}
PLACES = (*_ENTRY_PLACES, "setting", "notice")


@dataclasses.dataclass(frozen=True)
class Attack:
    place: str
    payload: str
    message: str  # the question that brings it to light


def _wordings() -> list[str]:
    """Questions that no two share a word of, so that each finds its own entry."""
    chance = random.Random(3)
    syllables = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u")]
    words = list({"".join(chance.choices(syllables, k=4)): None for _ in range(3000)})
    return [f"{words[2 * at].capitalize()} {words[2 * at + 1]}?" for at in range(len(PAYLOADS) * len(_ENTRY_PLACES))]


def attacks() -> list[Attack]:
    asks = iter(_wordings())
    inside = [Attack(place, payload, next(asks)) for place in _ENTRY_PLACES for payload in PAYLOADS]
    settings = [Attack("setting", payload, "") for payload in PAYLOADS]
    return [*inside, *settings, *(Attack("notice", payload, f"alarm{at}") for at, payload in enumerate(PAYLOADS))]


def attacking_bot(folder: Path, host: str = "") -> Bot:
    """The bot of one corpus that holds all of them, built and published in `folder`. `host`: who may embed it."""
    cases = attacks()
    entries = [
        {"id": f"e{at}", **_ENTRY_PLACES[case.place](case.payload, case.message)}
        for at, case in enumerate(cases)
        if case.place in _ENTRY_PLACES
    ]
    (folder / "corpus").mkdir()
    (folder / "corpus" / "attacks.jsonl").write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
    rules = [
        NoticeRule(
            case.message, "info", case.payload, any_of=(case.message,), source=case.payload, url="https://ok.example/",
            reviewed="2026-01-31", must_fire=(case.message,),
        )
        for case in cases
        if case.place == "notice"
    ]  # fmt: skip
    everything = "\n\n".join(PAYLOADS)
    settings = BotSettings(
        title=" ".join(PAYLOADS).translate(_LINE), greeting=everything, contact=everything, disclaimer=everything,
        placeholder=everything, starters=tuple(PAYLOADS), lang=PAYLOADS[8], encoder="hashing", notices=tuple(rules),
        allowed_origins=(host,) if host else (),
    )  # fmt: skip
    build(folder / "corpus", folder / "index", settings, HashingEncoder())
    return Bot(Served(open_build(folder / "index"), HashingEncoder()))


def messages(places: tuple[str, ...] = PLACES) -> list[str]:
    """What to ask to see them all: three questions at a time, and eight notices."""
    asked = [case.message for case in attacks() if case.place in places and case.place in _ENTRY_PLACES]
    alarms = [case.message for case in attacks() if case.place in places and case.place == "notice"]
    three = [" ".join(asked[at : at + 3]) for at in range(0, len(asked), 3)]
    return three + [" ".join(alarms[at : at + 8]) for at in range(0, len(alarms), 8)]
