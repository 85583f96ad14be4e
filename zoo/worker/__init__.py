"""Worker processes: each framework in its own interpreter, fed and asked over a socket.

One process never holds two frameworks: no environment can install them all, their thread pools
fight, and one that segfaults, hangs or eats the memory must cost a single cell of a table. `parent`
is this side (`Worker`), `child` the other; `protocol` and `arrays` are what passes between them.

This file imports nothing, because it is imported in the worker's interpreter too.
"""
