"""The verb that proposes changes of the corpus: suggest."""

import argparse
import dataclasses
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chatbot.cli.printing import counted
from chatbot.cli.verbs.options import journal_file, print_json, progress, server_settings
from chatbot.cli.verbs.outputs import OUTPUT, require_folders, require_one_output, write_output
from chatbot.core.text import visible

if TYPE_CHECKING:
    from chatbot.verbs.suggestions import Suggestions


def suggest(options: argparse.Namespace) -> int:
    from chatbot import verbs

    files = {"--patch": options.patch, "--labels": options.labels}
    require_one_output(files, options.json)
    require_folders(files)
    where = server_settings(options)
    found = verbs.suggest(
        where.corpus,
        where.index,
        journal_file(options),
        options.queries,
        options.since,
        options.most,
        progress("trying", "wordings"),
    )
    for path, data in ((options.patch, found.patch.diff), (options.labels, _labels(found))):
        if path:
            write_output(path, data)
    if options.json:
        print_json(_as_json(found))
    else:
        out = sys.stderr if OUTPUT in files.values() else sys.stdout
        print(visible("\n".join(suggestion_lines(found, options.patch, where.corpus)), keep="\n"), file=out)
    return 0


def suggestion_lines(found: "Suggestions", patch: Path | None, corpus: Path) -> list[str]:
    """What there is to suggest, and how the file `patch` is applied to `corpus`."""
    lines = _lines(found)
    if patch and patch != OUTPUT and found.patch.diff:
        folder = corpus if corpus.is_dir() else corpus.parent
        lines.append(f"{patch}: look through it; git apply --directory={folder} {patch}")
    return lines


def _lines(found: "Suggestions") -> list[str]:
    entries = {entry.id: entry for entry in found.entries}
    harmless = [one for one in found.proof.tried if one.is_harmless]
    harmful = [one for one in found.proof.tried if not one.is_harmless]
    lines = []
    for title, tried in (("further wordings:", harmless), ("not in the patch, as they harm:", harmful)):
        lines += [title] if tried else []
        for one in tried:
            entry, wording = entries[one.wording.entry_id], one.wording
            who = f"{counted(wording.conversations, 'conversation')}, {counted(wording.picks, 'pick')}"
            lines += [
                f"  {wording.text}",
                f"    for {entry.file}:{entry.line}: {entry.question}",
                f"    {who}: {one.figures}",
                *(f"    harmed: {text}" for text in one.harmed),
            ]
    for pair in found.pairs:
        first, second = entries[pair.first_id], entries[pair.second_id]
        where = f"{first.file}:{first.line} and {second.file}:{second.line}"
        lines.append(f"{pair.advice}: {where}, chosen for each other in {counted(pair.times, 'conversation')}")
    for left in found.patch.to_paste:
        lines.append(f"write into {left.file}:{left.line} yourself, below {left.question}")
        lines += [f"  {text}" for text in left.wordings]
    if found.proof.unanswerable:
        lines.append("questions without an answer that would get one, for the list `unanswerable` of bot.toml:")
        lines += [f"  {text}" for text in found.proof.unanswerable]
    if found.patch.to_list:
        lines.append("write these into bot.toml yourself")
    if found.left_out:
        lines.append(f"{counted(found.left_out, 'more wording')} with less support: run it again after these")
    if not lines:
        return ["nothing to suggest yet: too few visitors asked alike and showed which entry they wanted"]
    tried_on = counted(found.proof.questions, "question")
    return [*lines, f"all harmless ones together, tried on {tried_on}: {found.proof.together}"]


def _labels(found: "Suggestions") -> bytes:
    """As `evaluate` and `train` read them; only what an editor may see."""
    shown = [one for one in found.labelled if one.is_shown]
    rows = [{"id": f"j{at}", "text": one.text, "relevant": [one.entry_id]} for at, one in enumerate(shown, 1)]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _as_json(found: "Suggestions") -> dict[str, Any]:
    proof = found.proof
    return {
        "build_id": found.served,
        "questions": proof.questions,
        "builds": proof.builds,
        "together": dataclasses.asdict(proof.together),
        "unanswerable": list(proof.unanswerable),
        "wordings": [
            {
                **dataclasses.asdict(one.wording),
                **dataclasses.asdict(one.figures),
                "is_harmless": one.is_harmless,
                "harmed": one.harmed,
            }
            for one in proof.tried
        ],
        "pairs": [dataclasses.asdict(pair) for pair in found.pairs],
        "to_paste": [dataclasses.asdict(left) for left in found.patch.to_paste],
        "patch": found.patch.diff.decode(),
        "left_out": found.left_out,
    }
