#include "report/style.h"

namespace propius {
namespace {

// The series' colours keep apart for readers with each of the common colour-vision deficiencies: in both themes their
// lightness differs as much as their hue.
constexpr std::string_view kStyleSheet = R"css(
:root {
  color-scheme: light dark;
  --page: #fcfcfb; --ink: #1c2024; --muted: #60676f; --hairline: #e4e6e8; --grid: #eceeef; --axis: #b4bac0;
  --hole: #f2f3f4; --heat: #1257c4; --on-color: #ffffff;
  --c1: #1257c4; --c2: #c8500a; --c3: #2ba48c; --c4: #7d2a6b; --c5: #b8930c;
  --c6: #4aa8f5; --c7: #55290a; --c8: #6b7580; --c9: #4b2aa0; --c10: #86923a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #15181c; --ink: #e8eaed; --muted: #9ba3ac; --hairline: #2b3036; --grid: #24292e; --axis: #545c65;
    --hole: #1c2025; --heat: #5a98ff; --on-color: #0e1114;
    --c1: #4b8dfb; --c2: #e8652a; --c3: #7fead0; --c4: #c08fc4; --c5: #f9c440;
    --c6: #a5dcff; --c7: #9c6a3c; --c8: #7f8791; --c9: #9a86f5; --c10: #b7cf9a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; -webkit-font-smoothing: antialiased;
}
main { max-width: 940px; margin: 0 auto; padding: 72px 40px 96px; }
h1 { font-size: 36px; line-height: 1.15; letter-spacing: -0.02em; font-weight: 680; margin: 0 0 16px; text-wrap: balance; }
h2 { font-size: 22px; line-height: 1.3; letter-spacing: -0.01em; font-weight: 650; margin: 64px 0 8px; }
h3 { font-size: 16px; line-height: 1.4; font-weight: 620; margin: 0; }
p { margin: 0 0 16px; max-width: 68ch; text-wrap: pretty; overflow-wrap: anywhere; }
.lead { font-size: 19px; line-height: 1.55; color: var(--muted); }
.tiles {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 32px 28px;
  margin: 40px 0; padding: 0;
}
.tile { display: flex; flex-direction: column; border-top: 2px solid var(--c, var(--ink)); padding-top: 12px; }
.tile dd { margin: 0; overflow-wrap: anywhere; }
.tile dt { font-size: 14px; font-weight: 600; line-height: 1.4; overflow-wrap: anywhere; }
.tile .value { order: -1; font-size: 32px; line-height: 1.2; font-weight: 640; letter-spacing: -0.02em; }
.tile .note { font-size: 13px; line-height: 1.45; color: var(--muted); }
.figures { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); column-gap: 48px; }
.figures > figure { grid-column: 1 / -1; }
.figures > figure.half { grid-column: auto; }
figure { margin: 28px 0 28px; min-width: 0; break-inside: avoid; }
figcaption { font-size: 14px; line-height: 1.55; color: var(--muted); max-width: 72ch; margin-top: 2px; overflow-wrap: anywhere; }
figure > svg, .scroll { margin-top: 20px; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg svg { overflow: hidden; }
.narrow { display: none; max-width: 480px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14.5px; line-height: 1.4; }
th { text-align: left; font-weight: 600; font-size: 13px; color: var(--muted); vertical-align: bottom; }
th, td { padding: 9px 20px 9px 0; border-bottom: 1px solid var(--hairline); }
td { vertical-align: top; }
thead th { border-bottom-color: var(--axis); }
th:last-child, td:last-child { padding-right: 2px; }
.number { text-align: right; white-space: nowrap; }
.dot-cell { white-space: nowrap; }
.dot-cell::before {
  content: ""; display: inline-block; width: 9px; height: 9px; border-radius: 50%; background: var(--c); margin-right: 9px;
}
footer { margin-top: 96px; padding-top: 16px; border-top: 1px solid var(--hairline); font-size: 13px; color: var(--muted); }
text { font-family: inherit; font-size: 12px; fill: var(--ink); }
.tick, .title { fill: var(--muted); }
.small { font-size: 11px; }
.name { font-weight: 600; }
.halo { paint-order: stroke; stroke: var(--page); stroke-width: 3px; stroke-linejoin: round; }
.grid { stroke: var(--grid); }
.axis { stroke: var(--axis); }
.line { fill: none; stroke: var(--c); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.line.dashed { stroke-dasharray: 7 5; }
.target { stroke: var(--c); stroke-dasharray: 2 4; stroke-width: 1.25; opacity: 0.75; }
.dot { fill: var(--c); stroke: var(--page); stroke-width: 1.25; }
.hit { fill: transparent; }
.hit:hover { fill: var(--c); stroke: var(--page); stroke-width: 2; }
.fill { fill: var(--c); }
.fill.pale { fill-opacity: 0.28; }
rect.fill:hover, .heat:hover { opacity: 0.8; }
.ink { fill: color-mix(in srgb, var(--c) 82%, var(--ink)); }
.heat { fill: var(--heat); }
.hole { fill: var(--hole); }
.cell { font-size: 12.5px; pointer-events: none; }
.on-color { fill: var(--on-color); pointer-events: none; }
.plain { --c: var(--muted); }
.s1 { --c: var(--c1); } .s2 { --c: var(--c2); } .s3 { --c: var(--c3); } .s4 { --c: var(--c4); } .s5 { --c: var(--c5); }
.s6 { --c: var(--c6); } .s7 { --c: var(--c7); } .s8 { --c: var(--c8); } .s9 { --c: var(--c9); } .s10 { --c: var(--c10); }
@media (max-width: 760px) {
  main { padding: 40px 20px 64px; }
  h1 { font-size: 28px; }
  h2 { font-size: 20px; margin-top: 56px; }
  .lead { font-size: 17px; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 24px 20px; }
  .tile .value { font-size: 26px; }
  .figures { grid-template-columns: minmax(0, 1fr); }
  .wide { display: none; }
  .narrow { display: block; }
}
@media print {
  :root {
    --page: #ffffff; --ink: #000000; --muted: #444444; --hairline: #cccccc; --grid: #e6e6e6; --axis: #888888;
    --hole: #f2f3f4; --heat: #1257c4; --on-color: #ffffff;
    --c1: #1257c4; --c2: #c8500a; --c3: #2ba48c; --c4: #7d2a6b; --c5: #b8930c;
    --c6: #4aa8f5; --c7: #55290a; --c8: #6b7580; --c9: #4b2aa0; --c10: #86923a;
  }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { max-width: none; padding: 0; }
  h2 { margin-top: 40px; break-after: avoid; }
  tr, .tile { break-inside: avoid; }
}
)css";

}  // namespace

std::string_view StyleSheet() { return kStyleSheet; }

}  // namespace propius
