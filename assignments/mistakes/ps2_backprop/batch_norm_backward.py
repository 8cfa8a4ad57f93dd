# Wrong and unusual answers to the exercise `batch_norm_backward`.


# %% takes_mean_and_variance_for_constants points={"test_batch_norm_input": 0}
def batch_norm_backward(x, scale, dy, eps=1e-5):
    axes = (0, 2, 3)
    sigma = np.sqrt(x.var(axes, keepdims=True) + eps)
    normal = (x - x.mean(axes, keepdims=True)) / sigma
    return dy * scale[:, None, None] / sigma, (dy * normal).sum(axes), dy.sum(axes)


# %% forgets_the_variance points={"test_batch_norm_input": 0}
def batch_norm_backward(x, scale, dy, eps=1e-5):
    axes = (0, 2, 3)
    sigma = np.sqrt(x.var(axes, keepdims=True) + eps)
    normal = (x - x.mean(axes, keepdims=True)) / sigma
    g = dy * scale[:, None, None]
    return (g - g.mean(axes, keepdims=True)) / sigma, (dy * normal).sum(axes), dy.sum(axes)


# %% forgets_the_scale points={"test_batch_norm_input": 0}
def batch_norm_backward(x, scale, dy, eps=1e-5):
    axes = (0, 2, 3)
    sigma = np.sqrt(x.var(axes, keepdims=True) + eps)
    normal = (x - x.mean(axes, keepdims=True)) / sigma
    dx = dy - dy.mean(axes, keepdims=True) - normal * (dy * normal).mean(axes, keepdims=True)
    return dx / sigma, (dy * normal).sum(axes), dy.sum(axes)


# %% takes_means_over_everything points={"test_batch_norm_input": 3}
# Right for one channel.
def batch_norm_backward(x, scale, dy, eps=1e-5):
    sigma = np.sqrt(x.var((0, 2, 3), keepdims=True) + eps)
    normal = (x - x.mean((0, 2, 3), keepdims=True)) / sigma
    g = dy * scale[:, None, None]
    dx = (g - g.mean() - normal * (g * normal).mean()) / sigma
    return dx, (dy * normal).sum((0, 2, 3)), dy.sum((0, 2, 3))


# %% multiplies_by_x points={"test_batch_norm_scale_shift": 0}
def batch_norm_backward(x, scale, dy, eps=1e-5):
    axes = (0, 2, 3)
    sigma = np.sqrt(x.var(axes, keepdims=True) + eps)
    normal = (x - x.mean(axes, keepdims=True)) / sigma
    g = dy * scale[:, None, None]
    dx = g - g.mean(axes, keepdims=True) - normal * (g * normal).mean(axes, keepdims=True)
    return dx / sigma, (dy * x).sum(axes), dy.sum(axes)


# %% averages points={"test_batch_norm_scale_shift": 0}
def batch_norm_backward(x, scale, dy, eps=1e-5):
    axes = (0, 2, 3)
    sigma = np.sqrt(x.var(axes, keepdims=True) + eps)
    normal = (x - x.mean(axes, keepdims=True)) / sigma
    g = dy * scale[:, None, None]
    dx = g - g.mean(axes, keepdims=True) - normal * (g * normal).mean(axes, keepdims=True)
    return dx / sigma, (dy * normal).mean(axes), dy.mean(axes)


# %% scales_the_shift points={"test_batch_norm_scale_shift": 2}
def batch_norm_backward(x, scale, dy, eps=1e-5):
    axes = (0, 2, 3)
    sigma = np.sqrt(x.var(axes, keepdims=True) + eps)
    normal = (x - x.mean(axes, keepdims=True)) / sigma
    g = dy * scale[:, None, None]
    dx = g - g.mean(axes, keepdims=True) - normal * (g * normal).mean(axes, keepdims=True)
    return dx / sigma, (dy * normal).sum(axes), g.sum(axes)


# %% swaps_scale_and_shift points={"test_batch_norm_scale_shift": 0}
def batch_norm_backward(x, scale, dy, eps=1e-5):
    axes = (0, 2, 3)
    sigma = np.sqrt(x.var(axes, keepdims=True) + eps)
    normal = (x - x.mean(axes, keepdims=True)) / sigma
    g = dy * scale[:, None, None]
    dx = g - g.mean(axes, keepdims=True) - normal * (g * normal).mean(axes, keepdims=True)
    return dx / sigma, dy.sum(axes), (dy * normal).sum(axes)


# %% forgets_epsilon points={"test_batch_norm_scale_shift": 2, "test_batch_norm_input": 0}
def batch_norm_backward(x, scale, dy, eps=1e-5):
    axes = (0, 2, 3)
    sigma = x.std(axes, keepdims=True)
    normal = (x - x.mean(axes, keepdims=True)) / sigma
    g = dy * scale[:, None, None]
    dx = g - g.mean(axes, keepdims=True) - normal * (g * normal).mean(axes, keepdims=True)
    return dx / sigma, (dy * normal).sum(axes), dy.sum(axes)


# %% second_solution points={}
# From the release alone: step by step along the graph, as in the paper's section 3.
def batch_norm_backward(x, scale, dy, eps=1e-5):
    n = x.shape[0] * x.shape[2] * x.shape[3]
    spread = lambda v: v.reshape(1, -1, 1, 1)
    add = lambda v: v.sum(axis=(0, 2, 3))
    centred = x - spread(add(x) / n)
    variance = add(centred**2) / n + eps
    dnormal = dy * spread(scale)
    dvariance = add(dnormal * centred) * -0.5 * variance**-1.5
    dcentred = dnormal * spread(variance**-0.5) + spread(dvariance) * 2 * centred / n
    dx = dcentred - spread(add(dcentred) / n)
    return dx, add(dy * centred) * variance**-0.5, add(dy)


# %% multiplies_by_the_jacobian points={}
# All of a channel against all of it, in float32.
def batch_norm_backward(x, scale, dy, eps=1e-5):
    dx, dscale, dshift = np.zeros(x.shape, np.float32), [], []
    for c in range(x.shape[1]):
        values, above = x[:, c].ravel(), dy[:, c].ravel()
        sigma = np.sqrt(values.var() + eps)
        normal = (values - values.mean()) / sigma
        n = len(values)
        jacobian = (np.eye(n) - 1 / n - np.outer(normal, normal) / n) / sigma
        dx[:, c] = (scale[c] * jacobian @ above).reshape(x[:, c].shape)
        dscale.append(above @ normal)
        dshift.append(above.sum())
    return dx, dscale, dshift
