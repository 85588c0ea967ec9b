"""Arithmetic: directions there and back, what was moved is told, and the film is the strength growing."""

import base64
import inspect
import io
import re
from types import SimpleNamespace

import pytest
import torch
from PIL import Image
from section import handler_of
from shown import LOST, shown

import vae_demo
from vae_demo import checkpoints
from vae_demo.models.classifier import AttributeClassifier, ClassifierConfig
from vae_demo.moves import GATE, GATES
from vae_demo.ui import arithmetic, film, references
from vae_demo.ui.arithmetic import board, cards, equation, judge, models, singles
from vae_demo.ui.checks import UserError
from vae_demo.ui.room import Room
from vae_demo.ui.text import TEXTS


@pytest.fixture(scope="module")
def ae():
    return vae_demo.load("mnist-dense-ae", "cpu")


@pytest.fixture(scope="module")
def groups(ae):
    return {name: z[None] for name, z in ae.groups.items()}


def test_plus_and_minus_returns(ae):
    z = ae.draw(2, prior="gaussian")
    there = board.move(ae, z, {"Thick": 1.5, "Slanted": -1.0})
    back = board.move(ae, there, {"Thick": -1.5, "Slanted": 1.0})
    assert (there - z).norm() > 1
    assert torch.allclose(back, z, atol=1e-4)


def test_balanced_directions_leave_the_other_probes_alone_and_naive_ones_do_not(ae):
    z = ae.draw(1, prior="gaussian")
    before = ae.scores(z)

    def drift(naive):
        after = ae.scores(board.move(ae, z, {"Thick": 1.0}, naive))
        return (after["Slanted"] - before["Slanted"]).abs().item(), (after["Thick"] - before["Thick"]).item()

    balanced, gained = drift(False)
    assert gained > 1
    assert balanced < 0.05 * gained
    assert drift(True)[0] > balanced


def test_an_unknown_direction_is_named(ae):
    with pytest.raises(ValueError, match="Beard"):
        board.move(ae, ae.draw(1), {"Beard": 1.0})


def test_what_was_moved_is_what_differs():
    ae = vae_demo.load("mnist-vae", "cpu")  # in an AE's codes a slanted 7 also reads as a wide one
    slanted, upright, one, three = (
        ae.groups[name][None] for name in ("slanted_7", "upright_7", "upright_1", "digit_3")
    )
    moved = equation.moved(ae, slanted, upright, one)
    assert next(iter(moved)) == "Slanted"  # first, as it is moved most
    assert moved.pop("Slanted") > 1
    assert all(abs(amount) < 0.5 for amount in moved.values())
    assert equation.moved(ae, three, three, one) == {}


def test_the_film_grows_from_c_to_the_result(ae, groups):
    a, b, c = groups["slanted_7"], groups["upright_7"], groups["upright_1"]
    film = equation.Equation(ae, {}, {}, {"a": a, "b": b, "c": c}, 1.5, "plain").film(4)
    assert torch.allclose(film[0], ae.decode(c)[0], atol=1e-5)
    assert torch.allclose(film[-1], ae.decode(c + 1.5 * (a - b))[0], atol=1e-4)


@pytest.mark.parametrize("mode", equation.MODES)
def test_copied_python_makes_the_picture_of_the_page(ae, groups, mode):
    own = "digit:7:2", "", None
    terms = {"a": ("own", own), "b": ("upright_7", own), "c": ("upright_1", own)}
    a = ae.encode(references.resolve(Room({}), "mnist", *own))
    codes = {"a": a, "b": groups["upright_7"], "c": groups["upright_1"]}
    one, scope = equation.Equation(ae, terms, {}, codes, 1.5, mode), {}
    exec(one.python(Room({}), "mnist"), scope)  # what the page tells people to run
    assert torch.allclose(scope["y"].cpu(), ae.decode(one.z), atol=1e-3)


def test_beside_it_stand_the_other_models_that_have_all_groups(ae, groups):
    other, poor = vae_demo.load("mnist-conv-ae", "cpu"), SimpleNamespace(groups={"upright_7": None})
    names = {"a": "slanted_7", "b": "upright_7", "c": "upright_1"}
    terms = {what: (group, ("digit:7", "", None)) for what, group in names.items()}
    codes = {what: groups[group] for what, group in names.items()}
    (found,) = equation.Equation(ae, terms, {}, codes, 2.0, "plain").beside([ae, poor, other])
    a, b, c = (other.groups[group] for group in names.values())
    assert torch.allclose(found.z[0], c + 2 * (a - b), atol=1e-5)


def test_the_best_is_the_one_whose_card_says_so(ae):
    other = vae_demo.load("mnist-conv-ae", "cpu")
    other.card = {"metrics": {"equation_right_attributes_x1": 0.8}}
    assert models.best({"one": ae, "two": other}) == "two"
    assert models.best({"mnist-dense-ae": ae, "mnist-vae": ae}) == "mnist-vae"
    assert models.best({}) is None


def test_the_classifier_gives_probabilities_by_name():
    torch.manual_seed(0)
    verdict = AttributeClassifier(ClassifierConfig(1, 28, (4, 8), (0, 0), ("round", "tall"))).eval()
    x = torch.rand(3, 1, 28, 28)
    judged = judge.judged(verdict, x)
    assert [list(one) for one in judged] == [["round", "tall"]] * 3
    assert [one["tall"] for one in judged] == pytest.approx(verdict.probability(x, "tall").tolist())


def test_programs_name_the_attributes(ae):
    handler = handler_of(arithmetic, Room({ae.name: ae}), "arithmetic_attributes")
    html, table, lines = handler(None, model=ae.name, digit="digit:3", thick=1.5, slanted=-1)
    assert "Thick +1.50, Slanted -1.00" in html
    z = ae.encode(references.resolve(Room({}), "mnist", "digit:3", "", None))
    score = torch.sigmoid(ae.scores(board.move(ae, z, {"Thick": 1.5, "Slanted": -1.0}))["Thick"]).item()
    assert f"→ {score:.0%}" in table
    scope = {}
    exec(lines, scope)  # what the page tells people to run
    assert torch.allclose(scope["z"].cpu(), board.move(ae, z, {"Thick": 1.5, "Slanted": -1.0}), atol=1e-4)
    for wrong in ({"thick": 4}, {"thick": float("nan")}, {"wide": "1"}, {"slanted": True}):
        with pytest.raises(UserError, match="-3"):
            handler(None, model=ae.name, **wrong)
    every = {name.lower() for names in board.SLIDERS.values() for name in names}
    assert every <= set(inspect.signature(handler).parameters)


def test_the_beard_slider_goes_against_no_beard():
    faces = vae_demo.load("celeba-perceptual-vae", "cpu")
    handler = handler_of(arithmetic, Room({faces.name: faces}), "arithmetic_attributes")
    html, table, lines = handler(None, "celeba", faces.name, face="astronaut", beard=1.5)
    assert "Beard +1.50" in html
    scope = {}
    exec(lines, scope)
    z = faces.encode(references.astronaut())
    assert torch.allclose(scope["z"].cpu(), z - 1.5 * faces.directions["No_Beard"], atol=1e-4)
    before, after = (judge.probed(faces, code) for code in (z, scope["z"]))
    assert after["Beard"] == pytest.approx(1 - after["No_Beard"])
    assert after["Beard"] > before["Beard"]
    assert f"{before['Beard']:.0%} → {after['Beard']:.0%}" in table


def test_a_stale_choice_of_the_other_data_set_is_no_error(ae):
    handler = handler_of(arithmetic, Room({ae.name: ae}), "arithmetic")
    html, *_ = handler(None, "mnist", ae.name, a="man_glasses", b="man", c="woman")
    assert "slanted 7" in html
    with pytest.raises(UserError, match="one of"):
        handler(None, "mnist", ae.name, a="nobody")


def test_the_equation_shows_a_b_c_and_the_decoded_sum(ae, groups):
    handler = handler_of(arithmetic, Room({ae.name: ae}), "arithmetic")
    terms = {"a": "slanted_7", "b": "upright_7", "c": "own", "digit_c": "digit:4"}
    html, *_ = handler(None, "mnist", ae.name, **terms, strength=1.5, mode="plain")
    a, b = groups["slanted_7"], groups["upright_7"]
    c = ae.encode(references.resolve(Room({}), "mnist", "digit:4", "", None))
    expected = ae.decode(torch.cat([a, b, c, c + 1.5 * (a - b)]))
    assert (torch.stack(shown(html)) - expected).abs().max() <= LOST


def test_single_faces_show_the_decoded_sums_their_terms_and_the_verdict_on_them():
    faces, verdict = vae_demo.load("celeba-perceptual-vae", "cpu"), checkpoints.verdict("cpu")
    html = handler_of(arithmetic, Room({faces.name: faces}, verdict), "arithmetic_single_faces")(
        None, faces.name, mode="plain"
    )
    drawn = singles.triplets(len(faces.invented), 8, seed=0)
    three = faces.decode(faces.invented[drawn.flatten()])
    a, b, c = faces.encode(three).unflatten(0, (8, 3)).unbind(1)
    y = faces.decode(c + a - b)
    pictures = torch.stack(shown(html)).unflatten(0, (8, 4))  # a result, and below it what it is made of
    assert (pictures[:, 0] - y).abs().max() <= LOST
    assert (pictures[:, 1:] - three.unflatten(0, (8, 3))).abs().max() <= LOST
    right = (verdict.probability(y, "Eyeglasses") > 0.5) & (verdict.probability(y, "Male") < 0.5)
    assert re.findall("<b>([✓✗])", html) == ["✓" if one else "✗" for one in right]


def test_the_film_is_there_to_keep(ae):
    handler = handler_of(arithmetic, Room({ae.name: ae}), "arithmetic_film")
    html = handler(None, "mnist", ae.name)
    for kind in film.TYPES:
        url = re.search(rf'download="latent-arithmetic.{kind}" href="data:image/{kind};base64,([^"]+)"', html)
        assert Image.open(io.BytesIO(base64.b64decode(url[1]))).n_frames == 2 * equation.FILM - 2  # there and back


def test_triplets_are_a_man_with_glasses_a_man_and_a_woman():
    drawn = singles.triplets(48, 20, seed=3)
    assert drawn.shape == (20, 3)
    assert torch.equal(drawn, singles.triplets(48, 20, seed=3))
    assert all(len(column[:12].unique()) == 12 for column in drawn.T)  # all of a kind before one comes again
    glasses, male = (drawn % 8 & 4) > 0, (drawn % 8 & 2) > 0  # the order of `training.invented`
    assert glasses.all(0).tolist() == [True, False, False]
    assert not glasses[:, 1:].any()
    assert male[:, :2].all()
    assert not male[:, 2].any()


def test_a_single_face_is_right_with_glasses_on_a_woman():
    x, terms = torch.rand(1, 3, 8, 8), torch.rand(3, 3, 8, 8)

    def colour(glasses, male):
        judgement = {"Eyeglasses": glasses, "Male": male, "Smiling": 0.5}
        return singles.single_html(x, terms, judgement, 1, None).colour

    assert colour(0.9, 0.1) == singles.RIGHT
    assert {colour(0.4, 0.1), colour(0.9, 0.6), colour(0.1, 0.9)} == {singles.FAILED}


def test_the_fold_out_says_what_the_cards_say(ae):
    rates = cards.rates_html({ae.name: ae}, None)
    assert rates == ""  # a model of digits is not measured so
    measured = vae_demo.load("mnist-conv-ae", "cpu")
    measured.card = {
        "metrics": {"equation_right_attributes_x1": 0.731, "glasses_remove_x1": 0.25, "glasses_seen_in_photos": 0.84},
        "intervals": {"equation_right_attributes_x1": [0.69, 0.77]},
        "measured_on": {"pictures": 1234},
    }
    rates = cards.rates_html({ae.name: ae, measured.name: measured}, None)
    assert rates.count("<tr>") == 2  # the head, and the one model that was measured
    for words in ("1,234 photos", "84%", "<td>73%<span>69% – 77%</span></td>", "<td>25%</td>", "<td>–</td>"):
        assert words in rates
    told = cards.record(measured, "attributes", None)
    assert "right 73% of the time (95% interval 69% to 77%, at strength 1)" in told
    assert cards.record(measured, "plain", None) == ""  # not in this card


def test_programs_see_the_arguments_of_the_equation(ae):
    for name in ("arithmetic", "arithmetic_film"):
        seen = inspect.signature(handler_of(arithmetic, Room({ae.name: ae}), name)).parameters
        assert list(seen)[:4] == ["request", "dataset", "model", "a"]
        assert (seen["c"].default, seen["strength"].default, seen["mode"].default) == ("upright_1", 1.0, "attributes")


def test_a_slider_shows_the_rate_of_its_way():
    """To the right what the card says of adding, to the left of taking away; a beard is added against No_Beard."""
    measured = {"slider_add_Smiling": 0.8, "slider_remove_Smiling": 0.6, "slider_remove_No_Beard": 0.9}
    card = {"metrics": measured, "intervals": {key: [p - 0.05, p + 0.05] for key, p in measured.items()}}
    ae = SimpleNamespace(card=card)
    assert "+1 succeeds: 80% (75–85%)" in cards.slider_rates(ae, {"Smiling": 0.0}, None)["Smiling"]
    assert "−1 succeeds: 60% (55–65%)" in cards.slider_rates(ae, {"Smiling": -2.0}, None)["Smiling"]
    assert "+1 succeeds: 90% (85–95%)" in cards.slider_rates(ae, {"Beard": 1.0}, None)["Beard"]
    assert cards.slider_rates(ae, {"Young": 1.0, "Beard": -1.0}, None) == {}


def test_the_fold_out_names_the_differences_that_count():
    for words in TEXTS["arithmetic.explain_words"]:
        numbers = [float(number) for number in re.findall(r"\d\.\d+", words)]
        assert {GATE[0], GATES["Eyeglasses"][0], GATES["Male"][0]} <= set(numbers)
