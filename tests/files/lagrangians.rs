//! Lagrangians by name.

use super::sample::{read, says};

fn layer(lagrangian: &str) -> String {
    format!("[layers.a]\nsize = 5\nlagrangian = {lagrangian}\n")
}

fn said(lagrangian: &str) -> String {
    read(&layer(lagrangian), &[]).unwrap().layers.remove(0).3
}

#[test]
fn a_lagrangian_is_a_word_or_a_table() {
    assert_eq!(said("\"tanh\""), "tanh(beta = 1, delta = [])");
    assert_eq!(said("{ kind = \"power\", n = 4 }"), "power(n = 4)");
    assert_eq!(
        said("{ kind = \"tanh\", delta = [1, 2, 3, 4, 5] }"),
        "tanh(beta = 1, delta = [1.0, 2.0, 3.0, 4.0, 5.0])"
    );
}

#[test]
fn a_flag_is_true_or_false() {
    assert!(said("{ kind = \"tanh\", odd = false }").ends_with("+ 1"));
    assert!(!said("{ kind = \"tanh\", odd = true }").ends_with("+ 1"));
    let wrong = read(&layer("{ kind = \"tanh\", odd = 1 }"), &[]).unwrap_err();
    assert!(wrong.contains("expected true or false"), "{wrong}");
}

#[test]
fn a_vector_may_be_one_number_or_come_from_elsewhere() {
    assert!(said("{ kind = \"tanh\", delta = 2 }").contains("[2.0, 2.0, 2.0, 2.0, 2.0]"));
    assert!(said("{ kind = \"tanh\", delta = { random = \"sign\" } }").contains("1.0"));
}

#[test]
fn blocks_stand_side_by_side() {
    let parts = r#"{ kind = "blocks", parts = [{ size = 3, kind = "tanh" }, { size = 2, kind = "power", n = 2 }] }"#;
    assert_eq!(said(parts), "tanh(beta = 1, delta = []) ⊕ power(n = 2)");
}

#[test]
fn the_librarys_own_list_is_the_default() {
    let list = attractor::model_file::Catalogue::default();
    assert!(list.kinds.iter().any(|k| k.name == "identity"));
}

#[test]
fn wrong_lagrangians_are_refused() {
    says(
        &layer("\"tahn\""),
        &[],
        r#"
error: there is no Lagrangian called "tahn"
 --> models/x.toml:3:14
  |
3 | lagrangian = "tahn"
  |              ^^^^^^
  |
  = help: did you mean `tanh`?

1 error in models/x.toml
"#,
    );
    says(
        &layer("{ kind = \"banana\" }"),
        &[],
        r#"
error: there is no Lagrangian called "banana"
 --> models/x.toml:3:23
  |
3 | lagrangian = { kind = "banana" }
  |                       ^^^^^^^^
  |
  = help: known here: tanh, power, blocks

1 error in models/x.toml
"#,
    );
    says(
        &layer("\"gelu\""),
        &[],
        r#"
error: "gelu" cannot be a Lagrangian
 --> models/x.toml:3:14
  |
3 | lagrangian = "gelu"
  |              ^^^^^^
  |
  = help: GELU is not monotone; gauss-relu is the convex stand-in

1 error in models/x.toml
"#,
    );
    says(
        &layer("3"),
        &[],
        r#"
error: `lagrangian`: expected the name of a Lagrangian or a table with its `kind`, found a number
 --> models/x.toml:3:14
  |
3 | lagrangian = 3
  |              ^

1 error in models/x.toml
"#,
    );
    says(
        &layer("{ knid = \"tanh\", beta = 2 }"),
        &[],
        r#"
error: missing key `kind`
 --> models/x.toml:3:14
  |
3 | lagrangian = { knid = "tanh", beta = 2 }
  |              ^^^^^^^^^^^^^^^^^^^^^^^^^^^ a Lagrangian needs it
  |
  = help: is `knid` meant to be `kind`?

1 error in models/x.toml
"#,
    );
}

#[test]
fn wrong_parameters_are_refused() {
    says(
        &layer("{ kind = \"tanh\", beta = -2 }"),
        &[],
        r#"
error: `beta` must be above 0, it is -2
 --> models/x.toml:3:38
  |
3 | lagrangian = { kind = "tanh", beta = -2 }
  |                                      ^^
  |
  = help: beta: slope at 0, above 0; 1

1 error in models/x.toml
"#,
    );
    says(
        &layer("{ kind = \"tanh\", beta = \"2\", bta = 3 }"),
        &[],
        r#"
error: `beta`: expected a number, found a string
 --> models/x.toml:3:38
  |
3 | lagrangian = { kind = "tanh", beta = "2", bta = 3 }
  |                                      ^^^
  |
  = help: as a number it is written 2

error: unknown key `bta`
 --> models/x.toml:3:43
  |
3 | lagrangian = { kind = "tanh", beta = "2", bta = 3 }
  |                                           ^^^ not a key of the Lagrangian `tanh`
  |
  = help: did you mean `beta`?

2 errors in models/x.toml
"#,
    );
    says(
        &layer("{ kind = \"power\" }"),
        &[],
        r#"
error: missing key `n`
 --> models/x.toml:3:14
  |
3 | lagrangian = { kind = "power" }
  |              ^^^^^^^^^^^^^^^^^^ the Lagrangian `power` needs it
  |
  = help: n: the exponent, from 2 to 30

1 error in models/x.toml
"#,
    );
    says(
        &layer("\"power\""),
        &[],
        r#"
error: missing key `n`
 --> models/x.toml:3:14
  |
3 | lagrangian = "power"
  |              ^^^^^^^ the Lagrangian `power` needs it
  |
  = help: n: the exponent, from 2 to 30

1 error in models/x.toml
"#,
    );
    says(
        &layer("{ kind = \"tanh\", delta = [1, 2] }"),
        &[],
        r#"
error: `delta` must be a vector of 5, found a vector of 2
 --> models/x.toml:3:39
  |
3 | lagrangian = { kind = "tanh", delta = [1, 2] }
  |                                       ^^^^^^

1 error in models/x.toml
"#,
    );
}

#[test]
fn wrong_blocks_are_refused() {
    says(
        &layer("{ kind = \"blocks\", parts = [{ size = 3, kind = \"tanh\" }] }"),
        &[],
        r#"
error: the parts take 3 neurons, the layer has 5 along its last axis
 --> models/x.toml:3:41
  |
3 | lagrangian = { kind = "blocks", parts = [{ size = 3, kind = "tanh" }] }
  |                                         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

1 error in models/x.toml
"#,
    );
    says(
        &layer(
            "{ kind = \"blocks\", parts = [{ size = 0, kind = \"tanh\" }, { kind = \"blocks\" }] }",
        ),
        &[],
        r#"
error: `size` must be a whole number from 1 to 268435456, it is 0
 --> models/x.toml:3:51
  |
3 | lagrangian = { kind = "blocks", parts = [{ size = 0, kind = "tanh" }, { kind = "blocks" }] }
  |                                                   ^

error: missing key `size`
 --> models/x.toml:3:71
  |
3 | lagrangian = { kind = "blocks", parts = [{ size = 0, kind = "tanh" }, { kind = "blocks" }] }
  |                                                                       ^^^^^^^^^^^^^^^^^^^ a part of blocks needs it

error: blocks are made of parts, and not of blocks
 --> models/x.toml:3:80
  |
3 | lagrangian = { kind = "blocks", parts = [{ size = 0, kind = "tanh" }, { kind = "blocks" }] }
  |                                                                                ^^^^^^^^
  |
  = help: write { kind = "blocks", parts = [{ size = 3, kind = … }, …] }

3 errors in models/x.toml
"#,
    );
    says(
        &layer("{ kind = \"blocks\", part = [] }"),
        &[],
        r#"
error: unknown key `part`
 --> models/x.toml:3:33
  |
3 | lagrangian = { kind = "blocks", part = [] }
  |                                 ^^^^ not a key of blocks
  |
  = help: did you mean `parts`?

1 error in models/x.toml
"#,
    );
}
