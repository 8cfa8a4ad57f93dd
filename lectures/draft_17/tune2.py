exec(open("tune.py").read().split("bce=nn")[0])
from sklearn.linear_model import LogisticRegression
def run(name,net,rate,ep,B,n=2000,gap2=None):
    torch.manual_seed(0); t=time.process_time(); T=ep*-(-n//B)
    o=torch.optim.Adam(net.parameters(),rate,fused=True); s=torch.optim.lr_scheduler.CosineAnnealingLR(o,T)
    for e in range(ep):
        for i in torch.randperm(n).split(B): o.zero_grad(); mse(net(x[i]),x[i]).backward(); o.step(); s.step()
        if e%4==3:
            net.eval()
            with torch.no_grad(): print(name,e+1,round(mse(net(xt),xt).item(),4),f"{time.process_time()-t:.1f}s",flush=True)
            net.train()
    return net
for seed in (0,1):
    torch.manual_seed(seed); net=run(f"dense 2 numbers, seed {seed}",dense(2),4e-3,12,32)
    enc=net[:4]
    with torch.no_grad(): print("   ten classes",LogisticRegression(max_iter=3000).fit(enc(x[:2000]),y[:2000]).score(enc(xt),yt),flush=True)
torch.manual_seed(0); run("convbn 8/16 b32",convbn(16),5e-3,12,32)
