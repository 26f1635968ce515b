"""A disk that loses power: what a program did to its files, and the trees that a power cut may leave of that.

The disk keeps no more than POSIX promises. Data is safe after `fsync` of the file; a name is safe after `fsync` of its
folder. Whatever is not safe may be there, or not, or in part, each for itself and in any order.
"""

import contextlib
import io
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Operation:
    name: str  # write, fsync, mkdir, rename, unlink
    path: str  # below the root
    other: str = ""  # the new name of what is renamed
    data: bytes = b""


@contextlib.contextmanager
def recorded(root: Path) -> Iterator[list[Operation]]:
    """Every change below `root` while the context lasts, in order."""
    recorder = _Recorder(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(io, "open", recorder.open)
        for name in ("fsync", "mkdir", "rename", "replace", "unlink", "rmdir"):
            patch.setattr(os, name, getattr(recorder, name))
        yield recorder.operations


class _Recorder:
    """Does what `os` and `io` do, and writes it down."""

    def __init__(self, root: Path) -> None:
        self.operations: list[Operation] = []
        self._root = root
        self._os = {name: getattr(os, name) for name in ("fsync", "mkdir", "rename", "replace", "unlink", "rmdir")}
        self._open = io.open

    def open(self, path: Any, mode: str = "r", *rest: Any, **options: Any) -> Any:
        file = self._open(path, mode, *rest, **options)
        return _Written(file, self._below(path), self.operations) if mode == "wb" else file

    def fsync(self, descriptor: int) -> None:
        self._os["fsync"](descriptor)
        self.operations.append(Operation("fsync", self._below(os.readlink(f"/proc/self/fd/{descriptor}"))))

    def mkdir(self, path: Any, mode: int = 0o777) -> None:
        self._os["mkdir"](path, mode)
        self.operations.append(Operation("mkdir", self._below(path)))

    def rename(self, source: Any, target: Any) -> None:
        self._os["rename"](source, target)
        self.operations.append(Operation("rename", self._below(source), self._below(target)))

    replace = rename

    def unlink(self, path: Any, *, dir_fd: int | None = None) -> None:
        self._remove("unlink", path, dir_fd)

    def rmdir(self, path: Any, *, dir_fd: int | None = None) -> None:
        self._remove("rmdir", path, dir_fd)

    def _remove(self, name: str, path: Any, folder: int | None) -> None:
        gone = self._below(path, folder)
        self._os[name](path, dir_fd=folder)
        self.operations.append(Operation("unlink", gone))

    def _below(self, path: Any, folder: int | None = None) -> str:
        whole = Path(os.readlink(f"/proc/self/fd/{folder}")) / path if folder is not None else Path(path).absolute()
        return whole.relative_to(self._root).as_posix()


class _Written:
    """A file that tells what is written into it."""

    def __init__(self, file: Any, path: str, operations: list[Operation]) -> None:
        self._file, self._path, self._operations = file, path, operations

    def write(self, data: bytes) -> int:
        self._operations.append(Operation("write", self._path, data=bytes(data)))
        return int(self._file.write(data))

    def __enter__(self) -> "_Written":
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class Disk:
    """Folders and files by number, each as programs see it and as the disk would still have it without power."""

    def __init__(self, tree: Mapping[str, bytes | None]) -> None:
        """`tree`: path -> content, None for a folder, those above first; all of it is safe."""
        self._names: dict[int, dict[str, int]] = {0: {}}  # of every folder, as programs see it
        self._data: dict[int, bytes] = {}  # of every file, as programs see it
        self._safe_data: dict[int, bytes] = {}
        self._safe_names: dict[int, dict[str, int]] = {}
        self._last = 0
        self._pending: list[tuple[int, list[tuple[str, int | None]]]] = []  # (folder, [(name, number or gone)])
        for path, data in tree.items():
            self.do(Operation("mkdir", path) if data is None else Operation("write", path, data=data))
        self._safe_data = dict(self._data)
        self._safe_names = {number: dict(names) for number, names in self._names.items()}
        self._pending = []

    def do(self, operation: Operation) -> None:
        if operation.name == "fsync":
            self._sync(self._number(operation.path))
            return
        folder, _, name = operation.path.rpartition("/")
        parent = self._number(folder)
        if operation.name == "rename":
            other, _, new = operation.other.rpartition("/")
            assert other == folder, "the index renames nothing from one folder into another"
            self._change(parent, [(name, None), (new, self._names[parent][name])])
        elif operation.name == "unlink":
            self._change(parent, [(name, None)])
        elif operation.name == "mkdir":
            self._change(parent, [(name, self._new())])
            self._names[self._number(operation.path)] = {}
        else:
            if name not in self._names[parent]:
                self._change(parent, [(name, self._new())])
            self._data[self._names[parent][name]] = operation.data

    def tree(self) -> dict[str, bytes | None]:
        """As programs see it."""
        return self._tree(self._names, self._data)

    def after_power_cut(self, chance: random.Random) -> dict[str, bytes | None]:
        """One of the trees that may be found when the power is back."""
        names = {number: dict(self._safe_names.get(number, {})) for number in self._names}
        share = chance.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        for folder, changes in self._pending:
            if chance.random() < share:
                _change(names[folder], changes)
        return self._tree(names, {number: self._kept_of(number, chance) for number in self._data})

    def _kept_of(self, number: int, chance: random.Random) -> bytes:
        data, safe = self._data[number], self._safe_data.get(number)
        if data == safe:
            return data
        at = chance.randint(0, len(data))
        return chance.choice((safe or b"", data, data[:at], bytes(len(data)), data[:at] + bytes(len(data) - at)))

    def _sync(self, number: int) -> None:
        if number in self._data:
            self._safe_data[number] = self._data[number]
            return
        self._safe_names[number] = dict(self._names[number])
        self._pending = [change for change in self._pending if change[0] != number]

    def _change(self, folder: int, changes: list[tuple[str, int | None]]) -> None:
        _change(self._names[folder], changes)
        self._pending.append((folder, changes))

    def _new(self) -> int:
        self._last += 1
        return self._last

    def _number(self, path: str) -> int:
        number = 0
        for name in path.split("/") if path not in ("", ".") else []:
            number = self._names[number][name]
        return number

    def _tree(self, names: Mapping[int, Mapping[str, int]], data: Mapping[int, bytes]) -> dict[str, bytes | None]:
        found: dict[str, bytes | None] = {}

        def walk(folder: int, above: str) -> None:
            for name, number in names.get(folder, {}).items():
                found[above + name] = data.get(number)
                if number not in data:
                    walk(number, f"{above}{name}/")

        walk(0, "")
        return found


def _change(names: dict[str, int], changes: Sequence[tuple[str, int | None]]) -> None:
    for name, number in changes:
        if number is None:
            names.pop(name, None)
        else:
            names[name] = number


def read_tree(root: Path) -> dict[str, bytes | None]:
    """Path -> content, None for a folder; those above come first."""
    paths = sorted(root.rglob("*"))
    return {path.relative_to(root).as_posix(): None if path.is_dir() else path.read_bytes() for path in paths}


def write_tree(root: Path, tree: Mapping[str, bytes | None]) -> None:
    for path, data in tree.items():
        if data is None:
            (root / path).mkdir()
        else:
            (root / path).write_bytes(data)
