"""The film of a code prior at work: a picture that is drawn code by code."""

from html import escape

import gradio as gr
import torch
from gradio.components import Component
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.models import VQVAE, VQVAE2
from vae_demo.ui import player
from vae_demo.ui.figures import colour, note, png
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import Room, display
from vae_demo.ui.sample.draws import Question, able
from vae_demo.ui.tab import on_press, outdates, takes
from vae_demo.ui.text import say, t

FILM = 17  # moments of the film


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


def film_html(films: dict[str, Tensor], request: gr.Request | None) -> str:
    """The films (T, C, H, W) of these checkpoints under one bar."""
    rows = []
    for found, moments in films.items():
        name, last = display(found), len(moments) - 1
        alts = [say("sample.film_frame", request, name=name, share=i / last) for i in range(last + 1)]
        rows.append(player.Row(f"<b>{escape(name)}</b>", colour(found), [png(moment) for moment in moments], alts))
    return player.film(rows, request, start=1.0)


def build(room: Room, dataset: gr.Radio, temperature: gr.Slider, seed: gr.Number, top_k: gr.Radio) -> gr.Accordion:
    """The fold-out; there is something in it where a model of the data set has a code prior."""

    def films_of(request: gr.Request, dataset, temperature=1.0, seed=0, top_k=0) -> dict[str, Tensor]:
        """Of each model with a code prior one picture while it is drawn, (FILM, C, H, W)."""
        asked = Question.of(request, dataset, "codes", 1, temperature, seed, top_k)
        models = able(room, asked.data, asked.prior)
        return {name: code_film(ae, asked.codes(ae), FILM).cpu() for name, ae in models.items()}

    @remembered
    @steady(room, film=True)
    @takes(films_of)
    def film(request: gr.Request, *values, **named) -> str:
        """A picture of each VQ variant while its code prior draws it, as HTML."""
        films = films_of(request, *values, **named)
        return film_html(films, request) if films else note(say("sample.film_none", request))

    @remembered
    @steady(room, film=True)
    @takes(films_of)
    def film_to_keep(request: gr.Request, *values, **named) -> str:
        """The same as an animated GIF and WebP, in HTML as `data:` URLs."""
        films = {display(name): film for name, film in films_of(request, *values, **named).items()}
        if not films:
            return note(say("sample.film_none", request))
        return player.to_keep(films, "code-by-code", say("sample.film", request), request, there_and_back=False)

    with gr.Accordion(t("sample.film"), open=False) as box:
        gr.Markdown(t("sample.film_words"))
        button = gr.Button(t("sample.film_button"), variant="primary")
        drawn = player.component()
        keep = gr.Button(t("common.film_button"))
        kept = gr.HTML()
    knobs: list[Component] = [dataset, temperature, seed, top_k]
    films = {
        drawn: on_press(button, "sample.film_button", film, knobs, drawn, "sample_film"),
        kept: on_press(keep, "common.film_button", film_to_keep, knobs, kept, "sample_film_files"),
    }
    outdates([temperature.input, seed.change, top_k.input, dataset.change], films)
    return box
