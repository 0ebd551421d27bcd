//! Writing arrays that NumPy opens: `numpy.load("attractor-example.npz")["x"]`.
//!
//! ```text
//! x has the shape [11, 3]
//! ```

use attractor::dynamics::{Settings, Start, integrate};
use attractor::kernels::Weights;
use attractor::lagrangian::Tanh;
use attractor::monitor::{Recorder, Save};
use attractor::network::{Layer, theories};
use attractor::record::{NpzWriter, read_npz};
use attractor::stimulus::Stimulus;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let ring = vec![0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0];
    let weights = Weights::new(3, 3, ring)?;
    let network = theories::classical(Layer::new("neurons", &[3], Tanh { beta: 1.0 })?, weights)?;
    let settings = Settings {
        t_end: 5.0,
        ..Settings::default()
    };
    let mut recorder = Recorder::new(network.size(), Save::Every(0.5), true);
    let (stimulus, start) = (
        Stimulus::constant(&network),
        Start::at(vec![0.3, -0.2, 0.1]),
    );
    integrate(&network, &settings, &stimulus, start, &mut recorder)?;
    let kept = recorder.into_trajectory();

    let path = std::env::temp_dir().join("attractor-example.npz");
    let mut archive = NpzWriter::create(&path)?;
    archive.write("t", &[kept.t.len()], &kept.t)?;
    archive.write("x", &[kept.t.len(), network.size()], &kept.x)?;
    archive.write("energy", &[kept.energy.len()], &kept.energy)?;
    // Without this the archive is not complete.
    archive.finish()?;

    let x = read_npz(&path, "x")?;
    println!("x has the shape {:?}", x.shape);
    std::fs::remove_file(&path)?;
    Ok(())
}
