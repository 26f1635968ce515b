"""A first corpus of one's own: three entries to write over, and the settings that belong to them."""

import os
from pathlib import Path

from chatbot.content.files import Refused, read_file, size_limit
from chatbot.core.errors import UsageError

_SAMPLE = Path(__file__).with_name("sample")
_NAMED = 5  # files in a message


def start_corpus(folder: Path) -> list[Path]:
    """Writes the sample into `folder` and returns its files; UsageError where anything stands there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        there = sorted(os.listdir(folder))
        if there:
            more = f" and {len(there) - _NAMED} more" if len(there) > _NAMED else ""
            message = f"holds {', '.join(there[:_NAMED])}{more}; name a new folder, or import into this one"
            raise UsageError(f"{folder}: {message}")
        files = []
        for sample in sorted(_SAMPLE.iterdir(), reverse=True):
            path = folder / sample.name
            with path.open("xb") as file:
                file.write(sample.read_bytes())
            files.append(path)
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"{folder}: is a file, or below one; name a new folder") from None
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror}); name another folder") from None
    return files


def is_of_the_sample(name: str, data: bytes) -> bool:
    """Whether that file stands as `start_corpus` wrote it, with nothing of the owner's in it."""
    return name in os.listdir(_SAMPLE) and data == (_SAMPLE / name).read_bytes()


def left_of_the_sample(folder: Path) -> Path | None:
    """The entries that `start_corpus` wrote into `folder`, where nobody has touched them."""
    try:
        stands = read_file(folder, "faq.md", size_limit(".md"))
    except (OSError, Refused):
        return None
    return folder / "faq.md" if is_of_the_sample("faq.md", stands) else None
