# Wrong and unusual answers to the exercise `step`.


# %% never_clips points={"test_step": 0, "test_last_step": 0}
# The step of the lecture, as it is.
def step(x, t, predicted, z, beta):
    bar = np.cumprod(1 - beta)[t - 1]
    b = beta[t - 1]
    mean = (x - b / np.sqrt(1 - bar) * predicted) / np.sqrt(1 - b)
    return mean + np.sqrt(b) * z if t > 1 else mean


# %% adds_noise_at_the_end points={"test_last_step": 0}
def step(x, t, predicted, z, beta):
    kept = np.append(1, np.cumprod(1 - beta))
    now, before, b = kept[t], kept[t - 1], beta[t - 1]
    image = np.clip((x - np.sqrt(1 - now) * predicted) / np.sqrt(now), -1, 1)
    mean = np.sqrt(before) * b * image + np.sqrt(1 - b) * (1 - before) * x
    return mean / (1 - now) + np.sqrt(b) * z


# %% takes_the_last_alpha_bar_at_the_end points={"test_last_step": 0}
# Index -1 is the last entry, not the one before the first.
def step(x, t, predicted, z, beta):
    kept = np.cumprod(1 - beta)
    now, before, b = kept[t - 1], kept[t - 2], beta[t - 1]
    image = np.clip((x - np.sqrt(1 - now) * predicted) / np.sqrt(now), -1, 1)
    mean = np.sqrt(before) * b * image + np.sqrt(1 - b) * (1 - before) * x
    return mean / (1 - now) + (np.sqrt(b) * z if t > 1 else 0)


# %% scales_the_noise_by_beta points={"test_step": 0}
def step(x, t, predicted, z, beta):
    kept = np.append(1, np.cumprod(1 - beta))
    now, before, b = kept[t], kept[t - 1], beta[t - 1]
    image = np.clip((x - np.sqrt(1 - now) * predicted) / np.sqrt(now), -1, 1)
    mean = np.sqrt(before) * b * image + np.sqrt(1 - b) * (1 - before) * x
    return mean / (1 - now) + (b * z if t > 1 else 0)


# %% adds_no_noise_at_all points={"test_step": 0}
def step(x, t, predicted, z, beta):
    kept = np.append(1, np.cumprod(1 - beta))
    now, before, b = kept[t], kept[t - 1], beta[t - 1]
    image = np.clip((x - np.sqrt(1 - now) * predicted) / np.sqrt(now), -1, 1)
    return (np.sqrt(before) * b * image + np.sqrt(1 - b) * (1 - before) * x) / (1 - now)


# %% stops_one_step_too_early points={"test_last_step": 0}
# No noise at t = 2 either would cost more: here the last step alone is left out.
def step(x, t, predicted, z, beta):
    if t == 1:
        return np.array(x)
    kept = np.append(1, np.cumprod(1 - beta))
    now, before, b = kept[t], kept[t - 1], beta[t - 1]
    image = np.clip((x - np.sqrt(1 - now) * predicted) / np.sqrt(now), -1, 1)
    mean = np.sqrt(before) * b * image + np.sqrt(1 - b) * (1 - before) * x
    return mean / (1 - now) + np.sqrt(b) * z


# %% clips_the_result points={"test_step": 0}
def step(x, t, predicted, z, beta):
    kept = np.append(1, np.cumprod(1 - beta))
    now, before, b = kept[t], kept[t - 1], beta[t - 1]
    image = (x - np.sqrt(1 - now) * predicted) / np.sqrt(now)
    mean = np.sqrt(before) * b * image + np.sqrt(1 - b) * (1 - before) * x
    return np.clip(mean / (1 - now) + (np.sqrt(b) * z if t > 1 else 0), -1, 1)


# %% counts_times_from_zero points={"test_step": 0, "test_last_step": 0}
def step(x, t, predicted, z, beta):
    kept = np.append(1, np.cumprod(1 - np.append(beta, beta[-1])))
    now, before, b = kept[t + 1], kept[t], np.append(beta, beta[-1])[t]
    image = np.clip((x - np.sqrt(1 - now) * predicted) / np.sqrt(now), -1, 1)
    mean = np.sqrt(before) * b * image + np.sqrt(1 - b) * (1 - before) * x
    return mean / (1 - now) + (np.sqrt(b) * z if t > 1 else 0)


# %% second_solution points={}
# Clips the noise instead, so that the image is in its range, then steps as the lecture does.
def step(x, t, predicted, z, beta):
    bar = 1.0
    for b in beta[:t]:
        bar = bar * (1 - b)
    image = (x - (1 - bar) ** 0.5 * predicted) / bar**0.5
    image = np.minimum(1.0, np.maximum(-1.0, image))
    noise = (x - bar**0.5 * image) / (1 - bar) ** 0.5
    result = (x - beta[t - 1] * noise / (1 - bar) ** 0.5) / (1 - beta[t - 1]) ** 0.5
    if t != 1:
        result = result + beta[t - 1] ** 0.5 * z
    return result


# %% asks_pytorch points={}
def step(x, t, predicted, z, beta):
    x, predicted, z, beta = (torch.tensor(np.asarray(a, float)) for a in (x, predicted, z, beta))
    bar = torch.cat([torch.ones(1), (1 - beta).cumprod(0)])
    image = ((x - (1 - bar[t]).sqrt() * predicted) / bar[t].sqrt()).clamp(-1, 1)
    first = bar[t - 1].sqrt() * beta[t - 1] / (1 - bar[t])
    second = (1 - beta[t - 1]).sqrt() * (1 - bar[t - 1]) / (1 - bar[t])
    return first * image + second * x + (t > 1) * beta[t - 1].sqrt() * z
