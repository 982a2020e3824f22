//! Who calls. A handler that takes [`Known`] cannot be reached without a key, nor more often than one may call.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::merchants::api_keys::ApiKey;
use crate::merchants::api_keys::store::Caller;
use crate::web::api::ApiState;
use crate::web::api::problem::Problem;

/// Somebody with a key.
#[derive(Debug)]
pub struct Known(pub Caller);

impl FromRequestParts<ApiState> for Known {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Problem> {
        let shown = parts.headers.get(header::AUTHORIZATION).and_then(|shown| shown.to_str().ok());
        let shown =
            shown.ok_or_else(|| Problem::who("write your key in the header: Authorization: Bearer trato_…"))?;
        let (scheme, key) = shown.split_once(' ').unwrap_or((shown, ""));
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Problem::who("write your key in the header: Authorization: Bearer trato_…"));
        }
        let unknown =
            || Problem::who("this key opens nothing: it is incomplete, or was revoked. An owner makes a new one");
        let key: ApiKey = key.parse().map_err(|_| unknown())?;
        let caller = state.keys.caller(&key).await.map_err(|error| Problem::ours(&error.into()))?;
        let caller = caller.ok_or_else(unknown)?;
        state.limit.count(caller.key).map_err(Problem::too_often)?;
        Ok(Self(caller))
    }
}
