//! A head that somebody kept, and the number of its fact, as the command line names it.

use earnest_base::Sha256Digest;
use earnest_ports::{Head, Seq};

/// Reads `SEQ:DIGEST`.
pub(crate) fn kept(text: &str) -> Result<(Seq, Head), String> {
    let (seq, digest) = text.split_once(':').ok_or("expected SEQ:DIGEST, such as 42:sha256:…")?;
    let seq = seq.parse().ok().and_then(Seq::new).ok_or("expected the number of a fact before the first `:`")?;
    let digest: Sha256Digest = digest.parse().map_err(|_| "expected a digest, sha256:…, after the first `:`")?;
    Ok((seq, Head::from(&digest)))
}
