"""Verbs that make, check and choose builds: lint, build, verify, info, rollback."""

import argparse
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
from chatbot.cli.verbs.options import (
    content_json,
    of_many_sites,
    print_json,
    progress,
    server_settings,
    warn_of_misspelt_variables,
)
from chatbot.core.errors import ChatbotError, IndexRefused, UsageError
from chatbot.core.text import visible


def lint(options: argparse.Namespace) -> int:
    from chatbot import verbs

    where = server_settings(options)
    content = verbs.lint(where.corpus, where.index if options.meaning else None)
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
    if options.dry_run and options.encode_with:
        raise UsageError("--encode-with belongs to a build that is published; leave out --dry-run")
    if options.only_queries and not options.queries:
        raise UsageError("--only-queries needs --queries FILE")
    if options.sites and (options.corpus or options.dry_run or options.watch or options.progress):
        raise UsageError("--sites builds each site once; leave out --corpus, --dry-run, --watch and --progress")
    warn_of_misspelt_variables()
    if options.sites:
        with of_many_sites(options.sites):
            return _build_sites(options)
    if options.dry_run:
        return _dry_run(options)
    if options.watch:
        _watch(options)
    _build_once(options)
    return 0


def _build_once(options: argparse.Namespace) -> None:
    from chatbot import verbs

    where = server_settings(options)
    started = time.perf_counter()
    report = verbs.build(where.corpus, where.index, progress(for_programs=options.progress), options.encode_with)
    numbers = {"passages": report.passages, "encoded": report.encoded, "reused": report.reused}
    if options.json:
        expected = {"expected": report.expectation.as_json()}
        print_json({"build_id": report.build_id, **content_json(report.content), **numbers, **expected})
    else:
        print_content(report.content)
        print(
            f"{report.build_id}: {counts(report.content)}; {counted(report.passages, 'passage')}, "
            f"{report.encoded} encoded by {report.encoder}, {report.reused} reused; "
            f"{time.perf_counter() - started:.1f} s"
        )
        print_expectation(report.expectation)


def _build_sites(options: argparse.Namespace) -> int:
    """1 where one of them failed; the others are built all the same."""
    from chatbot import verbs

    told: dict[str, object] = {}
    failed = 0
    for site in verbs.build_sites(options.sites, options.index):
        if site.error:
            failed += 1
            message = str(site.error)
            told[site.name] = {"error": {"code": site.error.code, "message": message}}
            print(f"error: {site.name}:", visible(message, keep="\n"), file=sys.stderr)
        elif site.report:
            told[site.name] = {"build_id": site.report.build_id, "passages": site.report.passages}
            if not options.json:
                numbers = f"{counted(site.report.passages, 'passage')}, {site.report.encoded} encoded"
                print(f"{site.name}: {site.report.build_id}, {numbers}", flush=True)
        else:
            told[site.name] = {"up_to_date": True}
            if not options.json:
                print(f"{site.name}: up to date", flush=True)
    if not told:
        print(f"warning: {options.sites}: holds no site; a site is a folder with a bot.toml", file=sys.stderr)
    if options.json:
        print_json({"sites": told})
    return 1 if failed else 0


def _watch(options: argparse.Namespace) -> NoReturn:
    """Builds now and after every change of the corpus, once it has been still for a second; ends with Ctrl+C.

    Where the index is at fault and not the corpus, such as a full disk or another build that runs, it tries again.
    """
    from chatbot.content.corpus import state_of

    corpus = server_settings(options).corpus
    tried: object = None
    before: object = None
    last_message = ""
    while True:
        now = state_of(corpus)
        if now == before != tried:
            tried = now
            message = ""
            try:
                if _is_up_to_date(options):
                    message = "the index is up to date; waiting for the next change"
                else:
                    _build_once(options)
                    sys.stdout.flush()  # who watches may read a file
            except ChatbotError as error:
                message = f"error: {error}\nthe index is as it was; waiting for the next change"
                tried = None if isinstance(error, IndexRefused) else now
            if message not in ("", last_message):
                print(message, file=sys.stderr)
            last_message = message
        before = now
        time.sleep(1)


def _is_up_to_date(options: argparse.Namespace) -> bool:
    from chatbot import verbs

    where = server_settings(options)
    return verbs.is_up_to_date(where.corpus, where.index)


def _dry_run(options: argparse.Namespace) -> int:
    """Whose answer would change, asked of the published build and of one that is only drafted."""
    from chatbot import verbs

    where = server_settings(options)
    shown = progress(for_programs=options.progress)
    run = verbs.dry_run(where.corpus, where.index, options.queries, shown, options.only_queries)
    if options.json:
        print_json(
            {
                "served": run.served,
                "questions": run.questions,
                "changes": [dataclasses.asdict(change) for change in run.changes],
                **content_json(run.report.content),
            }
        )
    else:
        print_content(run.report.content)
        for change in run.changes:
            print_change(change)
        kinds = Counter(change.kind for change in run.changes)
        summary = ", ".join(f"{count} {CHANGES[kind]}" for kind, count in kinds.items()) or "none"
        asked = counted(run.questions, "question")
        print(f"{asked} asked of {run.served} and of the draft; other answers: {summary}")
    limit = options.fail_on_change
    if limit is not None and len(run.changes) > limit:
        print(f"error: {counted(len(run.changes), 'answer')} would change, and {limit} are allowed", file=sys.stderr)
        return 1
    return 0


def info(options: argparse.Namespace) -> int:
    from chatbot import verbs

    facts = dataclasses.asdict(verbs.info(server_settings(options).index))
    if options.json:
        print_json(facts)
    else:
        print_info(facts)
    return 0


def rollback(options: argparse.Namespace) -> int:
    from chatbot import verbs

    rolled = verbs.rollback(server_settings(options).index, options.build)
    if options.json:
        print_json(dataclasses.asdict(rolled))
    else:
        print(f"{rolled.build_id} is published again instead of {rolled.before}; it stays until somebody builds")
    return 0


def verify(options: argparse.Namespace) -> int:
    from chatbot import verbs

    index = server_settings(options).index
    if options.transcript is None:
        _verify_builds(index, options.json)
        return 0
    checked = verbs.check_transcript(index, options.transcript)
    if options.json:
        print_json(dataclasses.asdict(checked))
    else:
        print_checked(checked.answers, checked.build_id)
    return 0 if all(answer.finding in ("same", "own words") for answer in checked.answers) else 1


def _verify_builds(index: Path, as_json: bool) -> None:
    from chatbot import verbs
    from chatbot.encoding.onnx import FACTS

    verified = verbs.verify(index)
    if not as_json:
        for build, files in verified.builds.items():
            print(f"{build}: the hashes of all {len(files)} files are as in the manifest")
        for name in verified.encoders:
            print(f"encoder {name}: the hashes of its files are as in {FACTS}")
    if verified.problems:
        raise IndexRefused("\n".join(verified.problems))
    if as_json:
        whole = [{"build_id": build, "files": files} for build, files in verified.builds.items()]
        print_json({**whole[0], "older": whole[1:], "encoders": verified.encoders})
