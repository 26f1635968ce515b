"""Verbs for one index on many servers: pack the published build, pull it somewhere else."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chatbot.indexing.pack import Packed
    from chatbot.indexing.pull import Pulled


def pack(index: str | Path, out: str | Path, key: str | Path | None = None, with_encoder: bool = True) -> "Packed":
    """Writes the published build of `index`, and the encoder that it needs, into the file `out`: whole, or not at all.

    `key`: a file of a secret key, as `new_key` or minisign make it, with which it is signed. A file that holds just
    that build already stays as it is. IndexRefused, EncoderError or UsageError leave `out` as it was.
    """
    from chatbot.indexing.minisign import read_secret_key
    from chatbot.indexing.pack import pack

    secret = read_secret_key(Path(key)) if key else None
    return pack(Path(index), Path(out), secret, with_encoder)


def new_key(path: str | Path) -> str:
    """Makes a pair of keys: the secret one in the file `path`, the public one in `path`.pub. Returns the public one."""
    from chatbot.indexing.minisign import make_key_pair

    return str(make_key_pair(Path(path)))


def pull(source: str, index: str | Path, public_key: str = "") -> "Pulled":
    """Publishes in `index` the build of an archive. `source`: an address, a file, or a folder that holds one archive.

    `public_key`: the key, or a file of it, with whose other half the archive must be signed; "": any archive is taken.
    NotFetched, ArchiveRefused and IndexRefused leave the index as it was.
    """
    from chatbot.indexing.minisign import read_public_key
    from chatbot.indexing.pull import pull

    return pull(source, Path(index), read_public_key(public_key) if public_key else None)
