//! Sentences with places in them for what a reason is about.

/// A sentence, in pieces. Some of them may be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sentence(Vec<Clause>);

/// A part of a sentence that is said as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clause {
    /// Whether it is left out if a slot has nothing to be filled with.
    optional: bool,
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Slot(Slot),
}

/// A place to be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slot {
    /// The name of what goes there.
    pub(super) name: String,
    /// How it is shown.
    pub(super) show: Show,
}

/// How the content of a slot is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Show {
    /// As it is.
    Plain,
    /// A pseudonym, as the name of the person.
    Person,
    /// An amount in cents (分), in yuan (元).
    Yuan,
    /// A code, as its word in this group.
    Word(String),
}

/// Shown where something is missing that a reason of this code always has.
const MISSING: &str = "…";

impl Sentence {
    /// Reads a sentence: `The clock of {deadline:deadline} does not stop[; it would for {allowed:pause}].`
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.trim().is_empty() {
            return Err("it is empty");
        }
        let mut clauses = Vec::new();
        let mut rest = text;
        while let Some((before, opened)) = rest.split_once('[') {
            let (inside, after) = opened.split_once(']').ok_or("a `[` is not closed")?;
            clauses.push(clause(false, before)?);
            clauses.push(clause(true, inside)?);
            rest = after;
        }
        clauses.push(clause(false, rest)?);
        Ok(Self(clauses))
    }

    /// Every slot, and whether the sentence can do without it.
    pub(super) fn slots(&self) -> impl Iterator<Item = (&Slot, bool)> {
        let pieces =
            self.0.iter().flat_map(|clause| clause.pieces.iter().map(|piece| (piece, clause.optional)));
        pieces.filter_map(|(piece, optional)| match piece {
            Piece::Slot(slot) => Some((slot, optional)),
            Piece::Text(_) => None,
        })
    }

    /// The sentence with its slots filled.
    pub(super) fn fill(&self, content: impl Fn(&Slot) -> Option<String>) -> String {
        let mut text = String::new();
        for clause in &self.0 {
            let pieces: Vec<Option<String>> = clause
                .pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Text(text) => Some(text.clone()),
                    Piece::Slot(slot) => content(slot),
                })
                .collect();
            if !clause.optional || pieces.iter().all(Option::is_some) {
                text.extend(pieces.into_iter().map(|piece| piece.unwrap_or(MISSING.to_owned())));
            }
        }
        text
    }
}

fn clause(optional: bool, text: &str) -> Result<Clause, &'static str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, opened)) = rest.split_once('{') {
        let (inside, after) = opened.split_once('}').ok_or("a `{` is not closed")?;
        pieces.push(plain(before)?);
        pieces.push(Piece::Slot(slot(inside)?));
        rest = after;
    }
    pieces.push(plain(rest)?);
    Ok(Clause { optional, pieces })
}

fn plain(text: &str) -> Result<Piece, &'static str> {
    if text.contains([']', '}']) {
        return Err("a `]` or `}` closes nothing");
    }
    Ok(Piece::Text(text.to_owned()))
}

fn slot(text: &str) -> Result<Slot, &'static str> {
    let (name, show) = match text.split_once(':') {
        None => (text, Show::Plain),
        Some((name, "person")) => (name, Show::Person),
        Some((name, "yuan")) => (name, Show::Yuan),
        Some((name, group)) => (name, Show::Word(group.to_owned())),
    };
    if name.is_empty() || show == Show::Word(String::new()) {
        return Err("a `{}` without a name");
    }
    Ok(Slot { name: name.to_owned(), show })
}
