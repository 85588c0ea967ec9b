"""VQ models, their codebooks by moving averages, and the likelihood of their codes."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from vae_demo.models import VQVAE, VQVAE2
from vae_demo.models.vqvae import Codebook
from vae_demo.priors import CodePrior
from vae_demo.training.objectives.base import Labels, Objective, Terms, sse
from vae_demo.training.objectives.perceptual import Perceptual


class CodebookEMA(nn.Module):
    """Moves a codebook's entries to the running means of the codes that chose them (arXiv 1711.00937, appendix A.1).

    An entry that hardly anything chooses is moved onto a random code of the batch, so that none stays dead
    (Dhariwal et al., arXiv 2005.00341).
    """

    count: Tensor
    total: Tensor

    def __init__(self, entries: int, width: int, decay: float = 0.99, revive_below: float = 0.03) -> None:
        super().__init__()
        self.decay, self.revive_below = decay, revive_below
        self.register_buffer("count", torch.zeros(entries))  # N_i, chosen times a batch
        self.register_buffer("total", torch.zeros(entries, width))  # m_i, sum of the codes that chose it

    @torch.no_grad()
    def go_on_from(self, codebook: Codebook) -> None:
        """Takes entries that are trained already as the means so far."""
        self.total.copy_(codebook.embedding)
        self.count.fill_(1)

    @torch.no_grad()
    def forward(self, codebook: Codebook, z_e: Tensor, generator: torch.Generator) -> None:
        """One step from the codes (B, E, h, w) of one batch."""
        flat = z_e.detach().float().movedim(1, -1).flatten(0, -2)  # (B, E, h, w) -> (B h w, E)
        if not self.count.any():  # the first batch: start on the data
            rows = torch.randint(len(flat), (len(self.count),), generator=generator, device=generator.device)
            rows = rows.to(flat.device)
            codebook.embedding.copy_(flat[rows])
            self.total.copy_(flat[rows])
            self.count.fill_(1)
        chosen = codebook.codes(z_e.float()).flatten()
        self.count.mul_(self.decay).add_(
            torch.bincount(chosen, minlength=len(self.count)).to(flat), alpha=1 - self.decay
        )
        sums = torch.zeros_like(self.total).index_add_(0, chosen, flat)
        self.total.mul_(self.decay).add_(sums, alpha=1 - self.decay)
        dead = self.count < self.revive_below
        rows = torch.randint(len(flat), (len(dead),), generator=generator, device=generator.device).to(flat.device)
        self.total[dead], self.count[dead] = flat[rows[dead]], 1.0
        codebook.embedding.copy_(self.total / self.count[:, None])


def commitment_loss(codebook: Codebook, z_e: Tensor) -> Tensor:
    """||z_e - sg[e]||²: sum over the code, mean over the batch; keeps the encoder near the entries it chose."""
    return sse(z_e, codebook.look_up(codebook.codes(z_e)).detach())


class VQ(Objective):
    """sse / (2 sigma²) + commitment * ||z_e - sg[e]||², codebook by moving averages, perceptual term at will.

    Args:
        entries, code_width: of the codebooks, one a level.
        sigma: the decoder's fixed deviation.
        commitment: beta of arXiv 1711.00937.
    """

    def __init__(
        self,
        entries: int,
        code_width: int,
        levels: int = 1,
        sigma: float = 0.3536,
        commitment: float = 0.25,
        perceptual: Perceptual | None = None,
    ) -> None:
        super().__init__()
        self.ema = nn.ModuleList(CodebookEMA(entries, code_width) for _ in range(levels))
        self.sigma, self.commitment, self.perceptual = sigma, commitment, perceptual

    def go_on_from(self, model: VQVAE | VQVAE2) -> None:
        books = [model.codebook] if isinstance(model, VQVAE) else [model.codebook_top, model.codebook_bottom]
        for ema, codebook in zip(self.ema, books, strict=True):
            assert isinstance(ema, CodebookEMA)
            ema.go_on_from(codebook)

    def forward(self, model: VQVAE | VQVAE2, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        if isinstance(model, VQVAE):
            levels = [(model.codebook, model.unflatten(model.encode(x)))]
        else:
            levels = list(zip((model.codebook_top, model.codebook_bottom), model.levels(x), strict=True))
        if self.training:
            for ema, (codebook, z_e) in zip(self.ema, levels, strict=True):
                ema(codebook, z_e, generator)
        x_hat = model.decode(torch.cat([z_e.flatten(1) for _, z_e in levels], 1))
        commitment = sum((commitment_loss(codebook, z_e) for codebook, z_e in levels), x.new_zeros(()))
        terms = {"nll": sse(x_hat, x) / (2 * self.sigma**2), "commitment": self.commitment * commitment}
        if self.perceptual is not None:
            terms["perceptual"] = self.perceptual(x_hat, x)
        return terms


class CodeLikelihood(Objective):
    """-log p(codes) of a code prior, codes of a fixed VQ model: sum over codes, mean over the batch, in nats."""

    def __init__(self, vq: VQVAE | VQVAE2) -> None:
        super().__init__()
        self.vq = vq.eval().requires_grad_(False)

    def train(self, mode: bool = True) -> "CodeLikelihood":
        return super().train(False)  # the batch norms of the fixed network stay fixed

    @torch.no_grad()
    def begin(self, model: CodePrior) -> str:
        """Codes that look alike start alike: rows and heads on the codebook's vectors, places on their coordinates.

        From random rows nothing was learned of 2,048 entries in 14,000 pictures; each has to be met too often.
        """
        width, entries = model.config.width, model.config.entries
        books = [m.embedding for m in self.vq.modules() if isinstance(m, Codebook)]
        for level, (book, head, side) in enumerate(zip(books, model.levels, model.config.grids, strict=True)):
            assert isinstance(head, nn.Linear)
            e = (book - book.mean(0)) / book.std()  # (K, E)
            into = torch.linalg.qr(torch.randn(width, e.shape[1]))[0].to(e)  # (W, E), orthonormal columns
            model.embed.weight[level * entries : (level + 1) * entries] = e @ into.T
            head.weight.copy_(0.2 * e @ into.T)
            head.bias.copy_(-0.1 * e.square().sum(1))  # so that log-odds fall with the distance from an entry
            at = (torch.arange(side, device=e.device) + 0.5) / side
            frequency = torch.pi * torch.arange(1, width // 4 + 1, device=e.device) / 2  # up to the finest grid's
            waves = torch.cat([torch.sin(at[:, None] * frequency), torch.cos(at[:, None] * frequency)], 1)  # (s, W/2)
            rows, columns = waves[:, None].expand(-1, side, -1), waves[None].expand(side, -1, -1)
            model.place[model.level == level] = 0.5 * torch.cat([rows, columns], 2).flatten(0, 1)  # (s s, W)
        return "Its rows and heads began on the codebook's vectors, its places on their coordinates."

    def forward(self, model: CodePrior, x: Tensor, labels: Labels, generator: torch.Generator) -> Terms:
        with torch.no_grad(), torch.autocast(x.device.type, enabled=False):  # the codes that the page will see
            found = self.vq.codes(x)
        levels = (found,) if isinstance(found, Tensor) else found
        codes = torch.cat([level.flatten(1) for level in levels], 1)  # (B, T)
        logits = model(codes).flatten(0, 1)  # (B, T, K) -> (B T, K): a softmax over the last dimension is the fast one
        return {"nll": F.cross_entropy(logits, codes.flatten(), reduction="sum") / len(codes)}
