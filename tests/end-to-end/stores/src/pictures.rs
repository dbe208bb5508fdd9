//! The gallery: pictures by their number, with their files, captions and remarks.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::body::Body;
use axum::http::StatusCode;

use crate::gallery::auth::{ApiKey, Bearer};
use crate::gallery::*;
use crate::gallery::{Granted, Reject};
use crate::gallery::{Problem, WithHeaders};
use crate::locked;

/// The token of the painter.
pub const PAINTER: &str = "the-token-of-the-painter";

/// The key of a visitor.
pub const TICKET: &str = "the-ticket-of-a-visitor";

/// A picture and its file.
#[derive(Debug)]
struct Stored {
    picture: types::Picture,
    file: Vec<u8>,
}

/// The application.
#[derive(Debug, Default)]
pub struct Gallery {
    pictures: Mutex<BTreeMap<i64, Stored>>,
}

impl Authenticator for Gallery {
    type Painter = ();
    type Ticket = ();

    async fn painter(&self, token: Bearer<'_>) -> Result<Granted<()>, Reject> {
        if token.token == PAINTER { Ok(Granted::new(())) } else { Err(Reject::Invalid("unknown token")) }
    }

    async fn ticket(&self, key: ApiKey<'_>) -> Result<Granted<()>, Reject> {
        if key.key == TICKET { Ok(Granted::new(())) } else { Err(Reject::Invalid("unknown ticket")) }
    }
}

impl Api for Gallery {
    type Error = Problem;

    async fn list_pictures(&self, request: ListPicturesRequest) -> Result<ListPicturesResponse, Problem> {
        let pictures = locked(&self.pictures);
        let mut found: Vec<_> = pictures.values().map(|stored| &stored.picture).collect();
        found.retain(|picture| is_wanted(picture, &request));
        match request.x_order {
            Some(types::ListPicturesXOrder::Title) => found.sort_by_key(|picture| &picture.title),
            Some(types::ListPicturesXOrder::Newest) => found.reverse(),
            None => {}
        }
        let headers = ListPicturesHeaders { x_total: i64::try_from(found.len()).unwrap_or(i64::MAX) };
        let page = request.page.unwrap_or_default();
        let place = |number: Option<i64>, default| number.map_or(default, |n| usize::try_from(n).unwrap_or(usize::MAX));
        let found = found.into_iter().skip(place(page.from, 0)).take(place(page.size, 20)).cloned().collect();
        Ok(ListPicturesResponse::Ok(WithHeaders::new(found, headers)))
    }

    async fn add_picture(
        &self,
        _auth: PainterOrTicket<Self>,
        request: AddPictureRequest,
    ) -> Result<AddPictureResponse, Problem> {
        let types::AddPictureBody { title, tags, place, file } = request.body;
        let file = file.bytes().await?.to_vec();
        let mut pictures = locked(&self.pictures);
        let id = pictures.keys().last().map_or(1, |last| last + 1);
        let bytes = i64::try_from(file.len()).unwrap_or(i64::MAX);
        let picture = types::Picture { tags, place, ..types::Picture::new(id, title, bytes, Vec::new()) };
        pictures.insert(id, Stored { picture: picture.clone(), file });
        let headers = AddPictureHeaders { location: format!("{BASE_PATH}/pictures/{id}") };
        Ok(AddPictureResponse::Created(WithHeaders::new(picture, headers)))
    }

    async fn get_picture(
        &self,
        _auth: PainterOrTicket<Self>,
        request: GetPictureRequest,
    ) -> Result<GetPictureResponse, Problem> {
        Ok(match locked(&self.pictures).get(&request.id) {
            Some(stored) => GetPictureResponse::Ok(stored.picture.clone()),
            None => GetPictureResponse::Default(StatusCode::NOT_FOUND, unknown()),
        })
    }

    async fn remove_picture(&self, _auth: (), request: RemovePictureRequest) -> Result<RemovePictureResponse, Problem> {
        Ok(match locked(&self.pictures).remove(&request.id) {
            Some(_) => RemovePictureResponse::NoContent,
            None => RemovePictureResponse::Default(StatusCode::NOT_FOUND, unknown()),
        })
    }

    async fn get_file(
        &self,
        _auth: PainterOrTicket<Self>,
        request: GetFileRequest,
    ) -> Result<GetFileResponse, Problem> {
        Ok(match locked(&self.pictures).get(&request.id) {
            Some(stored) => GetFileResponse::Ok(Body::from(stored.file.clone())),
            None => GetFileResponse::Default(StatusCode::NOT_FOUND, unknown()),
        })
    }

    async fn set_caption(
        &self,
        _auth: PainterOrTicket<Self>,
        request: SetCaptionRequest,
    ) -> Result<SetCaptionResponse, Problem> {
        Ok(match locked(&self.pictures).get_mut(&request.id) {
            Some(stored) => {
                let before = stored.picture.caption.replace(Some(request.body));
                SetCaptionResponse::Ok(before.flatten().unwrap_or_default())
            }
            None => SetCaptionResponse::Default(StatusCode::NOT_FOUND, unknown()),
        })
    }

    async fn add_remark(
        &self,
        _auth: PainterOrTicket<Self>,
        request: AddRemarkRequest,
    ) -> Result<AddRemarkResponse, Problem> {
        let mut pictures = locked(&self.pictures);
        if let types::Remark::Link(link) = &request.body
            && !pictures.contains_key(&link.picture)
        {
            return Ok(AddRemarkResponse::Default(StatusCode::NOT_FOUND, unknown()));
        }
        Ok(match pictures.get_mut(&request.id) {
            Some(stored) => {
                stored.picture.remarks.push(request.body);
                AddRemarkResponse::Created(stored.picture.remarks.clone())
            }
            None => AddRemarkResponse::Default(StatusCode::NOT_FOUND, unknown()),
        })
    }
}

fn is_wanted(picture: &types::Picture, request: &ListPicturesRequest) -> bool {
    let tags = picture.tags.as_deref().unwrap_or_default();
    let has_tags = request.tags.iter().flatten().all(|tag| tags.contains(tag));
    has_tags
        && request.title.as_ref().is_none_or(|filter| match filter.from {
            Some(types::FilterFrom::Start) => picture.title.starts_with(filter.contains.as_str()),
            Some(types::FilterFrom::End) => picture.title.ends_with(filter.contains.as_str()),
            None => picture.title.contains(filter.contains.as_str()),
        })
}

fn unknown() -> types::Problem {
    types::Problem::new("there is no such picture".to_owned())
}
