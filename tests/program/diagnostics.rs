//! Wrong model files, one in each `tests/diagnostics/NAME.toml`, beside what the command says of it, `NAME.txt`.
//!
//! A first line `#$ --set …` holds arguments. `BLESS=1 cargo test --test program diagnostics` writes the texts anew: read what has
//! changed, as a user would, before it is committed.
#![cfg(feature = "cli")]
#![allow(missing_docs)]
// Helpers of tests may fail as tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// What `attractor check` says of a file, after it was made sure that `run` says the same, and that both refuse it.
fn said(directory: &Path, file: &str, text: &str) -> String {
    let arguments = text.lines().next().and_then(|l| l.strip_prefix("#$ "));
    let mut all = Vec::new();
    for command in ["check", "run"] {
        let output = Command::new(env!("CARGO_BIN_EXE_attractor"))
            .current_dir(directory)
            .args([command, file])
            .args(arguments.unwrap_or_default().split_whitespace())
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{command} {file}: {said}");
        assert!(output.stdout.is_empty(), "{command} {file}: it prints");
        all.push(said);
    }
    assert_eq!(all[0], all[1], "{file}: check and run say different things");
    all.swap_remove(0)
}

/// The lines of both, `-` before those that are gone and `+` before those that are new.
fn difference(wanted: &str, found: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (wanted.lines().collect(), found.lines().collect());
    // Length of the longest common subsequence of the lines from i and j on.
    let mut common = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    let (mut i, mut j, mut out) = (0, 0, String::new());
    while i < a.len() || j < b.len() {
        let (mark, line) = if i < a.len() && j < b.len() && a[i] == b[j] {
            (i, j) = (i + 1, j + 1);
            (' ', b[j - 1])
        } else if j == b.len() || (i < a.len() && common[i + 1][j] >= common[i][j + 1]) {
            i += 1;
            ('-', a[i - 1])
        } else {
            j += 1;
            ('+', b[j - 1])
        };
        out += &format!("{mark} {line}\n");
    }
    out
}

#[test]
fn every_wrong_file_is_refused_in_the_words_beside_it() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let names = || -> BTreeSet<String> {
        let entries = fs::read_dir(&directory).unwrap();
        entries
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let before = names();
    let bless = std::env::var_os("BLESS").is_some();
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in before.iter().filter(|n| n.ends_with(".toml")) {
        count += 1;
        let text = fs::read_to_string(directory.join(file)).unwrap();
        let found = said(&directory, file, &text);
        let beside = directory.join(file).with_extension("txt");
        if bless {
            fs::write(&beside, &found).unwrap();
            continue;
        }
        let wanted = fs::read_to_string(&beside).unwrap_or_default();
        if wanted != found {
            wrong.push(format!("{file}\n{}", difference(&wanted, &found)));
        }
    }
    assert!(
        wrong.is_empty(),
        "- expected, + found\n\n{}",
        wrong.join("\n")
    );
    assert!(count >= 50, "only {count} files");
    if !bless {
        assert_eq!(names(), before, "a refused model left something behind");
        let texts = before.iter().filter(|n| n.ends_with(".txt"));
        for text in texts {
            let model = text.replace(".txt", ".toml");
            assert!(before.contains(&model), "{text} belongs to no file");
        }
    }
}

#[test]
fn a_difference_is_shown_line_by_line() {
    let found = difference("same\nold\nend", "same\nnew\nend\nmore");
    assert_eq!(found, "  same\n- old\n+ new\n  end\n+ more\n");
}
