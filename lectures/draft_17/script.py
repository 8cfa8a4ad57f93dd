"""Run the lecture's code cells in order as a script: timings, claims; figures saved as PNG."""
import os
os.environ["OMP_NUM_THREADS"]="1"
import json,sys,time,re,io,traceback
sys.path.insert(0,"SCRATCH"); sys.path.insert(0,"SCRATCH")
import matplotlib; matplotlib.use("Agg")
DRY=None
src=open("SCRATCH").read()
D={}; exec(open("SCRATCH").read(),D)
if os.path.exists("SCRATCH"): exec(open("SCRATCH").read(),D)
def val(m):
    k=m[1]
    return str(D[k]) if k in D else k
src=re.sub(r"<<(\w+)>>",val,src)
from course_utils import datasets, figures, claims
import course_utils.figures.display as disp
import torch
OUT="SCRATCH"; os.makedirs(OUT,exist_ok=True)
cur=[""]; n=[0]
def show(figure=None,alt=None):
    n[0]+=1
    import matplotlib.pyplot as plt
    if isinstance(figure,figures.Animation):
        open(f"{OUT}{cur[0]}_{n[0]}.gif","wb").write(figure.gif()); return
    from course_utils.figures.dressing import dress
    dress(figure); figure.savefig(f"{OUT}{cur[0]}_{n[0]}.png",dpi=80,bbox_inches="tight"); print("   FIG",cur[0],n[0],(alt or figure.alt)[:900]); plt.close(figure)
ids=[p.split()[1] for p in re.split(r"^#%% ",src,flags=re.M)[1:]]
BCELLS=set(ids[ids.index("546c3a24"):ids.index("20120093")])|{"17e00044","17e00010"}
g={"__name__":"lecture"}
figures.__dict__["show"]=show; figures.__dict__["step"]=show
DR=int(os.environ.get("DRAWS","5")); _r=claims.repeat
claims.repeat=lambda e,draws=5: _r(e,min(draws,DR))
PART=os.environ.get("PART","")
T0=time.process_time()
only=sys.argv[1:] 
for part in re.split(r"^#%% ",src,flags=re.M)[1:]:
    head,_,body=part.partition("\n"); kind,cid,*fl=head.split()
    if kind!="code": continue
    sec=PART if cid in ("546c3a24","aee66116") else "B" if cid in BCELLS else "A"
    if PART and cid!="9d41fd35" and sec!=PART: continue
    cur[0]=cid; n[0]=0; t=time.process_time()
    if cid=="9d41fd35": body=body.replace('SOURCE = "sample"',f'SOURCE = "{os.environ.get("SRC","sample")}"')
    try: exec(compile(body,cid,"exec"),g)
    except Exception: traceback.print_exc(limit=3,file=sys.stdout); 
    print(f"== {cid} {time.process_time()-t:.1f}s  total {time.process_time()-T0:.1f}",flush=True)
