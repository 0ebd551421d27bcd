//! What a user reads about a wrong file.

use super::sample::{GOOD, read, says};

/// A file in which `lines` stand in a layer that is complete without them.
fn layer(lines: &str) -> String {
    format!("[layers.a]\nsize = 3\nlagrangian = \"tanh\"\n{lines}\n")
}

#[test]
fn a_good_file_is_read() {
    let model = read(GOOD, &[]).unwrap();
    let names: Vec<&str> = model.layers.iter().map(|l| l.0.as_str()).collect();
    assert_eq!(names, ["features", "hidden"]);
    assert_eq!(model.layers[0].3, "tanh(beta = 2, delta = [])");
    assert_eq!(model.layers[1].2, [0.1, 0.2]);
    assert_eq!(model.weights[0].data, [1.0, -1.0, 1.0, 1.0, 1.0, -1.0]);
    let w = &model.weights[1].data;
    assert_eq!(w[5], -2.0 / 3.0);
    assert_eq!(w[7], -2.0 / 3.0);
    assert_eq!((w[0], w[1], w[4]), (0.0, 0.0, 0.0));
    assert_eq!((model.t_end, model.method.as_str()), (50.0, "rk4"));
}

#[test]
fn layers_keep_the_order_of_the_file() {
    let text = "[layers.z]\nsize = 1\nlagrangian = \"tanh\"\n[layers.a]\nsize = 1\nlagrangian = \"tanh\"\n";
    let names: Vec<String> = read(text, &[])
        .unwrap()
        .layers
        .into_iter()
        .map(|l| l.0)
        .collect();
    assert_eq!(names, ["z", "a"]);
}

#[test]
fn a_misspelt_key_is_one_mistake_and_not_two() {
    says(
        "[layers.a]\nsize = 3\nlagrangain = { kind = \"tanh\" }",
        &[],
        r#"
error: unknown key `lagrangain`
 --> models/x.toml:3:1
  |
3 | lagrangain = { kind = "tanh" }
  | ^^^^^^^^^^ not a key of a layer
  |
  = help: did you mean `lagrangian`?

1 error in models/x.toml
"#,
    );
}

#[test]
fn an_unknown_key_that_resembles_nothing_gets_the_list() {
    says(
        &layer("colour = 1"),
        &[],
        r#"
error: unknown key `colour`
 --> models/x.toml:4:1
  |
4 | colour = 1
  | ^^^^^^ not a key of a layer
  |
  = help: known here: tau, size, lagrangian

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_missing_key_is_reported_at_its_table() {
    says(
        "[layers.a]\nlagrangian = \"tanh\"",
        &[],
        r#"
error: missing key `size`
 --> models/x.toml:1:1
  |
1 | [layers.a]
  | ^^^^^^^^^^ a layer needs it

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_missing_key_of_the_file_has_no_line() {
    says(
        "title = \"nothing\"",
        &[],
        r#"
error: missing key `layers`: a model file needs it
--> models/x.toml

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_string_where_a_number_is_expected() {
    says(
        "[layers]\na = { size = \"3\", lagrangian = \"tanh\" }",
        &[],
        r#"
error: `size`: expected a whole number from 1 to 1000, found a string
 --> models/x.toml:2:14
  |
2 | a = { size = "3", lagrangian = "tanh" }
  |              ^^^
  |
  = help: as a number it is written 3

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_number_where_a_string_is_expected() {
    says(
        "title = 3\n[layers]",
        &[],
        r#"
error: `title`: expected a string, found a number
 --> models/x.toml:1:9
  |
1 | title = 3
  |         ^

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_number_where_a_table_is_expected() {
    says(
        "layers = 3",
        &[],
        r#"
error: `layers`: expected a table, found a number
 --> models/x.toml:1:10
  |
1 | layers = 3
  |          ^

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_value_where_tables_are_expected() {
    says(
        "synapses = [1, { kind = \"dense\" }]\n[layers]\n",
        &[],
        r#"
error: entry 0 of `synapses`: expected a table, found a number
 --> models/x.toml:1:13
  |
1 | synapses = [1, { kind = "dense" }]
  |             ^

error: missing key `weights`
 --> models/x.toml:1:16
  |
1 | synapses = [1, { kind = "dense" }]
  |                ^^^^^^^^^^^^^^^^^^ a synapse needs it

2 errors in models/x.toml
"#,
    );
}

#[test]
fn a_number_out_of_its_range() {
    says(
        "[layers]\n[solve]\nt_end = -1\nmax_steps = 0",
        &[],
        r#"
error: `t_end` must be above 0, it is -1
 --> models/x.toml:3:9
  |
3 | t_end = -1
  |         ^^

error: `max_steps` must be a whole number from 1 up, it is 0
 --> models/x.toml:4:13
  |
4 | max_steps = 0
  |             ^

2 errors in models/x.toml
"#,
    );
}

#[test]
fn a_number_that_is_not_finite() {
    says(
        "[layers]\n[solve]\nt_end = inf",
        &[],
        r#"
error: `t_end` must be finite, it is inf
 --> models/x.toml:3:9
  |
3 | t_end = inf
  |         ^^^

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_fraction_where_a_whole_number_is_expected() {
    says(
        "[layers]\n[solve]\nmax_steps = 10.5",
        &[],
        r#"
error: `max_steps` must be a whole number from 1 up, it is 10.5
 --> models/x.toml:3:13
  |
3 | max_steps = 10.5
  |             ^^^^

1 error in models/x.toml
"#,
    );
}

#[test]
fn numbers_that_no_type_holds_are_reported_once() {
    says(
        "[layers]\n[solve]\nt_end = 1e999\nmax_steps = 99999999999999999999\n[layers.a]\ntau = [1, 1e999]",
        &[],
        r#"
error: this number is too large for 64 bits
 --> models/x.toml:3:9
  |
3 | t_end = 1e999
  |         ^^^^^

error: this whole number does not fit in 64 bits
 --> models/x.toml:4:13
  |
4 | max_steps = 99999999999999999999
  |             ^^^^^^^^^^^^^^^^^^^^

error: missing key `size`
 --> models/x.toml:5:1
  |
5 | [layers.a]
  | ^^^^^^^^^^ a layer needs it

error: missing key `lagrangian`
 --> models/x.toml:5:1
  |
5 | [layers.a]
  | ^^^^^^^^^^ a layer needs it

error: this number is too large for 64 bits
 --> models/x.toml:6:11
  |
6 | tau = [1, 1e999]
  |           ^^^^^

5 errors in models/x.toml
"#,
    );
}

#[test]
fn a_truth_that_is_a_string() {
    says(
        "[layers]\n[solve]\ndense = \"yes\"",
        &[],
        r#"
error: `dense`: expected true or false, found a string
 --> models/x.toml:3:9
  |
3 | dense = "yes"
  |         ^^^^^

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_word_that_is_nearly_right() {
    says(
        "[layers]\n[solve]\nmethod = \"dorpi5\"",
        &[],
        r#"
error: `method` cannot be "dorpi5"
 --> models/x.toml:3:10
  |
3 | method = "dorpi5"
  |          ^^^^^^^^
  |
  = help: did you mean `dopri5`?

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_word_that_is_quite_wrong() {
    says(
        "[layers]\n[solve]\nmethod = \"leapfrog\"",
        &[],
        r#"
error: `method` cannot be "leapfrog"
 --> models/x.toml:3:10
  |
3 | method = "leapfrog"
  |          ^^^^^^^^^^
  |
  = help: known here: rk4, tsit5, dopri5

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_date_is_of_no_use() {
    says(
        &layer("tau = 1979-05-27"),
        &[],
        r#"
error: `tau`: expected a number, a list, the name of a pattern or a table, found a date
 --> models/x.toml:4:7
  |
4 | tau = 1979-05-27
  |       ^^^^^^^^^^

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_key_without_a_value() {
    says(
        "[layers.a]\nsize =\nlagrangian = \"tanh\"",
        &[],
        r#"
error: a value is missing here
 --> models/x.toml:2:7
  |
2 | size =
  |       ^

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_key_that_is_given_twice() {
    says(
        "[layers.a]\nsize = 3\nsize = 4",
        &[],
        r#"
error: duplicate key `size`
 --> models/x.toml:3:1
  |
3 | size = 4
  | ^^^^ this name is taken

1 error in models/x.toml
"#,
    );
}

#[test]
fn all_errors_of_syntax_are_shown() {
    says(
        "[layers.a\nsize = \ntau = [1, 2\n",
        &[],
        r#"
error: unclosed table
 --> models/x.toml:1:10
  |
1 | [layers.a
  |          ^ expected `]`

error: unclosed array
 --> models/x.toml:3:12
  |
3 | tau = [1, 2
  |            ^ expected `]`

2 errors in models/x.toml
"#,
    );
}

#[test]
fn four_mistakes_are_reported_together() {
    let text = "\
title = 7
[layers.a]
size = 3
tua = 2.0
lagrangian = { kind = \"tahn\" }
[[synapses]]
kind = \"dense\"
weights = [[1, 2, 3], [4, 5]]
";
    says(
        text,
        &[],
        r#"
error: `title`: expected a string, found a number
 --> models/x.toml:1:9
  |
1 | title = 7
  |         ^

error: unknown key `tua`
 --> models/x.toml:4:1
  |
4 | tua = 2.0
  | ^^^ not a key of a layer
  |
  = help: did you mean `tau`?

error: there is no Lagrangian called "tahn"
 --> models/x.toml:5:23
  |
5 | lagrangian = { kind = "tahn" }
  |                       ^^^^^^
  |
  = help: did you mean `tanh`?

error: the rows of this list differ in shape
 --> models/x.toml:8:23
  |
8 | weights = [[1, 2, 3], [4, 5]]
  |                       ^^^^^^ entry 1 is a vector of 2, those before it a vector of 3

4 errors in models/x.toml
"#,
    );
}

#[test]
fn nested_tables_of_dots_are_bounded() {
    says(
        &format!("a{} = 1", ".b".repeat(200)),
        &[],
        r#"
error: tables or lists are nested too deep
--> models/x.toml

1 error in models/x.toml
"#,
    );
}

#[test]
fn tabs_and_wide_characters_keep_the_caret_in_place() {
    says(
        "[layers.\"ξ層\"]\n\tsize = 3\n\tlagrangian\t= { kind = \"tanh\", \"βητα\" = \"層\", beta = \"層\" }",
        &[],
        r#"
error: unknown key `βητα`
 --> models/x.toml:3:32
  |
3 |     lagrangian    = { kind = "tanh", "βητα" = "層", beta = "層" }
  |                                      ^^^^^^ not a key of the Lagrangian `tanh`
  |
  = help: tanh has no parameter `βητα`; it has: beta, delta, odd

error: `beta`: expected a number, found a string
 --> models/x.toml:3:53
  |
3 |     lagrangian    = { kind = "tanh", "βητα" = "層", beta = "層" }
  |                                                            ^^^^

2 errors in models/x.toml
"#,
    );
}

#[test]
fn a_long_line_is_cut_around_the_mistake() {
    let zeros = "0.0, ".repeat(60);
    says(
        &layer(&format!("tau = [{zeros}true, {zeros}1]")),
        &[],
        r#"
error: an array is made of numbers, found true or false
 --> models/x.toml:4:308
  |
4 | ...0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, true, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0...
  |                                                    ^^^^

1 error in models/x.toml
"#,
    );
    says(
        &layer(&format!("tau = [{zeros}true]")),
        &[],
        r#"
error: an array is made of numbers, found true or false
 --> models/x.toml:4:308
  |
4 | ...0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, true]
  |                                                    ^^^^

1 error in models/x.toml
"#,
    );
    says(
        &layer(&format!("tau = [true, {zeros}]")),
        &[],
        r#"
error: an array is made of numbers, found true or false
 --> models/x.toml:4:8
  |
4 | tau = [true, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, ...
  |        ^^^^

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_value_over_several_lines_is_underlined_on_the_first() {
    says(
        &layer("tau = [[1,\n  2],\n  [3, 4]]"),
        &[],
        r#"
error: tau of `a` must be a vector of 3, found 2 × 2
 --> models/x.toml:4:7
  |
4 | tau = [[1,
  |       ^^^^

1 error in models/x.toml
"#,
    );
}

#[test]
fn lines_of_windows_files_end_where_they_should() {
    says(
        "[layers.a]\r\nsize = true\r\nlagrangian = \"tanh\"\r\n",
        &[],
        r#"
error: `size`: expected a whole number from 1 to 1000, found true or false
 --> models/x.toml:2:8
  |
2 | size = true
  |        ^^^^

1 error in models/x.toml
"#,
    );
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    says(
        "[layers]\n[solve]\nmethod = \"\\u001b[31m\"",
        &[],
        r#"
error: `method` cannot be "\u001b[31m"
 --> models/x.toml:3:10
  |
3 | method = "\u001b[31m"
  |          ^^^^^^^^^^^^
  |
  = help: known here: rk4, tsit5, dopri5

1 error in models/x.toml
"#,
    );
}

#[test]
fn what_nobody_would_read_is_counted() {
    let many: String = (0..60).map(|i| format!("banana{i} = 1\n")).collect();
    let report = read(&format!("{many}[layers]"), &[]).unwrap_err();
    assert_eq!(report.matches("error: unknown key").count(), 20);
    assert!(
        report.ends_with("and 40 more\n60 errors in models/x.toml"),
        "{report}"
    );
}
