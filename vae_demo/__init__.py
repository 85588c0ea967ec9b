"""Pre-trained autoencoders to see and touch: load one, encode, decode, sample, and do arithmetic with its codes."""

from vae_demo.checkpoints import Checkpoint, load, names, verdict

__all__ = ["Checkpoint", "load", "names", "verdict"]
