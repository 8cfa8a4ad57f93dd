# Wrong and unusual answers to the exercise `accuracy`.


# %% asks_for_all_labels_at_once points={"test_accuracy": 0}
# An image counts only if every finding is right.
def accuracy(task, p, labels):
    answers = p.argmax(axis=1) if task == "multi-class" else p > 0.5
    right = answers == labels
    return np.mean(right.all(axis=1) if right.ndim == 2 else right)


# %% draws_the_line_for_classes_too points={"test_accuracy": 0}
def accuracy(task, p, labels):
    if task == "multi-class":
        sure = p.max(axis=1) > 0.5
        return np.mean(sure & (p.argmax(axis=1) == labels))
    return np.mean((p > 0.5) == labels)


# %% takes_a_half_for_a_yes points={"test_accuracy": 7}
def accuracy(task, p, labels):
    answers = p.argmax(axis=1) if task == "multi-class" else p >= 0.5
    return np.mean(answers == labels)


# %% counts points={"test_accuracy": 0}
def accuracy(task, p, labels):
    answers = p.argmax(axis=1) if task == "multi-class" else p > 0.5
    return np.sum(answers == labels)


# %% rounds_probabilities points={"test_accuracy": 0}
# `round` takes 0.5 to 0, which is right, but a class is not a rounded row.
def accuracy(task, p, labels):
    answers = np.round(p)
    if task == "multi-class":
        answers = answers[np.arange(len(labels)), labels]
        return np.mean(answers)
    return np.mean(answers == labels)


# %% looks_at_the_first_label points={"test_accuracy": 0}
def accuracy(task, p, labels):
    answers = p.argmax(axis=1) if task == "multi-class" else p > 0.5
    right = answers == labels
    return np.mean(right[:, 0] if right.ndim == 2 else right)


# %% second_solution points={}
# From the release alone: counts one after the other.
def accuracy(task, p, labels):
    right = 0
    if task == "multi-class":
        for row, label in zip(p, labels):
            right += list(row).index(max(row)) == label
    else:
        for value, label in zip(np.ravel(p), np.ravel(labels)):
            right += int(value > 0.5) == label
    return right / np.size(labels)


# %% compares_distances points={}
# A yes is nearer to 1 than to 0.
def accuracy(task, p, labels):
    if task == "multi-class":
        wanted = np.eye(p.shape[1])[labels]
        return np.float32((p.max(axis=1) == (p * wanted).sum(axis=1)).mean())
    return 1 - np.count_nonzero((abs(p - 1) < abs(p)) ^ (labels == 1)) / labels.size


# %% divides_exactly points={}
# A fraction of Python is a number, too.
def accuracy(task, p, labels):
    from fractions import Fraction

    said = p.argmax(axis=1) if task == "multi-class" else p > 0.5
    return Fraction(int((said == labels).sum()), labels.size)
