"""The section "Another network's decoder": each encoder's code drawn by every decoder that takes as many numbers."""

from collections.abc import Mapping
from html import escape

import gradio as gr
import torch
from torch import Tensor

from vae_demo import ops
from vae_demo.checkpoints import Checkpoint
from vae_demo.ui import references
from vae_demo.ui.checks import choice
from vae_demo.ui.figures import PRESS, colour, img, note
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.room import DATASETS, Room, display
from vae_demo.ui.tab import Tab, python_box
from vae_demo.ui.text import say, t


def alike(checkpoints: Mapping[str, Checkpoint]) -> dict[str, Checkpoint]:
    """The most networks whose codes are equally long."""
    lengths = [ae.latent_dim for ae in checkpoints.values()]
    d = max(lengths, key=lengths.count, default=0)
    return {name: ae for name, ae in checkpoints.items() if ae.latent_dim == d}


def kin(name: str, checkpoints: Mapping[str, Checkpoint]) -> set[str]:
    """Those it is related to, by their cards: one was trained on from the other, and so on."""
    steps = [{of, start} for of, ae in checkpoints.items() for start in starts(ae)]
    family, grown = {name}, True
    while grown:
        found = family.union(*(step for step in steps if step & family))
        family, grown = found, found != family
    return family - {name}


def starts(ae: Checkpoint) -> set[str]:
    """The networks whose weights it began with."""
    training = ae.card.get("training", {})
    return {run.get("started_from") for run in (training, *training.get("earlier", []))} - {None, ae.name}


def crossed(networks: Mapping[str, Checkpoint], x: Tensor) -> Tensor:
    """x (1, C, H, W) by every encoder, then by every decoder: (encoders, decoders, C, H, W)."""
    z = torch.cat([ae.encode(x).cpu() for ae in networks.values()])
    return torch.stack([ae.decode(z).cpu() for ae in networks.values()], 1)


def table(room: Room, dataset: str, networks: Mapping[str, Checkpoint], x: Tensor, request: gr.Request | None) -> str:
    """The pictures with their errors, a row for an encoder, a column for a decoder, as HTML."""
    y = crossed(networks, x)
    names = {name: escape(display(name)) for name in networks}
    rows = ""
    for row, encoder in zip(y, networks, strict=True):
        family = kin(encoder, room.of(dataset))
        cells = ""
        for picture, decoder, error in zip(row, networks, ops.mse(row, x).tolist(), strict=True):
            kind = "own" if decoder == encoder else "kin" if decoder in family else "strange"
            alt = say("decoders.alt", request, encoder=display(encoder), decoder=display(decoder), mse=error)
            cells += (
                f'<td class="{kind}"><figure data-send="1">{img(picture, alt, PRESS)}'
                f"<figcaption>{error:.4f}</figcaption></figure></td>"
            )
        rows += f'<tr><th scope="row" style="--stripe:{colour(encoder)}">{names[encoder]}</th>{cells}</tr>'
    top = "".join(f'<th scope="col" style="--stripe:{colour(n)}">{names[n]}</th>' for n in networks)
    corner = f"<td>{escape(say('decoders.corner', request))}</td>"
    return f'<div class="decoders"><table><thead><tr>{corner}{top}</tr></thead><tbody>{rows}</tbody></table></div>'


def shown(room: Room, dataset: str, networks: Mapping[str, Checkpoint], x: Tensor, request: gr.Request | None) -> str:
    """The table and how to read it, as HTML."""
    related = any(kin(name, room.of(dataset)) & set(networks) for name in networks)
    words = [say("decoders.frames", request)] + ([say("decoders.kin", request)] if related else [])
    pictures = references.own(room, dataset)
    if len(pictures):
        error = ops.mse(pictures.mean(0, keepdim=True), x).item()
        words.append(say("decoders.scale", request, n=len(pictures), mse=error))
    return f'{table(room, dataset, networks, x, request)}<p class="small">{escape(" ".join(words))}</p>'


def python(room: Room, dataset: str, digit, face, networks: Mapping[str, Checkpoint]) -> str:
    """Lines that make what is on screen."""
    return "\n".join(
        [
            "import torch",
            "import vae_demo",
            "from vae_demo.images import sheet",
            *references.python_of(room, dataset, digit, face),
            f"networks = [vae_demo.load(name) for name in {list(networks)}]",
            "rows = []",
            "for encoder in networks:",
            "    z = encoder.encode(x).cpu()",
            "    y = torch.cat([decoder.decode(z).cpu() for decoder in networks])",
            "    print(encoder.name, ((y - x) ** 2).mean((1, 2, 3)))",
            "    rows.append(y)",
            f'sheet(torch.cat(rows), {len(networks)}, scale=4).save("decoders.png")',
        ]
    )


def build(room: Room, dataset: gr.Radio, picture: PictureInput) -> Tab:
    """The section's content. It has no controls: the tab asks for it once its own pictures are there."""

    @remembered
    @steady(room)
    def decoders(
        request: gr.Request, dataset="mnist", digit="digit:4:3", face="astronaut", upload=None
    ) -> tuple[str, str]:
        """One picture's codes by several encoders, each drawn by the decoders of all of them.

        Args:
            dataset, digit, face, upload: as in /reconstruct.

        Returns:
            a table of pictures as HTML, a row for an encoder, and Python lines that make them.
        """
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        networks = alike(room.of(data))
        if len(networks) < 2:
            return note(say("decoders.none", request)), ""
        x = references.resolve(room, data, digit, face, upload, request)
        return shown(room, data, networks, x, request), python(room, data, digit, face, networks)

    gr.Markdown(t("decoders.title"), elem_classes="section-title")
    gr.Markdown(t("decoders.words"), elem_classes="lead")
    html = gr.HTML(elem_classes="results")
    code = python_box()
    return Tab(decoders, [dataset, *picture.components], [html, code])
