import os,sys
os.environ["OMP_NUM_THREADS"]="1"
sys.argv=[sys.argv[0],"x"]+sys.argv[1:]
from gen import *
softplus=nn.functional.softplus
def G28(c1=32,c2=16,z=16): return nn.Sequential(nn.Linear(z,c1*49),nn.Unflatten(1,(c1,7,7)),nn.BatchNorm2d(c1),nn.ReLU(),nn.ConvTranspose2d(c1,c2,4,2,1),nn.BatchNorm2d(c2),nn.ReLU(),nn.ConvTranspose2d(c2,1,4,2,1),nn.Sigmoid())
def D28(c1=32,c2=16): return nn.Sequential(nn.Conv2d(1,c2,4,2,1),nn.LeakyReLU(.2),nn.Conv2d(c2,c1,4,2,1),nn.LeakyReLU(.2),nn.Flatten(),nn.Linear(c1*49,1))
def play(g,d,rounds,data,B=50,rg=2e-3,rd=2e-3,k1=1,look=()):
    og,od=(torch.optim.Adam(n.parameters(),r,betas=(.5,.9),fused=True) for n,r in ((g,rg),(d,rd)))
    t=T()
    for r in range(rounds+1):
        if r in look:
            g.eval()
            with torch.no_grad(): im=g(torch.randn(1000,16))
            show(f"   GAN {r} {T()-t:.1f}s",im); g.train()
        for _ in range(k1):
            true,fake=data[torch.randint(len(data),(B,))],g(torch.randn(B,16))
            l=softplus(-d(true)).mean()+softplus(d(fake.detach())).mean(); od.zero_grad(); l.backward(); od.step()
        l=softplus(-d(fake)).mean(); og.zero_grad(); l.backward(); og.step()
    return g
for c1,c2 in ((32,16),(24,12)):
  for rg,rd in ((2e-3,2e-3),(2e-3,1e-3)):
    torch.manual_seed(0); print(c1,c2,rg,rd); play(G28(c1,c2),D28(c1,c2),1000,x,look=(100,200,400,600,1000),rg=rg,rd=rd)
