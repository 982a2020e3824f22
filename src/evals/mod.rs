//! stub
/// s
#[derive(clap::Args, Debug)]
pub struct EvalArgs {}
