"""From a specification to source code: what all emitters share.

names → identifiers and class names; layout → channels-last propagation; outline → block calls
merged into classes with parameters; body → the statements of a forward pass; writer → lines;
rearrange → how canonical arrays map to a framework's own; base → the emitter that adapters extend.
"""

from __future__ import annotations

from zoo.callable_module import make_callable
from zoo.spec.graph import Spec


def emit(spec: Spec, backend: str, *, mask_batch: int | None = None) -> str:
    """The source code of a model for a backend; `zoo.emit(spec, "torch")` calls this.

    Args:
        spec: the model.
        backend: a name such as `torch`; `zoo list backends` shows those installed.
        mask_batch: if given, dropout takes given masks for a batch of that size instead of
            drawing them.

    Raises:
        UsageError: there is no such backend.
        UnsupportedError: the backend cannot express the model; all findings at once.
    """
    from zoo import plugins

    return plugins.backend(backend).emit(spec, mask_batch=mask_batch).source


make_callable(__name__, emit)
