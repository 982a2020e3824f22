//! Benchmarks of the pure parts.

fn main() {}
