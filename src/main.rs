//! The command `attractor`.

fn main() -> std::process::ExitCode {
    attractor::cli::main()
}
