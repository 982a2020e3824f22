//! What an error code of WhatsApp's means for the message, the shopper and the number.
//!
//! One table for both doors: a code in the answer to a send, and a code in a later `failed` report. From Meta's
//! "Error codes" page and its pages on throughput, pair limits and business-scoped ids; the reading is ours.
//! The HTTP status says little (rate limits come as 400), so only the code is looked at.

/// What to do about an error code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Meta stumbled: the same message may go again after a while, a few times.
    Retry,
    /// Too many messages to this one person: wait [`pair_wait`](crate::channels::whatsapp::pacing::pair_wait).
    PairRate,
    /// Too many messages or calls for this number or app: everything slows down.
    NumberRate,
    /// More than 24 hours since the shopper wrote: only a template would arrive.
    WindowClosed,
    /// This message will not reach this person; others may.
    Undeliverable,
    /// The picture or file could not be fetched or read: the words may go without it.
    Media,
    /// The token is dead or lacks the permission: nothing goes out until a person renews it.
    TokenInvalid,
    /// Meta stopped the business or the number (payment, policy, registration): a person must act.
    BusinessStopped,
    /// The message itself is wrong; the same bytes will be refused again.
    Permanent,
}

/// Meta could not fetch a shopper's file, or one of ours.
const DOWNLOAD: i32 = 131_052;
/// Meta could not use a file of ours.
const UPLOAD: i32 = 131_053;
/// The codes of [`Class::Media`].
pub const MEDIA: [i32; 2] = [DOWNLOAD, UPLOAD];

/// The class of a code; a code we do not know is [`Class::Permanent`], because repeating it blindly costs
/// money and standing.
#[must_use]
pub const fn class_of(code: i32) -> Class {
    match code {
        // 1 unknown API error; 2 service down; 131000 something went wrong; 131016 service overloaded;
        // 131057 account in maintenance; 133004 server unavailable.
        1 | 2 | 131_000 | 131_016 | 131_057 | 133_004 => Class::Retry,
        131_056 => Class::PairRate,
        // 4 app, 80007 account, 130429 throughput of the number, 133016 registration calls.
        4 | 80_007 | 130_429 | 133_016 => Class::NumberRate,
        131_047 => Class::WindowClosed,
        // 130472 user in an experiment; 130497 user's country; 131021 sender is recipient; 131026 cannot receive;
        // 131030 not on a test number's list; 131049 Meta chose not to; 131050 opted out of marketing.
        130_472 | 130_497 | 131_021 | 131_026 | 131_030 | 131_049 | 131_050 => Class::Undeliverable,
        DOWNLOAD | UPLOAD => Class::Media,
        // 0 and 190 token; 3, 10, 200-299 and 131005 permission.
        0 | 3 | 10 | 190 | 200..=299 | 131_005 => Class::TokenInvalid,
        // 368 policy; 131031 locked; 131037 display name; 131042 payment method; 131045 certificate;
        // 131048 flagged as spam; 133010 number not registered; 134011 payment terms.
        368 | 131_031 | 131_037 | 131_042 | 131_045 | 131_048 | 133_010 | 134_011 => Class::BusinessStopped,
        _ => Class::Permanent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_dealt_with_as_its_meaning_asks() {
        let table = [
            (131_000, Class::Retry),
            (131_056, Class::PairRate),
            (130_429, Class::NumberRate),
            (131_047, Class::WindowClosed),
            (131_026, Class::Undeliverable),
            (131_053, Class::Media),
            (190, Class::TokenInvalid),
            (200, Class::TokenInvalid),
            (299, Class::TokenInvalid),
            (131_042, Class::BusinessStopped),
            (131_048, Class::BusinessStopped),
            (100, Class::Permanent),
            (131_009, Class::Permanent),
            (131_062, Class::Permanent),
        ];
        for (code, class) in table {
            assert_eq!(class_of(code), class, "{code}");
        }
    }

    #[test]
    fn the_codes_of_pictures_are_those_of_their_class() {
        let media: Vec<i32> = (0..200_000).filter(|code| class_of(*code) == Class::Media).collect();
        assert_eq!(media, MEDIA);
    }

    #[test]
    fn a_code_nobody_has_heard_of_is_not_repeated() {
        for code in [i32::MIN, -1, 300, 999_999, i32::MAX] {
            assert_eq!(class_of(code), Class::Permanent, "{code}");
        }
    }
}
