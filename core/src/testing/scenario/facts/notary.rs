//! What a scenario may ask of a notary matter at its end.

use toml::Value;

use super::{Ending, Fact, Told, count};
use crate::case::notary::{Certificate, CertificateNumber, Notary};
use crate::case::skeleton::ConfidentialGround;

impl Told for Notary {
    const FACTS: &'static [Fact<Self>] = &[
        Fact {
            name: "number",
            says: "the case number, once it is registered",
            answer: |end| Some(end.case.own.number()?.to_string().into()),
        },
        Fact {
            name: "fee_left_cents",
            says: "what is left of the fee, in cents",
            answer: |end| {
                let left = end.case.own.file()?.fee?.left_cents();
                Some(Value::Integer(i64::try_from(left).unwrap_or(i64::MAX)))
            },
        },
        Fact {
            name: "certificate",
            says: "the number of the certificate, once it is issued",
            answer: |end| Some(certificate(end)?.number.to_string().into()),
        },
        Fact {
            name: "issued_on",
            says: "the day on which it was issued",
            answer: |end| Some(certificate(end)?.issued_on().to_string().into()),
        },
        Fact {
            name: "received",
            says: "how many people have received it",
            answer: |end| Some(count(certificate(end)?.received.len())),
        },
        Fact {
            name: "standing",
            says: "what was decided about it last: UPHELD, CORRECTED, SUPPLEMENTED, PARTLY_REVOKED, REVOKED",
            answer: |end| Some(certificate(end)?.standing?.as_str().into()),
        },
        Fact {
            name: "supplements",
            says: "the numbers of the certificates that supplement it",
            answer: |end| Some(numbers(&certificate(end)?.supplements)),
        },
        Fact {
            name: "executions",
            says: "the numbers of the execution certificates that were issued on it",
            answer: |end| Some(numbers(&certificate(end)?.executions)),
        },
        Fact {
            name: "sealed",
            says: "whether the file is one under seal, as that of a will",
            answer: |end| Some(end.case.common.confidential.contains(&ConfidentialGround::Will).into()),
        },
    ];
}

fn certificate<'a>(end: &Ending<'a, Notary>) -> Option<&'a Certificate> {
    end.case.own.certificate()
}

fn numbers(numbers: &[CertificateNumber]) -> Value {
    Value::Array(numbers.iter().map(|number| number.to_string().into()).collect())
}
