"""Where to compute: CUDA, else Apple's MPS, else the CPU."""

import torch


def pick(name: str | None = None) -> torch.device:
    """The named device, or the best that takes a tensor: a GPU whose memory is full does not.

    Raises:
        ValueError: the named device is unknown or not there.
    """
    if name is None:
        there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
        return next(torch.device(best) for best in ("cuda", "mps", "cpu") if there.get(best, True) and works(best))
    if not works(name):
        raise ValueError(f"device {name!r} cannot be used here; expected cuda, mps or cpu")
    return torch.device(name)


def works(name: str) -> bool:
    """Whether a tensor can be made there."""
    try:
        torch.zeros(1, device=name)
    except (RuntimeError, AssertionError):
        return False
    return True
