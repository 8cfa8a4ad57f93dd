# Wrong and unusual answers to the exercise `integrated_gradients`.


# %% begins_each_step_at_its_start points={"test_integrated_gradients": 0}
def integrated_gradients(weights, images, baselines, classes, steps):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    total = torch.zeros_like(x)
    for s in range(steps):
        point = (x0 + s / steps * (x - x0)).requires_grad_()
        score = head(body(point))[range(len(x)), classes].sum()
        total = total + torch.autograd.grad(score, point)[0]
    return ((x - x0) * total / steps).numpy()


# %% forgets_the_difference points={"test_integrated_gradients": 0}
def integrated_gradients(weights, images, baselines, classes, steps):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    total = torch.zeros_like(x)
    for s in range(steps):
        point = (x0 + (s + 0.5) / steps * (x - x0)).requires_grad_()
        score = head(body(point))[range(len(x)), classes].sum()
        total = total + torch.autograd.grad(score, point)[0]
    return (total / steps).numpy()


# %% multiplies_by_the_image points={"test_integrated_gradients": 0}
# Right for a baseline of zeros, and wrong for every other one.
def integrated_gradients(weights, images, baselines, classes, steps):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    total = torch.zeros_like(x)
    for s in range(steps):
        point = (x0 + (s + 0.5) / steps * (x - x0)).requires_grad_()
        score = head(body(point))[range(len(x)), classes].sum()
        total = total + torch.autograd.grad(score, point)[0]
    return (x * total / steps).numpy()


# %% asks_all_for_one_class points={"test_integrated_gradients": 0}
def integrated_gradients(weights, images, baselines, classes, steps):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    total = torch.zeros_like(x)
    for s in range(steps):
        point = (x0 + (s + 0.5) / steps * (x - x0)).requires_grad_()
        score = head(body(point))[:, classes[0]].sum()
        total = total + torch.autograd.grad(score, point)[0]
    return ((x - x0) * total / steps).numpy()


# %% adds_up_all_classes points={"test_integrated_gradients": 0}
# A list of classes as an index picks columns for every row.
def integrated_gradients(weights, images, baselines, classes, steps):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    total = torch.zeros_like(x)
    for s in range(steps):
        point = (x0 + (s + 0.5) / steps * (x - x0)).requires_grad_()
        score = head(body(point))[:, classes].sum()
        total = total + torch.autograd.grad(score, point)[0]
    return ((x - x0) * total / steps).numpy()


# %% takes_absolute_values points={"test_integrated_gradients": 0}
def integrated_gradients(weights, images, baselines, classes, steps):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    total = torch.zeros_like(x)
    for s in range(steps):
        point = (x0 + (s + 0.5) / steps * (x - x0)).requires_grad_()
        score = head(body(point))[range(len(x)), classes].sum()
        total = total + torch.autograd.grad(score, point)[0]
    return ((x - x0) * total / steps).abs().numpy()


# %% asks_for_the_probability points={"test_integrated_gradients": 0}
def integrated_gradients(weights, images, baselines, classes, steps):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    total = torch.zeros_like(x)
    for s in range(steps):
        point = (x0 + (s + 0.5) / steps * (x - x0)).requires_grad_()
        score = head(body(point)).softmax(1)[range(len(x)), classes].sum()
        total = total + torch.autograd.grad(score, point)[0]
    return ((x - x0) * total / steps).numpy()


# %% adds_up_without_dividing points={"test_integrated_gradients": 0}
def integrated_gradients(weights, images, baselines, classes, steps):
    body, head = in_torch(weights)
    x, x0 = (torch.tensor(a, dtype=torch.float32) for a in (images, baselines))
    total = torch.zeros_like(x)
    for s in range(steps):
        point = (x0 + (s + 0.5) / steps * (x - x0)).requires_grad_()
        score = head(body(point))[range(len(x)), classes].sum()
        total = total + torch.autograd.grad(score, point)[0]
    return ((x - x0) * total).numpy()


# %% second_solution points={}
# One image after the other, its way as one batch, in double precision.
def integrated_gradients(weights, images, baselines, classes, steps):
    w = [torch.tensor(np.asarray(a, float)) for a in weights]
    shares = []
    for image, baseline, k in zip(images, baselines, classes):
        way = np.asarray(image, float) - baseline
        a = (np.arange(steps) + 0.5).reshape(-1, 1, 1, 1) / steps
        points = torch.tensor(baseline + a * way, requires_grad=True)
        y = torch.conv2d(points, w[0], w[1], stride=2, padding=2).relu()
        y = torch.conv2d(y, w[2], w[3], stride=2, padding=1).relu().flatten(1)
        y = torch.nn.functional.linear(y, w[4], w[5]).relu()
        torch.nn.functional.linear(y, w[6], w[7])[:, int(k)].mean().backward()
        shares.append(way * points.grad.sum(0).numpy())
    return np.stack(shares)


# %% uses_keras points={}
def integrated_gradients(weights, images, baselines, classes, steps):
    import tensorflow as tf

    body, head = in_keras(weights)
    way = tf.constant(images - baselines, tf.float32)
    start = tf.constant(baselines, tf.float32)
    wanted = tf.one_hot(classes, len(weights[7]))
    total = tf.zeros_like(way)
    for s in range(steps):
        point = start + (s + 0.5) / steps * way
        with tf.GradientTape() as tape:
            tape.watch(point)
            score = tf.reduce_sum(head(body(point)) * wanted)
        total += tape.gradient(score, point)
    return way * total / steps


# %% differentiates_with_func points={}
def integrated_gradients(weights, images, baselines, classes, steps):
    body, head = in_torch(weights)
    classes = torch.as_tensor(np.asarray(classes))

    def score(x):
        return torch.gather(head(body(x)), 1, classes[:, None]).sum()

    x, x0 = torch.from_numpy(images).float(), torch.from_numpy(baselines).float()
    slopes = [torch.func.grad(score)(x0.lerp(x, (2 * s + 1) / (2 * steps))) for s in range(steps)]
    return (x - x0) * torch.stack(slopes).mean(0)
