//! The operations of the API.

use std::fmt;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::api::streams::EventStream;
use crate::api::*;
use crate::app::{App, Program, User};
use crate::store::NoteRow;
use crate::watching::{self, Change};

/// Why a handler failed. The reason is logged and not sent.
#[derive(Debug)]
pub enum HandlerError {
    /// The database failed.
    Database(sqlx::Error),
    /// A row of the database is invalid.
    Row(String),
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::Row(reason) => f.write_str(reason),
        }
    }
}

impl std::error::Error for HandlerError {}

impl From<sqlx::Error> for HandlerError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl IntoResponse for HandlerError {
    fn into_response(self) -> Response {
        tracing::error!(error = ?self, "a handler failed");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response()
    }
}

impl Api for App {
    type Error = HandlerError;

    async fn list_notes(
        &self,
        _caller: LoginOrKey<Self>,
        request: ListNotesRequest,
    ) -> Result<ListNotesResponse, HandlerError> {
        let after = request.after.map(|id| id.to_string()).unwrap_or_default();
        let rows = self.store.notes(&after, request.limit).await?;
        Ok(ListNotesResponse::Ok(rows.into_iter().map(note).collect::<Result<_, _>>()?))
    }

    async fn create_note(
        &self,
        caller: LoginOrKey<Self>,
        request: CreateNoteRequest,
    ) -> Result<CreateNoteResponse, HandlerError> {
        let author = match caller {
            LoginOrKey::Login(User(name)) => name,
            // No user name contains a colon (RFC 7617, section 2), so this is not the name of a user.
            LoginOrKey::Key(Program(owner)) => format!("key:{owner}"),
        };
        let id = Uuid::now_v7().to_string();
        let row = NoteRow { id, author, created: Utc::now().timestamp(), text: request.body.text };
        self.store.add_note(&row).await?;
        self.changes.send_replace(Change::Added);
        Ok(CreateNoteResponse::Created(note(row)?))
    }

    async fn watch_notes(
        &self,
        _caller: LoginOrKey<Self>,
        request: WatchNotesRequest,
    ) -> Result<WatchNotesResponse, HandlerError> {
        let after = request.last_event_id.map(|id| id.to_string()).unwrap_or_default();
        let notes = watching::notes(self.store.clone(), self.changes.subscribe(), after);
        Ok(WatchNotesResponse::Ok(EventStream::new(notes)))
    }

    async fn get_note(
        &self,
        _caller: LoginOrKey<Self>,
        request: GetNoteRequest,
    ) -> Result<GetNoteResponse, HandlerError> {
        match self.store.note(&request.id.to_string()).await? {
            Some(row) => Ok(GetNoteResponse::Ok(note(row)?)),
            None => Ok(GetNoteResponse::NotFound),
        }
    }

    async fn delete_note(&self, caller: User, request: DeleteNoteRequest) -> Result<DeleteNoteResponse, HandlerError> {
        match self.store.delete_note(&request.id.to_string(), &caller.0).await? {
            true => Ok(DeleteNoteResponse::NoContent),
            false => Ok(DeleteNoteResponse::NotFound),
        }
    }

    async fn health(&self) -> Result<HealthResponse, HandlerError> {
        self.store.ping().await?;
        Ok(HealthResponse::NoContent)
    }
}

pub(crate) fn note(row: NoteRow) -> Result<types::Note, HandlerError> {
    let invalid = |what: &str| HandlerError::Row(format!("invalid {what} of note {}", row.id));
    let id = row.id.parse().map_err(|_| invalid("identifier"))?;
    let created = DateTime::from_timestamp(row.created, 0).ok_or_else(|| invalid("time"))?;
    Ok(types::Note { id, author: row.author, created: created.fixed_offset(), text: row.text })
}
