"""Trains a variant by its recipe's name: python -m vae_demo.training.train mnist-vae --data DIR."""

import argparse
import dataclasses
import math
import os
import platform
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from vae_demo.checkpoints import ROOT
from vae_demo.device import pick
from vae_demo.files import read_json, read_network, read_prior
from vae_demo.models import CLASSES, ConvConfig
from vae_demo.models.blocks import uniform
from vae_demo.models.classifier import AttributeClassifier, ClassifierConfig
from vae_demo.training import data
from vae_demo.training.augment import jitter
from vae_demo.training.features import FeatureConfig, FeatureNet
from vae_demo.training.objectives import Labels
from vae_demo.training.recipes import RECIPES, Recipe

RUNS = Path("runs")
SAVE_EVERY = 120  # seconds
CLASSIFIERS = ((FeatureNet, FeatureConfig), (AttributeClassifier, ClassifierConfig))


def generator_of(step: int, what: int = 0, seed: int = 0, device: str = "cpu") -> torch.Generator:
    """Each step draws from its own generator, so that a resumed run is the same run and keeps no random state.

    `what` is 0 for noise and augmentation, 1 for rows drawn by weight, 2 for the order of an epoch.
    """
    return torch.Generator(device).manual_seed((3 * seed + what) * 1_000_003 + step)


def people(split: data.Split, half: int) -> Tensor:
    """Row numbers of one of two disjoint halves of the identities."""
    return (split.labels["identity"] % 2 == half).nonzero()[:, 0].cpu()


class Sampler:
    """Rows for each step: a fresh permutation an epoch, or draws by weight when glasses are wanted more often."""

    def __init__(self, recipe: Recipe, split: data.Split, seed: int = 0) -> None:
        self.seed = seed
        self.rows = torch.arange(len(split)) if recipe.people is None else people(split, recipe.people)
        self.batch, self.weights = recipe.batch, None
        if recipe.glasses != (1.0, 1.0):
            glasses, male = (split.labels[k].cpu()[self.rows].bool() for k in ("Eyeglasses", "Male"))
            men, women = recipe.glasses
            self.weights = torch.where(glasses, torch.where(male, men, women), 1.0)

    def __call__(self, step: int) -> Tensor:
        """(batch,) row numbers of the split."""
        if self.weights is not None:
            generator = generator_of(step, 1, self.seed)
            return self.rows[torch.multinomial(self.weights, self.batch, replacement=True, generator=generator)]
        per_epoch = max(1, len(self.rows) // self.batch)
        epoch, place = divmod(step, per_epoch)
        order = torch.randperm(len(self.rows), generator=generator_of(epoch, 2, self.seed))
        return self.rows[order[place * self.batch : (place + 1) * self.batch]]


def learning_rate(step: int, steps: int, peak: float, warm_up: int = 100) -> float:
    """Linear warm-up, then a cosine to zero."""
    return peak * min(1.0, (step + 1) / warm_up) * 0.5 * (1 + math.cos(math.pi * step / steps))


def has_bf16(device: torch.device) -> bool:
    """Whether bfloat16 matrix products are native there; elsewhere autocast would be slower than float32."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported()
    return device.type == "cpu" and (torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())


def shipped(name: str, root: Path = ROOT) -> torch.nn.Module:
    """The network of a checkpoint that another recipe builds on."""
    if name.endswith("-prior"):
        return read_prior(root / name.removesuffix("-prior"))
    return read_network(root / name, (*CLASSES, *CLASSIFIERS))


def earlier_runs(name: str, root: Path = ROOT) -> list[dict]:
    """What the shipped weights saw before they are trained further: the records of their runs, oldest first."""
    card = read_json(root / name.removesuffix("-prior") / "card.json")
    training = card["prior"]["training"] if name.endswith("-prior") else card["training"]
    kept = ("command", "images", "seconds", "hardware", "started_from", "note", "commit")
    return [*training.get("earlier", []), {key: training[key] for key in kept if key in training}]


@dataclass(frozen=True)
class Run:
    """How a recipe is trained this time.

    Attributes:
        steps: of the optimiser.
        further: starts from the checkpoint's own weights, under a schedule of its own.
        decoder: leaves the encoder as it is, and with it what every z means, and the statistics of the batch norms.
        lr: peak learning rate; the recipe's where it is None.
        batch: pictures a step; the recipe's where it is None, which are so few that a GPU would be idle between them.
        seed: with another one than the runs before, pictures come in another order and with other noise.
    """

    steps: int
    further: bool = False
    decoder: bool = False
    lr: float | None = None
    batch: int | None = None
    seed: int = 0

    def command(self, name: str) -> str:
        """What makes it again."""
        words = [f"python -m vae_demo.training.train {name} --steps {self.steps}"]
        words += ["--further"] * self.further + ["--decoder"] * self.decoder
        words += [f"--lr {self.lr:g}"] if self.lr else []
        words += [f"--batch {self.batch}"] if self.batch else []
        words += [f"--seed {self.seed}"] if self.seed else []
        return " ".join(words)


def train(
    name: str,
    split: data.Split,
    run: Run,
    device: torch.device,
    resume: bool = False,
    runs: Path = RUNS,
    watch: Callable | None = None,
    out: Path = ROOT,
):
    """Trains one recipe and gives the network, in eval mode on the CPU, with the record of the run.

    Every two minutes, and at the end, the state goes to `runs/<name>/state.pt`; `resume` goes on from there, and raises
    ValueError if that is another run. `watch` is called with the steps done, the network and the objective: before the
    first step, and after each. A network that the objective builds on is the one in `out`, or else the shipped one: a
    code prior learns the codes of the model that it will lie beside.
    """
    recipe = dataclasses.replace(RECIPES[name], batch=run.batch or RECIPES[name].batch)
    peak = run.lr or recipe.lr
    start = name if run.further else recipe.start
    torch.manual_seed(run.seed)
    network = recipe.network(recipe.config).to(device, memory_format=torch.channels_last)
    objective = recipe.objective(lambda other: shipped(other, out if (out / other).exists() else ROOT)).to(device)
    if run.decoder:
        network.requires_grad_(False)
        for part in (network.from_z, network.decoder):
            part.requires_grad_(True)
    trained = [p for p in (*network.parameters(), *objective.parameters()) if p.requires_grad]
    optimiser = torch.optim.Adam(trained, fused=True)
    state_file = runs / name / "state.pt"
    first, seconds, history, note = 0, 0.0, [], ""
    how = dataclasses.asdict(run) | {"lr": peak, "batch": recipe.batch}
    sums: defaultdict[str, float | Tensor] = defaultdict(float)  # of the terms since the last line of the history
    if resume and state_file.exists():
        state = torch.load(state_file, map_location=device, weights_only=True)
        if state["how"] != how:
            raise ValueError(f"{state_file} is of another run: {state['how']} instead of {how}")
        network.load_state_dict(state["network"])
        objective.load_state_dict(state["objective"])
        optimiser.load_state_dict(state["optimiser"])
        first, seconds, history = state["step"], state["seconds"], state["history"]
        note = state.get("note", "")
        sums.update(state.get("sums", {}))
    elif start is not None:
        start_from(network, start, None if run.further else runs)
        if run.further:
            objective.go_on_from(network)
    else:
        note = objective.begin(network)
        if recipe.begin is not None:
            note = recipe.begin(network, split)

    def save(step: int) -> None:
        state_file.parent.mkdir(parents=True, exist_ok=True)
        parts = {"network": network, "objective": objective, "optimiser": optimiser}
        state = {key: part.state_dict() for key, part in parts.items()}
        state |= {"step": step, "seconds": seconds + time.monotonic() - began}
        kept = {key: float(value) for key, value in sums.items()}
        state |= {"history": history, "sums": kept, "note": note, "how": how}
        torch.save(state, state_file.with_suffix(".new"))
        os.replace(state_file.with_suffix(".new"), state_file)

    sampler, split = Sampler(recipe, split, run.seed), split.to(device)
    draws_on = "cuda" if device.type == "cuda" else "cpu"
    began = saved = time.monotonic()
    network.train(not run.decoder)
    objective.train()
    if watch is not None:
        watch(first, network, objective)
    bar = tqdm(
        range(first, run.steps), name, run.steps, initial=first, unit_scale=recipe.batch, unit="img", mininterval=1
    )
    for step in bar:
        generator = generator_of(step, 0, run.seed, draws_on)
        x, labels = drawn(recipe, split, sampler(step).to(device), generator)
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, run.steps, peak)
        with torch.autocast(device.type, torch.bfloat16, enabled=has_bf16(device)):
            terms = objective(network, x, labels, generator)
        optimiser.zero_grad()
        sum(terms.values()).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1000.0)
        optimiser.step()
        for key, term in terms.items():
            sums[key] += term.detach()  # a number only when it is looked at: a GPU would have to be waited for
        if (step + 1) % 50 == 0 or step + 1 == run.steps:
            count = (step % 50) + 1
            history.append({"step": step + 1, **{key: round(float(value) / count, 4) for key, value in sums.items()}})
            bar.set_postfix({key: f"{float(value) / count:.4g}" for key, value in sums.items()})
            sums.clear()
        if watch is not None:
            watch(step + 1, network, objective)
        if time.monotonic() - saved > SAVE_EVERY:
            save(step + 1)
            saved = time.monotonic()
    if first < run.steps:
        save(run.steps)
    record = {
        "command": run.command(name),
        "seed": run.seed,
        "steps": run.steps,
        "images": run.steps * recipe.batch,
        "batch": recipe.batch,
        "learning_rate": peak,
        "started_from": start,
        "seconds": round(seconds + time.monotonic() - began),
        "hardware": f"{hardware(device)}, {torch.get_num_threads()} threads",
        "final_terms": history[-1] if history else {},
    }
    if note:
        record["note"] = note
    return network.eval().cpu().to(memory_format=torch.contiguous_format), record


def drawn(recipe: Recipe, split: data.Split, rows: Tensor, generator: torch.Generator) -> tuple[Tensor, Labels]:
    """Pictures (B, C, H, W) of these rows, mirrored, shifted and lit by chance as the recipe says, and their labels."""
    x = split.batch(rows)
    labels = {key: column[rows] for key, column in split.labels.items()}
    if split.landmarks is not None:
        labels["landmarks"] = split.landmarks[rows]
    if recipe.flip:
        mirrored = uniform((len(x), 1, 1, 1), generator).to(x.device) < 0.5
        x = torch.where(mirrored, x.flip(3), x)
    if recipe.jitter:
        x = jitter(x, generator)
    return x.contiguous(memory_format=torch.channels_last), labels


def hardware(device: torch.device) -> str:
    """The name of the processor that trains."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration, IndexError):
        return platform.processor() or platform.machine()


def start_from(network: torch.nn.Module, name: str, runs: Path | None = RUNS) -> None:
    """Copies weights wherever name and shape agree, from a run of this computer or else from the shipped checkpoint.

    With no `runs` from the latter: whoever goes on from it keeps what was measured of it.
    """
    state_file = None if runs is None else runs / name / "state.pt"
    if state_file is not None and state_file.exists():
        trained = torch.load(state_file, map_location="cpu", weights_only=True)["network"]
    else:
        trained = shipped(name).state_dict()
    own = network.state_dict()
    network.load_state_dict(own | {k: v for k, v in trained.items() if k in own and v.shape == own[k].shape})


def main() -> None:
    from vae_demo.training.export import export
    from vae_demo.training.record import Recorder, keep

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"recipes: {', '.join(RECIPES)}")
    parser.add_argument("--all", action="store_true", help="every recipe, in order")
    parser.add_argument("--data", type=Path, default=Path("data"), help="folder with MNIST/ and faces/ or celeba/")
    parser.add_argument("--out", type=Path, default=ROOT)
    parser.add_argument("--steps", type=int, help="instead of the recipe's")
    parser.add_argument("--lr", type=float, help="peak learning rate, instead of the recipe's")
    parser.add_argument("--batch", type=int, help="pictures a step, instead of the recipe's")
    parser.add_argument("--seed", type=int, help="0, or with --further the number of the runs before")
    parser.add_argument("--device", help="cuda, mps or cpu; picked when not given")
    parser.add_argument("--resume", action="store_true", help="go on from runs/<name>/state.pt")
    parser.add_argument("--further", action="store_true", help="start from the shipped weights of the same name")
    parser.add_argument("--decoder", action="store_true", help="of a ConvAE or ConvVAE: leave the encoder as it is")
    parser.add_argument("--record", action="store_true", help="keep moments of the run, for models of two dimensions")
    args = parser.parse_args()
    names = list(RECIPES) if args.all else args.names
    unknown = [name for name in names if name not in RECIPES]
    if unknown or not names:
        parser.error(f"unknown recipe {', '.join(unknown) or '(none given)'}; known: {', '.join(RECIPES)}")
    if args.decoder and (not args.further or any(not isinstance(RECIPES[n].config, ConvConfig) for n in names)):
        parser.error("--decoder wants --further, and a ConvAE or a ConvVAE")
    if args.decoder and (missing := [n for n in names if not (args.out / n / "latents.safetensors").exists()]):
        parser.error(f"--decoder keeps the codes' statistics, but {args.out} has no {', '.join(missing)}")
    if args.record and (args.resume or any(getattr(RECIPES[n].config, "latent_dim", 0) != 2 for n in names)):
        parser.error("--record wants recipes of two dimensions, from their first step")
    device = pick(args.device)
    torch.backends.cudnn.benchmark = True  # every batch has the same shape
    splits: dict[tuple[str, int], data.Split] = {}
    for name in names:
        recipe = RECIPES[name]
        key = (recipe.dataset, recipe.size)
        try:
            if key not in splits:
                splits[key] = data.load(recipe.dataset, args.data, "train", recipe.size)
        except FileNotFoundError as error:  # it says how to get the data itself
            raise SystemExit(str(error)) from error
        except (RuntimeError, OSError) as error:
            raise SystemExit(f"{error}\n{data.HOW_TO_GET.format(root=args.data)}") from error
        split, steps = splits[key], args.steps or recipe.steps
        recorder = Recorder(steps, data.load(recipe.dataset, args.data, "val")) if args.record else None
        seed = args.seed if args.seed is not None else len(earlier_runs(name)) if args.further else 0
        run = Run(steps, args.further, args.decoder, args.lr, args.batch, seed)
        network, record = train(name, split, run, device, args.resume, watch=recorder, out=args.out)
        if args.further:
            record["earlier"] = earlier_runs(name)
        if recorder is not None:
            record["command"] += " --record"
        export(name, network, record, split, args.data, args.out, new_codes=not args.decoder)
        if recorder is not None:
            keep(args.out / name, recorder.replay())


if __name__ == "__main__":
    main()
