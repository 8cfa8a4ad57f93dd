"""How a student gets a notebook out of Colab, under the name that the course expects.

In Colab the notebook is no file of the machine that runs it: the page in the browser holds it.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from .. import runtime
from ..errors import UserError

__all__ = ["HandingInError", "download"]

SECONDS = 60  # a notebook with many pictures takes a while to come from the browser
BY_HAND = "choose File > Download > Download .ipynb, and call the file {file}"


class HandingInError(UserError):
    """Colab did not hand out the notebook; the message says how to get it by hand."""


def download(name: str) -> None:
    """In Colab, download this notebook as NAME.ipynb; elsewhere, say where its file is.

    Parameters
    ----------
    name
        Of the assignment's notebook, such as "ps1_convolution". A copy in Google Drive has
        another one, "Copy of ps1_convolution.ipynb", under which nobody would look for it.

    Raises
    ------
    HandingInError
        If Colab does not hand it out, or if it is another assignment's.

    Examples
    --------
    >>> download("ps9")
    Nothing to download here: your work is the file that you see. Save it, and hand in ps9.ipynb.
    """
    file = Path(f"{Path(name).name.removesuffix('.ipynb')}.ipynb")
    if runtime.where() == "colab":
        _download_from_colab(file)
    elif file.is_file():
        minutes = max(0, round((time.time() - file.stat().st_mtime) / 60))
        when = "less than a minute ago" if minutes < 1 else f"{minutes} min ago"
        print(f"Hand in {file.resolve()}, last saved {when}.")
    else:
        print(
            "Nothing to download here: your work is the file that you see. "
            f"Save it, and hand in {file}."
        )


def _download_from_colab(file: Path) -> None:
    notebook = _ask_the_page()
    if not notebook:
        raise HandingInError(f"Colab did not hand out the notebook: {BY_HAND.format(file=file)}")
    texts = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "markdown"]
    if not any(file.name in text for text in texts):  # under the title, and at the end
        raise HandingInError(f"this notebook is not {file}: it says nowhere that it is")
    file.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", "utf-8")
    from google.colab import files

    files.download(str(file))
    print(f"{file} is on its way to the folder where your browser keeps downloads.")


def _ask_the_page() -> dict | None:
    """The notebook as the page in the browser holds it; None where it does not answer.

    Colab has no public way to ask for it, so that this one may end on any day, in any manner.
    """
    try:
        from google.colab import _message

        answer = _message.blocking_request("get_ipynb", request="", timeout_sec=SECONDS)
        return answer["ipynb"]
    except Exception:
        return None
