//! Snippets of documents: what is copied from a file stands there word for word.
//!
//! A fence below the line `<!-- from path -->` holds whole lines of that file, in their order and without a gap. Lines
//! that begin with `$ ` are what one types, and are not looked for.

use std::path::Path;

use super::Source;

/// The snippets of a document that are not in the files that they name.
pub(super) fn faults(source: &Source, sources: &[Source]) -> Vec<String> {
    if !source.is("md") {
        return Vec::new();
    }
    let lines: Vec<&str> = source.text.lines().collect();
    let marks = lines.iter().enumerate().filter_map(|(index, line)| Some((index, named(line)?)));
    let wrong = marks.filter_map(|(index, path)| {
        let fault = fault(&lines[index + 1..], path, sources)?;
        Some(format!("{}:{}: {fault}", source.path.display(), index + 1))
    });
    wrong.collect()
}

/// The file that a line says the next fence is from.
fn named(line: &str) -> Option<&str> {
    line.strip_prefix("<!-- from ")?.strip_suffix(" -->")
}

fn fault(after: &[&str], path: &str, sources: &[Source]) -> Option<String> {
    let Some(file) = sources.iter().find(|file| file.path == Path::new(path)) else {
        return Some(format!("expected a file at {path:?}"));
    };
    if !after.first().is_some_and(|line| line.starts_with("```")) {
        return Some("expected a fence on the next line".to_owned());
    }
    let snippet = after[1..].iter().take_while(|line| !line.starts_with("```"));
    let snippet: Vec<&str> = snippet.copied().filter(|line| !line.starts_with("$ ")).collect();
    let held: Vec<&str> = file.text.lines().collect();
    let says = snippet.iter().any(|line| !line.is_empty());
    let stands = says && held.windows(snippet.len()).any(|lines| lines == snippet);
    (!stands).then(|| format!("expected lines of {path}, found others: copy them anew"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(document: &str) -> Vec<String> {
        let file = Source { path: "src/a.rs".into(), text: "one\ntwo\n\nthree\n".to_owned() };
        faults(&Source { path: "docs/a.md".into(), text: document.to_owned() }, &[file])
    }

    #[test]
    fn whole_lines_of_the_file_are_taken() {
        assert!(found("<!-- from src/a.rs -->\n```\ntwo\n\nthree\n```\n").is_empty());
        assert!(found("<!-- from src/a.rs -->\n```\n$ type this\none\ntwo\n```\n").is_empty());
        assert!(found("```\nof nowhere\n```\n").is_empty());
    }

    #[test]
    fn anything_else_is_refused_with_its_line() {
        for snippet in ["one\n\nthree", "tw", "two\none", "four", "", "$ type this"] {
            let document = format!("# A\n\n<!-- from src/a.rs -->\n```\n{snippet}\n```\n");
            assert_eq!(found(&document), ["docs/a.md:3: expected lines of src/a.rs, found others: copy them anew"]);
        }
        assert_eq!(found("<!-- from src/b.rs -->\n```\none\n```\n"), ["docs/a.md:1: expected a file at \"src/b.rs\""]);
        assert_eq!(found("<!-- from src/a.rs -->\n\nText.\n"), ["docs/a.md:1: expected a fence on the next line"]);
    }
}
