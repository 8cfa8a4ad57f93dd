# Wrong and unusual answers to the exercise `ideal_image`.


# %% forgets_the_two points={"test_ideal_image": 0}
def ideal_image(x, t, data, beta):
    bar = np.prod(1 - beta[:t])
    flat = data.reshape(len(data), -1)
    d = ((x.reshape(len(x), 1, -1) - bar**0.5 * flat) ** 2).sum(2) / (1 - bar)
    p = np.exp(d.min(1, keepdims=True) - d)
    return (p / p.sum(1, keepdims=True) @ flat).reshape(x.shape)


# %% compares_with_the_images_as_they_are points={"test_ideal_image": 0}
def ideal_image(x, t, data, beta):
    bar = np.prod(1 - beta[:t])
    flat = data.reshape(len(data), -1)
    d = ((x.reshape(len(x), 1, -1) - flat) ** 2).sum(2) / (2 * (1 - bar))
    p = np.exp(d.min(1, keepdims=True) - d)
    return (p / p.sum(1, keepdims=True) @ flat).reshape(x.shape)


# %% takes_the_nearest points={"test_ideal_image": 0}
def ideal_image(x, t, data, beta):
    bar = np.prod(1 - beta[:t])
    flat = data.reshape(len(data), -1)
    d = ((x.reshape(len(x), 1, -1) - bar**0.5 * flat) ** 2).sum(2)
    return data[d.argmin(1)]


# %% underflows points={"test_ideal_image": 5}
def ideal_image(x, t, data, beta):
    bar = np.prod(1 - beta[:t])
    flat = data.reshape(len(data), -1)
    p = np.exp(-((x.reshape(len(x), 1, -1) - bar**0.5 * flat) ** 2).sum(2) / (2 * (1 - bar)))
    return (p / p.sum(1, keepdims=True) @ flat).reshape(x.shape)


# %% normalises_over_the_questions points={"test_ideal_image": 0}
def ideal_image(x, t, data, beta):
    bar = np.prod(1 - beta[:t])
    flat = data.reshape(len(data), -1)
    d = ((x.reshape(len(x), 1, -1) - bar**0.5 * flat) ** 2).sum(2) / (2 * (1 - bar))
    p = np.exp(d.min(0) - d)
    return (p / p.sum(0) @ flat).reshape(x.shape)


# %% takes_beta_for_alpha_bar points={"test_ideal_image": 3}
def ideal_image(x, t, data, beta):
    bar = 1 - beta[t - 1]
    flat = data.reshape(len(data), -1)
    d = ((x.reshape(len(x), 1, -1) - bar**0.5 * flat) ** 2).sum(2) / (2 * (1 - bar))
    p = np.exp(d.min(1, keepdims=True) - d)
    return (p / p.sum(1, keepdims=True) @ flat).reshape(x.shape)


# %% gives_flat_images points={"test_ideal_image": 3}
def ideal_image(x, t, data, beta):
    bar = np.prod(1 - beta[:t])
    flat = data.reshape(len(data), -1)
    d = ((x.reshape(len(x), 1, -1) - bar**0.5 * flat) ** 2).sum(2) / (2 * (1 - bar))
    p = np.exp(d.min(1, keepdims=True) - d)
    return p / p.sum(1, keepdims=True) @ flat


# %% second_solution points={}
# One image after the other, all of its distances at once.
def ideal_image(x, t, data, beta):
    bar = np.cumprod(1 - np.asarray(beta))[t - 1]
    axes = tuple(range(1, data.ndim))
    result = np.zeros(x.shape)
    for n in range(len(x)):
        exponents = -np.sum((x[n] - np.sqrt(bar) * data) ** 2, axis=axes) / 2 / (1 - bar)
        p = np.exp(exponents - np.max(exponents))
        p = p / np.sum(p)
        for i in range(len(data)):
            result[n] += p[i] * data[i]
    return result


# %% attends points={}
# As attention: the squares of x are the same for all keys, and a softmax does not see them.
def ideal_image(x, t, data, beta):
    bar = float(np.prod(1 - beta[:t]))
    keys = torch.tensor(data).flatten(1)
    scores = torch.tensor(x).flatten(1) @ keys.T * bar**0.5 - bar / 2 * (keys**2).sum(1)
    return ((scores / (1 - bar)).softmax(1) @ keys).reshape(x.shape)


# %% halves_the_collection points={}
# By recursion: two means become one, and logarithms of weights never underflow.
def ideal_image(x, t, data, beta):
    left = 1.0
    for b in beta[:t]:
        left *= 1 - b

    def halves(images):
        if len(images) == 1:
            far = ((x - left**0.5 * images[0]) ** 2).reshape(len(x), -1).sum(1)
            return np.broadcast_to(images[0], x.shape), -far / (2 - 2 * left)
        middle = len(images) // 2
        (one, a), (other, b) = halves(images[:middle]), halves(images[middle:])
        both = np.logaddexp(a, b)
        share = np.exp(a - both).reshape(-1, *[1] * (x.ndim - 1))
        return share * one + (1 - share) * other, both

    return halves(data)[0]
