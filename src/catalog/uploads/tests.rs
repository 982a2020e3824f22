//! Uploads over a database.
