"""The lectures' training loop: what a loop written by hand does, and the comforts round it."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

from course_utils import datasets, training  # noqa: E402


def network(seed=0):
    torch.manual_seed(seed)
    return torch.nn.Sequential(
        torch.nn.Flatten(), torch.nn.Linear(784, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10)
    )


@pytest.fixture(scope="module")
def digits():
    train = datasets.load("mnist", "train", source="sample").subset(slice(0, 400))
    return *train.divide(0.75), datasets.load("mnist", "test", source="sample")


def loader(part, **options):
    return part.loader(50, **options)


def fit(model, *arguments, **options):
    return training.fit(model, *arguments, progress=False, device="cpu", **options)


def test_it_does_what_a_loop_written_by_hand_does(digits):
    train, val, _ = digits
    model, twin = network(), network()
    fit(model, loader(train), epochs=3, seed=None)

    optimiser = torch.optim.Adam(twin.parameters(), 1e-3)
    for _ in range(3):
        for images, labels in loader(train):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(twin(images), labels).backward()
            optimiser.step()

    for ours, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        assert torch.equal(ours, theirs)


def test_the_history_holds_what_can_be_measured_again(digits):
    train, val, test = digits
    model = network()
    history = fit(model, loader(train, shuffle=True), loader(val), epochs=12)

    assert len(history) == len(history["loss"]) == len(history["val_accuracy"]) == 12
    assert history["loss"][-1] < history["loss"][0]
    assert set(history.curves("loss")) == {"loss", "val_loss"}
    measured = training.evaluate(model, loader(val), device="cpu")
    assert measured["loss"] == pytest.approx(history["val_loss"][history.best_epoch], abs=1e-6)
    assert training.evaluate(model, loader(test), device="cpu")["accuracy"] > 0.7
    assert not model.training
    assert repr(history).startswith(f"12 epochs, the best was number {history.best_epoch + 1}; the")


def test_the_same_seed_gives_the_same_network(digits):
    train, val, _ = digits
    histories = []
    for seed in (1, 1, 2):
        model = network()
        histories.append(fit(model, loader(train, shuffle=True), epochs=2, seed=seed)["loss"])

    assert histories[0] == histories[1] != histories[2]


def test_the_best_weights_are_kept_and_it_stops_early(digits):
    """With far too high a learning rate after two epochs, things get worse."""
    train, val, _ = digits
    model = network()
    optimiser = torch.optim.SGD(model.parameters(), 0.1)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda epoch: 1 if epoch < 2 else 200)

    history = fit(
        model,
        loader(train),
        loader(val),
        epochs=20,
        optimiser=optimiser,
        schedule=schedule,
        patience=2,
    )

    assert history.best_epoch == 1 and len(history) == 4
    measured = training.evaluate(model, loader(val), device="cpu")
    assert measured["loss"] == pytest.approx(min(history["val_loss"]), abs=1e-6)


def test_other_losses_than_cross_entropy_have_no_accuracy(digits):
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.normal(size=(40, 3)).astype(np.float32))
    y = x @ torch.tensor([[1.0], [2.0], [3.0]])
    data = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), 10)
    optimiser_of = torch.nn.Linear(3, 1)
    history = fit(
        optimiser_of,
        data,
        epochs=60,
        loss=torch.nn.functional.mse_loss,
        optimiser=torch.optim.Adam(optimiser_of.parameters(), 0.1),
    )

    assert set(history.values) == {"loss"} and history["loss"][-1] < 1e-2


def test_half_precision_learns_too(digits):
    train, val, _ = digits
    history = fit(network(), loader(train), loader(val), epochs=5, mixed_precision=True)

    assert history["loss"][-1] < history["loss"][0]


def test_a_loss_that_is_no_number_is_said_with_the_learning_rate(digits):
    train, *_ = digits
    model = network()
    with pytest.raises(ValueError, match="epoch 1 is not a number: a smaller learning rate"):
        fit(model, loader(train), optimiser=torch.optim.SGD(model.parameters(), 1e20))


def test_nothing_to_train_on_is_said():
    with pytest.raises(ValueError, match="there is no batch: an iterator that was used up"):
        fit(network(), iter([]))


def test_progress_is_shown_where_it_is_asked_for(digits, capsys):
    train, *_ = digits
    training.fit(network(), loader(train), epochs=1, device="cpu", progress=True)

    assert "epoch" in capsys.readouterr().err


def test_training_images_are_augmented_and_those_of_validation_are_not(digits):
    train, validation, *_ = digits
    seen = []

    def darker(images):
        seen.append(len(images))
        return images * 0

    model = network()
    history = fit(model, loader(train), loader(validation), epochs=2, augment=darker)

    assert sum(seen) == 2 * len(train)
    plain = training.evaluate(model, loader(validation), device="cpu")
    assert plain["loss"] == pytest.approx(history["val_loss"][history.best_epoch])


def test_batches_of_tensors_are_a_plain_loader_s_but_cut_from_each_tensor_once():
    class Counted(torch.Tensor):
        cuts = 0

        def __getitem__(self, rows):
            Counted.cuts += 1
            return super().__getitem__(rows).as_subclass(torch.Tensor)

    x = torch.arange(120.0).reshape(60, 2)
    torch.manual_seed(3)
    ours = list(training.batches(x.as_subclass(Counted), x[:, 0], 25))
    torch.manual_seed(3)
    plain = list(DataLoader(TensorDataset(x, x[:, 0]), 25, shuffle=True))

    assert len(ours) == len(plain) == Counted.cuts == 3
    for found, expected in zip(ours, plain, strict=True):
        assert type(found) is type(expected)
        assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True))


def test_batches_of_tensors_hold_every_row_once_with_its_own_label():
    x = torch.arange(120.0)[:, None]
    shuffled = list(training.batches(x, x[:, 0]))
    in_order = list(training.batches(x, x[:, 0], 48, shuffle=False))

    assert all(torch.equal(images[:, 0], labels) for images, labels in shuffled + in_order)
    rows = torch.cat([labels for _, labels in shuffled])
    assert not torch.equal(rows, x[:, 0]) and torch.equal(rows.sort().values, x[:, 0])
    assert torch.equal(torch.cat([labels for _, labels in in_order]), x[:, 0])
    assert [len(labels) for _, labels in in_order] == [48, 48, 24]
