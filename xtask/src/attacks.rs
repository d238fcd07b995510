//! The list of attacks (`tests/attacks.toml`): what each one is, where it was seen, and the tests that show what becomes of
//! it here. `cargo xtask attacks` runs just those; the reference page is generated from the same list.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

use anyhow::{Context, bail, ensure};
use serde::Deserialize;

use crate::step::{self, root};

/// Where the list stands.
const LIST: &str = "tests/attacks.toml";

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    attack: Vec<Attack>,
}

/// One attack. It has tests, or says why it does not apply.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Attack {
    id: String,
    attack: String,
    source: String,
    /// What becomes of it here, in a sentence.
    result: String,
    #[serde(default)]
    tests: Vec<Test>,
    /// Why it does not apply.
    not_applicable: Option<String>,
}

/// A test, by the file in which it stands.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    file: String,
    name: String,
}

impl Test {
    /// The folder of its package, and its target: a test of its own, or none for the library's.
    fn place(&self) -> anyhow::Result<(&str, Option<&str>)> {
        let (package, rest) = self
            .file
            .split_once("/tests/")
            .or_else(|| self.file.split_once("/src/"))
            .with_context(|| format!("{}: expected a file below a package's `src` or `tests`", self.file))?;
        let target = self.file.contains("/tests/").then(|| rest.split(['/', '.']).next().unwrap_or(rest));
        Ok((package, target))
    }

    fn check(&self) -> anyhow::Result<()> {
        let path = root().join(&self.file);
        let text =
            fs::read_to_string(&path).with_context(|| format!("expected a file of tests, found {}", self.file))?;
        // A case of a table stands as `name =>`.
        let forms = [format!("fn {}(", self.name), format!("fn {}<", self.name), format!("    {} =>", self.name)];
        let stands = forms.iter().any(|form| text.contains(form));
        ensure!(stands, "{}: expected the test {}, found none of that name", self.file, self.name);
        Ok(())
    }
}

fn read() -> anyhow::Result<Vec<Attack>> {
    let text = fs::read_to_string(root().join(LIST)).context(LIST)?;
    let List { attack: attacks } = toml::from_str(&text).context(LIST)?;
    let mut seen = BTreeSet::new();
    for attack in &attacks {
        let id = &attack.id;
        ensure!(seen.insert(id), "{LIST}: expected each attack once, found {id} again");
        match (&attack.not_applicable, attack.tests.is_empty()) {
            (None, true) => bail!("{LIST}: expected tests of {id}, or why it does not apply"),
            (Some(_), false) => bail!("{LIST}: expected tests of {id} or why it does not apply, found both"),
            _ => {}
        }
        for test in &attack.tests {
            test.check().with_context(|| format!("{LIST}: {id}"))?;
        }
    }
    Ok(attacks)
}

/// Runs every test of the list.
///
/// # Errors
/// The first test that does not pass, or that there is none of a name.
pub(crate) fn run() -> anyhow::Result<()> {
    let attacks = read()?;
    let mut targets: BTreeMap<(&str, Option<&str>), BTreeSet<&str>> = BTreeMap::new();
    for test in attacks.iter().flat_map(|attack| &attack.tests) {
        targets.entry(test.place()?).or_default().insert(&test.name);
    }
    for ((package, target), names) in targets {
        let mut cargo = step::cargo_command();
        cargo.args(["test", "--quiet", "--manifest-path", &format!("{package}/Cargo.toml")]);
        match target {
            Some(target) => cargo.args(["--test", target]),
            None => cargo.arg("--lib"),
        };
        step::run(cargo.arg("--").args(names))?;
    }
    Ok(())
}

/// The list as a page of the reference, without its header.
///
/// # Errors
/// Where a test of the list does not stand where the list says.
pub(crate) fn page() -> anyhow::Result<String> {
    let attacks = read()?;
    let mut page = String::from(
        "\n# Attacks\n\nWhat is known of attacks on payments between agents, and what becomes of each here. `cargo xtask \
         attacks` runs exactly these tests; they are part of every run of the tests.\n\n\
         | id | attack | source | what becomes of it | tests |\n| --- | --- | --- | --- | --- |\n",
    );
    for Attack { id, attack, source, result, tests, not_applicable } in &attacks {
        let result = not_applicable.as_ref().map_or_else(|| result.clone(), |why| format!("{result} {why}"));
        let link = |test: &Test| format!("[`{}`](../../{})", test.name, test.file);
        let links = tests.iter().map(link).collect::<Vec<_>>().join("<br>");
        let links = if links.is_empty() { "does not apply".to_owned() } else { links };
        writeln!(page, "| {id} | {attack} | {source} | {result} | {links} |")?;
    }
    Ok(page)
}
