"""The verb that teaches the encoder: train."""

import argparse
import dataclasses
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from chatbot.config import load_bot_settings
from chatbot.errors import UsageError
from chatbot.verbs.options import print_json, progress, server_settings

if TYPE_CHECKING:
    from chatbot.training.material import Source
    from chatbot.training.recipe import Recipe

_RIVALS = 0.5  # of the steps, in a corpus: what is hard there are its own neighbours


def train(options: argparse.Namespace) -> int:
    from chatbot.training.course import learn

    sources, recipe = _sources(options), _recipe(options)
    learnt = learn(
        sources,
        recipe,
        options.out,
        options.start,
        options.teacher,
        options.device,
        lambda: progress("learning", "steps"),
    )
    if options.json:
        print_json({**learnt._asdict(), "folder": str(learnt.folder), "recipe": dataclasses.asdict(recipe)})
        return 0
    print(f"{learnt.folder}: {learnt.bytes / 1e6:.1f} MB")
    if learnt.before is None or learnt.after is None:
        print("no entry has three wordings, so none could be held back to try it; measure it with evaluate")
    else:
        print(
            f"of {learnt.asked} questions held back, {learnt.before:.1%} found their like before, {learnt.after:.1%} do"
        )
        if learnt.after < learnt.before:
            print("it is worse than before: do not use it; write more alternates, or take fewer --steps")
    print(f'to use it, write encoder = "{learnt.folder}" into bot.toml and build', file=sys.stderr)
    return 0


def _sources(options: argparse.Namespace) -> "list[Source]":
    from chatbot.training.material import of_corpus, read_source

    if options.tables:
        return [read_source(Path(table)) for table in options.tables]
    from chatbot.indexing.builder import read_content

    corpus = server_settings(options).corpus
    return of_corpus(read_content(corpus, load_bot_settings(corpus)).entries)


def _recipe(options: argparse.Namespace) -> "Recipe":
    from chatbot.training.recipe import Recipe

    if options.tables and options.corpus:
        raise UsageError("give tables or --corpus, not both")
    default = Recipe() if options.tables else Recipe(rivals=_RIVALS)
    names = [field.name for field in dataclasses.fields(Recipe)]
    given = {name: getattr(options, name) for name in names if getattr(options, name, None) is not None}
    return dataclasses.replace(default, **given)
