"""The part "One training step" of Layers: forward, loss, backward and update of a copy, on the visitor's picture."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import gradio as gr
import torch
import torch.nn.functional as F
from torch import Tensor

from vae_demo.checkpoints import Checkpoint
from vae_demo.models import VAE, Autoencoder
from vae_demo.ui import charts, references
from vae_demo.ui.checks import choice, whole
from vae_demo.ui.controls import Dropdown, Number, Radio
from vae_demo.ui.figures import Figure, colour, figure, heading, img, note, signed
from vae_demo.ui.handling import remembered, steady
from vae_demo.ui.inputs import PictureInput
from vae_demo.ui.inside.anatomy import parts
from vae_demo.ui.inside.models import network_lines, pick
from vae_demo.ui.room import DATASETS, Room, display, variant
from vae_demo.ui.scripts import asset
from vae_demo.ui.tab import MODEL, Tab, python_box
from vae_demo.ui.text import say, t

ROUTES = ("trick", "cut")  # of the gradient through the sample: along mu and sigma, or not at all
RATES = ("0.00001", "0.0001", "0.001")  # of Adam
# What each was trained with, as in `training.recipes`: a weight of the KL, or the squared error alone. The others have
# losses for which one clean picture is not enough: corrupted pictures, sparsity, a codebook.
BETAS = {
    "mnist-vae": 1.0,
    "mnist-conv-vae": 1.0,
    "mnist-beta-vae": 4.0,
    "mnist-vae-2d": 1.0,
    "mnist-beta-vae-2d": 4.0,
    "celeba-vae": 1.0,
    "celeba-beta-vae": 8.0,
    "celeba-perceptual-vae": 1.0,
}
PLAIN = ("dense-ae", "conv-ae", "conv-ae-64", "attention-ae", "ae-2d")
FACES_WEIGHT = 4.0  # of a face's squared error in a VAE: a Gaussian whose sigma is 8 ** -0.5


def dice(ae: Checkpoint, seed: int) -> Tensor:
    """eps of that seed, (1, D)."""
    return torch.randn(1, ae.latent_dim, generator=torch.Generator().manual_seed(seed))


@dataclass(frozen=True)
class Pass:
    """One way forward.

    Attributes:
        z: (1, D).
        x_hat: (1, C, H, W).
        reconstruction, kl: the terms of the loss, sums over pixels and dimensions; an AE's KL is None.
    """

    z: Tensor
    x_hat: Tensor
    reconstruction: Tensor
    kl: Tensor | None

    @property
    def loss(self) -> Tensor:
        return self.reconstruction if self.kl is None else self.reconstruction + self.kl


def forward(network: Autoencoder, x: Tensor, eps: Tensor, beta: float, cut: bool = False) -> Pass:
    """x (1, C, H, W) through the network, and what it was trained to make small; a `cut` z passes no gradient on.

    eps (1, D) and beta are a VAE's.
    """
    kl = None
    if isinstance(network, VAE):
        q = network.posterior(x)
        z, kl = q.sample(eps), beta * q.kl().sum(1).mean()
    else:
        z = network.encode(x)
    logits = network.logits(z.detach() if cut else z)
    x_hat = torch.sigmoid(logits)
    if kl is not None and network.channels == 1:
        return Pass(
            z, x_hat, F.binary_cross_entropy_with_logits(logits, x, reduction="none").flatten(1).sum(1).mean(), kl
        )
    sse = (x_hat - x).square().flatten(1).sum(1).mean()
    return Pass(z, x_hat, sse if kl is None else FACES_WEIGHT * sse, kl)


Gradients = dict[str, Tensor | None]


def gradients(network: Autoencoder, term: Tensor) -> Gradients:
    """Of one term of the loss by each parameter; None for a parameter that does not take part in it."""
    names, parameters = zip(*network.named_parameters(), strict=True)
    found = torch.autograd.grad(term, parameters, retain_graph=True, allow_unused=True)
    return dict(zip(names, found, strict=True))


def norms(network: Autoencoder, by_parameter: Gradients) -> dict[str, float | None]:
    """The length of each layer's gradient, weights and biases together; None where there is none."""
    paths = [path for path, _ in parts(network)]
    grouped: dict[str, list[Tensor | None]] = {}
    for name, gradient in by_parameter.items():
        path = next((path for path in paths if name.startswith(f"{path}.")), name)
        grouped.setdefault(path, []).append(gradient)
    return {path: length([g for g in group if g is not None]) for path, group in grouped.items()}


def length(gradient: Sequence[Tensor]) -> float | None:
    """Of all these numbers together."""
    return torch.stack([g.square().sum() for g in gradient]).sum().sqrt().item() if gradient else None


@dataclass(frozen=True)
class Step:
    """One step of Adam on one picture.

    Attributes:
        before, after: the same picture with the same eps.
        reconstruction, kl: each layer's gradient of either term; the latter is empty for an AE.
        uncut: the former as it would be with the trick.
    """

    before: Pass
    after: Pass
    reconstruction: Mapping[str, float | None]
    kl: Mapping[str, float | None]
    uncut: Mapping[str, float | None]


def one_step(network: Autoencoder, x: Tensor, eps: Tensor, beta: float, rate: float, cut: bool = False) -> Step:
    """Trains a copy by one step on x (1, C, H, W); the network itself, which all visitors share, stays as it is.

    The copy stays in eval mode: one picture is no batch, and batch norms keep the averages of training.
    """
    copied = copy.deepcopy(network).requires_grad_(True)
    eps = eps.to(x)
    with torch.enable_grad():
        whole = forward(copied, x, eps, beta)
        uncut = gradients(copied, whole.reconstruction)
        before = forward(copied, x, eps, beta, cut) if cut else whole
        reconstruction = gradients(copied, before.reconstruction) if cut else uncut
        kl = gradients(copied, before.kl) if before.kl is not None else {}
    for name, parameter in copied.named_parameters():
        terms = [g for g in (reconstruction[name], kl.get(name)) if g is not None]
        parameter.grad = torch.stack(terms).sum(0) if terms else None
    torch.optim.Adam(copied.parameters(), lr=rate).step()
    with torch.no_grad():
        after = forward(copied, x, eps, beta)
    return Step(before, after, norms(copied, reconstruction), norms(copied, kl), norms(copied, uncut))


def sum_of(p: Pass, request: gr.Request | None) -> str:
    """ "56.7 + KL 23.3 = 80.0"."""
    if p.kl is None:
        return say("step.sse", request, loss=p.loss.item())
    return say("step.sum", request, reconstruction=p.reconstruction.item(), kl=p.kl.item(), loss=p.loss.item())


def four(x: Tensor, s: Step, stripe: str, request: gr.Request | None) -> str:
    """Encode, decode, loss, update: a figure each."""
    z = charts.bars(s.before.z[0].tolist(), stripe, say("step.z_alt", request, d=s.before.z.shape[1]))
    formula = "z = f(x)" if s.before.kl is None else "z = μ + σ ε"
    encode, decode, loss, update = (say(f"step.{key}", request) for key in ("encode", "decode", "loss", "update"))
    difference = (s.before.x_hat - x)[0].detach().cpu()
    change = say("step.change", request, before=s.before.loss.item(), after=s.after.loss.item())
    cells = [
        figure(Figure(x[0].cpu(), encode, [formula], say("common.input", request), stripe, f"<div>{z}</div>")),
        figure(Figure(s.before.x_hat[0].detach().cpu(), decode, ["x̂ = g(z)"], say("step.before_alt", request), stripe)),
        f'<figure style="--stripe:{stripe}">{img(signed(difference), say("step.difference_alt", request))}<figcaption>'
        f"<b>{escape(loss)}</b><span>{escape(sum_of(s.before, request))}</span></figcaption></figure>",
        figure(
            Figure(
                s.after.x_hat[0].cpu(),
                update,
                [change, sum_of(s.after, request)],
                say("step.after_alt", request),
                stripe,
            )
        ),
    ]
    return f'<div class="figures" style="--least:150px">{"".join(cells)}</div>'


def bar(kind: str, value: float | None, most: float) -> str:
    """One bar of the table; none for no gradient."""
    return f'<i class="{kind}" style="width:{100 * (value or 0.0) / most:.1f}%"></i>'


def size(value: float | None, request: gr.Request | None) -> str:
    """A gradient's length in words: None is another thing than 0."""
    return say("step.nothing", request) if value is None else f"{value:.3g}" if value < 99.5 else f"{value:,.0f}"


def table(s: Step, cut: bool, stripe: str, request: gr.Request | None) -> str:
    """A row a layer: the lengths of its gradients as bars and in figures, and where z lies between."""
    every = [v for lengths in (s.uncut, s.kl) for v in lengths.values() if v is not None]
    most = max(*every, 1e-9)
    sampled = bool(s.kl)
    encoder = [name for name, value in s.kl.items() if value is not None]  # KL is about the encoder alone
    head = (
        f"<th>{escape(say('step.layer', request))}</th><td></td><th>{escape(say('step.reconstruction', request))}</th>"
    )
    rows = [f"<tr>{head}{'<th>KL</th>' if sampled else ''}</tr>"]
    for name, value in s.reconstruction.items():
        drawn = bar("lost", s.uncut[name], most) if value is None else bar("term", value, most)
        numbers = f"<td>{escape(size(value, request))}</td>"
        if sampled:
            drawn += bar("kl", s.kl[name], most)
            numbers += f"<td>{escape(size(s.kl[name], request))}</td>"
        rows.append(f'<tr><th scope="row">{escape(name)}</th><td class="bars">{drawn}</td>{numbers}</tr>')
        if encoder and name == encoder[-1]:
            words = escape(say("step.ends" if cut else "step.flows", request))
            rows.append(f'<tr class="z{" ends" if cut else ""}"><td colspan="4">{words}</td></tr>')
    return f'<table class="gradients" style="--stripe:{stripe}">{"".join(rows)}</table>'


def python(room: Room, dataset: str, digit, face, ae: Checkpoint, seed: int, rate: str, cut: bool) -> str:
    """Lines that take the step and print the gradients."""
    if isinstance(ae.network, VAE):
        likelihood = (
            'F.binary_cross_entropy_with_logits(logits, x, reduction="sum")'
            if ae.network.channels == 1
            else f"{FACES_WEIGHT:g} * (torch.sigmoid(logits) - x).square().sum()"
        )
        loss = [
            "    q = network.posterior(x)",
            f"    z = q.mu + q.sigma * eps{'  # the sample, cut off below' if cut else ''}",
            f"    logits = network.logits(z{'.detach()' if cut else ''})",
            f"    return {likelihood}, {BETAS[ae.name]:g} * q.kl().sum()",
        ]
    else:
        loss = ["    return (network(x) - x).square().sum(), torch.zeros(())"]
    return "\n".join(
        [
            *network_lines(room, dataset, digit, face, ae.name),
            "import torch.nn.functional as F",
            "network.requires_grad_(True)",
            f"eps = torch.randn(1, {ae.latent_dim}, generator=torch.Generator().manual_seed({seed}))",
            "def terms():",
            *loss,
            f"optimizer = torch.optim.Adam(network.parameters(), lr={rate})",
            "reconstruction, kl = terms()",
            "reconstruction.backward(retain_graph=True)",
            "for name, parameter in network.named_parameters():",
            "    print(name, None if parameter.grad is None else parameter.grad.norm().item())",
            "if kl.requires_grad:",
            "    kl.backward()",
            "optimizer.step()",
            "print(reconstruction.item(), kl.item(), *(term.item() for term in terms()))",
        ]
    )


def build(room: Room, dataset: gr.Radio, picture: PictureInput, model: Dropdown, seed: Number) -> Tab:
    """The part's content, for the model and the dice of the section."""

    @remembered
    @steady(room)
    def inside_step(
        request: gr.Request,
        dataset="mnist",
        digit="digit:4:3",
        face="astronaut",
        upload=None,
        model="mnist-vae",
        seed=0,
        route="trick",
        rate="0.0001",
    ) -> tuple:
        """One training step of a copy of one network on the picture: loss, gradients, and the picture before and after.

        Args:
            dataset, digit, face, upload: as in /reconstruct.
            model: a checkpoint of that data set; not all can be trained on one picture.
            seed: of a VAE's eps.
            route: "trick" lets the gradient flow through z = mu + sigma eps, "cut" takes z as simply drawn.
            rate: of Adam: "0.00001", "0.0001" or "0.001".

        Returns:
            whether there is a sample to cut and a step to take, the step as HTML, and Python lines for it.
        """
        data = choice(dataset, DATASETS, say("common.dataset", request), request)
        seed = whole(seed, 0, references.MOST_SEED, say("common.seed", request), request)
        route = choice(route, ROUTES, say("step.route", request), request)
        rate = choice(rate, RATES, say("step.rate", request), request)
        ae = pick(room, room.of(data) | room.flat(data), model, request)
        if ae is None:
            words = say("common.no_models", request, dataset=say(f"common.{data}", request))
            return gr.update(visible=False), gr.update(visible=False), note(words), ""
        if ae.name not in BETAS and variant(ae.name) not in PLAIN:
            why = "step.kl_only" if isinstance(ae.network, VAE) else "step.not_this"
            words = say(why, request, name=display(ae.name))
            return gr.update(visible=False), gr.update(visible=False), note(words), ""
        sampled = isinstance(ae.network, VAE)
        x = references.resolve(room, data, digit, face, upload, request).to(ae.device)
        cut = sampled and route == "cut"
        s = one_step(ae.network, x, dice(ae, seed), BETAS.get(ae.name, 0.0), float(rate), cut)
        stripe = colour(ae.name)
        html = four(x, s, stripe, request)
        html += heading(say("step.gradients", request)) + table(s, cut, stripe, request)
        keys = ["step.bars_sampled" if sampled else "step.bars"]
        keys += ["step.perceptual"] if variant(ae.name) == "perceptual-vae" else []
        html += "".join(f'<p class="small">{escape(say(key, request))}</p>' for key in keys)
        return (
            gr.update(visible=sampled),
            gr.update(visible=True),
            html,
            python(room, data, digit, face, ae, seed, rate, cut),
        )

    gr.Markdown(t("step.title"), elem_classes="section-title")
    gr.Markdown(t("step.intro"), elem_classes="lead")
    route = Radio([(t(f"step.{name}"), name) for name in ROUTES], value=ROUTES[0], label=t("step.route"), visible=False)
    rate = Radio([(name, name) for name in RATES], value=RATES[1], label=t("step.rate"), info=t("step.rate_info"))
    shown = gr.HTML(css_template=asset("step.css"), elem_classes=["results", "one-step"])
    code = python_box()
    knobs, outputs = [dataset, *picture.components, model, seed, route, rate], [route, rate, shown, code]
    gr.on([route.input, rate.input], inside_step, knobs, outputs, api_name="inside_step", **MODEL)
    return Tab(inside_step, knobs, outputs, {"route": route, "rate": rate})
