"""An encoder as an index keeps it: exported."""

from pathlib import Path

from chatbot.core.settings import BotSettings
from chatbot.encoding.protocols import Encoder
from chatbot.indexing.encoders import encoder_of


def exported(index: Path, settings: BotSettings) -> Encoder:
    """The one that `settings` name, exported into the folder `index`; one without a model as it is."""
    encoder = encoder_of(index, settings)
    if encoder.export:
        encoder.export.keep([])
    return encoder
