//! The library: books by their ISBN, and who borrowed them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::http::StatusCode;

use crate::library::Problem;
use crate::library::auth::{ApiKey, Bearer};
use crate::library::*;
use crate::library::{Granted, Reject};
use crate::locked;

/// The token of the staff.
pub const STAFF: &str = "the-token-of-the-staff";

/// The key of a reader.
pub const READER: &str = "the-key-of-a-reader";

/// The application.
#[derive(Debug, Default)]
pub struct Library {
    books: Mutex<BTreeMap<String, types::Book>>,
}

impl Authenticator for Library {
    type Staff = ();
    type Reader = ();

    async fn staff(&self, token: Bearer<'_>) -> Result<Granted<()>, Reject> {
        if token.token == STAFF { Ok(Granted::new(())) } else { Err(Reject::Invalid("unknown token")) }
    }

    async fn reader(&self, key: ApiKey<'_>) -> Result<Granted<()>, Reject> {
        if key.key == READER { Ok(Granted::new(())) } else { Err(Reject::Invalid("unknown key")) }
    }
}

impl Api for Library {
    type Error = Problem;

    async fn list_books(&self, request: ListBooksRequest) -> Result<ListBooksResponse, Problem> {
        let books = locked(&self.books);
        let is_wanted = |book: &&types::Book| {
            let genres = request.genres.as_deref().unwrap_or_default();
            request.title.as_ref().is_none_or(|title| book.title.contains(title.as_str()))
                && (genres.is_empty() || book.genre.is_some_and(|genre| genres.contains(&genre)))
        };
        let limit = usize::try_from(request.limit).unwrap_or_default();
        Ok(ListBooksResponse::Ok(books.values().filter(is_wanted).take(limit).cloned().collect()))
    }

    async fn add_book(&self, _auth: (), request: AddBookRequest) -> Result<AddBookResponse, Problem> {
        let new = request.body;
        let mut books = locked(&self.books);
        if books.contains_key(&new.isbn) {
            return Ok(AddBookResponse::Conflict);
        }
        let book = types::Book {
            isbn: new.isbn,
            title: new.title,
            pages: new.pages,
            price: new.price,
            genre: new.genre,
            subtitle: new.subtitle,
            tags: new.tags,
            notes: new.notes,
            medium: new.medium,
            on_loan: false,
        };
        books.insert(book.isbn.clone(), book.clone());
        Ok(AddBookResponse::Created(book))
    }

    async fn get_book(&self, request: GetBookRequest) -> Result<GetBookResponse, Problem> {
        let found = locked(&self.books).get(&request.isbn).cloned();
        Ok(found.map_or_else(|| GetBookResponse::Default(StatusCode::NOT_FOUND, unknown()), GetBookResponse::Ok))
    }

    async fn remove_book(&self, _auth: (), request: RemoveBookRequest) -> Result<RemoveBookResponse, Problem> {
        let removed = locked(&self.books).remove(&request.isbn);
        Ok(match removed {
            Some(_) => RemoveBookResponse::NoContent,
            None => RemoveBookResponse::Default(StatusCode::NOT_FOUND, unknown()),
        })
    }

    async fn lend_book(
        &self,
        _auth: ReaderOrStaff<Self>,
        request: LendBookRequest,
    ) -> Result<LendBookResponse, Problem> {
        let mut books = locked(&self.books);
        let Some(book) = books.get_mut(&request.isbn) else {
            return Ok(LendBookResponse::Default(StatusCode::NOT_FOUND, unknown()));
        };
        if book.on_loan {
            let taken = types::Problem::new("the book is lent".to_owned());
            return Ok(LendBookResponse::Default(StatusCode::CONFLICT, taken));
        }
        book.on_loan = true;
        let day = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
        let due = day + chrono::Days::new(request.body.days.unsigned_abs());
        let loan = types::Loan { isbn: request.isbn, days: request.body.days, due, note: request.body.note };
        Ok(LendBookResponse::Created(loan))
    }
}

fn unknown() -> types::Problem {
    types::Problem::new("there is no such book".to_owned())
}
