"""The playground: pages of the book whose networks run in the reader's browser.

lenet       the network that classifies what a reader draws, trained as in lecture 08
stored      a trained network as a script that a page loads, and back into PyTorch
digits      the real digits that a page offers, written when the book is built
photograph  the photograph that a page begins with, likewise
pages       which lectures a page belongs to

`course playground` trains and stores. The pages are `book/playground/*.md`; the JavaScript that
runs their networks lies in `book/_static/playground`, beside the stored networks.
"""
