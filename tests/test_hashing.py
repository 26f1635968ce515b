from zlib import crc32

import numpy as np

from chatbot.encoding.hashing import DIM, HashingEncoder


def test_vectors_are_of_length_one_and_do_not_change() -> None:
    vectors = HashingEncoder().encode_passages(["running", "", "?!", "\U0001f600"])
    assert vectors.shape == (4, DIM)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    # " go " has the grams " go", "go " and " go ", each worth 1 / sqrt(3) in the column of its checksum.
    [go] = HashingEncoder().encode_queries(["Go!"])
    codes = [crc32(gram) for gram in (b" go", b"go ", b" go ")]
    expected = np.zeros(DIM, np.float32)
    for code in codes:
        expected[(code >> 1) % DIM] += (1 if code % 2 else -1) / np.sqrt(3)
    np.testing.assert_allclose(go, expected, atol=1e-6)


def test_likeness_follows_shared_letters() -> None:
    run, running, cat = HashingEncoder().encode_queries(["does running hurt", "Running: does it hurt?", "feed the cat"])
    assert run @ running > 0.5 > 0.2 > run @ cat


def test_progress_ends_at_the_total() -> None:
    seen: list[tuple[int, int]] = []
    HashingEncoder().encode_passages(["a"] * 1500, lambda done, total: seen.append((done, total)))
    assert seen == [(1024, 1500), (1500, 1500)]
