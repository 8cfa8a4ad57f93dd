# Wrong and unusual answers to the exercise `left_over`.


# %% turns_the_sign points={"test_left_over": 0}
def left_over(weights, images, baselines, classes, shares):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    rise = (head(body(x)) - head(body(x0)))[range(len(x)), classes].numpy()
    return rise - shares.sum((1, 2, 3))


# %% takes_the_absolute_value points={"test_left_over": 0}
def left_over(weights, images, baselines, classes, shares):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    rise = (head(body(x)) - head(body(x0)))[range(len(x)), classes].numpy()
    return abs(shares.sum((1, 2, 3)) - rise)


# %% forgets_the_baseline points={"test_left_over": 0}
def left_over(weights, images, baselines, classes, shares):
    body, head = in_torch(weights)
    x = torch.tensor(images, dtype=torch.float32)
    return shares.sum((1, 2, 3)) - head(body(x))[range(len(x)), classes].numpy()


# %% averages_the_shares points={"test_left_over": 0}
def left_over(weights, images, baselines, classes, shares):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    rise = (head(body(x)) - head(body(x0)))[range(len(x)), classes].numpy()
    return shares.mean((1, 2, 3)) - rise


# %% gives_one_number_for_all points={"test_left_over": 0}
def left_over(weights, images, baselines, classes, shares):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    rise = (head(body(x)) - head(body(x0)))[range(len(x)), classes].numpy()
    return shares.sum() - rise.sum()


# %% second_solution points={}
# A list, one image after the other.
def left_over(weights, images, baselines, classes, shares):
    body, head = in_torch(weights)
    result = []
    for n in range(len(images)):
        pair = torch.tensor(np.stack([images[n], baselines[n]]), dtype=torch.float32)
        logits = head(body(pair))[:, int(classes[n])]
        result.append(float(np.sum(shares[n])) - float(logits[0] - logits[1]))
    return result


# %% uses_keras points={}
def left_over(weights, images, baselines, classes, shares):
    import keras

    body, head = in_keras(weights)
    both = keras.ops.convert_to_tensor(np.concatenate([images, baselines]), "float32")
    logits = head(body(both)).numpy()
    rise = np.take_along_axis(logits[: len(images)] - logits[len(images) :], classes[:, None], 1)
    return shares.reshape(len(shares), -1).sum(1) - rise[:, 0]
