"""The comparison that most tests of the layers make: ours and torch's, forward and backward."""

import numpy as np

TOLERANCE = 1e-10


def assert_agrees(layer, x, twin, names=None, training=False):
    """Output, gradient of the input and of every parameter equal those of torch's `twin`.

    `names` says what torch calls a parameter of ours, where it is another word; ours are copied.
    """
    import torch

    names = names or {}
    theirs = dict(twin.named_parameters()) if isinstance(twin, torch.nn.Module) else {}
    with torch.no_grad():
        for name, value in layer.parameters.items():
            theirs[names.get(name, name)].copy_(torch.from_numpy(value))
    y = layer.forward(x, training)
    input_ = torch.from_numpy(x).requires_grad_()
    expected = twin(input_)
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=0, atol=TOLERANCE)
    gradient = np.random.default_rng(1).normal(size=y.shape)
    expected.backward(torch.from_numpy(gradient))
    found = layer.backward(gradient)
    np.testing.assert_allclose(found, input_.grad.numpy(), rtol=0, atol=TOLERANCE)
    assert set(layer.gradients) == set(layer.parameters)
    for name, value in layer.gradients.items():
        wanted = theirs[names.get(name, name)].grad.numpy()
        assert value.shape == layer.parameters[name].shape
        np.testing.assert_allclose(value, wanted, rtol=0, atol=TOLERANCE, err_msg=name)
