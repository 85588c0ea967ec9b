"""Our VAEs beside two well-known ones and PCA, each trained on the same pictures for the same time.

python -m vae_demo.training.baselines --data DIR --minutes 10

The two are written anew: 784-400-20 fully connected, Adam at 1e-3, PyTorch's widely copied example (the paper, Kingma &
Welling, arXiv 1312.6114, had 500 tanh units), and convolutions of 128, 256, 512, 1024 channels with D = 64 (Tolstikhin
et al., arXiv 1711.01558, as in pythae's CelebA recipes). Both keep their learning rate; ours falls to zero.
"""

import argparse
import math
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import torch
from torch import Tensor, nn

from vae_demo import ops
from vae_demo.device import pick
from vae_demo.models import VAE, DenseConfig, DenseVAE, Posterior
from vae_demo.training import data, evaluate, pca, train
from vae_demo.training.objectives import Elbo, Objective
from vae_demo.training.recipes import RECIPES

WIDTHS = (128, 256, 512, 1024)


class WideConvVAE(VAE):
    """4x4 convolutions that halve the map, and transposed ones that double it."""

    def __init__(self, channels: int, size: int, latent_dim: int, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__(channels, size, latent_dim)
        self.side, self.coarsest = size // 2 ** len(widths), widths[-1]
        layers: list[nn.Module] = []
        for fine, coarse in pairwise((channels, *widths)):
            layers += [nn.Conv2d(fine, coarse, 4, stride=2, padding=1), nn.BatchNorm2d(coarse), nn.ReLU()]
        self.encoder = nn.Sequential(*layers, nn.Flatten())
        self.to_mu, self.to_logvar = (nn.Linear(widths[-1] * self.side**2, latent_dim) for _ in range(2))
        self.from_z = nn.Linear(latent_dim, widths[-1] * self.side**2)
        layers = []
        for coarse, fine in pairwise(reversed(widths)):
            layers += [nn.ConvTranspose2d(coarse, fine, 4, stride=2, padding=1), nn.BatchNorm2d(fine), nn.ReLU()]
        self.decoder = nn.Sequential(*layers, nn.ConvTranspose2d(widths[0], channels, 4, stride=2, padding=1))

    def posterior(self, x: Tensor) -> Posterior:
        h = self.encoder(x)  # (B, C, H, W) -> (B, w s s)
        return Posterior(self.to_mu(h), self.to_logvar(h))

    def logits(self, z: Tensor) -> Tensor:
        h = self.from_z(z).view(-1, self.coarsest, self.side, self.side)  # (B, D) -> (B, w, s, s)
        return self.decoder(h)


def contenders(dataset: str) -> Iterator[tuple[str, VAE, Objective, int, float, bool]]:
    """Name, network, objective, batch, learning rate, and whether that falls to zero."""
    ours = RECIPES["mnist-vae" if dataset == "mnist" else "celeba-vae"]
    yield "ours", ours.network(ours.config), ours.objective(train.shipped), ours.batch, ours.lr, True
    if dataset == "mnist":
        yield "784-400-20", DenseVAE(DenseConfig(1, 28, (400,), 20)), Elbo("bernoulli"), 128, 1e-3, False
    else:  # sse + KL, its loss there
        objective = Elbo("gaussian", sigma=math.sqrt(0.5))
        yield "conv 128-256-512-1024, 64", WideConvVAE(3, 64, 64), objective, 100, 1e-3, False


def fit(
    network: VAE, objective: Objective, split: data.Split, batch: int, lr: float, falls: bool, seconds: float
) -> int:
    """Trains for so many seconds and gives the number of pictures seen."""
    device = next(network.parameters()).device
    optimiser = torch.optim.Adam(network.parameters(), lr, fused=True)
    network.train()
    began, step = time.monotonic(), 0
    while (spent := (time.monotonic() - began) / seconds) < 1:
        generator = train.generator_of(step)
        x = split.batch(torch.randint(len(split), (batch,), generator=generator)).to(device)
        for group in optimiser.param_groups:
            group["lr"] = lr * 0.5 * (1 + math.cos(math.pi * spent)) if falls else lr
        with torch.autocast(device.type, torch.bfloat16, enabled=train.has_bf16(device)):
            terms = objective(network, x, {}, generator)
        optimiser.zero_grad()
        sum(terms.values()).backward()
        optimiser.step()
        step += 1
    network.eval()
    return step * batch


@torch.no_grad()
def measured(network: VAE, x: Tensor) -> tuple[float, float]:
    """MSE of reconstructions from mu, and KL in nats."""
    errors, nats = [], []
    for part in x.split(256):
        q = network.posterior(part.to(next(network.parameters()).device))
        errors.append(ops.mse(network.decode(q.mu).cpu(), part))
        nats.append(q.kl().sum(1).cpu())
    return torch.cat(errors).double().mean().item(), torch.cat(nats).mean().item()


def table(dataset: str, root: Path, minutes: float, device: torch.device) -> list[str]:
    """Lines of a table in Markdown."""
    learn, held_out = (data.load(dataset, root, split) for split in ("train", "val"))
    x = evaluate.pictures(held_out)
    lines = [
        f"| {dataset}, {minutes:g} min each | parameters | D | pictures seen | PSNR dB | PCA of that D | KL nats |",
        "|---|---|---|---|---|---|---|",
    ]
    torch.manual_seed(0)
    for name, network, objective, batch, lr, falls in contenders(dataset):
        network.to(device).to(memory_format=torch.channels_last)
        seen = fit(network, objective.to(device), learn, batch, lr, falls, 60 * minutes)
        mse, kl = measured(network, x)
        size, d = sum(p.numel() for p in network.parameters()), network.latent_dim
        floor = ops.psnr(pca.pca_mse(learn, x, d))
        lines.append(f"| {name} | {size:,} | {d} | {seen:,} | {ops.psnr(mse):.2f} | {floor:.2f} | {kl:.1f} |")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--device", help="cuda, mps or cpu; picked when not given")
    args = parser.parse_args()
    device = pick(args.device)
    print(f"{train.hardware(device)}, {torch.get_num_threads()} threads")
    for dataset in ("mnist", "celeba"):
        print("\n" + "\n".join(table(dataset, args.data, args.minutes, device)), flush=True)


if __name__ == "__main__":
    main()
