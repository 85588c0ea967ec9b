"""The tab Sample: new pictures from noise, and why the noise must look like the codes."""

from collections.abc import Collection, Sequence
from html import escape
from typing import Any

import gradio as gr
import torch
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.ui import charts, explain
from vae_demo.ui.checks import choice, whole
from vae_demo.ui.controls import Dropdown, Radio, Slider, answered
from vae_demo.ui.figures import Figure, colour, figure, grid, milliseconds, note, tiles
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import DATASETS, Room, display
from vae_demo.ui.sample import code_film
from vae_demo.ui.sample.draws import MOST, PRIORS, Draw, Question, able
from vae_demo.ui.sample.spread import newness_html, spread_html
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, after, link_button, python_box, seed_row, takes
from vae_demo.ui.text import say, t

LIKELIEST = (256, 64, 16, 4)  # how many of the likeliest codes are left to choose from
LONGEST = 256  # numbers of a code that a chart can show


def size(ae: Checkpoint, request: gr.Request | None) -> str:
    """The size of its code; of a VQ model in bits too."""
    bits = ae.card.get("metrics", {}).get("bits")
    return f"D = {ae.latent_dim:,}" + (f" · {say('common.bits', request, n=bits)}" if bits else "")


def around(ae: Checkpoint, z: Tensor, seed: int, distance: float = 0.5, n: int = 8) -> Tensor:
    """n codes near z (1, D), each `distance` standard deviations of the training codes away in each number, (n, D)."""
    eps = torch.randn(n, ae.latent_dim, generator=torch.Generator().manual_seed(seed)).to(z)
    return z + distance * ae.latents["std"].to(z) * eps


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


def drawn_html(draws: Sequence[Draw], asked: Question, request: gr.Request | None) -> str:
    """The samples of each variant."""
    figures = [
        Figure(
            tiles(draw.x),
            display(draw.ae.name),
            (size(draw.ae, request), milliseconds(draw.ms)),
            say("sample.alt", request, n=asked.n, name=display(draw.ae.name), seed=asked.seed),
            colour(draw.ae.name),
            tiles=asked.n,
            opens=draw.ae.name,
        )
        for draw in draws
    ]
    return grid(figures, 200)


def none(dataset: str, request: gr.Request | None) -> str:
    """What is said where no model of the data set has the prior, as HTML."""
    return note(say("sample.none", request, dataset=say(f"common.{dataset}", request)))


def favourite(names: Collection[str]) -> str:
    """The variant whose sample is opened first: a VAE where there is one; "" of none."""
    return next((name for name in names if name.endswith("-vae")), next(iter(names), ""))


def chosen(name, models: Collection[str]) -> str:
    """The variant that is asked for, where it is there, else the favourite."""
    return name if isinstance(name, str) and name in models else favourite(models)


def build(room: Room, dataset: gr.Radio) -> Tab:
    """The tab's content."""

    @remembered
    @steady(room)
    @takes(Question.of)
    def sample(request: gr.Request, *values, **named) -> tuple[str, str]:
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
        asked = Question.of(request, *values, **named)
        draws = asked.draws(room)
        if not draws:
            return none(asked.data, request), ""
        missing = [display(name) for name, ae in room.of(asked.data).items() if asked.prior not in ae.priors]
        left_out = note(say("sample.left_out", request, names=", ".join(missing))) if missing else ""
        cold = note(say("sample.cold", request)) if asked.temperature == 0 else ""
        return drawn_html(draws, asked, request) + cold + left_out, asked.python([draw.ae.name for draw in draws])

    @remembered
    @steady(room)
    def spread(data, request: gr.Request) -> str:
        """Where the codes of the training pictures lie, beside N(0, I), and how new the samples are, as HTML."""
        data = choice(data, DATASETS, say("common.dataset", request), request)
        known = list(room.of(data).values())
        return spread_html(known, request) + newness_html(known, request)

    @remembered
    @steady(room)
    def inside(request: gr.Request, dataset, prior, n, temperature, seed, name, k, top_k=0) -> str:
        """One of the samples with its code and its neighbours, as HTML."""
        asked = Question.of(request, dataset, prior, n, temperature, seed, top_k)
        k = min(whole(k, 1, MOST, say("sample.which", request), request), asked.n)
        models = able(room, asked.data, asked.prior)
        if not models:
            return none(asked.data, request)
        # The choice may still be of the other data set, or have another prior.
        ae = models[chosen(name, models)]
        z = asked.codes(ae)[k - 1 : k]
        return code_html(ae, z, ae.decode(z), k, asked.seed, request)

    def variants_of(data: str, prior: str, name) -> dict:
        """The variants to choose from, those that have the prior; another choice makes room for one of these."""
        models = able(room, data, prior)
        return answered(name, chosen(name, models), choices=[(display(n), n) for n in models])

    def offered(data: str) -> list[tuple]:
        """The priors that some model of the data set has."""
        known = {prior for ae in room.of(data).values() for prior in ae.priors}
        return [(t(f"sample.{name}"), name) for name in PRIORS if name in known]

    def refresh(request: gr.Request, data, prior, *values) -> tuple:
        """All that the tab shows; a prior or a variant of the other data set makes room for one of this."""
        n, temperature, seed, top_k, name, k = values
        priors = offered(data)
        known = [value for _, value in priors]
        came, prior = prior, prior if prior in known else "normal"
        drawn = data, prior, n, temperature, seed
        return (
            *sample(request, *drawn, top_k),
            spread(data, request),
            answered(came, prior, choices=priors),
            variants_of(data, prior, name),
            inside(request, *drawn, name, k, top_k),
            gr.update(visible=prior == "codes"),
            gr.update(visible="codes" in known),
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
    film_box = code_film.build(room, dataset, temperature, seed, top_k)
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
    pressed.change(opened_by, pressed, [name, k, open_one], **quiet).then(
        inside, one, opened, api_visibility="private", **MODEL
    )
    shown: list[Any] = [result, code, hills, prior, name, opened, top_k, film_box]
    return Tab(refresh, [*knobs, top_k, name, k], shown, link)


# Tells the server which sample was to be opened, and brings what comes of it into view.
PRESSED = """
document.addEventListener('sample-opened', e => {
  props.value = `${e.detail.name}:${e.detail.k}:${Date.now()}`;
  setTimeout(() => document.querySelector('.opened-sample')?.scrollIntoView({ block: 'nearest' }), 400);
});
"""
