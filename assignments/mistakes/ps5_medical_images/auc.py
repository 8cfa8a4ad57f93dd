# Wrong and unusual answers to the exercise `auc`.


# %% forgets_equal_scores points={"test_auc": 9}
def auc(scores, truth):
    ill, healthy = scores[truth == 1], scores[truth == 0]
    if ill.size == 0 or healthy.size == 0:
        raise ValueError("nothing to compare")
    return ((ill[:, None] > healthy)).mean()


# %% takes_equal_scores_for_right points={"test_auc": 9}
def auc(scores, truth):
    ill, healthy = scores[truth == 1], scores[truth == 0]
    if ill.size == 0 or healthy.size == 0:
        raise ValueError("nothing to compare")
    return (ill[:, None] >= healthy).mean()


# %% compares_the_other_way points={"test_auc": 0}
def auc(scores, truth):
    ill, healthy = scores[truth == 1], scores[truth == 0]
    if ill.size == 0 or healthy.size == 0:
        raise ValueError("nothing to compare")
    return ((ill[:, None] < healthy) + (ill[:, None] == healthy) / 2).mean()


# %% gives_nan_where_there_is_nothing points={"test_auc": 11}
def auc(scores, truth):
    ill, healthy = scores[truth == 1], scores[truth == 0]
    return ((ill[:, None] > healthy) + (ill[:, None] == healthy) / 2).mean()


# %% gives_the_accuracy points={"test_auc": 3}
def auc(scores, truth):
    ill, healthy = scores[truth == 1], scores[truth == 0]
    if ill.size == 0 or healthy.size == 0:
        raise ValueError("nothing to compare")
    return np.mean((scores > 0.5) == truth)


# %% counts_pairs points={"test_auc": 0}
def auc(scores, truth):
    ill, healthy = scores[truth == 1], scores[truth == 0]
    if ill.size == 0 or healthy.size == 0:
        raise ValueError("nothing to compare")
    return ((ill[:, None] > healthy) + (ill[:, None] == healthy) / 2).sum()


# %% looks_for_ill_images_only points={"test_auc": 11}
def auc(scores, truth):
    ill, healthy = scores[truth == 1], scores[truth == 0]
    if ill.size == 0:
        raise ValueError("nothing to compare")
    return ((ill[:, None] > healthy) + (ill[:, None] == healthy) / 2).mean()


# %% second_solution points={}
# From the release alone: two loops.
def auc(scores, truth):
    pairs, points = 0, 0.0
    for a, ill in zip(scores, truth):
        for b, other in zip(scores, truth):
            if ill == 1 and other == 0:
                pairs += 1
                points += 1.0 if a > b else 0.5 if a == b else 0.0
    if pairs == 0:
        raise ValueError("the AUC needs images of both kinds")
    return points / pairs


# %% adds_ranks points={}
# Mann and Whitney: from the ranks of the ill; equal scores share theirs.
def auc(scores, truth):
    ill = int((truth == 1).sum())
    healthy = len(truth) - ill
    if not ill or not healthy:
        raise ValueError("one kind only")
    ordered = np.sort(scores)
    first, last = np.searchsorted(ordered, scores), np.searchsorted(ordered, scores, side="right")
    ranks = (first + 1 + last) / 2
    return (ranks[truth == 1].sum() - ill * (ill + 1) / 2) / (ill * healthy)
