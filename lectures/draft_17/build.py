"""lec.txt -> the notebook's cells (stdlib only); set-up and first cell's badge are the old ones."""
import json,re,sys,subprocess
NB="SCRATCH"
base=json.loads(subprocess.check_output(["git","-C","SCRATCH","show","31e7a67:lectures/17_autoencoders_and_gans.ipynb"]))
old={c["id"]:c for c in base["cells"]}
text=open("lec.txt").read()
num={}
try: exec(open("texts.py").read(),num)
except FileNotFoundError: pass
cells=[]
for part in re.split(r"^#%% ",text,flags=re.M)[1:]:
    head,_,body=part.partition("\n"); kind,cid,*flags=head.split(); body=body.strip("\n")
    body=re.sub(r"<<(\w+)>>",lambda m: str(num.get(m[1],"???"+m[1])),body)
    if kind=="keep": cells.append(old[cid]); continue
    if cid=="c3bd6ffd":
        o=old[cid]["source"]; o="".join(o) if isinstance(o,list) else o
        body=body.replace("[BADGE]",[l for l in o.splitlines() if l.startswith("[![Open")][0])
    meta={}
    if "hidden" in flags or "solution" in flags:
        meta={"cellView":"form","jupyter":{"source_hidden":True},"tags":["hide-input"]+(["solution"] if "solution" in flags else [])}
    if "vary" in flags: meta.setdefault("tags",[]).append("nbval-ignore-output")
    c={"cell_type":"markdown" if kind=="md" else "code","id":cid,"metadata":meta,"source":body.splitlines(True)}
    if kind!="md": c|={"execution_count":None,"outputs":[]}
    cells.append(c)
ids=[c["id"] for c in cells]; assert len(ids)==len(set(ids)),[i for i in ids if ids.count(i)>1]
base["cells"]=cells
json.dump(base,open(NB,"w"),indent=1,ensure_ascii=False); open(NB,"a").write("\n")
words=sum(len(re.sub(r"<details>.*?</details>"," ","".join(c["source"]),flags=re.S).split()) for c in cells if c["cell_type"]=="markdown" and not "".join(c["source"]).startswith("## Sources"))
lines=sum(bool(l.strip()) for c in cells if c["cell_type"]=="code" and not (set(c["metadata"].get("tags",[]))&{"hide-input","setup"}) for l in "".join(c["source"]).splitlines())
print(len(cells),"cells",words,"words",lines,"lines",round(words/max(1,lines),2))
for c in cells:
    if c["cell_type"]=="code":
        s="".join(c["source"]).splitlines()
        if "setup" in c["metadata"].get("tags",[]): continue
        if len(s)>25 and not c["metadata"].get("tags"): print("long",c["id"],len(s))
        for l in s:
            if len(l)>88 and "hide-input" not in c["metadata"].get("tags",[]): print("wide",c["id"],l)
print("missing:",re.findall(r"\?\?\?\w+",json.dumps(cells)))
