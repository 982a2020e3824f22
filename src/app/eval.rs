//! stub
pub async fn run(_: crate::config::Settings, _: crate::evals::EvalArgs) -> anyhow::Result<std::process::ExitCode> {
    anyhow::bail!("stub")
}
