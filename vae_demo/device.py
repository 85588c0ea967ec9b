"""Where to compute: CUDA, else Apple's MPS, else the CPU."""

import torch


def pick(name: str | None = None) -> torch.device:
    """The named device, or the best that takes a tensor: a GPU whose memory is full does not.

    Raises:
        ValueError: the named device is unknown or not there.
    """
    if name is None:
        return next(torch.device(best) for best in present() if works(best))
    if not works(name):
        raise ValueError(f"device {name!r} cannot be used here; expected cuda, mps or cpu")
    return torch.device(name)


def present() -> list[str]:
    """The kinds of devices that this computer has, the best first."""
    cuda, mps = torch.cuda.is_available(), torch.backends.mps.is_available()
    return ["cuda"] * cuda + ["mps"] * mps + ["cpu"]


def works(name: str) -> bool:
    """Whether a tensor can be made there, and read: on "meta" there are but shapes."""
    try:
        torch.zeros(1, device=name).item()
    except (RuntimeError, AssertionError, TypeError):
        return False
    return True
