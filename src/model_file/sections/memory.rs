//! Is there memory for the neurons? Asked before anything is allocated: a zero too many is refused at once, not after a
//! minute of swapping.

/// Bytes for each neuron of one trajectory, as measured of `auto` under its monitors: states, stages, scratch, and what is
/// kept of the first and the last step.
const EACH: u64 = 500;

/// Why there is not enough for so many neurons; none if there is, or if the system does not tell.
pub(super) fn lacking(neurons: usize) -> Option<String> {
    // Only Linux tells without a library. The limit of a container is not in it, so that this is no promise.
    let told = std::fs::read_to_string("/proc/meminfo").ok();
    let free = told.and_then(|told| free(&told));
    if let Some(why) = free.and_then(|free| against(neurons, free)) {
        return Some(why);
    }
    // The limit of a process is told by trying.
    let needed = neurons.saturating_mul(EACH as usize);
    (!crate::kernels::has_room(needed)).then(|| {
        format!(
            "{neurons} neurons need about {} of memory to be integrated, which the system does not give",
            crate::number::bytes(needed as u64)
        )
    })
}

/// `MemAvailable: 17934000 kB`, in bytes.
fn free(told: &str) -> Option<u64> {
    let line = told.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    kib.checked_mul(1024)
}

fn against(neurons: usize, free: u64) -> Option<String> {
    let needed = (neurons as u64).saturating_mul(EACH);
    let gb = |bytes: u64| bytes as f64 / 1e9;
    (needed > free).then(|| {
        format!(
            "{neurons} neurons need about {:.1} GB of memory to be integrated, {:.1} GB are free",
            gb(needed),
            gb(free)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neurons_are_held_against_the_memory_that_is_free() {
        let told = "MemTotal:       24000000 kB\nMemFree:  1 kB\nMemAvailable:   16000000 kB\n";
        let free = free(told);
        assert_eq!(free, Some(16_384_000_000));
        assert_eq!(against(1_000_000, 16_384_000_000), None);
        assert_eq!(
            against(100_000_000, 16_384_000_000).as_deref(),
            Some(
                "100000000 neurons need about 50.0 GB of memory to be integrated, 16.4 GB are free"
            )
        );
        assert_eq!(super::free("MemTotal: 1 kB\n"), None);
    }
}
