"""Files that verbs write, where "-" means standard output."""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from chatbot.core.errors import UsageError

OUTPUT = Path("-")

Files = Mapping[str, Path | None]  # option -> the file that it names


def require_one_output(files: Files, as_json: bool) -> None:
    """UsageError where two things would go to standard output together."""
    there = [f"{option} -".strip() for option, file in files.items() if file == OUTPUT]
    there += ["--json"] * as_json
    if len(there) > 1:
        *others, last = there
        raise UsageError(f"{', '.join(others)} and {last} would both be on standard output; name a file")


def require_folders(files: Files) -> None:
    """UsageError where a file has no place. To be called before the long work."""
    for file in files.values():
        if file and not file.parent.is_dir():
            raise UsageError(f"{file}: there is no such folder; name a file in one that exists")


def write_output(path: Path, data: bytes) -> None:
    """Writes to standard output or as `write_whole` does."""
    if path == OUTPUT:
        sys.stdout.buffer.write(data)
    else:
        write_whole(path, data)


def write_whole(path: Path, data: bytes) -> None:
    """Writes the whole file or, with UsageError, nothing: a file of that name stays until the new one is complete."""
    real = path.resolve()  # what a link leads to is replaced, not the link
    part = real.with_name(f".{real.name[:200]}.{os.getpid()}.part")
    try:
        if real.exists() and not real.is_file():  # such as /dev/stdout
            real.write_bytes(data)
            return
        try:
            with part.open("xb") as file:
                file.write(data)
            if real.exists():
                shutil.copymode(real, part)
            part.replace(real)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written ({error.strerror}); name another file") from None
