//! A page as PDF 1.4, by hand: filled and stroked paths, pictures, letters as outlines. A crate that turns SVG into PDF
//! would bring a parser, a font database and a text shaper, for what these lines do.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::{Color, Drawn, FigureError, Label, Point, Surface, text, whole};

/// The content of a page in device units, y down.
#[derive(Default)]
pub(super) struct Pdf {
    content: String,
    /// Opacities in thousandths, each a state of the page's resources.
    opacities: BTreeSet<u32>,
    /// Width, height and pixels.
    pictures: Vec<(u32, u32, Vec<u8>)>,
}

/// A circle of radius 1 by four cubics.
const ROUND: f64 = 0.552_284_75;

impl Pdf {
    fn say(&mut self, words: std::fmt::Arguments<'_>) {
        // Writing into a string does not fail.
        let _ = self.content.write_fmt(words);
        self.content.push('\n');
    }

    /// Colour and opacity of what follows.
    fn color(&mut self, color: Color) {
        let [r, g, b] = color.rgb.map(|c| f64::from(c) / 255.0);
        let opacity = (1000.0 * color.alpha.clamp(0.0, 1.0)).round() as u32;
        self.opacities.insert(opacity);
        self.say(format_args!(
            "{r:.3} {g:.3} {b:.3} rg {r:.3} {g:.3} {b:.3} RG /A{opacity} gs"
        ));
    }

    fn trace(&mut self, points: &[(i32, i32)]) {
        for (k, (x, y)) in points.iter().enumerate() {
            let how = if k == 0 { 'm' } else { 'l' };
            self.say(format_args!("{x} {y} {how}"));
        }
    }

    fn dot(&mut self, (x, y): (i32, i32), r: f64) {
        let (x, y) = (f64::from(x), f64::from(y));
        let k = ROUND * r;
        self.say(format_args!("{:.1} {y:.1} m", x + r));
        let (mut sx, mut sy) = (1.0, 0.0);
        for _ in 0..4 {
            // A quarter from (sx, sy) to (ex, ey); each tangent points to the other end.
            let (ex, ey) = (-sy, sx);
            let (ax, ay) = (x + r * sx + k * ex, y + r * sy + k * ey);
            let (bx, by) = (x + r * ex + k * sx, y + r * ey + k * sy);
            let (cx, cy) = (x + r * ex, y + r * ey);
            self.say(format_args!(
                "{ax:.1} {ay:.1} {bx:.1} {by:.1} {cx:.1} {cy:.1} c"
            ));
            (sx, sy) = (ex, ey);
        }
        self.say(format_args!("f"));
    }

    /// The whole file; `size` in points, `point` points to the device unit.
    pub(super) fn file(
        &self,
        (width, height): (f64, f64),
        point: f64,
    ) -> Result<Vec<u8>, FigureError> {
        let state = |a: &u32| {
            let part = f64::from(*a) / 1000.0;
            format!("/A{a} << /ca {part} /CA {part} >> ")
        };
        let states: String = self.opacities.iter().map(state).collect();
        let (first, count) = (5, self.pictures.len());
        let name = |k: usize| format!("/P{k} {} 0 R ", first + k);
        let names: String = (0..count).map(name).collect();
        let mut file = File::default();
        file.object(b"<< /Type /Catalog /Pages 2 0 R >>");
        file.object(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width:.3} {height:.3}] /Contents 4 0 R /Resources << /ExtGState << {states}>> /XObject << {names}>> >> >>"
        );
        file.object(page.as_bytes());
        // Round ends and corners, as everywhere.
        let content = format!(
            "{point:.8} 0 0 {:.8} 0 {height:.3} cm 1 J 1 j\n{}",
            -point, self.content
        );
        file.stream("", content.as_bytes())?;
        for (w, h, rgb) in &self.pictures {
            let about = format!(
                "/Type /XObject /Subtype /Image /Width {w} /Height {h} /ColorSpace /DeviceRGB /BitsPerComponent 8 "
            );
            file.stream(&about, rgb)?;
        }
        Ok(file.finish())
    }
}

impl Surface for Pdf {
    fn line(&mut self, points: &[Point], width: f64, color: Color) {
        let (points, width) = (whole(points), width.round().max(1.0) as u32);
        self.color(color);
        if let [only] = points[..] {
            return self.dot(only, f64::from(width.div_ceil(2)));
        }
        self.say(format_args!("{width} w"));
        self.trace(&points);
        self.say(format_args!("S"));
    }

    fn polygon(&mut self, points: &[Point], color: Color) {
        self.color(color);
        self.trace(&whole(points));
        self.say(format_args!("f"));
    }

    fn rect(&mut self, a: (i32, i32), b: (i32, i32), color: Color) {
        self.color(color);
        let (w, h) = (b.0 - a.0, b.1 - a.1);
        self.say(format_args!("{} {} {w} {h} re f", a.0, a.1));
    }

    fn label(&mut self, label: Label<'_>) {
        self.color(label.color);
        let back = text::before(label.words, label.em, label.align);
        let mut content = std::mem::take(&mut self.content);
        text::outline(label.words, label.em, |points, end| {
            for (along, up) in points {
                let (x, y) = label.place(along - back, *up);
                let _ = write!(content, "{x:.1} {y:.1} ");
            }
            content.push_str(end);
        });
        self.content = content;
        self.say(format_args!("f"));
    }

    fn picture(&mut self, (x, y): (i32, i32), size: (u32, u32), cells: (u32, u32), rgb: &[u8]) {
        let (w, h) = size;
        let (bottom, number) = (y + h as i32, self.pictures.len());
        self.say(format_args!(
            "q {w} 0 0 -{h} {x} {bottom} cm /P{number} Do Q"
        ));
        self.pictures.push((cells.0, cells.1, rgb.to_vec()));
    }
}

/// Objects one after the other, and where each begins.
struct File {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl Default for File {
    fn default() -> Self {
        File {
            // Bytes beyond ASCII tell that it is no text.
            bytes: b"%PDF-1.4\n%\xc3\xa4\xc3\xb6\n".to_vec(),
            places: Vec::new(),
        }
    }
}

impl File {
    fn object(&mut self, body: &[u8]) {
        self.places.push(self.bytes.len());
        let number = self.places.len();
        self.bytes.extend(format!("{number} 0 obj\n").bytes());
        self.bytes.extend(body);
        self.bytes.extend(b"\nendobj\n");
    }

    fn stream(&mut self, about: &str, data: &[u8]) -> Drawn {
        let failed = |error: std::io::Error| FigureError::Drawing(error.to_string());
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(data).map_err(failed)?;
        let packed = encoder.finish().map_err(failed)?;
        let head = format!(
            "<< {about}/Filter /FlateDecode /Length {} >>\nstream\n",
            packed.len()
        );
        self.object(&[head.as_bytes(), &packed, b"\nendstream"].concat());
        Ok(())
    }

    fn finish(mut self) -> Vec<u8> {
        let start = self.bytes.len();
        let count = self.places.len() + 1;
        let mut end = format!("xref\n0 {count}\n0000000000 65535 f \n");
        for place in &self.places {
            let _ = writeln!(end, "{place:010} 00000 n ");
        }
        let _ = write!(
            end,
            "trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
        );
        self.bytes.extend(end.bytes());
        self.bytes
    }
}
