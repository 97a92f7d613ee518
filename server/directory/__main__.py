"""petard-directory: keeps a list of public rooms, and answers by HTTP. docs/directory.md describes it.

Rule 1: stdout carries the ready line, nothing else; the log is stderr.
Rule 2: Ctrl-C never prints a traceback.
"""

import asyncio
import sys
from collections.abc import Sequence

from petard.server.directory.options import read_options, refuse
from petard.server.directory.process import run
from petard.server.directory.shared_list import BadRedis
from petard.server.net.listeners import CannotListen
from petard.server.policy.log import Log
from petard.server.runtime.log_writer import LogWriter
from petard.shared.standard_streams import STDERR, standard_streams


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a stop; returns the exit status: 0, 1 if it cannot listen, 2 for wrong arguments."""
    with standard_streams():
        options = read_options(sys.argv[1:] if arguments is None else arguments)
        log_writer = LogWriter(STDERR)
        log_writer.is_json = options.log == "json"
        log = Log(log_writer.write)
        try:
            asyncio.run(run(options, log))
        except KeyboardInterrupt:  # before the handlers were there
            return 0
        except CannotListen as problem:
            return refuse(problem, 1)
        except BadRedis as problem:
            return refuse(problem)
        except OSError as problem:
            return refuse(f"the files for the allocator cannot be used: {problem.strerror or problem}")
        finally:
            log.close()
            log_writer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
