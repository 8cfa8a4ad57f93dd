# Wrong and unusual answers to the exercise `loss_and_gradients`.


# %% forgets_the_relu points={"test_loss_and_gradients": 4}
def loss_and_gradients(parameters, images, labels):
    values = forward(parameters, images)
    loss, d = softmax_loss(values["logits"], labels)
    dpool = (d @ parameters["weight"].T).reshape(values["pool"].shape)
    dconv = max_pool_backward(values["relu"], dpool)
    _, dfilters, dbias = conv_backward(images, parameters["filters"], dconv, padding=1)
    dweight = values["flat"].T @ d
    return loss, {"filters": dfilters, "bias": dbias, "weight": dweight, "offset": d.sum(axis=0)}


# %% forgets_the_padding points={"test_loss_and_gradients": 4}
def loss_and_gradients(parameters, images, labels):
    values = forward(parameters, images)
    loss, d = softmax_loss(values["logits"], labels)
    dpool = (d @ parameters["weight"].T).reshape(values["pool"].shape)
    dconv = max_pool_backward(values["relu"], dpool) * (values["relu"] > 0)
    inner = dconv[:, :, 1:-1, 1:-1]
    _, dfilters, dbias = conv_backward(images, parameters["filters"], inner)
    dweight = values["flat"].T @ d
    return loss, {"filters": dfilters, "bias": dbias, "weight": dweight, "offset": d.sum(axis=0)}


# %% spreads_what_was_pooled points={"test_loss_and_gradients": 4}
# Every pixel of a window gets the gradient of its largest.
def loss_and_gradients(parameters, images, labels):
    values = forward(parameters, images)
    loss, d = softmax_loss(values["logits"], labels)
    dpool = (d @ parameters["weight"].T).reshape(values["pool"].shape)
    dconv = dpool.repeat(2, axis=2).repeat(2, axis=3) * (values["relu"] > 0)
    _, dfilters, dbias = conv_backward(images, parameters["filters"], dconv, padding=1)
    dweight = values["flat"].T @ d
    return loss, {"filters": dfilters, "bias": dbias, "weight": dweight, "offset": d.sum(axis=0)}


# %% averages_the_offset points={"test_loss_and_gradients": 0, "test_train": 5}
def loss_and_gradients(parameters, images, labels):
    values = forward(parameters, images)
    loss, d = softmax_loss(values["logits"], labels)
    dpool = (d @ parameters["weight"].T).reshape(values["pool"].shape)
    dconv = max_pool_backward(values["relu"], dpool) * (values["relu"] > 0)
    _, dfilters, dbias = conv_backward(images, parameters["filters"], dconv, padding=1)
    dweight = values["flat"].T @ d
    return loss, {"filters": dfilters, "bias": dbias, "weight": dweight, "offset": d.mean(axis=0)}


# %% trains_the_dense_layer_only points={"test_loss_and_gradients": 4}
def loss_and_gradients(parameters, images, labels):
    values = forward(parameters, images)
    loss, d = softmax_loss(values["logits"], labels)
    gradients = {name: np.zeros(value.shape) for name, value in parameters.items()}
    return loss, gradients | {"weight": values["flat"].T @ d, "offset": d.sum(axis=0)}


# %% divides_the_dense_layer_once_more points={"test_loss_and_gradients": 6}
def loss_and_gradients(parameters, images, labels):
    values = forward(parameters, images)
    loss, d = softmax_loss(values["logits"], labels)
    dpool = (d @ parameters["weight"].T).reshape(values["pool"].shape)
    dconv = max_pool_backward(values["relu"], dpool) * (values["relu"] > 0)
    _, dfilters, dbias = conv_backward(images, parameters["filters"], dconv, padding=1)
    dweight = values["flat"].T @ d / len(labels)
    return loss, {"filters": dfilters, "bias": dbias, "weight": dweight, "offset": d.sum(axis=0)}


# %% second_solution points={}
# From the release alone: the graph backwards, a dictionary of gradients for every value on the way.
def loss_and_gradients(parameters, images, labels):
    values, d = forward(parameters, images), {}
    loss, d["logits"] = softmax_loss(values["logits"], labels)
    d["flat"] = np.dot(d["logits"], parameters["weight"].T)
    d["pool"] = d["flat"].reshape(values["pool"].shape)
    d["relu"] = max_pool_backward(values["relu"], d["pool"], size=2, stride=2)
    d["conv"] = np.where(values["conv"] > 0, d["relu"], 0)
    found = conv_backward(images, parameters["filters"], d["conv"], stride=1, padding=1)
    weight = np.einsum("ni,nk->ik", values["flat"], d["logits"])
    gradients = {"offset": np.einsum("nk->k", d["logits"]), "weight": weight}
    gradients["filters"], gradients["bias"] = found[1], found[2]
    return loss, gradients


# %% goes_image_by_image points={}
# The mean of what each image says alone.
def loss_and_gradients(parameters, images, labels):
    total, sums = 0.0, {name: np.zeros(value.shape) for name, value in parameters.items()}
    for image, label in zip(images, labels):
        values = forward(parameters, image[None])
        loss, d = softmax_loss(values["logits"], np.array([label]))
        dpool = (parameters["weight"] @ d[0]).reshape(values["pool"].shape)
        dconv = max_pool_backward(values["relu"], dpool) * np.sign(values["relu"])
        _, dfilters, dbias = conv_backward(image[None], parameters["filters"], dconv, padding=1)
        parts = (dfilters, dbias, np.outer(values["flat"][0], d[0]), np.asarray(d[0]))
        for name, part in zip(("filters", "bias", "weight", "offset"), parts):
            sums[name] += part
        total += loss
    return total / len(labels), {name: value / len(labels) for name, value in sums.items()}
