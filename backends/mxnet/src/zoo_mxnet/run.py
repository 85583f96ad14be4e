"""The runtime of MXNet: loads an emitted module and runs it; the only file that imports mxnet.

Whatever the dtype, MXNet's operators hold the numbers of an optimizer, the momentum of batch norm
and the epsilon of layer norm as float32 and compute erf so in GELU, which a comparison in float64
would see. In float64 the runtime therefore works around those operators (`_Double`); in float32 the
module runs untouched.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Iterator, Mapping

# Read when MXNet first copies. No array is large enough to be copied by OpenMP's threads for the
# thread that asks: they would stay as long as it does, and with those of MXNet's engine be more
# than the cores. Then all sleep where they wait, instead of spinning; a step takes a third longer.
os.environ.setdefault("MXNET_CPU_PARALLEL_SIZE", "2147483647")

import mxnet as mx
import numpy as np
from mxnet import autograd
from mxnet.gluon import nn

from zoo.worker.runtime import Gradients, execute

STATIC = {"static_alloc": True, "static_shape": True}


def build(module: ModuleType, entry: str, dtype: str) -> nn.HybridBlock:
    model = getattr(module, entry)()
    model.initialize(mx.init.Xavier())
    model.cast(dtype)
    return model


def fill(model: nn.HybridBlock, arrays: Mapping[str, np.ndarray]) -> nn.HybridBlock:
    states = model._collect_params_with_prefix()
    for name, array in arrays.items():
        # The dtype is given, as float64 would silently become float32.
        states[name].set_data(mx.nd.array(array, dtype=states[name].dtype))
    return model


class Runtime:
    """One emitted model in mode `hybrid` (hybridized, static memory) or `eager`."""

    def __init__(self, *, mode: str, dtype: str, threads: int, seed: int = 0) -> None:
        self.mode, self.dtype = mode, dtype
        mx.base._LIB.MXSetNumOMPThreads(ctypes.c_int(threads))
        mx.random.seed(seed)

    def facts(self) -> dict[str, object]:
        return {
            "mxnet": mx.__version__,
            "numpy": np.__version__,
            "threads": mx.base._LIB.omp_get_max_threads(),
            "copies_by_threads_from": int(os.environ["MXNET_CPU_PARALLEL_SIZE"]),
            "mkldnn": mx.runtime.Features().is_enabled("MKLDNN"),
        }

    def load(self, source: str, entry: str, model: Any = None) -> None:
        self.module = execute(source)
        self.model = build(self.module, entry, self.dtype) if model is None else model
        self.trainer = self.module.make_trainer(self.model)
        self.double = _Double(self.model, self.trainer) if self.dtype == "float64" else None
        self.states = self.model._collect_params_with_prefix()
        self.masks = {name for name in self.states if name.rpartition(".")[2] == "mask"}
        self.pools_max = "max_pool(" in source or "MaxPool2D(" in source
        self.training: bool | None = None
        if self.mode == "hybrid":
            self.model.hybridize(**STATIC)
            self.module.loss_fn.hybridize(**STATIC)

    def write(self, arrays: Mapping[str, np.ndarray]) -> None:
        fill(self.model, arrays)

    def read(self) -> dict[str, np.ndarray]:
        states = self.states.items()
        return {name: self.get(state.data()) for name, state in states if name not in self.masks}

    def optimizer_state(self) -> dict[str, np.ndarray]:
        """What MXNet keeps has no names, so it goes by its position."""
        indices, found = self.trainer._param2idx, {}
        for name, parameter in self.states.items():
            kept = self.trainer._updaters[0].states.get(indices[parameter.name])
            for position, array in enumerate(kept if isinstance(kept, tuple) else (kept,)):
                if array is not None:
                    found[f"{name}.{position}"] = self.get(array)
        return found

    def put(self, array: np.ndarray) -> mx.nd.NDArray:
        # A copy: the gradient of max pooling is wrong on memory that belongs to another array.
        # The dtype is given, as float64 would silently become float32.
        return mx.nd.array(array, dtype=self.dtype if array.dtype.kind == "f" else "int32")

    def get(self, tensor: mx.nd.NDArray | np.ndarray) -> np.ndarray:
        return tensor if isinstance(tensor, np.ndarray) else tensor.asnumpy()

    def infer(self, inputs: list[mx.nd.NDArray]) -> mx.nd.NDArray:
        self._trace_for(training=False)
        return self.model(*inputs)

    def gradients(
        self, inputs: list[mx.nd.NDArray], targets: Any, *, training: bool, of_inputs: bool = True
    ) -> Gradients:
        self._trace_for(training=training)
        self.model.collect_params().zero_grad()  # a program for micro-batches adds to them
        for x in inputs:
            if of_inputs and x.dtype != np.int32:
                x.attach_grad()
        if training:
            with autograd.record():
                output, loss = self._forward(inputs, targets)
            with self._exact_statistics():
                self._backward(loss, inputs)
        else:
            with self._pools_ready_for_gradients(), autograd.record(train_mode=False):
                output, loss = self._forward(inputs, targets)
            loss.backward(train_mode=False)
        parameters = {name: p.grad() for name, p in self.states.items() if p.grad_req != "null"}
        # MXNet has no arrays without axes, so the loss leaves it here.
        scalar = loss.asnumpy().reshape(())
        return Gradients(output, scalar, [x.grad for x in inputs], parameters)

    def _forward(self, inputs: list[mx.nd.NDArray], targets: Any) -> tuple[Any, Any]:
        output = self.model(*inputs)
        return output, self.module.loss_fn(output, targets)

    @contextmanager
    def _pools_ready_for_gradients(self) -> Iterator[None]:
        """For gradients in evaluation mode of a model with max pooling.

        In float32, max pooling keeps what its gradient needs only in training mode; else the
        gradient is garbage. So such a model runs operation by operation, its pools in that mode.
        """
        if not self.pools_max or self.dtype != "float32":
            yield
            return
        pooling = mx.nd.Pooling

        def kept(*args: Any, **kwargs: Any) -> Any:
            with autograd.train_mode():
                return pooling(*args, **kwargs)

        self.model.hybridize(False)
        mx.nd.Pooling = kept
        try:
            yield
        finally:
            mx.nd.Pooling = pooling
            if self.mode == "hybrid":
                self.model.hybridize(**STATIC)

    def _backward(self, loss: mx.nd.NDArray, inputs: list[mx.nd.NDArray]) -> None:
        """As the emitted training step does it: models with batch norm bring their own."""
        if hasattr(self.module, "backward"):
            self.module.backward(loss, self.model, *inputs)
        else:
            loss.backward()

    def train_step(self, inputs: list[mx.nd.NDArray], targets: Any) -> mx.nd.NDArray:
        self._trace_for(training=True)
        with self._exact_statistics():
            return self.module.train_step(self.model, self.trainer, *inputs, targets)

    def tune(self, *, flush_denormals: bool, reduced_precision: bool) -> dict[str, object]:
        """MXNet has no switch for either."""
        return {"denormals": "kept" if (mx.nd.array([1e-40]) * 0.5).asscalar() else "flushed"}

    def synchronize(self) -> None:
        mx.nd.waitall()

    def _trace_for(self, *, training: bool) -> None:
        """A program with given masks reads the mode while it is traced, so it is traced anew."""
        if self.masks and self.mode == "hybrid" and training != self.training:
            self.model.hybridize(**STATIC)
        self.training = training

    @contextmanager
    def _exact_statistics(self) -> Iterator[None]:
        if self.double is None:
            yield
            return
        with self.double.exact_statistics():
            yield


class _Double:
    """Keeps in double what MXNet's operators hold in single precision."""

    def __init__(self, model: nn.HybridBlock, trainer: mx.gluon.Trainer) -> None:
        optimizer = trainer.optimizer
        optimizer.__class__ = _OPTIMIZERS.get(type(optimizer), type(optimizer))
        self.statistics: list[tuple[Any, float]] = []
        model.apply(self._mend)

    def _mend(self, block: nn.HybridBlock) -> None:
        if isinstance(block, nn.LayerNorm):
            block.__class__ = _LayerNorm
        if isinstance(block, nn.GELU):
            block.__class__ = _GELU
        kept = block._kwargs["momentum"] if isinstance(block, nn.BatchNorm) else 0.0
        if kept != np.float32(kept):
            block._kwargs["momentum"] = 0.5
            self.statistics += [(block.running_mean, kept), (block.running_var, kept)]

    @contextmanager
    def exact_statistics(self) -> Iterator[None]:
        """Around a step of batch norms whose momentum is now 0.5, which float32 holds exactly.

        Scaled like this, 0.5 * old + 0.5 * new becomes kept * old + (1 - kept) * new.
        """
        for statistic, kept in self.statistics:
            statistic.data()[:] *= kept / (1 - kept)
        yield
        for statistic, kept in self.statistics:
            statistic.data()[:] *= 2 * (1 - kept)


def _before_decay(optimizer: mx.optimizer.Optimizer, grad: Any) -> Any:
    grad = optimizer.rescale_grad * grad
    limit = optimizer.clip_gradient
    return grad if limit is None else mx.nd.maximum(mx.nd.minimum(grad, limit), -limit)


class _SGD(mx.optimizer.SGD):
    """Made of arithmetic whose numbers are double; given parameters in groups."""

    def update_multi_precision(self, indices: Any, weights: Any, grads: Any, states: Any) -> None:
        self._update_count(indices)
        rates, decays = self._get_lrs(indices), self._get_wds(indices)
        for weight, grad, velocity, rate, decay in zip(weights, grads, states, rates, decays):
            step = -rate * (_before_decay(self, grad) + decay * weight)
            if velocity is not None:
                velocity *= self.momentum
                velocity += step
                step = velocity
            weight += step


class _NAG(mx.optimizer.NAG):
    """Without weight decay, for which programs do not use it."""

    def update_multi_precision(self, index: Any, weight: Any, grad: Any, velocity: Any) -> None:
        self._update_count(index)
        step = -self._get_lr(index) * _before_decay(self, grad)
        velocity *= self.momentum
        velocity += step
        weight += self.momentum * velocity + step


class _Adam(mx.optimizer.Adam):
    """With clipping or weight decay; programs do not use it for both."""

    def update(self, index: Any, weight: Any, grad: Any, state: Any) -> None:
        self._update_count(index)
        step, (mean, variance) = self._index_update_count[index], state
        grad = _before_decay(self, grad) + self._get_wd(index) * weight
        mean[:] = self.beta1 * mean + (1 - self.beta1) * grad
        variance[:] = self.beta2 * variance + (1 - self.beta2) * grad * grad
        rate = self._get_lr(index) * (1 - self.beta2**step) ** 0.5 / (1 - self.beta1**step)
        weight -= rate * mean / (mx.nd.sqrt(variance) + self.epsilon)


_OPTIMIZERS = {mx.optimizer.SGD: _SGD, mx.optimizer.NAG: _NAG, mx.optimizer.Adam: _Adam}


class _LayerNorm(nn.LayerNorm):
    """With a power of two for epsilon and the input scaled accordingly."""

    def hybrid_forward(self, F: Any, data: Any, gamma: Any, beta: Any) -> Any:  # noqa: N803
        exact = 2.0 ** round(np.log2(self._epsilon))
        data = data * (exact / self._epsilon) ** 0.5
        return F.LayerNorm(data, gamma=gamma, beta=beta, axis=self._axis, eps=exact)


class _GELU(nn.GELU):
    """Made of the erf operator, whose gradient has the square root of pi in single precision."""

    def hybrid_forward(self, F: Any, x: Any) -> Any:  # noqa: N803
        ratio = float(np.sqrt(np.float32(np.pi))) / np.pi**0.5
        erf = F.erf(x * 0.5**0.5)
        erf = erf * ratio + F.BlockGrad(erf * (1 - ratio))
        return 0.5 * x * (1 + erf)
