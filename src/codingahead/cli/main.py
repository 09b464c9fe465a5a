"""`codingahead`: finds the command, runs it, turns what went wrong into one line and an exit code.

Exit codes: 0 answered; 1 no such thing; 2 wrong usage or unreadable input; 3 no usable reference pack.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from codingahead import __version__
from codingahead.cli import (
    ask,
    check,
    code,
    content,
    coverage,
    crosswalk,
    data,
    demo,
    doctor,
    edits,
    eval,
    fee,
    mail,
    mcp,
    note,
    scrub,
    search,
    serve,
    units,
    verify,
    visit,
    worker,
)
from codingahead.words.errors import CodingAheadError, NotFound, PackProblem

# In the order of the help text.
COMMANDS = (
    code,
    search,
    edits,
    ask,
    note,
    eval,
    check,
    scrub,
    fee,
    units,
    visit,
    coverage,
    crosswalk,
    data,
    demo,
    content,
    serve,
    mcp,
    mail,
    worker,
    verify,
    doctor,
)
ANSWERED, NO_SUCH, WRONG, NO_PACK = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of the console command."""
    parser = argparse.ArgumentParser(
        prog="codingahead", description="The right answer about a medical code on a date of service, with its source."
    )
    parser.add_argument("--version", action="version", version=f"codingahead {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.add(commands)
    options = parser.parse_args(arguments)
    try:
        result: int = options.run(options)
        return result
    except NotFound as error:
        return _say(error, NO_SUCH)
    except PackProblem as error:
        return _say(error, NO_PACK)
    except CodingAheadError as error:
        return _say(error, WRONG)
    except BrokenPipeError:
        # The reader of our output went away, as `| head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ANSWERED
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return WRONG


def _say(error: CodingAheadError, exit_code: int) -> int:
    print(f"codingahead: {error.message}" + (f" - {error.hint}" if error.hint else ""), file=sys.stderr)
    return exit_code


if __name__ == "__main__":
    sys.exit(main())
