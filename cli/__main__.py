"""`python -m cli`: the same command, for the daemon's child processes."""

from cli import main

main()
