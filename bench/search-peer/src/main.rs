//! Runs the crate `symbolic_regression` on one table and prints its figures as one line of JSON.
//!
//! Arguments: table, operators (comma separated), maxsize, seed, CPU seconds, loss at which to stop. The table has a row
//! a line, the target last. Double precision, the crate's default options otherwise.

use ndarray::{Array1, Array2};
use symbolic_regression::prelude::*;

const MAX_ARITY: usize = 3;

fn cpu_seconds() -> f64 {
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) };
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, table, operators, maxsize, seed, limit, threshold] = arguments.as_slice() else {
        eprintln!("arguments: table operators maxsize seed seconds loss");
        std::process::exit(2);
    };
    let text = std::fs::read_to_string(table).expect("the table can be read");
    let rows: Vec<Vec<f64>> = text
        .lines()
        .map(|line| line.split(',').map(|cell| cell.parse().expect("a number")).collect())
        .collect();
    let features = rows[0].len() - 1;
    let inputs = Array2::from_shape_fn((features, rows.len()), |(j, i)| rows[i][j]);
    let target = Array1::from_iter(rows.iter().map(|row| row[features]));
    let names: Vec<&str> = operators.split(',').collect();
    let options = Options::<f64, MAX_ARITY> {
        operators: BuiltinOpsF64::from_names(names).expect("known operators"),
        maxsize: maxsize.parse().expect("a size"),
        seed: seed.parse().expect("a seed"),
        niterations: 1_000_000,
        progress: false,
        ..Default::default()
    };
    let limit: f64 = limit.parse().expect("seconds");
    let threshold: f64 = threshold.parse().expect("a loss");
    let start = cpu_seconds();
    let mut engine = SearchEngine::<f64, BuiltinOpsF64, MAX_ARITY>::new(Dataset::new(inputs, target), options);
    let mut best = f64::INFINITY;
    let mut equation = String::new();
    while cpu_seconds() - start < limit {
        engine.step(1);
        if let Some(member) = engine.hall_of_fame().pareto_front().last() {
            if member.loss < best {
                best = member.loss;
                equation = member.expr.to_string();
            }
        }
        if best < threshold {
            break;
        }
    }
    let seconds = cpu_seconds() - start;
    println!(
        "{{\"evaluations\":{},\"seconds\":{:.4},\"loss\":{:e},\"equation\":{:?}}}",
        engine.total_evals(),
        seconds,
        best,
        equation
    );
}
