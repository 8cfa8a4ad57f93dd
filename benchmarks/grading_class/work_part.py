# The notebook work_part: cells that do real work, in NumPy so that one thread does it.

# %% imports
import numpy as np

# %% data
rng = np.random.default_rng(0)
labels = np.arange(512) % 10
images = rng.normal(size=(512, 64)) * 0.3
images[np.arange(512), labels * 6] += 3


# %% train right
def train(x, y, steps):
    w1, w2 = np.random.default_rng(1).normal(size=(64, 128)) * 0.1, np.zeros((128, 10))
    losses = []
    for _ in range(steps):
        hidden = np.maximum(x @ w1, 0)
        scores = hidden @ w2
        p = np.exp(scores - scores.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        losses.append(-np.log(p[np.arange(len(y)), y]).mean())
        p[np.arange(len(y)), y] -= 1
        back = (p @ w2.T) * (hidden > 0)
        w2 -= 0.1 * hidden.T @ p / len(y)
        w1 -= 0.1 * x.T @ back / len(y)
    return losses


# %% train wrong
def train(x, y, steps):
    return [float(np.linalg.norm(np.random.default_rng(n).normal(size=(300, 300)), 2)) for n in range(300)]


# %% train test
losses = train(images, labels, 1500)
assert len(losses) == 1500
assert losses[-1] < losses[0] / 2
