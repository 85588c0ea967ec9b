"""The tab Reconstruct: one picture through every variant, and the reparameterisation trick to touch."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import gradio as gr
import torch
from torch import Tensor

from vae_demo import ops
from vae_demo.checkpoints import Checkpoint
from vae_demo.models import VAE, Posterior
from vae_demo.ui import blur, charts, checks, decoders, dimensions, explain, inputs, rate, references, remarks
from vae_demo.ui.controls import Radio, Slider
from vae_demo.ui.figures import (
    Figure,
    colour,
    decibel,
    grid,
    heading,
    img,
    milliseconds,
    note,
    signed,
)
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import DATASETS, Room, display, vaes
from vae_demo.ui.scripts import script
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import DICE, MODEL, Tab, link_button, python_box, seed_row
from vae_demo.ui.text import say, t

DRAWS = 8
MOST_SCALE = 4.0
SHOWN = 40  # dimensions in the chart of mu and sigma, at most
NOISES = ("frozen", "redrawn")  # eps, while sigma is moved


@dataclass(frozen=True)
class Result:
    """One variant's reconstruction of one picture.

    Attributes:
        x_hat: (1, C, H, W) in [0, 1].
        kl: nats, of a VAE.
        bits: of the codes, of a VQ model.
        ms: encode and decode together.
    """

    ae: Checkpoint
    x_hat: Tensor
    mse: float
    ssim: float
    kl: float | None
    bits: float | None
    ms: float

    @property
    def psnr(self) -> float:
        return ops.psnr(self.mse)

    @property
    def rate(self) -> float | None:
        """Bits that the code costs, where it has a price."""
        return self.bits if self.kl is None else self.kl / math.log(2)


def through(ae: Checkpoint, x: Tensor) -> Result:
    """x (1, C, H, W) through one variant."""
    start = time.perf_counter()
    q = ae.posterior(x) if isinstance(ae.network, VAE) else None
    x_hat = ae.decode(q.mu if q else ae.encode(x))
    ms = 1000 * (time.perf_counter() - start)
    kl = q.kl().sum().item() if q else None
    bits = ae.card.get("metrics", {}).get("bits")
    x_hat = x_hat.cpu()
    return Result(ae, x_hat, ops.mse(x_hat, x).item(), ops.ssim(x_hat[0], x[0]), kl, bits, ms)


def through_all(checkpoints: Mapping[str, Checkpoint], x: Tensor) -> dict[str, Result]:
    """x (1, C, H, W) through all variants."""
    return {name: through(ae, x) for name, ae in checkpoints.items()}


def draws(ae: Checkpoint, q: Posterior, scale: float, seed: int, n: int = DRAWS) -> Tensor:
    """n pictures of z = mu + scale sigma eps, with eps of the seed: (n, C, H, W)."""
    eps = torch.randn(n, ae.latent_dim, generator=torch.Generator().manual_seed(seed)).to(ae.device)
    return ae.decode(q.mu + scale * q.sigma * eps).cpu()


def most_informative(q: Posterior, n: int | None = None) -> list[int]:
    """The dimensions of one posterior (1, D), most nats first; n of them evenly from the first to the last."""
    order = torch.argsort(q.kl()[0], descending=True)
    return order[torch.linspace(0, len(order) - 1, min(n or len(order), len(order))).round().long()].tolist()


def lines(result: Result, request: gr.Request | None) -> list[str]:
    """What stands under a reconstruction."""
    size = f"D = {result.ae.latent_dim:,}"
    if result.bits is not None:
        size += " · " + say("common.bits", request, n=result.bits)
    if result.kl is not None:
        size += " · " + say("common.kl", request, kl=result.kl)
    return [
        size,
        f"PSNR {decibel(result.psnr)}",
        f"MSE {result.mse:.5f}",
        f"SSIM {result.ssim:.2f} · {milliseconds(result.ms)}",
    ]


def figures(x: Tensor, results: Mapping[str, Result], request: gr.Request | None) -> list[Figure]:
    """The input, then every variant with its signed difference map below."""
    c, h, w = x.shape[1:]
    shown = [
        Figure(
            x[0],
            say("common.input", request),
            [
                say("reconstruct.numbers", request, n=f"{c * h * w:,}"),
                f"{c} × {h} × {w}",
                *([say("reconstruct.centred", request)] if c == 1 else []),
            ],
            say("reconstruct.input_alt", request),
        )
    ]
    for name, r in results.items():
        title = display(name)
        difference = img(signed(r.x_hat[0] - x[0]), say("reconstruct.difference_alt", request, name=title))
        shown.append(
            Figure(
                r.x_hat[0],
                title,
                lines(r, request),
                say("reconstruct.alt", request, name=title, psnr=decibel(r.psnr)),
                colour(name),
                f'<div class="difference">{difference}</div>',
            )
        )
    return shown


def compare(x: Tensor, results: Mapping[str, Result], request: gr.Request | None) -> str:
    """Two pictures over each other and a handle between them; assets/compare.js moves it."""
    options = "".join(f"<option>{escape(display(name))}</option>" for name in results)
    first = next(iter(results.values()))
    words = {key: escape(say(f"reconstruct.{key}", request)) for key in ("compare", "compare_with", "before", "after")}
    return (
        f'<div class="compare">{heading(say("reconstruct.compare", request))}'
        f"<label>{words['compare_with']} <select>{options}</select></label>"
        f'<div class="stack" style="--at:50%">{img(x[0], words["before"])}'
        f'<div class="over">{img(first.x_hat[0], words["after"])}</div><i></i>'
        f'<b class="left">{words["before"]}</b><b class="right">{words["after"]}</b></div>'
        f'<input type="range" min="0" max="100" value="50" aria-label="{words["compare"]}"></div>'
    )


def chart(q: Posterior, scale: float, stripe: str, request: gr.Request | None) -> str:
    """mu and mu +- scale sigma, the most informative dimension first, over the prior's -1 to 1."""
    order = most_informative(q, SHOWN)
    mu, sigma = q.mu[0].tolist(), q.sigma[0].tolist()
    reach = max(2.0, *(abs(mu[i]) + max(scale, 1.0) * sigma[i] for i in order))
    middle, unit, step = charts.HEIGHT / 2, (charts.HEIGHT / 2 - 4) / reach, charts.WIDTH / len(order)
    body = (
        f'<rect x="0" width="{charts.WIDTH}" y="{middle - unit:.1f}" height="{2 * unit:.1f}" fill="currentColor" '
        f'fill-opacity=".12"/><line x1="0" x2="{charts.WIDTH}" y1="{middle}" y2="{middle}" stroke="currentColor" '
        'stroke-opacity=".4"/>'
    )
    for k, i in enumerate(order):
        x, half = (k + 0.5) * step, scale * sigma[i] * unit
        y = middle - mu[i] * unit
        body += (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y - half:.1f}" y2="{y + half:.1f}" stroke="{stripe}" '
            f'stroke-width="{min(step * 0.55, 7):.1f}" stroke-opacity=".55" stroke-linecap="round"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{min(step * 0.3, 3.2):.1f}" fill="{stripe}"/>'
        )
    alt = say("reconstruct.chart_alt", request, n=len(order), widest=max(sigma), narrowest=min(sigma))
    return charts.svg(body, alt)


def python(room: Room, dataset: str, digit, face) -> str:
    """Lines that make what is on screen."""
    larger = []
    for name, ae in room.large(dataset).items():
        larger += ["", *references.python_of(room, dataset, digit, face, ae.shape[1])]
        larger += [f'ae = vae_demo.load("{name}")', f'sheet(ae.reconstruct(x).cpu(), 1, scale=4).save("{name}.png")']
    return "\n".join(
        [
            "import vae_demo",
            "from vae_demo.images import sheet",
            *references.python_of(room, dataset, digit, face),
            f"for name in {list(room.of(dataset))}:",
            "    ae = vae_demo.load(name)",
            "    y = ae.decode(ae.encode(x)).cpu()",
            '    sheet(y, 1, scale=4).save(f"{name}.png")',
            "    print(name, ae.latent_dim, ((y - x) ** 2).mean().item())",
            *larger,
        ]
    )


def python_of_draws(room: Room, dataset: str, digit, face, name: str, scale: float, seed: int) -> str:
    """Lines that make the draws beside the mean."""
    return "\n".join(
        [
            "import torch",
            "import vae_demo",
            "from vae_demo.images import sheet",
            *references.python_of(room, dataset, digit, face),
            f'ae = vae_demo.load("{name}")',
            "q = ae.posterior(x)",
            f"eps = torch.randn({DRAWS}, ae.latent_dim, generator=torch.Generator().manual_seed({seed})).to(ae.device)",
            f"y = ae.decode(q.mu + {scale:g} * q.sigma * eps)",
            f'sheet(y, {DRAWS}, scale=4).save("draws.png")',
        ]
    )


def build(room: Room, dataset: gr.Radio) -> Tab:
    """Makes the tab's components and events; see `ui.page`."""

    @remembered
    @steady(room)
    def reconstruct(
        request: gr.Request,
        dataset: str,
        digit: str = "digit:4:3",
        face: str = "astronaut",
        upload: str | None = None,
    ) -> tuple[str, str]:
        """One picture through every variant of its data set.

        Args:
            dataset: "mnist" or "celeba".
            digit: for digits: "digit:7", "digit:7:2", "strokes:20.30-25.70_40.40-60.40", "upload" or "png:<base64>".
            face: for faces: "face:17" (a seed), "astronaut", "upload" or "png:<base64>".
            upload: the picture, where the above says "upload".

        Returns:
            the figures as HTML, and Python lines that make them.
        """
        dataset = checks.choice(dataset, DATASETS, say("common.dataset", request), request)
        checkpoints = room.of(dataset)
        if not checkpoints:
            return _missing(dataset, request), ""
        x = references.resolve(room, dataset, digit, face, upload, request)
        results = through_all(checkpoints, x)
        shown = figures(x, results, request)
        html = remarks.remarks(room, dataset, face, upload, x, request)
        html += grid(shown, 148) + f'<p class="small figures-words">{say("reconstruct.figures_words", request)}</p>'
        html += compare(x, results, request)
        for name, ae in room.large(dataset).items():
            large = references.resolve(room, dataset, digit, face, upload, request, ae.shape[1])
            html += heading(say("reconstruct.larger", request, side=ae.shape[1]))
            html += grid(figures(large, {name: through(ae, large)}, request), 220)
        html += rate.html({n: (r.rate, r.psnr) for n, r in results.items() if r.rate is not None}, x.numel(), request)
        return html, python(room, dataset, digit, face)

    @remembered
    @steady(room)
    def posterior(
        request: gr.Request,
        dataset: str,
        digit: str = "digit:4:3",
        face: str = "astronaut",
        upload: str | None = None,
        mnist_variant: str = "mnist-vae",
        celeba_variant: str = "celeba-vae",
        scale: float = 1.0,
        seed: int = 0,
    ) -> tuple[str, str]:
        """What a VAE's encoder says of one picture, and draws z = mu + scale sigma eps beside the mean.

        Args:
            dataset, digit, face, upload: as in /reconstruct.
            mnist_variant, celeba_variant: a VAE of that data set.
            scale: times sigma, 0 to 4.
            seed: of eps.

        Returns:
            HTML, and Python lines that make the draws.
        """
        dataset = checks.choice(dataset, DATASETS, say("common.dataset", request), request)
        known = vaes(room.of(dataset))
        if not known:
            return _missing(dataset, request), ""
        wanted = mnist_variant if dataset == "mnist" else celeba_variant
        chosen = checks.choice(wanted, list(known), say("reconstruct.variant", request), request)
        scale = checks.number(scale, 0, MOST_SCALE, say("reconstruct.scale", request), request)
        seed = checks.whole(seed, 0, references.MOST_SEED, say("common.seed", request), request)
        ae = known[chosen]
        q = ae.posterior(references.resolve(room, dataset, digit, face, upload, request))
        stripe = colour(chosen)
        mean = ae.decode(q.mu).cpu()
        shown = [Figure(mean[0], "μ", alt=say("reconstruct.mean_alt", request), colour=stripe)]
        shown += [
            Figure(picture, f"ε {k + 1}", alt=say("reconstruct.draw_alt", request, k=k + 1), colour=stripe)
            for k, picture in enumerate(draws(ae, q, scale, seed))
        ]
        kl = q.kl()[0]
        facts = say(
            "reconstruct.facts",
            request,
            name=display(chosen),
            d=ae.latent_dim,
            kl=kl.sum().item(),
            active=int((kl > 0.1).sum()),
            low=q.sigma.min().item(),
            high=q.sigma.max().item(),
        )
        below = say("reconstruct.chart_words", request, n=min(SHOWN, ae.latent_dim), d=ae.latent_dim)
        html = f'<p class="lead">{escape(facts)}</p>{chart(q, scale, stripe, request)}'
        html += f'<p class="small">{escape(below)}</p>{grid(shown, 74)}'
        return html, python_of_draws(room, dataset, digit, face, chosen, scale, seed)

    def _missing(dataset: str, request: gr.Request | None) -> str:
        return note(say("common.no_models", request, dataset=say(f"common.{dataset}", request)))

    gr.Markdown(t("reconstruct.intro"), elem_classes="lead")
    with gr.Row(elem_classes="work"):
        with gr.Column(scale=1, min_width=280, elem_classes="side"):
            picture = inputs.build(room, "common.input", "digit:4:3", inputs.default_face(room), "reconstruct")
        with gr.Column(scale=3, min_width=320):
            html = gr.HTML(elem_classes="results", js_on_load=script("compare.js"))
            sheet(".results .figures")
            code = python_box()
    fewer = dimensions.build(room, dataset, picture)
    others = decoders.build(room, dataset, picture)
    gr.Markdown(t("reconstruct.closeup"), elem_classes="section-title")
    gr.Markdown(t("reconstruct.closeup_words"), elem_classes="lead")
    with gr.Row(elem_classes="work"):
        with gr.Column(scale=1, min_width=280, elem_classes="side"):
            choices = {
                name: Radio(
                    [(display(n), n) for n in vaes(room.of(name))],
                    value=next(iter(vaes(room.of(name))), None),
                    label=t("reconstruct.variant"),
                    elem_classes=f"for-{name}",
                    interactive=True,
                )
                for name in DATASETS
            }
            scale = Slider(
                0,
                MOST_SCALE,
                1.0,
                step=0.05,
                label=t("reconstruct.scale"),
                info=t("reconstruct.scale_info"),
                buttons=[],
            )
            noise = Radio(
                [(t(f"reconstruct.{name}"), name) for name in NOISES],
                value=NOISES[0],
                label=t("reconstruct.noise"),
                info=t("reconstruct.noise_info"),
            )
            seed, _ = seed_row()
        with gr.Column(scale=3, min_width=320):
            closeup = gr.HTML(elem_classes=["results", "draws"])
            sheet(".draws .figures")
            code_of_draws = python_box()
    fields = {
        "digit": picture.digit,
        "face": picture.face,
        "vae": choices["mnist"],
        "face_vae": choices["celeba"],
        "scale": scale,
        "noise": noise,
        "seed": seed,
        **fewer.link,
    }
    with explain.build("reconstruct.explain"):
        average = blur.build(room, dataset)
    fields |= average.link
    link_button("reconstruct", dataset, fields)

    inputs_ = [dataset, *picture.components]
    knobs = [choices["mnist"], choices["celeba"], scale, seed]

    def below(request: gr.Request, *values) -> tuple:
        """The two sections below the comparison that have controls."""
        own = len(inputs_) + len(knobs)
        return *posterior(request, *values[:own]), *fewer.call(request, *values[own:])

    def whole(request: gr.Request, *values) -> tuple:
        first = reconstruct(request, *values[: len(inputs_)])
        return *first, *below(request, *values[: len(pictured)]), *average.call(request, *values[len(pictured) :])

    seen = [closeup, code_of_draws]
    pictured = [*inputs_, *knobs, *fewer.inputs]
    rebuilt = gr.on(picture.triggers, reconstruct, inputs_, [html, code], api_name="reconstruct", **MODEL)
    turned = [choices["mnist"].input, choices["celeba"].input, seed.change]
    gr.on(turned, posterior, [*inputs_, *knobs], seen, api_name="posterior", **MODEL)
    # Not of the same event: see `tab.MODEL`.
    rebuilt.then(below, pictured, [*seen, *fewer.outputs], api_visibility="private", **MODEL)
    # Whatever brought the comparison, a new picture or the page's opening, it does not wait for what lies far below.
    html.change(others.refresh, others.inputs, others.outputs, api_name="decoders", **MODEL)
    redrawn = gr.on(
        [scale.input, noise.input],
        None,
        [noise, seed],
        seed,
        js=f"(noise, seed) => noise === 'redrawn' ? {DICE} : seed",
        api_visibility="private",
    )
    # Of the same event, each new answer would roll the dice again, and these would ask for the next: for ever.
    redrawn.then(posterior, [*inputs_, *knobs], seen, api_visibility="private", **MODEL)
    outputs = [html, code, *seen, *fewer.outputs, *average.outputs]
    return Tab(whole, [*pictured, *average.inputs], outputs, fields)
