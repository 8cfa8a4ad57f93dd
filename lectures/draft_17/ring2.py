import os
os.environ["OMP_NUM_THREADS"]="1"
import sys; sys.argv=["x"]
exec(open("ring.py").read().split("def play")[0])
H=64
SIGN=torch.cat([-torch.ones(64,1),torch.ones(64,1)])
def measure(p):
    d,h=torch.cdist(p,MODES).min(1); near=d<.3
    s=torch.bincount(h[near],minlength=8)/len(p)
    return int((s>=.01).sum()),100*near.float().mean().item(),100*s.clamp(max=1/8).sum().item()
def play(k1=1,k2=1,second=True,penalty=0.,rounds=4000,seed=0,look=(),rate=3e-3):
    torch.manual_seed(seed)
    g,d=net(4,2),net(2,1); og,od=adam(g,rate),adam(d,rate); log={}; T=time.process_time()
    for r in range(rounds+1):
        if r in look:
            with torch.no_grad(): log[r]=[measure(p) for p in g(torch.randn(G,1000,4))]
            m=np.array(log[r]); print("   ",r,f"{time.process_time()-T:.1f}s modes",m[:,0],"near",m[:,1].round(),"overlap",m[:,2].round(),flush=True)
        for _ in range(k1):
            with torch.no_grad(): f=g(torch.randn(G,64,4))
            pts=torch.cat([true_points(64),f],1).requires_grad_(penalty>0)
            s=d(pts); loss=2*each(softplus(SIGN*s))
            if penalty:
                (sl,)=torch.autograd.grad(s[:,:64].sum(),pts,create_graph=True); loss=loss+penalty*sl[:,:64].square().sum(2).mean(1)
            step(od,loss.sum())
        for _ in range(k2):
            s=d(g(torch.randn(G,64,4))); step(og,each(softplus(-s) if second else -softplus(s)).sum())
for name,kw in {"k1=4":dict(k1=4,rounds=1600),"k1=4 first":dict(k1=4,second=False,rounds=1600),"k2=3":dict(k2=3,rounds=500),"1,1":{},"k1=4 pen":dict(k1=4,penalty=.1,rounds=1600),}.items():
    print(name,flush=True); play(look=(300,500,1000,1600,2500,4000),**kw)
