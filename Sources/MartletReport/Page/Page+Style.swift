extension Page {
    /// Colours first in light, then in dark; the eight of series can be told apart in either, also by the colour-blind.
    static let style = """
        :root { color-scheme: light dark; --paper: #fff; --card: #fafafa; --ink: #1d1d1f; --soft: #62666d; --grid: #ddd; \
        --good: #1a7f37; --bad: #b3261e; --c0: #0b62c4; --c1: #c4520b; --c2: #1a7f37; --c3: #8250df; --c4: #b3261e; --c5: #0a7d8c; \
        --c6: #8a6d00; --c7: #a0327b; }
        @media (prefers-color-scheme: dark) { :root { --paper: #16181c; --card: #1d2026; --ink: #e6e6e6; --soft: #a4a9b3; \
        --grid: #3a3d44; --good: #5fd07d; --bad: #ff8a80; --c0: #6cb0ff; --c1: #ff9f5a; --c2: #5fd07d; --c3: #c3a2ff; --c4: #ff8a80; \
        --c5: #5fd3e0; --c6: #e0c040; --c7: #f090cc; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
        main { max-width: 80rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 0.5rem; } h3 { font-size: 1rem; margin: 0; }
        .charts { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 23rem), 1fr)); align-items: start; margin-bottom: 1rem; }
        figure { margin: 0; padding: 0.6rem; background: var(--card); border: 1px solid var(--grid); border-radius: 6px; }
        figcaption { font-weight: 600; font-size: 14px; margin-bottom: 0.3rem; }
        figure > svg, figure > .wide svg { display: block; width: 100%; height: auto; } .broad { grid-column: 1 / -1; }
        svg text { fill: var(--ink); font: 11px system-ui, sans-serif; } svg text.on { fill: var(--paper); }
        .grid { stroke: var(--grid); stroke-width: 1; } .contour { stroke: var(--soft); stroke-width: 0.7; fill: none; opacity: 0.6; }
        .cross { stroke: var(--ink); stroke-width: 2; fill: none; }
        .ridge { fill: var(--c0); fill-opacity: 0.55; stroke: var(--card); stroke-width: 0.8; }
        \((0..<Palette.count).map { ".s\($0) { stroke: var(--c\($0)); stroke-width: 1.8; fill: none; } .f\($0) { fill: var(--c\($0)); }" }.joined(separator: " "))
        .faint { opacity: 0.4; stroke-width: 1; }
        .legend { list-style: none; margin: 0.3rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: 0.1rem 0.9rem; font-size: 13px; }
        .legend .key { width: 16px; height: 8px; margin-right: 5px; } .key path { stroke-width: 3; }
        .wide { overflow-x: auto; margin: 0.5rem 0 1rem; overflow-wrap: normal; }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
        th, td { padding: 0.2rem 0.9rem 0.2rem 0; text-align: left; border-bottom: 1px solid var(--grid); white-space: nowrap; }
        .n { text-align: right; }
        .wrong td { color: var(--bad); }
        .pictures { display: flex; flex-wrap: wrap; gap: 0.5rem; }
        .picture { padding: 0.4rem; } .picture figcaption { font-weight: 400; font-size: 12px; margin: 0.2rem 0 0; max-width: 7rem; }
        .picture img { display: block; image-rendering: pixelated; }
        .notice { border-left: 4px solid var(--good); background: var(--card); padding: 0.6rem 0.9rem; margin: 0.5rem 0; }
        .notice.bad { border-color: var(--bad); } .notice p { margin: 0.2rem 0; } .notice h3 { color: var(--good); } .notice.bad h3 { color: var(--bad); }
        """
}
