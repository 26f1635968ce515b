"""What a step is measured by. The lower, the better; tensors of torch, every vector of length 1."""

import torch
from torch.nn import functional

Tensor = torch.Tensor


def contrastive(texts: Tensor, likes: Tensor, temperature: float) -> Tensor:
    """Each text is to find its like among all, and each like its text: InfoNCE with in-batch negatives (van den Oord
    et al. 2018), both ways. `texts`, `likes`: (n, d), row i of both belonging together."""
    scores = texts @ likes.T / temperature
    own = torch.arange(len(scores), device=scores.device)
    return (functional.cross_entropy(scores, own) + functional.cross_entropy(scores.T, own)) / 2


def distillation(vectors: Tensor, wanted: Tensor, sharpness: float) -> Tensor:
    """How far the neighbourhood of each text is from the wanted one: the divergence of Kullback and Leibler between
    the softmax of `wanted`, (n, n) cosines, and that of `vectors`, (n, d)."""
    others = ~torch.eye(len(wanted), dtype=torch.bool, device=wanted.device)
    rows = (len(wanted), len(wanted) - 1)
    have = (vectors @ vectors.T)[others].reshape(rows) / sharpness
    want = wanted[others].reshape(rows) / sharpness
    return functional.kl_div(have.log_softmax(1), want.log_softmax(1), log_target=True, reduction="batchmean")
