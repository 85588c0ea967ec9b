"""The section Sparse: a picture as a sum of few atoms, and the dictionary that they come from.

The dictionary is the decoder's weight (Olshausen & Field 1996, doi 10.1038/381607a0); for faces an atom can stand at
any place of the picture (Zeiler et al. 2010, doi 10.1109/CVPR.2010.5539957).
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape

import gradio as gr
import torch
from torch import Tensor

from vae_demo import ops
from vae_demo.checkpoints import Checkpoint
from vae_demo.models import Sparse, SparseAE
from vae_demo.ui import charts, explain, player, references
from vae_demo.ui.checks import UserError, choice
from vae_demo.ui.controls import Radio, answered
from vae_demo.ui.figures import NEUTRAL, Figure, colour, grid, note, png, tiles
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.inside import held
from vae_demo.ui.inside.models import pick, radio
from vae_demo.ui.room import DATASETS, Room, display, variant
from vae_demo.ui.scripts import asset, script
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, Tab, python_box
from vae_demo.ui.text import say, t, words

RHO = 0.05  # the mean activation that the KL penalty wants of every unit
BIN, BINS = 0.01, 25  # of the histogram of mean activations; the last bin holds all above too
ON = 0.01  # a unit counts as on above this; the card's "on_share" counts so too
FRAMES = 36  # moments of the film, at most
OFFERED = 24  # atoms to mute or double
BESIDE = 16  # atoms of each model that stand beside each other
MOST_FACTOR = 5.0


def sparse(checkpoints: Mapping[str, Checkpoint]) -> dict[str, Checkpoint]:
    """Those whose decoder is a dictionary, the one without a penalty last."""
    found = {name: ae for name, ae in checkpoints.items() if isinstance(ae.network, Sparse)}
    return dict(sorted(found.items(), key=lambda pair: not penalty(pair[1])))


def atoms(ae: Checkpoint) -> Tensor:
    """(A, C, h, w): the dictionary."""
    assert isinstance(ae.network, Sparse)
    return ae.network.atoms().cpu()


def by_atom(ae: Checkpoint, z: Tensor) -> Tensor:
    """One code (1, D) -> (A, P): how strongly each atom stands at each of its P places; P = 1 where it has only one."""
    return z.cpu().view(len(atoms(ae)), -1)


def added(ae: Checkpoint, z: Tensor) -> Tensor:
    """How much each unit adds to the picture, its activation times the length of its atom: (1, D) -> (A, P)."""
    return by_atom(ae, z) * atoms(ae).flatten(1).norm(dim=1, keepdim=True)


def moments(total: int, most: int = FRAMES) -> list[int]:
    """0, 1, 2 ... total: how many units stand in each frame, each step where they are few, ever fewer later."""
    steps = [total ** (i / (most - 2)) for i in range(most - 1)]
    return sorted({0, *(round(step) for step in steps)}) if total else [0]


def rebuilt(ae: Checkpoint, z: Tensor, counts: Sequence[int]) -> tuple[Tensor, list[int]]:
    """The picture from the strongest units alone.

    Args:
        z: one code (1, D).
        counts: how many units, for each frame.

    Returns:
        the frames (T, C, H, W), and all units in the order in which they come in.
    """
    order = added(ae, z).flatten().argsort(descending=True, stable=True)
    kept = torch.zeros(len(counts), z.shape[1])
    for row, count in enumerate(counts):
        kept[row, order[:count]] = 1
    return ae.decode(kept * z.cpu()).cpu(), order.tolist()


def changed(ae: Checkpoint, z: Tensor, factors: Mapping[int, float]) -> Tensor:
    """The code (1, D) with these atoms times a factor, at all their places; 0 mutes."""
    amounts = by_atom(ae, z).clone()
    for atom, factor in factors.items():
        amounts[atom] *= factor
    return amounts.view(1, -1)


def factors_of(text, ae: Checkpoint, request: gr.Request | None) -> dict[int, float]:
    """The atoms that were muted or boosted, with their factors. Raises UserError."""
    factors = {}
    for key, value in held.read(text, ae.name, request).items():
        if not (key.isdecimal() and key.isascii() and int(key) < len(atoms(ae)) and 0 <= value <= MOST_FACTOR):
            raise UserError("inside.bad_changes", request, value=f"{key}={value:g}"[:40])
        factors[int(key)] = value
    return factors


def shaded(dictionary: Tensor) -> Tensor:
    """(A, C, h, w) of any sign -> [0, 1]: grey is nothing, bright adds, dark takes away; each on its own scale."""
    most = dictionary.abs().amax((1, 2, 3), keepdim=True).clamp(min=1e-8)
    return 0.5 + dictionary / (2 * most)


def counts(ae: Checkpoint, z: Tensor) -> tuple[int, float]:
    """L0, the units that are on, and L1, the sum of all activations, of one code (1, D)."""
    return int((z > ON).sum()), z.abs().sum().item()


def rho_hat(ae: Checkpoint) -> Tensor:
    """(D,) the mean activation of each unit over the training pictures."""
    return ae.latents["mean"]


def penalty(ae: Checkpoint) -> str:
    """ "KL" for units in (0, 1), which the KL penalty wants, else "L1"; "" for the one that was trained without."""
    if variant(ae.name) == "overcomplete-ae":
        return ""
    return "KL" if isinstance(ae.network, SparseAE) and ae.network.activation is torch.sigmoid else "L1"


def penalised(ae: Checkpoint, request: gr.Request | None) -> str:
    """The penalty in words."""
    name = penalty(ae)
    return say("dictionary.penalty", request, name=name) if name else say("dictionary.no_penalty", request)


def compared(checkpoints: Mapping[str, Checkpoint], x: Tensor, request: gr.Request | None) -> list[Figure]:
    """The picture through every sparse model, with how sparse its code is, and the atoms that it took."""
    figures = [Figure(x[0], say("common.input", request))]
    for name, ae in checkpoints.items():
        z = ae.encode(x).cpu()
        y = ae.decode(z).cpu()
        l0, l1 = counts(ae, z)
        lines = (
            penalised(ae, request),
            f"L0 = {l0:,} / {ae.latent_dim:,}",
            f"L1 = {l1:.1f}",
            say("dictionary.rho", request, rho=rho_hat(ae).mean().item()),
            say("dictionary.silent", request, n=int((rho_hat(ae) < 1e-6).sum())),
            f"MSE {ops.mse(y, x).item():.4f}",
        )
        figures.append(Figure(y[0], display(name), lines, colour=colour(name)))
        strongest = added(ae, z).sum(1).argsort(descending=True, stable=True)[:BESIDE]
        words = say("dictionary.sixteen", request, name=display(name), n=len(strongest))
        figures.append(Figure(tiles(shaded(atoms(ae))[strongest]), words, colour=colour(name)))
    return figures


def histogram(ae: Checkpoint) -> list[int]:
    """How many units have a mean activation in each bin."""
    bins = (rho_hat(ae) / BIN).long().clamp(max=BINS - 1)
    return torch.bincount(bins, minlength=BINS).tolist()


def activations(checkpoints: Mapping[str, Checkpoint], request: gr.Request | None) -> str:
    """What each penalty makes of the units' mean activations, as HTML; nothing where there is but one penalty."""
    if len({penalty(ae) for ae in checkpoints.values()}) < 2:
        return ""
    cells = []
    for name, ae in checkpoints.items():
        rho, of = rho_hat(ae), f"{ae.latent_dim:,}"
        near, low = int(((rho - RHO).abs() <= BIN).sum()), int((rho < BIN).sum())
        words = say("dictionary.near", request, near=near, n=of, low=low, rho=RHO, bin=BIN)
        alt = say("dictionary.histogram_alt", request, name=display(name), words=words)
        chart = charts.histogram(histogram(ae), BIN, RHO, colour(name), alt, f"ρ = {RHO}")
        title = f"{display(name)} · {penalised(ae, request)}"
        cells.append(
            f'<figure style="--stripe:{colour(name)}">{chart}<figcaption><b>{escape(title)}</b>'
            f"<span>{escape(words)}</span></figcaption></figure>"
        )
    return (
        f'<p class="section">{escape(say("dictionary.activations", request))}</p>'
        f'<p class="lead">{escape(say("dictionary.activations_words", request, rho=RHO))}</p>'
        f'<div class="figures" style="--least:220px">{"".join(cells)}</div>'
    )


def missing(dataset: str, checkpoints: Mapping[str, Checkpoint], request: gr.Request | None) -> str:
    """Why one of the two penalties is not shown, as HTML; nothing where both are."""
    penalties = {penalty(ae) for ae in checkpoints.values()}
    lacking = [name for name in ("L1", "KL") if name not in penalties]
    why = "faces" if dataset == "celeba" else "not_here"
    return "".join(note(say(f"dictionary.{why}", request, name=name)) for name in lacking)


def half_way(frames: Tensor) -> float:
    """Where in a film (T, C, H, W) the picture is half there, 0 to 1: its error to the end is half the first one's."""
    errors = (frames - frames[-1]).square().flatten(1).mean(1)
    return int((errors <= errors[0] / 2).int().argmax()) / max(len(frames) - 1, 1)


def film(ae: Checkpoint, z: Tensor, request: gr.Request | None) -> str:
    """The picture rebuilt atom by atom, and the atom that came in last, under one bar."""
    on = int((z > ON).sum())
    steps = moments(on)
    if steps[-1] < z.shape[1] and penalty(ae) == "KL":
        steps.append(z.shape[1])  # units below the line add a little too
    frames, order = rebuilt(ae, z, steps)
    places = by_atom(ae, z).shape[1]
    shades = shaded(atoms(ae))
    last = [shades[order[step - 1] // places] if step else torch.full_like(shades[0], 0.5) for step in steps]
    rows = [
        player.Row(
            f"<b>{escape(say('dictionary.sum', request))}</b>",
            colour(ae.name),
            [png(frame) for frame in frames],
            [say("dictionary.sum_alt", request, n=step) for step in steps],
        ),
        player.Row(
            f"<b>{escape(say('dictionary.last', request))}</b>",
            NEUTRAL,
            [png(atom) for atom in last],
            [say("dictionary.last_alt", request, n=step) for step in steps],
        ),
    ]
    return player.film(rows, request, start=half_way(frames), scrub="dictionary.scrub", says=True)


def hand(ae: Checkpoint, z: Tensor, factors: Mapping[int, float], request: gr.Request | None) -> str:
    """The strongest atoms as buttons that mute and double, over the dictionary; see assets/dictionary.js."""
    strength = added(ae, z).sum(1)  # (A,)
    order = strength.argsort(descending=True, stable=True)
    activation, shades = by_atom(ae, z).sum(1), shaded(atoms(ae))
    rho, most = rho_hat(ae).view(len(strength), -1).mean(1), max(strength.max().item(), 1e-8)
    names = [
        escape(say("dictionary.atom", request, j=j, a=activation[j].item(), rho=rho[j].item()))
        for j in range(len(strength))
    ]
    offered = [j for j in order[:OFFERED].tolist() if strength[j] > 0]
    offered += [j for j in factors if j not in offered]
    buttons = "".join(
        f'<button type="button" class="atom" data-j="{j}" data-factor="{factors.get(j, 1):g}" '
        f'data-name="{names[j]}" title="{names[j]}">'
        f'<img src="{png(shades[j])}" alt=""><i style="width:{100 * strength[j].item() / most:.0f}%"></i>'
        f"<span>{activation[j].item():.2f}</span><b></b></button>"
        for j in offered
    )
    on = int((by_atom(ae, z) > ON).any(1).sum())
    alt = say("dictionary.canvas_alt", request, n=len(strength), on=on)
    return (
        f'<div class="hand" data-checkpoint="{escape(ae.name)}" data-changes="{held.pairs(factors)}" '
        f'data-order="{",".join(map(str, order.tolist()))}" data-on="{on}" style="--stripe:{colour(ae.name)}">'
        f'<p class="section">{escape(say("dictionary.strongest", request))}</p>'
        f'<p class="small">{escape(say("dictionary.strongest_words", request))}</p>'
        f'<button type="button" class="reset">{escape(say("dictionary.reset", request))}</button>'
        f'<div class="atoms">{buttons}</div>'
        f'<p class="section">{escape(say("dictionary.whole", request, n=len(strength)))}</p>'
        f'<p class="small">{escape(say("dictionary.whole_words", request, on=on))}</p>'
        f'<canvas role="img" aria-label="{escape(alt)}"></canvas></div>'
    )


def atlas_of(ae: Checkpoint) -> Tensor:
    """The whole dictionary in its own order, as one picture (C, rows h, columns w), grey where nothing is left."""
    shades = shaded(atoms(ae))
    n, c, h, w = shades.shape
    rows = -(-n // columns(n))
    full = torch.cat([shades, torch.full((rows * columns(n) - n, c, h, w), 0.5)])
    return full.view(rows, columns(n), c, h, w).permute(2, 0, 3, 1, 4).reshape(c, rows * h, columns(n) * w)


def columns(n: int) -> int:
    """Of the dictionary's picture."""
    return math.ceil(math.sqrt(n))


def python(room: Room, dataset: str, digit, face, ae: Checkpoint, factors: Mapping[int, float]) -> str:
    """Lines that make what is on screen."""
    return "\n".join(
        [
            "import torch",
            "import vae_demo",
            "from vae_demo.images import sheet",
            *references.python_of(room, dataset, digit, face),
            "",
            f'ae = vae_demo.load("{ae.name}", "cpu")',
            "atoms = ae.network.atoms()  # the dictionary, (A, C, h, w)",
            "z = ae.encode(x)",
            "amounts = z.view(len(atoms), -1)  # (A, places)",
            f'print("L0", int((z > {ON}).sum()), "L1", z.sum().item())',
            "order = amounts.sum(1).argsort(descending=True)",
            "shades = 0.5 + atoms / (2 * atoms.abs().amax((1, 2, 3), keepdim=True))",
            'sheet(shades[order], 32).save("dictionary.png")',
            *(f"amounts[{j}] *= {factor:g}" for j, factor in factors.items()),
            'sheet(torch.cat([ae.reconstruct(x), ae.decode(z)]), 2, scale=4).save("changed.png")',
        ]
    )


def build(room: Room, dataset: gr.Radio, picture: PictureInput) -> Tab:
    """The section's content."""

    def checked(data, model, changes, request) -> tuple[str, Checkpoint | None, dict[int, float]]:
        data = choice(data, DATASETS, say("common.dataset", request), request)
        known = sparse(room.of(data))
        ae = pick(room, known, model, request)
        return data, ae, factors_of(changes, ae, request) if ae else {}

    @steady(room)
    def change(
        request: gr.Request,
        dataset="mnist", digit="digit:4:3", face="astronaut", upload=None, model="mnist-sae", changes="",
    ) -> tuple[str, str]:  # fmt: skip
        """One picture from its sparse code, with some atoms muted or boosted.

        Args:
            dataset, digit, face, upload: as in /reconstruct.
            model: a sparse autoencoder of that data set.
            changes: "mnist-sae;17=0,33=2" mutes atom 17 and doubles atom 33; empty changes nothing.

        Returns:
            the pictures as HTML, and Python lines that make them.
        """
        data, ae, factors = checked(dataset, model, changes, request)
        if ae is None:
            return note(say("dictionary.none", request, dataset=say(f"common.{data}", request))), ""
        x = references.resolve(room, data, digit, face, upload, request)
        z = ae.encode(x).cpu()
        z_changed = changed(ae, z, factors)
        y = ae.decode(torch.cat([z, z_changed])).cpu()
        (l0, l1), (l0_changed, l1_changed) = counts(ae, z), counts(ae, z_changed)
        shown = [
            Figure(x[0], say("common.input", request)),
            Figure(y[0], display(ae.name), (f"L0 = {l0:,}", f"L1 = {l1:.1f}"), colour=colour(ae.name)),
            Figure(
                y[1],
                say("dictionary.yours", request),
                (f"L0 = {l0_changed:,}", f"L1 = {l1_changed:.1f}"),
                colour=colour(ae.name),
            ),
        ]
        muted = sum(factor == 0 for factor in factors.values())
        told = say("dictionary.told", request, muted=muted, boosted=sum(factor > 1 for factor in factors.values()))
        html = grid(shown, 90) + f'<p class="told">{escape(told if factors else say("dictionary.press", request))}</p>'
        return html, python(room, data, digit, face, ae, factors)

    @remembered
    @steady(room)
    def look(request: gr.Request, dataset, digit, face, upload, model, changes) -> tuple:
        """What changes with the picture or the model: models, film, atoms and comparison."""
        data, ae, factors = checked(dataset, model, changes, request)
        if ae is None:
            return Radio(choices=[], visible=False), "", "", ""
        known = sparse(room.of(data))
        x = references.resolve(room, data, digit, face, upload, request)
        z = ae.encode(x).cpu()
        offered = answered(model, ae.name, choices=[(display(name), name) for name in known], visible=True)
        beside = grid(compared(known, x, request), 150) + missing(data, known, request) + activations(known, request)
        return offered, film(ae, z, request), hand(ae, z, factors, request), beside

    def refresh(request: gr.Request, *values) -> tuple:
        return *look(request, *values), *change(request, *values)

    every = {name: ae for data in DATASETS for name, ae in sparse(room.of(data)).items()}

    @cache
    def drawn(name: str) -> dict:
        return {"url": png(atlas_of(every[name])), "columns": columns(len(atoms(every[name])))}

    def atlas(name: str) -> dict:
        """The dictionary for the browser, which sorts it: {"url", "columns"}."""
        return drawn(name) if isinstance(name, str) and name in every else {}

    said = words("dictionary.on", "dictionary.muted", "dictionary.doubled")
    gr.Markdown(t("dictionary.intro"), elem_classes="lead")
    model = radio(every)
    gr.Markdown(t("dictionary.film"), elem_classes="section-label")
    rolled = player.component()
    with gr.Column():
        now = gr.HTML(elem_classes="three stays")
        hands = gr.HTML(
            css_template=asset("dictionary.css"),
            js_on_load=script("hand.js", "dictionary.js", name="dictionary", words=said),
            server_functions=[atlas],
        )
    changes = held.component("dictionary")
    gr.Markdown(t("dictionary.compare"), elem_classes="section-label")
    beside = gr.HTML()
    sheet(".inside-dictionary .film")
    code = python_box()
    explain.build("dictionary.explain_words")

    knobs = [dataset, *picture.components, model, changes]
    outputs = [model, rolled, hands, beside, now, code]
    changes.change(change, knobs, [now, code], api_name="inside_sparse", **MODEL)
    model.input(refresh, knobs, outputs, api_visibility="private", **MODEL)
    return Tab(refresh, knobs, outputs, {"model": model, "changes": changes})
