"""The tab Latent arithmetic: man with glasses - man + woman, and sliders for what a face or a digit has."""

import math
from collections.abc import Mapping, Sequence
from html import escape

import gradio as gr
import torch
from gradio.components import Component
from PIL import Image
from torch import Tensor

from vae_demo.checkpoints import ROOT, Checkpoint, CheckpointError, read_json
from vae_demo.models.classifier import AttributeClassifier
from vae_demo.ui import charts, explain, gallery, inputs, player
from vae_demo.ui.checks import choice, number, whole
from vae_demo.ui.controls import Dropdown, Radio, Slider
from vae_demo.ui.figures import Figure, colour, contact_sheet, figure, grid, img, note, png
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.room import DATASETS, Room, display, variant
from vae_demo.ui.sheet import sheet
from vae_demo.ui.tab import MODEL, SLOW, Tab, link_button, seed_row
from vae_demo.ui.text import say, t
from vae_demo.ui.text.arithmetic import ATTRIBUTES, GROUPS

OWN = "own"  # a term that is a picture, not a group's mean
EQUATION = {
    "celeba": ("man_glasses", "man", "woman"),
    "mnist": ("slanted_7", "upright_7", "upright_1"),
}
PICTURES = {"a": ("digit:7:2", 0), "b": ("digit:7", 1), "c": ("digit:4", 2)}  # a term's own picture at first
SLIDERS = {
    "celeba": tuple(ATTRIBUTES)[:12],
    "mnist": tuple(ATTRIBUTES)[12:],
}
MOVED = {"Eyeglasses": 1.5, "Slanted": 1.5, "Thick": 1.0}  # the sliders that are not at 0 at first
MODES = ("attributes", "plain")
DIRECTIONS = ("balanced", "naive")
RIGHT, FAILED = "#4f9a3a", "#b5543c"
SINGLES = 8  # triplets of single faces on the page
FILM = 13  # moments of the film of growing strength
TRIPLETS = 500  # behind the success rate in a card


def able(ae: Checkpoint) -> bool:
    """Whether it has directions and group means to calculate with."""
    return bool(ae.directions) and bool(ae.groups)


def best(checkpoints: Mapping[str, Checkpoint]) -> str | None:
    """The one whose card says that it gets the equation right most often; where none says, the plain VAE."""
    able_ones = {name: ae for name, ae in checkpoints.items() if able(ae)}

    def right(name: str) -> tuple[float, bool]:
        rate = able_ones[name].card.get("metrics", {}).get("equation_right_attributes_x1", 0.0)
        return rate, variant(name) == "vae"

    return max(able_ones, key=right, default=None)


def move(ae: Checkpoint, z: Tensor, amounts: Mapping[str, float], naive: bool = False) -> Tensor:
    """z (B, D) plus each amount times its direction, balanced or naive, (B, D).

    Raises:
        ValueError: a direction that the checkpoint does not have.
    """
    directions = ae.naive_directions if naive else ae.directions
    unknown = set(amounts) - set(directions)
    if unknown:
        raise ValueError(f"expected directions among {', '.join(directions)}, got {', '.join(sorted(unknown))}")
    return z + sum((amount * directions[name] for name, amount in amounts.items()), torch.zeros_like(z))


def moved(ae: Checkpoint, a: Tensor, b: Tensor, c: Tensor) -> dict[str, float]:
    """How often each direction is added to c, of a, b, c (1, D), most first; none that is not moved."""
    amounts = {name: amount.item() for name, amount in ae.moves(a, b, c).items() if amount.item() != 0}
    return dict(sorted(amounts.items(), key=lambda pair: -abs(pair[1])))


def film(ae: Checkpoint, a: Tensor, b: Tensor, c: Tensor, strength: float, mode: str, steps: int) -> Tensor:
    """The result while the strength grows from 0 to `strength`: a, b, c (1, D) -> (steps, C, H, W)."""
    full = ae.arithmetic(a, b, c, strength, mode)
    t = torch.linspace(0, 1, steps, device=full.device)[:, None]
    return ae.decode(c + t * (full - c))  # the arithmetic is linear in the strength


def probed(ae: Checkpoint, z: Tensor) -> dict[str, float]:
    """What the linear probes of the autoencoder say of one code (1, D): name -> probability."""
    return {name: torch.sigmoid(score).item() for name, score in ae.scores(z).items()}


@torch.no_grad()
def judged(verdict: AttributeClassifier, x: Tensor) -> dict[str, float]:
    """What the independent classifier says of one picture (1, C, H, W): name -> probability."""
    device = next(verdict.parameters()).device
    return dict(zip(verdict.attributes, torch.sigmoid(verdict(x.to(device)))[0].tolist(), strict=True))


def chips(judgement: Mapping[str, float], request: gr.Request | None) -> tuple[str, ...]:
    """The verdict on one face in a few words: glasses, sex, smile."""
    male = judgement["Male"]
    sex = ("arithmetic.verdict_man", male) if male > 0.5 else ("arithmetic.verdict_woman", 1 - male)
    said = (
        ("arithmetic.verdict_glasses", judgement["Eyeglasses"]),
        sex,
        ("arithmetic.verdict_smile", judgement["Smiling"]),
    )
    return tuple(say(key, request, p=p) for key, p in said)


def told(
    ae: Checkpoint, a: Tensor, b: Tensor, c: Tensor, strength: float, mode: str, request: gr.Request | None
) -> str:
    """Which attributes the equation carried over, in a sentence."""
    if mode == "plain":
        return say("arithmetic.moved_plain", request, strength=strength)
    amounts = moved(ae, a, b, c)
    if not amounts:
        return say("arithmetic.moved_nothing", request)
    names = ", ".join(
        f"{say(f'arithmetic.attribute.{name}', request)} {strength * amount:+.2f}" for name, amount in amounts.items()
    )
    return say("arithmetic.moved", request, names=names)


def record(ae: Checkpoint, mode: str, request: gr.Request | None) -> str:
    """How often the equation succeeds on single faces, from the card, with its 95% interval; or nothing."""
    rate = ae.card.get("metrics", {}).get(f"equation_right_{mode}_x1")
    if rate is None:
        return ""
    half = 1.96 * math.sqrt(rate * (1 - rate) / TRIPLETS)
    return say("arithmetic.record", request, name=display(ae.name), rate=f"{rate:.0%}", half=half, n=TRIPLETS)


def triplets(faces: int, n: int, seed: int) -> Tensor:
    """Rows of man with glasses, man and woman, drawn from `faces` chosen ones: (n, 3)."""
    generator = torch.Generator().manual_seed(seed)
    kinds = (gallery.rows(faces, True, True), gallery.rows(faces, False, True), gallery.rows(faces, False, False))
    orders = [torch.randperm(len(kind), generator=generator)[torch.arange(n) % len(kind)] for kind in kinds]
    return torch.stack([torch.tensor(kind)[order] for kind, order in zip(kinds, orders, strict=True)], 1)


def single_html(x: Tensor, terms: Tensor, judgement: Mapping[str, float], k: int, request: gr.Request | None) -> Figure:
    """The result x (1, C, H, W) of one triplet of pictures (3, C, H, W), and whether it came out right."""
    right = judgement["Eyeglasses"] > 0.5 > judgement["Male"]
    title = ("✓ " if right else "✗ ") + say(f"arithmetic.single_{'right' if right else 'failed'}", request)
    small = [
        img(picture, say(f"arithmetic.single_{what}", request)) for what, picture in zip("abc", terms, strict=True)
    ]
    below = f'<div class="triplet">{small[0]}−{small[1]}+{small[2]}</div>'
    lines = chips(judgement, request)
    return Figure(x[0], title, lines, f"{k}. {title}: {', '.join(lines)}", RIGHT if right else FAILED, below)


def accuracy(request: gr.Request | None) -> str:
    """How often the verdict is right on real photos, from its card; or nothing."""
    try:
        metrics = read_json(ROOT / "celeba-verdict" / "card.json").get("metrics", {})
    except CheckpointError:
        return ""
    known = {
        name: metrics[f"accuracy_{name}"] for name in ("Eyeglasses", "Male", "Smiling") if f"accuracy_{name}" in metrics
    }
    words = ", ".join(f"{say(f'arithmetic.attribute.{name}', request)} {p:.1%}" for name, p in known.items())
    return say("arithmetic.verdict_accuracy", request, words=words) if words else ""


def equation_html(figures: Sequence[Figure]) -> str:
    """Four figures as A - B + C = result."""
    terms = "".join(
        f'<div class="term"><span class="sign">{sign}</span>{figure(f)}</div>'
        for sign, f in zip(("", "−", "+", "="), figures, strict=True)
    )
    return f'<div class="equation figures">{terms}</div>'


def board_html(
    names: Sequence[str],
    before: Mapping[str, float],
    after: Mapping[str, float],
    judged_before: Mapping[str, float],
    judged_after: Mapping[str, float],
    shade: str,
    request: gr.Request | None,
) -> str:
    """A table: for each attribute what probe and classifier said before (the mark) and say after (the bar)."""

    def cell(first: Mapping[str, float], last: Mapping[str, float], name: str) -> str:
        name = "sunglasses" if name == "Sunglasses" and name not in first else name
        if name not in first:
            return "<td>–</td>"
        words = f"{first[name]:.0%} → {last[name]:.0%}"
        return f"<td>{charts.meter(first[name], last[name], shade, words)}<span>{words}</span></td>"

    heads = [say("arithmetic.attribute", request), say("arithmetic.probe", request)]
    if judged_before:
        heads.append(say("arithmetic.judge", request))
    rows = "".join(
        f'<tr><th scope="row">{escape(say(f"arithmetic.attribute.{name}", request))}</th>{cell(before, after, name)}'
        f"{cell(judged_before, judged_after, name) if judged_before else ''}</tr>"
        for name in names
    )
    head = "".join(f'<th scope="col">{escape(word)}</th>' for word in heads)
    return f'<table class="meters"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def python(room: Room, dataset: str, name: str, terms: Mapping[str, tuple], strength: float, mode: str) -> str:
    """Lines that make what is on screen; a term is a group and, for "own", the parts of a picture."""
    lines = ["import vae_demo", f'ae = vae_demo.load("{name}")']
    for what, (group, (digit, face, _)) in terms.items():
        if group == OWN:
            lines += [*inputs.python_of(room, dataset, digit, face), f"{what} = ae.encode(x)"]
        else:
            lines.append(f'{what} = ae.groups["{group}"][None]')
    return "\n".join([*lines, f'y = ae.decode(ae.arithmetic(a, b, c, strength={strength:g}, mode="{mode}"))'])


def python_of_board(
    room: Room, dataset: str, name: str, picture: tuple, amounts: Mapping[str, float], naive: bool
) -> str:
    """Lines that make what the sliders show; a picture is its two references."""
    which = "naive_directions" if naive else "directions"
    return "\n".join(
        [
            "import vae_demo",
            *inputs.python_of(room, dataset, *picture),
            f'ae = vae_demo.load("{name}")',
            "z = ae.encode(x)",
            *(f'z = z + {amount:g} * ae.{which}["{what}"]' for what, amount in amounts.items() if amount),
            "y = ae.decode(z)",
        ]
    )


def build(room: Room, dataset: gr.Radio) -> Tab:
    """The tab's content."""

    def able_ones(data: str) -> dict[str, Checkpoint]:
        return {name: ae for name, ae in room.of(data).items() if able(ae)}

    def chosen(data, model, request) -> Checkpoint:
        """The model, or the best of this data set, which has one, where the other one's is named."""
        offered = able_ones(data)
        known = [name for other in DATASETS for name in able_ones(other)]
        name = choice(model, known, say("arithmetic.variant", request), request)
        if name not in offered:
            name = best(offered) or name
        return room.checkpoints[name]

    def term(data, ae: Checkpoint, group, picture, what: str, request) -> tuple[Tensor, str, str]:
        """The code (1, D) of one term, what it is called, and what there is to say of it."""
        group = choice(group, [*GROUPS, OWN], say(f"arithmetic.term_{what}", request), request)
        if group == OWN:
            digit, face, photo = picture
            z = ae.encode(inputs.resolve(room, data, digit, face, photo, request))
            return z, say("arithmetic.own_title", request), say("arithmetic.own_caption", request)
        name = say(f"arithmetic.group.{group}", request)
        n = ae.card.get("groups", {}).get(group)
        return ae.groups[group][None], name, say("arithmetic.group_n", request, n=n) if n else ""

    def said_of(data, picture, request, name: str = "") -> str:
        """Notes on a picture of the visitor's choice."""
        digit, face, photo = picture
        x = inputs.resolve(room, data, digit, face, photo, request)
        return inputs.remarks(room, data, face, photo, x, request, name)

    def in_other(data, ae: Checkpoint, chosen_terms, strength: float, mode: str, request) -> Figure:
        """The same equation in another model."""
        a, b, c = (term(data, ae, group, picture, what, request)[0] for what, (group, picture) in chosen_terms.items())
        y = ae.decode(ae.arithmetic(a, b, c, strength, mode))
        return Figure(y[0], display(ae.name), verdict_lines(data, y, request), colour=colour(ae.name))

    def verdict_lines(data, y: Tensor, request) -> tuple[str, ...]:
        return chips(judged(room.verdict, y), request) if room.verdict and data == "celeba" else ()

    def terms_of(data, ae: Checkpoint, groups, pictures) -> dict[str, tuple]:
        """Each term's group and picture; a group of the other data set makes room for the first one of this."""
        known = (OWN, *ae.groups)
        groups = [
            g if g in known or g not in GROUPS else first for g, first in zip(groups, EQUATION[data], strict=True)
        ]
        return dict(zip("abc", zip(groups, pictures, strict=True), strict=True))

    def checked(strength, mode, request) -> tuple[float, str]:
        return (
            number(strength, -3, 3, say("arithmetic.strength", request), request),
            choice(mode, MODES, say("arithmetic.mode", request), request),
        )

    @remembered
    @steady(room)
    def arithmetic(
        request: gr.Request,
        dataset="mnist", model="mnist-vae", a="slanted_7", digit_a="digit:7:2", face_a="astronaut", photo_a=None,
        b="upright_7", digit_b="digit:7", face_b="astronaut", photo_b=None,
        c="upright_1", digit_c="digit:4", face_c="astronaut", photo_c=None, strength=1.0, mode="attributes",
    ) -> tuple[str, str, Image.Image | None, str]:  # fmt: skip
        """A - B + C with codes, and a film of growing strength.

        Args:
            dataset: "mnist" or "celeba".
            model: the name of a checkpoint of that data set with directions.
            a, b, c: groups such as "man_glasses" or "slanted_7", or "own" for a picture; a group or a model of the
                other data set stands for the one that this data set opens with.
            digit_a, face_a, photo_a: that picture, as in /reconstruct; b and c alike.
            strength: times the difference, -3 to 3.
            mode: "attributes" carries over what the probes name, "plain" is c + strength * (a - b).

        Returns:
            the equation as HTML, the film as HTML, the equation as one picture, and Python lines that make it.
        """
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        if not able_ones(data):
            return note(say("arithmetic.none", request, dataset=say(f"common.{data}", request))), "", None, ""
        ae = chosen(data, model, request)
        pictures = (digit_a, face_a, photo_a), (digit_b, face_b, photo_b), (digit_c, face_c, photo_c)
        chosen_terms = terms_of(data, ae, (a, b, c), pictures)
        strength, mode = checked(strength, mode, request)
        terms = [term(data, ae, group, picture, what, request) for what, (group, picture) in chosen_terms.items()]
        z_a, z_b, z_c = (z for z, _, _ in terms)
        moments = film(ae, z_a, z_b, z_c, strength, mode, FILM)
        result = moments[-1:]
        figures = [
            Figure(y[0], title, (*((line,) if line else ()), *verdict_lines(data, y, request)), title)
            for y, (_, title, line) in zip(ae.decode(torch.cat([z_a, z_b, z_c])).split(1), terms, strict=True)
        ]
        answer = say("arithmetic.result_caption", request)
        how = f"{display(ae.name)}, × {strength:g}"
        figures.append(Figure(result[0], answer, (how, *verdict_lines(data, result, request)), answer, colour(ae.name)))
        others = [
            in_other(data, other, chosen_terms, strength, mode, request)
            for name, other in able_ones(data).items()
            if other is not ae and all(group in (OWN, *other.groups) for group, _ in chosen_terms.values())
        ]
        own = {what: picture for what, (group, picture) in chosen_terms.items() if group == OWN}
        html = "".join(said_of(data, picture, request, what.upper()) for what, picture in own.items())
        html += equation_html(figures) + note(told(ae, z_a, z_b, z_c, strength, mode, request))
        if verdict_lines(data, result, request):
            html += f'<p class="lead">{escape(say("arithmetic.verdict", request))} {escape(accuracy(request))}</p>'
        if others:
            html += f'<h3 class="section">{escape(say("arithmetic.others", request))}</h3>{grid(others, 110)}'
        alts = [say("arithmetic.frame", request, strength=strength * i / (FILM - 1)) for i in range(FILM)]
        row = player.Row(
            f"<b>{escape(display(ae.name))}</b>", colour(ae.name), [png(moment) for moment in moments], alts
        )
        play, pause, scrub = (say(f"arithmetic.{word}", request) for word in ("play", "pause", "scrub"))
        lines = python(room, data, ae.name, chosen_terms, strength, mode)
        return html, player.film([row], play, pause, scrub, 1.0), contact_sheet(figures, 4, 200), lines

    @remembered
    @steady(room)
    def film_to_keep(
        request: gr.Request,
        dataset="mnist", model="mnist-vae", a="slanted_7", digit_a="digit:7:2", face_a="astronaut", photo_a=None,
        b="upright_7", digit_b="digit:7", face_b="astronaut", photo_b=None,
        c="upright_1", digit_c="digit:4", face_c="astronaut", photo_c=None, strength=1.0, mode="attributes",
    ) -> str:  # fmt: skip
        """The film of growing strength as an animated GIF and WebP, in HTML; arguments as in /arithmetic."""
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        if not able_ones(data):
            return note(say("arithmetic.none", request, dataset=say(f"common.{data}", request)))
        ae = chosen(data, model, request)
        pictures = (digit_a, face_a, photo_a), (digit_b, face_b, photo_b), (digit_c, face_c, photo_c)
        chosen_terms = terms_of(data, ae, (a, b, c), pictures)
        z_a, z_b, z_c = (
            term(data, ae, group, picture, what, request)[0] for what, (group, picture) in chosen_terms.items()
        )
        moments = film(ae, z_a, z_b, z_c, *checked(strength, mode, request), FILM)
        alt = say("arithmetic.scrub", request)
        return player.to_keep([moments.cpu()], "latent-arithmetic", alt, request, there_and_back=True)

    @remembered
    @steady(room)
    def single_faces(
        request: gr.Request, model="celeba-perceptual-vae", strength=1.0, mode="attributes", seed=0
    ) -> str:
        """Man with glasses - man + woman on eight times three single invented faces, with the verdict on each.

        Args:
            model: the name of a checkpoint of faces with directions.
            strength, mode: as in /arithmetic.
            seed: which faces.

        Returns:
            HTML.
        """
        faces = room.inventor.invented if room.inventor else torch.zeros(0)
        if not len(faces) or room.verdict is None or model in able_ones("mnist"):
            return ""
        assert room.inventor is not None
        ae = room.checkpoints[choice(model, list(able_ones("celeba")), say("arithmetic.variant", request), request)]
        strength, mode = checked(strength, mode, request)
        seed = whole(seed, 0, inputs.MOST_SEED, say("common.seed", request), request)
        drawn = triplets(len(faces), SINGLES, seed)  # (n, 3)
        x = room.inventor.decode(faces[drawn.flatten()])
        z_a, z_b, z_c = ae.encode(x).unflatten(0, (SINGLES, 3)).unbind(1)
        y = ae.decode(ae.arithmetic(z_a, z_b, z_c, strength, mode))
        judgements = [judged(room.verdict, picture) for picture in y.split(1)]
        each = zip(y.split(1), x.cpu().unflatten(0, (SINGLES, 3)), judgements, strict=True)
        figures = [single_html(*one, k + 1, request) for k, one in enumerate(each)]
        right = sum(figure.colour == RIGHT for figure in figures)
        words = say("arithmetic.single_count", request, right=right, n=SINGLES)
        return f'<p class="lead"><b>{escape(words)}</b> {escape(record(ae, mode, request))}</p>{grid(figures, 110)}'

    @remembered
    @steady(room)
    def attributes(
        request: gr.Request,
        dataset="mnist", model="mnist-vae", digit="digit:2", face="astronaut", photo=None, directions="balanced",
        eyeglasses=0.0, sunglasses=0.0, smiling=0.0, male=0.0, young=0.0, no_beard=0.0, bangs=0.0, blond_hair=0.0,
        black_hair=0.0, wearing_hat=0.0, pale_skin=0.0, mouth_slightly_open=0.0, thick=0.0, slanted=0.0, wide=0.0,
    ) -> tuple[str, str, Image.Image | None, str]:  # fmt: skip
        """One picture with attributes added or taken away.

        Args:
            dataset, model: as in /arithmetic.
            digit, face, photo: the picture, as in /reconstruct.
            directions: "balanced" or "naive".
            eyeglasses, sunglasses, smiling, male, young, no_beard, bangs, blond_hair, black_hair, wearing_hat,
                pale_skin, mouth_slightly_open: for faces, times the direction of the attribute, -3 to 3.
            thick, slanted, wide: for digits, alike.

        Returns:
            before and after as HTML, a table of the verdicts, the pictures as one contact sheet, and Python lines that
            make them.
        """
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        if not able_ones(data):
            return note(say("arithmetic.none", request, dataset=say(f"common.{data}", request))), "", None, ""
        ae = chosen(data, model, request)
        directions = choice(directions, DIRECTIONS, say("arithmetic.naive", request), request)
        amounts = {
            "Eyeglasses": eyeglasses, "Sunglasses": sunglasses, "Smiling": smiling, "Male": male, "Young": young,
            "No_Beard": no_beard, "Bangs": bangs, "Blond_Hair": blond_hair, "Black_Hair": black_hair,
            "Wearing_Hat": wearing_hat, "Pale_Skin": pale_skin, "Mouth_Slightly_Open": mouth_slightly_open,
            "Thick": thick, "Slanted": slanted, "Wide": wide,
        }  # fmt: skip
        wanted = {
            name: number(amount, -3, 3, say(f"arithmetic.attribute.{name}", request), request)
            for name, amount in amounts.items()
            if name in SLIDERS[data] and name in ae.directions
        }
        z = ae.encode(inputs.resolve(room, data, digit, face, photo, request))
        z_after = move(ae, z, wanted, directions == "naive")
        y, y_after = ae.decode(z), ae.decode(z_after)
        named = ", ".join(
            f"{say(f'arithmetic.attribute.{name}', request)} {amount:+.2f}" for name, amount in wanted.items() if amount
        )
        named = named or say("arithmetic.nothing_moved", request)
        figures = [
            Figure(y[0], say("arithmetic.before", request), (), say("arithmetic.before", request)),
            Figure(y_after[0], say("arithmetic.after", request), (named,), named, colour(ae.name)),
        ]
        judge = room.verdict if data == "celeba" else None
        table = board_html(
            list(wanted),
            probed(ae, z),
            probed(ae, z_after),
            judged(judge, y) if judge else {},
            judged(judge, y_after) if judge else {},
            colour(ae.name),
            request,
        )
        said = said_of(data, (digit, face, photo), request)
        lines = python_of_board(room, data, ae.name, (digit, face), wanted, directions == "naive")
        return said + grid(figures, 150), table, contact_sheet(figures, 2, 240), lines

    def refresh(dataset, model, *values, request: gr.Request) -> tuple:
        """The whole tab; a model and groups of the other data set make room for those of this."""
        offered = able_ones(dataset)
        model = model if model in offered else best(offered)
        ae = offered.get(model)
        names = [name for name in GROUPS if ae and name in ae.groups]
        parts, (strength, mode, seed, *board) = (
            list(values[:12]),
            values[12:],
        )  # a group and its own picture, three times
        for i, default in zip((0, 4, 8), EQUATION[dataset], strict=True):
            parts[i] = parts[i] if parts[i] in (*names, OWN) else default
        groups = [gr.update(choices=choices_of(names), value=parts[i]) for i in (0, 4, 8)]
        equation = arithmetic(request, dataset, model, *(*parts, strength, mode))
        changed = attributes(request, dataset, model, *board)
        singles = single_faces(request, model, strength, mode, seed) if dataset == "celeba" and ae else ""
        models = gr.update(choices=[(display(name), name) for name in offered], value=model)
        return models, *groups, *equation, singles, *changed

    def choices_of(names: Sequence[str]) -> list[tuple]:
        return [*((t(f"arithmetic.group.{name}"), name) for name in names), (t("arithmetic.own"), OWN)]

    # Choices of both data sets, for programs; `refresh` leaves those of the one that is shown.
    every = {name: ae for data in DATASETS for name, ae in able_ones(data).items()}
    data = next((data for data in DATASETS if able_ones(data)), DATASETS[0])
    groups = [name for name in GROUPS if any(name in ae.groups for ae in every.values())]
    for name in DATASETS:
        gr.Markdown(t(f"arithmetic.intro_{name}"), elem_classes=f"lead for-{name}")
    terms: dict[str, Dropdown] = {}
    pictures: dict[str, inputs.PictureInput] = {}
    with gr.Row():
        for what, default in zip("abc", EQUATION[data], strict=True):
            with gr.Column(min_width=200):
                terms[what] = Dropdown(
                    choices_of(groups), value=default if groups else OWN, label=t(f"arithmetic.term_{what}")
                )
                digit, face = PICTURES[what]
                with gr.Column(visible=False) as own:
                    pictures[what] = inputs.build(
                        room, f"arithmetic.picture_{what}", digit, inputs.default_face(room, face), f"arithmetic-{what}"
                    )
                terms[what].change(
                    lambda value: gr.Column(visible=value == OWN),
                    terms[what],
                    own,
                    api_visibility="private",
                    queue=False,
                )
    sent = gr.HTML(value="", html_template="<i></i>", js_on_load=SENT, elem_classes="away")
    sent.change(
        lambda what: [OWN if str(what).startswith(f"{term}:") else gr.skip() for term in "abc"],
        sent,
        list(terms.values()),
        api_visibility="private",
        queue=False,
    )
    with gr.Row():
        strength = Slider(
            -3, 3, 1, step=0.1, label=t("arithmetic.strength"), info=t("arithmetic.strength_info"), min_width=220
        )
        mode = Radio(
            [(t(f"arithmetic.{name}"), name) for name in MODES],
            value=MODES[0],
            label=t("arithmetic.mode"),
            info=t("arithmetic.mode_info"),
            min_width=260,
        )
        model = Dropdown(
            [(display(name), name) for name in every],
            value=best(able_ones(data)),
            label=t("arithmetic.variant"),
            info=t("arithmetic.variant_info"),
            min_width=180,
        )
    equation = gr.HTML(css_template=STYLE)
    gr.Markdown(t("arithmetic.grow"), elem_classes="section-title")
    grown = player.component()
    keep = gr.Button(t("common.film_button"))
    kept = gr.HTML()
    image = sheet()
    with gr.Accordion(t("common.python"), open=False):
        code = gr.Code(language="python", interactive=False, show_label=False, buttons=["copy"])
    with gr.Column(elem_classes="for-celeba"):
        gr.Markdown(t("arithmetic.single"), elem_classes="section-title")
        gr.Markdown(t("arithmetic.single_words"), elem_classes="lead")
        seed, _ = seed_row()
        singles = gr.HTML(css_template=STYLE)

    gr.Markdown(t("arithmetic.board"), elem_classes="section-title")
    gr.Markdown(t("arithmetic.board_words"), elem_classes="lead")
    sliders: dict[str, Slider] = {}
    with gr.Row(elem_classes="attribute-board"):
        with gr.Column(scale=2, min_width=280):
            subject = inputs.build(room, "arithmetic.board_input", "digit:2", inputs.default_face(room, 3), "board")
        with gr.Column(scale=3, min_width=300):
            for data in ("celeba", "mnist"):
                with gr.Row(elem_classes=f"for-{data} sliders"):
                    for name in SLIDERS[data]:
                        sliders[name] = Slider(
                            -3, 3, MOVED.get(name, 0), step=0.1, label=t(f"arithmetic.attribute.{name}"), min_width=180
                        )
            with gr.Row():
                directions = Radio(
                    [(t(f"arithmetic.{name}_choice"), name) for name in DIRECTIONS],
                    value=DIRECTIONS[0],
                    label=t("arithmetic.naive"),
                    info=t("arithmetic.naive_info"),
                )
                reset = gr.Button(t("arithmetic.reset"), min_width=120)
        with gr.Column(scale=3, min_width=300, elem_classes="board-result"):
            changed = gr.HTML(elem_classes="board-pictures")
            verdicts = gr.HTML(css_template=STYLE)
            board_image = sheet()
            with gr.Accordion(t("common.python"), open=False):
                board_code = gr.Code(language="python", interactive=False, show_label=False, buttons=["copy"])
    explain.build("arithmetic.explain_words")
    link: dict[str, Component] = {"model": model, **terms, "strength": strength, "mode": mode, "seed": seed}
    link |= {f"digit_{what}": picture.digit for what, picture in pictures.items()}
    link |= {f"face_{what}": picture.face for what, picture in pictures.items()}
    link |= {"digit": subject.digit, "face": subject.face, "directions": directions, **sliders}
    link_button("arithmetic", dataset, link)

    term_parts = [part for what in "abc" for part in (terms[what], *pictures[what].components)]
    knobs = [dataset, model, *term_parts, strength, mode]
    shown = [equation, grown, image, code]
    board = [*subject.components, directions, *sliders.values()]
    board_shown = [changed, verdicts, board_image, board_code]
    turned = [model.input, strength.input, mode.input, *(terms[what].input for what in "abc")]
    turned += [trigger for picture in pictures.values() for trigger in picture.triggers]
    gr.on(turned, arithmetic, knobs, shown, api_name="arithmetic", **MODEL)

    keep.click(film_to_keep, knobs, kept, api_name="arithmetic_film", **SLOW)

    slid = [model.input, directions.input, *(slider.input for slider in sliders.values()), *subject.triggers]
    gr.on(slid, attributes, [dataset, model, *board], board_shown, api_name="arithmetic_attributes", **MODEL)
    reset.click(lambda: [0.0] * len(sliders), None, list(sliders.values()), api_visibility="private", queue=False).then(
        attributes, [dataset, model, *board], board_shown, api_visibility="private", **MODEL
    )
    tried = [model.input, strength.input, mode.input, seed.change]
    gr.on(tried, single_faces, [model, strength, mode, seed], singles, api_name="arithmetic_single_faces", **MODEL)
    return Tab(refresh, [*knobs, seed, *board], [model, *terms.values(), *shown, singles, *board_shown], link)


# A picture that is sent to a term makes that term a picture of one's own; then its input appears and takes it.
SENT = """
let last = 0;
document.addEventListener('picture-sent', e => {
  const [, what] = e.detail.target.match(/^arithmetic-([abc])$/) ?? [];
  if (!what || document.querySelector(`[data-target="${e.detail.target}"]`) || Date.now() - last < 1500) return;
  last = Date.now();
  props.value = `${what}:${last}`;
});
"""

STYLE = """
.equation { display: grid; grid-template-columns: 1fr auto 1fr auto 1fr auto 1fr; gap: .5rem; max-width: 1000px; }
.equation .term { display: contents; }
.equation figure { flex: 1; }
.equation .sign { font-size: 2rem; font-weight: 700; width: 1.4rem; text-align: center; padding-top: min(4rem, 6vw); }
.equation .term:first-child .sign { display: none; }
@media (max-width: 640px) {
  .equation { grid-template-columns: 1fr 1fr; }
  .equation .term { display: flex; gap: .3rem; min-width: 0; }
  .equation .sign { width: 1rem; font-size: 1.4rem; padding-top: 14vw; }
  .equation .term:first-child .sign { display: block; }
}
.triplet { display: grid; grid-template-columns: 1fr auto 1fr auto 1fr; gap: 2px; align-items: center;
  font-weight: 700; }
table.meters { width: 100%; border: 0 !important; border-collapse: collapse; margin-top: .8rem; font-size: .9rem; }
table.meters th, table.meters td, table.meters tr { border: 0; background: none; }
table.meters th { text-align: left; font-weight: 700; padding: .2rem .5rem .2rem 0; vertical-align: middle; }
table.meters td { padding: .2rem .6rem .2rem 0; width: 36%; vertical-align: middle; }
table.meters td span { font-size: .8rem; opacity: .86; font-variant-numeric: tabular-nums; }
table.meters svg { max-width: 180px; }
"""
