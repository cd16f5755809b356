"""`python -m tierline` is the command `tierline`."""

from tierline.cli import main

main()
