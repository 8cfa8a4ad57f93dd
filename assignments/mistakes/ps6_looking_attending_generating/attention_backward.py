# Wrong and unusual answers to the exercise `attention_backward`.


# %% forgets_the_root_of_d points={"test_scores_backward": 0, "test_tokens_backward": 0}
def attention_backward(dy, x, w_q, w_k, w_v, a):
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    g = dy @ v.swapaxes(1, 2)
    ds = a * (g - (a * g).sum(2, keepdims=True))
    dq, dk, dv = ds @ k, ds.swapaxes(1, 2) @ q, a.swapaxes(1, 2) @ dy
    dx = dq @ w_q.T + dk @ w_k.T + dv @ w_v.T
    return dx, *(np.tensordot(x, d, ((0, 1), (0, 1))) for d in (dq, dk, dv))


# %% subtracts_nothing_from_the_row points={"test_scores_backward": 0, "test_tokens_backward": 0}
# As if the shares of a row did not depend on one another.
def attention_backward(dy, x, w_q, w_k, w_v, a):
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    ds = a * (dy @ v.swapaxes(1, 2)) / w_q.shape[1] ** 0.5
    dq, dk, dv = ds @ k, ds.swapaxes(1, 2) @ q, a.swapaxes(1, 2) @ dy
    dx = dq @ w_q.T + dk @ w_k.T + dv @ w_v.T
    return dx, *(np.tensordot(x, d, ((0, 1), (0, 1))) for d in (dq, dk, dv))


# %% takes_the_softmax_place_by_place points={"test_scores_backward": 0, "test_tokens_backward": 0}
# a (1 - a) is right for the diagonal of the Jacobian alone.
def attention_backward(dy, x, w_q, w_k, w_v, a):
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    ds = a * (1 - a) * (dy @ v.swapaxes(1, 2)) / w_q.shape[1] ** 0.5
    dq, dk, dv = ds @ k, ds.swapaxes(1, 2) @ q, a.swapaxes(1, 2) @ dy
    dx = dq @ w_q.T + dk @ w_k.T + dv @ w_v.T
    return dx, *(np.tensordot(x, d, ((0, 1), (0, 1))) for d in (dq, dk, dv))


# %% comes_back_through_the_values_only points={"test_tokens_backward": 0}
def attention_backward(dy, x, w_q, w_k, w_v, a):
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    g = dy @ v.swapaxes(1, 2)
    ds = a * (g - (a * g).sum(2, keepdims=True)) / w_q.shape[1] ** 0.5
    dq, dk, dv = ds @ k, ds.swapaxes(1, 2) @ q, a.swapaxes(1, 2) @ dy
    return dv @ w_v.T, *(np.tensordot(x, d, ((0, 1), (0, 1))) for d in (dq, dk, dv))


# %% forgets_to_transpose_for_the_values points={"test_values_backward": 0, "test_tokens_backward": 0}
def attention_backward(dy, x, w_q, w_k, w_v, a):
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    g = dy @ v.swapaxes(1, 2)
    ds = a * (g - (a * g).sum(2, keepdims=True)) / w_q.shape[1] ** 0.5
    dq, dk, dv = ds @ k, ds.swapaxes(1, 2) @ q, a @ dy
    dx = dq @ w_q.T + dk @ w_k.T + dv @ w_v.T
    return dx, *(np.tensordot(x, d, ((0, 1), (0, 1))) for d in (dq, dk, dv))


# %% keeps_the_images_apart points={"test_values_backward": 0, "test_scores_backward": 0}
# A gradient of the matrices for each image.
def attention_backward(dy, x, w_q, w_k, w_v, a):
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    g = dy @ v.swapaxes(1, 2)
    ds = a * (g - (a * g).sum(2, keepdims=True)) / w_q.shape[1] ** 0.5
    dq, dk, dv = ds @ k, ds.swapaxes(1, 2) @ q, a.swapaxes(1, 2) @ dy
    dx = dq @ w_q.T + dk @ w_k.T + dv @ w_v.T
    return dx, *(x.swapaxes(1, 2) @ d for d in (dq, dk, dv))


# %% averages_over_the_images points={"test_values_backward": 0, "test_scores_backward": 0}
def attention_backward(dy, x, w_q, w_k, w_v, a):
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    g = dy @ v.swapaxes(1, 2)
    ds = a * (g - (a * g).sum(2, keepdims=True)) / w_q.shape[1] ** 0.5
    dq, dk, dv = ds @ k, ds.swapaxes(1, 2) @ q, a.swapaxes(1, 2) @ dy
    dx = dq @ w_q.T + dk @ w_k.T + dv @ w_v.T
    return dx, *((x.swapaxes(1, 2) @ d).mean(0) for d in (dq, dk, dv))


# %% swaps_queries_and_keys points={"test_scores_backward": 0}
# Of the matrices; the tokens get what is theirs.
def attention_backward(dy, x, w_q, w_k, w_v, a):
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    g = dy @ v.swapaxes(1, 2)
    ds = a * (g - (a * g).sum(2, keepdims=True)) / w_q.shape[1] ** 0.5
    dq, dk, dv = ds @ k, ds.swapaxes(1, 2) @ q, a.swapaxes(1, 2) @ dy
    dx = dq @ w_q.T + dk @ w_k.T + dv @ w_v.T
    return dx, *(np.tensordot(x, d, ((0, 1), (0, 1))) for d in (dk, dq, dv))


# %% leaves_it_to_autograd points={"test_values_backward": 0, "test_scores_backward": 0, "test_tokens_backward": 0}
# Without the bias, which nobody has told it, the library computes other shares.
def attention_backward(dy, x, w_q, w_k, w_v, a):
    leaves = [torch.tensor(each, requires_grad=True) for each in (x, w_q, w_k, w_v)]
    x, q, k, v = leaves
    shares = ((x @ q) @ (x @ k).mT / q.shape[1] ** 0.5).softmax(2)
    (shares @ (x @ v)).backward(torch.tensor(dy))
    return tuple(leaf.grad for leaf in leaves)


# %% second_solution points={}
# Image by image, row by row, with the Jacobian of the softmax written out.
def attention_backward(dy, x, w_q, w_k, w_v, a):
    dx = np.zeros(x.shape)
    dw_q, dw_k, dw_v = np.zeros(w_q.shape), np.zeros(w_k.shape), np.zeros(w_v.shape)
    root = np.sqrt(w_q.shape[1])
    for n in range(len(x)):
        q, k, v = x[n] @ w_q, x[n] @ w_k, x[n] @ w_v
        ds = np.zeros(a[n].shape)
        for t, row in enumerate(a[n]):
            jacobian = np.diag(row) - np.outer(row, row)
            ds[t] = jacobian @ (v @ dy[n, t])
        dq, dk, dv = ds @ k / root, ds.T @ q / root, a[n].T @ dy[n]
        dw_q += x[n].T @ dq
        dw_k += x[n].T @ dk
        dw_v += x[n].T @ dv
        dx[n] = dq @ w_q.T + dk @ w_k.T + dv @ w_v.T
    return [dx, dw_q, dw_k, dw_v]


# %% finds_the_bias_in_the_shares points={}
# Autograd after all, for who has understood it: log a is the scores, but for a number in each row.
def attention_backward(dy, x, w_q, w_k, w_v, a):
    leaves = [torch.tensor(each, requires_grad=True) for each in (x, w_q, w_k, w_v)]
    x, q, k, v = leaves
    scores = (x @ q) @ (x @ k).mT / q.shape[1] ** 0.5
    bias = torch.tensor(a).log() - scores.detach()
    ((scores + bias).softmax(2) @ (x @ v)).backward(torch.tensor(dy))
    return tuple(leaf.grad for leaf in leaves)


# %% multiplies_by_einsum points={}
def attention_backward(dy, x, w_q, w_k, w_v, a):
    e = np.einsum
    g = e("ntd,nsi,id->nts", dy, x, w_v)
    ds = a * g - a * e("nts,nts->nt", a, g)[..., None]
    ds = ds / w_k.shape[1] ** 0.5
    dw_q = e("nti,nts,nsj,jd->id", x, ds, x, w_k)
    dw_k = e("nsi,nts,ntj,jd->id", x, ds, x, w_q)
    dw_v = e("nsi,nts,ntd->id", x, a, dy)
    between = w_q @ w_k.T
    dx = e("nts,nsj,ij->nti", ds, x, between) + e("nts,nti,ij->nsj", ds, x, between)
    return dx + e("nts,ntd,id->nsi", a, dy, w_v), dw_q, dw_k, dw_v
