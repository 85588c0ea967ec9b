"""Pictures whose features are, all together, as those of photos: their means and mean squares."""

import torch
from torch import Tensor, nn


class FeatureMoments(nn.Module):
    """Draws mean and mean square of each channel of a feature network's maps, over many decoded pictures, to those of
    photos: weight * the squared difference in units of the photos' variance, mean over channels, sum over maps.

    A distance to one photo asks for the mean of all that could be there, which has less of every feature than any photo
    has: it is blurred. Feature matching (Salimans et al., arXiv 1606.03498; dos Santos et al., arXiv 1904.02762),
    with running means as in the latter, because a batch is too few.

    Args:
        channels: of each map.
        decay: of the running means, a batch.
    """

    photos: Tensor
    decoded: Tensor
    batches: Tensor

    def __init__(self, channels: tuple[int, ...], weight: float, decay: float = 0.98) -> None:
        super().__init__()
        self.channels, self.weight, self.decay = channels, weight, decay
        self.register_buffer("photos", torch.zeros(2, sum(channels)))
        self.register_buffer("decoded", torch.zeros(2, sum(channels)))
        self.register_buffer("batches", torch.zeros(()))

    def forward(self, maps: list[Tensor], targets: list[Tensor]) -> Tensor:
        """The penalty by the running means, with the gradient that the maps of these decoded pictures have in it.

        Args:
            maps: of decoded pictures (N, C, h, w), one for each of `channels`.
            targets: of photos (B, C, h, w).
        """
        now, there = moments(maps), moments(targets)
        keep = self.decay * (1 - self.decay**self.batches) / (1 - self.decay ** (self.batches + 1))
        self.batches += 1
        self.photos.lerp_(there.detach(), 1 - keep)
        self.decoded.lerp_(now.detach(), 1 - keep)
        variance = (self.photos[1] - self.photos[0].square()).clamp(min=1e-6)  # (C of all maps,)
        unit = torch.stack([variance.sqrt(), variance])
        apart = (self.decoded - self.photos) / unit  # (2, C of all maps)
        towards = 2 * apart * (now - now.detach()) / unit
        return self.weight * sum(part.sum(0).mean() for part in (apart.square() + towards).split(self.channels, 1))


def moments(maps: list[Tensor]) -> Tensor:
    """Mean and mean square of each channel of all maps: (2, C of all maps)."""
    each = [torch.stack([h.mean((0, 2, 3)), h.square().mean((0, 2, 3))]) for h in (h.float() for h in maps)]
    return torch.cat(each, 1)
