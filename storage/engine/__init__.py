"""SQLite and PostgreSQL behind one interface: connections, transactions, the schema, the lock."""
