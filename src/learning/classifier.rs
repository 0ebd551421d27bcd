//! Units of classes that are asked one by one: what the energy falls by when each turns from −1 to +1.

use crate::dynamics::Start;
use crate::network::{Drive, Network, Workspace};
use crate::synapse::Ports;

/// A network with a layer of ±1 whose units stand for classes (Krotov & Hopfield 2016).
#[derive(Clone, Copy, Debug)]
pub struct Classifier<'a> {
    /// The network.
    pub network: &'a Network,
    /// The layer of the classes.
    pub layer: usize,
    /// What an energy is multiplied by: `z_c = scale (E(all −1) − E(c at +1))`.
    pub scale: f64,
}

/// A block with one column for each start with all units down, and one more for each unit up.
pub(super) struct Columns {
    /// Activations, `neurons × width`.
    pub g: Vec<f64>,
    /// Columns of a start.
    pub each: usize,
    /// `z_c`, one row for each start.
    pub z: Vec<f64>,
}

impl Classifier<'_> {
    /// `z_c` of every class, one row for each start.
    pub fn answers(&self, starts: &[Start]) -> Vec<f64> {
        self.ask(starts).z
    }

    /// The derivative of `Σ_c w_c z_c` by the activations of all neurons but those of the classes, one row for each start: `w` has one
    /// number for each start and class.
    pub fn slopes(&self, starts: &[Start], w: &[f64]) -> Vec<f64> {
        if starts.is_empty() {
            return Vec::new();
        }
        let asked = self.ask(starts);
        let (n, each, width) = (self.network.size(), asked.each, starts.len() * asked.each);
        let mut current = vec![0.0; n * width];
        for c in self.network.connections() {
            let ports = Ports::new(&c.neurons, width);
            let mut scratch = c.synapse.scratch(width);
            c.synapse
                .evaluate(&ports, &asked.g, &mut current, None, &mut scratch);
        }
        let own = self.network.neurons(self.layer);
        let mut slopes = vec![0.0; n * starts.len()];
        for (b, w) in w.chunks_exact(each - 1).enumerate() {
            for i in (0..n).filter(|i| !own.contains(i)) {
                let row = &current[i * width + b * each..][..each];
                let all = w.iter().zip(&row[1..]);
                // The currents are −∂E/∂g.
                let sum: f64 = all.map(|(w, f)| w * (f - row[0])).sum();
                slopes[b * n + i] = self.scale * sum;
            }
        }
        slopes
    }

    pub(super) fn ask(&self, starts: &[Start]) -> Columns {
        let (network, classes) = (self.network, self.network.neurons(self.layer));
        let (n, each) = (network.size(), classes.len() + 1);
        let width = starts.len() * each;
        if width == 0 {
            return Columns {
                g: Vec::new(),
                each,
                z: Vec::new(),
            };
        }
        let [mut x, mut input] = [(); 2].map(|()| vec![0.0; n * width]);
        for (b, start) in starts.iter().enumerate() {
            let own = start.whole_input(network);
            for i in 0..n {
                let row = i * width + b * each..i * width + (b + 1) * each;
                input[row.clone()].fill(own[i]);
                match classes.contains(&i) {
                    true => {
                        x[row.clone()].fill(-1.0);
                        x[row.start + 1 + i - classes.start] = 1.0;
                    }
                    false => x[row].fill(start.x[i]),
                }
            }
        }
        let drive = Drive {
            input: &input,
            clamped: &[],
        };
        let mut ws = Workspace::new(network, width);
        let mut at = network.at(&x, drive, &mut ws);
        let energy = at.energy().total;
        let z = energy.chunks_exact(each).flat_map(|e| {
            let down = e[0];
            e[1..].iter().map(move |up| self.scale * (down - up))
        });
        Columns {
            z: z.collect(),
            each,
            g: at.activation().to_vec(),
        }
    }
}
