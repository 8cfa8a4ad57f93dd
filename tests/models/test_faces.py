"""MTCNN: its three networks and its cascade, compared with facenet_pytorch's own."""

import importlib

import numpy as np
import pytest

from course_utils import packaged
from course_utils.models import catalogue, published

pytest.importorskip("torch")
faces = importlib.import_module("course_utils.models.faces")

with_weights = pytest.mark.skipif(
    not packaged.folders(published.FACENET.name), reason="facenet_pytorch is not installed"
)


@pytest.fixture(scope="module")
def astronaut():
    return pytest.importorskip("skimage.data").astronaut()


@pytest.fixture(scope="module")
def crowd(astronaut):
    """Two large faces, four small ones, of which a cut one is not found."""
    small = astronaut[::2, ::2]
    return np.vstack(
        [np.hstack([astronaut, astronaut[:, 215:]])[:300], np.hstack([small] * 4)[:, : 512 + 297]]
    )


@pytest.fixture(scope="module")
def theirs(torch, torchvision_models):
    """Their detector. Torchvision's suppression is compiled, and not for every torch: ours here."""
    if not packaged.folders("facenet_pytorch"):
        pytest.skip("facenet_pytorch is not installed")
    module = importlib.import_module("facenet_pytorch.models.utils.detect_face")
    module.batched_nms = lambda boxes, scores, images, most: torch.tensor(
        slowly_suppressed(boxes.numpy(), scores.numpy(), most), dtype=torch.long
    )
    return importlib.import_module("facenet_pytorch").MTCNN(keep_all=True, select_largest=False)


def slowly_suppressed(boxes, scores, most):
    """Non-maximum suppression as the textbooks define it, pair by pair."""
    kept = []
    for index in np.argsort(-scores, kind="stable"):
        left, top, right, bottom = boxes[index]
        for other in kept:
            width = min(right, boxes[other][2]) - max(left, boxes[other][0])
            height = min(bottom, boxes[other][3]) - max(top, boxes[other][1])
            shared = max(width, 0) * max(height, 0)
            areas = [(b[2] - b[0]) * (b[3] - b[1]) for b in (boxes[index], boxes[other])]
            if shared / (sum(areas) - shared) > most:
                break
        else:
            kept.append(index)
    return kept


@with_weights
def test_the_astronauts_face_is_found(astronaut):
    (face,) = faces.faces(astronaut)

    left, top, right, bottom = face.box
    assert face.probability == pytest.approx(1, abs=5e-3)
    assert 170 < left < 190 and 50 < top < 75 and 255 < right < 280 and 160 < bottom < 185
    eyes, nose, mouth = face.landmarks[:2], face.landmarks[2], face.landmarks[3:]
    assert eyes[0, 0] < nose[0] < eyes[1, 0] and eyes[:, 1].max() < nose[1] < mouth[:, 1].min()


@with_weights
@pytest.mark.parametrize("picture, count", [("astronaut", 1), ("crowd", 5)])
def test_boxes_probabilities_and_landmarks_are_facenet_pytorchs(picture, count, theirs, request):
    picture = request.getfixturevalue(picture)
    boxes, probabilities, points = theirs.detect(picture, landmarks=True)
    order = np.argsort(-probabilities.astype(float), kind="stable")
    found = faces.faces(picture)

    assert len(found) == count
    np.testing.assert_allclose([face.box for face in found], boxes[order].astype(float), atol=0.01)
    np.testing.assert_allclose(
        [face.probability for face in found], probabilities[order].astype(float), atol=1e-4
    )
    np.testing.assert_allclose(
        [face.landmarks for face in found], points[order].astype(float), atol=0.01
    )


@with_weights
def test_without_faces_nothing_is_found():
    assert faces.faces(np.zeros((60, 80, 3), np.uint8)) == []
    assert faces.faces(np.zeros((15, 80, 3), np.uint8)) == []


@with_weights
def test_small_faces_are_found_only_where_they_are_looked_for(astronaut):
    """110 pixels high, here 37."""
    smaller = astronaut[::3, ::3]

    assert len(faces.faces(smaller, smallest=20)) == 1
    assert faces.faces(smaller, smallest=60) == []


@with_weights
@pytest.mark.parametrize("shape, kind", [((9, 9), np.uint8), ((9, 9, 3), float)])
def test_what_is_no_picture_is_refused(shape, kind):
    with pytest.raises(ValueError, match=r"a picture is uint8 and \(H, W, 3\); this one is"):
        faces.faces(np.zeros(shape, kind))


def test_faces_smaller_than_a_patch_cannot_be_looked_for():
    with pytest.raises(ValueError, match="smallest is 8: P-Net sees faces from 12 pixels on"):
        faces.Detector(smallest=8)


def test_without_the_package_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr(packaged, "folders", lambda package: [])
    with pytest.raises(packaged.NotInstalled, match="pip install --no-deps facenet-pytorch=="):
        faces.faces(np.zeros((40, 40, 3), np.uint8))


def test_suppression_is_the_textbooks(torch):
    rng = np.random.default_rng(0)
    corners = rng.uniform(0, 60, (80, 2))
    boxes = np.hstack([corners, corners + rng.uniform(5, 40, (80, 2))]).astype(np.float32)
    scores = rng.permutation(80).astype(np.float32)
    for most in (0.1, 0.5, 0.7):
        kept = faces.suppress(torch.from_numpy(boxes), torch.from_numpy(scores), most)
        assert kept.tolist() == slowly_suppressed(boxes, scores, most)


def test_of_the_smaller_box_a_box_inside_another_goes(torch):
    boxes = torch.tensor([[0.0, 0, 99, 99], [10, 10, 29, 29], [90, 90, 109, 109]])
    scores = torch.tensor([0.9, 0.8, 0.7])

    assert faces.suppress(boxes, scores, 0.7).tolist() == [0, 1, 2]
    assert faces.suppress(boxes, scores, 0.7, of_the_smaller=True).tolist() == [0, 2]


@pytest.mark.parametrize("row", catalogue.MTCNN, ids=lambda row: row.name)
def test_the_rows_of_the_table_can_be_counted(row, torch):
    from torch.utils.flop_counter import FlopCounterMode

    mtcnn = importlib.import_module("course_utils.models.torch.mtcnn")
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        model = getattr(mtcnn, row.name)().eval()
        model(torch.zeros(1, 3, row.size, row.size))
    total = counter.get_total_flops() // 2

    assert row.parameters == f"{sum(p.numel() for p in model.parameters()):,}"
    assert row.multiply_adds == (f"{total / 1e6:.0f} million" if total >= 1e6 else f"{total:,}")


def test_p_net_looks_at_every_patch_of_a_larger_image(torch):
    mtcnn = importlib.import_module("course_utils.models.torch.mtcnn")
    torch.manual_seed(0)
    model = mtcnn.p_net().eval()
    image = torch.randn(1, 3, 20, 26)
    with torch.no_grad():
        probabilities, moves = model(image)
        alone, move = model(image[:, :, 4:16, 10:22])

    assert probabilities.shape == (1, 5, 8) and moves.shape == (1, 4, 5, 8)
    torch.testing.assert_close(alone[0, 0, 0], probabilities[0, 2, 5])
    torch.testing.assert_close(move[0, :, 0, 0], moves[0, :, 2, 5])
    with pytest.raises(ValueError, match="from 12x12 pixels on"):
        model(image[:, :, :11])
