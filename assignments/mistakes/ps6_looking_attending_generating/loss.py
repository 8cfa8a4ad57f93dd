# Wrong and unusual answers to the exercise `loss`.


# %% takes_the_image_for_the_noise points={"test_loss": 0}
def loss(predict, x_t, t, epsilon, beta):
    return np.mean((epsilon - predict(x_t, t)) ** 2)


# %% adds_up_the_batch points={"test_loss": 0}
def loss(predict, x_t, t, epsilon, beta):
    bar = np.cumprod(1 - beta)[t - 1].reshape(-1, *[1] * (x_t.ndim - 1))
    noise = (x_t - np.sqrt(bar) * predict(x_t, t)) / np.sqrt(1 - bar)
    return np.sum((epsilon - noise) ** 2)


# %% compares_images points={"test_loss": 0}
# The error of the image that was there, which weights the times otherwise.
def loss(predict, x_t, t, epsilon, beta):
    bar = np.cumprod(1 - beta)[t - 1].reshape(-1, *[1] * (x_t.ndim - 1))
    image = (x_t - np.sqrt(1 - bar) * epsilon) / np.sqrt(bar)
    return np.mean((image - predict(x_t, t)) ** 2)


# %% forgets_to_divide points={"test_loss": 0}
def loss(predict, x_t, t, epsilon, beta):
    bar = np.cumprod(1 - beta)[t - 1].reshape(-1, *[1] * (x_t.ndim - 1))
    return np.mean((epsilon - (x_t - np.sqrt(bar) * predict(x_t, t))) ** 2)


# %% takes_alpha_for_alpha_bar points={"test_loss": 0}
def loss(predict, x_t, t, epsilon, beta):
    alpha = (1 - beta)[t - 1].reshape(-1, *[1] * (x_t.ndim - 1))
    noise = (x_t - np.sqrt(alpha) * predict(x_t, t)) / np.sqrt(1 - alpha)
    return np.mean((epsilon - noise) ** 2)


# %% asks_for_each_image points={"test_loss": 0}
# A network may look at the whole batch: batch normalisation does in training.
def loss(predict, x_t, t, epsilon, beta):
    bar, errors = np.cumprod(1 - beta), []
    for n in range(len(x_t)):
        b = bar[t[n] - 1]
        image = np.asarray(predict(x_t[n : n + 1], t[n : n + 1]))[0]
        errors.append(np.mean((epsilon[n] - (x_t[n] - b**0.5 * image) / (1 - b) ** 0.5) ** 2))
    return np.mean(errors)


# %% knows_three_axes points={"test_loss": 4}
def loss(predict, x_t, t, epsilon, beta):
    bar = np.cumprod(1 - beta)[t - 1][:, None, None]
    if x_t.ndim == 2:
        bar = bar[..., 0]
    noise = (x_t - np.sqrt(bar) * predict(x_t, t)) / np.sqrt(1 - bar)
    return np.mean((epsilon - noise) ** 2)


# %% second_solution points={}
# The errors of the images, times the root of signal to noise: the same without x_t.
def loss(predict, x_t, t, epsilon, beta):
    guess = np.asarray(predict(x_t, t), dtype=float)
    total, count = 0.0, 0
    for n, time in enumerate(t):
        bar = float(np.prod(1 - beta[:time]))
        truth = (x_t[n] - (1 - bar) ** 0.5 * epsilon[n]) / bar**0.5
        error = (guess[n] - truth) * (bar / (1 - bar)) ** 0.5
        total += float((error**2).sum())
        count += error.size
    return total / count


# %% asks_pytorch points={}
def loss(predict, x_t, t, epsilon, beta):
    bar = torch.cumprod(1 - torch.tensor(beta), 0)[torch.tensor(t) - 1]
    bar = bar.reshape(-1, *[1] * (x_t.ndim - 1))
    image = torch.tensor(np.array(predict(x_t, t)))
    noise = (torch.tensor(x_t) - bar.sqrt() * image) * (1 - bar).rsqrt()
    return torch.nn.functional.mse_loss(noise, torch.tensor(epsilon)).item()


# %% names_what_it_gives points={}
# The mean of the means of images, which are equally large; the network is called by names.
def loss(predict, x_t, t, epsilon, beta):
    images, errors = np.array(predict(x_t=x_t, t=t)), []
    for x, image, time, e in zip(x_t, images, t, epsilon):
        left = np.exp(np.log1p(-beta[:time]).sum())
        errors.append(((e - (x - left**0.5 * image) / (1 - left) ** 0.5) ** 2).mean())
    return sum(errors) / len(errors)
