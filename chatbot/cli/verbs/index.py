"""Verbs that make, check and choose builds: lint, build, verify, info, rollback."""

import argparse
import contextlib
import dataclasses
import sys
import time
from collections import Counter
from pathlib import Path
from typing import NoReturn

from chatbot.cli.printing import (
    CHANGES,
    counted,
    counts,
    print_change,
    print_checked,
    print_content,
    print_expectation,
    print_info,
)
from chatbot.cli.verbs.options import content_json, print_json, progress, server_settings
from chatbot.core.errors import ChatbotError, ContentError, EncoderError, IndexRefused, UsageError
from chatbot.core.settings import load_bot_settings


def lint(options: argparse.Namespace) -> int:
    from chatbot.indexing.builder import checked_by_meaning, checked_corpus, settings_of
    from chatbot.indexing.encoders import encoder_of

    where = server_settings(options)
    settings, mistakes = settings_of(where.corpus)
    if options.meaning and not mistakes:
        content = checked_by_meaning(where.corpus, settings, encoder_of(where.index, settings), where.index)
    else:
        content = checked_corpus(where.corpus, settings, mistakes)
    if options.json:
        print_json(content_json(content) | {"ledger": [dataclasses.asdict(line) for line in content.ledger]})
    else:
        print_content(content)
        print(counts(content))
        if not options.meaning:
            print("near duplicates and rivals were not looked for; add --meaning", file=sys.stderr)
    return 1 if content.errors else 0


def build(options: argparse.Namespace) -> int:
    if options.dry_run and options.watch:
        raise UsageError("give --dry-run or --watch, not both")
    if options.watch and options.json:
        raise UsageError("--watch prints for people, build after build; leave out --json")
    if not options.dry_run and (options.queries or options.fail_on_change is not None):
        raise UsageError("--queries and --fail-on-change belong to --dry-run")
    if options.dry_run:
        return _dry_run(options)
    if options.watch:
        _watch(options)
    _build_once(options)
    return 0


def _build_once(options: argparse.Namespace) -> None:
    from chatbot.indexing.builder import build, sound_settings
    from chatbot.indexing.encoders import encoder_of

    where = server_settings(options)
    settings = sound_settings(where.corpus)
    started = time.perf_counter()
    report = build(where.corpus, where.index, settings, encoder_of(where.index, settings), progress())
    numbers = {"passages": report.passages, "encoded": report.encoded, "reused": report.reused}
    if options.json:
        expected = {"expected": report.expectation.as_json()}
        print_json({"build_id": report.build_id, **content_json(report.content), **numbers, **expected})
    else:
        print_content(report.content)
        print(
            f"{report.build_id}: {counts(report.content)}; {counted(report.passages, 'passage')}, "
            f"{report.encoded} encoded, {report.reused} reused; {time.perf_counter() - started:.1f} s"
        )
        print_expectation(report.expectation)


def _watch(options: argparse.Namespace) -> NoReturn:
    """Builds now and after every change of the corpus, once it has been still for a second; ends with Ctrl+C.

    Where the index is at fault and not the corpus, such as a full disk or another build that runs, it tries again.
    """
    corpus = server_settings(options).corpus
    tried: object = None
    before: object = None
    told = ""
    while True:
        now = _state(corpus)
        if now == before != tried:
            tried = now
            say = ""
            try:
                if _is_up_to_date(options):
                    say = "the index is up to date; waiting for the next change"
                else:
                    _build_once(options)
                    sys.stdout.flush()  # who watches may read a file
            except ChatbotError as error:
                say = f"error: {error}\nthe index is as it was; waiting for the next change"
                tried = None if isinstance(error, IndexRefused) else now
            if say not in ("", told):
                print(say, file=sys.stderr)
            told = say
        before = now
        time.sleep(1)


def _is_up_to_date(options: argparse.Namespace) -> bool:
    from chatbot.indexing.builder import is_stale
    from chatbot.indexing.encoders import encoder_of

    where = server_settings(options)
    settings = load_bot_settings(where.corpus)
    return not is_stale(where.corpus, where.index, settings, encoder_of(where.index, settings))


def _state(corpus: Path) -> list[tuple[str, int, int]]:
    """Name, time and size of everything in it: other whenever something was saved."""
    found = []
    for path in sorted([corpus, *corpus.rglob("*")]):
        with contextlib.suppress(OSError):  # deleted meanwhile
            facts = path.lstat()
            found.append((str(path), facts.st_mtime_ns, facts.st_size))
    return found


def _dry_run(options: argparse.Namespace) -> int:
    """Whose answer would change, asked of the published build and of one that is only drafted."""
    from chatbot.dialogue.served import Served
    from chatbot.encoding.sentence_transformers import load_reranker
    from chatbot.indexing.builder import draft, read_content, sound_settings
    from chatbot.indexing.encoders import encoder_of
    from chatbot.insight.compare import changes, questions_of
    from chatbot.insight.evaluate import read_queries

    where = server_settings(options)
    settings = sound_settings(where.corpus)
    more = [query.text for query in read_queries(options.queries)] if options.queries else []
    encoder = encoder_of(where.index, settings)
    before = Served.open(where.index, encoder)
    drafted = draft(read_content(where.corpus, settings), {}, where.index, settings, encoder, progress())
    after = Served(drafted.build, encoder, load_reranker(settings.reranker))
    questions = [*questions_of(before.build, after.build), *more]
    found = changes(before, after, questions)
    kinds = Counter(change.kind for change in found)
    if options.json:
        print_json(
            {
                "served": before.build.id,
                "questions": len(questions),
                "changes": [dataclasses.asdict(change) for change in found],
                **content_json(drafted.report.content),
            }
        )
    else:
        print_content(drafted.report.content)
        for change in found:
            print_change(change)
        summary = ", ".join(f"{count} {CHANGES[kind]}" for kind, count in kinds.items()) or "none"
        asked = counted(len(questions), "question")
        print(f"{asked} asked of {before.build.id} and of the draft; other answers: {summary}")
    limit = options.fail_on_change
    if limit is not None and len(found) > limit:
        print(f"error: {counted(len(found), 'answer')} would change, and {limit} are allowed", file=sys.stderr)
        return 1
    return 0


def info(options: argparse.Namespace) -> int:
    from chatbot.indexing.encoders import how_run
    from chatbot.indexing.store import is_rolled_back, kept_builds, read_manifest

    index = server_settings(options).index
    kept = kept_builds(index)
    try:
        manifest = read_manifest(index) or {}
    except IndexRefused as error:
        raise IndexRefused(
            f"{error}; or publish one of {', '.join(kept[1:]) or 'none'} again: rollback BUILD"
        ) from None
    found = {
        "build_id": kept[0],
        **{key: manifest[key] for key in ("created", "program", "entries", "passages", "dim")},
        "encoder": {**manifest["encoder"], **how_run(index, manifest)},
        "search": manifest.get("search", "exact"),
        "bytes": sum(facts["size"] for facts in manifest["files"].values()),
        "rolled_back": is_rolled_back(index),
        "kept": kept,
    }
    if options.json:
        print_json(found)
    else:
        print_info(found)
    return 0


def rollback(options: argparse.Namespace) -> int:
    from chatbot.indexing.store import builder_lock, current_build, rollback

    index = server_settings(options).index
    with builder_lock(index):
        before = current_build(index)
        chosen = rollback(index, options.build)
    if options.json:
        print_json({"build_id": chosen, "before": before})
    else:
        print(f"{chosen} is published again instead of {before}; it stays until somebody builds")
    return 0


def verify(options: argparse.Namespace) -> int:
    from chatbot.indexing.build import open_build
    from chatbot.insight.transcript import check_transcript, read_transcript

    index = server_settings(options).index
    if options.transcript is None:
        _verify_builds(index, options.json)
        return 0
    build = open_build(index)
    checked = check_transcript(read_transcript(options.transcript), {entry.id: entry for entry in build.entries})
    if not checked:
        raise ContentError(f"{options.transcript}: holds no answer; give what `ask --json` or POST /api/ask gave")
    if options.json:
        print_json({"build_id": build.id, "answers": [dataclasses.asdict(answer) for answer in checked]})
    else:
        print_checked(checked, build.id)
    return 0 if all(answer.finding in ("same", "own words") for answer in checked) else 1


def _verify_builds(index: Path, as_json: bool) -> None:
    """Reads and opens every kept build: one may be rolled back to, or be served where the published one is damaged.
    And the encoders beside them."""
    from chatbot.encoding.onnx import FACTS, verified_facts
    from chatbot.indexing.build import opened
    from chatbot.indexing.encoders import kept_encoders, wanted_encoder
    from chatbot.indexing.store import kept_builds, read_build

    whole: list[dict[str, object]] = []
    troubles: list[str] = []
    wanted: set[str] = set()
    for build in kept_builds(index):
        try:
            stored = read_build(index, build)
            opened(index, stored)
        except IndexRefused as error:
            troubles.append(str(error))
            continue
        whole.append({"build_id": build, "files": stored.manifest["files"]})
        wanted |= wanted_encoder(stored.manifest)
        if not as_json:
            print(f"{build}: the hashes of all {len(stored.files)} files are as in the manifest")
    encoders = {}
    for folder in sorted({*kept_encoders(index), *(index / "encoders" / name for name in wanted)}):
        try:
            encoders[folder.name] = verified_facts(folder).files
        except EncoderError as error:
            troubles.append(str(error))
            continue
        if not as_json:
            print(f"encoder {folder.name}: the hashes of its files are as in {FACTS}")
    if troubles:
        raise IndexRefused("\n".join(troubles))
    if as_json:
        print_json({**whole[0], "older": whole[1:], "encoders": encoders})
