//! Sparse matrices from files that SciPy wrote, as weights.

use std::path::Path;

use attractor::dynamics::Interrupt;
use attractor::model_file::load_text;
use attractor::network::Network;
use attractor::record::sparse_from_bytes;
use attractor::study::Study;

/// What was written: `[[0, 1.5, 0], [2, 0, −1], [0, 0, 0], [0.25, 0, 4]]`.
const ENTRIES: [(usize, usize, f64); 5] = [
    (0, 1, 1.5),
    (1, 0, 2.0),
    (1, 2, -1.0),
    (3, 0, 0.25),
    (3, 2, 4.0),
];

fn data() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data"))
}

#[test]
fn rows_and_columns_of_scipy_are_read() {
    for name in ["sparse_csr.npz", "sparse_csc.npz"] {
        let bytes = std::fs::read(data().join(name)).unwrap();
        let file = sparse_from_bytes(&bytes, name).unwrap().unwrap();
        assert_eq!(file.shape, [4, 3]);
        let mut entries: Vec<_> = file.entries().collect();
        entries.sort_by_key(|(i, j, _)| (*i, *j));
        assert_eq!(entries, ENTRIES, "{name}");
    }
    let coo = std::fs::read(data().join("sparse_coo.npz")).unwrap();
    let why = sparse_from_bytes(&coo, "w.npz").unwrap_err().to_string();
    assert!(
        why.contains("its format is coo, and csr and csc are read"),
        "{why}"
    );
    assert!(why.contains("save_npz(path, a.tocsr())"), "{why}");
}

fn model(weights: &str) -> String {
    format!(
        "[layers.a]\nsize = 3\nlagrangian = \"tanh\"\ninput = [0.3, -0.2, 0.1]\n\
         [layers.b]\nsize = 4\nlagrangian = \"tanh\"\n\
         [[synapses]]\nkind = \"dense\"\nlayers = [\"a\", \"b\"]\nweights = {weights}\n\
         [solve]\nt_end = 5\n[start]\na = [0.5, 0.4, -0.3]\nb = [0.1, 0.2, 0.3, 0.4]\n"
    )
}

fn load(weights: &str) -> Result<Study, String> {
    let loaded = load_text("m.toml", &model(weights), &[], Some(data()));
    loaded.map(|l| l.study).map_err(|e| e.to_string())
}

fn end(study: &Study) -> Vec<f64> {
    study.run(&Interrupt::new(), &()).unwrap().cases[0]
        .outcome
        .x
        .clone()
}

#[test]
fn a_network_with_sparse_weights_runs_like_the_one_with_whole_ones() {
    let whole = end(&load("[[0, 1.5, 0], [2, 0, -1], [0, 0, 0], [0.25, 0, 4]]").unwrap());
    for weights in [
        "{ file = \"sparse_csr.npz\" }",
        "{ file = \"sparse_csc.npz\" }",
        "{ file = \"sparse_csr.npz\", scale = 1 }",
    ] {
        let study = load(weights).unwrap();
        let said = study.network.connections()[0].synapse.describe();
        assert_eq!(said, "dense 4 × 3, 5 entries");
        // The same steps but for the order of sums.
        for (a, b) in end(&study).iter().zip(&whole) {
            assert!((a - b).abs() < 1e-12, "{a} {b}");
        }
    }
}

#[test]
fn what_does_not_fit_or_cannot_be_read_is_said_at_its_place() {
    let why = |weights: &str| load(weights).unwrap_err();
    let turned = why("{ file = \"sparse_csr.npz\", transpose = true }");
    assert!(turned.contains("must be 4 × 3, found 3 × 4"), "{turned}");
    assert!(
        turned.contains("without transpose = true it would fit"),
        "{turned}"
    );
    let rows = why("{ file = \"sparse_csr.npz\", rows = \"0..2\" }");
    assert!(rows.contains("a sparse matrix is taken whole"), "{rows}");
    let coo = why("{ file = \"sparse_coo.npz\" }");
    assert!(coo.contains("its format is coo"), "{coo}");
    assert!(coo.contains("1 error in m.toml"), "{coo}");
}

#[test]
fn memories_and_penalties_take_a_sparse_matrix_whole() {
    for synapse in [
        "kind = \"memory\"\nlayers = [\"a\"]\npotential = \"softmax\"\npatterns = {}",
        "kind = \"equality\"\nlayers = [\"a\"]\nb = [0.1, 0.2, 0.3, 0.4]\na = {}",
    ] {
        let run = |array: &str| {
            let text = format!(
                "[layers.a]\nsize = 3\nlagrangian = \"tanh\"\n[[synapses]]\n{}\n\
                 [solve]\nt_end = 5\n[start]\na = [0.5, 0.4, -0.3]\n",
                synapse.replace("{}", array)
            );
            end(&load_text("m.toml", &text, &[], Some(data()))
                .unwrap_or_else(|e| panic!("{e}"))
                .study)
        };
        let whole = run("[[0, 1.5, 0], [2, 0, -1], [0, 0, 0], [0.25, 0, 4]]");
        assert_eq!(run("{ file = \"sparse_csr.npz\" }"), whole);
    }
}

/// One layer with these weights, under a symmetry.
fn one_layer(entries: &[(usize, usize, f64)], symmetry: &str) -> Result<Network, String> {
    use attractor::kernels::Weights;
    use attractor::lagrangian::Tanh;
    use attractor::network::Layer;
    use attractor::synapse::Recurrent;
    let weights = Weights::sparse(3, 3, entries.iter().copied()).unwrap();
    let made = match symmetry {
        "symmetrize" => Recurrent::symmetrized(&weights, &[1.0; 3]),
        _ => Recurrent::new(&weights, &[1.0; 3]),
    };
    let layer = Layer::new("x", &[3], Tanh { beta: 1.0 }).unwrap();
    let network = Network::builder().layer(layer);
    let network = network.connect(&["x"], made.map_err(|e| e.to_string())?);
    network.build().map_err(|e| e.to_string())
}

#[test]
fn symmetry_of_sparse_weights_is_that_of_all_their_entries() {
    let pair = [(0, 1, 0.5), (1, 0, 0.5), (2, 2, 1.0)];
    assert!(one_layer(&pair, "").unwrap().certificate().holds());
    // An entry without its mirror image.
    let one_way = one_layer(&[(0, 1, 0.5), (2, 2, 1.0)], "").unwrap();
    let faults = one_way.certificate().faults;
    assert!(
        faults[0].message.contains("W[1][0] = 0 and W[0][1] = 0.5"),
        "{faults:?}"
    );
    let evened = one_layer(&[(0, 1, 0.5), (2, 2, 1.0)], "symmetrize").unwrap();
    assert!(evened.certificate().holds());
    let synapse = &evened.connections()[0].synapse;
    assert_eq!(synapse.describe(), "recurrent 3 × 3, 3 entries");
    // A zero that is kept has its mirror image kept too, so that learning changes as many numbers as before.
    let zero = one_layer(&[(0, 1, 0.0), (2, 2, 1.0)], "").unwrap();
    let learn = zero.connections()[0].synapse.learn().unwrap();
    assert_eq!(learn.values().len(), 3);
    let moved = learn.with(vec![0.1, 0.0, 1.0]).unwrap();
    assert_eq!(moved.learn().unwrap().values(), [0.05, 0.05, 1.0]);
}

#[test]
fn sparse_weights_are_among_the_arrays_that_are_kept() {
    use attractor::model_file::resolved;
    use attractor::record::DataFiles;
    let text = model("{ file = \"sparse_csc.npz\", scale = 2 }");
    let kept = resolved("m.toml", &text, &[], Some(data()), &DataFiles::default()).unwrap();
    let (_, weights) = kept
        .iter()
        .find(|(name, _)| name == "synapses.0.weights")
        .unwrap();
    let mut whole = vec![0.0; 12];
    ENTRIES
        .iter()
        .for_each(|(i, j, w)| whole[3 * i + j] = 2.0 * w);
    assert_eq!((&weights.shape[..], &weights.data), (&[4, 3][..], &whole));
}
