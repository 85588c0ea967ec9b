"""A mixture of Gaussians fitted to codes by EM, each covariance drawn towards what all components share."""

import torch
import torch.nn.functional as F
from torch import Tensor

COMPONENTS = 32
SHARED = 300.0  # codes that the shared covariance counts for, in each component
ROUNDS = 12
LEAST = 1e-4  # share in which a code belongs to a component: most belong to one or two of them
ROWS = 4096  # codes at once: memory of that size is kept and used again, larger pieces are asked for anew each time


def fit(
    z: Tensor, components: int = COMPONENTS, shared: float = SHARED, rounds: int = ROUNDS
) -> tuple[Tensor, Tensor, Tensor]:
    """Weights (K,), means (K, D) and covariances (K, D, D) of a mixture, from codes (N, D).

    A few thousand codes a component are too few for a covariance of D² numbers. So each is a mean of its own scatter,
    with the weight of its codes, and of the scatter within all components, with the weight `shared`: the posterior
    mode under an inverse Wishart prior, and what regularised discriminant analysis does (Friedman 1989).
    """
    from sklearn.cluster import KMeans

    mean, scale = z.mean(0), z.std(0).clamp(min=1e-6)
    u = (z - mean) / scale
    labels = KMeans(components, n_init=1, max_iter=30, random_state=0).fit_predict(u.numpy())
    belongs = F.one_hot(torch.from_numpy(labels).long(), components).float()  # (N, K)
    for _ in range(rounds):
        weight, centre, covariance = maximise(u, belongs, shared)
        belongs = torch.softmax(log_densities(u, weight, centre, covariance), 1)
        belongs = torch.where(belongs > LEAST, belongs, 0.0)
    return weight, mean + centre * scale, covariance * scale[:, None] * scale


def maximise(u: Tensor, belongs: Tensor, shared: float) -> tuple[Tensor, Tensor, Tensor]:
    """The M step: from codes (N, D), and the share (N, K) in which each belongs to a component, what `fit` gives."""
    count = belongs.sum(0).clamp(min=1e-3)  # (K,)
    centre = belongs.T @ u / count[:, None]
    moments = torch.stack([moment(u[own > 0], own[own > 0]) for own in belongs.T])  # (K, D, D)
    scatter = moments - count[:, None, None] * centre[:, :, None] * centre[:, None, :]
    within = scatter.sum(0) / len(u)  # (D, D)
    covariance = (scatter + shared * within) / (count + shared)[:, None, None]
    return count / count.sum(), centre, covariance + 1e-4 * torch.eye(u.shape[1])  # a unit can be dead


def moment(u: Tensor, share: Tensor) -> Tensor:
    """The sum of share u u^T, (D, D), of codes (n, D) and shares (n,)."""
    return (share[:, None] * u).T @ u


def log_densities(u: Tensor, weight: Tensor, centre: Tensor, covariance: Tensor) -> Tensor:
    """log(weight_k N(u | centre_k, covariance_k)), (N, K), but for the constant that all share."""
    root = torch.linalg.cholesky(covariance.double())
    one = torch.eye(u.shape[1], dtype=root.dtype)
    whiten = torch.linalg.solve_triangular(root, one, upper=False).float()  # once: then codes pass it in one product
    logs = weight.log() - root.diagonal(dim1=1, dim2=2).log().sum(1).float()  # (K,)
    shifts = [-w @ c for c, w in zip(centre, whiten, strict=True)]
    squares = [
        torch.stack([F.linear(part, w, b).square().sum(1) for w, b in zip(whiten, shifts, strict=True)], 1)
        for part in u.split(ROWS)
    ]
    return logs - 0.5 * torch.cat(squares)
