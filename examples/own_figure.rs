//! A figure of one's own: error against time scale of the hidden layer, with the slope that theory gives it.

use attractor::dynamics::{RunError, Settings, Start, integrate};
use attractor::figure::{Figure, Line, LinesPlot, Plot, Style};
use attractor::kernels::Weights;
use attractor::network::{Layer, Network, theories};
use attractor::stimulus::Stimulus;

/// Where the features are at t = 2.
fn features_at_two(network: &Network, start: Vec<f64>) -> Result<Vec<f64>, RunError> {
    let settings = Settings {
        t_end: 2.0,
        rtol: 1e-10,
        atol: 1e-12,
        ..Settings::default()
    };
    let stimulus = Stimulus::constant(network);
    let end = integrate(network, &settings, &stimulus, Start::at(start), &mut ())?;
    Ok(end.x[..5].to_vec())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let xi = || {
        let entries = (0..20).map(|k| (2.3 * f64::from(k)).sin()).collect();
        Weights::new(4, 5, entries)
    };
    let theories::Model { features, hidden } = theories::model_b([5, 4], 3.0)?;
    let cue = vec![0.9, -0.4, 0.3, 0.1, -0.7];
    // The limit τ_h → 0, and the full network with its hidden layer starting where that limit has it.
    let limit = theories::effective(features.clone(), &hidden, xi()?)?;
    let goal = features_at_two(&limit, cue.clone())?;
    let mut start = cue.clone();
    let mut rest = vec![0.0; 4];
    xi()?.add_product(&cue, 1, &mut rest);
    start.extend(rest);
    let (mut tau, mut error) = (Vec::new(), Vec::new());
    for k in 0..6 {
        let tau_h = 0.1 * 0.5f64.powi(k);
        let hidden: Layer = hidden.clone().tau(tau_h);
        let full = theories::two_layer(features.clone(), hidden, xi()?)?;
        let x = features_at_two(&full, start.clone())?;
        let worst = x
            .iter()
            .zip(&goal)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max);
        tau.push(tau_h);
        error.push(worst);
    }
    let slope = (error[4] / error[5]).log2();
    println!("order {slope:.3}, expected 1");
    assert!((slope - 1.0).abs() < 0.1);
    let reference = tau.iter().map(|t| error[0] * t / tau[0]).collect();
    let plot = LinesPlot {
        title: "A hidden layer on its way to its limit".into(),
        subtitle: "model B, 5 features, 4 memories, β = 3, t = 2".into(),
        x_label: "time constant τ_{h} of the hidden layer".into(),
        y_label: "largest error of the features".into(),
        x_log: true,
        y_log: true,
        lines: vec![
            Line {
                label: "order 1".into(),
                x: tau.clone(),
                y: reference,
                reference: true,
                ..Line::default()
            },
            Line {
                label: "|x − x_{limit}|".into(),
                x: tau,
                y: error,
                dots: true,
                ..Line::default()
            },
        ],
        ..LinesPlot::default()
    };
    // As wide as a column of a journal, with letters of its size; the title is in the caption.
    let style = Style {
        width: Some(8.5),
        font: Some(8.0),
        title: false,
        ..Style::default()
    };
    for ending in ["png", "pdf"] {
        let path = std::env::temp_dir().join(format!("attractor-own-figure.{ending}"));
        Plot::Lines(plot.clone()).draw_as(&path, &style)?;
        println!("drawn to {}", path.display());
    }
    Ok(())
}
