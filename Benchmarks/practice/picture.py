"""Pictures for guides: SVG in light and dark, with nothing to load."""

import html
import math
import pathlib
import re
import statistics

COLOURS = {"light": ["#0b62c4", "#c4520b", "#1a7f37", "#8250df", "#b3261e", "#0a7d8c"],
           "dark": ["#6cb0ff", "#ff9f5a", "#5fd07d", "#c3a2ff", "#ff8a80", "#5fd3e0"]}


def style():
    def palette(name, ink, grid, paper):
        series = "".join(f".s{i}{{stroke:{c}}}.f{i}{{fill:{c}}}" for i, c in enumerate(COLOURS[name]))
        return f"text{{fill:{ink}}}.grid{{stroke:{grid}}}.mean,.mark{{stroke:{ink}}}.paper{{fill:{paper}}}" + series
    return ("text{font:12px system-ui,sans-serif}.title{font-weight:600}.mean{stroke-width:3}.mark{stroke-dasharray:4 3}.line{fill:none;stroke-width:1.8}.run{fill-opacity:.65}"
            + palette("light", "#1d1d1f", "#ddd", "#fff")
            + "@media(prefers-color-scheme:dark){" + palette("dark", "#e6e6e6", "#3a3d44", "#16181c") + "}")


def write(path, title, height, parts, width=660):
    pathlib.Path(path).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{html.escape(title)}">'
        f'<style>{style()}</style><rect class="paper" width="{width}" height="{height}"/>'
        f'<text class="title" x="12" y="16">{html.escape(title)}</text>{"".join(parts)}</svg>\n')


def dots(path, title, rows, text=lambda value: f"{100 * value:.1f} %", log=False, top=1, marks=(), names=("", "")):
    """Rows of a name, the values of the runs, and one more value that is drawn large, or none: dots over one axis.

    Marks are values with a line and a name of their own; names are those of the small dots and the large one."""
    if not path:
        return
    scale = math.log10 if log else float
    every = [scale(value) for _, values, other in rows for value in values + ([other] if other else [])] + [scale(value) for value, _ in marks]
    low, high = min(every), max(every)
    margin = (high - low) * 0.06 or 0.01
    low, high = low - margin, high + margin if log else min(top, high + margin)
    left, right, step = 230, 620, 30 if len(rows) < 12 else 20
    bottom = step * len(rows) + (52 if marks else 28)

    def x(value):
        return round(left + (scale(value) - low) / (high - low) * (right - left), 1)

    ticks = ([10.0 ** power for power in range(math.ceil(low), math.floor(high) + 1)] if log
             else [low + share * (high - low) / 5 for share in range(6)])
    parts = [f'<path class="grid" d="M{x(value)} 24V{bottom - 4}"/>'
             f'<text x="{x(value)}" y="{bottom + 10}" text-anchor="middle">{text(value)}</text>' for value in ticks]
    parts += [f'<path class="mark" d="M{x(value)} 38V{bottom - 4}"/>'
              f'<text x="{x(value)}" y="34" text-anchor="middle">{html.escape(name)}</text>' for value, name in marks]
    for place, (name, values, other) in enumerate(rows):
        y = (64 if marks else 40) + step * place
        parts.append(f'<text x="{left - 12}" y="{y + 4}" text-anchor="end">{html.escape(name)}</text>')
        if len(values) > 1:
            parts.append(f'<path class="mean" d="M{x(statistics.mean(values))} {y - 9}v18"/>')
        parts += [f'<circle class="run f0" cx="{x(value)}" cy="{y}" r="4"/>' for value in values]
        if other:
            parts.append(f'<circle class="f1" cx="{x(other)}" cy="{y}" r="{7 if len(values) > 1 else 5}"/>')
    height = bottom + 16
    if any(names):
        parts += [f'<circle class="f{i}" cx="{left + 130 * i}" cy="{height + 4}" r="4"/><text x="{left + 130 * i + 10}" y="{height + 8}">{name}</text>'
                  for i, name in enumerate(names)]
        height += 18
    write(path, title, height, parts)


def ticks(low, high, log):
    if log:
        whole = [10.0 ** power for power in range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)]
        return whole if len(whole) > 1 else [v * digit for v in [10.0 ** math.floor(math.log10(low)), 10.0 ** math.ceil(math.log10(low))]
                                             for digit in (1, 2, 5) if low <= v * digit <= high]
    step = 10.0 ** math.floor(math.log10((high - low) / 5))
    step *= next(factor for factor in (1, 2, 5, 10) if factor * step >= (high - low) / 5)
    return [step * place for place in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]


def lines(path, title, series, x_name, y_name, log_y=False, marks=()):
    """Curves: of each a name, its points, and whether it is dashed. Marks are places on the x axis with a name."""
    left, right, top, bottom = 62, 640, 28, 270
    points = [point for _, line, _ in series for point in line]
    low_x, high_x = min(p[0] for p in points), max(p[0] for p in points)
    low_y, high_y = min(p[1] for p in points), max(p[1] for p in points)
    if log_y:
        low_y, high_y = low_y / 1.1, high_y * 1.1
    else:
        low_y, high_y = low_y - 0.04 * (high_y - low_y), high_y + 0.04 * (high_y - low_y)

    def x(value):
        return round(left + (value - low_x) / (high_x - low_x) * (right - left), 1)

    def y(value):
        share = math.log(value / low_y) / math.log(high_y / low_y) if log_y else (value - low_y) / (high_y - low_y)
        return round(bottom - share * (bottom - top), 1)

    parts = [f'<path class="grid" d="M{x(v)} {top}V{bottom}"/><text x="{x(v)}" y="{bottom + 16}" text-anchor="middle">{v:g}</text>'
             for v in ticks(low_x, high_x, False)]
    parts += [f'<path class="grid" d="M{left} {y(v)}H{right}"/><text x="{left - 6}" y="{y(v) + 4}" text-anchor="end">{float(f"{v:.3g}"):g}</text>'
              for v in ticks(low_y, high_y, log_y)]
    parts.append(f'<text x="{(left + right) / 2}" y="{bottom + 34}" text-anchor="middle">{x_name}</text>'
                 f'<text transform="translate(14 {(top + bottom) / 2}) rotate(-90)" text-anchor="middle">{y_name}</text>')
    for value, name in marks:
        parts.append(f'<path class="mark" d="M{x(value)} {top}V{bottom}"/>'
                     f'<text x="{x(value) + 6}" y="{top + 14}">{html.escape(name)}</text>')
    place, row = left, bottom + 56
    for number, (name, line, dashed) in enumerate(series):
        dash = ' stroke-dasharray="6 5"' if dashed else ""
        parts.append(f'<polyline class="line s{number}"{dash} points="{" ".join(f"{x(a)},{y(b)}" for a, b in line)}"/>')
        width = 44 + 6.6 * len(name)
        if place + width > right:
            place, row = left, row + 20
        parts.append(f'<path class="line s{number}"{dash} d="M{place} {row - 4}h22"/><text x="{place + 28}" y="{row}">{html.escape(name)}</text>')
        place += width
    write(path, title, row + 12, parts)


def figure(page, path):
    """The first chart of a page that Martlet wrote, as a picture, with its legend below."""
    text = pathlib.Path(page).read_text()
    rules = re.search(r"<style>(.*?)</style>", text, re.S)[1]
    # Of the page's rules those of colours and of charts.
    kept = [rule for rule in re.findall(r":root \{.*?\}|@media.*?\} \}|(?:svg text|\.[a-z0-9.]+(?: text)?) \{[^}]*\}", rules, re.S)
            if rule.startswith((":root", "@media", "svg text", ".grid", ".s", ".f", ".cross", ".contour"))]
    title = re.search(r"<figcaption>(.*?)</figcaption>", text, re.S)[1]
    width, height, body = re.search(r'<figure>.*?<svg viewBox="0 0 ([0-9.]+) ([0-9.]+)"[^>]*>(.*?)</svg>', text, re.S).groups()
    entries = re.findall(r'<li>.*?class="(s\d)"([^>]*)/></svg>(.*?)</li>', text, re.S)
    width, height = float(width), float(height)
    parts = [f'<text x="10" y="16" style="font-weight:600">{title}</text><g transform="translate(0 22)">{body}</g>']
    place, row = 56, height + 38
    for colour, dash, name in entries:
        if place + 36 + 6 * len(name) > width:
            place, row = 56, row + 17
        parts.append(f'<path d="M{place} {row - 4}h16" class="{colour}"{dash}/><text x="{place + 22}" y="{row}">{name}</text>')
        place += 36 + 6 * len(name)
    pathlib.Path(path).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{1.5 * width:g}" height="{1.5 * (row + 10):g}" viewBox="0 0 {width:g} {row + 10:g}" role="img" aria-label="{title}">'
        f'<style>{" ".join(kept)} .paper {{ fill: var(--paper); }}</style><rect class="paper" width="100%" height="100%"/>'
        f'{"".join(parts)}</svg>\n')
