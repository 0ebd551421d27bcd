//! Everything that is known of the ways between two attractors.

use super::{Barriers, Pass, Path, StringPath, StringSettings};
use super::{minimum_energy_path, pass_path, straight_line};
use crate::analysis::{Landscape, Space};
use crate::dynamics::Interrupt;
use crate::network::Network;
use crate::number::plural;
use crate::refusal::Refusal;

/// Pieces of a straight line.
const PIECES: usize = 400;

/// See [`between`].
#[derive(Clone, Debug, PartialEq)]
pub struct Between {
    /// The two, by their numbers in the list of fixed points.
    pub attractors: [usize; 2],
    /// The lowest pass and the path over it; none where no known saddle joins them.
    pub lowest: Option<(Pass, Path)>,
    /// The straight line in states.
    pub straight: Path,
    /// The straight line in activations; none where activations have no states of their own.
    pub straight_activation: Option<Path>,
    /// The minimum-energy path that the string method finds from the two alone, or why it found none.
    pub string: Result<StringPath, Refusal>,
}

/// What lies between two attractors of a landscape: the lowest pass, the straight lines, and the string method's path, which knows no saddle.
///
/// # Errors
/// A number of no attractor, or twice the same.
pub fn between(
    on: (&Network, &[f64], &[usize]),
    (landscape, found): (&Landscape, &Barriers),
    attractors: [usize; 2],
    settings: &StringSettings,
    interrupt: &Interrupt,
) -> Result<Between, Refusal> {
    let points = &landscape.points;
    for k in attractors {
        let refuse = |why: String| {
            let all: Vec<String> = found.attractors.iter().map(usize::to_string).collect();
            let help = format!("the attractors are {}", all.join(", "));
            Err(Refusal::new("between", why).help(help))
        };
        match points.get(k) {
            None => {
                return refuse(format!(
                    "names point {k}, and there are {}",
                    plural(points.len(), "fixed point")
                ));
            }
            Some(p) if !p.attracts() => {
                return refuse(format!(
                    "names point {k}, which is no attractor: {}",
                    p.class
                ));
            }
            Some(_) => {}
        }
    }
    let [a, b] = attractors;
    if a == b {
        return Err(Refusal::new(
            "between",
            format!("names attractor {a} twice"),
        ));
    }
    let mut sorted = attractors;
    sorted.sort_unstable();
    let pass = found.passes.iter().find(|p| p.attractors == sorted);
    let pass = pass.map(|p| match a < b {
        true => p.clone(),
        false => p.reversed(),
    });
    let ends = attractors.map(|k| &points[k].x[..]);
    Ok(Between {
        attractors,
        lowest: pass
            .map(|pass| Ok((pass.clone(), pass_path(on, points, &pass)?)))
            .transpose()?,
        straight: straight_line(on, ends, Space::State, PIECES)?,
        straight_activation: straight_line(on, ends, Space::Activation, PIECES).ok(),
        string: minimum_energy_path(on, ends, settings, interrupt),
    })
}
