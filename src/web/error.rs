//! What a failure becomes for whoever asked: a status and a sentence, in one place.
//!
//! The sentence is chosen here or where the error is made; a cause is never printed to a page. What is our own
//! mistake carries a reference that stands beside the cause in the log.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::base::secret::random_bytes;
use crate::cart::store::CartError;
use crate::catalog::sources::SOURCES_MAX;
use crate::catalog::sources::store::SourceError;
use crate::catalog::store::CatalogError;
use crate::catalog::undo::standing::Standing;
use crate::catalog::undo::store::UndoError;
use crate::catalog::uploads::OPEN_MAX;
use crate::catalog::uploads::store::UploadError;
use crate::checkout::store::OrderError;
use crate::conversation::store::ConversationError;
use crate::intake::store::RecordError;
use crate::merchants::staff::store::SignInError;
use crate::outbox::store::SayError;
use crate::web::inbox::assets::address;

/// Why a request did not get what it asked for.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// Nobody is signed in; a page sends them to the door and back.
    #[error("nobody is signed in")]
    SignedOut {
        /// Where they wanted to go.
        wanted: String,
    },
    /// A rule says no; the sentence says which.
    #[error("{0}")]
    Rule(String),
    /// There is no such thing, or it is somebody else's.
    #[error("there is no such thing")]
    NoSuch,
    /// Something of the catalog is not there any more, or is somebody else's; the sentence says what to do.
    #[error("it is not there, or not theirs")]
    Missing(&'static str),
    /// They may not do that; the sentence says whom to ask.
    #[error("their role does not allow it")]
    NotTheirs(String),
    /// A file is larger than what is read.
    #[error("the file is too large")]
    TooLarge(String),
    /// A form that one of our pages did not make.
    #[error("the form is not one of ours")]
    ForeignForm,
    /// Too many tries.
    #[error("too many tries")]
    TooOften,
    /// Too many are connected, or we are about to stop.
    #[error("busy")]
    Busy,
    /// Our mistake.
    #[error("our mistake")]
    Ours(#[source] anyhow::Error),
}

/// What the page of an error says.
#[derive(Template)]
#[template(path = "inbox/error.html")]
struct ErrorPage<'a> {
    title: &'a str,
    sentence: &'a str,
    reference: Option<&'a str>,
    stylesheet: String,
    icon: String,
}

impl WebError {
    fn page(&self) -> (StatusCode, &'static str, &str) {
        match self {
            Self::SignedOut { .. } => (StatusCode::UNAUTHORIZED, "Signed out", "Please sign in again."),
            Self::Rule(rule) => (StatusCode::UNPROCESSABLE_ENTITY, "That cannot be done", rule),
            Self::NoSuch => (
                StatusCode::NOT_FOUND,
                "Not found",
                "There is nothing here. It may belong to another shop, or the address was cut.",
            ),
            Self::Missing(sentence) => (StatusCode::NOT_FOUND, "Not here any more", sentence),
            Self::NotTheirs(sentence) => (StatusCode::FORBIDDEN, "Only for owners", sentence),
            Self::TooLarge(sentence) => (StatusCode::PAYLOAD_TOO_LARGE, "Too large", sentence),
            Self::ForeignForm => (
                StatusCode::FORBIDDEN,
                "Please try again",
                "This form did not come from a page you have open. Go back, reload the page and send it again.",
            ),
            Self::TooOften => (
                StatusCode::TOO_MANY_REQUESTS,
                "Too many tries",
                "Somebody tried to sign in too often. Wait a minute and try again.",
            ),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "Busy", "Please try again in a moment."),
            Self::Ours(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong",
                "It is our mistake, not yours. Nothing was sent twice. Reload the page to see what was done.",
            ),
        }
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        if let Self::SignedOut { wanted } = &self {
            let query: String =
                url::form_urlencoded::Serializer::new(String::new()).append_pair("next", wanted).finish();
            return Redirect::to(&format!("/inbox/login?{query}")).into_response();
        }
        let reference = if let Self::Ours(cause) = &self {
            let reference = hex::encode(random_bytes::<4>());
            tracing::error!(%reference, error = format!("{cause:#}"), "a page could not be made");
            Some(reference)
        } else {
            tracing::debug!(error = %self, "a page was refused");
            None
        };
        let (status, title, sentence) = self.page();
        let (stylesheet, icon) = (address("inbox.css"), address("icon.svg"));
        let page = ErrorPage { title, sentence, reference: reference.as_deref(), stylesheet, icon };
        match page.render() {
            Ok(html) => (status, Html(html)).into_response(),
            Err(_) => (status, sentence.to_owned()).into_response(),
        }
    }
}

impl From<ConversationError> for WebError {
    fn from(error: ConversationError) -> Self {
        match error {
            ConversationError::NoSuch => Self::NoSuch,
            store @ ConversationError::Store(_) => Self::Ours(store.into()),
        }
    }
}

impl From<SignInError> for WebError {
    fn from(error: SignInError) -> Self {
        Self::Ours(error.into())
    }
}

impl From<OrderError> for WebError {
    fn from(error: OrderError) -> Self {
        Self::Ours(error.into())
    }
}

impl From<CartError> for WebError {
    fn from(error: CartError) -> Self {
        Self::Ours(error.into())
    }
}

impl From<CatalogError> for WebError {
    fn from(error: CatalogError) -> Self {
        Self::Ours(error.into())
    }
}

impl From<RecordError> for WebError {
    fn from(error: RecordError) -> Self {
        Self::Ours(error.into())
    }
}

impl From<SayError> for WebError {
    fn from(error: SayError) -> Self {
        Self::Ours(error.into())
    }
}

impl From<UploadError> for WebError {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::NoSuch => Self::Missing(
                "This upload is not here any more: uploads are kept for a day. Choose the file again on the catalog \
                 page; what was imported already stays as it is.",
            ),
            UploadError::TooMany => Self::Rule(format!(
                "You have {OPEN_MAX} files here that were not imported. Import or discard one of them on the catalog \
                 page, then upload this one."
            )),
            UploadError::Busy => Self::Rule(
                "The file is being imported right now. Go back to its page to see how far it is.".to_owned(),
            ),
            other => Self::Ours(other.into()),
        }
    }
}

impl From<SourceError> for WebError {
    fn from(error: SourceError) -> Self {
        match error {
            SourceError::NoSuch => Self::Missing("This address was taken out. Go back to the catalog page."),
            SourceError::TooMany => Self::Rule(format!(
                "There are {SOURCES_MAX} addresses already. Take one out that is not used, then add this one."
            )),
            SourceError::Twice => Self::Rule("This address is on the list already.".to_owned()),
            SourceError::Hours => {
                Self::Rule("An address is fetched once an hour at most, and once a week at least.".to_owned())
            }
            other @ SourceError::Store(_) => Self::Ours(other.into()),
        }
    }
}

impl From<UndoError> for WebError {
    fn from(error: UndoError) -> Self {
        match error {
            UndoError::NoSuch | UndoError::None => {
                Self::Missing("There is no such import in this shop. Go back to the catalog page.")
            }
            UndoError::Not(standing) => Self::Rule(Standing::why_not(standing).unwrap_or_default()),
            UndoError::Busy => Self::Rule(
                "The catalog is being imported or undone right now. Nothing was changed by this; reload the page in a \
                 moment."
                    .to_owned(),
            ),
            other @ (UndoError::Store(_) | UndoError::Json(_)) => Self::Ours(other.into()),
        }
    }
}

impl From<askama::Error> for WebError {
    fn from(error: askama::Error) -> Self {
        Self::Ours(anyhow::Error::new(error).context("rendering a page"))
    }
}
