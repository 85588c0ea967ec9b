"""The landmark network: where eyes, nose and mouth lie in a crop, and whether the crop shows a face at all."""

from dataclasses import dataclass

from torch import Tensor, nn

LANDMARKS = ("left_eye", "right_eye", "nose", "mouth_left", "mouth_right")  # left and right as seen


@dataclass(frozen=True)
class LandmarkConfig:
    """`widths` are the channels of the map at each scale, finest first; each scale halves the side."""

    size: int
    widths: tuple[int, ...]
    hidden: int


class LandmarkNet(nn.Module):
    """Crop -> five landmarks and the log-odds of a face, together as in MTCNN (Zhang et al., arXiv 1604.02878)."""

    def __init__(self, config: LandmarkConfig) -> None:
        super().__init__()
        self.size = config.size
        stages: list[nn.Module] = []
        width_in = 1
        for width in config.widths:
            stages += [
                nn.Conv2d(width_in, width, 3, stride=2, padding=1, bias=False),  # halves H and W
                nn.BatchNorm2d(width),
                nn.ReLU(),
            ]
            width_in = width
        self.stages = nn.Sequential(*stages)
        side = config.size // 2 ** len(config.widths)
        self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(width_in * side**2, config.hidden), nn.ReLU())
        self.points = nn.Linear(config.hidden, 2 * len(LANDMARKS))
        self.face = nn.Linear(config.hidden, 1)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, 3, size, size) in [0, 1] -> landmarks (B, 5, 2) in fractions of the side, log-odds of a face (B,)."""
        grey = x.mean(1, keepdim=True)  # (B, 1, size, size): a grey photo is as good as a coloured one
        deviation = grey.std((2, 3), keepdim=True)
        grey = (grey - grey.mean((2, 3), keepdim=True)) / (deviation + 0.02)  # light and contrast drop out
        h = self.hidden(self.stages(grey))
        points = self.points(h).float().unflatten(1, (len(LANDMARKS), 2))  # (B, 10) -> (B, 5, 2)
        return 0.5 + points, self.face(h)[:, 0]
