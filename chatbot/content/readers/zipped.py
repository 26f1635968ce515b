"""Office files are zip files. Sizes stated in them may be wrong, so the real bytes are counted."""

import io
import zipfile
import zlib

from chatbot.content.readers.source import Unreadable

INFLATED = 64 * 1024 * 1024  # bytes
_MEMBERS = 1000
_CHUNK = 1024 * 1024


def check_size(data: bytes, suffix: str, name: str, smaller: str) -> None:
    """Raises Unreadable if `data` is no zip file, or unpacks to too much. `smaller`: advice for that case."""
    save = f"save it again as .{suffix}"
    inflated = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            if len(members) > _MEMBERS:
                raise Unreadable(0, "too-large", f"the {name} has over {_MEMBERS} parts; {save}")
            for member in members:
                with packed.open(member) as part:
                    while chunk := part.read(_CHUNK):
                        inflated += len(chunk)
                        if inflated > INFLATED:
                            message = f"the {name} unpacks to over {INFLATED >> 20} MB; {smaller}"
                            raise Unreadable(0, "too-large", message)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError):
        what = f"{'an' if suffix[0] in 'aeioux' else 'a'} .{suffix} {name}"
        raise Unreadable(0, suffix, f"not {what}, or it is damaged or locked by a password; {save}") from None
