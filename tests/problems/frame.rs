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

/// Starts that differ, so many at most.
fn starts(name: &str, more: &[&str], most: usize) -> String {
    let distinct = shipped(name, &[more, &["solve.starts=1"]].concat())
        .problem
        .distinct();
    format!("solve.starts={}", distinct.unwrap_or(most).min(most))
}

/// The first network of every form of every shipped problem, written out as a model file, ends where the problem's own network ends;
/// where it has no other, so does the problem.
#[test]
fn a_network_that_is_written_out_ends_at_the_same_bits() {
    for problem in PROBLEMS {
        let kind = shipped(problem.name, &[]).kind;
        for form in kind.forms {
            let form = format!("network.form={}", form.name);
            let starts = starts(problem.name, &[&form], 2);
            let asked = shipped(problem.name, &[&form, &starts]);
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
            // One network: the end of the problem is the end of what was written.
            if stage(&asked, 1, &Interrupt::new()).is_ok() {
                continue;
            }
            let network = &first.load("own").unwrap().study.network;
            for (attempt, case) in solved(&asked).attempts.iter().zip(&other.cases) {
                let mut g = vec![0.0; network.size()];
                network.activation(&case.outcome.x, 1, &mut g);
                assert_eq!(attempt.g, g, "{} {form}", problem.name);
            }
        }
    }
}

#[test]
fn a_start_does_the_same_whatever_the_others_do() {
    for problem in PROBLEMS {
        // A start that is alone in its network adds up groups of softmax in another order: it does the same up to rounding only.
        let [few, many] = [2, 3].map(|n| starts(problem.name, &[], n));
        let [few, many] = [few, many].map(|n| solved(&shipped(problem.name, &[&n])));
        assert_eq!(few.attempts[0].g, many.attempts[0].g, "{}", problem.name);
        assert_eq!(few.attempts[0].answer, many.attempts[0].answer);
    }
}
