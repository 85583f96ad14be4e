"""An emitted source, run as the program that it is and then called again by hand.

What its `__main__` does once is done here, with a larger batch; a training step is the body of its
loop. Nothing of parityzoo is imported.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Callable, Dict, NamedTuple

SHOWN = 8
"""Examples in the batch of a source's `__main__`."""

Names = Dict[str, Any]


class Program(NamedTuple):
    train_step: Callable[[], float]
    inference: Callable[[], object]


def build(framework: str, mode: str, path: str, entry: str, batch: str) -> Program:
    """The program in the file; `entry` is what the source calls its model."""
    source, _, main = Path(path).read_text().partition('if __name__ == "__main__":\n')
    main, sized = re.subn(rf"(?<=[(\[]){SHOWN}(?=[,)\]])", batch, dedented(main))
    assert sized == 2, f"inputs and targets were expected to have {SHOWN} examples: {main}"
    if framework == "keras":
        jit = mode in ("jit", "xla")
        asked = f"compile_model(model)\nmodel.jit_compile = {jit}"
        main = main.replace("compile_model(model)", asked)
    body = dedented(main.partition("for step in range(5):\n")[2].rpartition("    print(")[0])
    x = re.search(r"(\w+), targets\s*\)", body)
    assert x, body
    names: Names = {"__name__": "emitted"}
    for part in (source, main):
        exec(compile(part, path, "exec"), names)
    step = compile(body, path, "exec")
    read = READ.get(framework, lambda names: float(names["loss"]))
    infer = INFERENCES[framework](names, entry)

    def train_step() -> float:
        if framework == "torch" and not names["model"].training:
            names["model"].train()
        exec(step, names)
        return read(names)

    return Program(train_step, lambda: infer(names[x[1]]))


def dedented(block: str) -> str:
    return re.sub(r"^    ", "", block, flags=re.MULTILINE)


def mxnet_read(names: Names) -> float:
    names["mx"].nd.waitall()  # for the update, too, which the loss does not wait for
    return float(names["loss"].asscalar())


READ: Dict[str, Callable[[Names], float]] = {"mxnet": mxnet_read}
"""The loss, once a step is done, where `float` does not do."""


def torch(names: Names, entry: str) -> Callable[[Any], object]:
    model, inference_mode = names["model"], names["torch"].inference_mode

    @inference_mode()
    def infer(x: Any) -> object:
        if model.training:
            model.eval()
        return model(x)

    return infer


def tensorflow(names: Names, entry: str) -> Callable[[Any], object]:
    infer = names["tf"].function(lambda x: names["model"](x))
    return lambda x: infer(x).numpy()


def jax(names: Names, entry: str) -> Callable[[Any], object]:
    infer = names["jax"].jit(names[entry])
    held = [name for name in ("params", "state") if name in names]
    return lambda x: names["jax"].block_until_ready(infer(*(names[n] for n in held), x))


def keras(names: Names, entry: str) -> Callable[[Any], object]:
    return lambda x: names["model"].predict_on_batch(x)


def mxnet(names: Names, entry: str) -> Callable[[Any], object]:
    return lambda x: names["model"](x).wait_to_read()


def chainer(names: Names, entry: str) -> Callable[[Any], object]:
    library = names["chainer"]

    def infer(x: Any) -> object:
        with library.using_config("train", False), library.no_backprop_mode():
            return names["model"](x).array

    return infer


INFERENCES = {each.__name__: each for each in (torch, tensorflow, jax, keras, mxnet, chainer)}
