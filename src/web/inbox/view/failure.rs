//! What a failed delivery means, and what to do about it. The codes are WhatsApp's (Cloud API, "Error codes").

/// A failed delivery in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub reason: String,
    pub advice: &'static str,
}

impl Failure {
    pub fn of(code: Option<i32>, error: Option<&str>) -> Self {
        let (reason, advice) = known(code.unwrap_or(-1)).unwrap_or((
            "WhatsApp did not deliver this.",
            "Send it again. If it fails again, tell the owner what it says here.",
        ));
        let reason = match (known(code.unwrap_or(-1)), code, error) {
            (None, Some(code), Some(error)) => format!("{reason} It says: {error} ({code})."),
            (None, Some(code), None) => format!("{reason} Its code is {code}."),
            (None, None, Some(error)) => format!("{reason} The reason: {error}."),
            _ => reason.to_owned(),
        };
        Self { reason, advice }
    }
}

const fn known(code: i32) -> Option<(&'static str, &'static str)> {
    const OWNER: &str = "The owner has to look at the shop's WhatsApp account; sending again does not help.";
    const LATER: &str = "Wait a minute, then send it again.";
    Some(match code {
        131_047 => (
            "More than 24 hours had passed since the shopper last wrote.",
            "WhatsApp carries only templates until they write again. If it is urgent, call them.",
        ),
        131_026 => (
            "WhatsApp cannot reach this number: it may not use WhatsApp, or an old version of it.",
            "Sending again does not help. Reach the shopper another way.",
        ),
        131_049 => (
            "WhatsApp chose not to deliver this, so that the shopper does not get too many messages.",
            "Do not send it again now. It works once the shopper writes.",
        ),
        131_030 => (
            "This number is not on the list of numbers that a test account may write to.",
            "The owner adds it in Meta's settings, or moves to a real number.",
        ),
        131_056 | 130_429 | 131_048 | 80_007 | 133_016 | 4 => {
            ("Too many messages were sent in a short time.", LATER)
        }
        131_051..=131_053 => {
            ("WhatsApp does not take this kind of message or picture.", "Say it in words instead.")
        }
        131_000 | 131_016 | 131_057 | 1 | 2 => ("WhatsApp itself had a problem.", LATER),
        0 | 3 | 10 | 190 | 200..=299 => ("The shop's access to WhatsApp has ended or is not enough.", OWNER),
        131_042 => ("WhatsApp cannot charge the shop for messages.", OWNER),
        131_031 | 368 | 130_497 | 131_005 => ("WhatsApp has blocked the shop's account.", OWNER),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_window_says_what_opens_it() {
        let failure = Failure::of(Some(131_047), Some("Re-engagement message"));
        assert!(failure.reason.contains("24 hours") && failure.advice.contains("write again"));
    }

    #[test]
    fn an_unknown_code_is_passed_on_for_the_owner() {
        let failure = Failure::of(Some(987_654), Some("Strange thing"));
        assert_eq!(failure.reason, "WhatsApp did not deliver this. It says: Strange thing (987654).");
        assert_eq!(Failure::of(None, None).reason, "WhatsApp did not deliver this.");
    }
}
