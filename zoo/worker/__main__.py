"""`python -m zoo.worker`, started by a parent that passes a socket as standard input."""

from zoo.worker.child import main

main()
