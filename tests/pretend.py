"""A GPU that is not there: tensors that say "cuda" and are computed on the CPU, for the tests of what a GPU needs.

Within `pretend_gpu` tensors can be made on "cuda" and moved there and back, and operations on them give true numbers.
What a real GPU refuses is refused: operations between devices (but for numbers, and rows chosen by an index), reading
its memory as an array of NumPy, and float64, which Apple's MPS does not have. With `memory` no operation on it succeeds
after that many.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map_only

from vae_demo import device

CUDA = torch.device("cuda", 0)
COPIES = (torch.ops.aten._to_copy.default, torch.ops.aten.copy_.default)
ROWS = (torch.ops.aten.index.Tensor, torch.ops.aten.index_put_.default, torch.ops.aten.index_put.default)


class OnGpu(Tensor):
    """A tensor that says it lies on "cuda"; its numbers are in `held`, on the CPU."""

    held: Tensor

    @staticmethod
    def __new__(cls, held: Tensor) -> "OnGpu":
        made = Tensor._make_wrapper_subclass(
            cls, held.shape, strides=held.stride(), storage_offset=held.storage_offset(), dtype=held.dtype, device=CUDA
        )
        made.held = held
        return made

    __torch_function__ = torch._C._disabled_torch_function_impl  # type: ignore[assignment]

    def tolist(self) -> list:
        return self.held.tolist()

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return compute(func, args, kwargs or {})


class Gpu(TorchDispatchMode):
    """While it is on, what asks for "cuda" gets it, and operations are counted."""

    def __init__(self, memory: int | None = None) -> None:
        super().__init__()
        self.memory, self.operations = memory, 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        given = kwargs.get("device")
        asked = given is not None and torch.device(given).type == "cuda"
        if asked or any(isinstance(leaf, OnGpu) for leaf in tree_leaves((args, kwargs))):
            self.operations += 1
            if self.memory is not None and self.operations > self.memory and (given is None or asked):
                raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        return compute(func, args, kwargs)


def compute(func, args, kwargs):
    """One operation, on the CPU; its result lies where a GPU would have put it."""
    leaves = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, Tensor)]
    there = any(isinstance(leaf, OnGpu) for leaf in leaves)
    asked = kwargs.get("device")
    if there and func not in COPIES:
        looked_at = [args[0], *(kwargs.get("values") or args[2:])] if func in ROWS else leaves
        apart = [t for t in tree_leaves(looked_at) if isinstance(t, Tensor) and not isinstance(t, OnGpu) and t.ndim]
        if apart:
            raise RuntimeError(f"Expected all tensors to be on the same device, but {func} got cuda:0 and cpu")
    if asked is not None:
        there, kwargs = torch.device(asked).type == "cuda", kwargs | {"device": "cpu"}
    if func is torch.ops.aten.copy_.default:
        there = isinstance(args[0], OnGpu)
    args, kwargs = tree_map_only(OnGpu, lambda t: t.held, (args, kwargs))
    out = func(*args, **kwargs)
    if there and any(isinstance(leaf, Tensor) and leaf.dtype == torch.float64 for leaf in tree_leaves(out)):
        raise TypeError(f"{func} gives float64, which MPS does not support")
    return tree_map_only(Tensor, OnGpu, out) if there else out


@contextmanager
def pretend_gpu(monkeypatch, memory: int | None = None) -> Iterator[Gpu]:
    """A GPU for this thread; a torch that cannot do without a driver, as 2.8 is, has the test skipped."""
    if not hasattr(torch._C, "_ensureCUDADeviceGuardSet"):
        pytest.skip("this torch asks a driver which device is the current one")
    monkeypatch.setattr(device, "present", lambda: ["cuda", "cpu"])
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "_lazy_init", lambda: None)  # it would look for a driver
    torch._C._ensureCUDADeviceGuardSet()  # as FakeTensorMode does: no driver is asked which device is the current one
    torch.__future__.set_overwrite_module_params_on_conversion(True)  # else a module's move loses the class
    try:
        # Operations that exist on a GPU only cannot be computed here.
        with torch.backends.cudnn.flags(enabled=False), sdpa_kernel(SDPBackend.MATH), Gpu(memory) as gpu:
            yield gpu
    finally:
        torch.__future__.set_overwrite_module_params_on_conversion(False)
