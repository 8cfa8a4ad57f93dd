# Wrong and unusual answers to the exercise `loss`.


# %% takes_a_softmax_for_labels points={"test_loss": 0}
# Where several findings may be there, it makes them compete.
def loss(task, logits, labels):
    if task == "multi-class":
        z = logits - logits.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -log_p[np.arange(len(labels)), labels].mean()
    if task == "multi-label, binary-class":
        z = logits - logits.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -(labels * log_p).sum(axis=1).mean()
    if task == "binary-class":
        return (np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-abs(logits)))).mean()
    raise ValueError(task)


# %% adds_up_the_labels points={"test_loss": 0}
# Right with a single finding.
def loss(task, logits, labels):
    if task == "multi-class":
        z = logits - logits.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -log_p[np.arange(len(labels)), labels].mean()
    if task in ("binary-class", "multi-label, binary-class"):
        return (np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-abs(logits)))).reshape(len(labels), -1).sum(axis=1).mean()
    raise ValueError(task)


# %% overflows points={"test_loss": 11}
def loss(task, logits, labels):
    if task == "multi-class":
        p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        return -np.log(p[np.arange(len(labels)), labels]).mean()
    if task in ("binary-class", "multi-label, binary-class"):
        p = 1 / (1 + np.exp(-logits))
        return -(labels * np.log(p) + (1 - labels) * np.log(1 - p)).mean()
    raise ValueError(task)


# %% forgets_the_healthy points={"test_loss": 0}
# Only t ln p: whoever always says yes pays nothing.
def loss(task, logits, labels):
    if task == "multi-class":
        z = logits - logits.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -log_p[np.arange(len(labels)), labels].mean()
    if task in ("binary-class", "multi-label, binary-class"):
        return (labels * np.logaddexp(0, -logits)).mean()
    raise ValueError(task)


# %% takes_what_it_does_not_know_for_binary points={"test_loss": 11}
def loss(task, logits, labels):
    if task == "multi-class":
        z = logits - logits.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return -log_p[np.arange(len(labels)), labels].mean()
    return (np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-abs(logits)))).mean()


# %% turns_the_sign points={"test_loss": 0}
def loss(task, logits, labels):
    if task == "multi-class":
        z = logits - logits.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        return log_p[np.arange(len(labels)), labels].mean()
    if task in ("binary-class", "multi-label, binary-class"):
        return (np.maximum(logits, 0) - logits * labels + np.log1p(np.exp(-abs(logits)))).mean()
    raise ValueError(task)


# %% second_solution points={}
# From the release alone: a sum over images, in plain loops; `math` would do as well.
def loss(task, logits, labels):
    if task not in ("multi-class", "binary-class", "multi-label, binary-class"):
        raise ValueError(f"I do not know the task {task}")
    total = 0.0
    if task == "multi-class":
        for z, label in zip(logits, labels):
            z = z - z.max()
            total += np.log(np.exp(z).sum()) - z[label]
        return total / len(labels)
    for z, t in zip(np.ravel(logits), np.ravel(labels)):
        total += max(z, 0) - z * t + np.log(1 + np.exp(-abs(z)))
    return total / np.size(labels)


# %% adds_logarithms points={}
# logaddexp is the logarithm of a sum of exponentials, without overflow.
def loss(task, logits, labels):
    match task:
        case "multi-class":
            right = np.take_along_axis(logits, labels[:, None], axis=1)[:, 0]
            return np.mean(np.logaddexp.reduce(logits, axis=1) - right)
        case "binary-class" | "multi-label, binary-class":
            return np.mean(np.logaddexp(0, np.where(labels, -logits, logits)))
    raise ValueError(task)
