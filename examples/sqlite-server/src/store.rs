//! The database: users, API keys, sessions and notes. The SQL is valid in SQLite and in PostgreSQL.

use sqlx::any::AnyRow;
use sqlx::{AnyPool, Error, Row};

/// A connection pool. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(AnyPool);

/// A user, or the owner of an API key, with the hash that the credential is compared with.
#[derive(Clone)]
pub struct Account {
    /// The name of the user or owner.
    pub name: String,
    /// The hash of the password or key.
    pub hash: String,
    /// The granted scopes.
    pub scopes: Vec<String>,
}

/// A row of `notes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRow {
    /// A UUID of version 7.
    pub id: String,
    /// The name of the user who wrote it, or `key:` and the owner of the API key.
    pub author: String,
    /// Seconds since 1970.
    pub created: i64,
    /// The text.
    pub text: String,
    /// Greater after each change.
    pub version: i64,
}

impl Store {
    /// Opens the database of this URL, and creates or migrates its tables.
    ///
    /// # Errors
    ///
    /// If the database cannot be opened, or a migration fails.
    pub async fn open(url: &str) -> Result<Self, Error> {
        sqlx::any::install_default_drivers();
        let pool = AnyPool::connect(url).await?;
        sqlx::migrate!().run(&pool).await?;
        Ok(Self(pool))
    }

    /// Closes all connections, after the queries in progress.
    pub async fn close(&self) {
        self.0.close().await;
    }

    /// Checks that the database answers queries.
    ///
    /// # Errors
    ///
    /// If it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        sqlx::query("SELECT 1").execute(&self.0).await.map(drop)
    }

    /// Adds a user, or replaces the password and scopes of the user with this name.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn put_user(&self, user: &Account) -> Result<(), Error> {
        let sql = "INSERT INTO users (name, password, scopes) VALUES ($1, $2, $3) \
                   ON CONFLICT (name) DO UPDATE SET password = excluded.password, scopes = excluded.scopes";
        let query = sqlx::query(sql).bind(&user.name).bind(&user.hash).bind(user.scopes.join(" "));
        query.execute(&self.0).await.map(drop)
    }

    /// Finds a user by name.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn user(&self, name: &str) -> Result<Option<Account>, Error> {
        let query = sqlx::query("SELECT name, password, scopes FROM users WHERE name = $1").bind(name);
        query.fetch_optional(&self.0).await?.map(|row| account(&row)).transpose()
    }

    /// Adds an API key, or replaces the owner and scopes of the same key.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn put_key(&self, key: &Account) -> Result<(), Error> {
        let sql = "INSERT INTO api_keys (hash, owner, scopes) VALUES ($1, $2, $3) \
                   ON CONFLICT (hash) DO UPDATE SET owner = excluded.owner, scopes = excluded.scopes";
        let query = sqlx::query(sql).bind(key.hash.to_ascii_lowercase()).bind(&key.name).bind(key.scopes.join(" "));
        query.execute(&self.0).await.map(drop)
    }

    /// Finds an API key by its SHA-256 hash in lower-case hexadecimal.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn key(&self, hash: &str) -> Result<Option<Account>, Error> {
        let query = sqlx::query("SELECT owner, hash, scopes FROM api_keys WHERE hash = $1").bind(hash);
        query.fetch_optional(&self.0).await?.map(|row| account(&row)).transpose()
    }

    /// Adds a session, by the SHA-256 hash of its secret, and removes those that have expired.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn add_session(&self, hash: &str, user: &str, now: i64, expires: i64) -> Result<(), Error> {
        sqlx::query("DELETE FROM sessions WHERE expires <= $1").bind(now).execute(&self.0).await?;
        let query = sqlx::query("INSERT INTO sessions (hash, name, expires) VALUES ($1, $2, $3)");
        query.bind(hash).bind(user).bind(expires).execute(&self.0).await.map(drop)
    }

    /// The user of a session that has not expired.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn session(&self, hash: &str, now: i64) -> Result<Option<Account>, Error> {
        let sql = "SELECT users.name, users.password, users.scopes FROM sessions JOIN users ON users.name = sessions.name \
                   WHERE hash = $1 AND expires > $2";
        let query = sqlx::query(sql).bind(hash).bind(now);
        query.fetch_optional(&self.0).await?.map(|row| account(&row)).transpose()
    }

    /// Ends a session.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn end_session(&self, hash: &str) -> Result<(), Error> {
        sqlx::query("DELETE FROM sessions WHERE hash = $1").bind(hash).execute(&self.0).await.map(drop)
    }

    /// Adds a note.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn add_note(&self, note: &NoteRow) -> Result<(), Error> {
        let sql = "INSERT INTO notes (id, author, created, text, version) VALUES ($1, $2, $3, $4, $5)";
        let query = sqlx::query(sql).bind(&note.id).bind(&note.author).bind(note.created).bind(&note.text);
        let query = query.bind(note.version);
        query.execute(&self.0).await.map(drop)
    }

    /// Up to `limit` notes with an identifier greater than `after`, in the order of their identifiers.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn notes(&self, after: &str, limit: i32) -> Result<Vec<NoteRow>, Error> {
        let sql = "SELECT id, author, created, text, version FROM notes WHERE id > $1 ORDER BY id LIMIT $2";
        let rows = sqlx::query(sql).bind(after).bind(i64::from(limit)).fetch_all(&self.0).await?;
        rows.iter().map(note).collect()
    }

    /// Finds a note.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn note(&self, id: &str) -> Result<Option<NoteRow>, Error> {
        let query = sqlx::query("SELECT id, author, created, text, version FROM notes WHERE id = $1").bind(id);
        query.fetch_optional(&self.0).await?.map(|row| note(&row)).transpose()
    }

    /// Changes the text of a note, if it still has this version. Returns whether it had.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn change_note(&self, id: &str, version: i64, text: &str) -> Result<bool, Error> {
        let query = sqlx::query("UPDATE notes SET text = $1, version = version + 1 WHERE id = $2 AND version = $3");
        Ok(query.bind(text).bind(id).bind(version).execute(&self.0).await?.rows_affected() == 1)
    }

    /// Deletes a note of this author. Returns whether there was one.
    ///
    /// # Errors
    ///
    /// If the database fails.
    pub async fn delete_note(&self, id: &str, author: &str) -> Result<bool, Error> {
        let query = sqlx::query("DELETE FROM notes WHERE id = $1 AND author = $2").bind(id).bind(author);
        Ok(query.execute(&self.0).await?.rows_affected() == 1)
    }
}

fn account(row: &AnyRow) -> Result<Account, Error> {
    let scopes: String = row.try_get(2)?;
    let scopes = scopes.split_whitespace().map(str::to_owned).collect();
    Ok(Account { name: row.try_get(0)?, hash: row.try_get(1)?, scopes })
}

fn note(row: &AnyRow) -> Result<NoteRow, Error> {
    Ok(NoteRow {
        id: row.try_get(0)?,
        author: row.try_get(1)?,
        created: row.try_get(2)?,
        text: row.try_get(3)?,
        version: row.try_get(4)?,
    })
}
