"""Where submissions are judged: side by side on this machine, or on a cluster that Dask runs.

Both give `concurrent.futures.Future`s. On this machine there are threads, which only wait: what
takes time happens in the processes that fork servers fork for each submission.
"""

from __future__ import annotations

import os
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import nullcontext

from ..course import CourseError
from ..judging.sandbox import forkserver


class Threads:
    """This machine; `workers` submissions side by side, by default one for each processor."""

    def __init__(self, workers: int | None = None):
        self.width = workers or os.cpu_count() or 1
        self.executor: Executor = ThreadPoolExecutor(self.width)

    def share(self, value):
        """What stands for a `value` among the arguments of many tasks: here the value itself."""
        return value

    def submit(self, function, *arguments) -> Future:
        """What will come of a `function` of these `arguments`, which a thread calls."""
        return self.executor.submit(function, *arguments)

    def close(self, now: bool = False) -> None:
        """Let go; `now`: stop what runs, and throw away what came of it."""
        with forkserver.stopping() if now else nullcontext():
            self.executor.shutdown(cancel_futures=now)


class Cluster:
    """Machines that a Dask scheduler knows, each with this package installed.

    A task that is lost with its worker is begun again elsewhere by Dask; one that fails is not.

    Parameters
    ----------
    address
        Of the scheduler: tcp://HOST:8786, or tls:// with certificates in Dask's own settings.
    workers
        Submissions at once; by default one for each of the cluster's threads.

    Raises
    ------
    CourseError
        If Dask is not installed, or nobody answers at the address.
    """

    PATIENCE = 30  # seconds for the scheduler to answer

    def __init__(self, address: str, workers: int | None = None):
        try:
            from distributed import Client
        except ImportError:
            raise CourseError(
                "--dask needs Dask: pip install 'course-utils[cluster]', here and on the workers"
            ) from None
        try:
            self.client = Client(address, timeout=self.PATIENCE, set_as_default=False)
            self.client.wait_for_workers(1, timeout=self.PATIENCE)
        except (OSError, ValueError, TimeoutError) as error:
            words = str(error).splitlines()[0]
            raise CourseError(f"no cluster of Dask answers at {address}: {words}") from None
        threads = sum(self.client.nthreads().values())
        self.width = workers or max(threads, 1)
        self.executor = self.client.get_executor(pure=False)

    def share(self, value):
        """What stands for a `value` among the arguments of many tasks: it is sent only once."""
        return self.client.scatter(value, broadcast=True, hash=False)

    def submit(self, function, *arguments) -> Future:
        """What will come of a `function` of these `arguments`, which some machine calls."""
        return self.executor.submit(function, *arguments)

    def close(self, now: bool = False) -> None:
        """Let go of the scheduler; `now`: do not wait for what runs."""
        self.executor.shutdown(wait=not now)
        self.client.close()
