"""One exported encoder on disk for many indexes: exporting it takes from seconds to a minute, and it has 90 MB."""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from chatbot.indexing.disk import make_folder
from chatbot.indexing.encoders import UNFINISHED, kept_encoders, move_in
from chatbot.indexing.lock import locked


def adopt(index: Path, others: Iterable[Path]) -> None:
    """Links the encoders that `others` keep into `index`, which may be new. The next build there checks the one that it
    needs, and deletes the rest. OSError where the file system does not link; IndexRefused while `index` is built."""
    with locked(index):
        for folder in [folder for other in others for folder in kept_encoders(other)]:
            own = index / "encoders" / folder.name
            if own.exists():
                continue
            stage = own.with_name(UNFINISHED + folder.name)
            shutil.rmtree(stage, ignore_errors=True)
            make_folder(stage)
            for file in folder.iterdir():
                os.link(file, stage / file.name)
            move_in(stage, own)
