"""The verb that teaches the encoder: train."""

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.cli.verbs.options import print_json, progress, server_settings
from chatbot.core.errors import UsageError
from chatbot.core.settings import load_bot_settings

if TYPE_CHECKING:
    from chatbot.training.course import Learnt
    from chatbot.training.material import Material
    from chatbot.training.recipe import Recipe


def train(options: argparse.Namespace) -> int:
    from chatbot.training.course import learn, unfinished

    material, recipe = _material(options), _recipe(options)
    try:
        learnt = learn(
            material,
            recipe,
            options.out,
            options.start,
            options.teacher,
            options.device,
            lambda: progress("learning", "steps"),
        )
    except KeyboardInterrupt:
        if unfinished(options.out).is_file():
            print(f"{unfinished(options.out)}: holds what was learnt; the same command goes on", file=sys.stderr)
        raise
    if options.json:
        marks = {name: mark and mark._asdict() for name, mark in (("before", learnt.before), ("after", learnt.after))}
        print_json({**learnt._asdict(), **marks, "folder": str(learnt.folder), "recipe": dataclasses.asdict(recipe)})
        return 0
    print(f"{learnt.folder}: {learnt.bytes / 1e6:.1f} MB")
    if _print_marks(learnt):
        print(f'to use it, write encoder = "{learnt.folder}" into bot.toml and build', file=sys.stderr)
    return 0


def _print_marks(learnt: "Learnt") -> bool:
    """Whether it may be of use."""
    before, after = learnt.before, learnt.after
    if before is None or after is None:
        print("no entry has three wordings, so none could be held back to try it; measure it with evaluate")
        return True
    print(f"of {learnt.asked} questions held back, {before.found:.1%} found their like before, {after.found:.1%} do")
    helps = after.found > before.found
    if not helps:
        print("that is no better than before: do not use it; write more alternates, or take fewer --steps")
    if before.told is not None and after.told is not None:
        print(f"told from those without an answer: {before.told:.1%} of the time before, {after.told:.1%} now")
        if after.told < before.told:
            print("that is worse than before: evaluate both encoders, and use this one only if it pays")
    return helps


def _material(options: argparse.Namespace) -> "Material":
    from chatbot.training.material import Material, of_corpus, read_source

    if options.tables:
        return Material([read_source(Path(table)) for table in options.tables])
    from chatbot.indexing.builder import read_content

    corpus = server_settings(options).corpus
    settings = load_bot_settings(corpus)
    return of_corpus(read_content(corpus, settings).entries, settings.unanswerable)


def _recipe(options: argparse.Namespace) -> "Recipe":
    from chatbot.training.recipe import OWN, Recipe

    if options.tables and options.corpus:
        raise UsageError("give tables or --corpus, not both")
    default = Recipe() if options.tables else OWN
    names = [field.name for field in dataclasses.fields(Recipe)]
    given = {name: getattr(options, name) for name in names if getattr(options, name, None) is not None}
    return dataclasses.replace(default, **given)
