"""The playground: pages of the book whose networks run in the reader's browser.

lenet       the network that classifies what a reader draws, trained as in lecture 08
stored      a trained network of PyTorch as facts that a page can run, and back
scripts     the script that holds them: written and read, without PyTorch
digits      the real digits that a page offers, written when the book is built
photograph  the photograph that a page begins with, likewise
pages       which lectures a page belongs to

`course playground` trains and stores. The pages are `book/playground/*.md`; the JavaScript that
runs their networks lies in `book/_static/playground`, beside the stored networks.
"""
