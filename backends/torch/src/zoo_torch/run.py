"""The runtime of PyTorch: loads an emitted module and runs it; the only file that imports torch."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Mapping

import numpy as np
import torch

from zoo.worker.runtime import DeviceError, Gradients, execute


def build(module: ModuleType, entry: str, dtype: str) -> torch.nn.Module:
    return getattr(module, entry)().to(getattr(torch, dtype))


def fill(model: torch.nn.Module, arrays: Mapping[str, np.ndarray]) -> torch.nn.Module:
    state = model.state_dict()
    with torch.no_grad():
        for name, array in arrays.items():
            state[name].copy_(torch.from_numpy(array))
    return model


class Runtime:
    """One emitted model in mode `eager` or `compile` (torch.compile of the model)."""

    def __init__(
        self, *, mode: str, dtype: str, threads: int, device: str = "cpu", seed: int = 0
    ) -> None:
        self.mode, self.dtype = mode, dtype
        self.device = torch.device("cpu" if device == "cpu" else "cuda")
        if device == "gpu" and not torch.cuda.is_available():
            raise DeviceError(f"PyTorch {torch.__version__} sees no CUDA device")
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
        torch.set_num_threads(threads)
        torch.set_default_dtype(getattr(torch, dtype))  # NAdam keeps a number in it
        torch.manual_seed(seed)

    def facts(self) -> dict[str, object]:
        on_gpu = self.device.type == "cuda"
        return {
            **({"gpu": torch.cuda.get_device_name(), "tf32": False} if on_gpu else {}),
            "torch": torch.__version__,
            "numpy": np.__version__,
            "threads": torch.get_num_threads(),
            "mkldnn": torch.backends.mkldnn.is_available(),
            "float32_matmul_precision": torch.get_float32_matmul_precision(),
        }

    def load(self, source: str, entry: str, model: Any = None) -> None:
        self.module = execute(source)
        made = build(self.module, entry, self.dtype) if model is None else model
        self.model = made.to(self.device, getattr(torch, self.dtype))
        if self.mode == "compile":
            self.model.compile()
        self.optimizer = self.module.make_optimizer(self.model)

    def write(self, arrays: Mapping[str, np.ndarray]) -> None:
        fill(self.model, arrays)

    def read(self) -> dict[str, np.ndarray]:
        state = self.model.state_dict()
        return {
            name: self.get(tensor)
            for name, tensor in state.items()
            if name.rpartition(".")[2] not in ("num_batches_tracked", "mask")
        }

    def optimizer_state(self) -> dict[str, np.ndarray]:
        state = self.optimizer.state
        return {
            f"{name}.{kept}": self.get(tensor)
            for name, parameter in self.model.named_parameters()
            for kept, tensor in state[parameter].items()
            if torch.is_tensor(tensor) and tensor.shape == parameter.shape
        }

    def put(self, array: np.ndarray) -> torch.Tensor:
        dtype = getattr(torch, self.dtype) if array.dtype.kind == "f" else torch.int64
        return torch.from_numpy(np.array(array)).to(self.device, dtype)

    def get(self, tensor: torch.Tensor) -> np.ndarray:
        found = tensor.detach().cpu()
        return (found.float() if found.dtype == torch.bfloat16 else found).numpy().copy()

    def infer(self, inputs: list[torch.Tensor]) -> torch.Tensor:
        self._set_mode(training=False)
        with torch.inference_mode():
            return self.model(*inputs)

    def gradients(
        self, inputs: list[torch.Tensor], targets: Any, *, training: bool, of_inputs: bool = True
    ) -> Gradients:
        self._set_mode(training=training)
        self.model.zero_grad()
        leaves = [x.detach().requires_grad_(of_inputs and x.is_floating_point()) for x in inputs]
        output = self.model(*leaves)
        loss = self.module.loss_fn(output, targets)
        loss.backward()
        named = self.model.named_parameters()
        parameters = {name: p.grad for name, p in named if p.grad is not None}
        self.model.zero_grad()  # a training step may add to what is there
        return Gradients(output, loss, [x.grad for x in leaves], parameters)

    def train_step(self, inputs: list[torch.Tensor], targets: Any) -> torch.Tensor:
        self._set_mode(training=True)
        return self.module.train_step(self.model, self.optimizer, *inputs, targets)

    def _set_mode(self, *, training: bool) -> None:
        if self.model.training != training:
            self.model.train(training)

    def tune(self, *, flush_denormals: bool, reduced_precision: bool) -> dict[str, object]:
        built_with = torch.__config__.show().splitlines()  # its BLAS and its oneDNN
        torch.set_flush_denormal(flush_denormals)
        torch.set_float32_matmul_precision("high" if reduced_precision else "highest")
        torch.backends.cudnn.allow_tf32 = reduced_precision
        return {
            "denormals": "kept" if torch.tensor(1e-40) * 0.5 else "flushed",
            "float32_matmul_precision": torch.get_float32_matmul_precision(),
            "cudnn_tf32": torch.backends.cudnn.allow_tf32,
            "built_with": [line[4:] for line in built_with if line.startswith("  - Intel")],
        }

    def device_memory(self) -> int | None:
        return torch.cuda.max_memory_allocated() if self.device.type == "cuda" else None

    def synchronize(self) -> None:
        """On the CPU, PyTorch returns when the work is done."""
        if self.device.type == "cuda":
            torch.cuda.synchronize()
