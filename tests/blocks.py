"""Documents in short, for the tests of their readers."""

from chatbot.content.document import Block, Document


def markdown(document: Document) -> list[str]:
    """The Markdown of each block."""
    return ["\n".join(line.text for line in block.lines) for block in document.blocks]


def places(block: Block) -> list[int]:
    """The lines of the source that a block shows."""
    return sorted(number for line in block.lines for number in line.sources)


def pairs(document: Document) -> list[tuple[str, list[str]]]:
    """(question, what the format says answers it)."""
    return [
        (block.words, [other.words for other in document.blocks if block.answered_by in other.box.with_parents()])
        for block in document.blocks
        if block.part == "question"
    ]


def lost(document: Document) -> list[str]:
    """Lines with letters that are shown nowhere, and dropped for no reason."""
    kept = {number for block in document.blocks for number in places(block)}
    kept |= document.dropped.keys() | document.metadata
    return [line for number, line in document.lines.items() if number not in kept and any(map(str.isalpha, line))]
