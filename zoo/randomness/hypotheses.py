"""What is true of draws if all is right, each hypothesis with the test that may reject it.

Three leave nothing to chance. The others are about masks whose elements are dropped independently
with one probability. Standardised, the mean of n of them has the variance 1 / n, and so has the
correlation of two masks of n elements: squares of these, times n, are chi-squared in sum, nearly.
"""

from __future__ import annotations

from typing import Any, Iterator, Tuple

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from zoo.randomness.draws import Draws

Array = NDArray[Any]

AXES = ("step", "layer", "example", "position")
"""Of what was drawn, in order."""


@attrs.frozen
class Finding:
    """What a test says.

    Attributes:
        name: of the hypothesis.
        p: probability of something at least as odd if the hypothesis is true; 0 or 1 where nothing
            is left to chance.
        effect: how far from true it is, 0 to 1, however much was drawn.
        words: what was seen.
    """

    name: str
    p: float
    effect: float
    words: str


def findings(draws: Draws) -> Tuple[Finding, ...]:
    """Every hypothesis, tested."""
    kept = draws.training != 0
    return (*_certain(draws, kept), *_of_masks(kept, draws.subject.drop_rate))


def _certain(draws: Draws, kept: Array) -> Iterator[Finding]:
    subject = draws.subject
    for name, seen, wanted in (
        ("scaling in training", draws.training[kept], subject.in_training),
        ("scaling in evaluation", draws.evaluation, subject.in_evaluation),
    ):
        words = f"{{}} of the elements are multiplied by {{}}, not {wanted:.4g}"
        yield _equal(name, seen, np.full_like(seen, wanted), draws.digits, words)
    yield _equal(
        "gradient", draws.returned, draws.sent, draws.digits,
        "gradients of {} of the examples went another way than their values, one to {}",
    )  # fmt: skip


def _equal(name: str, seen: Array, wanted: Array, digits: float, words: str) -> Finding:
    """In half of the digits, as what this is about changes the first; NaN equals nothing."""
    off = ~(np.abs(seen - wanted) <= digits**0.5 * np.abs(wanted).max(initial=0.0))
    if not off.any():
        return Finding(name, 1.0, 0.0, "as it should be")
    share = float(off.mean())
    return Finding(name, 0.0, share, words.format(f"{100 * share:.3g} %", f"{seen[off][0]:.4g}"))


def _of_masks(kept: Array, drop_rate: float) -> Iterator[Finding]:
    yield _rate(kept, drop_rate)
    deviation = float(kept.std())
    scores = (kept - kept.mean()) / (deviation or 1.0)
    for axis, noun in enumerate(AXES):
        yield _even(np.moveaxis(scores, axis, 0), noun, deviation)
    for axis, noun in enumerate(AXES):
        every = np.moveaxis(scores, axis, 0)
        apart = ~np.eye(len(every), dtype=bool)
        yield _independent(every, apart, f"independence of {noun}s", f"{noun}s")
    step, layer = (index.ravel() for index in np.indices(scores.shape[:2]))
    apart = (step[:, None] != step) & (layer[:, None] != layer)
    every = scores.reshape(len(step), -1)
    name = "independence of layers at different steps"
    yield _independent(every, apart, name, "layers at different steps")
    yield _serial(every, most=scores.shape[-1] - 1)


def _rate(kept: Array, drop_rate: float) -> Finding:
    """The exact binomial test."""
    dropped = int(kept.size - kept.sum())
    seen = dropped / kept.size
    p = float(stats.binomtest(dropped, kept.size, drop_rate).pvalue)
    words = f"{seen:.4f} is dropped where it should be {drop_rate:g}"
    if abs(seen - (1 - drop_rate)) < abs(seen - drop_rate) / 10:
        words += ": the rate is taken for the share that is kept"
    return Finding("rate", p, abs(seen - drop_rate), words)


def _even(scores: Array, noun: str, deviation: float) -> Finding:
    """Pearson's chi-squared test of homogeneity, of the first axis."""
    size = scores[0].size
    squares = scores.reshape(len(scores), -1).mean(axis=1) ** 2
    effect = deviation * _beyond_chance(squares, size)
    words = f"the rate is another one for each {noun}, with a standard deviation of {effect:.2g}"
    return Finding(f"rate by {noun}", _tail(size * squares, len(squares) - 1), effect, words)


def _independent(scores: Array, pairs: Array, name: str, nouns: str) -> Finding:
    """The sum of all squared correlations of masks along the first axis (compare Schott 2005).

    Squares that have a mask in common correlate a little, so the sum is taken for a multiple of a
    chi-squared variable, of the same mean and variance.
    """
    columns = scores.reshape(len(scores), -1)
    size = columns.shape[1]
    correlations = (columns @ columns.T / size)[np.triu(pairs)]
    effect = _beyond_chance(correlations**2, size)
    fourth = float(np.mean(scores**4))
    partners = pairs.sum(axis=1)
    in_common = float((partners * (partners - 1)).sum() / 2)
    variance = (
        correlations.size * (2 + (fourth**2 - 3) / size) + 2 * in_common * (fourth - 1) / size
    )
    multiple = variance / (2 * correlations.size)
    p = _tail(size * correlations**2 / multiple, correlations.size / multiple)
    words = f"{nouns} do not drop independently: their correlation is {effect:.2g}"
    return Finding(name, p, effect, words)


def _serial(streams: Array, most: int) -> Finding:
    """Autocorrelations of what was drawn at once, for lags of 1 to `most` (Ljung and Box 1978)."""
    count, length = streams.shape
    power = np.abs(np.fft.rfft(streams, 2 * length)) ** 2
    products = np.fft.irfft(power).sum(axis=0)[1 : most + 1]
    sizes = count * (length - np.arange(1, most + 1))
    correlations = products / sizes
    p = _tail(sizes * correlations**2, most)
    lag = int(np.abs(correlations).argmax())
    words = f"elements {lag + 1} places apart have the correlation {correlations[lag]:.2g}"
    return Finding("serial independence", p, _beyond_chance(correlations**2, sizes), words)


def _beyond_chance(squares: Array, sizes: Array | int) -> float:
    """The root of a mean square, without what is expected of means of so many elements."""
    return float(np.mean(squares - 1 / np.asarray(sizes)).clip(min=0.0) ** 0.5)


def _tail(squares: Array, freedom: float) -> float:
    return float(stats.chi2.sf(squares.sum(), freedom))
