"""A recorded run: its moments, that recording changes nothing, and that a damaged file is refused."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file
from test_training import digits
from tiny import write_checkpoint

from vae_demo import replay
from vae_demo.files import CheckpointError
from vae_demo.models import DenseConfig, DenseVAE
from vae_demo.training import train
from vae_demo.training.objectives import Elbo
from vae_demo.training.recipes import RECIPES, Recipe
from vae_demo.training.record import Recorder, keep, moments
from vae_demo.training.train import Run

CONFIG = DenseConfig(1, 28, (16,), 2)
STEPS = 40


@pytest.mark.parametrize("steps", [5000, 1000, 100, 30])
def test_moments_are_thirty_and_evenly_spaced_in_the_logarithm(steps):
    found = moments(steps)
    assert len(found) == len(set(found)) == 30
    assert found == sorted(found)
    assert (found[0], found[1], found[-1]) == (0, 1, steps)
    if steps == 5000:
        late = torch.tensor(found[15:]).double().log().diff()
        assert (late.max() / late.min()).item() < 1.1


def test_a_short_run_keeps_every_step():
    assert moments(4) == [0, 1, 2, 3, 4]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A tiny run with a recorder, the same without, and the folder with both files."""
    patch, folder = pytest.MonkeyPatch(), tmp_path_factory.mktemp("recorded")
    recipe = Recipe("mnist", DenseVAE, CONFIG, lambda _: Elbo("bernoulli", beta=4.0), STEPS, batch=32)
    patch.setitem(RECIPES, "tiny", recipe)
    split, held_out = digits(0, 400, 28), digits(1400, 1500, 28)
    recorder = Recorder(STEPS, held_out)
    cpu = torch.device("cpu")
    with_, _ = train.train("tiny", split, Run(STEPS), cpu, runs=folder / "a", watch=recorder)
    without, _ = train.train("tiny", split, Run(STEPS), cpu, runs=folder / "b")
    write_checkpoint(folder / "tiny", with_, CONFIG)
    keep(folder / "tiny", recorder.replay())
    patch.undo()
    return with_, without, recorder, folder / "tiny", held_out


def test_a_recorder_leaves_the_run_as_it_is(recorded):
    with_, without, *_ = recorded
    for name, tensor in with_.state_dict().items():
        assert torch.equal(tensor, without.state_dict()[name]), name


def test_what_is_kept_is_what_the_network_was(recorded):
    network, _, recorder, folder, held_out = recorded
    kept = replay.read(folder)
    assert kept.steps.tolist() == moments(STEPS)
    x = held_out.batch(torch.arange(100))
    q = network.posterior(x)
    torch.testing.assert_close(kept.codes[-1], q.mu, atol=2e-3, rtol=2e-3)
    assert kept.labels.tolist() == held_out.labels["digit"].tolist()
    kl = 4 * torch.distributions.kl_divergence(
        torch.distributions.Normal(q.mu, q.sigma), torch.distributions.Normal(0, 1)
    ).sum(1)
    assert kept.terms["kl"][-1].item() == pytest.approx(kl.mean().item(), rel=1e-4)
    assert set(kept.terms) == {"nll", "kl"}
    middle = q.mu[kept.labels == 3].median(0).values
    picture = network.decode(middle[None])[0, 0].view(14, 2, 14, 2).mean((1, 3))
    assert (picture - kept.pictures[-1, 3] / 255).abs().max() < 0.003
    assert not network.training


def test_training_goes_down_in_the_record(recorded):
    kept = replay.read(recorded[3])
    assert kept.terms["nll"][-1] < kept.terms["nll"][0]


def spoil_checksum(folder, tensors):
    (folder / replay.FILE).write_bytes((folder / replay.FILE).read_bytes() + b" ")


def spoil_with(change):
    def spoil(folder, tensors):
        change(tensors)
        save_file(tensors, folder / replay.FILE)
        card = json.loads((folder / "card.json").read_text())
        card["replay"]["sha256"] = replay.sha256(folder / replay.FILE)
        (folder / "card.json").write_text(json.dumps(card))

    return spoil


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_checksum,
        spoil_with(lambda t: t.pop("codes")),
        spoil_with(lambda t: t.update(more=torch.zeros(1))),
        spoil_with(lambda t: t.update(codes=t["codes"][:-1].clone())),
        spoil_with(lambda t: t.update(steps=t["steps"].flip(0).contiguous())),
        spoil_with(lambda t: t.update(labels=t["labels"] + 10)),
        spoil_with(lambda t: t.update(steps=torch.tensor(0, dtype=torch.int32))),
        spoil_with(lambda t: t.update(steps=t["steps"][:, None].contiguous())),
        spoil_with(lambda t: t.update(steps=t["steps"].float())),
        spoil_with(lambda t: t.update(labels=torch.tensor(3, dtype=torch.uint8))),
        spoil_with(lambda t: t["codes"].fill_(torch.nan)),
        spoil_with(lambda t: t.update({"term.kl": torch.zeros(3)})),
        spoil_with(lambda t: (t.pop("term.kl"), t.pop("term.nll"))),
    ],
)
def test_a_damaged_file_is_refused(recorded, spoil, tmp_path):
    folder = tmp_path / "tiny"
    folder.mkdir()
    for name in ("card.json", replay.FILE):
        (folder / name).write_bytes((recorded[3] / name).read_bytes())
    assert replay.read(folder) is not None
    spoil(folder, load_file(folder / replay.FILE))
    with pytest.raises(CheckpointError, match="tiny"):
        replay.read(folder)


def test_a_folder_without_a_record_has_none(tmp_path):
    assert replay.read(tmp_path) is None
