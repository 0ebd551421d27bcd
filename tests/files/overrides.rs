//! `--set path.to.key=value`.

use super::sample::{GOOD, read, says};

#[test]
fn an_override_replaces_a_value() {
    let model = read(GOOD, &["solve.t_end=7", "layers.hidden.tau = 0.5"]).unwrap();
    assert_eq!(model.t_end, 7.0);
    assert_eq!(model.layers[1].2, [0.5, 0.5]);
}

#[test]
fn what_is_not_toml_is_a_bare_string() {
    assert_eq!(read(GOOD, &["solve.method=tsit5"]).unwrap().method, "tsit5");
    assert_eq!(
        read(GOOD, &["solve.method=\"tsit5\""]).unwrap().method,
        "tsit5"
    );
}

#[test]
fn a_path_goes_through_inline_tables_and_lists() {
    let sets = [
        "layers.features.lagrangian.beta=9",
        "synapses.1.weights=0.25",
    ];
    let model = read(GOOD, &sets).unwrap();
    assert_eq!(model.layers[0].3, "tanh(beta = 9, delta = [])");
    assert_eq!(model.weights[1].data, [0.25; 9]);
    let one = read(GOOD, &["patterns.memories.0.2=5"]).unwrap();
    assert_eq!(one.weights[0].data[2], 5.0);
}

#[test]
fn a_path_that_does_not_exist_is_made() {
    let sets = ["layers.third.size=2", "layers.third.lagrangian.kind=tanh"];
    assert_eq!(read(GOOD, &sets).unwrap().layers.len(), 3);
    let quoted = read(GOOD, &["layers.\"a.b\"={size=1,lagrangian='tanh'}"]).unwrap();
    assert_eq!(quoted.layers[2].0, "a.b");
}

#[test]
fn the_last_override_of_a_key_counts() {
    assert_eq!(
        read(GOOD, &["solve.t_end=x", "solve.t_end=3"])
            .unwrap()
            .t_end,
        3.0
    );
}

#[test]
fn mistakes_in_overrides_point_at_them() {
    says(
        GOOD,
        &["solve.t_end=soon"],
        r#"
error: `t_end`: expected a number, found a string
 --> --set:1:13
  |
1 | solve.t_end=soon
  |             ^^^^

1 error in models/x.toml
"#,
    );
    says(
        GOOD,
        &["solve.dense=true", "solve.t_ned=5"],
        r#"
error: unknown key `t_ned`
 --> --set:2:7
  |
2 | solve.t_ned=5
  |       ^^^^^ not a key of `solve`
  |
  = help: did you mean `t_end`?

1 error in models/x.toml
"#,
    );
    says(
        GOOD,
        &["solve.t_end=.5"],
        r#"
error: `t_end`: expected a number, found a string
 --> --set:1:13
  |
1 | solve.t_end=.5
  |             ^^
  |
  = help: as a number it is written 0.5

1 error in models/x.toml
"#,
    );
    says(
        GOOD,
        &["layers.third.size=2"],
        r#"
error: missing key `lagrangian`
 --> --set:1:8
  |
1 | layers.third.size=2
  |        ^^^^^ a layer needs it

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_layer_or_a_pattern_that_there_is_not_is_named_with_the_nearest() {
    // With a size it would be half a layer.
    says(
        GOOD,
        &["layers.hiden.size=2"],
        r#"
error: there is no layer `hiden`
 --> --set:1:8
  |
1 | layers.hiden.size=2
  |        ^^^^^
  |
  = help: did you mean `hidden`?

1 error in models/x.toml
"#,
    );
    says(
        GOOD,
        &["layers.hiden.tau=2"],
        r#"
error: there is no layer `hiden`
 --> --set:1:8
  |
1 | layers.hiden.tau=2
  |        ^^^^^
  |
  = help: did you mean `hidden`?

1 error in models/x.toml
"#,
    );
    says(
        GOOD,
        &["patterns.memries.seed=2"],
        r#"
error: there is no pattern `memries`
 --> --set:1:10
  |
1 | patterns.memries.seed=2
  |          ^^^^^^^
  |
  = help: did you mean `memories`?

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_key_of_a_pattern_that_is_only_named_is_told_where_it_is() {
    says(
        GOOD,
        &["synapses.0.weights.seed=2"],
        r#"
error: `synapses.0.weights` is a string, not a table
 --> --set:1:20
  |
1 | synapses.0.weights.seed=2
  |                    ^^^^ so it has no keys
  |
  = help: it names a pattern: --set patterns.memories.seed=2

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_path_through_something_else_is_refused() {
    says(
        GOOD,
        &["layers.hidden.lagrangian.beta=2"],
        r#"
error: `layers.hidden.lagrangian` is a string, not a table
 --> --set:1:26
  |
1 | layers.hidden.lagrangian.beta=2
  |                          ^^^^ so it has no keys
  |
  = help: a table takes its place: --set 'layers.hidden.lagrangian={ kind = "tanh", beta = 2 }'

1 error in models/x.toml
"#,
    );
    says(
        GOOD,
        &["synapses.2.weights=0"],
        r#"
error: `synapses` has no entry `2`
 --> --set:1:10
  |
1 | synapses.2.weights=0
  |          ^
  |
  = help: its entries are numbered 0 to 1

1 error in models/x.toml
"#,
    );
    says(
        GOOD,
        &["synapses.weights=0"],
        r#"
error: `synapses` has no entry `weights`
 --> --set:1:10
  |
1 | synapses.weights=0
  |          ^^^^^^^
  |
  = help: its entries are numbered 0 to 1

1 error in models/x.toml
"#,
    );
}

#[test]
fn an_override_without_path_or_value_is_refused() {
    says(
        GOOD,
        &["solve.t_end"],
        r#"
error: --set needs a path and a value
 --> --set:1:1
  |
1 | solve.t_end
  | ^^^^^^^^^^^
  |
  = help: write it as path.to.key=value, for example solve.t_end=10

1 error in models/x.toml
"#,
    );
    says(
        GOOD,
        &["solve..t_end=1"],
        r#"
error: --set needs a path and a value
 --> --set:1:1
  |
1 | solve..t_end=1
  | ^^^^^^^^^^^^^^
  |
  = help: write it as path.to.key=value, for example solve.t_end=10

1 error in models/x.toml
"#,
    );
    says(
        GOOD,
        &["layers.hidden.tau=[1, 2"],
        r#"
error: unclosed array
 --> --set:1:24
  |
1 | layers.hidden.tau=[1, 2
  |                        ^ expected `]`

1 error in models/x.toml
"#,
    );
}

#[test]
fn mistakes_of_the_file_come_with_those_of_the_overrides() {
    says(
        "[layers]\ncolour = 3",
        &["title.x=1", "nonsense"],
        r#"
error: `colour`: expected a table, found a number
 --> models/x.toml:2:10
  |
2 | colour = 3
  |          ^

error: `title`: expected a string, found a table
 --> --set:1:1
  |
1 | title.x=1
  | ^^^^^

error: --set needs a path and a value
 --> --set:2:1
  |
2 | nonsense
  | ^^^^^^^^
  |
  = help: write it as path.to.key=value, for example solve.t_end=10

3 errors in models/x.toml
"#,
    );
}
