# Wrong and unusual answers to the exercise `attention`.


# %% forgets_the_root_of_d points={"test_attention": 0, "test_attention_bias": 0}
def attention(x, w_q, w_k, w_v, bias=None):
    s = (x @ w_q) @ (x @ w_k).swapaxes(1, 2)
    s = s if bias is None else s + bias
    e = np.exp(s - s.max(2, keepdims=True))
    a = e / e.sum(2, keepdims=True)
    return a @ (x @ w_v), a


# %% divides_by_d points={"test_attention": 0, "test_attention_bias": 0}
def attention(x, w_q, w_k, w_v, bias=None):
    s = (x @ w_q) @ (x @ w_k).swapaxes(1, 2) / w_q.shape[1]
    s = s if bias is None else s + bias
    e = np.exp(s - s.max(2, keepdims=True))
    a = e / e.sum(2, keepdims=True)
    return a @ (x @ w_v), a


# %% divides_by_the_root_of_the_width points={"test_attention": 0, "test_attention_bias": 0}
# The width of the tokens, not of the queries.
def attention(x, w_q, w_k, w_v, bias=None):
    s = (x @ w_q) @ (x @ w_k).swapaxes(1, 2) / x.shape[2] ** 0.5
    s = s if bias is None else s + bias
    e = np.exp(s - s.max(2, keepdims=True))
    a = e / e.sum(2, keepdims=True)
    return a @ (x @ w_v), a


# %% normalises_columns points={"test_attention": 0, "test_attention_bias": 0}
def attention(x, w_q, w_k, w_v, bias=None):
    s = (x @ w_q) @ (x @ w_k).swapaxes(1, 2) / w_q.shape[1] ** 0.5
    s = s if bias is None else s + bias
    e = np.exp(s - s.max(1, keepdims=True))
    a = e / e.sum(1, keepdims=True)
    return a @ (x @ w_v), a


# %% overflows points={"test_attention": 4, "test_attention_bias": 3}
def attention(x, w_q, w_k, w_v, bias=None):
    s = (x @ w_q) @ (x @ w_k).swapaxes(1, 2) / w_q.shape[1] ** 0.5
    e = np.exp(s if bias is None else s + bias)
    a = e / e.sum(2, keepdims=True)
    return a @ (x @ w_v), a


# %% forgets_the_bias points={"test_attention_bias": 0}
def attention(x, w_q, w_k, w_v, bias=None):
    s = (x @ w_q) @ (x @ w_k).swapaxes(1, 2) / w_q.shape[1] ** 0.5
    e = np.exp(s - s.max(2, keepdims=True))
    a = e / e.sum(2, keepdims=True)
    return a @ (x @ w_v), a


# %% divides_the_bias_too points={"test_attention_bias": 0}
def attention(x, w_q, w_k, w_v, bias=None):
    s = (x @ w_q) @ (x @ w_k).swapaxes(1, 2)
    s = (s if bias is None else s + bias) / w_q.shape[1] ** 0.5
    e = np.exp(s - s.max(2, keepdims=True))
    a = e / e.sum(2, keepdims=True)
    return a @ (x @ w_v), a


# %% forbids_after_the_softmax points={"test_attention_bias": 0}
# Shares that are taken away, and not given to the others.
def attention(x, w_q, w_k, w_v, bias=None):
    s = (x @ w_q) @ (x @ w_k).swapaxes(1, 2) / w_q.shape[1] ** 0.5
    s = s if bias is None else s + np.where(np.isinf(bias), 0, bias)
    e = np.exp(s - s.max(2, keepdims=True))
    a = e / e.sum(2, keepdims=True)
    if bias is not None:
        a = np.where(np.isinf(bias), 0, a)
    return a @ (x @ w_v), a


# %% transposes_everything points={"test_attention": 0, "test_attention_bias": 0}
# .T turns the axis of the images as well.
def attention(x, w_q, w_k, w_v, bias=None):
    q, k, v = x @ w_q, x @ w_k, x @ w_v
    s = q @ k.T / np.sqrt(q.shape[2])
    s = s if bias is None else s + bias
    a = np.exp(s) / np.exp(s).sum(2, keepdims=True)
    return a @ v, a


# %% second_solution points={}
# Image by image and token by token.
def attention(x, w_q, w_k, w_v, bias=None):
    images, tokens, _ = x.shape
    d = w_q.shape[1]
    y, a = np.zeros((images, tokens, d)), np.zeros((images, tokens, tokens))
    for n in range(images):
        q, k, v = x[n].dot(w_q), x[n].dot(w_k), x[n].dot(w_v)
        for t in range(tokens):
            row = np.array([np.dot(q[t], k[s]) / d**0.5 for s in range(tokens)])
            if bias is not None:
                row = row + bias[t]
            row = np.exp(row - np.max(row))
            a[n, t] = row / sum(row)
            y[n, t] = sum(a[n, t, s] * v[s] for s in range(tokens))
    return y, a


# %% asks_logaddexp points={}
def attention(x, w_q, w_k, w_v, bias=None):
    s = np.einsum("nti,ij,nsk,kj->nts", x, w_q, x, w_k, optimize=True) * w_q.shape[-1] ** -0.5
    s += 0 if bias is None else bias
    a = np.exp(s - np.logaddexp.reduce(s, axis=-1, keepdims=True))
    return np.matmul(a @ x, w_v), a


# %% asks_pytorch points={}
def attention(x, w_q, w_k, w_v, bias=None):
    x, q, k, v = (torch.tensor(np.asarray(each, np.float64)) for each in (x, w_q, w_k, w_v))
    scores = torch.baddbmm(
        torch.zeros(1, 1, 1, dtype=x.dtype) if bias is None else torch.tensor(bias)[None],
        x @ q,
        (x @ k).mT,
        alpha=q.shape[1] ** -0.5,
    )
    a = scores.softmax(-1)
    return torch.bmm(a, x @ v), a


# %% goes_from_key_to_key points={}
# No row of scores is ever whole: what was added up is scaled anew where a larger score comes.
def attention(x, w_q, w_k, w_v, bias=None):
    queries, keys, values = x @ w_q, x @ w_k, x @ w_v
    n, tokens, d = queries.shape
    largest = np.full((n, tokens, 1), -np.inf)
    total, y, a = np.zeros((n, tokens, 1)), np.zeros((n, tokens, d)), np.zeros((n, tokens, tokens))
    for j in range(tokens):
        score = (queries * keys[:, j : j + 1]).sum(axis=-1, keepdims=True) / d**0.5
        score = score if bias is None else score + bias[:, j : j + 1]
        larger = np.maximum(largest, score)
        shift = np.where(np.isinf(larger), 0, larger)
        less, share = np.exp(largest - shift), np.exp(score - shift)
        total, y, a = total * less + share, y * less + share * values[:, j : j + 1], a * less
        a[:, :, j] = share[..., 0]
        largest = larger
    return y / total, a / total
