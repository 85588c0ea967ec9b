"""Renders a card as a model card, and all cards as the README's table."""

import re
from pathlib import Path

from vae_demo.checkpoints import names, read_json

MARK = re.compile(r"(<!-- checkpoints -->\n).*?(\n<!-- /checkpoints -->)", re.DOTALL)
LICENCE = {"mnist": "cc-by-sa-3.0", "celeba": "other"}


def model_card(card: dict) -> str:
    """The README.md of a checkpoint folder, with the front matter of the Hugging Face Hub."""
    training, rows = card["training"], [f"| {key} | {value:g} |" for key, value in card["metrics"].items()]
    start = f", from the weights of `{training['started_from']}`" if training["started_from"] else ""
    note = f" {training['note']}" if "note" in training else ""
    return "\n".join(
        [
            "---",
            "library_name: vae_demo",
            f"license: {LICENCE[card['dataset']]}",
            f"tags: [autoencoder, {card['dataset']}]",
            "---",
            f"# {card['name']}",
            "",
            f"`{card['class']}`, {card['parameters']:,} parameters, for [vae_demo](../../README.md).",
            "",
            f"Made by `{training['command']}` (seed {training['seed']}, {training['images']:,} pictures in "
            f"{training['seconds']:,} s on {training['hardware']}, torch {training['torch']}){start}.{note}",
            "",
            f"Trained on {card['data']['name']}, {card['data']['split']} split; measured on "
            f"{card['measured_on']['pictures']:,} pictures of the {card['measured_on']['split']} split "
            "(for faces, of people who are not in the training split).",
            "",
            card["terms"],
            "",
            "| on held-out pictures | |",
            "| --- | --- |",
            *rows,
            "",
        ]
    )


def readme_table(checkpoints: Path, readme: Path) -> None:
    """Rewrites the table between the two marks of the README, where there is one."""
    if not readme.exists():
        return
    lines = [
        "| checkpoint | network | D | parameters | MSE | PSNR dB | SSIM | more |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in names(checkpoints):
        card = read_json(checkpoints / name / "card.json")
        m = card["metrics"]
        lines.append(
            f"| [`{name}`](checkpoints/{name}) | {card['class']} | {card['latent_dim']} | {card['parameters']:,} | "
            f"{m['mse']:.4f} | {m['psnr']:.1f} | {m['ssim']:.3f} | {_more(m)} |"
        )
    table = "\n".join(lines)
    readme.write_text(MARK.sub(lambda m: m[1] + table + m[2], readme.read_text(encoding="utf-8")), encoding="utf-8")


def _more(m: dict[str, float]) -> str:
    said = {
        "kl": "KL {:.1f} nats",
        "nll_importance_200": "NLL {:.1f} nats",
        "bits": "{:.0f} bits",
        "bits_under_prior": "{:.0f} under its prior",
        "on_share": "{:.1%} of units on",
        "denoised_psnr": "noise of sigma 0.5 to {:.1f} dB",
        "glasses_kept": "glasses kept {:.0%}",
        "equation_right_attributes_x1": "equation right {:.0%}",
    }
    return ", ".join(text.format(m[key]) for key, text in said.items() if key in m)
