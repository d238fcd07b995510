//! Polish words: taken out of a text, and brought to a stem so that cases of a word count as one.

/// Endings of Polish words, the longest first. A light stemmer: it need not be right about grammar, only alike for the
/// forms of one word.
const ENDINGS: &[&str] = &[
    "owaniami", "owaniach", "owaniem", "owania", "owanie", "iejsza", "iejszy", "iejsze", "owymi", "owych", "owego",
    "owemu", "ości", "ością", "iami", "iach", "iego", "iemu", "kami", "kach", "ową", "owe", "owy", "owa", "owi", "ami",
    "ach", "ego", "emu", "imi", "ymi", "ich", "ych", "iem", "iom", "owi", "ów", "om", "em", "ie", "ia", "ią", "ię",
    "ii", "ej", "ek", "ka", "ki", "kę", "ką", "ce", "iu", "a", "ą", "e", "ę", "i", "o", "u", "y",
];

/// Words that say nothing of what a text is about.
const STOP: &[&str] = &[
    "aby",
    "albo",
    "ale",
    "bez",
    "bo",
    "by",
    "być",
    "był",
    "była",
    "było",
    "były",
    "będą",
    "będzie",
    "chce",
    "chcą",
    "co",
    "czy",
    "dla",
    "do",
    "dla",
    "dwa",
    "gdy",
    "ich",
    "ile",
    "im",
    "ja",
    "jak",
    "jako",
    "jego",
    "jej",
    "jest",
    "jeszcze",
    "już",
    "każdy",
    "kiedy",
    "która",
    "które",
    "której",
    "którzy",
    "który",
    "których",
    "lub",
    "ma",
    "mają",
    "mi",
    "może",
    "można",
    "na",
    "nad",
    "najwyżej",
    "nie",
    "niż",
    "o",
    "od",
    "oraz",
    "po",
    "pod",
    "przed",
    "przez",
    "przy",
    "raz",
    "są",
    "się",
    "tak",
    "tam",
    "tej",
    "tego",
    "ten",
    "ta",
    "te",
    "to",
    "trzy",
    "tylko",
    "tym",
    "u",
    "w",
    "we",
    "wciąż",
    "więcej",
    "z",
    "za",
    "ze",
    "że",
    "też",
    "tygodniu",
    "złotych",
    "procent",
    "mówią",
    "mówi",
];

/// The shortest stem that an ending is cut down to.
const SHORTEST: usize = 3;

/// The words of a text, in lower case.
pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// The stem of a word in lower case.
pub(crate) fn stem(word: &str) -> String {
    let length = word.chars().count();
    let ending = ENDINGS.iter().find(|ending| {
        let cut = ending.chars().count();
        length >= SHORTEST + cut && word.ends_with(**ending)
    });
    let stem = ending.map_or(word, |ending| &word[..word.len() - ending.len()]);
    stem.chars().map(plain).collect()
}

/// A letter as it stands for what it alternates with: śniadanie, śniadań; szkoła, szkole.
const fn plain(letter: char) -> char {
    match letter {
        'ń' => 'n',
        'ź' => 'z',
        'ć' => 'c',
        'ś' => 's',
        'ó' => 'o',
        'ł' => 'l',
        other => other,
    }
}

/// The stems of a text that say what it is about.
pub(crate) fn stems(text: &str) -> Vec<String> {
    words(text)
        .filter(|word| word.chars().count() > 2 && !STOP.contains(&word.as_str()))
        .map(|word| stem(&word))
        .collect()
}

/// The sentences of a paragraph.
pub(crate) fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let (mut start, mut ends) = (0, false);
    for (place, letter) in text.char_indices() {
        if ends && letter.is_uppercase() {
            sentences.push(text[start..place].trim());
            start = place;
        }
        ends = matches!(letter, '.' | '!' | '?') || (ends && letter.is_whitespace());
    }
    sentences.push(text[start..].trim());
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_have_one_stem() {
        for forms in [
            &["śniadanie", "śniadania", "śniadaniem", "śniadań", "śniadaniu"][..],
            &["obiad", "obiady", "obiadów", "obiadu"],
            &["zupa", "zupy", "zupę", "zupą"],
            &["owsianka", "owsiankę", "owsianki"],
            &["szkoła", "szkole", "szkół"],
            &["pierogi", "pierogów", "pierogami"],
        ] {
            let stems: Vec<String> = forms.iter().map(|form| stem(form)).collect();
            assert!(stems.iter().all(|other| *other == stems[0]), "{stems:?}");
        }
        assert_ne!(stem("obiad"), stem("owies"));
    }

    #[test]
    fn sentences_end_where_the_next_one_begins() {
        assert_eq!(sentences("Ala ma 2.5 kg. Kot? Nie!  Tak."), ["Ala ma 2.5 kg.", "Kot?", "Nie!", "Tak."]);
        assert_eq!(sentences(""), [""; 0]);
    }
}
