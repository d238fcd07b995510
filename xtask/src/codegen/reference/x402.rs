//! `docs/reference/x402.md`: headers, statuses, networks, words and messages of the x402 wire.

use std::error::Error;

use super::{HEADER, cell, description, rows};

/// The page.
pub(super) fn page() -> Result<String, Box<dyn Error>> {
    let mut parts = vec![
        format!("{HEADER}\n# The x402 wire"),
        "Versions 2 and 1, as they are read and written here. Members that nobody knows are passed over; a member that \
         stands twice is refused; what is absent is never written as null."
            .to_owned(),
        format!(
            "## Headers\n\n{}\nThe value is JSON in base64, standard alphabet, written with padding and read also \
             without. At most {} bytes are read. Node refuses answers whose headers take more than {} bytes; a \
             demand should stay below {}.",
            earnest_x402::headers_markdown(),
            earnest_x402::header::MAX_VALUE_BYTES,
            earnest_x402::header::NODE_HEADERS_LIMIT,
            earnest_x402::header::DEMAND_BUDGET,
        ),
        format!("## What a paid route answers\n\n{}", earnest_x402::outcomes_markdown().trim()),
        format!(
            "## Networks\n\nThe last client of version 1 refuses a whole demand for one network that it does not know, so \
             a body of version 1 holds only those that it does.\n\n{}",
            earnest_x402::networks_markdown().trim()
        ),
        format!(
            "## What went wrong\n\nThe list is open: every implementation has words of its own.\n\n{}",
            earnest_x402::error_reasons_markdown().trim()
        ),
        "## Messages".to_owned(),
    ];
    for (message, schema) in earnest_x402::schemas() {
        let mut members = String::from("| member | type | required | what it is |\n| --- | --- | --- | --- |\n");
        rows(&schema, "", &mut members)?;
        parts.push(format!(
            "### [`{message}`](../../schemas/{message}.schema.json)\n\n{}\n\n{}",
            cell(&description(&schema)),
            members.trim()
        ));
    }
    Ok(parts.join("\n\n") + "\n")
}
