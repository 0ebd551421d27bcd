//! A page as SVG, whose words stay words.

use std::fmt::Write as _;

use super::{
    Align, Color, Drawn, FigureError, Label, Point, Surface, WHITE, encode, spread, text, whole,
};

pub(super) struct Svg {
    page: String,
    failed: Drawn,
}

impl Svg {
    /// A white page of so many device pixels; `shown` is its size in the words of the format.
    pub(super) fn new((width, height): (i32, i32), shown: (String, String)) -> Svg {
        let (wide, high) = shown;
        let mut svg = Svg {
            page: format!(
                "<svg width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {width} {height}\" xmlns=\"http://www.w3.org/2000/svg\">\n"
            ),
            failed: Ok(()),
        };
        svg.rect((0, 0), (width, height), WHITE);
        svg
    }

    pub(super) fn finish(self) -> Result<Vec<u8>, FigureError> {
        self.failed.map(|()| (self.page + "</svg>\n").into_bytes())
    }

    fn say(&mut self, words: std::fmt::Arguments<'_>) {
        // Writing into a string does not fail.
        let _ = self.page.write_fmt(words);
        self.page.push('\n');
    }

    /// Words in letters of one size.
    fn words(&mut self, label: Label<'_>) {
        let Label { em, at: (x, y), .. } = label;
        let anchor = match label.align {
            Align::Left => "start",
            Align::Center => "middle",
            Align::Right => "end",
        };
        let turned = match label.upward {
            true => format!(" transform=\"rotate(270, {x}, {y})\""),
            false => String::new(),
        };
        let (family, (color, opacity)) = (text::FAMILY, fill(label.color));
        let words = escaped(label.words);
        self.say(format_args!(
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" font-family=\"{family}\" font-size=\"{em}\" opacity=\"{opacity}\" fill=\"{color}\"{turned}>\n{words}\n</text>"
        ));
    }
}

/// A colour and its opacity.
fn fill(color: Color) -> (String, f64) {
    let [r, g, b] = color.rgb;
    (format!("#{r:02X}{g:02X}{b:02X}"), color.alpha)
}

fn joined(points: &[(i32, i32)]) -> String {
    points.iter().map(|(x, y)| format!("{x},{y} ")).collect()
}

fn escaped(words: &str) -> String {
    let words = words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    words.replace('"', "&quot;").replace('\'', "&apos;")
}

impl Surface for Svg {
    fn line(&mut self, points: &[Point], width: f64, color: Color) {
        let (points, width) = (whole(points), width.round().max(1.0) as u32);
        let (color, opacity) = fill(color);
        if let [(x, y)] = points[..] {
            let r = width.div_ceil(2);
            return self.say(format_args!(
                "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" opacity=\"{opacity}\" fill=\"{color}\" stroke=\"none\" stroke-width=\"1\"/>"
            ));
        }
        let points = joined(&points);
        self.say(format_args!(
            "<polyline fill=\"none\" opacity=\"{opacity}\" stroke=\"{color}\" stroke-width=\"{width}\" points=\"{points}\"/>"
        ));
    }

    fn polygon(&mut self, points: &[Point], color: Color) {
        let (points, (color, opacity)) = (joined(&whole(points)), fill(color));
        self.say(format_args!(
            "<polygon opacity=\"{opacity}\" fill=\"{color}\" points=\"{points}\"/>"
        ));
    }

    fn rect(&mut self, (x, y): (i32, i32), b: (i32, i32), color: Color) {
        let (w, h, (color, opacity)) = (b.0 - x, b.1 - y, fill(color));
        self.say(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" opacity=\"{opacity}\" fill=\"{color}\" stroke=\"none\"/>"
        ));
    }

    fn label(&mut self, label: Label<'_>) {
        let runs = text::runs(label.words);
        if let [only] = &runs[..] {
            let words = only.words;
            return self.words(Label { words, ..label });
        }
        let mut along = -text::before(label.words, label.em, label.align);
        for run in &runs {
            let (words, em) = (run.words, run.size * label.em);
            let at = whole(&[label.place(along, run.rise * label.em)])[0];
            let align = Align::Left;
            self.words(Label {
                words,
                em,
                at,
                align,
                ..label
            });
            along += text::width(words, em);
        }
    }

    fn picture(&mut self, (x, y): (i32, i32), size: (u32, u32), cells: (u32, u32), rgb: &[u8]) {
        let (w, h) = size;
        match encode(&spread(size, cells, rgb), size) {
            Ok(bytes) => {
                let data = base64(&bytes);
                self.say(format_args!(
                    "<image x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" href=\"data:image/png;base64,{data}\"/>"
                ));
            }
            Err(error) => self.failed = Err(error),
        }
    }
}

/// Three bytes as four letters; `=` stands for what the last three lack.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |k: usize| u32::from(three.get(k).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for k in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * k) & 63) as usize];
            text.push(if k > three.len() {
                '='
            } else {
                char::from(letter)
            });
        }
    }
    text
}
