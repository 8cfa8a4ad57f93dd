# Wrong and unusual answers to the exercise `augment`.


# %% moves_all_alike points={"test_augment": 0}
# One shift for the whole batch.
def augment(images, most, seed):
    rng = np.random.default_rng(seed)
    height, width = images.shape[2:]
    padded = nn.functional.pad(images, (most,) * 4)
    result = []
    top, left = rng.integers(0, 2 * most + 1, size=2)
    for image in padded:
        part = image[:, top : top + height, left : left + width]
        result.append(part.flip(-1) if rng.integers(2) else part)
    return torch.stack(result)


# %% rolls points={"test_augment": 2}
# What leaves on the right comes in on the left.
def augment(images, most, seed):
    rng = np.random.default_rng(seed)
    result = []
    for image in images:
        down, right = rng.integers(-most, most + 1, size=2)
        part = image.roll((int(down), int(right)), (1, 2))
        result.append(part.flip(-1) if rng.integers(2) else part)
    return torch.stack(result)


# %% never_mirrors points={"test_augment": 10}
def augment(images, most, seed):
    rng = np.random.default_rng(seed)
    height, width = images.shape[2:]
    padded = nn.functional.pad(images, (most,) * 4)
    result = []
    for image in padded:
        top, left = rng.integers(0, 2 * most + 1, size=2)
        part = image[:, top : top + height, left : left + width]
        result.append(part)
    return torch.stack(result)


# %% turns_upside_down points={"test_augment": 2}
# Flips rows instead of columns.
def augment(images, most, seed):
    rng = np.random.default_rng(seed)
    height, width = images.shape[2:]
    padded = nn.functional.pad(images, (most,) * 4)
    result = []
    for image in padded:
        top, left = rng.integers(0, 2 * most + 1, size=2)
        part = image[:, top : top + height, left : left + width]
        result.append(part.flip(-2) if rng.integers(2) else part)
    return torch.stack(result)


# %% never_reaches_the_end points={"test_augment": 9}
# `integers` leaves out its upper end.
def augment(images, most, seed):
    rng = np.random.default_rng(seed)
    height, width = images.shape[2:]
    padded = nn.functional.pad(images, (most,) * 4)
    result = []
    for image in padded:
        top, left = rng.integers(0, max(2 * most, 1), size=2)
        part = image[:, top : top + height, left : left + width]
        result.append(part.flip(-1) if rng.integers(2) else part)
    return torch.stack(result)


# %% moves_along_the_diagonal points={"test_augment": 9}
# One number for both directions.
def augment(images, most, seed):
    rng = np.random.default_rng(seed)
    height, width = images.shape[2:]
    padded = nn.functional.pad(images, (most,) * 4)
    result = []
    for image in padded:
        top = left = rng.integers(0, 2 * most + 1)
        part = image[:, top : top + height, left : left + width]
        result.append(part.flip(-1) if rng.integers(2) else part)
    return torch.stack(result)


# %% forgets_the_seed points={"test_augment": 10}
def augment(images, most, seed):
    rng = np.random.default_rng()
    height, width = images.shape[2:]
    padded = nn.functional.pad(images, (most,) * 4)
    result = []
    for image in padded:
        top, left = rng.integers(0, 2 * most + 1, size=2)
        part = image[:, top : top + height, left : left + width]
        result.append(part.flip(-1) if rng.integers(2) else part)
    return torch.stack(result)


# %% mirrors_all points={"test_augment": 10}
def augment(images, most, seed):
    rng = np.random.default_rng(seed)
    height, width = images.shape[2:]
    padded = nn.functional.pad(images, (most,) * 4)
    result = []
    for image in padded:
        top, left = rng.integers(0, 2 * most + 1, size=2)
        part = image[:, top : top + height, left : left + width]
        result.append(part.flip(-1))
    return torch.stack(result)


# %% second_solution points={}
# From the release alone: into an array of zeros, by slices.
def augment(images, most, seed):
    rng = np.random.default_rng(seed)
    result = torch.zeros_like(images)
    height, width = images.shape[-2:]
    for n, image in enumerate(images):
        if rng.random() < 0.5:
            image = torch.flip(image, [2])
        a, b = rng.integers(-most, most, endpoint=True, size=2)
        to = slice(max(a, 0), height + min(a, 0)), slice(max(b, 0), width + min(b, 0))
        of = slice(max(-a, 0), height + min(-a, 0)), slice(max(-b, 0), width + min(-b, 0))
        result[n, :, to[0], to[1]] = image[:, of[0], of[1]]
    return result


# %% draws_all_at_once points={}
# Shifts as products with matrices of one diagonal, all images together.
def augment(images, most, seed):
    rng = np.random.default_rng(seed)
    x = np.asarray(images, dtype=np.float32)
    n, _, h, w = x.shape
    rows, columns = rng.integers(-most, most + 1, size=(2, n))
    up = np.stack([np.eye(h, k=-r, dtype=np.float32) for r in rows])
    side = np.stack([np.eye(w, k=-c, dtype=np.float32) for c in columns])
    moved = up[:, None] @ x @ side.swapaxes(1, 2)[:, None]
    mirrored = rng.integers(0, 2, n).astype(bool)
    moved[mirrored] = moved[mirrored][..., ::-1]
    return torch.tensor(moved)
