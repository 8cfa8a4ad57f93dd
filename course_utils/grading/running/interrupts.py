"""Ctrl-C that is heard wherever it falls.

Python raises it in whatever its main thread runs next; in a callback of a weak reference, or in
`__del__`, such an exception is printed and dropped, and whoever waits goes on waiting.
"""

from __future__ import annotations

import signal


class Interrupts:
    """Remembers a Ctrl-C while it is entered; `check` raises it, if it was dropped."""

    def __init__(self) -> None:
        self.heard = False
        self._before: object = None

    def __enter__(self) -> Interrupts:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            try:
                self._before = signal.signal(signal.SIGINT, self._hear)
            except ValueError:  # only the main thread is interrupted, and may say how
                pass
        return self

    def __exit__(self, *error) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def _hear(self, number: int, frame: object) -> None:
        self.heard = True
        raise KeyboardInterrupt

    def check(self) -> None:
        """Go on only if there was no Ctrl-C.

        Raises
        ------
        KeyboardInterrupt
            If there was one.
        """
        if self.heard:
            raise KeyboardInterrupt
