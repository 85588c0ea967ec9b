"""The tab Sample: new pictures from noise, and why the noise must look like the codes."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import gradio as gr
import torch
from gradio.components import Component
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.consistency import BINS, REACH
from vae_demo.models import VQVAE, VQVAE2
from vae_demo.ui import charts, explain, player
from vae_demo.ui.checks import choice, number, whole
from vae_demo.ui.controls import Dropdown, Radio, Slider, answered
from vae_demo.ui.figures import Figure, colour, figure, grid, milliseconds, note, png, tiles
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.references import MOST_SEED
from vae_demo.ui.room import DATASETS, Room, display
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, after, link_button, on_press, outdates, python_box, seed_row
from vae_demo.ui.text import say, t

PRIORS = ("normal", "gaussian", "mixture", "codes")
LIKELIEST = (256, 64, 16, 4)  # how many of the likeliest codes are left to choose from
MOST_LIKELIEST = 2048
MOST = 16  # pictures of a variant
LONGEST = 256  # numbers of a code that a chart can show
FILM = 17  # moments of a code prior's film


@dataclass(frozen=True)
class Draw:
    """What one variant makes of a draw: codes z (n, D), pictures x (n, C, H, W), and the milliseconds it took."""

    ae: Checkpoint
    z: Tensor
    x: Tensor
    ms: float


def size(ae: Checkpoint, request: gr.Request | None) -> str:
    """The size of its code; of a VQ model in bits too."""
    bits = ae.card.get("metrics", {}).get("bits")
    return f"D = {ae.latent_dim:,}" + (f" · {say('common.bits', request, n=bits)}" if bits else "")


def draw_all(
    checkpoints: Sequence[Checkpoint], n: int, seed: int, temperature: float, prior: str, top_k: int | None = None
) -> list[Draw]:
    """The same draw through every checkpoint that has the prior; those of one D get the very same z of N(0, I)."""
    draws = []
    for ae in checkpoints:
        if prior in ae.priors:
            start = time.perf_counter()
            z = ae.draw(n, seed, temperature, prior, top_k)
            x = ae.decode(z)
            draws.append(Draw(ae, z, x, 1000 * (time.perf_counter() - start)))
    return draws


def axes(ae: Checkpoint) -> Tensor:
    """Standard deviations of the training codes along their principal axes, largest first, (D,).

    Of the single dimensions where D is too large for a covariance to be kept.
    """
    if "covariance" not in ae.latents:
        return ae.latents["std"].sort(descending=True).values
    return torch.linalg.eigvalsh(ae.latents["covariance"].double()).clamp(min=0).sqrt().flip(0).float()


def radius(ae: Checkpoint) -> float:
    """How far a training code lies from 0: the root of E|z|² = |mean|² + sum of variances. N(0, I) has sqrt(D)."""
    return math.sqrt((ae.latents["mean"].square().sum() + ae.latents["std"].square().sum()).item())


def density(ae: Checkpoint, values: Tensor) -> Tensor:
    """Density at `values` (V,) of one number out of a training code, averaged over the D dimensions, (V,).

    The histogram of real codes. Of a checkpoint that came without one, the marginals of its mixture, or of Gaussians
    with the mean and the deviation of each dimension.
    """
    if "histogram" in ae.latents:
        width = 2 * REACH / BINS
        bins = ((values + REACH) / width).floor().long().clamp(0, BINS - 1)
        return ae.latents["histogram"][bins] / width * (values.abs() < REACH)
    if "mixture.weight" in ae.latents:
        m = ae.mixture
        mean, std = m.centre, m.roots.norm(dim=2)  # (K, D) both
        weight = m.weight[:, None].expand_as(mean)
    else:
        mean, std = ae.latents["mean"][None], ae.latents["std"][None]
        weight = torch.ones_like(mean)
    std = std.clamp(min=0.02)  # a dead dimension is a spike, drawn this wide
    u = (values[:, None] - mean.flatten()) / std.flatten()  # (V, K D)
    bells = torch.exp(-0.5 * u.square()) / (std.flatten() * math.sqrt(2 * math.pi))
    return (bells * weight.flatten()).sum(1) / ae.latent_dim


def standard_normal(values: Tensor) -> Tensor:
    """The density of N(0, 1), (V,) -> (V,)."""
    return torch.exp(-0.5 * values.square()) / math.sqrt(2 * math.pi)


def around(ae: Checkpoint, z: Tensor, seed: int, distance: float = 0.5, n: int = 8) -> Tensor:
    """n codes near z (1, D), each `distance` standard deviations of the training codes away in each number, (n, D)."""
    eps = torch.randn(n, ae.latent_dim, generator=torch.Generator().manual_seed(seed)).to(z)
    return z + distance * ae.latents["std"].to(z) * eps


def code_film(ae: Checkpoint, z: Tensor, steps: int) -> Tensor:
    """How a code prior draws: codes known so far, the rest at the mean code; z (1, D) -> (steps, C, H, W).

    Raises:
        ValueError: the checkpoint has no codes.
    """
    network = ae.network
    mean = ae.latents["mean"].to(z)[None]
    if isinstance(network, VQVAE):
        levels, means = [network.unflatten(z)], [network.unflatten(mean)]
    elif isinstance(network, VQVAE2):
        levels, means = list(network.split(z)), list(network.split(mean))
    else:
        raise ValueError(f"expected a VQ model, got {ae.name}")
    sizes = [level[0, 0].numel() for level in levels]
    films = []
    for step in range(steps):
        known, parts = round(step / (steps - 1) * sum(sizes)), []
        for level, middle, size in zip(levels, means, sizes, strict=True):  # coarse level first, row by row
            flat = torch.where(torch.arange(size, device=z.device) < known, level.flatten(2), middle.flatten(2))
            parts.append(flat.flatten(1))
            known -= size
        films.append(torch.cat(parts, 1))
    return ae.decode(torch.cat(films))


def spread_html(checkpoints: Sequence[Checkpoint], request: gr.Request | None) -> str:
    """For each checkpoint where its codes lie, over N(0, 1), and how far they spread along their axes."""
    far = max((radius(ae) / math.sqrt(ae.latent_dim) for ae in checkpoints), default=1.0)
    values = torch.linspace(-1, 1, 161) * min(max(2.5 * far, 4), 12)
    prior = standard_normal(values).tolist()
    cells = []
    for ae in checkpoints:
        name, sigma = display(ae.name), axes(ae)
        low, high = sigma[-1].item(), sigma[0].item()
        words = say("sample.spread", request, radius=radius(ae), expected=math.sqrt(ae.latent_dim), low=low, high=high)
        hill = charts.spread(
            values.tolist(),
            density(ae, values).tolist(),
            prior,
            colour(ae.name),
            say("sample.spread_alt", request, name=name, words=words),
            "N(0, 1)",
        )
        shown = sigma[torch.linspace(0, len(sigma) - 1, min(len(sigma), 64)).round().long()].tolist()
        bars = charts.bars(
            shown, colour(ae.name), say("sample.axes_alt", request, name=name, n=len(sigma), low=low, high=high), 1.0
        )
        cells.append(
            f'<figure style="--stripe:{colour(ae.name)}">{hill}{bars}'
            f"<figcaption><b>{escape(name)}</b><span>{escape(words)}</span></figcaption></figure>"
        )
    return f'<div class="figures" style="--least:220px">{"".join(cells)}</div>'


def code_html(ae: Checkpoint, z: Tensor, x: Tensor, k: int, seed: int, request: gr.Request | None) -> str:
    """One sample with the chart of its code z (1, D) and its neighbours."""
    name = display(ae.name)
    words = say(
        "sample.code" if ae.latent_dim <= LONGEST else "sample.code_part",
        request,
        k=k,
        d=ae.latent_dim,
        shown=LONGEST,
        norm=z.norm().item(),
    )
    chart = charts.bars(z[0, :LONGEST].tolist(), colour(ae.name), words, 1.0)
    near = ae.decode(torch.cat([z, around(ae, z, seed)]))  # itself in the middle of its eight neighbours
    near = torch.cat([near[1:5], near[:1], near[5:]])
    title = say("sample.picture", request, k=k, name=name)
    shown = Figure(x[0], title, colour=colour(ae.name))
    said = say("sample.neighbours", request)
    neighbours = Figure(tiles(near), "", (said,), said, colour(ae.name), tiles=len(near))
    return (
        f'<div class="figures" style="--least:200px">{figure(shown)}'
        f'<figure style="--stripe:{colour(ae.name)}">{chart}'
        f"<figcaption><span>{escape(words)}</span></figcaption></figure>{figure(neighbours)}</div>"
    )


def python(names: Sequence[str], n: int, seed: int, temperature: float, prior: str, top_k: int | None = None) -> str:
    """Lines that make what is on screen."""
    chosen = f'temperature={temperature:g}, prior="{prior}"' + (f", top_k={top_k}" if top_k else "")
    return "\n".join(
        [
            "import vae_demo",
            "from vae_demo.images import sheet",
            "",
            f"for name in {list(names)}:",
            "    ae = vae_demo.load(name)",
            f"    x = ae.sample({n}, seed={seed}, {chosen})",
            f'    sheet(x, {math.ceil(math.sqrt(n))}, scale=4).save(f"{{name}}.png")',
        ]
    )


def favourite(names: Sequence[str]) -> str:
    """The variant whose sample is opened first: a VAE where there is one; "" of none."""
    return next((name for name in names if name.endswith("-vae")), names[0] if names else "")


def build(room: Room, dataset: gr.Radio) -> Tab:
    """The tab's content."""

    def checked(data, prior, n, temperature, seed, top_k, request) -> tuple[str, str, int, float, int, int | None]:
        likeliest = whole(top_k, 0, MOST_LIKELIEST, say("sample.top_k", request), request)
        return (
            choice(data, DATASETS, say("common.dataset", request), request),
            choice(prior, PRIORS, say("sample.prior", request), request),
            whole(n, 1, MOST, say("sample.n", request), request),
            number(temperature, 0, 2, say("sample.temperature", request), request),
            whole(seed, 0, MOST_SEED, say("common.seed", request), request),
            likeliest if likeliest and prior == "codes" else None,
        )

    @remembered
    @steady(room)
    def sample(request: gr.Request, dataset, prior="normal", n=9, temperature=1.0, seed=0, top_k=0) -> tuple[str, str]:
        """New pictures from one draw through every variant.

        Args:
            dataset: "mnist" or "celeba".
            prior: "normal", "gaussian", "mixture" or "codes"; variants that do not have it are left out.
            n: pictures of each variant, 1 to 16.
            temperature: scales the spread of the draw, 0 to 2.
            seed: a whole number, 0 or more.
            top_k: for "codes", each code is one of the k likeliest, 1 to 2048; 0 leaves all.

        Returns:
            the figures as HTML, and Python lines that make them.
        """
        data, *drawn = checked(dataset, prior, n, temperature, seed, top_k, request)
        prior, n, temperature, seed, top_k = drawn
        everyone = room.of(data)
        draws = draw_all(list(everyone.values()), n, seed, temperature, prior, top_k)
        if not draws:
            return note(say("sample.none", request, dataset=say(f"common.{data}", request))), ""
        figures = [
            Figure(
                tiles(draw.x),
                display(draw.ae.name),
                (size(draw.ae, request), milliseconds(draw.ms)),
                say("sample.alt", request, n=n, name=display(draw.ae.name), seed=seed),
                colour(draw.ae.name),
                tiles=n,
                opens=draw.ae.name,
            )
            for draw in draws
        ]
        missing = [display(name) for name, ae in everyone.items() if prior not in ae.priors]
        left_out = note(say("sample.left_out", request, names=", ".join(missing))) if missing else ""
        lines = python([draw.ae.name for draw in draws], n, seed, temperature, prior, top_k)
        return grid(figures, 200) + left_out, lines

    @remembered
    @steady(room)
    def spread(data, request: gr.Request) -> str:
        """Where the codes of the training pictures lie, beside N(0, I), as HTML."""
        data = choice(data, DATASETS, say("common.dataset", request), request)
        return spread_html(list(room.of(data).values()), request)

    @remembered
    @steady(room)
    def inside(request: gr.Request, dataset, prior, n, temperature, seed, name, k, top_k=0) -> str:
        """One of the samples with its code and its neighbours, as HTML."""
        data, *drawn = checked(dataset, prior, n, temperature, seed, top_k, request)
        prior, n, temperature, seed, top_k = drawn
        k = whole(k, 1, MOST, say("sample.which", request), request)
        able = able_names(data, prior)
        if not able:
            return note(say("sample.none", request, dataset=say(f"common.{data}", request)))
        # The choice may still be of the other data set, or have another prior.
        ae = room.checkpoints[name if name in able else favourite(able)]
        k = min(k, n)
        z = ae.draw(n, seed, temperature, prior, top_k)[k - 1 : k]
        return code_html(ae, z, ae.decode(z), k, seed, request)

    def code_films(request, dataset, temperature, seed, top_k) -> dict[str, Tensor]:
        """Of each model with a code prior one picture while it is drawn, (FILM, C, H, W)."""
        data, prior, n, temperature, seed, top_k = checked(dataset, "codes", 1, temperature, seed, top_k, request)
        draws = draw_all(list(room.of(data).values()), n, seed, temperature, prior, top_k)
        return {draw.ae.name: code_film(draw.ae, draw.z, FILM).cpu() for draw in draws}

    @remembered
    @steady(room, film=True)
    def film(request: gr.Request, dataset, temperature=1.0, seed=0, top_k=0) -> str:
        """A picture of each VQ variant while its code prior draws it, as HTML."""
        rows = []
        for found, moments in code_films(request, dataset, temperature, seed, top_k).items():
            name = display(found)
            alts = [say("sample.film_frame", request, name=name, share=i / (FILM - 1)) for i in range(FILM)]
            rows.append(player.Row(f"<b>{escape(name)}</b>", colour(found), [png(moment) for moment in moments], alts))
        if not rows:
            return note(say("sample.film_none", request))
        return player.film(rows, request, start=1.0)

    @remembered
    @steady(room, film=True)
    def film_to_keep(request: gr.Request, dataset, temperature=1.0, seed=0, top_k=0) -> str:
        """The same as an animated GIF and WebP, in HTML as `data:` URLs."""
        films = code_films(request, dataset, temperature, seed, top_k)
        if not films:
            return note(say("sample.film_none", request))
        alt = say("sample.film", request)
        films = {display(name): film for name, film in films.items()}
        return player.to_keep(films, "code-by-code", alt, request, there_and_back=False)

    def able_names(data: str, prior: str) -> list[str]:
        return [name for name, ae in room.of(data).items() if prior in ae.priors]

    def variants_of(data: str, prior: str, name) -> dict:
        """The variants to choose from, those that have the prior; another choice makes room for one of these."""
        able = able_names(data, prior)
        return answered(name, name if name in able else favourite(able), choices=[(display(n), n) for n in able])

    def offered(data: str) -> list[tuple]:
        """The priors that some model of the data set has."""
        known = {prior for ae in room.of(data).values() for prior in ae.priors}
        return [(t(f"sample.{name}"), name) for name in PRIORS if name in known]

    def refresh(request: gr.Request, data, prior, n, temperature, seed, top_k, name, k) -> tuple:
        """All that the tab shows; a prior or a variant of the other data set makes room for one of this."""
        priors = offered(data)
        came, prior = prior, prior if prior in [value for _, value in priors] else "normal"
        knobs = data, prior, n, temperature, seed
        return (
            *sample(request, *knobs, top_k),
            spread(data, request),
            answered(came, prior, choices=priors),
            variants_of(data, prior, name),
            inside(request, *knobs, name, k, top_k),
            gr.update(visible=prior == "codes"),
            gr.update(visible="codes" in [value for _, value in priors]),
        )

    def opened_by(press: str) -> tuple:
        """What assets/send.js says of the sample that was pressed, "mnist-vae:3:1700000000", to the two controls."""
        name, k, _ = str(press).split(":")
        return name, int(k), gr.update(open=True)

    every = [found for data in DATASETS for found in room.of(data)]  # `refresh` leaves those of the data set
    gr.Markdown(t("sample.intro"), elem_classes="lead")
    with gr.Row(elem_classes="work"):
        with gr.Column(scale=1, min_width=280, elem_classes="side"):
            prior = Radio(
                [(t(f"sample.{name}"), name) for name in PRIORS],  # `refresh` leaves those that some model has
                value="normal",
                label=t("sample.prior"),
                info=t("sample.prior_info"),
            )
            temperature = Slider(
                0, 2, 1, step=0.05, label=t("sample.temperature"), info=t("sample.temperature_info"), buttons=[]
            )
            top_k = Radio(
                [(t("sample.all_codes"), 0), *((str(k), k) for k in LIKELIEST)],
                value=0,
                label=t("sample.top_k"),
                info=t("sample.top_k_info"),
                visible=False,  # but for the code prior
            )
            n = Slider(1, MOST, 9, step=1, label=t("sample.n"), buttons=[])
            seed, _ = seed_row()
            gr.Markdown(t("sample.priors_words"), elem_classes="small")
        with gr.Column(scale=3, min_width=300):
            result = gr.HTML()
            sheet(".figures")
    gr.Markdown(t("sample.why"), elem_classes="section-title")
    gr.Markdown(t("sample.why_words"), elem_classes="lead")
    hills = gr.HTML()
    pressed = gr.HTML(value="", html_template="<i></i>", js_on_load=PRESSED, elem_classes="away")
    with gr.Accordion(t("sample.inside"), open=False, elem_classes="opened-sample") as open_one:
        with gr.Row():
            name = Dropdown([(display(n), n) for n in every], value=favourite(every), label=t("sample.variant"))
            k = Slider(1, MOST, 1, step=1, label=t("sample.which"), buttons=[])
        opened = gr.HTML()
    with gr.Accordion(t("sample.film"), open=False) as film_box:
        gr.Markdown(t("sample.film_words"))
        button = gr.Button(t("sample.film_button"), variant="primary")
        drawn = player.component()
        keep = gr.Button(t("common.film_button"))
        kept = gr.HTML()
    of_film: list[Component] = [dataset, temperature, seed, top_k]
    films = {
        drawn: on_press(button, "sample.film_button", film, of_film, drawn, "sample_film"),
        kept: on_press(keep, "common.film_button", film_to_keep, of_film, kept, "sample_film_files"),
    }
    outdates([temperature.input, seed.change, top_k.input, dataset.change], films)
    code = python_box()
    explain.build("sample.explain_words")
    link = {"prior": prior, "n": n, "temperature": temperature, "seed": seed, "top_k": top_k, "variant": name, "k": k}
    link_button("sample", dataset, link)

    knobs = [dataset, prior, n, temperature, seed]
    moved = [prior.input, n.input, temperature.input, seed.change, top_k.input]
    drew = after(moved).then(sample, [*knobs, top_k], [result, code], api_name="sample", **MODEL)
    quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden", "queue": False}
    prior.input(variants_of, [dataset, prior, name], name, **quiet)
    prior.input(lambda prior: gr.update(visible=prior == "codes"), prior, top_k, **quiet)
    one = [*knobs, name, k, top_k]
    drew.then(inside, one, opened, api_visibility="private", **MODEL)  # not of the same event: see `tab.MODEL`
    gr.on([name.input, k.input], inside, one, opened, api_name="sample_inside", **MODEL)
    pressed.change(
        opened_by, pressed, [name, k, open_one], api_visibility="private", show_progress="hidden", queue=False
    ).then(inside, one, opened, api_visibility="private", **MODEL)
    shown = [result, code, hills, prior, name, opened, top_k, film_box]
    return Tab(refresh, [*knobs, top_k, name, k], shown, link)


# Tells the server which sample was to be opened, and brings what comes of it into view.
PRESSED = """
document.addEventListener('sample-opened', e => {
  props.value = `${e.detail.name}:${e.detail.k}:${Date.now()}`;
  setTimeout(() => document.querySelector('.opened-sample')?.scrollIntoView({ block: 'nearest' }), 400);
});
"""
