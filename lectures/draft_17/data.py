import gzip,numpy as np,torch
D="SHARED/data/mnist/"
def idx(f,o): return np.frombuffer(gzip.open(D+f).read(),np.uint8,offset=o)
X=idx("train-images-idx3-ubyte.gz",16).reshape(-1,28,28); Y=idx("train-labels-idx1-ubyte.gz",8)
XT=idx("t10k-images-idx3-ubyte.gz",16).reshape(-1,28,28); YT=idx("t10k-labels-idx1-ubyte.gz",8)
tr=np.concatenate([np.flatnonzero(Y==k)[:400] for k in range(10)]); te=np.concatenate([np.flatnonzero(Y==k)[400:500] for k in range(10)])
rng=np.random.default_rng(0); rng.shuffle(tr); rng.shuffle(te)
def f(a): return torch.from_numpy(a.copy()).float()[:,None]/255
x,y,xt,yt=f(X[tr]),torch.from_numpy(Y[tr].astype(np.int64)),f(X[te]),torch.from_numpy(Y[te].astype(np.int64))
