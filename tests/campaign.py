"""Campaigns: many cases in a process of its own, which prints how often each outcome was seen.

A module of campaigns ends with `main(...)`, which names them, and is started as

    python -m tests.MODULE CAMPAIGN FOLDER SIZE [SEED]
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import ROOT

Campaign = Callable[[Path, int, int], Counter[str]]  # folder to work in, how many cases, seed -> outcomes
NOT_ALLOWED = 3  # exit status where this machine forbids what a campaign needs


def outcomes_of(
    module: str, campaign: str, folder: Path, size: int, seed: int = 1, before: tuple[str, ...] = ()
) -> dict[str, int]:
    """What a campaign of `module` saw; `before` is a command to start it with."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    command = [*before, sys.executable, "-m", module, campaign, str(folder), str(size), str(seed)]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=False)
    if done.returncode == NOT_ALLOWED:
        pytest.skip("this machine forbids what the campaign needs (see stderr)")
    done.check_returncode()
    found: dict[str, int] = json.loads(done.stdout)
    print(f"\n{campaign} {size}: {found}")
    return found


def main(*campaigns: Campaign) -> None:
    name, folder, size, *seed = sys.argv[1:]
    by_name = {campaign.__name__: campaign for campaign in campaigns}
    outcomes = by_name[name](Path(folder), int(size), int(*seed or "1"))
    print(json.dumps({name: count for name, count in sorted(outcomes.items()) if count}, indent=1))
