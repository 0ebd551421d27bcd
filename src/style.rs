//! How a figure is to look: what model files, the command line and the files of figures may say of all kinds.

use crate::refusal::Refusal;

/// How a figure is to look; what is not said is chosen.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "figures", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "figures", serde(default))]
pub struct Style {
    /// Width of the whole figure in centimetres.
    pub width: Option<f64>,
    /// Height of the whole figure in centimetres.
    pub height: Option<f64>,
    /// Size of numbers and legends in points; titles are larger in proportion.
    pub font: Option<f64>,
    /// Whether the title is shown.
    pub title: bool,
    /// Whether the line of parameters below it is shown.
    pub subtitle: bool,
    /// Colours of curves and areas: `#rrggbb`, or one name of a palette; empty for the first palette.
    pub colors: Vec<String>,
    /// Ends of the horizontal axis, rising.
    pub x: Option<[f64; 2]>,
    /// Ends of the vertical axis (of the first panel, where there are several), rising.
    pub y: Option<[f64; 2]>,
    /// Dots per inch of a PNG.
    pub resolution: Option<f64>,
    /// As what a figure of a run is kept: no part of the figure itself.
    #[cfg_attr(feature = "figures", serde(skip))]
    pub formats: Vec<Format>,
}

impl Default for Style {
    fn default() -> Self {
        Style {
            width: None,
            height: None,
            font: None,
            title: true,
            subtitle: true,
            colors: Vec::new(),
            x: None,
            y: None,
            resolution: None,
            formats: vec![Format::Png],
        }
    }
}

/// Okabe and Ito's colours (jfly.uni-koeln.de/color, 2008) are told apart by all common kinds of colour vision; vermillion
/// is kept for what went wrong, and yellow, too pale on white, is left out. Paul Tol's (personal.sron.nl/~pault) likewise.
const PALETTES: [(&str, &[&str]); 4] = [
    (
        "okabe-ito",
        &[
            "#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#000000",
        ],
    ),
    (
        "tol-bright",
        &["#4477aa", "#ccbb44", "#228833", "#aa3377", "#66ccee"],
    ),
    (
        "tol-muted",
        &[
            "#332288", "#ddcc77", "#117733", "#cc6677", "#88ccee", "#882255", "#44aa99", "#999933",
            "#aa4499",
        ],
    ),
    ("grey", &["#000000", "#999999", "#555555", "#c4c4c4"]),
];

/// Widest and highest figure, in centimetres; also the least side.
pub const SIDES: [f64; 2] = [2.0, 200.0];
/// Smallest and largest letters, in points.
pub const FONTS: [f64; 2] = [3.0, 72.0];
/// Coarsest and finest PNG, in dots per inch.
pub const RESOLUTIONS: [f64; 2] = [30.0, 2400.0];

impl Style {
    /// The names of palettes.
    pub fn palettes() -> impl Iterator<Item = &'static str> {
        PALETTES.iter().map(|(name, _)| *name)
    }

    /// The colours of curves.
    ///
    /// # Errors
    /// What is no colour.
    pub fn palette(&self) -> Result<Vec<[u8; 3]>, Refusal> {
        let named = match &self.colors[..] {
            [] => Some(PALETTES[0].1),
            [name] => {
                let mut all = PALETTES.iter();
                all.find(|(known, _)| known == name).map(|(_, c)| *c)
            }
            _ => None,
        };
        if let Some(colors) = named {
            return colors.iter().map(|c| color(c)).collect();
        }
        self.colors.iter().map(|c| color(c)).collect()
    }

    /// Whether all of it can be had.
    ///
    /// # Errors
    /// Which part cannot, and why.
    pub fn check(&self) -> Result<(), Refusal> {
        let sizes = [
            ("width", self.width, SIDES, " cm"),
            ("height", self.height, SIDES, " cm"),
            ("font", self.font, FONTS, " pt"),
            ("resolution", self.resolution, RESOLUTIONS, " dots per inch"),
        ];
        for (name, value, [low, high], unit) in sizes {
            if let Some(v) = value.filter(|v| !(low..=high).contains(v)) {
                let why = format!("must be from {low} to {high}{unit}, it is {v}{unit}");
                return Err(Refusal::new(name, why));
            }
        }
        for (name, ends) in [("x", self.x), ("y", self.y)] {
            if let Some([low, high]) =
                ends.filter(|[a, b]| !(a.is_finite() && b.is_finite() && a < b))
            {
                return Err(Refusal::new(
                    name,
                    format!("does not rise: {low} to {high}"),
                ));
            }
        }
        self.palette().map(drop)
    }
}

/// The red, green and blue of `#rrggbb` or `#rgb`.
fn color(text: &str) -> Result<[u8; 3], Refusal> {
    let digits = text.strip_prefix('#').filter(|d| d.is_ascii());
    let part = |d: &str| u8::from_str_radix(d, 16).ok();
    let parts = match digits {
        Some(d) if d.len() == 6 => [part(&d[..2]), part(&d[2..4]), part(&d[4..])],
        Some(d) if d.len() == 3 => [0, 1, 2].map(|k| part(&d[k..=k]).map(|v| 17 * v)),
        _ => [None; 3],
    };
    match parts {
        [Some(r), Some(g), Some(b)] => Ok([r, g, b]),
        _ => {
            let names: Vec<&str> = Style::palettes().collect();
            let names = names.join(", ");
            let why = format!("is no colour: one is written #rrggbb; palettes are {names}");
            Err(Refusal::new(format!("\"{text}\""), why))
        }
    }
}

/// A length in centimetres: `8.5cm`, `85mm`, `3.35in`, or a bare number of centimetres.
pub fn centimetres(text: &str) -> Option<f64> {
    let units = [
        ("cm", 1.0),
        ("mm", 0.1),
        ("in", 2.54),
        ("pt", 2.54 / 72.0),
        ("", 1.0),
    ];
    measure(text, &units)
}

/// A size of letters in points: `8pt`, or a bare number.
pub fn points(text: &str) -> Option<f64> {
    measure(text, &[("pt", 1.0), ("", 1.0)])
}

fn measure(text: &str, units: &[(&str, f64)]) -> Option<f64> {
    units.iter().find_map(|(unit, size)| {
        let number = text.trim().strip_suffix(unit)?.trim_end();
        let value: f64 = number.parse().ok()?;
        value.is_finite().then_some(value * size)
    })
}

/// What a figure is kept as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Pixels.
    #[default]
    Png,
    /// Lines and words, for the web.
    Svg,
    /// Lines, for print.
    Pdf,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 3] = [Format::Png, Format::Svg, Format::Pdf];

    /// The ending of its files, which is its word in model files too.
    pub fn word(self) -> &'static str {
        match self {
            Format::Png => "png",
            Format::Svg => "svg",
            Format::Pdf => "pdf",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_units() {
        assert_eq!(centimetres("8.5cm"), Some(8.5));
        assert_eq!(centimetres("85 mm"), Some(8.5));
        assert_eq!(centimetres("2in"), Some(5.08));
        assert_eq!(centimetres("9"), Some(9.0));
        assert_eq!(points("8pt"), Some(8.0));
        for wrong in ["", "cm", "8 miles", "nancm", "infcm"] {
            assert_eq!(centimetres(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn colours_are_hexadecimal_or_a_palette() {
        let of = |colors: &[&str]| {
            let colors = colors.iter().map(|c| c.to_string()).collect();
            Style {
                colors,
                ..Style::default()
            }
            .palette()
        };
        assert_eq!(
            of(&["#f00", "#00ff80"]),
            Ok(vec![[255, 0, 0], [0, 255, 128]])
        );
        assert_eq!(of(&["grey"]).map(|c| c.len()), Ok(4));
        assert_eq!(of(&[]), of(&["okabe-ito"]));
        for wrong in [
            &["red"][..],
            &["#12345"],
            &["#ggg"],
            &["grey", "#000"],
            &["#é00"],
        ] {
            assert!(of(wrong).is_err(), "{wrong:?}");
        }
    }
}
