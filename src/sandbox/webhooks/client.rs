//! The sandbox's only outgoing HTTP: webhooks and Meta's verification call, to the server under test.

use std::time::Duration;

use anyhow::Context as _;

/// Posts to the server under test.
#[derive(Clone)]
pub struct HookClient(reqwest::Client);

impl HookClient {
    /// A client that follows no redirect (both services count 3xx as failure), keeps no proxy and waits ten seconds.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new() -> anyhow::Result<Self> {
        reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()
            .map(Self)
            .context("could not set up the sandbox's webhook client")
    }

    /// Posts a JSON body with one signature header; gives the status of the answer, or why there was none.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn post(&self, url: &str, signature: (&str, &str), body: String) -> Result<u16, String> {
        let request = self
            .0
            .post(url)
            .header("content-type", "application/json")
            .header("user-agent", "trato-sandbox/1")
            .header(signature.0, signature.1)
            .body(body);
        match request.send().await {
            Ok(answer) => Ok(answer.status().as_u16()),
            Err(error) => Err(format!("{:#}", anyhow::Error::from(error))),
        }
    }

    /// Gets a page with these query parameters; gives status and body.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn get(&self, url: &str, query: &[(&str, &str)]) -> Result<(u16, String), String> {
        let told = |error: reqwest::Error| format!("{:#}", anyhow::Error::from(error));
        let answer = self.0.get(url).query(query).send().await.map_err(told)?;
        let status = answer.status().as_u16();
        Ok((status, answer.text().await.map_err(told)?))
    }
}
