"""What lies in a zip or a folder, whoever made it."""

import io
import os
import stat
import zipfile

import pytest

from course_utils.grading import CourseError
from course_utils.grading.lms import downloads


def one(path):
    (entry,) = downloads.entries(path)
    return entry


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("../../etc/passwd", ("etc", "passwd")),
        ("/etc/passwd", ("etc", "passwd")),
        ("a\\..\\..\\b", ("a", "b")),
        ("C:\\x", ("C:", "x")),
    ],
)
def test_a_path_that_leads_elsewhere_is_a_problem(zipped, name, parts):
    entry = one(zipped({name: "x"}))

    assert (entry.parts, entry.problem) == (parts, "has a path that leads elsewhere")


def test_a_link_is_a_problem(zipped, tmp_path):
    link = zipfile.ZipInfo("ada.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.ipynb").symlink_to("/etc/passwd")

    assert one(tmp_path / "x.zip").problem == one(tmp_path / "folder").problem == "is a link"


def test_a_file_that_says_it_is_small_is_read_no_further(packed_bytes, tmp_path):
    data = packed_bytes({"bomb": b"\0" * 60_000_000})
    lie = data.replace((60_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    (tmp_path / "x.zip").write_bytes(lie)

    assert one(tmp_path / "x.zip").problem == ""
    with pytest.raises(CourseError, match="bomb cannot be unpacked|bomb has more than"):
        one(tmp_path / "x.zip").read()


@pytest.mark.parametrize("flagged", [True, False])
def test_a_name_that_is_no_utf8_stops_nothing(tmp_path, flagged):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("Zo\u00eb_1.ipynb" if flagged else "ZoXY_1.ipynb", "{1}")
        archive.writestr("ada.ipynb", "{2}")
    name = "Zo\u00eb".encode() if flagged else b"ZoXY"
    (tmp_path / "x.zip").write_bytes(whole.getvalue().replace(name, b"Zo\xeb\xff"))
    first, second = downloads.entries(tmp_path / "x.zip")

    assert first.name.endswith("_1.ipynb") and first.read() == b"{1}"
    assert (second.name, second.read()) == ("ada.ipynb", b"{2}")


def test_utf8_without_a_flag_is_read_as_utf8(tmp_path):
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("ZoXY.ipynb", "")
    (tmp_path / "x.zip").write_bytes(whole.getvalue().replace(b"ZoXY", "Zo\u00eb".encode()))

    assert one(tmp_path / "x.zip").name == "Zo\u00eb.ipynb"


def test_a_password_is_a_problem(packed_bytes, tmp_path):
    data = bytearray(packed_bytes({"a.ipynb": "x"}))
    for mark, at in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        data[data.find(mark) + at] |= 1
    (tmp_path / "x.zip").write_bytes(data)

    assert one(tmp_path / "x.zip").problem == "needs a password"


def test_what_systems_leave_behind_is_no_file(zipped):
    rubbish = {"__MACOSX/._a.ipynb": "", "a/.DS_Store": "", "a/Thumbs.db": "", "b/": ""}

    assert downloads.entries(zipped(rubbish)) == []


def test_a_zip_of_too_many_files_is_not_unpacked(packed_bytes):
    data = packed_bytes({f"{n}": "" for n in range(1_001)})

    assert downloads.unpack_one(data) == ({}, "it holds more than 1000 files")


def test_names_on_a_disk_that_are_no_utf8_are_read_as_windows_writes_them(tmp_path):
    for raw in (b"B\xe9la", "Zo\u00eb".encode(), b"\x81x"):
        os.mkdir(os.path.join(os.fsencode(tmp_path), raw))
        with open(os.path.join(os.fsencode(tmp_path), raw, b"num\xe9.ipynb"), "wb"):
            pass

    found = {entry.parts for entry in downloads.entries(tmp_path)}
    assert found == {(name, "numé.ipynb") for name in ("Béla", "Zoë", "\x81x")}
