import os
os.environ["OMP_NUM_THREADS"]="1"
import time,torch,sys
from torch import nn
from data import *
torch.set_num_threads(1); mse=nn.functional.mse_loss
def dense(g): return nn.Sequential(nn.Flatten(),nn.Linear(784,128),nn.ReLU(),nn.Linear(128,g),nn.Linear(g,128),nn.ReLU(),nn.Linear(128,784),nn.Sigmoid(),nn.Unflatten(1,(1,28,28)))
def dense_lin(g): return nn.Sequential(nn.Flatten(),nn.Linear(784,128),nn.ReLU(),nn.Linear(128,g),nn.Linear(g,128),nn.ReLU(),nn.Linear(128,784),nn.Unflatten(1,(1,28,28)))
def convbn(g): return nn.Sequential(nn.Conv2d(1,8,3,2,1),nn.BatchNorm2d(8),nn.ReLU(),nn.Conv2d(8,16,3,2,1),nn.BatchNorm2d(16),nn.ReLU(),nn.Flatten(),nn.Linear(784,g),nn.Linear(g,784),nn.Unflatten(1,(16,7,7)),nn.BatchNorm2d(16),nn.ReLU(),nn.ConvTranspose2d(16,8,4,2,1),nn.BatchNorm2d(8),nn.ReLU(),nn.ConvTranspose2d(8,1,4,2,1),nn.Sigmoid())
bce=nn.functional.binary_cross_entropy
for name,make,loss,rate,ep,B in (("dense mse",dense,mse,4e-3,24,64),("convbn mse",convbn,mse,1e-2,8,64),("dense bce",dense,bce,4e-3,16,64),("dense no sigmoid",dense_lin,mse,4e-3,16,64),("dense mse b32",dense,mse,4e-3,16,32)):
    torch.manual_seed(0); t=time.process_time(); net=make(16); n=2000; T=ep*-(-n//B)
    o=torch.optim.Adam(net.parameters(),rate,fused=True); s=torch.optim.lr_scheduler.CosineAnnealingLR(o,T)
    for e in range(ep):
        for i in torch.randperm(n).split(B):
            o.zero_grad(); loss(net(x[i]),x[i]).backward(); o.step(); s.step()
        if e%4==3:
            net.eval()
            with torch.no_grad(): print(name,e+1,round(mse(net(xt),xt).item(),4),round(mse(net(x[:n]),x[:n]).item(),4),f"{time.process_time()-t:.1f}s",flush=True)
            net.train()
