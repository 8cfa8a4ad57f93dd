# Wrong and unusual answers to the exercise `match_template`.


# %% does_not_normalise points={"test_match_template": 0, "test_match_template_light": 0}
# Plain correlation: largest where the picture is bright.
def match_template(image, template):
    windows = np.lib.stride_tricks.sliding_window_view(image, template.shape)
    return np.sum(windows * template, axis=(2, 3))


# %% keeps_the_means points={"test_match_template": 0, "test_match_template_light": 0}
# Divides by the lengths, but forgets to subtract the means (cosine similarity).
def match_template(image, template):
    windows = np.lib.stride_tricks.sliding_window_view(image, template.shape)
    lengths = np.sqrt(np.sum(windows**2, axis=(2, 3)) * np.sum(template**2))
    return np.sum(windows * template, axis=(2, 3)) / lengths


# %% subtracts_the_means_of_the_whole_image points={"test_match_template": 0, "test_match_template_light": 0}
def match_template(image, template):
    windows = np.lib.stride_tricks.sliding_window_view(image - image.mean(), template.shape)
    t = template - template.mean()
    lengths = np.sqrt(np.sum(windows**2, axis=(2, 3)) * np.sum(t**2))
    return np.sum(windows * t, axis=(2, 3)) / np.maximum(lengths, 1e-12)


# %% divides_by_zero points={"test_match_template_light": 3}
# Right wherever something is to be seen; nan in windows of one colour.
def match_template(image, template):
    t = template - template.mean()
    result = np.zeros([a - b + 1 for a, b in zip(image.shape, template.shape)])
    for i, j in np.ndindex(*result.shape):
        p = image[i : i + template.shape[0], j : j + template.shape[1]]
        p = np.zeros_like(p) if p.min() == p.max() else p - p.mean()
        result[i, j] = np.sum(p * t) / np.sqrt(np.sum(p**2) * np.sum(t**2))
    return result


# %% hides_weak_contrast points={"test_match_template_light": 3}
# Takes every window with little contrast for one of a single colour.
def match_template(image, template):
    t = (template - template.mean()) / template.std()
    result = np.zeros([a - b + 1 for a, b in zip(image.shape, template.shape)])
    for i, j in np.ndindex(*result.shape):
        p = image[i : i + template.shape[0], j : j + template.shape[1]]
        if p.std() > 0.05:
            result[i, j] = np.mean((p - p.mean()) / p.std() * t)
    return result


# %% changes_the_template points={"test_match_template": 0}
# Right numbers, but the caller's template loses its mean.
def match_template(image, template):
    template -= template.mean()
    result = np.zeros([a - b + 1 for a, b in zip(image.shape, template.shape)])
    for i, j in np.ndindex(*result.shape):
        p = image[i : i + template.shape[0], j : j + template.shape[1]]
        if p.min() < p.max():
            p = p - p.mean()
            result[i, j] = np.sum(p * template) / np.sqrt(np.sum(p**2) * np.sum(template**2))
    return result


# %% asks_numpy points={}
# Right: NumPy's correlation coefficient, window by window.
def match_template(image, template):
    result = np.zeros([a - b + 1 for a, b in zip(image.shape, template.shape)])
    for i, j in np.ndindex(*result.shape):
        p = image[i : i + template.shape[0], j : j + template.shape[1]]
        if np.ptp(p) > 0:
            result[i, j] = np.corrcoef(p.ravel(), template.ravel())[0, 1]
    return result


# %% second_solution points={}
# Right: from the release alone; windows as rows of a matrix, flat ones set to 0 at the end.
def match_template(image, template):
    h, w = template.shape
    rows, columns = image.shape[0] - h + 1, image.shape[1] - w + 1
    windows = [image[i : i + h, j : j + w].ravel() for i in range(rows) for j in range(columns)]
    windows = np.array(windows, dtype=float)
    flat = windows.max(axis=1) == windows.min(axis=1)
    p = windows - windows.mean(axis=1, keepdims=True)
    t = template.ravel() - template.mean()
    lengths = np.linalg.norm(p, axis=1) * np.linalg.norm(t)
    r = p @ t / np.where(flat, 1, lengths)
    r[flat] = 0
    return r.reshape(rows, columns)
