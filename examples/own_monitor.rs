//! A monitor of one's own: it notes when a neuron crosses zero, and ends the trajectory at the third crossing.

use attractor::dynamics::{Settings, Start, integrate};
use attractor::kernels::Weights;
use attractor::lagrangian::{Identity, Tanh};
use attractor::monitor::{Flow, Monitor};
use attractor::network::{Layer, Network};
use attractor::stimulus::Stimulus;
use attractor::synapse::{ExcitatoryInhibitory, Recurrent};
use attractor::trajectory::{State, Step, StopReason};

/// Zero crossings of one neuron, located on the straight line between the ends of a step.
#[derive(Debug, Default)]
struct Crossings {
    last: Option<(f64, f64)>,
    times: Vec<f64>,
}

impl Monitor for Crossings {
    fn start(&mut self, state: &State<'_>) -> Flow {
        self.last = Some((state.t, state.x.get(0)));
        Flow::Continue
    }

    fn observe(&mut self, step: &Step<'_>) -> Flow {
        let (t, x) = (step.end.t, step.end.x.get(0));
        if let Some((t0, x0)) = self.last
            && x0.signum() != x.signum()
        {
            self.times.push(t0 + (t - t0) * x0 / (x0 - x));
        }
        self.last = Some((t, x));
        if self.times.len() < 3 {
            Flow::Continue
        } else {
            Flow::Stop(StopReason::Interrupted)
        }
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let network = Network::builder()
        .layer(Layer::new("excitatory", &[1], Tanh { beta: 1.0 })?.input(0.1))
        .layer(Layer::new("inhibitory", &[1], Identity)?.tau(0.8))
        .connect(
            &["excitatory"],
            Recurrent::new(Weights::new(1, 1, vec![3.0])?, &[1.0])?,
        )
        .connect(
            &["excitatory", "inhibitory"],
            ExcitatoryInhibitory::new(Weights::new(1, 1, vec![2.0])?),
        )
        .build()?;
    let settings = Settings {
        t_end: 100.0,
        max_step: 0.01,
        ..Settings::default()
    };
    let mut crossings = Crossings::default();
    let stimulus = Stimulus::constant(&network);
    // Long after the start, on the limit cycle.
    let settled = Settings {
        t_end: 60.0,
        ..Settings::default()
    };
    let start = Start::at(vec![0.2, 0.0]);
    let end = integrate(&network, &settled, &stimulus, start, &mut ())?;
    integrate(
        &network,
        &settings,
        &stimulus,
        Start::at(end.x),
        &mut crossings,
    )?;
    let period = crossings.times[2] - crossings.times[0];
    println!("period {period:.5}, published 4.30013");
    assert!((period - 4.30012948).abs() < 1e-4);
    Ok(())
}
