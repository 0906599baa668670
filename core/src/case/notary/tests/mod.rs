mod kit;
mod table;
