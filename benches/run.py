"""Times the workloads of benches/workloads/main.rs and the peers of benches/peers/ on the same problems, and prints one table.

    python3 benches/run.py                              # everything, three rounds
    python3 benches/run.py --workloads stiff spin-glass --engines ours scipy --rounds 5
    python3 benches/run.py --table target/bench/results.json      # print a table again

See benches/README.md.
"""

import argparse
import array
import hashlib
import json
import math
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
# Off the repository's files; CARGO_TARGET_DIR moves it along with everything else that is built.
TARGET = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "bench")
VENV = os.path.join(TARGET, "venv")
PYTHON = os.path.join(VENV, "bin", "python")

# Each row of the table: what is printed, the script, and its variants, of which the fastest that agrees counts.
DIFFRAX = ("diffrax Tsit5", "diffrax", ["Tsit5"])
RK45 = ("SciPy RK45", "scipy", ["RK45"])
DOP853 = ("SciPy DOP853", "scipy", ["DOP853"])
# Compiling helps where a step costs more to arrange than to compute.
TORCHODE, COMPILED = (("torchode Tsit5", "torch", v) for v in (["torchode"], ["torchode", "torchode-compiled"]))
TORCHDIFFEQ = ("torchdiffeq dopri5", "torch", ["torchdiffeq"])
RECALL, RECALLS = [DIFFRAX, RK45, DOP853, TORCHDIFFEQ], [DIFFRAX, TORCHDIFFEQ, TORCHODE]
LSODA = ("SciPy LSODA", "scipy", ["LSODA"])
STIFF = [
    ("SciPy BDF", "scipy", ["BDF+jac", "BDF"]),
    ("SciPy Radau", "scipy", ["Radau+jac", "Radau"]),
    LSODA,
    ("diffrax Kvaerno5", "diffrax", ["Kvaerno5"]),
    ("CVODE BDF", "sundials", ["BDF-dense+jac", "BDF-gmres"]),
]
# Units that flip.
NUMBA, NUMPY = ("numba, own loops", "flips", ["numba"]), ("NumPy", "flips", ["numpy"])
HOPFIELDNETWORK = ("hopfieldnetwork", "packages", ["hopfieldnetwork"])
DWAVE = ("dwave-samplers", "packages", ["dwave"])
PEERS = {
    "basin-map": [("numba Dopri5, own loop", "numba", ["dopri5"]), DIFFRAX, COMPILED],
    # One start after the other, but for diffrax and torch.
    "mid-size": [DIFFRAX, COMPILED, LSODA],
    "batch-recall": RECALLS,
    "batch-recall-many": RECALLS,
    "one-recall": RECALL,
    "one-recall-many": RECALL,
    "spin-glass": [DIFFRAX, RK45, DOP853, ("CVODE Adams", "sundials", ["Adams-gmres"])],
    "sparse": [RK45],
    "sparse-batch": [("SciPy RK45, one state", "scipy", ["RK45+batch"])],
    "stiff": STIFF,
    # One start after the other, but for diffrax.
    "stiff-batch": STIFF,
    "overlaps": [NUMBA, ("numba, overlaps kept, memories in bytes", "flips", ["numba-i8"]), NUMPY],
    "fields": [NUMBA, ("numba, fields summed anew", "flips", ["numba-anew"]), NUMPY, HOPFIELDNETWORK],
    "glauber": [NUMBA, DWAVE, HOPFIELDNETWORK],
    "glauber-integers": [NUMBA, DWAVE],
    "dense-memory": [NUMBA, NUMPY],
    "attention": [("NumPy", "numpy", ["numpy"])],
}
ENGINES = ["ours", "numba", "diffrax", "torch", "scipy", "sundials", "flips", "packages", "numpy"]
# Those whose units flip: their time is told by the update.
FLIPS = ["overlaps", "fields", "glauber", "glauber-integers", "dense-memory"]
# The least ratio peer : ours that we want, of every peer of the workload.
# How many times as long a peer should take at least; an engine that is not named, as long as the last entry says.
GOALS = {
    "basin-map": {"numba": 6, "torchode": 25, "diffrax": 35, "": 6},
    "mid-size": {"LSODA": 20, "": 1.5},
    "batch-recall": {"diffrax": 1.5, "": 3},
    "batch-recall-many": {"": 1.5},
    "one-recall": {"diffrax": 2, "": 2.5},
    "one-recall-many": {"": 1.5},
    "spin-glass": {"": 1.8},
    # At equal evaluations.
    "sparse": {"": 2.2},
    "sparse-batch": {"": 6},
    "stiff": {"": 8},
    "stiff-batch": {"": 8},
    "overlaps": {"bytes": 1.5, "numba": 3, "": 50},
    "fields": {"anew": 3, "numba": 1, "": 3},
    "glauber": {"": 1.3},
    "glauber-integers": {"": 3},
    "dense-memory": {"": 1},
    "attention": {"": 1},
}
NEURONS = {"basin-map": 2, "mid-size": 100, "spin-glass": 2000, "sparse": 100_000, "sparse-batch": 100_000, "stiff": 320, "stiff-batch": 320}
NEURONS |= {"overlaps": 10_000, "fields": 4000, "glauber": 1024, "glauber-integers": 1024, "dense-memory": 100, "attention": 256 * 64}
# Of these the table tells peak memory, and goals hold for the time of an evaluation: methods that take more are not slower at them.
AN_EVALUATION = ["sparse", "sparse-batch"]
# Features, memories, trajectories: from the first of each on, one of them grows.
SCALE = {
    "features": [(n, 1000, 1) for n in (100, 1000, 10000)],
    "memories": [(100, p, 1) for p in (1000, 10000, 100000)],
    "trajectories": [(100, 100, b) for b in (100, 1000, 10000)],
}
SETTINGS = {"plain": "attractor", "monitor": "attractor, monitor on (record)", "rest": "attractor, ends at rest"}
PACKAGES = ["numpy", "scipy", "numba", "jax", "diffrax", "torch", "torchode", "torchdiffeq", "scikit-sundae"]


def say(what):
    print(time.strftime("%H:%M:%S"), what, file=sys.stderr, flush=True)


def run(command, limit, **options):
    """The JSON lines that it prints, or why it failed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, **options)
    except subprocess.TimeoutExpired:
        return None, f"not done after {limit} s"
    lines = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode == 0 and lines:
        return lines, None
    said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    return None, said[-1] if said else f"ended with {done.returncode}, silent"


def install():
    """The virtual environment of peers.txt; what could not be installed, and why."""
    wanted = os.path.join(HERE, "peers.txt")
    with open(wanted, "rb") as file:
        text = file.read()
    stamp, is_now = os.path.join(VENV, "peers.sha256"), hashlib.sha256(text).hexdigest()
    if os.path.exists(stamp):
        with open(stamp) as file:
            if file.read() == is_now:
                return {}
    say(f"making {VENV}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-cache-dir"]
    failed = {}
    if subprocess.run([*pip, "-r", wanted]).returncode != 0:
        # One that cannot be had must not take the others along.
        for line in text.decode().splitlines():
            name = line.partition("#")[0].strip()
            if name:
                done = subprocess.run([*pip, name], capture_output=True, text=True)
                if done.returncode != 0:
                    failed[name] = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
    if not failed:
        with open(stamp, "w") as file:
            file.write(is_now)
    return failed


def build():
    command = ["cargo", "bench", "--bench", "workloads", "--no-run", "--message-format=json"]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return next(m["executable"] for m in found if m.get("target", {}).get("name") == "workloads" and m.get("executable"))


def machine():
    with open("/proc/cpuinfo") as file:
        cpu = dict(line.split(":", 1) for line in file.read().split("\n\n")[0].replace("\t", "").splitlines())
    told = lambda *command: subprocess.run(command, capture_output=True, text=True, cwd=ROOT).stdout.strip()
    versions = "import importlib.metadata as m\nfor n in %r:\n try: print(n, m.version(n))\n except m.PackageNotFoundError: pass"
    return {
        "cpu": cpu.get("model name", "").strip(),
        "wide": [f for f in ("avx2", "avx512f") if f in cpu.get("flags", "").split()],
        "cores": len(os.sched_getaffinity(0)),
        "gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.platform(),
        "load_before": os.getloadavg()[0],
        "commit": told("git", "describe", "--always", "--dirty"),
        "rustc": told("rustc", "--version"),
        "python": told(PYTHON, "--version"),
        "packages": told(PYTHON, "-c", versions % PACKAGES).splitlines(),
    }


def states(path):
    values = array.array("d")
    with open(path, "rb") as file:
        values.frombytes(file.read())
    return values


def difference(name, path, folder):
    """The largest |ours - theirs| / (1 + |ours|) of any start, and how many starts are above 1e-5. For the basin map those
    within two cells of the separatrix are counted by themselves: on it rounding alone decides which way a state falls."""
    ours, theirs = states(os.path.join(folder, "plain.f64")), states(path)
    if len(ours) != len(theirs):
        return {"largest": float("inf"), "differ": 1, "near": 0}
    starts = states(os.path.join(folder, "starts.f64")) if name == "basin-map" else None
    n, largest, differ, near = NEURONS.get(name, 4880), 0.0, 0, 0
    for k in range(0, len(ours), n):
        worst = 0.0
        for a, b in zip(ours[k : k + n], theirs[k : k + n]):
            d = abs(a - b) / (1 + abs(a))
            # A NaN is a difference too.
            worst = d if not d <= worst else worst
        if starts and abs(starts[k] - starts[k + 1]) <= 2.001 * 4 / 511:
            near += not worst <= 1e-5
            continue
        largest = worst if not worst <= largest else largest
        differ += not worst <= 1e-5
    return {"largest": largest, "differ": differ, "near": near}


def by_chance(errors):
    """The same where flips are drawn: mean energies, in standard errors of their difference, may be four apart."""
    return {"largest": errors, "differ": int(not errors <= 4), "near": 0}


def measure(options, results, bench):
    data = os.path.join(TARGET, "data")
    given_up = set()
    for number in range(options.rounds):
        for name in options.workloads:
            folder = os.path.join(data, name)
            if name == "scale":
                for grows, sizes in SCALE.items():
                    for size in sizes[: 2 if options.quick else 3]:
                        say(f"round {number + 1}: scale {size}")
                        lines, why = run([bench, "scale", *map(str, size)], options.limit)
                        results["scale"] += [dict(lines[0], grows=grows)] if lines else []
                        if why:
                            results["runs"].append({"workload": name, "engine": f"scale {size}", "failed": why})
                continue
            # Ours is needed in any case: it writes the problem.
            say(f"round {number + 1}: {name}, ours")
            lines, why = run([bench, "--write", data, name], options.limit)
            if why:
                results["runs"].append({"workload": name, "engine": "attractor", "failed": why})
                continue
            for line in lines:
                if line["setting"] == "machine":
                    results["kernels"].append(line)
                    continue
                ends = os.path.join(folder, line["setting"] + ".f64")
                engine = SETTINGS[line["setting"]]
                results["runs"].append(dict(line, engine=engine, variant="", **difference(name, ends, folder)))
            for engine, script, variants in PEERS[name]:
                for variant in variants:
                    if script not in options.engines or (name, variant) in given_up:
                        continue
                    say(f"round {number + 1}: {name}, {engine} ({variant})")
                    ends = os.path.join(folder, f"{script}.f64")
                    path = os.path.join(HERE, "peers", f"with_{script}.py")
                    quiet = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
                    lines, why = run([PYTHON, path, name, variant, folder, ends], options.limit, env=quiet)
                    entry = {"workload": name, "engine": engine, "variant": variant}
                    if why:
                        given_up.add((name, variant))
                        results["runs"].append(dict(entry, failed=why))
                    else:
                        errors = lines[0].get("errors")
                        off = difference(name, ends, folder) if errors is None else by_chance(errors)
                        results["runs"].append(dict(entry, **lines[0], **off))
                        os.remove(ends)
            with open(options.out, "w") as file:
                json.dump(results, file, indent=1)


def figure(seconds):
    if seconds is None:
        return ""
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def row(name, engine, runs, ours):
    """One line of the table: of several variants the fastest that agrees."""
    variants = {}
    for r in runs:
        variants.setdefault(r["variant"], []).append(r)
    best, mismatch, failures = None, None, []
    for variant, rs in variants.items():
        failed = [r["failed"] for r in rs if "failed" in r]
        if failed:
            failures.append(f"{variant}: {failed[0]}")
            continue
        mean = lambda key: statistics.median(r[key] for r in rs)
        one = {
            "seconds": mean("seconds"),
            "first": mean("first") if "first" in rs[0] else None,
            "work": f"{rs[-1]['steps']} steps" if "steps" in rs[-1] else f"{rs[-1]['evaluations']} evaluations",
            "largest": max(r["largest"] for r in rs),
            "differ": max(r["differ"] for r in rs),
            "near": max(r["near"] for r in rs),
            "variant": variant if len(variants) > 1 else "",
            "evaluations": rs[-1].get("evaluations"),
            "errors": rs[-1].get("errors"),
        }
        if one["differ"]:
            mismatch = one
        elif best is None or one["seconds"] < best["seconds"]:
            best = one
    one = best or mismatch
    if one is None:
        return [name, engine, "**failed**", "", "", "", "", "; ".join(failures).replace("|", "/")]
    agrees = f"{one['largest']:.1e}" if one["errors"] is None else f"energy within {one['errors']:.1f} standard errors"
    if one["near"]:
        agrees += f"; {one['near']} starts near the separatrix differ"
    if best is None:
        agrees = f"**mismatch** in {one['differ']} trajectories, {agrees}"
    if failures:
        agrees += " (failed: " + "; ".join(failures).replace("|", "/") + ")"
    is_ours, goals = engine in SETTINGS.values(), GOALS[name]
    goal = next((goals[key] for key in goals if key and key in engine.lower()), goals[""])
    ratio = f"{one['seconds'] / ours['seconds']:.2f}" if ours and best else ""
    if ratio and not is_ours and at_equal_work(name, one, ours) < goal:
        ratio = f"**{ratio}**"
    engine += f" ({one['variant']})" if one["variant"] else ""
    goal = "" if is_ours else f"≥ {goal}"
    return [name, engine, figure(one["seconds"]), figure(one["first"]), one["work"], ratio, goal, agrees]


def at_equal_work(name, theirs, ours):
    """How many times as long they take; where goals are meant so, for one evaluation."""
    share = ours["evaluations"] / theirs["evaluations"] if name in AN_EVALUATION else 1
    return theirs["seconds"] / ours["seconds"] * share


def by_evaluation(name, order):
    """The time of an evaluation of one trajectory and peak memory, ours and theirs."""
    said, ours = [], None
    for (workload, engine), runs in order.items():
        known = [r for r in runs if "seconds" in r]
        if workload != name or engine in (SETTINGS["monitor"], SETTINGS["rest"]) or not known:
            continue
        of = lambda key: statistics.median(r[key] for r in known)
        one = {"seconds": of("seconds"), "evaluations": known[0]["evaluations"]}
        ours = one if engine == SETTINGS["plain"] else ours
        each = f"{one['seconds'] / one['evaluations'] * 1e3:.3g} ms an evaluation"
        ratio = "" if one is ours or not ours else f" ({at_equal_work(name, one, ours):.2f} times ours)"
        said.append(f"{engine} {each}{ratio}, peak memory {of('bytes_peak') / 2**20:.0f} MiB")
    return f"{name}: {'; '.join(said)}.\n" if said else ""


def by_update(name, order):
    """The time of asking one spin, ours and theirs, all cores at work."""
    said = []
    for (workload, engine), runs in order.items():
        known = [r for r in runs if "seconds" in r]
        if workload != name or not known:
            continue
        least = min(r["seconds"] / r["steps"] for r in known) / NEURONS[name]
        said.append(f"{engine} {1e9 * least:.3g} ns ({1 / least / 1e6:.3g} million a second)")
    return f"{name}, an update: {'; '.join(said)}.\n" if said else ""


def exponent(x, y):
    """The slope of the line through the logarithms."""
    u, v = [math.log(a) for a in x], [math.log(b) for b in y]
    return statistics.linear_regression(u, v).slope


def markdown(heads, rows):
    lines = ["| " + " | ".join(r) + " |" for r in [heads, ["---"] * len(heads), *rows]]
    return "\n".join(lines) + "\n"


def table(results):
    m, rows = results["machine"], []
    order = {}
    for r in results["runs"]:
        order.setdefault((r["workload"], r["engine"]), []).append(r)
    for name in dict.fromkeys(w for w, _ in order):
        plain = [r for r in order.get((name, SETTINGS["plain"]), []) if "seconds" in r]
        ours = {"seconds": statistics.median(r["seconds"] for r in plain), "evaluations": plain[0]["evaluations"]} if plain else None
        for (workload, engine), runs in order.items():
            if workload == name == "scale" or workload == name and "variant" not in runs[0]:
                rows.append([name, engine, "**failed**", "", "", "", "", runs[0]["failed"]])
            elif workload == name:
                rows.append(row(name, engine, runs, ours))
    text = ""
    if rows:
        heads = ["workload", "engine", "time", "first run", "work", "time / ours", "goal", "largest difference from ours"]
        text += markdown(heads, rows) + "\n"
    for name in AN_EVALUATION:
        text += by_evaluation(name, order)
    for name in FLIPS:
        text += by_update(name, order)
    for name in dict.fromkeys(k["workload"] for k in results["kernels"]):
        known = [k for k in results["kernels"] if k["workload"] == name]
        of = lambda key: statistics.median(k[key] for k in known)
        plain = [r for r in order[name, SETTINGS["plain"]] if "seconds" in r]
        seconds, evaluations = statistics.median(r["seconds"] for r in plain), plain[0]["evaluations"]
        entries = 784 * 4096 * evaluations / seconds / 1e9
        one, every = of("read_gbytes_one_thread"), of("read_gbytes_all_threads")
        if name == "batch-recall-many":
            product = of("product_gflops")
            text += (
                f"batch-recall-many: {4 * entries:.1f} GFLOP/s, {400 * entries / product:.0f} % of the bare product"
                f" ({product:.1f} on all cores).\n"
            )
        elif name == "one-recall-many":
            text += f"one-recall-many: ξ at {8 * entries:.1f} GB/s; one thread reads {one:.1f}, all {every:.1f}.\n"
        elif name == "batch-recall":
            product = of("product_gflops")
            text += (
                f"batch-recall: {4 * entries:.1f} GFLOP/s if each of its entries is counted as multiplied and added (its ±1 are"
                f" summed in fours), {400 * entries / product:.0f} % of the bare product of a matrix of many values on all cores"
                f" ({product:.1f}).\n"
            )
        else:
            text += (
                f"one-recall: ξ, counted once an evaluation and with 8 bytes an entry, at {8 * entries:.1f} GB/s (its ±1 are kept"
                f" in a byte each), {800 * entries / one:.0f} % of what one thread"
                f" reads ({one:.1f}), {800 * entries / every:.0f} % of what all read ({every:.1f}).\n"
            )
    if results["scale"]:
        text += "\n" + scaling(results["scale"])
    rounds = f"median of {results['rounds']} rounds" if results["rounds"] > 1 else "one round"
    text += f"\nrtol {results['rtol']:g}, atol {results['atol']:g}, f64, {rounds}. "
    text += f"attractor {m['commit']}, {m['rustc']}; {m['python']}, {', '.join(m['packages'])}. "
    text += f"{m['cpu']} ({', '.join(m['wide'])}), {m['cores']} cores, {m['gib']} GiB, {m['system']}; load before: {m['load_before']:.2f}.\n"
    for name, why in results["not_installed"].items():
        text += f"\nNot installed: {name}: {why}\n"
    return text


def scaling(runs):
    rows, said = [], ""
    for grows in dict.fromkeys(r["grows"] for r in runs):
        sizes = {}
        for r in runs:
            if r["grows"] == grows:
                sizes.setdefault((r["features"], r["memories"], r["trajectories"]), []).append(r)
        grown, seconds, a_step, held = [], [], [], []
        for size, rs in sizes.items():
            median = lambda key: statistics.median(r[key] for r in rs)
            grown.append(rs[0][grows])
            seconds.append(median("seconds"))
            a_step.append(seconds[-1] / rs[0]["steps"])
            held.append(median("bytes_peak") - median("bytes_before"))
            peak = f"{median('bytes_peak') / 2**20:.1f} MiB"
            steps = str(rs[0]["steps"])
            rows.append([*map(str, size), figure(seconds[-1]), steps, f"{a_step[-1] * 1e6:.3g} µs", peak, f"{held[-1] / 2**20:.1f} MiB"])
        if len(grown) > 1:
            fits = [f"{exponent(grown, y):.2f}" for y in (seconds, a_step, held)]
            said += f"Exponents in {grows}: time {fits[0]}, time of a step {fits[1]}, memory above the bare process {fits[2]}.\n"
    heads = ["features", "memories", "trajectories", "time", "steps", "a step", "peak memory", "above the bare process"]
    return markdown(heads, rows) + "\n" + said


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workloads", nargs="+", choices=[*PEERS, "scale"], help="all of them if none are named")
    parser.add_argument("--engines", nargs="+", choices=ENGINES, default=ENGINES, help="ours is always run: it writes the problems")
    parser.add_argument("--rounds", type=int, help="3; every engine in turn, then again")
    parser.add_argument("--quick", action="store_true", help="one round without the long workloads, scale up to 10 times")
    parser.add_argument("--limit", type=int, default=900, help="seconds after which an engine's process is stopped")
    parser.add_argument("--out", default=os.path.join(TARGET, "results.json"), help="where the measurements go, as JSON")
    parser.add_argument("--table", metavar="JSON", help="measure nothing, print the table of these measurements")
    options = parser.parse_args()
    if options.table:
        with open(options.table) as file:
            print(table(json.load(file)))
        return
    slow = ["basin-map", "mid-size", "batch-recall", "batch-recall-many", "sparse", "sparse-batch", "stiff-batch"] if options.quick else []
    options.workloads = options.workloads or [w for w in [*PEERS, "scale"] if w not in slow]
    options.rounds = options.rounds or (1 if options.quick else 3)
    clock = time.time()
    not_installed = install() if options.engines != ["ours"] else {}
    bench = build()
    results = {"rtol": 1e-6, "atol": 1e-9, "rounds": options.rounds, "machine": machine(), "not_installed": not_installed}
    results |= {"runs": [], "kernels": [], "scale": []}
    measure(options, results, bench)
    with open(options.out, "w") as file:
        json.dump(results, file, indent=1)
    print(table(results))
    say(f"{time.time() - clock:.0f} s in all; measurements in {options.out}")


if __name__ == "__main__":
    main()
