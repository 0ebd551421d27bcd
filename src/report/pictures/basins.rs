//! The figure of a grid of starts: which of them end at which memory, or at which fixed point.

use crate::analysis::{Plane, Space, Stability};
use crate::figure::{Basins, PhasePlot, Plot};
use crate::number::fixed;
use crate::picture::{System, about, label, marks, method, of_two, title};
use crate::refusal::Refusal;
use crate::report::{Finished, Outcomes, ReportError};
use crate::study::{Axis, Census, Columns, Law, Starts, Study};
use crate::trajectory::StopReason;

/// More starts than a page has places for are not drawn.
const MOST: usize = 1 << 22;
/// Ends beyond this are no basins: a line of fixed points.
const ENDS: usize = 100;
/// As many neurons besides those of the axes are told with their values.
const FEW: usize = 3;
/// Points of the field of arrows along an axis.
const FIELD: usize = 61;

/// Of the starts of a grid outside a sweep; none of those that were interrupted.
pub(super) fn plot(
    finished: Finished<'_>,
    outcomes: &mut Outcomes,
) -> Result<Option<Plot>, ReportError> {
    let (design, point) = (finished.design, &finished.design.first);
    let points = finished.whose.points.first();
    let points = points.filter(|_| design.sweep.is_none());
    let map = points.and_then(|p| BasinMap::new(&point.study, &point.starts, p));
    let Some(mut map) = map else { return Ok(None) };
    let columns = outcomes.columns.clone();
    outcomes.visit(|k, row| map.add(k as usize, &columns, row))?;
    Ok(Some(Plot::Phase(map.plot()?)))
}

/// Where the starts of a grid over two neurons ended, as their rows become known.
pub struct BasinMap<'a> {
    study: &'a Study,
    starts: &'a Starts,
    axes: [&'a Axis; 2],
    /// What is known of the fixed points at which they ended.
    points: &'a Census,
    /// A number for each start: its memory or its fixed point, −1 for none; empty where none could be told.
    ends: Vec<i64>,
    late: usize,
}

impl<'a> BasinMap<'a> {
    /// Of starts that ended at these fixed points; none where they are no grid with two axes of several points.
    pub fn new(study: &'a Study, starts: &'a Starts, points: &'a Census) -> Option<Self> {
        let Law::Grid(axes) = &starts.law else {
            return None;
        };
        let wide: Vec<&Axis> = axes.iter().filter(|a| a.points > 1).collect();
        let [across, up] = wide[..] else { return None };
        let told = study.recall.is_some() || !points.examined.is_empty();
        let room = Some(starts.count()).filter(|count| told && *count <= MOST);
        Some(BasinMap {
            study,
            starts,
            axes: [across, up],
            points,
            ends: vec![-1; room.unwrap_or(0)],
            late: 0,
        })
    }

    /// Takes the row of start `k`.
    pub fn add(&mut self, k: usize, columns: &Columns, row: &[u64]) {
        let study = self.study;
        let stop = columns.whole(row, "stop").unwrap_or(0);
        let late = stop == StopReason::NotAtRest.code();
        self.late += usize::from(late);
        let Some(end) = self.ends.get_mut(k) else {
            return;
        };
        let found = match &study.recall {
            // A memory that is as near as was asked for is reached, whether or not it is left again.
            Some(recall) if late || stop < StopReason::FIRST_FAILURE => {
                let [distance, overlap] = ["distance", "overlap"].map(|of| columns.real(row, of));
                let near = recall.criterion.holds(distance, overlap);
                columns.whole(row, "memory").filter(|_| near)
            }
            // Only a state at rest is an end by itself.
            None if stop == StopReason::Rest.code() => self.points.of(k, columns, row),
            _ => None,
        };
        *end = found.map_or(-1, |k| k as i64);
    }

    /// The figure.
    ///
    /// # Errors
    /// Why there is none.
    pub fn plot(self) -> Result<PhasePlot, Refusal> {
        let (study, starts) = (self.study, self.starts);
        let network = &study.network;
        let mut found: Vec<i64> = self.ends.iter().copied().filter(|e| *e >= 0).collect();
        found.sort_unstable();
        found.dedup();
        if starts.count() > MOST {
            let count = starts.count();
            let why = format!("{count} starts are more than are drawn, {MOST}");
            return Err(none(&why));
        }
        if study.recall.is_none() {
            self.examined()?;
        }
        if found.is_empty() {
            return Err(none(&match &study.recall {
                Some(recall) => format!("none ended at a memory, {}", recall.criterion.words()),
                None => RESTLESS.to_owned(),
            }));
        }
        let [across, up] = self.axes;
        let neurons = [across.neuron, up.neuron];
        // One memory has one colour in all maps, whichever others occur.
        let colors = match &study.recall {
            Some(_) => colors(&found),
            None => Vec::new(),
        };
        // What an end is a number of depends on what was asked.
        let points = study.recall.is_none().then_some(&self.points.examined);
        let name = |end: &i64| match points.and_then(|all| all.get(*end as usize)) {
            None => format!("memory {end}"),
            Some(point) => {
                let kind = match point.stability {
                    Stability::Stable | Stability::Degenerate => "attractor",
                    Stability::Marginal => "marginal point",
                    Stability::Unstable if point.repels => "unstable point",
                    Stability::Unstable => "saddle",
                    Stability::Slow => "slow, no fixed point",
                    Stability::Unknown => "at rest",
                };
                let [x, y] = neurons.map(|i| fixed(point.x[i], 3).replace('-', "−"));
                format!("{kind} ({x}, {y})")
            }
        };
        let (columns, rows) = (across.points, up.points);
        // The last axis of a grid runs fastest, and a figure's coordinates increase.
        let place = |axis: &Axis, k: usize| match axis.from < axis.to {
            true => k,
            false => axis.points - 1 - k,
        };
        let mut members = vec![-1; self.ends.len()];
        for (k, end) in self.ends.iter().enumerate() {
            let (x, y) = (place(across, k / rows), place(up, k % rows));
            members[y * columns + x] = found.binary_search(end).map_or(-1, |p| p as i64);
        }
        let coordinates = |axis: &Axis| {
            let all = (0..axis.points).map(|k| axis.at(place(axis, k)));
            all.collect::<Vec<f64>>()
        };
        let basins = Basins {
            x: coordinates(across),
            y: coordinates(up),
            members,
            names: found.iter().map(name).collect(),
            colors,
        };
        let ends = |axis: &Axis| [axis.from.min(axis.to), axis.from.max(axis.to)];
        let plane = Plane {
            neurons,
            space: Space::State,
            x: ends(across),
            y: ends(up),
            points: FIELD,
        };
        let [x_label, y_label] = neurons.map(|i| label(network, Space::State, i));
        let mut plot = PhasePlot {
            title: title(study, "where each start ends"),
            subtitle: self.subtitle(),
            x_label: format!("{x_label} at the start"),
            y_label: format!("{y_label} at the start"),
            basins: Some(basins),
            ..PhasePlot::default()
        };
        // Of a larger network the plane is a cut, through which trajectories pass.
        if network.size() == 2 {
            let system = System {
                base: starts.base.x.clone(),
                input: study.input(study.settings.t_end, &starts.base.input),
                clamped: starts.base.clamped.clone(),
            };
            let found = of_two(study, &system, neurons);
            plot.fixed_points = marks(network, &plane, &found);
            if let Ok(field) = plane.evaluate(network, &system.base, &system.input, &system.clamped)
            {
                (plot.grid_x, plot.grid_y) = (field.x, field.y);
                (plot.velocity_x, plot.velocity_y) = (field.horizontal, field.vertical);
            }
        }
        Ok(plot)
    }

    /// Are the fixed points at which the starts ended known, and few enough?
    fn examined(&self) -> Result<(), Refusal> {
        let restless = (!self.study.settings.until_rest).then_some(0);
        let examined = self.points.examined.len();
        let why = match self.points.distinct.or(restless) {
            _ if (1..=ENDS).contains(&examined) => return Ok(()),
            _ if self.points.interrupted => "it was interrupted before the fixed points were known".to_owned(),
            Some(0) => RESTLESS.to_owned(),
            Some(..=ENDS) if examined == 0 => {
                "the ends are told apart by [recall], or by fixed_points = \"examine\" in [ensemble]".to_owned()
            }
            _ => format!("they rest at more than {ENDS} points"),
        };
        Err(none(&why))
    }

    /// The network, the starts and when they ended.
    fn subtitle(&self) -> String {
        let (study, starts) = (self.study, self.starts);
        let (network, settings) = (&study.network, &study.settings);
        let [across, up] = self.axes;
        let mut parts = about(study);
        parts.push(format!("{} × {} starts", across.points, up.points));
        let others = (0..network.size()).filter(|i| ![across.neuron, up.neuron].contains(i));
        let others: Vec<usize> = others.collect();
        if others.len() > FEW || !(others.is_empty() || starts.relaxed.is_empty()) {
            parts.push("the others as in [start]".into());
        } else if let Ok(first) = starts.get(network, 0) {
            let value =
                |i: &usize| format!("{} = {}", label(network, Space::State, *i), first.x[*i]);
            parts.extend(others.iter().map(value));
        }
        if !study.stimulus.additions().is_empty() {
            parts.push("arrows and fixed points at the last input".into());
        }
        match (settings.until_rest, self.late) {
            (false, _) => parts.push(format!("at t = {}", settings.t_end)),
            (true, 0) => {}
            (true, late) => parts.push(format!("{late} not at rest by t = {}", settings.t_end)),
        }
        parts.push(method(study, settings.method.name));
        parts.join(" · ")
    }
}

/// The colours of memories: each that of its number, beyond the last colour that of the last digit, or the first that is free.
fn colors(memories: &[i64]) -> Vec<usize> {
    const COLORS: usize = 10;
    let mut taken = Vec::new();
    // Those that have a colour of their own choose first; they come first, as they are sorted.
    for memory in memories.iter().map(|m| *m as usize) {
        let mut wanted = (0..COLORS).map(|k| (memory + k) % COLORS);
        let free = wanted.find(|c| !taken.contains(c));
        taken.push(free.unwrap_or(COLORS + taken.len()));
    }
    taken
}

const RESTLESS: &str = "none came to rest";

fn none(why: &str) -> Refusal {
    Refusal::new("there is no figure of the basins:", why)
}
