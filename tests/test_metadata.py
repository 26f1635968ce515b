import pytest

from chatbot.content.readers.metadata import split_source


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[NHS: back](https://nhs.example/b)", ("NHS: back", "https://nhs.example/b")),
        ("NHS, back pain: https://nhs.example/b", ("NHS, back pain", "https://nhs.example/b")),
        ("NHS <https://nhs.example/b>", ("NHS", "https://nhs.example/b")),
        ("https://nhs.example/b", ("https://nhs.example/b", "https://nhs.example/b")),
        ("A book, page 3", ("A book, page 3", "")),
        ("[x](javascript:alert(1))", ("[x](javascript:alert(1))", "")),
        ("A book,\npage 3", ("A book, page 3", "")),
        (
            "A https://nhs.example/a  and https://nhs.example/b",
            ("A and https://nhs.example/b", "https://nhs.example/a"),
        ),
        ("", ("", "")),
    ],
)
def test_split_source(value: str, expected: tuple[str, str]) -> None:
    """Red without: one line made of the value, and of what is left of it."""
    assert split_source(value) == expected
