import os
os.environ["OMP_NUM_THREADS"]="1"
import time,torch,numpy as np
from torch import nn
from data import *
torch.set_num_threads(1)
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
mse=nn.functional.mse_loss
def dense(gap):
    e=nn.Sequential(nn.Flatten(),nn.Linear(784,128),nn.ReLU(),nn.Linear(128,gap))
    d=nn.Sequential(nn.Linear(gap,128),nn.ReLU(),nn.Linear(128,784),nn.Sigmoid(),nn.Unflatten(1,(1,28,28)))
    return nn.Sequential(e,d)
def conv(gap):
    e=nn.Sequential(nn.Conv2d(1,16,3,2,1),nn.ReLU(),nn.Conv2d(16,32,3,2,1),nn.ReLU(),nn.Flatten(),nn.Linear(32*49,gap))
    d=nn.Sequential(nn.Linear(gap,32*49),nn.ReLU(),nn.Unflatten(1,(32,7,7)),nn.ConvTranspose2d(32,16,4,2,1),nn.ReLU(),nn.ConvTranspose2d(16,1,4,2,1),nn.Sigmoid())
    return nn.Sequential(e,d)
def train(net,a,b,epochs,rate=4e-3,batch=64,cos=True):
    o=torch.optim.Adam(net.parameters(),rate,fused=True); n=epochs*-(-len(a)//batch)
    s=torch.optim.lr_scheduler.CosineAnnealingLR(o,n)
    for _ in range(epochs):
        for i in torch.randperm(len(a)).split(batch):
            o.zero_grad(); mse(net(a[i]),b[i]).backward(); o.step()
            if cos: s.step()
    return net.eval()
if __name__=="__main__":
    print("mean",mse(x.mean(0,keepdim=True).expand_as(xt),xt).item())
    for n in (1000,2000):
      for gap in (2,16):
        p=PCA(gap).fit(x[:n].flatten(1)); r=torch.from_numpy(p.inverse_transform(p.transform(xt.flatten(1)))).float()
        print("PCA",n,gap,mse(r,xt.flatten(1)).item(), "clipped",mse(r.clip(0,1),xt.flatten(1)).item())
        for name,make in (("dense",dense),("conv",conv)):
            for ep in ((12,) if n==1000 else (8,12)):
                for seed in range(3):
                    torch.manual_seed(seed); t=time.process_time()
                    net=train(make(gap),x[:n],x[:n],ep)
                    with torch.no_grad(): e=mse(net(xt),xt).item(); z,zt=net[0](x[:n]),net[0](xt)
                    print(name,n,gap,ep,seed,round(e,5),f"{time.process_time()-t:.1f}s",end=" ")
                    if gap==2: print("acc",LogisticRegression(max_iter=2000).fit(z,y[:n]).score(zt,yt),end="")
                    print(flush=True)
        if gap==2:
            z=p.transform(x[:n].flatten(1)); print("PCA acc",LogisticRegression(max_iter=2000).fit(z,y[:n]).score(p.transform(xt.flatten(1)),yt))
