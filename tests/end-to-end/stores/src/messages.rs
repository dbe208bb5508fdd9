//! The mailbox of one user: messages by their number, and settings.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::http::StatusCode;

use crate::locked;
use crate::mailbox::Problem;
use crate::mailbox::auth::{ApiKey, Basic};
use crate::mailbox::*;
use crate::mailbox::{Granted, Reject};

/// The valid user and password.
pub const LOGIN: (&str, &str) = ("erin", "the-password-of-erin");

/// The key of a session.
pub const SESSION: &str = "the-session-of-erin";

/// The application.
#[derive(Debug, Default)]
pub struct Mailbox {
    messages: Mutex<BTreeMap<i64, types::Message>>,
    settings: Mutex<Option<types::Settings>>,
}

impl Authenticator for Mailbox {
    type Login = ();
    type Session = ();

    async fn login(&self, login: Basic<'_>) -> Result<Granted<()>, Reject> {
        let is_right = (login.user, login.password) == LOGIN;
        if is_right { Ok(Granted::new(())) } else { Err(Reject::Invalid("unknown login")) }
    }

    async fn session(&self, key: ApiKey<'_>) -> Result<Granted<()>, Reject> {
        if key.key == SESSION { Ok(Granted::new(())) } else { Err(Reject::Invalid("unknown session")) }
    }
}

impl Api for Mailbox {
    type Error = Problem;

    async fn list_messages(&self, _auth: (), request: ListMessagesRequest) -> Result<ListMessagesResponse, Problem> {
        let messages = locked(&self.messages);
        let filter = request.filter.unwrap_or_default();
        let is_wanted = |message: &&types::Message| {
            let text = message.text.as_ref().and_then(Option::as_ref).map_or(0, String::len);
            filter.subject.as_ref().is_none_or(|subject| message.subject.contains(subject.as_str()))
                && filter.size.is_none_or(|size| i64::try_from(text).is_ok_and(|text| text >= size))
        };
        let mut found: Vec<types::Message> = messages.values().filter(is_wanted).cloned().collect();
        if request.order == Some(types::ListMessagesOrder::Newest) {
            found.reverse();
        }
        Ok(ListMessagesResponse::Ok(found))
    }

    async fn send_message(
        &self,
        _auth: LoginOrSession<Self>,
        request: SendMessageRequest,
    ) -> Result<SendMessageResponse, Problem> {
        let new = request.body;
        let mut messages = locked(&self.messages);
        let id = messages.keys().last().map_or(1, |last| last + 1);
        let types::NewMessage { to, subject, text, part } = new;
        let message = types::Message { to, subject, text, part, id, labels: None };
        messages.insert(id, message.clone());
        Ok(SendMessageResponse::Created(message))
    }

    async fn get_message(&self, _auth: (), request: GetMessageRequest) -> Result<GetMessageResponse, Problem> {
        let found = locked(&self.messages).get(&request.id).cloned();
        Ok(found.map_or_else(|| GetMessageResponse::Default(StatusCode::NOT_FOUND, unknown()), GetMessageResponse::Ok))
    }

    async fn label_message(&self, _auth: (), request: LabelMessageRequest) -> Result<LabelMessageResponse, Problem> {
        match locked(&self.messages).get_mut(&request.id) {
            Some(message) => {
                message.labels = Some(request.body);
                Ok(LabelMessageResponse::NoContent)
            }
            None => Ok(LabelMessageResponse::Default(StatusCode::NOT_FOUND, unknown())),
        }
    }

    async fn change_settings(
        &self,
        _auth: (),
        request: ChangeSettingsRequest,
    ) -> Result<ChangeSettingsResponse, Problem> {
        let types::ChangeSettingsBody { signature, per_page, quiet } = request.body;
        let settings = types::Settings { signature, per_page, quiet };
        *locked(&self.settings) = Some(settings.clone());
        Ok(ChangeSettingsResponse::Ok(settings))
    }
}

fn unknown() -> types::Problem {
    types::Problem::new("there is no such message".to_owned())
}
