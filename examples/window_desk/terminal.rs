//! Asking, and what is answered: by a person, through a pipe, or by a script.

use std::error::Error;
use std::io;

use anjuan::calendar::Language;

/// Why a question has no answer.
#[derive(Debug)]
pub(crate) enum Stop {
    /// `back`: what was begun is dropped.
    Back,
    /// `quit`, or the end of the answers.
    Quit,
    /// Something failed.
    Failed(Box<dyn Error + Send + Sync>),
}

impl<E: Error + Send + Sync + 'static> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Failed(Box::new(error))
    }
}

/// Something that can be chosen, by its number or its code.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) code: String,
    pub(crate) label: String,
}

impl Offer {
    pub(crate) fn new(code: impl ToString, label: impl Into<String>) -> Self {
        Self { code: code.to_string(), label: label.into() }
    }
}

/// Questions go out line by line, answers come in line by line.
pub(crate) struct Terminal {
    answers: Box<dyn Iterator<Item = io::Result<String>> + Send + Sync>,
    /// A script is shown with what it answers.
    is_script: bool,
    pub(crate) language: Language,
}

impl Terminal {
    pub(crate) fn of_stdin(language: Language) -> Self {
        Self { answers: Box::new(std::iter::from_fn(next_line)), is_script: false, language }
    }

    /// One answer a line; what stands behind `#` is for its reader, and so are empty lines.
    pub(crate) fn of_script(script: &'static str, language: Language) -> Self {
        let answers = script.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
        let answers = answers.filter(|answer| !answer.is_empty());
        Self { answers: Box::new(answers.map(|answer| Ok(answer.to_owned()))), is_script: true, language }
    }

    /// Says something in the language of the desk.
    pub(crate) const fn say<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        match self.language {
            Language::Chinese => chinese,
            Language::English => english,
        }
    }

    /// The answer to a question, without spaces around it; empty for a line that is, and for `-`.
    pub(crate) fn ask(&mut self, question: &str) -> Result<String, Stop> {
        print!("{question} > ");
        io::Write::flush(&mut io::stdout())?;
        let Some(answer) = self.answers.next().transpose()? else {
            println!();
            return Err(Stop::Quit);
        };
        if self.is_script {
            println!("{answer}");
        }
        match answer.trim() {
            "quit" => Err(Stop::Quit),
            "back" => Err(Stop::Back),
            "-" => Ok(String::new()),
            answer => Ok(answer.to_owned()),
        }
    }

    /// Shows what can be chosen.
    pub(crate) fn list(&self, offers: &[Offer]) {
        for (number, offer) in (1..).zip(offers) {
            println!("  {number:>3}  {:<28} {}", offer.code, offer.label);
        }
    }

    /// The place among the offers of the one that an answer means; nothing but what is offered can be chosen.
    pub(crate) fn chosen(&self, offers: &[Offer], answer: &str) -> Option<usize> {
        let is_meant = |offer: &Offer| offer.code.eq_ignore_ascii_case(answer);
        let numbered = || answer.parse::<usize>().ok()?.checked_sub(1).filter(|place| *place < offers.len());
        offers.iter().position(is_meant).or_else(numbered)
    }

    /// Says that an answer is none, and what would be one.
    pub(crate) fn reject(&self, answer: &str, wanted: &str) {
        println!("  ! {answer:?}: {wanted}");
    }
}

fn next_line() -> Option<io::Result<String>> {
    let mut line = String::new();
    match io::stdin().read_line(&mut line) {
        Ok(0) => None,
        Ok(_) => Some(Ok(line)),
        Err(error) => Some(Err(error)),
    }
}
