mod guards;
mod kit;
mod properties;
mod soundness;
mod table;
