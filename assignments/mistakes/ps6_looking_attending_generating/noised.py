# Wrong and unusual answers to the exercise `noised`.


# %% takes_beta_for_alpha_bar points={"test_noised": 0}
def noised(x_0, t, epsilon, beta):
    b = beta[t - 1].reshape(-1, *[1] * (x_0.ndim - 1))
    return np.sqrt(b) * x_0 + np.sqrt(1 - b) * epsilon


# %% takes_alpha_for_alpha_bar points={"test_noised": 0}
def noised(x_0, t, epsilon, beta):
    alpha = (1 - beta)[t - 1].reshape(-1, *[1] * (x_0.ndim - 1))
    return np.sqrt(alpha) * x_0 + np.sqrt(1 - alpha) * epsilon


# %% counts_times_from_zero points={"test_noised": 0}
def noised(x_0, t, epsilon, beta):
    bar = np.cumprod(1 - beta)
    bar = np.append(bar, bar[-1])[t].reshape(-1, *[1] * (x_0.ndim - 1))
    return np.sqrt(bar) * x_0 + np.sqrt(1 - bar) * epsilon


# %% forgets_the_roots points={"test_noised": 0}
def noised(x_0, t, epsilon, beta):
    bar = np.cumprod(1 - beta)[t - 1].reshape(-1, *[1] * (x_0.ndim - 1))
    return bar * x_0 + (1 - bar) * epsilon


# %% takes_the_first_time_for_all points={"test_noised": 0}
def noised(x_0, t, epsilon, beta):
    bar = np.cumprod(1 - beta)[t[0] - 1]
    return np.sqrt(bar) * x_0 + np.sqrt(1 - bar) * epsilon


# %% knows_three_axes points={"test_noised": 3}
def noised(x_0, t, epsilon, beta):
    bar = np.cumprod(1 - beta)[t - 1][:, None, None]
    if x_0.ndim == 2:
        bar = bar[..., 0]
    return np.sqrt(bar) * x_0 + np.sqrt(1 - bar) * epsilon


# %% adds_the_betas points={"test_noised": 0}
# Nearly right for small betas.
def noised(x_0, t, epsilon, beta):
    bar = (1 - np.cumsum(beta).clip(max=0.999))[t - 1].reshape(-1, *[1] * (x_0.ndim - 1))
    return np.sqrt(bar) * x_0 + np.sqrt(1 - bar) * epsilon


# %% second_solution points={}
# One image after the other, each one time after the other: noise that is added in steps.
def noised(x_0, t, epsilon, beta):
    images = []
    for image, time, noise in zip(x_0, t, epsilon):
        share = 1.0
        for b in beta[: int(time)]:
            share *= 1 - b
        images.append(image * share**0.5 + noise * (1 - share) ** 0.5)
    return np.array(images)


# %% turns_the_axes_round points={}
# The factors meet the last axis.
def noised(x_0, t, epsilon, beta):
    angle = np.arccos(np.exp(0.5 * np.cumsum(np.log1p(-beta))))[t - 1]
    return (np.cos(angle) * x_0.T + np.sin(angle) * epsilon.T).T


# %% asks_pytorch points={}
def noised(x_0, t, epsilon, beta):
    bar = (1 - torch.tensor(beta)).cumprod(0)[torch.tensor(t) - 1]
    bar = bar.view(-1, *[1] * (x_0.ndim - 1))
    return bar.sqrt() * torch.tensor(x_0) + (1 - bar).sqrt() * torch.tensor(epsilon)
