# Wrong and unusual answers to the exercise `balanced_accuracy`.


# %% gives_the_plain_accuracy points={"test_balanced_accuracy": 0}
def balanced_accuracy(predicted, labels):
    return np.mean(predicted == labels)


# %% asks_of_what_was_said points={"test_balanced_accuracy": 0}
# Precision: of those called ill, how many are.
def balanced_accuracy(predicted, labels):
    return np.mean([np.mean(labels[predicted == c] == c) for c in np.unique(labels) if (predicted == c).any()])


# %% counts_classes_that_do_not_occur points={"test_balanced_accuracy": 5}
def balanced_accuracy(predicted, labels):
    return np.mean([
        np.mean(predicted[labels == c] == c) if (labels == c).any() else 0
        for c in range(labels.max() + 1)
    ])


# %% knows_two_classes points={"test_balanced_accuracy": 0}
def balanced_accuracy(predicted, labels):
    return np.mean([np.mean(predicted[labels == c] == c) for c in (0, 1) if (labels == c).any()])


# %% takes_the_worst points={"test_balanced_accuracy": 0}
def balanced_accuracy(predicted, labels):
    return min([np.mean(predicted[labels == c] == c) for c in np.unique(labels)])


# %% second_solution points={}
# From the release alone: counts by class in a dictionary.
def balanced_accuracy(predicted, labels):
    right, there = {}, {}
    for answer, label in zip(predicted, labels):
        there[label] = there.get(label, 0) + 1
        right[label] = right.get(label, 0) + (answer == label)
    return sum(right[label] / there[label] for label in there) / len(there)


# %% weighs_every_image points={}
# A weighted mean over the images: one divided by the size of its class.
def balanced_accuracy(predicted, labels):
    _, place, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return np.average(predicted == labels, weights=1 / counts[place])
