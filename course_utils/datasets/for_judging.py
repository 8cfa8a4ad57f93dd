"""What the grader asks of data sets: a hook, which `configure(c, prepare=...)` names."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from . import cache, catalogue


def for_judges(sources: list[str]) -> dict[str, Path]:
    """Make the samples that cells load: no answer's process can write them.

    Parameters
    ----------
    sources
        The sources of a notebook's cells.

    Returns
    -------
    dict
        The folder of all samples, by its place below `$COURSE_DATA`.
    """
    for name in set(re.findall(r"\bdatasets\.load\(\s*[\"'](\w+)", "\n".join(sources))):
        try:
            cache.sample(catalogue.card(name))
        except Exception as error:  # an unknown name, no room: the cell will say so
            print(error, file=sys.stderr)
    samples = cache.base() / cache.SAMPLES
    return {cache.SAMPLES: samples} if samples.is_dir() else {}
