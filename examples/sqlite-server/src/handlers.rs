//! The operations of the API.

use std::fmt;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::api::etag::{Condition, Conditions, EntityTag, EntityTagError};
use crate::api::streams::EventStream;
use crate::api::*;
use crate::app::{App, Program, Session, User};
use crate::session;
use crate::store::NoteRow;
use crate::watching::{self, Change};

/// Why a handler failed. The reason is logged and not sent.
#[derive(Debug)]
pub enum HandlerError {
    /// The database failed.
    Database(sqlx::Error),
    /// A row of the database is invalid.
    Row(String),
    /// A session cannot be made.
    Session(String),
    /// `If-Match` or `If-None-Match` is not a list of entity tags.
    Condition,
}

impl fmt::Display for HandlerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => error.fmt(f),
            Self::Row(reason) | Self::Session(reason) => f.write_str(reason),
            Self::Condition => f.write_str("invalid entity tags"),
        }
    }
}

impl std::error::Error for HandlerError {}

impl From<sqlx::Error> for HandlerError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<EntityTagError> for HandlerError {
    fn from(_: EntityTagError) -> Self {
        Self::Condition
    }
}

impl IntoResponse for HandlerError {
    fn into_response(self) -> Response {
        if let Self::Condition = self {
            return Problem::new(StatusCode::BAD_REQUEST).into_response();
        }
        tracing::error!(error = ?self, "a handler failed");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR).into_response()
    }
}

impl Api for App {
    type Error = HandlerError;

    /// Called for each request that matches an operation, whatever its response is.
    fn call_ended(&self, call: &CallEnd) {
        self.metrics.observe(call);
    }

    async fn sign_in(&self, caller: User) -> Result<SignInResponse, HandlerError> {
        let session = session::start().map_err(HandlerError::Session)?;
        self.store.add_session(&session.hash, &caller.0, session::now(), session.expires).await?;
        Ok(SignInResponse::NoContent(WithHeaders::new((), SignInHeaders { set_cookie: session.cookie })))
    }

    async fn sign_out(&self, caller: Session) -> Result<SignOutResponse, HandlerError> {
        self.store.end_session(&caller.hash).await?;
        let set_cookie = session::ended().map_err(|error| HandlerError::Session(error.to_string()))?;
        Ok(SignOutResponse::NoContent(WithHeaders::new((), SignOutHeaders { set_cookie })))
    }

    async fn list_notes(
        &self,
        _caller: LoginOrSessionOrKey<Self>,
        request: ListNotesRequest,
    ) -> Result<ListNotesResponse, HandlerError> {
        let after = request.after.map(|id| id.to_string()).unwrap_or_default();
        let rows = self.store.notes(&after, request.limit).await?;
        Ok(ListNotesResponse::Ok(rows.into_iter().map(note).collect::<Result<_, _>>()?))
    }

    async fn create_note(
        &self,
        caller: LoginOrSessionOrKey<Self>,
        request: CreateNoteRequest,
    ) -> Result<CreateNoteResponse, HandlerError> {
        let author = match caller {
            LoginOrSessionOrKey::Login(User(name)) => name,
            LoginOrSessionOrKey::Session(session) => session.user.0,
            // No user name contains a colon (RFC 7617, section 2), so this is not the name of a user.
            LoginOrSessionOrKey::Key(Program(owner)) => format!("key:{owner}"),
        };
        let id = Uuid::now_v7().to_string();
        let row = NoteRow { id, author, created: Utc::now().timestamp(), text: request.body.text, version: 1 };
        self.store.add_note(&row).await?;
        self.changes.send_replace(Change::Added);
        Ok(CreateNoteResponse::Created(note(row)?))
    }

    async fn watch_notes(
        &self,
        _caller: LoginOrSessionOrKey<Self>,
        request: WatchNotesRequest,
    ) -> Result<WatchNotesResponse, HandlerError> {
        let after = request.last_event_id.map(|id| id.to_string()).unwrap_or_default();
        let notes = watching::notes(self.store.clone(), self.changes.subscribe(), after);
        Ok(WatchNotesResponse::Ok(EventStream::new(notes)))
    }

    async fn get_note(
        &self,
        _caller: LoginOrSessionOrKey<Self>,
        request: GetNoteRequest,
    ) -> Result<GetNoteResponse, HandlerError> {
        let Some(row) = self.store.note(&request.id.to_string()).await? else { return Ok(GetNoteResponse::NotFound) };
        let tag = tag(row.version)?;
        let conditions = Conditions::new(None, request.if_none_match.as_deref());
        Ok(match conditions.read(Some(&tag))? {
            Condition::NotModified => {
                GetNoteResponse::NotModified(WithHeaders::new((), GetNoteNotModifiedHeaders::etag(&tag)))
            }
            Condition::Holds | Condition::Failed => {
                GetNoteResponse::Ok(WithHeaders::new(note(row)?, GetNoteOkHeaders::etag(&tag)))
            }
        })
    }

    /// Two people who change the same version of a note: the second one gets 412 and does not overwrite the first.
    async fn change_note(
        &self,
        _caller: LoginOrSession<Self>,
        request: ChangeNoteRequest,
    ) -> Result<ChangeNoteResponse, HandlerError> {
        let id = request.id.to_string();
        let Some(row) = self.store.note(&id).await? else { return Ok(ChangeNoteResponse::NotFound) };
        let Some(if_match) = request.if_match.as_deref() else { return Ok(ChangeNoteResponse::PreconditionRequired) };
        let conditions = Conditions::new(Some(if_match), None);
        let holds = conditions.write(Some(&tag(row.version)?))? == Condition::Holds;
        // The note may have changed since it was read, so the database compares the version once more.
        if !holds || !self.store.change_note(&id, row.version, &request.body.text).await? {
            return Ok(ChangeNoteResponse::PreconditionFailed);
        }
        let changed = NoteRow { text: request.body.text, version: row.version + 1, ..row };
        let headers = ChangeNoteHeaders::etag(&tag(changed.version)?);
        Ok(ChangeNoteResponse::Ok(WithHeaders::new(note(changed)?, headers)))
    }

    async fn delete_note(
        &self,
        caller: LoginOrSession<Self>,
        request: DeleteNoteRequest,
    ) -> Result<DeleteNoteResponse, HandlerError> {
        let User(caller) = match caller {
            LoginOrSession::Login(user) => user,
            LoginOrSession::Session(session) => session.user,
        };
        match self.store.delete_note(&request.id.to_string(), &caller).await? {
            true => Ok(DeleteNoteResponse::NoContent),
            false => Ok(DeleteNoteResponse::NotFound),
        }
    }

    async fn health(&self) -> Result<HealthResponse, HandlerError> {
        self.store.ping().await?;
        Ok(HealthResponse::NoContent)
    }
}

/// The version of a note as clients see it.
fn tag(version: i64) -> Result<EntityTag, EntityTagError> {
    EntityTag::strong(version.to_string())
}

pub(crate) fn note(row: NoteRow) -> Result<types::Note, HandlerError> {
    let invalid = |what: &str| HandlerError::Row(format!("invalid {what} of note {}", row.id));
    let id = row.id.parse().map_err(|_| invalid("identifier"))?;
    let created = DateTime::from_timestamp(row.created, 0).ok_or_else(|| invalid("time"))?;
    Ok(types::Note { id, author: row.author, created: created.fixed_offset(), text: row.text })
}
