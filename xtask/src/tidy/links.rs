//! Links between documents: each leads to a file that is there.

use std::path::{Component, Path, PathBuf};

use super::Source;

/// The dead links of a document.
pub(super) fn faults(source: &Source, root: &Path) -> Vec<String> {
    if !source.is("md") {
        return Vec::new();
    }
    let folder = source.path.parent().unwrap_or(Path::new(""));
    let dead = |target: &str| {
        let file = target.split(['#', '?']).next().unwrap_or_default();
        let local = !file.is_empty() && !target.contains("://") && !target.starts_with("mailto:");
        local && !inside(&folder.join(file)).is_some_and(|path| root.join(path).exists())
    };
    let links = links(&source.text).into_iter().filter(|(_, target)| dead(target));
    links.map(|(line, target)| format!("{}:{line}: expected a file at {target:?}", source.path.display())).collect()
}

/// A path without its detours; `None` where it leads out of the project.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for step in path.components() {
        match step {
            Component::ParentDir if plain.pop() => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
            Component::CurDir => {}
            Component::Normal(name) => plain.push(name),
        }
    }
    Some(plain)
}

/// The targets of `[text](target)` outside code, each with its line.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut in_code = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        // Every second piece stands between backquotes.
        for piece in line.split('`').step_by(2) {
            let targets = piece.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
            found.extend(targets.map(|(target, _)| (index + 1, target.split(' ').next().unwrap_or(target).to_owned())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dead_link_is_found_with_its_line() {
        let text = "See [this](links.rs) and [that](../main.rs#top), `[a](b)`.\n\n```\n[c](d)\n```\n[gone](nowhere.md \"t\")\n[out](../../../../../etc/hosts) [web](https://example.org) [here](#top)\n";
        let source = Source { path: "xtask/src/tidy/a.md".into(), text: text.to_owned() };
        let found = faults(&source, &crate::step::root());
        assert_eq!(
            found,
            [
                "xtask/src/tidy/a.md:6: expected a file at \"nowhere.md\"",
                "xtask/src/tidy/a.md:7: expected a file at \"../../../../../etc/hosts\"",
            ]
        );
    }

    #[test]
    fn a_link_whose_text_is_code_is_followed() {
        assert_eq!(links("[`x`](y.md)"), [(1, "y.md".to_owned())]);
    }
}
