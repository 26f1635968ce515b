"""What the tokenizer of the encoder that ships makes of a text: a language that it learnt takes few pieces a word
("fertility"), another many; and characters that it never saw are all the same to it."""

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from chatbot.core.errors import EncoderError
from chatbot.encoding.models import ENGLISH, find_model
from chatbot.encoding.pieces import TOKENIZER

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class Pieces(NamedTuple):
    """Of one text."""

    pieces: int
    unknown: int  # of these


def pieces_of(text: str) -> Pieces | None:
    """None where that encoder is not installed."""
    tokenizer = _tokenizer()
    if tokenizer is None:
        return None
    ids = tokenizer.encode(text, add_special_tokens=False).ids
    return Pieces(len(ids), ids.count(tokenizer.token_to_id("[UNK]") or 0))


@cache
def _tokenizer() -> "Tokenizer | None":
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(find_model(ENGLISH).folder / TOKENIZER))
    except EncoderError:
        return None
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
