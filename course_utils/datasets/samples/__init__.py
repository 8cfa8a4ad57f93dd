"""Small stand-ins for the collections: real images out of required packages, or drawn here.

digits        for MNIST: handwritten digits of scikit-learn
garments      for Fashion-MNIST: drawn
photographs   for CIFAR-10 and Tiny-ImageNet: tiles of photographs and textures
motifs        for MedMNIST: drawn shapes on a noisy ground

Each gives `{split: (images, labels)}`; the collections' own modules write them in the original
formats. They are the same on every machine.
"""
