"""`python -m tests.permissions FOLDER`: every verb, and the start of a server, while one path has no permissions.

Prints a line of JSON for each. To be run by `tests.unprivileged`.
"""

import contextlib
import io
import json
import os
import shutil
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from chatbot.cli.main import main
from chatbot.core.settings import ServerSettings
from chatbot.indexing.store import current_build
from chatbot.web.health import Health
from chatbot.web.lifecycle import prepare

MODES = (0o000, 0o100, 0o400)
QUESTION = "May dogs eat chocolate?"
ANSWER = "No, it is poisonous."


class Place:
    """A corpus, and an index with two builds of it, the corpus edited since."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.parent = folder, folder / "parent"
        self.corpus, self.index = self.parent / "corpus", self.parent / "index"
        self.queries, self.page, self.transcript = folder / "q.jsonl", folder / "page.md", folder / "t.json"
        self.out = folder / "out"
        (self.out / "deep").mkdir(parents=True)
        (self.corpus / "sub").mkdir(parents=True)
        (self.corpus / "bot.toml").write_text('title = "Pets"\nencoder = "hashing"\n')
        (self.corpus / "sub" / "more.md").write_text("# How old do cats get?\n\nFifteen years.\n")
        self.queries.write_text('{"id": "1", "text": "dog chocolate", "relevant": ["may-dogs-eat-chocolate"]}\n')
        self.page.write_text("# Is this new?\n\nYes.\n")
        for answer in ("No.", ANSWER):
            (self.corpus / "pets.md").write_text(f"# {QUESTION}\n\n{answer}\n")
            assert call("build", "--corpus", self.corpus, "--index", self.index)[0] == 0
        self.transcript.write_text(call("ask", QUESTION, "--index", self.index, "--json")[1])
        (self.corpus / "pets.md").write_text(f"# {QUESTION}\n\n{ANSWER} Call the vet.\n")
        self.saved = folder / "saved"
        shutil.copytree(self.parent, self.saved)

    def restore(self) -> None:
        shutil.rmtree(self.parent)
        shutil.copytree(self.saved, self.parent)

    def paths(self) -> Iterator[Path]:
        build = self.index / "builds" / str(current_build(self.index))
        yield from (self.parent, self.corpus)
        yield from (self.corpus / name for name in ("bot.toml", "pets.md", "sub", "sub/more.md"))
        yield from (self.index, self.index / "LOCK", self.index / "CURRENT", self.index / "builds", build)
        yield from (build / "MANIFEST.json", build / "entries.jsonl", self.queries, self.page, self.transcript)
        yield self.out

    def verbs(self) -> dict[str, list[object]]:
        corpus, index, out = ["--corpus", self.corpus], ["--index", self.index], self.out / "deep"
        return {
            "lint": ["lint", *corpus, *index],
            "build": ["build", *corpus, *index],
            "dry run": ["build", "--dry-run", *corpus, *index],
            "info": ["info", *index],
            "rollback": ["rollback", *index],
            "ask": ["ask", QUESTION, *index],
            "verify": ["verify", *index],
            "verify a transcript": ["verify", self.transcript, *index],
            "evaluate": ["evaluate", "--queries", self.queries, *index],
            "evaluate a corpus": ["evaluate", "--queries", self.queries, *corpus],
            "evaluate into a folder": ["evaluate", "--queries", self.queries, *index, "--run", out / "run"],
            "export": ["export", "--html", out / "faq.html", *index],
            "import": ["import", self.page, "--into", self.corpus],
            "init": ["init", out / "mine"],
            "train": ["train", *corpus, "--out", self.folder / "learnt", "--start", "/absent"],
            "mcp": ["mcp", *index],
        }


def call(*arguments: object) -> tuple[int | None, str, str]:
    """(exit status, output, messages); no status where it ended in a trace, which then is the message."""
    output, messages = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True), io.StringIO()
    status: int | None = None
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(messages), open(os.devnull) as nothing:
        sys.stdin = nothing
        try:
            status = main([str(argument) for argument in arguments])
        except BaseException:
            messages.write(traceback.format_exc())
    return status, output.buffer.getvalue().decode(), messages.getvalue()  # type: ignore[attr-defined]


def start(place: Place) -> tuple[int | None, str, str]:
    """(0, the answer of a server that begins, what it is behind for) or (1, "", the error)."""
    health = Health()
    try:
        served = prepare(ServerSettings(corpus=place.corpus, index=place.index), health)
    except Exception as error:
        return 1, "", f"error: {type(error).__name__}: {error}"
    answers = [entry.answer for entry in served.build.entries if entry.question == QUESTION]
    return 0, " ".join(answers), health.behind


def run(folder: Path) -> None:
    place = Place(folder)
    verbs = place.verbs()
    for path in list(place.paths()):
        for mode in MODES:
            for verb in [*verbs, "serve"]:
                is_named = any(str(argument).startswith(str(path)) for argument in verbs.get(verb, ()))
                if path.parent == folder and path != place.parent and not is_named:
                    continue  # it does not look there
                before = path.stat().st_mode
                path.chmod(mode)
                try:
                    status, output, messages = start(place) if verb == "serve" else call(*verbs[verb])
                finally:
                    path.chmod(before)
                name = str(path.relative_to(folder))
                print(json.dumps([name, f"{mode:03o}", verb, status, output, messages]), flush=True)
                if verb in ("build", "rollback", "serve", "import"):
                    place.restore()
                shutil.rmtree(place.out / "deep" / "mine", ignore_errors=True)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
