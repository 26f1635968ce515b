"""How FAISS searches a build, as its manifest says; and the size from which clusters are worth it."""

from dataclasses import dataclass

CLUSTERS = "clusters.faiss"  # file of a build


@dataclass(frozen=True, slots=True)
class FaissSearch:
    """How FAISS searches the vectors of a build, as its manifest says and `info` shows."""

    kind: str = "exact"  # or "clustered"
    bits: int = 32  # of each number of a vector
    clusters: int = 0
    probes: int = 0  # clusters that are searched for a query
    recall_at_10: float = 1.0  # of the half of the sample that nothing was chosen by: the worse of its two kinds
    sample: int = 0  # passages and questions in that half
    reason: str = ""  # why a large build is exact all the same


@dataclass(frozen=True, slots=True)
class Limits:
    """When clusters are used, and the recall that they must have."""

    exact_to: int = 131_072  # passages, whose scan takes 9 ms
    recall: float = (
        0.98  # share of the ten nearest that must be found, in both halves and of passages and questions alike
    )
    most_probes: float = 1 / 8  # of the clusters; a search of more saves too little time
