# Wrong and unusual answers to the exercise `grad_cam`.


# %% forgets_the_relu points={"test_grad_cam": 0}
def grad_cam(weights, images, classes):
    body, head = in_torch(weights)
    maps = body(torch.tensor(images, dtype=torch.float32)).requires_grad_()
    slope = torch.autograd.grad(head(maps)[range(len(maps)), classes].sum(), maps)[0]
    found = (slope.mean((2, 3), keepdim=True) * maps).sum(1).detach().numpy()
    top = found.max((1, 2), keepdims=True)
    return found / np.where(top == 0, 1, top)


# %% bends_before_the_sum points={"test_grad_cam": 0}
def grad_cam(weights, images, classes):
    body, head = in_torch(weights)
    maps = body(torch.tensor(images, dtype=torch.float32)).requires_grad_()
    slope = torch.autograd.grad(head(maps)[range(len(maps)), classes].sum(), maps)[0]
    found = (slope.mean((2, 3), keepdim=True) * maps).relu().sum(1).detach().numpy()
    top = found.max((1, 2), keepdims=True)
    return found / np.where(top == 0, 1, top)


# %% multiplies_place_by_place points={"test_grad_cam": 0}
# Gradient times activation, without the average: another method.
def grad_cam(weights, images, classes):
    body, head = in_torch(weights)
    maps = body(torch.tensor(images, dtype=torch.float32)).requires_grad_()
    slope = torch.autograd.grad(head(maps)[range(len(maps)), classes].sum(), maps)[0]
    found = (slope * maps).sum(1).relu().detach().numpy()
    top = found.max((1, 2), keepdims=True)
    return found / np.where(top == 0, 1, top)


# %% asks_all_for_one_class points={"test_grad_cam": 0}
def grad_cam(weights, images, classes):
    body, head = in_torch(weights)
    maps = body(torch.tensor(images, dtype=torch.float32)).requires_grad_()
    slope = torch.autograd.grad(head(maps)[:, classes[0]].sum(), maps)[0]
    found = (slope.mean((2, 3), keepdim=True) * maps).sum(1).relu().detach().numpy()
    top = found.max((1, 2), keepdims=True)
    return found / np.where(top == 0, 1, top)


# %% divides_by_the_largest_of_all points={"test_grad_cam": 0}
def grad_cam(weights, images, classes):
    body, head = in_torch(weights)
    maps = body(torch.tensor(images, dtype=torch.float32)).requires_grad_()
    slope = torch.autograd.grad(head(maps)[range(len(maps)), classes].sum(), maps)[0]
    found = (slope.mean((2, 3), keepdim=True) * maps).sum(1).relu().detach().numpy()
    return found / found.max()


# %% divides_by_zero points={"test_grad_cam": 7}
def grad_cam(weights, images, classes):
    body, head = in_torch(weights)
    maps = body(torch.tensor(images, dtype=torch.float32)).requires_grad_()
    slope = torch.autograd.grad(head(maps)[range(len(maps)), classes].sum(), maps)[0]
    found = (slope.mean((2, 3), keepdim=True) * maps).sum(1).relu().detach()
    return (found / found.amax((1, 2), keepdim=True)).numpy()


# %% keeps_positive_gradients_only points={"test_grad_cam": 0}
def grad_cam(weights, images, classes):
    body, head = in_torch(weights)
    maps = body(torch.tensor(images, dtype=torch.float32)).requires_grad_()
    slope = torch.autograd.grad(head(maps)[range(len(maps)), classes].sum(), maps)[0]
    found = (slope.relu().mean((2, 3), keepdim=True) * maps).sum(1).relu().detach().numpy()
    top = found.max((1, 2), keepdims=True)
    return found / np.where(top == 0, 1, top)


# %% second_solution points={}
# Image by image, with the gradient in `.grad`, and sums in place of means: dividing undoes it.
def grad_cam(weights, images, classes):
    body, head = in_torch(weights)
    result = []
    for image, k in zip(images, classes):
        a = body(torch.tensor(image[None], dtype=torch.float32)).detach()
        a.requires_grad = True
        head(a)[0, int(k)].backward()
        per_channel = a.grad[0].sum(dim=(1, 2)).numpy()
        heat = np.tensordot(per_channel, a[0].detach().numpy(), axes=1)
        heat = np.maximum(heat, 0)
        result.append(heat / heat.max() if heat.max() > 0 else heat)
    return np.array(result)


# %% uses_keras points={}
def grad_cam(weights, images, classes):
    import tensorflow as tf

    body, head = in_keras(weights)
    maps = body(tf.cast(images, tf.float32))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        score = tf.gather(head(maps), classes, axis=1, batch_dims=1)
    slope = tape.gradient(score, maps)
    found = tf.nn.relu(tf.einsum("ncab,ncij->nij", slope, maps))
    return tf.math.divide_no_nan(found, tf.reduce_max(found, axis=(1, 2), keepdims=True)).numpy()


# %% goes_back_by_hand points={}
# The head is two matrices: no library needs to know its gradient.
def grad_cam(weights, images, classes):
    body, _ = in_torch(weights)
    maps = body(torch.tensor(images, dtype=torch.float32)).numpy()
    open_ = maps.reshape(len(maps), -1) @ weights[4].T + weights[5] > 0
    slope = (weights[6][classes] * open_) @ weights[4]
    found = np.einsum("nc,ncij->nij", slope.reshape(maps.shape).mean((2, 3)), maps).clip(0)
    return found / (found.max((1, 2), keepdims=True) + 1e-30)
