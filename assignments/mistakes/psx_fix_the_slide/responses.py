# Wrong and unusual answers to the exercise `responses`.


# %% cuts_off points={"test_responses": 0}
# As on the slide.
def responses(image, pattern, digits=2):
    windows = np.lib.stride_tricks.sliding_window_view(image, pattern.shape)
    return np.floor((windows * pattern).mean(axis=(2, 3)) * 10**digits) / 10**digits


# %% does_not_round points={"test_responses": 0}
def responses(image, pattern, digits=2):
    windows = np.lib.stride_tricks.sliding_window_view(image, pattern.shape)
    return (windows * pattern).mean(axis=(2, 3))


# %% adds_up points={"test_responses": 0}
def responses(image, pattern, digits=2):
    windows = np.lib.stride_tricks.sliding_window_view(image, pattern.shape)
    return np.round((windows * pattern).sum(axis=(2, 3)), digits)


# %% always_gives_two_digits points={"test_responses": 5}
def responses(image, pattern, digits=2):
    windows = np.lib.stride_tricks.sliding_window_view(image, pattern.shape)
    return np.round((windows * pattern).mean(axis=(2, 3)), 2)


# %% turns_the_pattern points={"test_responses": 3}
def responses(image, pattern, digits=2):
    windows = np.lib.stride_tricks.sliding_window_view(image, pattern.shape)
    return np.round((windows * pattern[::-1, ::-1]).mean(axis=(2, 3)), digits)


# %% rounds_up points={"test_responses": 0}
def responses(image, pattern, digits=2):
    windows = np.lib.stride_tricks.sliding_window_view(image, pattern.shape)
    return np.ceil((windows * pattern).mean(axis=(2, 3)) * 10**digits) / 10**digits


# %% divides_by_nine points={"test_responses": 3}
# Right for 3x3.
def responses(image, pattern, digits=2):
    windows = np.lib.stride_tricks.sliding_window_view(image, pattern.shape)
    return np.round((windows * pattern).sum(axis=(2, 3)) / 9, digits)


# %% second_solution points={}
# From the release alone: place by place, with Python's `round`.
def responses(image, pattern, digits=2):
    h, w = pattern.shape
    rows = []
    for i in range(len(image) - h + 1):
        row = []
        for j in range(len(image[0]) - w + 1):
            total = np.sum(image[i : i + h, j : j + w] * pattern)
            row.append(round(float(total) / (h * w), digits))
        rows.append(row)
    return rows


# %% formats_numbers points={}
# Text rounds as well.
def responses(image, pattern, digits=2):
    h, w = pattern.shape
    shape = image.shape[0] - h + 1, image.shape[1] - w + 1
    y = np.zeros(shape, np.float32)
    for place in np.ndindex(*shape):
        i, j = place
        y[place] = float(f"{np.vdot(image[i : i + h, j : j + w], pattern) / pattern.size:.{digits}f}")
    return y
