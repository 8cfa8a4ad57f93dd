# The notebook torch_part: set-up, then for each question the right answer, wrong ones, the test.

# %% imports
import numpy as np
import torch
from torch import nn

# %% data
rng = np.random.default_rng(0)
labels = np.arange(256) % 10
images = (rng.normal(size=(256, 1, 8, 8)) * 0.3).astype("float32")
images[np.arange(256), 0, labels % 8, labels // 8] += 3


# %% linear right
def linear(x, w, b):
    return x @ w.T + b


# %% linear wrong
def linear(x, w, b):
    return x @ w.T


# %% linear test
x, w, b = torch.randn(8, 5), torch.randn(3, 5), torch.randn(3)
assert torch.allclose(linear(x, w, b), nn.functional.linear(x, w, b), atol=1e-5)


# %% network right
def network():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64, 10),
    )


# %% network wrong
def network():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 10))


# %% network test
torch.manual_seed(0)
model = network()
assert model(torch.zeros(2, 1, 8, 8)).shape == (2, 10)
assert sum(p.numel() for p in model.parameters()) == 1898


# %% accuracy right
def accuracy(scores, y):
    return (scores.argmax(1) == y).float().mean().item()


# %% accuracy wrong
def accuracy(scores, y):
    return (scores.argmax(0) == y).float().mean().item()


# %% accuracy test
scores, y = torch.eye(10), torch.arange(10)
assert accuracy(scores, y) == 1.0
assert accuracy(scores, y.flip(0)) == 0.0


# %% train right
def train(x, y, steps):
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(512, 10)
    )
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


# %% train wrong
def train(x, y, steps):
    return [1.0 / (n + 1) for n in range(steps - 1)]


# %% train test
x, y = torch.from_numpy(images), torch.from_numpy(labels)
losses = train(x, y, 60)
assert len(losses) == 60
assert losses[-1] < losses[0] / 2


# %% gradient right
def gradient(f, x):
    x = x.clone().requires_grad_()
    f(x).sum().backward()
    return x.grad


# %% gradient wrong
def gradient(f, x):
    return f(x)


# %% gradient test
x = torch.randn(20)
assert torch.allclose(gradient(torch.sin, x), torch.cos(x), atol=1e-6)


# %% batch_norm right
def batch_norm(x):
    return (x - x.mean(0)) / torch.sqrt(x.var(0, unbiased=False) + 1e-5)


# %% batch_norm wrong
def batch_norm(x):
    return (x - x.mean()) / x.std()


# %% batch_norm test
x = 3 * torch.randn(64, 6) + 2
got = batch_norm(x)
assert torch.allclose(got, nn.functional.batch_norm(x, None, None, training=True), atol=1e-4)
