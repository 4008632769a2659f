-- Room beside rows that change, so that PostgreSQL moves them on within their page, without touching an index.
/*SQLITE --*/ ALTER TABLE audit_heads SET (fillfactor = 50);
/*SQLITE --*/ ALTER TABLE authorizations SET (fillfactor = 50);
/*SQLITE --*/ ALTER TABLE tokens SET (fillfactor = 70);
