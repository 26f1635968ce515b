"""The power is cut at any moment of a publication or a rollback: what the next reader finds, and the next builder."""

import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from chatbot.core.errors import IndexRefused
from chatbot.indexing.store import KEEP, builder_lock, publish, read_build, rollback
from tests.power import Disk, Operation, read_tree, recorded, write_tree
from tests.sizes import sizes

pytestmark = pytest.mark.slow

INDEX = "deep/index"  # two folders that the builder makes


def files_of(number: int) -> dict[str, bytes]:
    return {"a.jsonl": f"{number}\n".encode() * 40, "b.bin": bytes([number]) * 3000}


def publish_number(index: Path, number: int) -> None:
    with builder_lock(index):
        publish(index, files_of(number), {})


def roll_back(index: Path, _: int) -> None:
    with builder_lock(index):
        rollback(index)


@dataclass(frozen=True)
class Scenario:
    """What was there, what was done to it, and the numbers of the builds served before and after."""

    tree: dict[str, bytes | None]
    operations: Sequence[Operation]
    old: int
    new: int


def played(root: Path, before: int, act: Callable[[Path, int], None] = publish_number) -> Scenario:
    """`act` on an index in which so many builds were published."""
    root.mkdir()
    for number in range(1, before + 1):
        publish_number(root / INDEX, number)
    tree = read_tree(root)
    with recorded(root) as operations:
        act(root / INDEX, before + 1)
    disk = Disk(tree)
    for operation in operations:
        disk.do(operation)
    left = read_tree(root)
    left.pop(f"{INDEX}/LOCK")
    assert disk.tree() | {f"{INDEX}/LOCK": b""} == left | {f"{INDEX}/LOCK": b""}, "an operation was not recorded"
    return Scenario(tree, operations, before, before + 1 if act is publish_number else before - 1)


def served(index: Path) -> int | str:
    """The number of the build that a reader finds, 0 where nothing was published, or what is wrong."""
    try:
        files = dict(read_build(index).files)
    except IndexRefused as error:
        return 0 if "holds no index yet" in str(error) else str(error)
    number = int(files["a.jsonl"].split()[0])
    return number if files == files_of(number) else "files that do not belong together"


def faults(scenario: Scenario, root: Path, trees: int, seed: int, build_again: bool = True) -> list[str]:
    """What is wrong with so many trees that power cuts left."""
    chance = random.Random(seed)
    found = []
    for _ in range(trees):
        # Half of the cuts come after the builder has returned, which promises more.
        done = chance.choice((chance.randint(0, len(scenario.operations)), len(scenario.operations)))
        disk = Disk(scenario.tree)
        for operation in scenario.operations[:done]:
            disk.do(operation)
        root.mkdir()
        write_tree(root, disk.after_power_cut(chance))
        seen = served(root / INDEX)
        returned = done == len(scenario.operations)
        if seen not in ([scenario.new] if returned else [scenario.old, scenario.new]):
            found.append(f"after {done} operations: {seen}")
        elif build_again and chance.random() < 0.1:
            publish_number(root / INDEX, 99)
            if served(root / INDEX) != 99:
                found.append(f"after {done} operations: the next build is not served")
        shutil.rmtree(root)
    return found


@sizes(normal=600, campaign=20_000)
@pytest.mark.parametrize("before", [0, 1, KEEP + 1])
def test_a_power_cut_leaves_the_old_build_or_the_new_one_and_never_takes_back_what_was_reported(
    size: int, before: int, tmp_path: Path
) -> None:
    """Red without: any one fsync, which the test below takes away in turn; fsync of the folders that are new (LOST)."""
    assert faults(played(tmp_path / "played", before), tmp_path / "cut", size, seed=4) == []


@sizes(normal=200, campaign=20_000)
def test_a_power_cut_while_rolling_back(size: int, tmp_path: Path) -> None:
    """Red when CURRENT is written in place, and without the fsync of CURRENT.tmp."""
    assert faults(played(tmp_path / "played", 3, roll_back), tmp_path / "cut", size, seed=5) == []


def test_every_fsync_of_a_publication_is_needed(tmp_path: Path) -> None:
    """Each is taken away in turn, as a disk that forgets it would, and the trees must show it."""
    scenario = played(tmp_path / "played", 0)
    syncs = [at for at, operation in enumerate(scenario.operations) if operation.name == "fsync"]
    assert len(syncs) == 10
    unseen = []
    for at in syncs:
        without = [operation for other, operation in enumerate(scenario.operations) if other != at]
        mutant = Scenario(scenario.tree, without, scenario.old, scenario.new)
        if not any(faults(mutant, tmp_path / "cut", 50, seed, build_again=False) for seed in range(40)):
            unseen.append(scenario.operations[at].path)
    assert unseen == []
