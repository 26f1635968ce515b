"""Vectors on disk and in memory."""

from pathlib import Path

import numpy as np
import pytest

from chatbot.core.errors import IndexRefused
from chatbot.core.text import sha256
from chatbot.indexing.disk import map_verified
from chatbot.search.vectors import HALF_FROM, Vectors
from tests.unit_vectors import unit


def test_many_vectors_are_kept_in_half_precision() -> None:
    matrix = unit(HALF_FROM)
    half, exact = Vectors(matrix), Vectors(matrix[:-1])
    assert (half.is_half, exact.is_half) == (True, False)
    assert len(half.to_bytes()) < 0.51 * len(exact.to_bytes())
    np.testing.assert_allclose(half.rows(range(3000)), matrix[:3000], atol=2**-11)
    np.testing.assert_allclose(half.cosines(matrix[7], 2000), matrix[:2000] @ matrix[7], atol=1e-3)
    assert Vectors.read(half.to_bytes()).is_half


def test_vectors_may_come_in_parts() -> None:
    matrix = unit(50)
    vectors = Vectors.of((matrix[at : at + 7] for at in range(0, 50, 7)), 50)
    assert vectors.to_bytes() == Vectors(matrix).to_bytes()
    with pytest.raises(ValueError, match="50 vectors; 51"):
        Vectors.of([matrix], 51)
    with pytest.raises(ValueError, match="50 vectors; 49"):
        Vectors.of([matrix], 49)
    matrix[33] *= 2
    with pytest.raises(ValueError, match="passage row 33 is off"):
        Vectors.of((matrix[at : at + 7] for at in range(0, 50, 7)), 50)


def test_vectors_come_back_as_they_went_in() -> None:
    matrix = unit(50)
    vectors = Vectors(matrix)
    np.testing.assert_array_equal(vectors.rows([3, 0, 3]), matrix[[3, 0, 3]])
    np.testing.assert_array_equal(np.concatenate([part for _, part in vectors.parts(np.arange(50))]), matrix)
    np.testing.assert_array_equal(vectors.cosines(matrix[4], 20), matrix[:20] @ matrix[4])
    assert (len(vectors), vectors.dim) == (50, 16)


def test_bytes_survive_a_round_trip() -> None:
    data = Vectors(unit(20)).to_bytes()
    again = Vectors.read(bytes(data))
    np.testing.assert_array_equal(again.rows(range(20)), Vectors.read(data).rows(range(20)))
    assert again.to_bytes() == data


def test_any_program_can_read_them(tmp_path: Path) -> None:
    matrix = unit(20)
    (tmp_path / "vectors.npy").write_bytes(Vectors(matrix).to_bytes())
    np.testing.assert_array_equal(np.load(tmp_path / "vectors.npy", mmap_mode="r", allow_pickle=False), matrix)


def test_vectors_off_unit_length_are_refused_by_row() -> None:
    matrix = unit(4)
    matrix[2] *= 1.01
    with pytest.raises(ValueError, match=r"passage row 2 is off unit length by 0\.010"):
        Vectors(matrix)
    matrix[1] = np.nan
    with pytest.raises(ValueError, match="passage row"):
        Vectors(matrix)
    with pytest.raises(ValueError, match="n > 0"):
        Vectors(np.empty((0, 4), np.float32))


@pytest.mark.parametrize("scale", [2, np.nan, np.inf])
def test_vectors_off_unit_length_are_refused_when_they_are_read_too(scale: float) -> None:
    """Red without: the look at lengths in `read`."""
    data = bytearray(Vectors(unit(3, 4)).to_bytes())
    numbers = np.frombuffer(data, np.float32, offset=len(data) - 3 * 4 * 4)
    numbers *= np.float32(scale)
    with pytest.raises(ValueError, match="off unit length"):
        Vectors.read(bytes(data))


def file_of(array: np.ndarray, path: Path) -> bytes:
    np.save(path, array)
    return path.read_bytes()


OTHERS = {
    "of doubles": np.eye(3),
    "of objects": np.array([[1]], object),
    "of three dimensions": np.ones((1, 1, 1), np.float32),
    "by columns": np.asfortranarray(np.eye(3, 4, dtype=np.float32)),
    "without rows": np.empty((0, 4), np.float32),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_arrays_that_are_no_vectors_are_refused(kind: str, tmp_path: Path) -> None:
    data = file_of(OTHERS[kind], tmp_path / "x.npy")
    with pytest.raises(ValueError, match=r"not a file of vectors|0 bytes of numbers"):
        Vectors.read(data)


def test_a_file_that_is_cut_or_longer_is_refused() -> None:
    data = bytes(Vectors(unit(3, 4)).to_bytes())
    for other in (data[:-1], data + b"\0"):
        with pytest.raises(ValueError, match="which are not 3 x 4"):
            Vectors.read(other)


@pytest.mark.parametrize(
    "data", [b"", b"nonsense", b"\x93NUMPY", b"\x93NUMPY\1\0\xff\xff{", b"\x93NUMPY\2\0" + bytes(99)]
)
def test_bytes_that_are_no_file_of_vectors_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a file of vectors"):
        Vectors.read(data)


@pytest.mark.parametrize("mapped_from", [0, 10**9], ids=["mapped", "copied"])
def test_a_file_is_checked_and_its_numbers_begin_on_a_line_of_the_cache(mapped_from: int, tmp_path: Path) -> None:
    """Red without: the hash; `mmap`, as bytes begin anywhere, and numpy takes several times as long then."""
    path, matrix = tmp_path / "vectors.npy", unit(5)
    data = bytes(Vectors(matrix).to_bytes())
    path.write_bytes(data)
    read = map_verified(path, len(data), sha256(data), mapped_from)
    vectors = Vectors.read(read)
    assert vectors.first(5).ctypes.data % 64 == 0
    path.unlink()  # as a builder does with builds that are not kept
    np.testing.assert_array_equal(vectors.rows(range(5)), matrix)
    path.write_bytes(data[:-1] + b"x")
    with pytest.raises(IndexRefused, match=r"vectors\.npy: damaged"):
        map_verified(path, len(data), sha256(data), mapped_from)
    path.write_bytes(data + b"x")
    with pytest.raises(IndexRefused, match=r"vectors\.npy: damaged"):
        map_verified(path, len(data), sha256(data), mapped_from)
    path.unlink()
    with pytest.raises(IndexRefused, match=r"vectors\.npy: cannot be read"):
        map_verified(path, len(data), sha256(data), mapped_from)


def test_a_small_file_is_copied_so_that_it_may_change(tmp_path: Path) -> None:
    """A copy over the index of a running server shortens files before it fills them. Red when it is mapped."""
    path = tmp_path / "vectors.npy"
    data = bytes(Vectors(unit(5)).to_bytes())
    path.write_bytes(data)
    read = map_verified(path, len(data), sha256(data))
    path.write_bytes(b"")
    assert bytes(read) == data
