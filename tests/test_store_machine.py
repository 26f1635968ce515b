"""Publications, rollbacks, damage and crashes in any order: what is served is what was asked for last."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from chatbot.core.errors import IndexRefused
from chatbot.indexing.store import (
    KEEP,
    builder_lock,
    current_build,
    kept_builds,
    older_builds,
    publish,
    read_build,
    rollback,
)
from tests.sizes import sizes

pytestmark = pytest.mark.slow  # many sequences of builds on disk


class Index(RuleBasedStateMachine):
    """Beside the index: what every build held, which of them are kept, and which of those are whole."""

    def __init__(self) -> None:
        super().__init__()
        self.index = Path(tempfile.mkdtemp(prefix="verbatim-"))
        self.content: dict[str, bytes] = {}
        self.kept: list[str] = []  # the published one first
        self.damaged: set[str] = set()

    def teardown(self) -> None:
        shutil.rmtree(self.index)

    @rule(data=st.binary(max_size=20))
    def publishes(self, data: bytes) -> None:
        with builder_lock(self.index):
            build = publish(self.index, {"a": data}, {})
        assert build not in self.content
        self.content[build] = data
        self.kept = [build, *self.kept][:KEEP]

    @rule()
    def fails_to_publish(self) -> None:
        def refuse(stored: object) -> None:
            raise IndexRefused("of no use")

        with pytest.raises(IndexRefused, match="of no use"), builder_lock(self.index):
            publish(self.index, {"a": b"x"}, {}, check=refuse)

    @rule()
    def is_killed(self) -> None:
        (self.index / "builds" / "tmp-b-000001-aaaaaa").mkdir(parents=True, exist_ok=True)
        (self.index / "CURRENT.tmp").write_text("{")

    @precondition(lambda self: self.kept)
    @rule(choice=st.integers(0, KEEP - 1))
    def rolls_back_to(self, choice: int) -> None:
        build = self.kept[choice % len(self.kept)]
        self._rolls_back(build, build)

    @precondition(lambda self: self.kept)
    @rule()
    def rolls_back(self) -> None:
        older = [build for build in self.kept if build < self.kept[0]]
        assert older_builds(self.index) == sorted(older, reverse=True)
        self._rolls_back(None, max(set(older) - self.damaged, default=None))

    def _rolls_back(self, asked: str | None, build: str | None) -> None:
        if build is None or build in self.damaged:
            with pytest.raises(IndexRefused), builder_lock(self.index):
                rollback(self.index, asked)
            return
        with builder_lock(self.index):
            assert rollback(self.index, asked) == build
        self.kept = [build, *(other for other in self.kept if other != build)]

    @precondition(lambda self: len(self.kept) > 1)
    @rule(choice=st.integers(0, KEEP - 2), how=st.sampled_from(["change", "delete"]))
    def damages_one_that_is_not_served(self, choice: int, how: str) -> None:
        build = self.kept[1:][choice % (len(self.kept) - 1)]
        self.damaged.add(build)
        if how == "delete":
            shutil.rmtree(self.index / "builds" / build, ignore_errors=True)
        elif (self.index / "builds" / build).is_dir():
            (self.index / "builds" / build / "a").write_bytes(b"not what was written, and longer")

    @invariant()
    def what_is_served_is_whole_and_what_is_kept_is_known(self) -> None:
        assert current_build(self.index) == (self.kept[0] if self.kept else None)
        if not self.kept:
            return
        assert kept_builds(self.index) == self.kept
        stored = read_build(self.index)
        assert (stored.id, stored.files["a"]) == (self.kept[0], self.content[self.kept[0]])
        for build in set(self.kept) - self.damaged:
            assert read_build(self.index, build).files["a"] == self.content[build]
        found = {path.name for path in (self.index / "builds").glob("b-*")}
        assert set(self.kept) - self.damaged <= found <= set(self.kept)
        assert len(found) <= KEEP


@sizes(normal=50, campaign=1_000)
def test_any_order_of_publications_rollbacks_damage_and_crashes(size: int) -> None:
    """Red when a rollback is not verified, when it forgets what it leaves, and when builds are not deleted."""
    run_state_machine_as_test(Index, settings=settings(max_examples=size, stateful_step_count=20))
