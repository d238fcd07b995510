//! Dependencies: each has a line in `docs/dependencies.md` that says what for, and what instead.

/// The dependencies of the root manifest that no line names.
pub(super) fn faults(manifest: &str, reasons: &str) -> Vec<String> {
    let missing = dependencies(manifest).filter(|name| !reasons.contains(&format!("`{name}`")));
    missing.map(|name| format!("docs/dependencies.md: expected a line on `{name}`, found none")).collect()
}

/// The names of `[workspace.dependencies]` that others publish.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let section = manifest.lines().skip_while(|line| *line != "[workspace.dependencies]").skip(1);
    let entries = section.take_while(|line| !line.starts_with('['));
    let named = entries.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" = "));
    named.filter(|(_, rest)| !rest.contains("path = ")).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_without_a_line_is_found() {
        let manifest = "[workspace.dependencies]\nours = { path = \"a\" }\n# Tests.\nserde = \"1\"\nsyn = { version = \"3\" }\n\n[lints]\nx = 1\n";
        assert_eq!(dependencies(manifest).collect::<Vec<_>>(), ["serde", "syn"]);
        assert_eq!(
            faults(manifest, "| `serde` | types |"),
            ["docs/dependencies.md: expected a line on `syn`, found none"]
        );
    }
}
