//! `tests/vectors/`: documents that every implementation must accept or refuse alike, made from each family's example
//! by its recipe.

use std::{error::Error, fs};

use earnest_artifacts::Kind;
use earnest_signing::Code;
use serde_json::{Value, json};

use super::{
    Files,
    json::{canonical, pretty},
    recipe::{Op, Recipe},
    root, sign,
};

const FOLDER: &str = "tests/vectors";

/// Writes the vectors of every folder that has a recipe, and the index of them all.
pub(super) fn write(files: &mut Files) -> Result<(), Box<dyn Error>> {
    let mut index = Vec::new();
    for folder in folders()? {
        let path = root().join(FOLDER).join(&folder).join("recipe.json");
        let unreadable = |error: &dyn Error| format!("{FOLDER}/{folder}/recipe.json: {error}");
        let text = fs::read_to_string(path).map_err(|error| unreadable(&error))?;
        let recipe: Recipe = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
        let name = recipe.kind.as_deref().unwrap_or(&folder);
        let kind = Kind::named(name).ok_or_else(|| unreadable(&*Box::<dyn Error>::from("expected a known kind")))?;
        for (name, ops) in &recipe.valid {
            let file = format!("{folder}/valid/{name}.json");
            files.add(format!("{FOLDER}/{file}"), vector(kind, ops).map_err(|error| format!("{file}: {error}"))?);
            index.push(json!({ "kind": kind.name(), "file": file, "valid": true }));
        }
        for (name, refused) in &recipe.invalid {
            let file = format!("{folder}/invalid/{name}.json");
            let text = vector(kind, &refused.ops).map_err(|error| format!("{file}: {error}"))?;
            files.add(format!("{FOLDER}/{file}"), text);
            index.push(json!({
                "kind": kind.name(), "file": file, "valid": false,
                "code": refused.code, "fault": fault(&refused.code), "at": refused.at,
            }));
        }
        files.own(format!("{FOLDER}/{folder}/valid"), ".json");
        files.own(format!("{FOLDER}/{folder}/invalid"), ".json");
    }
    files.add(format!("{FOLDER}/index.json"), pretty(&json!({ "vectors": index })));
    Ok(())
}

/// The folders with a recipe, sorted.
fn folders() -> Result<Vec<String>, Box<dyn Error>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(root().join(FOLDER))? {
        let path = entry?.path();
        if path.join("recipe.json").is_file()
            && let Some(name) = path.file_name()
        {
            folders.push(name.to_string_lossy().into_owned());
        }
    }
    folders.sort();
    Ok(folders)
}

/// Applies the steps of a vector to the example: members, signatures, members again, text.
fn vector(kind: &Kind, ops: &[Op]) -> Result<String, Box<dyn Error>> {
    let mut document: Value = serde_json::from_str(kind.example())?;
    ops.iter().filter(|op| !op.is_after()).try_for_each(|op| op.change(&mut document))?;
    sign::sign(kind, &mut document, ops)?;
    ops.iter().filter(|op| op.is_after()).try_for_each(|op| op.change(&mut document))?;
    // A container is canonical itself (decision D5).
    let text = if kind.canonical() { canonical(&document) } else { pretty(&document) };
    ops.iter().try_fold(text, |text, op| op.rewrite(text))
}

/// Whose fault a code tells of: the shared codes know, and every other one is a rule's or check's.
fn fault(code: &str) -> &'static str {
    let shared = Code::SHARED.iter().find(|(shared, _)| shared.as_str() == code);
    shared.map_or_else(|| Code::check("").fault(), |(shared, _)| shared.fault()).as_str()
}
