"""A first corpus: three sample entries to be replaced, and their settings."""

import datetime
import os
from pathlib import Path

from chatbot.content.files import Refused, read_file, size_limit
from chatbot.core.errors import UsageError
from chatbot.core.profiles import GENERAL, HEALTH

# Profile -> the folder of its sample
_SAMPLES = {GENERAL: Path(__file__).with_name("sample"), HEALTH: Path(__file__).with_name("sample_health")}
_A_YEAR_FROM_NOW = b"A-YEAR-FROM-NOW"  # in a sample: a date by which what is written now is to be reviewed
_NAMED = 5  # files named in a message


def start_corpus(folder: Path, profile: str = GENERAL) -> list[Path]:
    """Writes the sample of `profile` into `folder` and returns its files. UsageError if the folder is not empty."""
    if profile not in _SAMPLES:
        raise UsageError(f"{profile}: there is no such profile; the profiles are {', '.join(_SAMPLES)}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        existing = sorted(os.listdir(folder))
        if existing:
            more = f" and {len(existing) - _NAMED} more" if len(existing) > _NAMED else ""
            message = f"holds {', '.join(existing[:_NAMED])}{more}; name a new folder, or import into this one"
            raise UsageError(f"{folder}: {message}")
        files = []
        for sample in sorted(_SAMPLES[profile].iterdir(), reverse=True):
            path = folder / sample.name
            with path.open("xb") as file:
                file.write(sample.read_bytes().replace(_A_YEAR_FROM_NOW, _in_a_year()))
            files.append(path)
    except (FileExistsError, NotADirectoryError):
        raise UsageError(f"{folder}: is a file, or below one; name a new folder") from None
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror}); name another folder") from None
    return files


def _in_a_year() -> bytes:
    return (datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=365)).isoformat().encode()


def is_of_the_sample(name: str, data: bytes) -> bool:
    """Whether the file is unchanged since `start_corpus` wrote it."""
    return any(name in os.listdir(sample) and data == (sample / name).read_bytes() for sample in _SAMPLES.values())


def left_of_the_sample(folder: Path) -> Path | None:
    """The sample file in `folder`, if nobody has changed it."""
    try:
        existing = read_file(folder, "faq.md", size_limit(".md"))
    except (OSError, Refused):
        return None
    return folder / "faq.md" if is_of_the_sample("faq.md", existing) else None
