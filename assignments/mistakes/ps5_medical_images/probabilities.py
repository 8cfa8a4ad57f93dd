# Wrong and unusual answers to the exercise `probabilities`.


# %% takes_the_sigmoid_for_all points={"test_probabilities": 0}
def probabilities(task, logits):
    return 1 / (1 + np.exp(-logits))


# %% takes_the_softmax_for_several_labels points={"test_probabilities": 0}
def probabilities(task, logits):
    if logits.ndim == 2:
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return 1 / (1 + np.exp(-logits))


# %% overflows points={"test_probabilities": 5}
def probabilities(task, logits):
    if task == "multi-class":
        e = np.exp(logits)
        return e / e.sum(axis=1, keepdims=True)
    return 1 / (1 + np.exp(-logits))


# %% normalises_columns points={"test_probabilities": 0}
def probabilities(task, logits):
    if task == "multi-class":
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=0)
    return 1 / (1 + np.exp(-logits))


# %% writes_into_the_logits points={"test_probabilities": 5}
def probabilities(task, logits):
    if task == "multi-class":
        logits -= logits.max(axis=1, keepdims=True)
        e = np.exp(logits)
        return e / e.sum(axis=1, keepdims=True)
    return 1 / (1 + np.exp(-logits))


# %% turns_the_sigmoid points={"test_probabilities": 0}
def probabilities(task, logits):
    if task == "multi-class":
        e = np.exp(logits - logits.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    return 1 / (1 + np.exp(logits))


# %% second_solution points={}
# From the release alone: the sigmoid as a tanh, the softmax row by row.
def probabilities(task, logits):
    if task != "multi-class":
        return 0.5 + 0.5 * np.tanh(0.5 * logits)
    rows = []
    for row in logits:
        row = np.exp(row - max(row))
        rows.append(row / sum(row))
    return rows


# %% asks_pytorch points={}
# Allowed here as well: a sigmoid is a sigmoid, in single precision too.
def probabilities(task, logits):
    z = torch.tensor(logits, dtype=torch.float32)
    return (z.softmax(dim=1) if task == "multi-class" else z.sigmoid()).numpy()
