"""Judge, random codes of AE, VAE, PCA; precision and recall."""
import os,sys
os.environ["OMP_NUM_THREADS"]="1"
from ae import *
from data import *
import time
T=time.process_time
def reader_net():
    return nn.Sequential(nn.Conv2d(1,8,5,2,2),nn.ReLU(),nn.Conv2d(8,16,3,2,1),nn.ReLU(),nn.Flatten(),nn.Linear(16*49,32),nn.ReLU(),nn.Linear(32,10))
def fit(net,loss,n,epochs=8,rate=4e-3,batch=64):
    o=torch.optim.Adam(net.parameters(),rate,fused=True); s=torch.optim.lr_scheduler.CosineAnnealingLR(o,epochs*-(-n//batch))
    for _ in range(epochs):
        for i in torch.randperm(n).split(batch):
            o.zero_grad(); loss(i).backward(); o.step(); s.step()
    return net.eval()
torch.manual_seed(0); t=T()
reader=reader_net(); fit(reader,lambda i: nn.functional.cross_entropy(reader(x[i]),y[i]),len(x),4)
with torch.no_grad(): acc=(reader(xt).argmax(1)==yt).float().mean().item()
print("reader",acc,f"{T()-t:.1f}s",flush=True)
@torch.no_grad()
def feat(im): return reader[:-1](im)
def reach(f,k=3): return torch.cdist(f,f).kthvalue(k+1,dim=1).values
def covered(p,of,r): return 100*(torch.cdist(p,of)<=r).any(1).float().mean().item()
REAL=feat(x[:1000]); RR=reach(REAL)
def pr(im):
    f=feat(im); return covered(f,REAL,RR),covered(REAL,f,reach(f))
def nearest(im):
    own=torch.cdist(xt.flatten(1),x.flatten(1)).min(1).values.median()
    return (torch.cdist(im.flatten(1),x.flatten(1)).min(1).values.median()/own).item()
def show(name,im):
    with torch.no_grad():
        p,r=pr(im); k=reader(im).argmax(1).bincount(minlength=10); print(f"{name:30s} precision {p:5.1f} recall {r:5.1f} nearest {nearest(im):.2f} classes {(k>=30).sum().item()} overlap {torch.minimum(k/len(im),torch.tensor(.1)).sum().item():.2f}",flush=True)
show("real test",xt); show("train copies",x[1000:2000]); show("ten copies",x[1000:1010].repeat(100,1,1,1)+.02*torch.rand(1000,1,28,28)); show("one class",x[y==1][:300].repeat(4,1,1,1)[:1000]+.01*torch.rand(1000,1,28,28))
show("noise",torch.rand(1000,1,28,28)); show("mean",x.mean(0,keepdim=True)+.01*torch.randn(1000,1,28,28))
for k in (16,50,200):
    p=PCA(k).fit(x[:2000].flatten(1)); z=torch.randn(1000,k)*torch.tensor(p.explained_variance_).sqrt()
    show(f"PCA gauss {k}",torch.from_numpy(p.inverse_transform(z.numpy())).float().clip(0,1).reshape(-1,1,28,28))
show("pairs mixed",(x[:1000]+x[1000:2000])/2)
def gauss(z,n=1000,full=False):
    if full: return torch.distributions.MultivariateNormal(z.mean(0),torch.cov(z.T)+1e-4*torch.eye(z.shape[1])).sample((n,))
    return z.mean(0)+z.std(0)*torch.randn(n,z.shape[1])
class VAE(nn.Module):
    def __init__(s,enc,dec,noise): super().__init__(); s.encoder,s.decoder,s.noise=enc,dec,noise
    def forward(s,a):
        m,lv=s.encoder(a).chunk(2,-1); return s.decoder(m+(lv/2).exp()*torch.randn_like(m)),m,lv
    def loss(s,a):
        b,m,lv=s(a); return ((b-a).square().flatten(1).sum(1)/(2*s.noise**2)+.5*(m**2+lv.exp()-1-lv).sum(1)).mean()
N=2000
def half(kind,gap,out):
    a=kind(gap); e=kind(out)[0]; return e,a[1]
if len(sys.argv)<2:
  for name,kind in (("dense",dense),("conv",conv)):
    for seed in range(2):
        torch.manual_seed(seed); t=T(); net=train(kind(16),x[:N],x[:N],10)
        with torch.no_grad(): z=net[0](x[:N]); a,b=net[1](gauss(z)),net[1](gauss(z,full=True))
        print(f"{T()-t:.1f}s"); show(f"AE {name} diag",a); show(f"AE {name} full",b)
    for noise in (.15,.25,.4):
      for ep in (10,20):
        torch.manual_seed(0); t=T(); e,d=half(kind,16,32); v=VAE(e,d,noise); fit(v,lambda i:v.loss(x[i]),N,ep,2e-3)
        with torch.no_grad(): a=d(torch.randn(1000,16)); rec=mse(d(e(xt)[:,:16]),xt).item()
        print(f"{T()-t:.1f}s rec {rec:.4f}"); show(f"VAE {name} {noise} {ep}",a)
