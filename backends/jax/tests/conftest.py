"""XLA works less hard here than for users, whose programs tests/conformance asks."""

import os

os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")  # half of the time
