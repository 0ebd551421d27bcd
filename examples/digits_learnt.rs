//! How well does a hierarchical memory read that learnt by equilibrium propagation? The model `digits-learnt` with five seeds, of its weights
//! and of its batches. With its settings, which were chosen on rows 0 to 1296, it learns from all of these; rows 1297 to 1796 are of other
//! writers. Beside it nearest neighbours among the first 1297 rows. `cargo run --release --example digits_learnt -- 60` prints this, and takes
//! two minutes:
//!
//! ```text
//! seed   test  |τẋ| free, nudged, nudged away
//!    1  0.958  8e-4, 2e-5, 2e-4
//!    2  0.956  8e-4, 2e-5, 1e-4
//!    3  0.958  1e-3, 2e-5, 2e-4
//!    4  0.952  8e-4, 1e-5, 1e-4
//!    5  0.944  6e-4, 1e-5, 8e-5
//! mean: 0.954(3) of test rows right; 1 neighbour 0.960, 3 neighbours 0.968
//! ```

#[path = "digits/mod.rs"]
mod digits;

use std::error::Error;
use std::time::Instant;

use digits::{neighbours, reads, told};

fn main() -> Result<(), Box<dyn Error>> {
    let clock = Instant::now();
    // A part of the epochs shows that it works.
    let epochs = std::env::args()
        .nth(1)
        .map_or(Ok(2), |w| w.parse::<usize>())?;
    let mut all = Vec::new();
    println!("seed   test  |τẋ| free, nudged, nudged away");
    for seed in 1..=5 {
        let (test, found) = reads(("digits-learnt", "weights"), seed, epochs)?;
        all.push(test);
        if seed == 5 {
            let near = [1, 3].map(|k| neighbours(&found.task, &found.trained.network, k));
            println!(
                "mean: {} of test rows right; 1 neighbour {:.3}, 3 neighbours {:.3}",
                told(&all),
                near[0],
                near[1]
            );
        }
    }
    eprintln!(
        "{epochs} epochs of five seeds in {:.0} s",
        clock.elapsed().as_secs_f64()
    );
    Ok(())
}
