"""What the verbs print for people: results on standard output, what an editor should know on standard error."""

import sys
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from chatbot.content.block_text import plain_of
from chatbot.content.ledger import Content
from chatbot.core.text import visible
from chatbot.core.types import Explanation, RankedEntry, Reply

if TYPE_CHECKING:  # they come with FAISS, which `--help` can do without
    from chatbot.indexing.rehearsal import Expectation
    from chatbot.insight.compare import Change
    from chatbot.insight.transcript import Checked

_NAMED = 5  # questions of a kind


def print_content(content: Content) -> None:
    """What an editor should know, on standard error: problems, gaps, dropped and merged lines."""

    def say(line: str) -> None:
        print(visible(line), file=sys.stderr)

    for problem in content.problems:
        print(f"{problem.severity}: {problem} [{problem.rule}]", file=sys.stderr)
    for one in content.coverage:
        say(f"questions: {one.file}: {one.read} of {one.seen} read")
    for entry in content.gaps:
        say(f"gap: {entry.file}:{entry.line}: no answer yet: {entry.question}")
    for (file, role, reason), run in groupby(content.ledger, lambda line: (line.file, line.role, line.reason)):
        first, *rest = run
        if reason:
            to = f"-{rest[-1].line}" if rest else ""
            say(f"{role}: {file}:{first.line}{to}: {reason}: {first.text[:60]}")


def counted(count: int, name: str) -> str:
    """Such as "1 gap", "2 gaps"."""
    return f"{count} {name}{'' if count == 1 else 's'}"


def counts(content: Content) -> str:
    numbers = {
        "answer": len(content.entries) - len(content.gaps),
        "gap": len(content.gaps),
        "dropped line": len(content.dropped),
        "problem": len(content.problems),
    }
    return ", ".join(counted(count, name) for name, count in numbers.items())


def print_expectation(expected: "Expectation") -> None:
    """How many of the questions that the build was tried on would get an answer."""
    print("Tried before it was published; so many would be answered:")
    print(f"  phrasings of your own, held out  {expected.held_out or 'none: write alternate phrasings of questions'}")
    if expected.held_out_right:
        print(f"    of them with the right entry   {expected.held_out_right}")
    print(
        f"  near the topic, not in the FAQ   {expected.near_topic or 'none: list some as `unanswerable` in bot.toml'}"
    )
    print(f"  off the topic                    {expected.off_topic}, in {expected.off_topic_in}")
    for question in expected.near_topic_answered[:_NAMED]:
        print(f'    "{question}" would be answered if it were not listed, and what is like it may be')


def print_reply(reply: Reply, several: bool = False, reasons: Sequence[str] = ()) -> None:
    """`several`: the message has more than one question, so say which this is. `reasons`: sentences that follow the
    figures of an explanation."""
    if several:
        print(f"{'=' * 8} {reply.question}\n")
    if reply.context:
        print(f"(read together with: {reply.context})\n")
    _print_answer(reply)
    for at, suggestion in enumerate(reply.suggestions):
        print(f"{chr(10) + 'Nearest questions:' + chr(10) if at == 0 else ''}  - {suggestion.question}")
    if reply.explanation:
        _print_explanation(reply, reply.explanation)
    for reason in reasons:
        print(f"  - {reason}")
    if several:
        print()


def _print_answer(reply: Reply) -> None:
    whom = plain_of(reply.contact.blocks) if reply.contact else ""
    if reply.status == "smalltalk" and reply.answer:
        if reply.contact:
            print(f"{plain_of(reply.contact.blocks)}\n")
        print(plain_of(reply.answer.blocks))
    elif reply.answer:
        print(f"{reply.answer.question}\n\n{plain_of(reply.answer.blocks)}")
        origin = " ".join(part for part in (reply.answer.source, reply.answer.url) if part)
        if origin:
            print(f"\nSource: {origin}")
    elif reply.status == "gap":
        question = f" \u201c{reply.gap.question}\u201d" if reply.gap else ""
        print(f"This question is in the FAQ, but nobody has answered it yet:{question}\n{whom}".strip())
    elif reply.status == "unsure":
        print("Not sure what you mean.")
    else:
        print(f"The FAQ has no answer to this. {whom}".strip())


def _print_explanation(reply: Reply, why: Explanation) -> None:
    def show(name: str, entry: RankedEntry | None) -> None:
        if entry:
            cosines = f"cosine {entry.cosine:.3f}, with answer {entry.answer_cosine:.3f}, score {entry.score:.2f}"
            print(f"  {name:10} {entry.entry_id}: matched \u201c{entry.matched}\u201d ({cosines})")

    cuts = f"answered from {why.answered_from:.3f}, did you mean from {why.unsure_from:.3f}"
    print(f"\nWhy: {reply.status}, probability {reply.probability:.3f} ({cuts})")
    if why.conflict:
        print(f"  {'conflict':10} {why.conflict}: it is offered at most")
    print(f"  {'features':10} {', '.join(f'{name} {value:.3f}' for name, value in why.features.items())}")
    if reply.answer and reply.answer.short:
        print(f"  {'short':10} {reply.answer.short}")
    show("first", why.first)
    show("runner-up", why.runner_up)
    if why.margin is not None:
        print(f"  {'margin':10} {why.margin:.2f} of the score")
    show("gap", why.gap)


def print_info(facts: Mapping[str, Any]) -> None:
    """A line for each fact."""
    for key, value in facts.items():
        shown = ", ".join(value) if isinstance(value, list) else value
        print(f"{key:12} {_described(value) if key == 'encoder' else shown}")


def _described(encoder: Mapping[str, Any]) -> str:
    """An encoder and how it is run."""
    named = f"{encoder['name']} ({encoder['fingerprint']})"
    if "run_by" not in encoder:
        return named
    how = f"in {encoder['backend']}, " if encoder["backend"] != "torch" else ""
    if "reason" in encoder:
        run = f"run by {encoder['run_by']}" if encoder["run_by"] else "cannot be run"
        return f"{named}, {how}{run}: {encoder['reason']}"
    least, mean = encoder["least_cosine"], encoder["mean_cosine"]
    near = f"cosine with the model {least:.5f} at least, {mean:.5f} on average"
    return f"{named}, {how}run by {encoder['run_by']}: {encoder['bytes'] / 1e6:.1f} MB, {near}"


CHANGES = {"gained": "new", "lost": "lost", "other": "another answer", "edited": "answer edited", "gap": "gap changed"}


def print_change(change: "Change") -> None:
    """Such as "lost: can I fly (was: May I fly?)"; an entry that asks the very same is not named."""
    before, after = change.before.question, change.after.question
    explained = {
        "gained": f"now: {after}",
        "lost": f"was: {before}",
        "other": f"was: {before}; now: {after}",
        "gap": f"was: {before or 'none'}; now: {after or 'none'}",
        "edited": after,
    }
    is_own = change.kind not in ("other", "gap") and change.question in (before, after)
    print(f"{CHANGES[change.kind]}: {change.question}{'' if is_own else f' ({explained[change.kind]})'}")


def print_checked(checked: "Sequence[Checked]", build_id: str) -> None:
    """What became of the answers of a transcript."""
    meanings = {
        "altered": "altered: these are not the words that were sealed",
        "edited": f"not in build {build_id}: the entry has other words there",
        "removed": f"not in build {build_id}: there is no such entry",
    }
    for answer in checked:
        if answer.finding in meanings:
            print(f"{answer.path}: {answer.entry_id}: {meanings[answer.finding]}")
    same = sum(answer.finding == "same" for answer in checked)
    talk = sum(answer.finding == "own words" for answer in checked)
    print(f"{counted(len(checked), 'answer')}: {same} word for word as in build {build_id}, {talk} small talk")
