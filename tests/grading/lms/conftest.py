"""Downloads as platforms write them."""

import io
import zipfile

import pytest


@pytest.fixture
def zipped(tmp_path):
    """Write a zip of these members, of a name and bytes or a text each; returns its path."""

    def zipped(members, name="download.zip"):
        path = tmp_path / name
        path.write_bytes(packed(members))
        return path

    return zipped


@pytest.fixture
def packed_bytes():
    """The bytes of a zip of these members."""
    return packed


def packed(members) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in dict(members).items():
            archive.writestr(name, data)
    return whole.getvalue()


@pytest.fixture
def lying(course):
    """Every file of the class's folder, and what it holds."""

    def lying():
        root = course.root / "submitted"
        files = [path for path in root.rglob("*") if path.is_file()]
        return {str(path.relative_to(root)): path.read_text("utf-8") for path in files}

    return lying
