"""Colab's line to the page in the browser, which alone knows the notebook as it is now."""

import json
import os
from pathlib import Path


def blocking_request(request_type, request="", timeout_sec=5, parent=None):
    """The page's answer: the notebook in the file PAGE, None where nobody answers in time."""
    page = Path(os.environ.get("PAGE", "/nowhere"))
    if request_type != "get_ipynb" or not page.is_file():
        return None
    return {"ipynb": json.loads(page.read_text("utf-8"))}
