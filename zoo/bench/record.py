"""The record of a run: attrs classes, and the published JSON that they are written to.

`record.schema.json` says what each field means. Reading runs nothing: the text is checked against
that schema before a `Record` exists. What the figures are worth is another question
(`zoo bench verify`).
"""

from __future__ import annotations

import hashlib
import json
import math
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Union

import attrs
import cattrs
import jsonschema

from zoo.errors import UsageError

SCHEMA = "parityzoo/bench/1"
QUANTITIES = ("inference", "gradients", "train_step")


@attrs.define
class Settings:
    confidence: float = 0.95
    precision: float = 0.02
    budget_seconds: float = 120.0
    seed: int = attrs.field(default=0)
    rounds_at_least: int = 6
    rounds_at_most: int = 100
    rounds_per_process: int = 6
    profile: str = "default"

    @seed.validator
    def _check_seed(self, _: Any, seed: int) -> None:
        if not 0 <= seed < 2**32:  # what NumPy's RandomState, and with it SciPy's bootstrap, takes
            raise UsageError(f"a seed of the bench is from 0 to {2**32 - 1}, got {seed}")


@attrs.define
class Clock:
    name: str
    resolution: float


@attrs.define
class Ceiling:
    quantity: str
    dtype: str
    threads: int
    device: str
    unit: str
    samples: List[float] = attrs.field(factory=list)


@attrs.define
class Machine:
    cpu: str
    cores: int
    affinity: List[int]
    memory_bytes: int
    os: str
    kernel: str
    governor: Optional[str]
    gpus: List[str]
    libraries: List[str]
    variables: Dict[str, str]
    ceilings: List[Ceiling] = attrs.field(factory=list)


@attrs.define
class Environment:
    versions: Dict[str, str] = attrs.field(factory=dict)
    facts: Dict[str, Any] = attrs.field(factory=dict)
    variables: Dict[str, str] = attrs.field(factory=dict)
    libraries: List[str] = attrs.field(factory=list)
    profile: Dict[str, Any] = attrs.field(factory=dict)


@attrs.define
class Certificate:
    spec: str
    source: str
    backend: str
    mode: str
    version: str
    dtype: str
    tensors: int
    largest_error: float
    largest_share_of_bound: float


@attrs.define
class Sample:
    round: int
    position: int
    process: int
    quantity: str
    warmup: List[float]
    seconds: List[float]
    calls: int = 1


@attrs.define
class Once:
    round: int
    process: int
    quantity: str
    seconds: float


@attrs.define
class Memory:
    round: int
    process: int
    kind: str
    bytes: int


@attrs.define
class Barrier:
    round: int
    process: int
    quantity: str
    calls: int
    seconds: List[float]
    read: List[float]
    read_later: List[float]


@attrs.define
class Cell:
    name: str
    model: str
    arguments: Dict[str, Any]
    spec: str
    source: Optional[str]
    backend: str
    mode: str
    device: str
    dtype: str
    batch: int
    threads: int
    profile: str
    machine: str
    environment: Environment
    flops: Dict[str, int]
    bytes: Dict[str, int]
    certificate: Optional[Certificate] = None
    gap: Optional[str] = None
    samples: List[Sample] = attrs.field(factory=list)
    once: List[Once] = attrs.field(factory=list)
    memory: List[Memory] = attrs.field(factory=list)
    barrier: List[Barrier] = attrs.field(factory=list)


@attrs.define
class Record:
    software: Dict[str, str]
    created: str
    wall_seconds: float
    command: List[str]
    suite: Dict[str, Any]
    settings: Settings
    clock: Clock
    machines: Dict[str, Machine]
    specs: Dict[str, Dict[str, Any]]
    sources: Dict[str, str]
    cells: List[Cell]
    figures: List[Dict[str, Any]] = attrs.field(factory=list)
    spent: Dict[str, float] = attrs.field(factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The published form, its digest included."""
        data = {"schema": SCHEMA, **attrs.asdict(self)}
        return {**data, "digest": digest(data)}

    def save(self, path: Union[str, Path]) -> None:
        Path(path).write_text(dumped(self.to_json()), encoding="utf-8")

    @staticmethod
    def from_json(data: Any) -> "Record":
        """A record from its published form; the digest is not compared.

        Raises:
            UsageError: it is no record; says where.
        """
        check(data)
        return cattrs.structure(data, Record)

    @staticmethod
    def load(path: Union[str, Path]) -> "Record":
        """A record from a file; the digest is not compared.

        Raises:
            UsageError: the file cannot be read, or holds no record.
        """
        return Record.from_json(read(path))


def read(path: Union[str, Path]) -> Any:
    """The JSON of a file, unchecked.

    Raises:
        UsageError: the file cannot be read, or is not JSON, which has finite numbers only.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
        return json.loads(text, parse_constant=_finite, parse_float=_finite)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise UsageError(f"{path} is not JSON: {error}") from None


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no finite number")
    return number


def check(data: Any) -> None:
    """Check plain data against the schema.

    Raises:
        UsageError: it does not fit; names the place that explains it best.
    """
    error = jsonschema.exceptions.best_match(_validator().iter_errors(data))
    if error is not None:
        raise UsageError(f"no benchmark record: {error.json_path}: {error.message[:300]}")


def digest(data: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON of all but the field `digest`."""
    rest = {name: value for name, value in data.items() if name != "digest"}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def dumped(data: Any) -> str:
    """JSON that a person can read: indented, lists of plain numbers on one line."""
    return _lines(data, "") + "\n"


def _lines(value: Any, indent: str) -> str:
    inner = indent + " "
    if isinstance(value, dict) and value:
        parts = [f"{inner}{json.dumps(k)}: {_lines(v, inner)}" for k, v in value.items()]
        return "{\n" + ",\n".join(parts) + f"\n{indent}}}"
    if isinstance(value, list) and any(isinstance(each, (dict, list)) for each in value):
        parts = [inner + _lines(each, inner) for each in value]
        return "[\n" + ",\n".join(parts) + f"\n{indent}]"
    return json.dumps(value, allow_nan=False)


@lru_cache(maxsize=1)
def _validator() -> Any:
    text = Path(__file__).with_name("record.schema.json").read_text(encoding="utf-8")
    return jsonschema.Draft202012Validator(json.loads(text))
