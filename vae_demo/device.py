"""Where to compute: CUDA, else Apple's MPS, else the CPU."""

import torch


def pick(name: str | None = None) -> torch.device:
    """The named device, or the best there is.

    Raises:
        ValueError: the named device is unknown or not there.
    """
    if name is None:
        name = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
    try:
        device = torch.device(name)
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise ValueError(f"device {name!r} cannot be used here; expected cuda, mps or cpu") from error
    return device
