//! What may not stand where an array is expected, and what is said about it.

use attractor::model_file::Place;

use super::arrays::array;

#[track_caller]
fn refused(text: &str, shape: &[usize], expected: &str) {
    let what = "weights of `dense` from `features` (3) to `hidden` (2)";
    let found = array(text, &Place::exact(what, shape)).unwrap_err();
    assert_eq!(found.trim(), expected.trim(), "\n{found}\n");
}

#[test]
fn ragged_and_mixed_lists_are_refused() {
    refused(
        "a = [[1, 2, 3], [4, 5], [6]]",
        &[2, 3],
        r#"
error: the rows of this list differ in shape
 --> models/x.toml:1:17
  |
1 | a = [[1, 2, 3], [4, 5], [6]]
  |                 ^^^^^^ entry 1 is a vector of 2, those before it a vector of 3

1 error in models/x.toml
"#,
    );
    refused(
        "a = [[1, 2], 3]",
        &[2, 3],
        r#"
error: a list may not mix numbers and lists
 --> models/x.toml:1:14
  |
1 | a = [[1, 2], 3]
  |              ^ a number among lists

1 error in models/x.toml
"#,
    );
    refused(
        "a = [[1, 2], [[3], [4]]]",
        &[2, 3],
        r#"
error: the rows of this list differ in shape
 --> models/x.toml:1:14
  |
1 | a = [[1, 2], [[3], [4]]]
  |              ^^^^^^^^^^ entry 1 is 2 × 1, those before it a vector of 2

1 error in models/x.toml
"#,
    );
    refused(
        "a = [1, [2]]",
        &[2, 3],
        r#"
error: a list may not mix numbers and lists
 --> models/x.toml:1:9
  |
1 | a = [1, [2]]
  |         ^^^ a list among numbers

1 error in models/x.toml
"#,
    );
    refused(
        "a = [1, \"2\"]",
        &[2, 3],
        r#"
error: an array is made of numbers, found a string
 --> models/x.toml:1:9
  |
1 | a = [1, "2"]
  |         ^^^

1 error in models/x.toml
"#,
    );
    refused(
        "a = [[1, nan], [inf, 2]]",
        &[2, 2],
        r#"
error: the numbers of an array must be finite, this is NaN
 --> models/x.toml:1:10
  |
1 | a = [[1, nan], [inf, 2]]
  |          ^^^

error: the numbers of an array must be finite, this is inf
 --> models/x.toml:1:17
  |
1 | a = [[1, nan], [inf, 2]]
  |                 ^^^

2 errors in models/x.toml
"#,
    );
}

#[test]
fn wrong_shapes_say_what_was_expected_and_found() {
    refused(
        "a = { file = \"v.npz\", key = \"w\" }",
        &[2, 3],
        r#"
error: weights of `dense` from `features` (3) to `hidden` (2) must be 2 × 3, found 3 × 2
 --> models/x.toml:1:5
  |
1 | a = { file = "v.npz", key = "w" }
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: transpose = true would turn it round

1 error in models/x.toml
"#,
    );
    refused(
        "a = { file = \"v.npz\", key = \"w\", transpose = true }",
        &[3, 2],
        r#"
error: weights of `dense` from `features` (3) to `hidden` (2) must be 3 × 2, found 2 × 3
 --> models/x.toml:1:5
  |
1 | a = { file = "v.npz", key = "w", transpose = true }
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: without transpose = true it would fit

1 error in models/x.toml
"#,
    );
    refused(
        "a = [[1, 2], [3, 4], [5, 6]]",
        &[2, 3],
        r#"
error: weights of `dense` from `features` (3) to `hidden` (2) must be 2 × 3, found 3 × 2
 --> models/x.toml:1:5
  |
1 | a = [[1, 2], [3, 4], [5, 6]]
  |     ^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: its transpose would fit

1 error in models/x.toml
"#,
    );
    refused(
        "a = [1, 2, 3]",
        &[2, 3],
        r#"
error: weights of `dense` from `features` (3) to `hidden` (2) must be 2 × 3, found a vector of 3
 --> models/x.toml:1:5
  |
1 | a = [1, 2, 3]
  |     ^^^^^^^^^

1 error in models/x.toml
"#,
    );
    refused(
        "a = { identity = 1 }",
        &[2, 3],
        r#"
error: a unit matrix must be square, the shape here is 2 × 3
 --> models/x.toml:1:5
  |
1 | a = { identity = 1 }
  |     ^^^^^^^^^^^^^^^^

1 error in models/x.toml
"#,
    );
    refused(
        "a = { hebbian = [1, 2, 3] }",
        &[2, 2],
        r#"
error: patterns of `hebbian` must be any × 2, found a vector of 3
 --> models/x.toml:1:17
  |
1 | a = { hebbian = [1, 2, 3] }
  |                 ^^^^^^^^^

1 error in models/x.toml
"#,
    );
    refused(
        "a = { random = \"sign\", symmetric = true }",
        &[2, 3],
        r#"
error: a symmetric array must be square, the shape here is 2 × 3
 --> models/x.toml:1:5
  |
1 | a = { random = "sign", symmetric = true }
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

1 error in models/x.toml
"#,
    );
    refused(
        "a = { hebbian = { random = \"sign\" } }",
        &[2, 2],
        r#"
error: patterns of `hebbian`: random numbers take the shape of this place, which is not fixed
 --> models/x.toml:1:17
  |
1 | a = { hebbian = { random = "sign" } }
  |                 ^^^^^^^^^^^^^^^^^^^
  |
  = help: add shape = [rows, columns]

1 error in models/x.toml
"#,
    );
    refused(
        "a = { hebbian = 1 }",
        &[2, 2],
        r#"
error: patterns of `hebbian`: one number takes the shape of this place, which is not fixed
 --> models/x.toml:1:17
  |
1 | a = { hebbian = 1 }
  |                 ^
  |
  = help: write the array as a list or read it from a file

1 error in models/x.toml
"#,
    );
}

#[test]
fn files_that_cannot_be_used_are_refused() {
    refused(
        "a = { file = \"b.npy\" }",
        &[2, 3],
        r#"
error: cannot read `b.npy`: no such file
 --> models/x.toml:1:14
  |
1 | a = { file = "b.npy" }
  |              ^^^^^^^ looked for at models/b.npy

1 error in models/x.toml
"#,
    );
    refused(
        "a = { file = \"a.npy\", key = \"w\" }",
        &[2, 3],
        r#"
error: only .npz files have keys
 --> models/x.toml:1:29
  |
1 | a = { file = "a.npy", key = "w" }
  |                             ^^^ `a.npy` holds one array

1 error in models/x.toml
"#,
    );
    refused(
        "a = { file = \"v.npz\", key = \"v\" }",
        &[2, 3],
        r#"
error: cannot read `v.npz`: it has no array `v`; it has `w`
 --> models/x.toml:1:14
  |
1 | a = { file = "v.npz", key = "v" }
  |              ^^^^^^^ looked for at models/v.npz

1 error in models/x.toml
"#,
    );
    refused(
        "a = { file = \"a.mat\" }",
        &[2, 3],
        r#"
error: cannot read arrays from `a.mat`
 --> models/x.toml:1:14
  |
1 | a = { file = "a.mat" }
  |              ^^^^^^^
  |
  = help: known are .npy, .npz, .png, .csv and .txt

1 error in models/x.toml
"#,
    );
    refused(
        "a = { file = \"short.npy\" }",
        &[2, 3],
        r#"
error: cannot read `short.npy`: it is not a NumPy array that can be read: it is cut short: shape [2, 3] of type '<f8' needs 48 bytes, 8 are there; write it with numpy.save, or numpy.savez for several arrays
 --> models/x.toml:1:14
  |
1 | a = { file = "short.npy" }
  |              ^^^^^^^^^^^ looked for at models/short.npy

1 error in models/x.toml
"#,
    );
    refused(
        "a = { file = \"nan.npy\" }",
        &[2, 3],
        r#"
error: weights of `dense` from `features` (3) to `hidden` (2): entry [1, 1] is NaN
 --> models/x.toml:1:5
  |
1 | a = { file = "nan.npy" }
  |     ^^^^^^^^^^^^^^^^^^^^ all entries must be finite; indices count from 0

1 error in models/x.toml
"#,
    );
    refused(
        "a = { file = \"a.npy\", rows = \"2..5\" }",
        &[2, 3],
        r#"
error: there are only 4 rows, numbered from 0
 --> models/x.toml:1:30
  |
1 | a = { file = "a.npy", rows = "2..5" }
  |                              ^^^^^^

1 error in models/x.toml
"#,
    );
    refused(
        "a = { file = \"a.npy\", rows = [0, 4] }",
        &[2, 3],
        r#"
error: there are only 4 rows, numbered from 0
 --> models/x.toml:1:34
  |
1 | a = { file = "a.npy", rows = [0, 4] }
  |                                  ^

1 error in models/x.toml
"#,
    );
    refused(
        "a = { file = \"a.npy\", rows = \"lower_half\", columns = 3 }",
        &[2, 3],
        r#"
error: `rows` does not select anything
 --> models/x.toml:1:30
  |
1 | a = { file = "a.npy", rows = "lower_half", columns = 3 }
  |                              ^^^^^^^^^^^^
  |
  = help: write "a..b" (from a to below b), a list of indices from 0, or "all"

error: `columns` does not select anything
 --> models/x.toml:1:54
  |
1 | a = { file = "a.npy", rows = "lower_half", columns = 3 }
  |                                                      ^
  |
  = help: write "a..b" (from a to below b), a list of indices from 0, or "all"

2 errors in models/x.toml
"#,
    );
    refused(
        "a = { file = \"vector.npy\", columns = [0] }",
        &[3],
        r#"
error: a vector of 3 has no columns to select
 --> models/x.toml:1:38
  |
1 | a = { file = "vector.npy", columns = [0] }
  |                                      ^^^

1 error in models/x.toml
"#,
    );
    refused(
        "a = { file = \"vector.npy\", transpose = true }",
        &[3],
        r#"
error: only a matrix can be turned round, this is a vector of 3
 --> models/x.toml:1:14
  |
1 | a = { file = "vector.npy", transpose = true }
  |              ^^^^^^^^^^^^

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_table_has_one_source_and_its_keys() {
    refused(
        "a = { flie = \"a.npy\" }",
        &[2, 3],
        r#"
error: this table does not say where its numbers come from
 --> models/x.toml:1:5
  |
1 | a = { flie = "a.npy" }
  |     ^^^^^^^^^^^^^^^^^^
  |
  = help: is `flie` meant to be `file`?

1 error in models/x.toml
"#,
    );
    refused(
        "a = { rows = 3 }",
        &[2, 3],
        r#"
error: this table does not say where its numbers come from
 --> models/x.toml:1:5
  |
1 | a = { rows = 3 }
  |     ^^^^^^^^^^^^
  |
  = help: write one of file, random, hebbian, rule, half_norm_of, identity, stack, scaled, one_of, clipped, mean_of

1 error in models/x.toml
"#,
    );
    refused(
        "a = { file = \"a.npy\", random = \"sign\" }",
        &[2, 3],
        r#"
error: an array has one source, found `file` and `random`
 --> models/x.toml:1:5
  |
1 | a = { file = "a.npy", random = "sign" }
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

1 error in models/x.toml
"#,
    );
    refused(
        "a = { random = \"orthogonal\", std = -1 }",
        &[2, 3],
        r#"
error: `random` cannot be "orthogonal"
 --> models/x.toml:1:16
  |
1 | a = { random = "orthogonal", std = -1 }
  |                ^^^^^^^^^^^^
  |
  = help: known here: normal, uniform, sign, bits

1 error in models/x.toml
"#,
    );
    refused(
        "a = { random = \"normal\", std = -1, low = 3, seed = -1 }",
        &[2, 3],
        r#"
error: `std` must be 0 or above, it is -1
 --> models/x.toml:1:32
  |
1 | a = { random = "normal", std = -1, low = 3, seed = -1 }
  |                                ^^

error: unknown key `low`
 --> models/x.toml:1:36
  |
1 | a = { random = "normal", std = -1, low = 3, seed = -1 }
  |                                    ^^^ not a key of an array made by `random`
  |
  = help: known here: mean, shape, symmetric, zero_diagonal, random, std, seed

error: `seed` must be a whole number, 0 or above, it is -1
 --> models/x.toml:1:52
  |
1 | a = { random = "normal", std = -1, low = 3, seed = -1 }
  |                                                    ^^

3 errors in models/x.toml
"#,
    );
    refused(
        "a = { random = \"uniform\", low = 3 }",
        &[2, 3],
        r#"
error: `low` must not be above `high`: 3 is above 1
 --> models/x.toml:1:33
  |
1 | a = { random = "uniform", low = 3 }
  |                                 ^

1 error in models/x.toml
"#,
    );
    refused(
        "a = true",
        &[2, 3],
        r#"
error: `a`: expected a number, a list, the name of a pattern or a table, found true or false
 --> models/x.toml:1:5
  |
1 | a = true
  |     ^^^^

1 error in models/x.toml
"#,
    );
}

#[test]
fn names_that_lead_nowhere_are_refused() {
    refused(
        "a = \"meomries\"\nmemories = [1]",
        &[1],
        r#"
error: there is no pattern called "meomries"
 --> models/x.toml:1:5
  |
1 | a = "meomries"
  |     ^^^^^^^^^^
  |
  = help: did you mean `memories`?

1 error in models/x.toml
"#,
    );
    refused(
        "b = \"c\"\nc = \"b\"\na = \"b\"",
        &[1],
        r#"
error: these patterns name each other without end
 --> models/x.toml:2:5
  |
2 | c = "b"
  |     ^^^ b → c → b

1 error in models/x.toml
"#,
    );
}

#[test]
fn an_array_that_no_memory_holds_is_refused_before_it_is_made() {
    refused(
        "a = { random = \"sign\", shape = [100000, 100000] }",
        &[2, 3],
        r#"
error: 100000 × 100000 is too large: more than 268435456 entries (2 GiB)
 --> models/x.toml:1:5
  |
1 | a = { random = "sign", shape = [100000, 100000] }
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^

1 error in models/x.toml
"#,
    );
    refused(
        "a = 0.5",
        &[usize::MAX, 3],
        r#"
error: 18446744073709551615 × 3 is too large: more than 268435456 entries (2 GiB)
 --> models/x.toml:1:5
  |
1 | a = 0.5
  |     ^^^

1 error in models/x.toml
"#,
    );
}

#[test]
fn numbers_that_overflow_are_refused() {
    refused(
        "a = { file = \"a.npy\", rows = [1, 2], scale = 1e308 }",
        &[2, 3],
        r#"
error: weights of `dense` from `features` (3) to `hidden` (2): entry [0, 0] is inf
 --> models/x.toml:1:5
  |
1 | a = { file = "a.npy", rows = [1, 2], scale = 1e308 }
  |     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ all entries must be finite; indices count from 0

1 error in models/x.toml
"#,
    );
}

#[test]
fn a_mistake_that_two_places_meet_is_reported_once() {
    let text = "[layers]\n[patterns]\np = { file = \"b.npy\" }\n\
        [[synapses]]\nkind = \"dense\"\nweights = \"p\"\n\
        [[synapses]]\nkind = \"dense\"\nweights = \"p\"\n";
    let report = super::sample::read(text, &[]).unwrap_err();
    assert!(report.ends_with("\n1 error in models/x.toml"), "{report}");
}
