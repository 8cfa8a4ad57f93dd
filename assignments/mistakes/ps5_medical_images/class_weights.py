# Wrong and unusual answers to the exercise `class_weights`.


# %% weighs_the_frequent points={"test_class_weights": 0, "test_diagnose": 0}
def class_weights(labels, classes):
    counts = np.bincount(labels, minlength=classes)
    return np.where(counts > 0, classes * counts / len(labels), 0)


# %% forgets_the_number_of_classes points={"test_class_weights": 0}
def class_weights(labels, classes):
    counts = np.bincount(labels, minlength=classes)
    return np.where(counts > 0, len(labels) / np.maximum(counts, 1), 0)


# %% adds_up_to_one points={"test_class_weights": 0}
def class_weights(labels, classes):
    counts = np.bincount(labels, minlength=classes)
    weights = np.where(counts > 0, 1 / np.maximum(counts, 1), 0)
    return weights / weights.sum()


# %% divides_by_zero points={"test_class_weights": 4}
def class_weights(labels, classes):
    counts = np.bincount(labels, minlength=classes)
    return len(labels) / (classes * counts)


# %% counts_classes_that_occur points={"test_class_weights": 4}
# A class that is not there shifts the weights of all others.
def class_weights(labels, classes):
    counts = np.bincount(labels, minlength=classes)
    return np.where(counts > 0, len(labels) / (np.count_nonzero(counts) * np.maximum(counts, 1)), 0)


# %% second_solution points={}
# From the release alone: one class after the other.
def class_weights(labels, classes):
    weights = []
    for c in range(classes):
        count = list(labels).count(c)
        weights.append(len(labels) / (classes * count) if count else 0)
    return weights


# %% divides_where_it_can points={}
def class_weights(labels, classes):
    counts = (labels[:, None] == np.arange(classes)).sum(axis=0, dtype=np.float32)
    zeros = np.zeros(classes, np.float32)
    return np.divide(len(labels) / classes, counts, out=zeros, where=counts > 0)
