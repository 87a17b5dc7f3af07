#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Records terminal.svg: types commands into a real terminal (tmux) and draws what stands on its screen then.

Needs tmux, curl, and the ports 8080, 9001 and 9002. From the top of the repository:
    dotnet build samples/ConsoleHost && python3 docs/images/record.py
"""
import html
import os
import re
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
LB = os.path.join(HERE, "../../samples/ConsoleHost/bin/Debug/net10.0/lb.dll")
COLUMNS, ROWS = 100, 45
FONT, LINE, CHARACTER, MARGIN = 13, 18, 7.83, 18
COLOURS = {"30": "#484f58", "31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "34": "#79c0ff", "36": "#76e3ea", "37": "#e6edf3"}

CONFIGURATION = """\
listeners:
  web:
    bind: 127.0.0.1:8080
    pool: site
    idleTimeout: 15m
pools:
  site:
    backends:
      a: { address: 127.0.0.1:9001, weight: 3 }
      b: { address: 127.0.0.1:9002, wieght: 1 }
"""

# What is typed, and how the screen shows that it is done; None kills backend b.
STEPS = [
    ("lb check lb.yaml", "did you mean"),
    ("sed -i s/wieght/weight/ lb.yaml", "$"),
    ("lb run lb.yaml --log-level warning &", "admin listens on"),
    ("", "$"),
    ("for i in $(seq 40); do curl -s http://127.0.0.1:8080/name; done | sort | uniq -c", " 10 b"),
    ("lb drain site/a --wait 60s", "draining"),
    (None, None),
    ("lb backends", "site/b"),
    ("lb doctor site/b", "systemctl --failed"),
]


def tmux(*arguments):
    return subprocess.run(["tmux", "-L", f"record-{os.getpid()}", "-f", "/dev/null", *arguments], check=True, capture_output=True, text=True).stdout


def record(folder, backend_b):
    """The screen with its colours, after every step."""
    lines = ['PS1="\\[\\e[1;32m\\]$\\[\\e[0m\\] "', f"alias lb='dotnet \"{LB}\"'", f'cd "{folder}"', "set +m", "clear"]
    with open(f"{folder}/rc", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    tmux("new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), f"bash --noprofile --rcfile {folder}/rc -i")
    try:
        type_steps(backend_b)
        screen = tmux("capture-pane", "-e", "-p")
        tmux("send-keys", "kill $!", "Enter")
        time.sleep(3)
        return screen
    finally:
        tmux("kill-server")


def type_steps(backend_b):
    time.sleep(1)
    for command, done in STEPS:
        if command is None:
            backend_b.terminate()
            continue
        tmux("send-keys", command, "Enter")
        deadline = time.monotonic() + 60
        while done not in tmux("capture-pane", "-p").rsplit(f"$ {command}", 1)[-1]:
            if time.monotonic() > deadline:
                sys.exit(f"{command}: no '{done}' on the screen after a minute:\n{tmux('capture-pane', '-p')}")
            time.sleep(0.2)
        time.sleep(2)


def draw(screen):
    """An SVG: one text element a line, one span for each run of a colour."""
    lines = screen.rstrip().split("\n")
    width, height = round(COLUMNS * CHARACTER + 2 * MARGIN), len(lines) * LINE + 2 * MARGIN + 22
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
           f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>']
    out += [f'<circle cx="{MARGIN + 4 + 20 * i}" cy="20" r="6" fill="{c}"/>' for i, c in enumerate(("#ff5f57", "#febc2e", "#28c840"))]
    out.append(f'<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,\'DejaVu Sans Mono\',monospace" font-size="{FONT}" fill="#e6edf3" xml:space="preserve">')
    for number, line in enumerate(lines):
        colour, bold, column, spans = None, False, 0, []
        for part in re.split(r"(\x1b\[[0-9;]*m)", line):
            if part.startswith("\x1b"):
                for code in part[2:-1].split(";"):
                    if code in ("", "0", "39"):
                        colour, bold = None, bold and code == "39"
                    elif code == "1":
                        bold = True
                    else:
                        colour = COLOURS.get(code, colour)
            elif part.strip():
                lead = len(part) - len(part.lstrip())
                text = part.strip()
                style = (f' fill="{colour}"' if colour else "") + (' font-weight="bold"' if bold else "")
                spans.append(f'<tspan x="{MARGIN + (column + lead) * CHARACTER:.1f}" textLength="{len(text) * CHARACTER:.1f}"{style}>{html.escape(text)}</tspan>')
            column += 0 if part.startswith("\x1b") else len(part)
        if spans:
            out.append(f'<text y="{MARGIN + 38 + number * LINE}">{"".join(spans)}</text>')
    return "\n".join([*out, "</g>", "</svg>", ""])


def main():
    with tempfile.TemporaryDirectory() as folder:
        backends = []
        for name, port in (("a", "9001"), ("b", "9002")):
            os.mkdir(f"{folder}/{name}")
            with open(f"{folder}/{name}/name", "w", encoding="utf-8") as file:
                file.write(name + "\n")
            command = [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1", "--directory", f"{folder}/{name}"]
            backends.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        try:
            with open(f"{folder}/lb.yaml", "w", encoding="utf-8") as file:
                file.write(CONFIGURATION)
            screen = record(folder, backends[1])
        finally:
            for backend in backends:
                backend.terminate()
    with open(os.path.join(HERE, "terminal.svg"), "w", encoding="utf-8") as file:
        file.write(draw(screen))


main()
