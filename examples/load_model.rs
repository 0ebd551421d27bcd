//! Loading a model file, changing a value, running it: the pitchfork of the flip-flop, below and above β = 4.
//!
//! ```text
//! β = 3:
//!   [0.0, 0.0] is stable, 13 of 13 starts end there
//! β = 6:
//!   [0.4293, -0.4293] is stable, 6 of 13 starts end there
//!   [-0.4293, 0.4293] is stable, 6 of 13 starts end there
//!   [0.0, 0.0] is unstable, 1 of 13 starts end there
//! ```

use std::path::Path;

use attractor::dynamics::Interrupt;
use attractor::model_file::load;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for beta in [3.0, 6.0] {
        // A path, or the name of a model that is part of the program; then what replaces values of the file.
        let overrides = [format!("layers.neurons.lagrangian.beta={beta}")];
        let loaded = load(Path::new("flip-flop"), &overrides)?;
        let results = loaded.study.run(&Interrupt::default(), &())?;
        println!("β = {beta}:");
        for point in results.fixed_points.points() {
            // Four digits; the sum makes 0 of −0.
            let x: Vec<f64> = point
                .x
                .iter()
                .map(|x| (1e4 * x).round() / 1e4 + 0.0)
                .collect();
            let (word, members) = (point.stability.word(), point.members);
            println!(
                "  {x:?} is {word}, {members} of {} starts end there",
                results.cases.len()
            );
        }
    }
    Ok(())
}
