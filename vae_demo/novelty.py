"""How far a picture is from what a model knows: its reconstruction error, and its code's distance in z.

The limits are measured on held-out pictures (`vae_demo.training.evaluate`) and stand in the card, with the share of
ordinary pictures that lie beyond them: the false alarms.
"""

from dataclasses import dataclass

from torch import Tensor

from vae_demo import ops
from vae_demo.checkpoints import Checkpoint


@dataclass(frozen=True)
class Scores:
    """Two measures of distance, larger is stranger.

    Attributes:
        error: (B,) mean squared error of the reconstruction.
        distance: (B,) Mahalanobis distance (1936) of the code from the mean of the training codes.
    """

    error: Tensor
    distance: Tensor

    def beyond(self, error: float, distance: float) -> Tensor:
        """(B,) bool: whether one of the two is larger than its limit."""
        return (self.error > error) | (self.distance > distance)


def scores(ae: Checkpoint, x: Tensor) -> Scores:
    """(B, C, H, W) in [0, 1] -> its two scores.

    Raises:
        ValueError: x has another shape, type or range.
    """
    z = ae.encode(x)
    return Scores(ops.mse(ae.decode(z).cpu(), x.detach().cpu()), ae.gaussian.distance(z.cpu()))


def limits(ae: Checkpoint) -> tuple[float, float] | None:
    """The limits of error and distance in the card, or None where they were not measured."""
    metrics = ae.card.get("metrics", {})
    if "far_error" not in metrics or "far_distance" not in metrics:
        return None
    return metrics["far_error"], metrics["far_distance"]
