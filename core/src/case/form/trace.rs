//! Finding the shape of a type by asking its derived code what it would read.
//!
//! `Deserialize` says at every place what it expects there: fields, variants, a list. The tracer notes that and lets the
//! reading fail, so it needs no value of any type. To look into a field it begins anew, and offers that field first.

use std::cell::RefCell;
use std::marker::PhantomData;

use serde::de::value::{Error, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{Choice, ChoiceOption, Field, Record, Shape};

/// The shape of a type, with all that is in it.
#[cfg(test)]
pub(crate) fn shape_of<T: DeserializeOwned>() -> Shape {
    Place::<T>::start().shape().unwrap_or(Shape::Other)
}

/// One option of a choice; `None` if it has none of this name.
pub(super) fn option_of<T: DeserializeOwned>(name: &str) -> Option<ChoiceOption> {
    let start = Place::<T>::start();
    let Seen::Choice(_, variants) = start.seen() else { return None };
    variants.iter().find(|variant| **variant == name).map(|variant| start.option(variant))
}

/// One step into a type.
#[derive(Clone, Copy)]
enum Step {
    Field(&'static str),
    Variant(&'static str),
    Item,
    Inside,
}

/// What the code expects at a place.
enum Seen {
    Leaf(Shape),
    Optional,
    List,
    Nothing,
    Record(&'static str, &'static [&'static str]),
    Choice(&'static str, &'static [&'static str]),
}

/// A place inside a type, named by the steps that lead there.
struct Place<T> {
    path: Vec<Step>,
    of: PhantomData<T>,
}

impl<T: DeserializeOwned> Place<T> {
    const fn start() -> Self {
        Self { path: Vec::new(), of: PhantomData }
    }

    fn seen(&self) -> Seen {
        let note = RefCell::new(Seen::Leaf(Shape::Other));
        // Whatever comes of the reading, only what it asked for counts.
        let _ = T::deserialize(Tracer { path: &self.path, note: &note });
        note.into_inner()
    }

    fn at(&self, step: Step) -> Self {
        Self { path: self.path.iter().copied().chain([step]).collect(), of: PhantomData }
    }

    /// What goes here; nothing for a choice that is made with its name alone.
    fn shape(&self) -> Option<Shape> {
        match self.seen() {
            Seen::Leaf(shape) => Some(shape),
            Seen::Nothing => None,
            Seen::Optional => self.at(Step::Inside).shape(),
            Seen::List => Some(Shape::List(Box::new(self.at(Step::Item).shape().unwrap_or(Shape::Other)))),
            Seen::Record(name, fields) => {
                let fields = fields.iter().map(|field| self.at(Step::Field(field)).field(field)).collect();
                Some(Shape::Record(Record { name, fields }))
            }
            Seen::Choice(name, variants) => {
                let options = variants.iter().map(|variant| self.option(variant)).collect();
                Some(Shape::Choice(Choice { name, options }))
            }
        }
    }

    fn option(&self, name: &'static str) -> ChoiceOption {
        ChoiceOption { name, content: self.at(Step::Variant(name)).shape() }
    }

    fn field(&self, name: &'static str) -> Field {
        let optional = matches!(self.seen(), Seen::Optional);
        Field { name, optional, shape: self.shape().unwrap_or(Shape::Other) }
    }
}

/// Follows a path into a type, and notes what is expected at its end.
#[derive(Clone, Copy)]
struct Tracer<'a> {
    path: &'a [Step],
    note: &'a RefCell<Seen>,
}

impl<'a> Tracer<'a> {
    fn next(self) -> Option<(Step, Self)> {
        let (step, path) = self.path.split_first()?;
        Some((*step, Self { path, note: self.note }))
    }

    fn is_there(self) -> bool {
        self.path.is_empty()
    }

    fn note<T>(self, seen: Seen) -> Result<T, Error> {
        if self.is_there() {
            *self.note.borrow_mut() = seen;
        }
        Err(Error::custom("it is only asked what would be read"))
    }

    fn record<'de, V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.next() {
            Some((Step::Field(field), inside)) => visitor.visit_map(OneField { field, inside }),
            _ => self.note(Seen::Record(name, fields)),
        }
    }

    /// Notes a text. Types from elsewhere do not give their names: of those, only days are not content with any text.
    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let takes_any = visitor.visit_str::<Error>("?").is_ok();
        self.note(Seen::Leaf(if takes_any { Shape::Text } else { Shape::Day }))
    }
}

/// What goes into a type with this name that is read from a single value; nothing if its name says no more than that.
fn leaf(name: &str) -> Option<Shape> {
    Some(match name {
        "ActorId" => Shape::Actor,
        "CaseId" => Shape::Case,
        "Code" => Shape::Code,
        "Digest" => Shape::Digest,
        "DocumentId" => Shape::Document,
        "Fingerprint" => Shape::Fingerprint,
        "Jurisdiction" => Shape::Jurisdiction,
        "PersonRef" => Shape::Person,
        "Sealed" => Shape::Sealed,
        "Timestamp" => Shape::Moment,
        _ => return None,
    })
}

macro_rules! leaves {
    ($($method:ident => $shape:expr;)*) => {$(
        fn $method<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
            self.note(Seen::Leaf($shape))
        }
    )*};
}

impl<'de> Deserializer<'de> for Tracer<'_> {
    type Error = Error;

    leaves! {
        deserialize_any => Shape::Other;
        deserialize_bool => Shape::Bool;
        deserialize_i8 => Shape::Number;
        deserialize_i16 => Shape::Number;
        deserialize_i32 => Shape::Number;
        deserialize_i64 => Shape::Number;
        deserialize_u8 => Shape::Number;
        deserialize_u16 => Shape::Number;
        deserialize_u32 => Shape::Number;
        deserialize_u64 => Shape::Number;
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.text(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.next() {
            Some((Step::Inside, inside)) => visitor.visit_some(inside),
            _ => self.note(Seen::Optional),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        match leaf(name) {
            Some(shape) => self.note(Seen::Leaf(shape)),
            None => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.next() {
            Some((Step::Item, inside)) => visitor.visit_seq(OneItem { inside }),
            _ => self.note(Seen::List),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.record(name, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self.next() {
            Some((Step::Variant(variant), inside)) => visitor.visit_enum(OneVariant { variant, inside }),
            _ => self.note(Seen::Choice(name, variants)),
        }
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct map identifier ignored_any
    }
}

/// A record in which one field comes first.
struct OneField<'a> {
    field: &'static str,
    inside: Tracer<'a>,
}

impl<'de> MapAccess<'de> for OneField<'_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        let name: StrDeserializer<'_, Error> = self.field.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.inside)
    }
}

/// A list with a first item.
struct OneItem<'a> {
    inside: Tracer<'a>,
}

impl<'de> SeqAccess<'de> for OneItem<'_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Error> {
        seed.deserialize(self.inside).map(Some)
    }
}

/// A choice that is made.
struct OneVariant<'a> {
    variant: &'static str,
    inside: Tracer<'a>,
}

impl<'de> EnumAccess<'de> for OneVariant<'_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Error> {
        let name: StrDeserializer<'_, Error> = self.variant.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for OneVariant<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        self.inside.note(Seen::Nothing)
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        seed.deserialize(self.inside)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        self.inside.note(Seen::Leaf(Shape::Other))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.inside.record(self.variant, fields, visitor)
    }
}
