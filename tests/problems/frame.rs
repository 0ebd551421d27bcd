//! What holds for every kind of problem.

use attractor::dynamics::Interrupt;
use attractor::model_file::{PROBLEMS, load};
use attractor::problem::{KINDS, stage};

use super::{shipped, solved};

#[test]
fn every_kind_has_a_file_that_is_part_of_the_program() {
    let known: Vec<&str> = PROBLEMS
        .iter()
        .map(|p| shipped(p.name, &[]).kind.name)
        .collect();
    for kind in KINDS {
        assert!(known.contains(&kind.name), "{}", kind.name);
    }
}

/// The first network of every form of every shipped problem, written out as a model file, ends where the problem's own run ends.
#[test]
fn a_network_that_is_written_out_ends_at_the_same_bits() {
    for problem in PROBLEMS {
        let kind = shipped(problem.name, &[]).kind;
        for form in kind.forms {
            let form = format!("network.form={}", form.name);
            let asked = shipped(problem.name, &[&form, "solve.starts=2"]);
            let first = stage(&asked, 0, &Interrupt::new()).unwrap();
            let directory = tempfile::tempdir().unwrap();
            for (name, bytes) in first.files("model.toml") {
                std::fs::write(directory.path().join(name), bytes).unwrap();
            }
            let own = first.load("own").unwrap().study;
            let own = own.reach(&Interrupt::new()).unwrap();
            let other = load(&directory.path().join("model.toml"), &[]).unwrap();
            let other = other.study.run(&Interrupt::new(), &()).unwrap();
            assert_eq!(own.len(), other.cases.len());
            for (a, b) in own.iter().zip(&other.cases) {
                assert_eq!(a.outcome.x, b.outcome.x, "{} {form}", problem.name);
            }
        }
    }
}

#[test]
fn a_start_does_the_same_whatever_the_others_do() {
    for problem in PROBLEMS {
        // A start that is alone in its network adds up groups of softmax in another order: it does the same up to rounding only.
        let few = solved(&shipped(problem.name, &["solve.starts=2"]));
        let many = solved(&shipped(problem.name, &["solve.starts=3"]));
        assert_eq!(few.attempts[0].g, many.attempts[0].g, "{}", problem.name);
        assert_eq!(few.attempts[0].answer, many.attempts[0].answer);
    }
}
