import os
os.environ["OMP_NUM_THREADS"]="1"
import sys,time,torch,numpy as np
from torch import nn
torch.set_num_threads(1)
G=5; H=int(sys.argv[1]) if len(sys.argv)>1 else 64
ANG=2*np.pi*torch.arange(8)/8
MODES=2*torch.stack([ANG.cos(),ANG.sin()],1)
class Several(nn.Module):
    def __init__(s,i,o):
        super().__init__(); l=i**-.5
        s.weight=nn.Parameter(torch.empty(G,i,o).uniform_(-l,l)); s.bias=nn.Parameter(torch.empty(G,1,o).uniform_(-l,l))
    def forward(s,x): return torch.baddbmm(s.bias,x,s.weight)
def net(i,o,L=Several): return nn.Sequential(L(i,H),nn.LeakyReLU(.2),L(H,H),nn.LeakyReLU(.2),L(H,o))
softplus=nn.functional.softplus
def adam(n,r): return torch.optim.Adam(n.parameters(),r,betas=(.5,.9),fused=True)
def true_points(c): return MODES[torch.randint(8,(G,c))]+.08*torch.randn(G,c,2)
def step(o,l): o.zero_grad(); l.backward(); o.step()
def each(l): return l.mean(dim=(1,2))
def measure(p):
    d,h=torch.cdist(p,MODES).min(1); near=d<.3
    c=torch.bincount(h[near],minlength=8)
    return int((c>=len(p)//100).sum()),100*near.float().mean().item()
def play(k1=1,k2=1,second=True,penalty=0.,rounds=4000,seed=0,look=(),rate=3e-3,fall=False,B=64):
    torch.manual_seed(seed)
    g,d=net(4,2),net(2,1); og,od=adam(g,rate),adam(d,rate)
    log={}
    for r in range(rounds+1):
        if r in look:
            with torch.no_grad(): log[r]=[measure(p) for p in g(torch.randn(G,1000,4))]
        if fall:
            for o in (og,od):
                for q in o.param_groups: q["lr"]=rate*(1-r/(rounds+1))
        for _ in range(k1):
            t=true_points(B).requires_grad_(penalty>0); s=d(t); f=g(torch.randn(G,B,4)).detach()
            loss=each(softplus(-s))+each(softplus(d(f)))
            if penalty:
                (sl,)=torch.autograd.grad(s.sum(),t,create_graph=True); loss=loss+penalty*sl.square().sum(2).mean(1)
            step(od,loss.sum())
        for _ in range(k2):
            s=d(g(torch.randn(G,B,4))); step(og,each(softplus(-s) if second else -softplus(s)).sum())
    return g,d,log
if __name__=="__main__":
    look=(500,900,1500,2000,3000,4000)
    for name,kw in {"1,1":{}, "k1=4":dict(k1=4,rounds=4000),"k2=3":dict(k2=3,rounds=2000),"k1=4 pen":dict(k1=4,penalty=.1,rounds=2000),"k1=4 first":dict(k1=4,second=False,rounds=4000),"1,1 fall":dict(fall=True)}.items():
        for seed in (0,1):
            t=time.process_time(); g,d,log=play(look=look,seed=seed,**kw)
            print(name,seed,f"{time.process_time()-t:.1f}s", flush=True)
            for r,v in log.items(): print("   ",r,[a for a,b in v],[round(b) for a,b in v], round(np.mean([b for a,b in v])),flush=True)
