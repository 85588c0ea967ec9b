"""A step along a direction is asked to show: the attribute loss on edited pictures."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vae_demo.models import Autoencoder
from vae_demo.models.blocks import normal_like, uniform
from vae_demo.training import latents
from vae_demo.training.features import FeatureNet
from vae_demo.training.objectives.base import Labels


class Edits(nn.Module):
    """A step along an attribute's direction should change the picture in that attribute and in no other.

    One step along one direction is added to codes (or taken away, where the attribute is there), and a feature
    network reads the attributes from what they decode to: the attribute loss on edited pictures of AttGAN
    (He et al., arXiv 1711.10678), on a step whose length and direction are those of the finished checkpoint. The
    directions are computed as there, now and then, from the codes of the last `memory` pictures.

    Args:
        attributes: labels that the feature network names, in its order.
        weight: of the loss, in nats: sum over the attributes of the directions, mean over the edited pictures.
        memory: pictures whose codes are kept.
        every: batches after which the directions are computed again.
        noise: sigma of noise on the edited pictures, so that no pattern too faint to be seen pleases the network.
    """

    # What the step brings with it, and what it may change: hair goes under a hat, a woman has no beard to keep.
    BRINGS = (("Sunglasses", "Eyeglasses"),)
    FREE = (
        ("Male", "No_Beard"), ("Blond_Hair", "Black_Hair"), ("Black_Hair", "Blond_Hair"),
        ("Wearing_Hat", "Bangs"), ("Wearing_Hat", "Blond_Hair"), ("Wearing_Hat", "Black_Hair"),
    )  # fmt: skip
    GLASSES_SHARE = 0.25  # of the edits; the rest is shared evenly
    TAKEN_OFF = 0.6  # of those who wear clear glasses: they are few, and a pair that stays is what one sees

    codes: Tensor
    seen: Tensor
    batches: Tensor
    directions: Tensor
    set_by: Tensor
    asked: Tensor
    often: Tensor

    def __init__(
        self,
        attributes: tuple[str, ...],
        latent_dim: int,
        weight: float,
        memory: int = 8192,
        every: int = 200,
        noise: float = 0.05,
    ) -> None:
        super().__init__()
        self.attributes, self.weight, self.every, self.noise = attributes, weight, every, noise
        names = latents.FACE_DIRECTIONS
        self.register_buffer("codes", torch.zeros(memory, latent_dim))
        self.register_buffer("seen", torch.zeros(memory, len(attributes), dtype=torch.bool))
        self.register_buffer("batches", torch.zeros((), dtype=torch.long))
        self.register_buffer("directions", torch.zeros(len(names), latent_dim))
        place = {name: i for i, name in enumerate(names)}
        set_by, asked = torch.eye(len(names), dtype=torch.bool), torch.ones(len(names), len(names))
        for name, other in self.BRINGS:
            set_by[place[name], place[other]] = True
        for name, other in self.FREE:
            asked[place[name], place[other]] = 0
        often = torch.full((len(names),), (1 - self.GLASSES_SHARE) / (len(names) - 1))
        often[place["Eyeglasses"]] = self.GLASSES_SHARE
        self.register_buffer("set_by", set_by, persistent=False)
        self.register_buffer("asked", asked, persistent=False)
        self.register_buffer("often", often, persistent=False)
        self.glasses = place["Eyeglasses"]
        self.labels = ["sunglasses" if name == "Sunglasses" else name for name in names]
        self.columns = [attributes.index(label) for label in self.labels]

    @torch.no_grad()
    def remember(self, mu: Tensor, labels: Labels) -> None:
        """Keeps the codes (B, D) of a batch, and now and then computes the directions."""
        rows = (self.batches * len(mu) + torch.arange(len(mu), device=mu.device)) % len(self.codes)
        self.codes[rows] = mu.detach().float()
        self.seen[rows] = torch.stack([labels[name].bool() for name in self.attributes], 1)  # (B, A)
        self.batches += 1
        full = self.batches * len(mu) >= len(self.codes)
        if full and (self.batches % self.every == 0 or not self.directions.any()):
            known = {name: self.seen[:, i].cpu() for i, name in enumerate(self.attributes)}
            with torch.autocast("cpu", enabled=False):  # a covariance of bfloat16 products is none
                found = latents.directions(
                    self.codes.cpu(), latents.face_flags(known), latents.FACE_DIRECTIONS, "fisher"
                )
            self.directions.copy_(torch.stack([found[f"direction.{name}"] for name in latents.FACE_DIRECTIONS]))

    def forward(
        self, model: Autoencoder, features: FeatureNet, z: Tensor, labels: Labels, generator: torch.Generator
    ) -> Tensor:
        """The loss on codes z (B, D), one edit each; zero until there are directions."""
        if not self.directions.any():
            return z.new_zeros(())
        flags = latents.face_flags(labels)
        nothing = torch.zeros(len(z), dtype=torch.bool, device=z.device)
        present = torch.stack([flags[name] for name in latents.FACE_DIRECTIONS], 1)  # (B, K)
        other_kind = torch.stack([flags.get(f"{name}.out", nothing) for name in latents.FACE_DIRECTIONS], 1)
        often = self.often.to(generator.device)
        chosen = torch.multinomial(often, len(z), replacement=True, generator=generator).to(z.device)
        taken_off = uniform((len(z),), generator).to(z.device) < self.TAKEN_OFF
        chosen = torch.where(taken_off & present[:, self.glasses], self.glasses, chosen)  # (B,)
        row = torch.arange(len(z), device=z.device)
        added, left = ~present[row, chosen], other_kind[row, chosen]  # sunglasses are not asked for clear ones
        sign = torch.where(left, 0.0, torch.where(added, 1.0, -1.0))
        x_hat = model.decode(z + sign[:, None] * self.directions[chosen])
        logits = features(x_hat + self.noise * normal_like(x_hat, generator))[:, self.columns].float()  # (B, K)
        before = torch.stack([labels[label].bool() for label in self.labels], 1)  # (B, K)
        wanted = torch.where(self.set_by[chosen] & ~left[:, None], added[:, None], before)
        nats = F.binary_cross_entropy_with_logits(logits, wanted.float(), reduction="none")
        return self.weight * (nats * self.asked[chosen]).sum(1).mean()
