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
        ("", ("", "")),
    ],
)
def test_split_source(value: str, expected: tuple[str, str]) -> None:
    assert split_source(value) == expected
