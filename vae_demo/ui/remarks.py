"""What is to be said of a picture that was chosen: no face in the photo, or far from what the networks know."""

import gradio as gr
from torch import Tensor

from vae_demo import novelty
from vae_demo.ui.figures import note
from vae_demo.ui.references import faces_at
from vae_demo.ui.room import Room, display
from vae_demo.ui.text import say


def remarks(
    room: Room, dataset: str, face, upload, x: Tensor, request: gr.Request | None = None, name: str = ""
) -> str:
    """Notes on the chosen picture x (1, C, H, W) as HTML: no face in the photo, far from what is known, or nothing.

    Where a tab has several pictures, `name` says which one it is.
    """
    said = [no_face(dataset, face, upload, request), too_far(room, dataset, x, request)]
    return "".join(note(f"{name}: {words}" if name else words) for words in said if words)


def no_face(dataset: str, face, upload, request: gr.Request | None = None) -> str:
    """What is to be said of an uploaded photo in which no face was found and no frame was set, or nothing."""
    own = isinstance(face, str) and face.startswith("upload") and face.count(":") < 2
    if dataset != "celeba" or not own or upload is None:
        return ""
    return "" if faces_at(upload) else say("common.no_face", request)


def too_far(room: Room, dataset: str, x: Tensor, request: gr.Request | None = None) -> str:
    """What is to be said of a picture beyond the limits of `novelty`, or nothing."""
    critic = room.critic(dataset)
    limits = novelty.limits(critic) if critic else None
    if critic is None or limits is None:
        return ""
    scores = novelty.scores(critic, x)
    if not scores.beyond(*limits).item():
        return ""
    measured = (("error", scores.error.item(), limits[0]), ("distance", scores.distance.item(), limits[1]))
    found = [say(f"common.far_{what}", request, value=v, limit=limit) for what, v, limit in measured if v > limit]
    return say(
        "common.far",
        request,
        found=", ".join(found),
        name=display(critic.name),
        alarms=critic.card["metrics"]["far_false_alarms"],
    )
