"""The verb that teaches the encoder: train."""

import argparse
import dataclasses
import sys
from typing import TYPE_CHECKING

from chatbot.cli.verbs.options import print_json, progress, server_settings
from chatbot.core.errors import UsageError

if TYPE_CHECKING:
    from chatbot.training.recipe import Recipe
    from chatbot.training.run import Trained


def train(options: argparse.Namespace) -> int:
    from chatbot import verbs
    from chatbot.training.run import unfinished

    recipe = _recipe(options)
    try:
        trained = verbs.train(
            options.out,
            server_settings(options).corpus,
            options.tables,
            recipe,
            options.start,
            options.teacher,
            options.device,
            lambda: progress("learning", "steps"),
            options.labels,
        )
    except KeyboardInterrupt:
        if unfinished(options.out).is_file():
            print(f"{unfinished(options.out)}: holds what was learnt; the same command goes on", file=sys.stderr)
        raise
    if options.json:
        pairs = (("before", trained.before), ("after", trained.after))
        scores = {name: one and one._asdict() for name, one in pairs}
        print_json({**trained._asdict(), **scores, "folder": str(trained.folder), "recipe": dataclasses.asdict(recipe)})
        return 0
    print(f"{trained.folder}: {trained.bytes / 1e6:.1f} MB")
    if _print_scores(trained):
        print(f'to use it, write encoder = "{trained.folder}" into bot.toml and build', file=sys.stderr)
    return 0


def _print_scores(trained: "Trained") -> bool:
    """Whether it may be of use."""
    before, after = trained.before, trained.after
    if before is None or after is None:
        print("no entry has three wordings, so none could be held out to try it; measure it with evaluate")
        return True
    print(
        f"of {trained.held_out} questions held out, {before.success_at_1:.1%} found their meaning before, "
        f"{after.success_at_1:.1%} do now"
    )
    helps = after.success_at_1 > before.success_at_1
    if not helps:
        print("that is no better than before: do not use it; write more alternates, or take fewer --steps")
    if before.auroc is not None and after.auroc is not None:
        print(f"distinguished from questions without an answer: {before.auroc:.1%} before, {after.auroc:.1%} now")
        if after.auroc < before.auroc:
            print("that is worse than before: evaluate both encoders, and use this one only if it is better overall")
    return helps


def _recipe(options: argparse.Namespace) -> "Recipe":
    from chatbot.training.recipe import OWN, Recipe

    if options.tables and options.corpus:
        raise UsageError("give tables or --corpus, not both")
    default = Recipe() if options.tables else OWN
    names = [field.name for field in dataclasses.fields(Recipe)]
    given = {name: getattr(options, name) for name in names if getattr(options, name, None) is not None}
    return dataclasses.replace(default, **given)
