"""The loop that the lectures' PyTorch networks are trained with.

    history = fit(model, train.loader(64, shuffle=True), val.loader(256), epochs=10)
    figures.show(figures.curves(history.curves("loss")))

The middle of `fit` is the loop itself, and can be shown; the rest is what makes it pleasant: the
best weights are kept, it can stop early, and it runs on a GPU, in half precision too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from .runtime import somebody_is_here, torch_device
from .seeds import seed_everything


@dataclass
class History:
    """What was measured after each epoch: a list for each of "loss", "accuracy", "val_loss" ...

    `best_epoch` counts from 0; `seconds` are those of each epoch.
    """

    values: dict[str, list[float]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    best_epoch: int = -1

    def __getitem__(self, name: str) -> list[float]:
        return self.values[name]

    def __len__(self) -> int:
        return len(self.seconds)

    def __repr__(self) -> str:
        if not self.seconds:
            return "no epoch yet"
        last = ", ".join(f"{name} {value[-1]:.4f}" for name, value in self.values.items())
        return f"{len(self)} epochs, the best was number {self.best_epoch + 1}; the last: {last}"

    def curves(self, name: str) -> dict[str, list[float]]:
        """Training and validation side by side, as `figures.curves` takes them.

        Parameters
        ----------
        name
            What was measured: "loss" or "accuracy".
        """
        return {key: self.values[key] for key in (name, f"val_{name}") if key in self.values}

    def add(self, measured: dict[str, float], seconds: float) -> None:
        """Add what was `measured` in one more epoch, by name, and the `seconds` that it took."""
        for name, value in measured.items():
            self.values.setdefault(name, []).append(value)
        self.seconds.append(seconds)


def fit(
    model: nn.Module,
    train: Iterable[tuple[Tensor, Tensor]],
    validation: Iterable[tuple[Tensor, Tensor]] | None = None,
    *,
    epochs: int = 10,
    optimiser: torch.optim.Optimizer | None = None,
    loss: Callable[[Tensor, Tensor], Tensor] = nn.functional.cross_entropy,
    schedule: torch.optim.lr_scheduler.LRScheduler | None = None,
    augment: Callable[[Tensor], Tensor] | None = None,
    patience: int | None = None,
    seed: int | None = 0,
    device: str | None = None,
    mixed_precision: bool = False,
    progress: bool | None = None,
) -> History:
    """Train a network, and leave in it the weights of its best epoch.

    Parameters
    ----------
    model
        Called with a batch of images, it gives logits; it is moved to `device`, and stays there.
    train, validation
        Batches `(images, labels)`, such as a DataLoader gives; best is the epoch with the least
        validation loss, or training loss where there is no validation.
    epochs
        How often it sees all of `train`, at most.
    optimiser
        Adam with a learning rate of 0.001 unless another is given.
    loss
        Of logits and labels: a mean over the batch.
    schedule
        Stepped after every epoch.
    augment
        Changes the images of each training batch, where the network is: `(N, C, H, W)` to the
        same shape.
    patience
        Stop after so many epochs without a better one; None never stops early.
    seed
        Of all random numbers from here on; None leaves them alone.
    device
        "cuda", "mps" or "cpu"; the best one here unless it is given.
    mixed_precision
        Half precision where that is safe: for a GPU, where it is quicker.
    progress
        Whether a bar shows how far it is; by default where a person runs a notebook.

    Raises
    ------
    ValueError
        If there is nothing to train on, or the loss is no longer a number.
    """
    if seed is not None:
        seed_everything(seed)
    place = torch.device(device or torch_device())
    model.to(place)
    optimiser = optimiser or torch.optim.Adam(model.parameters(), 1e-3)
    half = torch.autocast(place.type, enabled=mixed_precision)
    scaler = torch.amp.GradScaler(place.type, enabled=mixed_precision and place.type == "cuda")
    history, best, kept = History(), float("inf"), None
    progress = somebody_is_here() if progress is None else progress
    with _bar(epochs, progress) as bar:
        for epoch in range(epochs):
            started, running = time.perf_counter(), _Running()
            model.train()
            for images, labels in train:
                images, labels = images.to(place), labels.to(place)
                if augment is not None:
                    images = augment(images)
                with half:
                    logits = model(images)
                    error = loss(logits, labels)
                optimiser.zero_grad(set_to_none=True)
                scaler.scale(error).backward()
                scaler.step(optimiser)
                scaler.update()
                running.add(error, logits, labels)
            measured = running.means()
            if validation is not None:
                held_out = evaluate(model, validation, loss=loss, device=str(place))
                measured |= {f"val_{name}": value for name, value in held_out.items()}
            history.add(measured, time.perf_counter() - started)
            if schedule is not None:
                schedule.step()
            bar.update()
            bar.set_postfix({name: f"{value:.3f}" for name, value in measured.items()})
            score = measured.get("val_loss", measured["loss"])
            if score != score:
                raise ValueError(
                    f"the loss of epoch {epoch + 1} is not a number: a smaller learning rate than "
                    f"{optimiser.param_groups[0]['lr']} may help"
                )
            if score < best:
                best, history.best_epoch = score, epoch
                kept = _copied(model.state_dict(), kept)
            elif patience is not None and epoch - history.best_epoch >= patience:
                break
    if kept is not None:
        model.load_state_dict(kept)
    model.eval()
    return history


def batches(x: Tensor, y: Tensor, size: int = 50, *, shuffle: bool = True) -> DataLoader:
    """Two tensors in memory, row by row, as batches for `fit` and `evaluate`.

    Parameters
    ----------
    x, y
        Inputs `(N, ...)` and targets `(N, ...)`.
    size
        Rows in a batch; the last one may have fewer.
    shuffle
        Whether every epoch has an order of its own.

    Examples
    --------
    >>> images, labels = torch.zeros(120, 1, 28, 28), torch.zeros(120)
    >>> [len(y) for _, y in batches(images, labels)]
    [50, 50, 20]
    """
    return DataLoader(_Rows(x, y), size, shuffle=shuffle, collate_fn=list)


@torch.no_grad()
def evaluate(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    *,
    loss: Callable[[Tensor, Tensor], Tensor] = nn.functional.cross_entropy,
    device: str | None = None,
) -> dict[str, float]:
    """Loss and accuracy over all batches, by name; without accuracy where labels are no classes.

    Parameters
    ----------
    model
        Called with a batch of images, it gives logits; it stays on `device`, in evaluation mode.
    batches
        `(images, labels)`, such as a DataLoader gives.
    loss, device
        As in `fit`.

    Raises
    ------
    ValueError
        If there is no batch.
    """
    place = torch.device(device or torch_device())
    model.to(place).eval()
    running = _Running()
    for images, labels in batches:
        images, labels = images.to(place), labels.to(place)
        logits = model(images)
        running.add(loss(logits, labels), logits, labels)
    return running.means()


def _copied(state: dict[str, Tensor], into: dict[str, Tensor] | None) -> dict[str, Tensor]:
    """The weights as they are now; memory that was taken once is used again."""
    if into is None:
        return {name: value.detach().clone() for name, value in state.items()}
    for name, value in state.items():
        into[name].copy_(value)
    return into


class _Rows(TensorDataset):
    """Tensors of which a loader takes a whole batch at once, which is quicker than row by row."""

    def __getitems__(self, rows: list[int]) -> tuple[Tensor, ...]:
        return tuple(tensor[rows] for tensor in self.tensors)


class _Running:
    """What an epoch's batches gave, kept where the network is: to ask for it is to wait for it."""

    def __init__(self) -> None:
        self.counts: list[int] = []
        self.errors: list[Tensor] = []
        self.right: list[Tensor] = []

    def add(self, error: Tensor, logits: Tensor, labels: Tensor) -> None:
        self.counts.append(len(labels))
        self.errors.append(error.detach())
        if logits.ndim == 2 and labels.ndim == 1 and not labels.is_floating_point():
            self.right.append((logits.detach().argmax(1) == labels).sum())

    def means(self) -> dict[str, float]:
        count = sum(self.counts)
        if not count:
            raise ValueError("there is no batch: an iterator that was used up, or no images at all")
        errors = torch.stack(self.errors).tolist()
        loss = sum(n * error for n, error in zip(self.counts, errors, strict=True)) / count
        right = int(torch.stack(self.right).sum()) / count if self.right else None
        return {"loss": loss} | ({} if right is None else {"accuracy": right})


def _bar(epochs: int, shown: bool):
    from tqdm.auto import tqdm

    return tqdm(total=epochs, unit="epoch", disable=not shown, leave=False)
