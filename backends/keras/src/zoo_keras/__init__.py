"""Keras for parityzoo, a backend an engine: metadata only; listing backends imports no more."""

from __future__ import annotations

from zoo.backend import Backend


def tensorflow() -> Backend:
    return _backend("tensorflow", "TensorFlow", modes=("graph", "xla"), python=">=3.10,<3.14")


def jax() -> Backend:
    return _backend("jax", "JAX", modes=("jit", "eager"), python=">=3.11")


def torch() -> Backend:
    return _backend("torch", "PyTorch", modes=("eager",), python=">=3.10,<3.15")


def _backend(engine: str, spelled: str, *, modes: tuple[str, ...], python: str) -> Backend:
    """The first mode is what `model.compile()` chooses on the engine by itself."""
    return Backend(
        name=f"keras-{engine}",
        framework=f"Keras on {spelled}",
        module="keras",
        package="zoo_keras",
        distribution="parityzoo-keras",
        dtypes=("float64", "float32", "bfloat16", "float16"),
        modes=modes,
        python=python,
        extra=engine,
        environment=engine,
        engine=engine,
        variables=(f"KERAS_BACKEND={engine}",),
        formulas=("one_pass_variance",) if engine == "torch" else ("folded_batch_norm",),
    )
