"""The feature network of the perceptual loss: a plain strided classifier of the 40 attributes, trained by us.

It sees half of the people of the training split; the verdict sees the other half, so that what a perceptual loss
learns to please is not what judges it (perceptual losses: Johnson et al., arXiv 1603.08155).
"""

from dataclasses import dataclass

from torch import Tensor, nn


@dataclass(frozen=True)
class FeatureConfig:
    widths: tuple[int, ...]
    attributes: tuple[str, ...]


class FeatureNet(nn.Module):
    """One stage a scale: a strided convolution, then one that looks around."""

    def __init__(self, config: FeatureConfig) -> None:
        super().__init__()
        self.config = config
        stages, width_in = [], 3
        for width in config.widths:
            stages.append(
                nn.Sequential(
                    nn.Conv2d(width_in, width, 4, stride=2, padding=1, bias=False),  # halves H and W
                    nn.BatchNorm2d(width),
                    nn.ReLU(),
                )
            )
            width_in = width
        self.stages = nn.ModuleList(stages)
        self.head = nn.Linear(width_in, len(config.attributes))

    def maps(self, x: Tensor) -> list[Tensor]:
        """(B, 3, H, W) in [0, 1] -> one feature map a stage, finest first."""
        maps, h = [], x - 0.5
        for stage in self.stages:
            h = stage(h)
            maps.append(h)
        return maps

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, H, W) in [0, 1] -> (B, A) log-odds."""
        return self.read(self.maps(x))

    def read(self, maps: list[Tensor]) -> Tensor:
        """The maps of a picture -> (B, A) log-odds."""
        return self.head(maps[-1].mean((2, 3)))
