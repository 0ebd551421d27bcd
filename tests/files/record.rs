//! Files survive the round trip, hostile files are refused with a reason, and a run directory never destroys anything
//! that a run did not write.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use attractor::record::{
    Array, DataFiles, NpzWriter, RecordError, RunDirectory, read_npy, read_npz, read_png,
    sha256_hex, table_from_bytes,
};
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

fn put(dir: &TempDir, name: &str, bytes: &[u8]) -> PathBuf {
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    path
}

/// A .npy as NumPy writes it, with any header.
fn npy(header: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn plain(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let fortran = if fortran { "True" } else { "False" };
    let header =
        format!("{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}\n");
    npy(&header, data)
}

fn message<T: std::fmt::Debug>(result: Result<T, RecordError>, expected: &[&str]) {
    let text = result.unwrap_err().to_string();
    for part in expected {
        assert!(text.contains(part), "`{part}` is missing in: {text}");
    }
}

mod arrays {
    use super::*;

    #[test]
    fn an_archive_gives_back_what_was_written() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("run.npz");
        let x = [0.1, -2.0, f64::MIN_POSITIVE, f64::NAN, f64::INFINITY, 6.0];
        let mut npz = NpzWriter::create(&path).unwrap();
        npz.write("x", &[2, 3], &x).unwrap();
        npz.write_i64("steps", &[2], &[-7, 1 << 53]).unwrap();
        npz.write("scalar", &[], &[3.5]).unwrap();
        npz.write("none", &[0, 4], &[]).unwrap();
        npz.finish().unwrap();
        let back = read_npz(&path, "x").unwrap();
        assert_eq!(back.shape, [2, 3]);
        let bits = |v: &[f64]| v.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&back.data), bits(&x));
        let steps = read_npz(&path, "steps").unwrap();
        assert_eq!(steps.data, [-7.0, (1u64 << 53) as f64]);
        let scalar = read_npz(&path, "scalar").unwrap();
        assert_eq!((scalar.shape, scalar.data), (vec![], vec![3.5]));
        assert_eq!(read_npz(&path, "none").unwrap().shape, [0, 4]);
        message(
            read_npz(&path, "y"),
            &["`y`", "none`, `scalar`, `steps`, `x"],
        );
    }

    #[test]
    fn equal_data_make_equal_bytes() {
        let dir = tempdir().unwrap();
        let [a, b] = ["a", "b"].map(|name| {
            let path = dir.path().join(name);
            let mut npz = NpzWriter::create(&path).unwrap();
            npz.write("t", &[3], &[0.0, 1.0, 2.0]).unwrap();
            npz.finish().unwrap();
            fs::read(path).unwrap()
        });
        assert_eq!(a, b);
    }

    #[test]
    fn an_archive_refuses_bad_arrays_and_goes_on() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("run.npz");
        let mut npz = NpzWriter::create(&path).unwrap();
        npz.write("x", &[1], &[1.0]).unwrap();
        message(npz.write("x", &[1], &[1.0]), &["`x`", "already"]);
        message(npz.write("y", &[2, 2], &[1.0]), &["1 values", "[2, 2]"]);
        message(npz.write("y", &[usize::MAX, 2], &[]), &["do not fill"]);
        message(npz.write("../y", &[1], &[1.0]), &["no slash"]);
        npz.write("z", &[1], &[2.0]).unwrap();
        npz.finish().unwrap();
        assert_eq!(read_npz(&path, "z").unwrap().data, [2.0]);
        message(
            NpzWriter::create(dir.path().join("no/run.npz")),
            &["create"],
        );
    }

    #[test]
    fn every_plain_type_and_byte_order_is_read() {
        let dir = tempdir().unwrap();
        let cases: [(&str, &[u8], [f64; 2]); 14] = [
            (
                "<f8",
                &[0, 0, 0, 0, 0, 0, 248, 63, 0, 0, 0, 0, 0, 0, 0, 192],
                [1.5, -2.0],
            ),
            (
                ">f8",
                &[63, 248, 0, 0, 0, 0, 0, 0, 192, 0, 0, 0, 0, 0, 0, 0],
                [1.5, -2.0],
            ),
            ("<f4", &[0, 0, 192, 63, 0, 0, 0, 192], [1.5, -2.0]),
            (">f4", &[63, 192, 0, 0, 192, 0, 0, 0], [1.5, -2.0]),
            ("<f2", &[0, 60, 255, 251], [1.0, -65504.0]),
            // The smallest above 0, and a third as near as it comes.
            (">f2", &[0, 1, 53, 85], [0.5f64.powi(24), 1365.0 / 4096.0]),
            ("|b1", &[1, 0], [1.0, 0.0]),
            ("|i1", &[5, 255], [5.0, -1.0]),
            ("|u1", &[5, 255], [5.0, 255.0]),
            ("<i2", &[1, 1, 255, 255], [257.0, -1.0]),
            (">u2", &[1, 2, 255, 255], [258.0, 65535.0]),
            (">i4", &[0, 0, 0, 9, 255, 255, 255, 255], [9.0, -1.0]),
            (
                "<u4",
                &[9, 0, 0, 0, 255, 255, 255, 255],
                [9.0, 4294967295.0],
            ),
            (
                ">i8",
                &[
                    0, 0, 0, 0, 0, 0, 0, 9, 255, 255, 255, 255, 255, 255, 255, 255,
                ],
                [9.0, -1.0],
            ),
        ];
        for (descr, bytes, expected) in cases {
            let path = put(&dir, "a.npy", &plain(descr, false, "(2,)", bytes));
            let array = read_npy(&path).unwrap();
            assert_eq!(
                (array.shape, array.data),
                (vec![2], expected.to_vec()),
                "{descr}"
            );
        }
    }

    #[test]
    fn headers_of_python_2_are_read() {
        let dir = tempdir().unwrap();
        let path = put(
            &dir,
            "a.npy",
            &plain("|u1", false, "(2L, 3L)", &[1, 2, 3, 4, 5, 6]),
        );
        let array = read_npy(&path).unwrap();
        assert_eq!((array.shape, array.data[5]), (vec![2, 3], 6.0));
        let path = put(&dir, "b.npy", &plain("|u1", false, "(2L,)", &[1, 2]));
        assert_eq!(read_npy(&path).unwrap().shape, [2]);
    }

    #[test]
    fn text_is_a_table_of_numbers() {
        let read = |text: &str| table_from_bytes(text.as_bytes(), "t.csv");
        let two = |text: &str| {
            let table = read(text).unwrap();
            assert_eq!(
                (table.shape, table.data),
                (vec![2, 2], vec![1.0, -2.5, 3e-3, 4.0]),
                "{text}"
            );
        };
        two("1,-2.5\n3e-3,4\n");
        two("\u{feff}1, -2.5\r\n\r\n3e-3 ,4");
        two("# by numpy.savetxt\n1.0e+00 -2.5e0\n3e-3   4 # the end");
        two("1\t-2.5\n3e-3\t4\t\n");
        two("\"x 1\";\"x 2\"\n1;-2.5\n3e-3;4\n");
        assert_eq!(read("1\n2\n3\n").unwrap().shape, [3]);
        assert_eq!(read("1 2 3").unwrap().shape, [1, 3]);
        message(
            read("1,2\n3\n"),
            &["line 2 has 1 numbers, those before it have 2"],
        );
        message(
            read(",0,1\n0,1,2\n"),
            &["entry 1 of line 1 is empty", "index=False"],
        );
        message(read("1,2\n3,x\n"), &["entry 2 of line 2", "\"x\""]);
        message(read("a,b\n"), &["no numbers"]);
        message(table_from_bytes(b"1,\xff", "t.csv"), &["UTF-8"]);
    }

    #[test]
    fn packings_that_numpy_does_not_write_are_named() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("a.npz");
        let mut npz = NpzWriter::create(&path).unwrap();
        npz.write("x", &[2], &[1.0, 2.0]).unwrap();
        npz.finish().unwrap();
        let mut bytes = fs::read(&path).unwrap();
        // The method stands in the header before the data and in the directory at the end.
        for (mark, at) in [(b"PK\x03\x04", 8), (b"PK\x01\x02", 10)] {
            let start = bytes.windows(4).position(|w| w == mark).unwrap();
            bytes[start + at] = 14;
        }
        let read = read_npz(put(&dir, "b.npz", &bytes), "x");
        message(read, &["packed with lzma", "numpy.savez_compressed"]);
    }

    #[test]
    fn a_data_file_is_what_it_was_when_it_was_read_first() {
        let dir = tempdir().unwrap();
        let path = put(&dir, "a.csv", b"1,2");
        let files = DataFiles::default();
        let (bytes, sum) = files.get(&path).unwrap();
        fs::write(&path, b"3,4").unwrap();
        assert_eq!(files.get(&path).unwrap(), (bytes.clone(), sum.clone()));
        assert_eq!((&bytes[..], sum), (&b"1,2"[..], sha256_hex(b"1,2")));
        // What is too large to be kept is read again, and must be the same.
        let large = put(&dir, "large.csv", &vec![b' '; (1 << 26) + 1]);
        let (first, _) = files.get(&large).unwrap();
        assert_eq!(files.get(&large).unwrap().0, first);
        fs::write(&large, b"1").unwrap();
        message(files.get(&large), &["has changed since it was read first"]);
    }

    #[test]
    fn fortran_order_is_turned_into_c_order() {
        let dir = tempdir().unwrap();
        // a[i, j, k] = 100 i + 10 j + k of shape (2, 3, 2), first axis fastest in the file.
        let (mut file, mut expected) = (Vec::new(), Vec::new());
        for k in 0..2u8 {
            for j in 0..3 {
                for i in 0..2 {
                    file.push(100 * i + 10 * j + k);
                }
            }
        }
        for i in 0..2 {
            for j in 0..3 {
                for k in 0..2 {
                    expected.push(f64::from(100 * i + 10 * j + k));
                }
            }
        }
        let path = put(&dir, "a.npy", &plain("|u1", true, "(2, 3, 2)", &file));
        let expected = Array {
            shape: vec![2, 3, 2],
            data: expected,
        };
        assert_eq!(read_npy(path).unwrap(), expected);
    }

    #[test]
    fn files_that_are_no_arrays_are_refused_with_the_reason() {
        let dir = tempdir().unwrap();
        let read = |bytes: &[u8]| read_npy(put(&dir, "bad.npy", bytes));
        message(
            read_npy(dir.path().join("missing.npy")),
            &["missing.npy", "check the path"],
        );
        message(read_npy(dir.path()), &["not a file"]);
        message(read(b""), &["does not begin like one", "numpy.save"]);
        message(
            read(b"PK\x03\x04 something else entirely"),
            &["does not begin like one"],
        );
        let good = plain("<f8", false, "(2,)", &[0; 16]);
        for n in 0..good.len() {
            assert!(read(&good[..n]).is_err(), "cut after {n} bytes");
        }
        message(
            read(&good[..good.len() - 1]),
            &["cut short", "needs 16 bytes, 15 are there"],
        );
        for descr in [
            "|O", "<c16", "<U5", "|S3", "<M8[ns]", "<f16", "<V4", "nonsense",
        ] {
            assert!(
                read(&plain(descr, false, "(1,)", &[0; 64])).is_err(),
                "{descr}"
            );
        }
        message(
            read(&plain("|O", false, "(1,)", &[0; 64])),
            &["|O", "astype"],
        );
        let structured = "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (1,), }\n";
        message(read(&npy(structured, &[0; 8])), &["only float64"]);
        let big = plain("<i8", false, "(1,)", &[1, 0, 0, 0, 0, 0, 32, 0]);
        message(read(&big), &["beyond 2^53"]);
    }

    /// Each of these would allocate, overflow or recurse if a header were believed.
    #[test]
    fn promises_that_the_file_cannot_keep_cost_no_memory() {
        let dir = tempdir().unwrap();
        let read = |bytes: &[u8]| read_npy(put(&dir, "liar.npy", bytes));
        let f8 = |shape: &str| plain("<f8", false, shape, &[0; 64]);
        message(read(&f8("(200000000,)")), &["cut short", "1600000000"]);
        message(read(&f8("(1000000000,)")), &["1000000000", "2 GiB"]);
        message(read(&f8("(4294967296, 4294967296)")), &["2 GiB"]);
        message(read(&f8("(0, 99999999999, 99999999999)")), &["2 GiB"]);
        for odd in [
            "(0xffffffffff,)",
            "(-1,)",
            "(1.5,)",
            "(99999999999999999999,)",
        ] {
            message(read(&f8(odd)), &["no dictionary of"]);
        }
        message(read(&npy(&"(".repeat(60000), &[])), &["no dictionary of"]);
        let mut long = b"\x93NUMPY\x02\x00".to_vec();
        long.extend(u32::MAX.to_le_bytes());
        message(read(&long), &["claims a header of 4294967295 bytes"]);
    }

    #[test]
    fn archives_that_lie_are_refused() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("a.npz");
        let mut npz = NpzWriter::create(&path).unwrap();
        npz.write("x", &[100], &[1.0; 100]).unwrap();
        npz.finish().unwrap();
        let good = fs::read(&path).unwrap();
        for n in [0, 1, 30, 200, good.len() / 2, good.len() - 1] {
            assert!(
                read_npz(put(&dir, "cut.npz", &good[..n]), "x").is_err(),
                "cut after {n}"
            );
        }
        // A flipped bit in the data fails the checksum.
        let mut flipped = good.clone();
        flipped[400] ^= 1;
        message(
            read_npz(put(&dir, "flipped.npz", &flipped), "x"),
            &["damaged"],
        );
        message(
            read_npz(put(&dir, "text.npz", b"not a zip"), "x"),
            &["an .npz archive"],
        );
        let bomb = |shape: &str, filler: usize| {
            let path = dir.path().join("bomb.npz");
            let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
            let options = zip::write::SimpleFileOptions::default();
            zip.start_file("x.npy", options).unwrap();
            zip.write_all(&plain("<f8", false, shape, &vec![0; filler]))
                .unwrap();
            zip.finish().unwrap();
            path
        };
        message(read_npz(bomb("(999999999999,)", 10), "x"), &["2 GiB"]);
        message(read_npz(bomb("(200000000,)", 1 << 20), "x"), &["cut short"]);
        // What follows an array is not unpacked but told.
        message(
            read_npz(bomb("(2,)", 1 << 24), "x"),
            &["goes on for 16777200 bytes"],
        );
    }
}

mod pictures {
    use super::*;
    use crate::pixels::png;
    use png::{BitDepth, ColorType};

    #[test]
    fn grey_pictures_keep_their_values() {
        let dir = tempdir().unwrap();
        let grey = |depth, size, samples: &[u8]| {
            let file = png(ColorType::Grayscale, depth, size, samples);
            read_png(put(&dir, "grey.png", &file)).unwrap()
        };
        let picture = grey(BitDepth::Eight, (3, 2), &[0, 50, 100, 100, 150, 200]);
        assert_eq!(picture.shape, [2, 3]);
        assert_eq!(
            picture.data,
            [0.0, 50.0, 100.0, 100.0, 150.0, 200.0].map(|v| v / 255.0)
        );
        let deep = grey(BitDepth::Sixteen, (2, 1), &[0, 1, 255, 255]);
        assert_eq!(deep.data, [1.0 / 65535.0, 1.0]);
        let few = grey(BitDepth::Two, (4, 1), &[0b00_01_10_11]);
        assert_eq!(few.data, [0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0]);
    }

    #[test]
    fn colours_become_their_luma_and_transparency_white() {
        let dir = tempdir().unwrap();
        let read = |color, depth, size, samples: &[u8]| {
            let file = png(color, depth, size, samples);
            read_png(put(&dir, "colour.png", &file)).unwrap().data
        };
        let red = read(ColorType::Rgb, BitDepth::Eight, (1, 1), &[255, 0, 0]);
        assert!((red[0] - 0.2126).abs() < 1e-15);
        let half = [0, 0, 0, 255];
        let half = read(ColorType::GrayscaleAlpha, BitDepth::Eight, (2, 1), &half);
        assert_eq!(half, [1.0, 0.0]);
        let deep = [0, 0, 255, 255, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0];
        let deep = read(ColorType::Rgba, BitDepth::Sixteen, (2, 1), &deep);
        assert_eq!(deep, [1.0, 1.0]);
    }

    #[test]
    fn what_is_no_picture_is_refused() {
        let dir = tempdir().unwrap();
        message(
            read_png(dir.path().join("no.png")),
            &["no.png", "check the path"],
        );
        message(read_png(dir.path()), &["not a file"]);
        message(read_png(put(&dir, "a.png", b"text")), &["a.png", "PNG"]);
        let samples: Vec<u8> = (0..64 * 64).map(|k| (k * k % 251) as u8).collect();
        let good = png(ColorType::Grayscale, BitDepth::Eight, (64, 64), &samples);
        message(
            read_png(put(&dir, "b.png", &good[..good.len() / 2])),
            &["b.png"],
        );
        // Width and height 30000 in the header: 900 million pixels.
        let mut huge = good.clone();
        huge[16..24].copy_from_slice(&[0, 0, 117, 48, 0, 0, 117, 48]);
        let checksum = crc32(&huge[12..29]);
        huge[29..33].copy_from_slice(&checksum.to_be_bytes());
        message(
            read_png(put(&dir, "c.png", &huge)),
            &["30000 × 30000 pixels", "67108864"],
        );
    }

    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(!0u32, |crc, &byte| {
            (0..8).fold(crc ^ u32::from(byte), |c, _| {
                (c >> 1) ^ (0xedb8_8320 * (c & 1))
            })
        })
    }
}

mod directory {
    use super::*;

    fn names(path: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn run(path: &Path, files: &[&str]) -> Result<PathBuf, RecordError> {
        let mut run = RunDirectory::create(path)?;
        for name in files {
            fs::write(run.file(name)?, name).unwrap();
        }
        run.finish(json!({ "model": "test" }))
    }

    #[test]
    fn a_run_appears_whole_with_its_manifest() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("runs/deep/first");
        let mut run = RunDirectory::create(&path).unwrap();
        fs::write(run.file("energy.txt").unwrap(), "abc").unwrap();
        run.file("never-written.png").unwrap();
        assert!(!path.exists() && run.partial_path().exists());
        assert_eq!(run.finish(json!({ "seed": 7 })).unwrap(), path);
        assert_eq!(names(&path), ["energy.txt", "manifest.json"]);
        assert_eq!(names(&dir.path().join("runs/deep")), ["first"]);
        let manifest: Value =
            serde_json::from_slice(&fs::read(path.join("manifest.json")).unwrap()).unwrap();
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_hex(b"abc"), sha256);
        let files = json!([{ "name": "energy.txt", "size": 3, "sha256": sha256 }]);
        assert_eq!(manifest, json!({ "seed": 7, "files": files }));
    }

    #[test]
    fn a_later_run_replaces_an_earlier_one() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("run");
        run(&path, &["a", "b"]).unwrap();
        run(&path, &["c"]).unwrap();
        assert_eq!(names(&path), ["c", "manifest.json"]);
        assert_eq!(names(dir.path()), ["run"]);
        // A directory made by hand and still empty is nobody's loss.
        fs::create_dir(dir.path().join("empty")).unwrap();
        run(&dir.path().join("empty"), &["c"]).unwrap();
    }

    #[test]
    fn foreign_files_are_named_and_nothing_is_touched() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("run");
        run(&path, &["a"]).unwrap();
        fs::write(path.join("thesis.tex"), "years of work").unwrap();
        message(run(&path, &["a"]), &["`thesis.tex`", "move that away"]);
        assert_eq!(names(&path), ["a", "manifest.json", "thesis.tex"]);
        fs::remove_file(path.join("thesis.tex")).unwrap();
        fs::create_dir(path.join("sub")).unwrap();
        message(run(&path, &["a"]), &["`sub`"]);
        let plain = dir.path().join("plain");
        fs::create_dir(&plain).unwrap();
        fs::write(plain.join("notes"), "").unwrap();
        message(run(&plain, &["a"]), &["no manifest.json"]);
        fs::write(
            plain.join("manifest.json"),
            r#"{"name": "a web app", "icons": []}"#,
        )
        .unwrap();
        message(run(&plain, &["a"]), &["does not list the files"]);
        let file = put(&dir, "file", b"");
        message(run(&file, &["a"]), &["it is a file"]);
        message(run(&file.join("run"), &["a"]), &["file/run"]);
        message(run(Path::new("/"), &["a"]), &["no name"]);
        message(run(&dir.path().join(".."), &["a"]), &["no name"]);
        assert_eq!(names(dir.path()), ["file", "plain", "run"]);
    }

    #[test]
    fn what_appears_during_the_run_is_not_replaced_and_the_results_stay() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("run");
        let mut run = RunDirectory::create(&path).unwrap();
        fs::write(run.file("a").unwrap(), "result").unwrap();
        fs::create_dir(&path).unwrap();
        fs::write(path.join("other"), "").unwrap();
        message(run.finish(json!({})), &["no manifest.json"]);
        assert_eq!(
            fs::read(dir.path().join("run.partial/a")).unwrap(),
            b"result"
        );
        assert_eq!(names(&path), ["other"]);
    }

    #[test]
    fn a_finish_that_fails_keeps_the_results() {
        let dir = tempdir().unwrap();
        for (i, bad) in [json!(3), json!({ "files": 1 })].into_iter().enumerate() {
            let mut run = RunDirectory::create(dir.path().join(format!("run{i}"))).unwrap();
            fs::write(run.file("a").unwrap(), "").unwrap();
            message(run.finish(bad), &["JSON object"]);
            assert!(dir.path().join(format!("run{i}.partial/a")).exists());
        }
        let mut run = RunDirectory::create(dir.path().join("run")).unwrap();
        fs::write(run.file("a").unwrap(), "").unwrap();
        fs::write(run.partial_path().join("sneaked in"), "").unwrap();
        message(run.finish(json!({})), &["`sneaked in`"]);
    }

    #[test]
    fn a_dropped_run_leaves_nothing_unless_it_was_told_to() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("runs/a");
        let mut run = RunDirectory::create(&path).unwrap();
        fs::write(run.file("a").unwrap(), "").unwrap();
        drop(run);
        assert_eq!(names(dir.path()), [""; 0]);
        let mut run = RunDirectory::create(&path).unwrap();
        run.file("a").unwrap();
        run.keep_partial();
        drop(run);
        assert_eq!(names(dir.path()), [""; 0]);
        let mut run = RunDirectory::create(&path).unwrap();
        fs::write(run.file("a").unwrap(), "").unwrap();
        run.keep_partial();
        drop(run);
        assert_eq!(names(&dir.path().join("runs")), ["a.partial"]);
        // The next run takes its place.
        self::run(&path, &["b"]).unwrap();
        assert_eq!(names(&dir.path().join("runs")), ["a"]);
    }

    #[test]
    fn a_partial_directory_that_is_not_ours_or_alive_is_left_alone() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("run");
        let alive = RunDirectory::create(&path).unwrap();
        message(RunDirectory::create(&path), &["run.partial", "another run"]);
        drop(alive);
        let partial = dir.path().join("run.partial");
        fs::write(&partial, "").unwrap();
        message(
            RunDirectory::create(&path),
            &["run.partial", "not a directory"],
        );
        fs::remove_file(&partial).unwrap();
        fs::create_dir(&partial).unwrap();
        fs::write(partial.join("a"), "").unwrap();
        message(
            RunDirectory::create(&path),
            &["run.partial", "no run has left its mark"],
        );
        fs::remove_file(partial.join("a")).unwrap();
        let mut run = RunDirectory::create(&path).unwrap();
        fs::write(run.file("a").unwrap(), "").unwrap();
        run.keep_partial();
        drop(run);
        fs::write(partial.join("mine"), "").unwrap();
        message(RunDirectory::create(&path), &["run.partial", "`mine`"]);
        assert!(partial.join("mine").exists() && partial.join("a").exists());
    }

    #[test]
    fn a_picture_that_was_cut_short_is_not_passed_off_as_whole() {
        let dir = tempdir().unwrap();
        let mut run = RunDirectory::create(dir.path().join("run")).unwrap();
        let picture = include_bytes!("../../models/data/photos/rocket.png");
        fs::write(run.file("a.png").unwrap(), &picture[..picture.len() - 1]).unwrap();
        message(
            run.finish(json!({})),
            &["a.png", "cut short", "free some space"],
        );
        assert!(dir.path().join("run.partial/a.png").exists());
        let mut run = RunDirectory::create(dir.path().join("run")).unwrap();
        fs::write(run.file("a.png").unwrap(), picture).unwrap();
        run.finish(json!({})).unwrap();
    }

    // Where a directory cannot be locked, the marker alone keeps them apart, all but always.
    #[cfg(unix)]
    #[test]
    fn of_runs_that_claim_a_place_at_one_moment_one_gets_it_at_most() {
        let dir = tempdir().unwrap();
        let path = dir.path().join("run");
        let mut claimed = 0;
        for _ in 0..100 {
            let gate = std::sync::Barrier::new(4);
            let tries: Vec<_> = std::thread::scope(|scope| {
                let try_it = || {
                    gate.wait();
                    RunDirectory::create(&path)
                };
                let all: Vec<_> = (0..4).map(|_| scope.spawn(try_it)).collect();
                all.into_iter().map(|t| t.join().unwrap()).collect()
            });
            let alive = tries.iter().filter(|t| t.is_ok()).count();
            assert!(alive <= 1, "{alive} runs have one place");
            claimed += alive;
            for error in tries.iter().filter_map(|t| t.as_ref().err()) {
                assert!(error.to_string().contains("run.partial"), "{error}");
            }
            drop(tries);
            assert_eq!(names(dir.path()), [""; 0]);
        }
        assert!(claimed > 50, "only {claimed} of 100 places were claimed");
    }

    #[test]
    fn only_plain_names_are_files_of_a_run() {
        let dir = tempdir().unwrap();
        let mut run = RunDirectory::create(dir.path().join("run")).unwrap();
        for name in [
            "",
            ".",
            "..",
            "../a",
            "/etc/passwd",
            "a/b",
            "a\\b",
            "c:",
            "a\nb",
        ] {
            message(run.file(name), &["not a plain file name"]);
        }
        message(run.file("manifest.json"), &["itself"]);
        message(run.file(".attractor-unfinished"), &["itself"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_never_followed() {
        use std::os::unix::fs::symlink;
        let dir = tempdir().unwrap();
        let path = dir.path().join("run");
        let treasure = dir.path().join("treasure");
        run(&treasure, &["a"]).unwrap();
        symlink(&treasure, &path).unwrap();
        message(run(&path, &["a"]), &["symbolic link"]);
        symlink(&treasure, dir.path().join("other.partial")).unwrap();
        message(run(&dir.path().join("other"), &["a"]), &["not a directory"]);
        // A listed file that has become a link.
        let real = dir.path().join("real");
        run(&real, &["a"]).unwrap();
        fs::remove_file(real.join("a")).unwrap();
        symlink(treasure.join("a"), real.join("a")).unwrap();
        message(run(&real, &["a"]), &["`a` in it"]);
        assert_eq!(names(&treasure), ["a", "manifest.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_parent_that_may_not_be_written_to_is_named() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempdir().unwrap();
        let locked = dir.path().join("locked");
        fs::create_dir(&locked).unwrap();
        fs::set_permissions(&locked, fs::Permissions::from_mode(0o555)).unwrap();
        if fs::write(locked.join("probe"), "").is_err() {
            message(
                run(&locked.join("run"), &["a"]),
                &["run.partial", "may write to"],
            );
        } else {
            // The superuser may write anywhere but into the kernel's own files.
            let error = RunDirectory::create("/proc/self/run")
                .unwrap_err()
                .to_string();
            assert!(error.contains("/proc/self/run.partial"), "{error}");
        }
    }
}
