"""What probes share: inputs that give a convention away, and what to read from the outputs.

Functions that are measured take and return NumPy arrays. Imports nothing but NumPy: this runs in
workers.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Function = Callable[[Array], Any]


def which(value: float, candidates: Mapping[str, float]) -> str:
    """The word whose value this is, to a part in 100,000."""
    for word, each in candidates.items():
        if np.isclose(value, each, rtol=1e-5, atol=1e-9, equal_nan=True):
            return word
    raise ValueError(f"{value} is none of {dict(candidates)}")


def outcome(call: Callable[[], Any], words: Callable[[Array], str]) -> str:
    """`error` if the call raises, else what its result is called."""
    try:
        result = np.asarray(call())
    except Exception:  # what is measured is whether it raises
        return "error"
    return words(result)


def epsilon_of(normalize: Function) -> float:
    """Of a normalization y = x / sqrt(var + epsilon), from its effect on a tiny variance.

    `normalize` takes two values of mean 0 and returns them normalized.
    """
    for size in (1e-2, 1e-4, 1e-6):
        y = float(np.ravel(normalize(np.array([-size, size], np.float32)))[1])
        found = size**2 * (1 / y**2 - 1)
        if found > size**2 / 10:  # else it drowns in rounding
            break
    return found


def law_of(samples: Array) -> str:
    """The distribution of many samples, told by how far its tails reach in standard deviations.

    Not by its largest value: some draws of a truncated law may be outside its bounds.
    """
    flat = np.ravel(samples).astype(np.float64)
    spread = flat.std()
    if spread == 0:
        return "zeros" if flat[0] == 0 else "constant"
    reach = np.quantile(np.abs(flat - flat.mean()), 0.9995) / spread
    if reach < 1.9:  # sqrt(3)
        return "uniform"
    return "truncated normal" if reach < 2.6 else "normal"  # 2 / 0.8796, or 3.5


def layout_of(shape: Sequence[int], sizes: Mapping[str, int]) -> str:
    """Names of the axes of a shape whose sizes are all different."""
    names = {size: name for name, size in sizes.items()}
    return ", ".join(names[size] for size in shape)


def accepted_layout(call: Callable[[tuple[int, ...]], Any], sizes: Mapping[str, int]) -> str:
    """The only order of axes that a call takes; `sizes` are all different."""
    taken = []
    for order in itertools.permutations(sizes):
        try:
            call(tuple(sizes[name] for name in order))
        except Exception:  # the framework's word for "does not fit"
            continue
        taken.append(", ".join(order))
    if len(taken) != 1:
        raise ValueError(f"{len(taken)} layouts were taken: {taken}")
    return taken[0]


def same_pads(convolve: Callable[[int], Array]) -> list[int]:
    """Padding (left, right) of a "same" convolution of stride 2 with a window of 3 ones.

    `convolve` is given a length, and convolves as many ones.
    """
    found = np.ravel(convolve(8))
    return [round(3 - float(found[0])), round(3 - float(found[-1]))]


def softmax_axis(softmax: Function) -> int:
    """The axis of a rank-3 array along which the values add up to one."""
    y = np.asarray(softmax(np.arange(24, dtype=np.float32).reshape(2, 3, 4) % 7))
    (axis,) = [axis for axis in range(3) if np.allclose(y.sum(axis), 1)]
    return -1 if axis == 2 else axis


def gelu_form(gelu: Function) -> str:
    y = float(np.ravel(gelu(np.array([1.0], np.float32)))[0])
    return which(y, {"erf": 0.8413447, "tanh": 0.8411920})


def class_axis(loss: Callable[[Array, Array], Any]) -> str:
    """Whether logits of shape (2, 3, 4) are taken with labels for axis 1 or for the last one.

    `loss` is given logits and labels.
    """
    logits = np.zeros((2, 3, 4), np.float32)
    logits[:, 0] = 5.0
    taken = []
    for name, shape in (("1", (2, 4)), ("last", (2, 3))):
        try:
            found = np.asarray(loss(logits, np.zeros(shape, np.int32)))
        except Exception:  # the framework's word for "does not fit"
            continue
        taken += [name] if np.all(np.isfinite(found)) else []
    (axis,) = taken
    return axis


def reduction(losses: Any) -> str:
    """What a loss makes of the per-example losses 1, 2 and 6."""
    found = np.ravel(np.asarray(losses, np.float64))
    if found.size == 3:
        return "per example"
    return which(float(found[0]), {"mean": 3.0, "sum": 9.0})


def ignored_label(loss: Callable[[Array, list[int]], Any]) -> str:
    """Which label adds nothing to the loss; `loss` is given logits and two labels."""
    for label, word in ((-100, "−100"), (-1, "−1")):
        try:
            found = np.ravel(np.asarray(loss(logits_for([1.0, 2.0]), [0, label])))
        except Exception:  # the framework's word for a label that is none
            continue
        if np.isclose(found[0], 1.0, rtol=1e-5) and (found.size == 1 or found[1] == 0.0):
            return word
    return "none"


def logits_for(losses: Sequence[float]) -> Array:
    """Logits of two classes whose cross entropies with label 0 are these."""
    return np.array([[0.0, math.log(math.expm1(loss))] for loss in losses], np.float32)


def lstm_gates(step: Callable[[int], tuple[float, float]]) -> str:
    """Order of the four gates in the packed weights of an LSTM with one unit.

    `step` is given the index of the gate whose bias is 100 while everything else is zero, and
    returns the new output and cell for an old cell of 4.
    """
    base, words = 2.0, []
    for index in range(4):
        output, cell = step(index)
        if abs(cell - 4.0) < 1e-3:
            words.append("forget")
        elif abs(cell - 2.5) < 1e-3:
            words.append("candidate")
        elif abs(output - math.tanh(base)) < 1e-3:
            words.append("output")
        else:
            words.append("input")
    return ", ".join(words)


def trajectory(step: Callable[[float], Any]) -> list[float]:
    """A weight that starts at 1 after steps with the gradients 1 and 0.5."""
    return [float(np.ravel(np.asarray(step(gradient)))[0]) for gradient in (1.0, 0.5)]


def kept_fraction(step: float) -> float:
    """Of RMSprop's mean square, from its first step with learning rate 1 and a huge gradient."""
    return 1 - 1 / step**2


def slope_word(found: Array | None) -> str:
    """A derivative of a step function; None where there is none."""
    return "none" if found is None else which(float(found), {"0": 0.0, "1": 1.0})


def erf_precision(erf: Function) -> str:
    """Single or double, from the errors of an error function of float64."""
    x = np.linspace(0.1, 2.0, 50)
    return _precision(erf(x), [math.erf(each) for each in x])


def gelu_precision(gelu: Function) -> str:
    """Single or double, from the errors of an exact GELU of float64."""
    x = np.linspace(0.1, 2.0, 50)
    return _precision(gelu(x), [each * (1 + math.erf(each / math.sqrt(2))) / 2 for each in x])


def dense_precision(dense: Callable[[Array, Array], Any]) -> str:
    """Single or double, from the error of a dense layer of one unit without a bias.

    `dense` is given inputs of shape (1, 64) and as many weights, both of float64.
    """
    x, weights = np.random.default_rng(0).normal(size=(2, 64))
    found = float(np.ravel(np.asarray(dense(x[None], weights)))[0])
    error = abs(found - math.fsum(x * weights)) / math.fsum(np.abs(x * weights))
    return "double" if error < 1e-13 else "single"


def _precision(found: Any, wanted: Sequence[float]) -> str:
    return "double" if np.max(np.abs(np.asarray(found) / wanted - 1)) < 1e-13 else "single"


def ctc_blank(losses: Callable[[Array, int], Any]) -> str:
    """Which of three classes is the blank.

    `losses` is given probabilities of shape (2 frames, 3 classes) and a label, and returns the
    loss of the target that is this label alone. Class 1 may be written once or twice, or beside
    the blank: p(1)^2 + 2 p(1) p(blank).
    """
    p = np.array([0.2, 0.5, 0.3], np.float32)
    found = float(np.exp(-np.ravel(np.asarray(losses(np.stack([p, p]), 1)))[0]))
    return which(round(found, 4), {"first class": 0.45, "last class": 0.55})
