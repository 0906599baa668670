mod guards;
mod kit;
mod properties;
mod table;
