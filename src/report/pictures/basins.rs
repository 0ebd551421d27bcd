//! The figure of a grid of starts: which of them end at which memory, or at which resting point.

use super::plane::{labels, resting};
use super::{about, method};
use crate::analysis::{Plane, RestPoints, Space, Stability};
use crate::experiment::{Axis, Column, Experiment, Keep, Law, Starts};
use crate::figure::{Basins, PhasePlot};
use crate::trajectory::StopReason;

/// More starts than a page has places for are not drawn.
const MOST: usize = 1 << 22;
/// Ends beyond this are no basins: a line of resting points.
const ENDS: usize = 100;
/// Points of the field of arrows along an axis.
const FIELD: usize = 61;

/// Where the starts of a grid over two neurons ended, as their rows become known.
pub struct BasinMap<'a> {
    experiment: &'a Experiment,
    starts: &'a Starts,
    axes: [&'a Axis; 2],
    /// A number for each start: its memory or its resting point, −1 for none.
    ends: Vec<i64>,
    points: RestPoints,
}

impl<'a> BasinMap<'a> {
    /// Of the starts of an ensemble; none where they are no grid with two axes of several points, or too many, or nothing
    /// that is kept tells their ends apart: neither memories nor states.
    pub fn new(experiment: &'a Experiment, starts: &'a Starts, keep: Keep) -> Option<Self> {
        let Law::Grid(axes) = &starts.law else {
            return None;
        };
        let wide: Vec<&Axis> = axes.iter().filter(|a| a.points > 1).collect();
        let [across, up] = wide[..] else { return None };
        let told = experiment.recall.is_some() || keep.states;
        (told && starts.count() <= MOST).then(|| BasinMap {
            experiment,
            starts,
            axes: [across, up],
            ends: vec![-1; starts.count()],
            points: RestPoints::default(),
        })
    }

    /// Takes the row of start `k`.
    pub fn add(&mut self, k: usize, columns: &[Column], row: &[u64]) {
        let place = |name: &str| {
            let before = columns.iter().take_while(|c| c.name != name);
            before.map(Column::words).sum::<usize>()
        };
        let experiment = self.experiment;
        let stop = row[place("stop")] as usize;
        if stop >= StopReason::FIRST_FAILURE {
            return;
        }
        self.ends[k] = match &experiment.recall {
            Some(recall) => {
                let near = f64::from_bits(row[place("distance")]) <= recall.within;
                if near {
                    row[place("memory")] as i64
                } else {
                    -1
                }
            }
            None if self.points.points().len() > ENDS => -1,
            None => {
                let network = &experiment.network;
                let first = place("x");
                let words = &row[first..first + network.size()];
                let x: Vec<f64> = words.iter().map(|w| f64::from_bits(*w)).collect();
                let held = &self.starts.base.held;
                self.points.find(network, &x, &self.input(), held) as i64
            }
        };
    }

    /// The input after its last switch.
    fn input(&self) -> Vec<f64> {
        let own = self.starts.base.input.iter().chain(std::iter::repeat(&0.0));
        let shared = &self.experiment.stimulus;
        let last = shared.input(self.experiment.settings.t_end).iter();
        last.zip(own).map(|(a, b)| a + b).collect()
    }

    /// The figure; none where nothing came to an end that can be told.
    pub fn plot(self) -> Option<PhasePlot> {
        let network = &self.experiment.network;
        let mut found: Vec<i64> = self.ends.iter().copied().filter(|e| *e >= 0).collect();
        found.sort_unstable();
        found.dedup();
        if found.is_empty() || self.points.points().len() > ENDS {
            return None;
        }
        let [across, up] = self.axes;
        let neurons = [across.neuron, up.neuron];
        let name = |end: &i64| match self.points.points().get(*end as usize) {
            None => format!("memory {end}"),
            Some(point) => {
                let kind = match point.stability {
                    Stability::Stable => "attractor",
                    Stability::Marginal => "marginal point",
                    Stability::Unstable => "saddle",
                };
                let [x, y] = neurons.map(|i| point.x[i]);
                format!("{kind} ({x:.3}, {y:.3})").replace('-', "−")
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
        };
        let ends = |axis: &Axis| [axis.from.min(axis.to), axis.from.max(axis.to)];
        let plane = Plane {
            neurons,
            space: Space::State,
            x: ends(across),
            y: ends(up),
            points: FIELD,
        };
        let mut subtitle = about(self.experiment);
        subtitle.push(format!("{columns} × {rows} starts"));
        subtitle.push(method(
            self.experiment,
            self.experiment.settings.method.name,
        ));
        let [x_label, y_label] = labels(network, &plane);
        let mut plot = PhasePlot {
            title: format!("{} – where each start ends", self.experiment.title),
            subtitle: subtitle.join(" · "),
            x_label: format!("{x_label} at the start"),
            y_label: format!("{y_label} at the start"),
            basins: Some(basins),
            ..PhasePlot::default()
        };
        // Of a larger network the plane is a cut, through which trajectories pass.
        if network.size() == 2 {
            let (base, input) = (&self.starts.base.x, self.input());
            plot.fixed_points = resting(network, &plane, base, &input);
            if let Ok(field) = plane.evaluate(network, base, &input) {
                (plot.grid_x, plot.grid_y) = (field.x, field.y);
                (plot.velocity_x, plot.velocity_y) = (field.horizontal, field.vertical);
            }
        }
        Some(plot)
    }
}
