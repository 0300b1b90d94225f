//! The chart: a bar for each contestant, as long as its time beside the first one's.

use std::fmt::Write;

use crate::contest::Row;

const WIDTH: f64 = 760.0;
const NAMES: f64 = 250.0;
const LINE: f64 = 26.0;

/// An image that can be read on light and on dark ground.
pub(crate) fn draw(rows: &[Row]) -> String {
    let most = rows.iter().map(|row| row.clock).fold(1.0, f64::max);
    let scale = (WIDTH - NAMES - 60.0) / most;
    let height = LINE * rows.len() as f64 + 50.0;
    let mut image = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n\
         <title>Time to dump the IPv4 routes, beside a C program that receives and does not look</title>\n\
         <style>text {{ fill: #24292f }} .bar {{ fill: #8c959f }} .ours {{ fill: #1f883d }} line {{ stroke: #24292f }}\n\
         @media (prefers-color-scheme: dark) {{ text {{ fill: #e6edf3 }} .bar {{ fill: #6e7681 }} .ours {{ fill: #3fb950 }} \
         line {{ stroke: #e6edf3 }} }}</style>\n\
         <text x=\"0\" y=\"16\" font-weight=\"bold\">Time to dump the IPv4 routes: 1 is to receive them and not look</text>\n"
    );
    for (place, row) in rows.iter().enumerate() {
        let top = 30.0 + LINE * place as f64;
        let (middle, length) = (top + LINE * 0.65, row.clock * scale);
        let class = if row.name.starts_with("nlwire") { "ours" } else { "bar" };
        let _ = writeln!(
            image,
            "<text x=\"{:.0}\" y=\"{middle:.1}\" text-anchor=\"end\">{}</text>\
             <rect class=\"{class}\" x=\"{NAMES}\" y=\"{top:.1}\" width=\"{length:.1}\" height=\"{:.1}\" rx=\"2\"/>\
             <text x=\"{:.1}\" y=\"{middle:.1}\">{:.2}</text>",
            NAMES - 8.0,
            row.name,
            LINE - 6.0,
            NAMES + length + 6.0,
            row.clock,
        );
    }
    let (one, bottom) = (NAMES + scale, height - 16.0);
    let _ = writeln!(
        image,
        "<line x1=\"{one:.1}\" y1=\"26\" x2=\"{one:.1}\" y2=\"{bottom:.1}\" stroke-dasharray=\"3 3\"/>\n</svg>"
    );
    image
}
