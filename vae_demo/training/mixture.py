"""A mixture of Gaussians fitted to codes by EM, each covariance drawn towards what all components share."""

import torch
import torch.nn.functional as F
from torch import Tensor

COMPONENTS = 32
SHARED = 300.0  # codes that the shared covariance counts for, in each component
ROUNDS = 12
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
    return weight, mean + centre * scale, covariance * scale[:, None] * scale


def maximise(u: Tensor, belongs: Tensor, shared: float) -> tuple[Tensor, Tensor, Tensor]:
    """The M step: from codes (N, D), and the share (N, K) in which each belongs to a component, what `fit` gives."""
    count = belongs.sum(0).clamp(min=1e-3)  # (K,)
    centre = belongs.T @ u / count[:, None]
    moments = torch.zeros(len(count), u.shape[1], u.shape[1])  # (K, D, D)
    for part, shares in zip(u.split(ROWS), belongs.split(ROWS), strict=True):
        moments += torch.stack([(own[:, None] * part).T @ part for own in shares.T])
    scatter = moments - count[:, None, None] * centre[:, :, None] * centre[:, None, :]
    within = scatter.sum(0) / len(u)  # (D, D)
    covariance = (scatter + shared * within) / (count + shared)[:, None, None]
    return count / len(u), centre, covariance + 1e-4 * torch.eye(u.shape[1])  # a unit can be dead


def log_densities(u: Tensor, weight: Tensor, centre: Tensor, covariance: Tensor) -> Tensor:
    """log(weight_k N(u | centre_k, covariance_k)), (N, K), but for the constant that all share."""
    root = torch.linalg.cholesky(covariance.double())
    whiten = torch.linalg.inv(root).float()  # once a component, so that all codes pass it in one product
    logs = weight.log() - root.diagonal(dim1=1, dim2=2).log().sum(1).float()  # (K,)
    shifts = [-w @ c for c, w in zip(centre, whiten, strict=True)]
    squares = [
        torch.stack([F.linear(part, w, b).square().sum(1) for w, b in zip(whiten, shifts, strict=True)], 1)
        for part in u.split(ROWS)
    ]
    return logs - 0.5 * torch.cat(squares)
