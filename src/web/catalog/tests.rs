//! The catalog pages as a browser meets them, over a database.
