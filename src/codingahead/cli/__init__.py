"""The command line: one command per file. Here, and only here, the library meets the environment, the clock and the terminal."""
