# Wrong and unusual answers to the exercise `patch_embedding`.


# %% reshapes_at_once points={"test_patch_embedding": 0}
def patch_embedding(images, size, weight, bias, first, positions):
    n, h, w, c = images.shape
    if h % size or w % size:
        raise ValueError("does not fit")
    tokens = images.reshape(n, -1, size * size * c) @ weight + bias
    front = np.tile(first, (n, 1, 1))
    return np.concatenate([front, tokens], 1) + positions


# %% goes_column_by_column points={"test_patch_embedding": 0}
def patch_embedding(images, size, weight, bias, first, positions):
    n, h, w, c = images.shape
    if h % size or w % size:
        raise ValueError("does not fit")
    cut = images.reshape(n, h // size, size, w // size, size, c).transpose(0, 3, 1, 2, 4, 5)
    tokens = cut.reshape(n, -1, size * size * c) @ weight + bias
    return np.concatenate([np.tile(first, (n, 1, 1)), tokens], 1) + positions


# %% flattens_the_channel_first points={"test_patch_embedding": 3}
# Right for grey images.
def patch_embedding(images, size, weight, bias, first, positions):
    n, h, w, c = images.shape
    if h % size or w % size:
        raise ValueError("does not fit")
    cut = images.reshape(n, h // size, size, w // size, size, c).transpose(0, 1, 3, 5, 2, 4)
    tokens = cut.reshape(n, -1, size * size * c) @ weight + bias
    return np.concatenate([np.tile(first, (n, 1, 1)), tokens], 1) + positions


# %% puts_the_token_last points={"test_patch_embedding": 0}
def patch_embedding(images, size, weight, bias, first, positions):
    n, h, w, c = images.shape
    if h % size or w % size:
        raise ValueError("does not fit")
    cut = images.reshape(n, h // size, size, w // size, size, c).swapaxes(2, 3)
    tokens = cut.reshape(n, -1, size * size * c) @ weight + bias
    return np.concatenate([tokens, np.tile(first, (n, 1, 1))], 1) + positions


# %% adds_the_bias_to_the_first_token points={"test_patch_embedding": 0}
def patch_embedding(images, size, weight, bias, first, positions):
    n, h, w, c = images.shape
    if h % size or w % size:
        raise ValueError("does not fit")
    cut = images.reshape(n, h // size, size, w // size, size, c).swapaxes(2, 3)
    tokens = cut.reshape(n, -1, size * size * c) @ weight
    return np.concatenate([np.tile(first, (n, 1, 1)), tokens], 1) + bias + positions


# %% cuts_off_what_does_not_fit points={"test_patch_embedding": 5}
def patch_embedding(images, size, weight, bias, first, positions):
    rows, columns = images.shape[1] // size, images.shape[2] // size
    tokens = [np.tile(first, (len(images), 1))]
    for a in range(rows):
        for b in range(columns):
            patch = images[:, a * size : (a + 1) * size, b * size : (b + 1) * size]
            tokens.append(patch.reshape(len(images), -1) @ weight + bias)
    return np.stack(tokens, 1) + positions[: len(tokens)]


# %% forgets_the_positions points={"test_patch_embedding": 0}
def patch_embedding(images, size, weight, bias, first, positions):
    n, h, w, c = images.shape
    if h % size or w % size:
        raise ValueError("does not fit")
    cut = images.reshape(n, h // size, size, w // size, size, c).swapaxes(2, 3)
    tokens = cut.reshape(n, -1, size * size * c) @ weight + bias
    return np.concatenate([np.tile(first, (n, 1, 1)), tokens], 1)


# %% second_solution points={}
# Loops over images and places, into an array made before.
def patch_embedding(images, size, weight, bias, first, positions):
    count, h, w, _ = np.shape(images)
    if h % size != 0 or w % size != 0:
        raise ValueError(f"{h}x{w} cannot be cut into squares of {size}")
    result = np.zeros((count, len(positions), len(first)), dtype=np.result_type(images, weight))
    for n in range(count):
        result[n, 0] = first
        t = 1
        for top in range(0, h, size):
            for left in range(0, w, size):
                pixels = images[n, top : top + size, left : left + size, :].flatten()
                result[n, t] = np.dot(pixels, weight) + bias
                t += 1
        result[n] += positions
    return result


# %% asks_pytorch_to_unfold points={}
def patch_embedding(images, size, weight, bias, first, positions):
    n, h, w, c = images.shape
    if max(h % size, w % size):
        raise ValueError("does not fit")
    x = torch.from_numpy(images).permute(0, 3, 1, 2)
    flat = torch.nn.functional.unfold(x, size, stride=size).transpose(1, 2)
    flat = flat.reshape(n, -1, c, size * size).transpose(2, 3).flatten(2)
    tokens = flat @ torch.from_numpy(weight) + torch.from_numpy(bias)
    front = torch.from_numpy(first).expand(n, 1, -1)
    return torch.cat([front, tokens], 1) + torch.from_numpy(positions)


# %% looks_through_windows points={}
def patch_embedding(images, size, weight, bias, first, positions):
    if images.shape[1] % size or images.shape[2] % size:
        raise ValueError("does not fit")
    view = np.lib.stride_tricks.sliding_window_view(images, (size, size), axis=(1, 2))
    kernel = weight.reshape(size, size, images.shape[3], -1)
    tokens = np.einsum("nabcij,ijcd->nabd", view[:, ::size, ::size], kernel)
    tokens = tokens.reshape(len(images), -1, tokens.shape[-1]) + bias + positions[1:]
    return np.insert(tokens, 0, first + positions[0], axis=1)


# %% convolves points={}
# The disguise taken seriously: a strided convolution.
def patch_embedding(images, size, weight, bias, first, positions):
    if any(side % size for side in images.shape[1:3]):
        raise ValueError("patches do not fit")
    images, weight, bias, first, positions = (
        torch.tensor(np.array(each), dtype=torch.float64)
        for each in (images, weight, bias, first, positions)
    )
    kernel = weight.T.unflatten(1, (size, size, -1)).permute(0, 3, 1, 2)
    maps = torch.conv2d(images.movedim(3, 1), kernel, bias, stride=size)
    front = first.expand(len(images), 1, -1)
    return torch.cat([front, maps.flatten(2).mT], dim=1).add_(positions)
