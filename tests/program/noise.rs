//! What is said of models under noise, and of rules whose weights come with an input.

use std::fs;

use tempfile::TempDir;

use crate::command_line::{attractor, said};

/// What a command says that ends with this exit code.
fn told(path: &std::path::Path, words: &[&str], code: i32) -> String {
    let output = attractor(path, words);
    assert_eq!(
        output.status.code(),
        Some(code),
        "{words:?}: {}",
        said(&output)
    );
    said(&output)
}

#[test]
fn the_header_of_a_noisy_run_says_what_the_monitor_judges() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let short = ["--set", "solve.t_end=10", "--no-figures", "--out", "r"];
    let told = told(path, &[&["run", "double-well"], &short[..]].concat(), 0);
    assert!(
        told.contains("energy monitor stop (of the drift: noise may raise E)"),
        "{told}"
    );
}

#[test]
fn a_temperature_of_0_is_that_of_any_method() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let cold = ["--set", "solve.temperature=0", "--method", "auto"];
    told(path, &[&["check", "double-well"], &cold[..]].concat(), 0);
    let warm = ["--set", "solve.temperature=0.1", "--method", "auto"];
    let said = told(path, &[&["check", "double-well"], &warm[..]].concat(), 2);
    assert!(
        said.contains("belongs to methods that draw at random"),
        "{said}"
    );
}

#[test]
fn questions_about_rest_say_how_a_noisy_model_is_asked() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let noisy = [
        "--set",
        "solve.temperature=0",
        "--set",
        "layers.neuron.noise=0.3",
    ];
    let asked = ["fixed-points", "double-well", "--quiet"];
    for (given, how) in [
        (&[][..], "--set solve.temperature=0"),
        (
            &noisy[..],
            "--set layers.neuron.noise=0 --set solve.temperature=0",
        ),
    ] {
        let said = told(path, &[&asked, given].concat(), 2);
        assert!(
            said.contains(&format!("{how} asks the network without it")),
            "{how}\n{said}"
        );
        // And that is so.
        let words: Vec<&str> = how.split(' ').collect();
        told(path, &[&asked, given, &words[..]].concat(), 0);
    }
    let said = told(path, &["phase-plane", "line-attractor-noise"], 0);
    assert!(
        said.contains("fixed points not sought: ") && said.contains("fixed points not known;"),
        "{said}"
    );
}

#[test]
fn a_step_that_is_too_long_for_a_neuron_is_told_under_noise() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let check = |step: &str| {
        let step = format!("solve.step={step}");
        let output = attractor(path, &["check", "double-well", "--set", &step]);
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(check("1.5").contains("the step 1.5 is longer than τ/k = 1 of layer `neuron`"));
    assert!(check("50").contains("states run away at such a step"));
    assert!(!check("0.1").contains("is longer than"));
}

#[test]
fn weights_of_a_rule_without_the_input_that_comes_with_them_are_told() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let check = |rule: &str, patterns: &str, input: &str| {
        let text = format!(
            "[patterns]\nxi = {{ {patterns}, shape = [5, 100], seed = 1 }}\n[layers.u]\nsize = 100\nlagrangian = \"tanh\"\n{input}\n[[synapses]]\nkind = \"recurrent\"\nlayers = [\"u\"]\nweights = {{ rule = \"{rule}\", patterns = \"xi\" }}\n[start]\nu = 0.1\n"
        );
        fs::write(path.join("m.toml"), text).unwrap();
        let output = attractor(path, &["check", "m.toml"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        String::from_utf8(output.stdout).unwrap()
    };
    let bits = "random = \"bits\", activity = 0.1";
    let bias = "input = { rule = \"covariance\", patterns = \"xi\", gives = \"bias\" }";
    let remark = "makes an input for units of 0 and 1 beside its weights, and no layer has it";
    assert!(check("covariance", bits, "").contains(remark));
    assert!(!check("covariance", bits, bias).contains(remark));
    assert!(check("hebb", bits, "").contains(remark));
    let other = "neither ±1 nor 0 and 1";
    let signs = check("hebb", "random = \"sign\"", "");
    assert!(!signs.contains(remark) && !signs.contains(other), "{signs}");
    assert!(check("hebb", "random = \"normal\"", "").contains(other));
}

#[test]
fn a_distance_is_told_where_a_distance_is_asked_about() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let short = ["--no-figures", "--out", "r"];
    // Its memories are scaled clues; the angle alone is asked about.
    let friends = told(path, &[&["run", "friends"], &short[..]].concat(), 0);
    assert!(
        friends.contains("overlap 1.000") && !friends.contains("distance"),
        "{friends}"
    );
}
