//! The garage: cars by their number plate, and their repairs.

use std::collections::BTreeMap;
use std::sync::Mutex;

use axum::http::StatusCode;
use axum::response::Response;

use crate::garage::Problem;
use crate::garage::auth::{ApiKey, Basic};
use crate::garage::*;
use crate::garage::{Granted, Refusal, Reject};
use crate::locked;

/// The key of the desk.
pub const DESK: &str = "the-key-of-the-desk";

/// The valid user and password.
pub const LOGIN: (&str, &str) = ("mona", "the-password-of-mona");

/// A car and its repairs.
#[derive(Debug)]
struct Stored {
    car: types::Car,
    repairs: Vec<types::Repair>,
}

/// The application.
#[derive(Debug, Default)]
pub struct Garage {
    cars: Mutex<BTreeMap<String, Stored>>,
}

impl Authenticator for Garage {
    type Desk = ();
    type Login = ();

    async fn desk(&self, key: ApiKey<'_>) -> Result<Granted<()>, Reject> {
        if key.key == DESK { Ok(Granted::new(())) } else { Err(Reject::Invalid("unknown key")) }
    }

    async fn login(&self, login: Basic<'_>) -> Result<Granted<()>, Reject> {
        let is_right = (login.user, login.password) == LOGIN;
        if is_right { Ok(Granted::new(())) } else { Err(Reject::Invalid("unknown login")) }
    }
}

impl Api for Garage {
    type Error = Problem;

    /// The document describes errors as `application/json`.
    fn refusal(&self, refusal: Refusal) -> Response {
        let status = Some(i64::from(refusal.status().as_u16()));
        let detail = refusal.detail().map(str::to_owned);
        let body = types::Problem { status, detail, ..types::Problem::new(refusal.title().to_owned()) };
        refusal.json(&body)
    }

    async fn list_cars(&self, request: ListCarsRequest) -> Result<ListCarsResponse, Problem> {
        let cars = locked(&self.cars);
        let colors = request.colors.iter().flatten().map(|color| color.as_str()).collect::<Vec<_>>();
        let doors = request.doors.unwrap_or_default();
        let is_wanted = |car: &&types::Car| {
            (colors.is_empty() || colors.contains(&car.color.as_str()))
                && (doors.is_empty() || doors.contains(&car.doors))
        };
        let limit = usize::try_from(request.x_limit).unwrap_or_default();
        let found = cars.values().map(|stored| &stored.car).filter(is_wanted).take(limit);
        Ok(ListCarsResponse::Ok(found.cloned().collect()))
    }

    async fn get_car(&self, request: GetCarRequest) -> Result<GetCarResponse, Problem> {
        Ok(match locked(&self.cars).get(&request.plate) {
            Some(stored) => GetCarResponse::Ok(stored.car.clone()),
            None => GetCarResponse::Default(StatusCode::NOT_FOUND, unknown()),
        })
    }

    async fn put_car(&self, _auth: DeskAndLogin<Self>, request: PutCarRequest) -> Result<PutCarResponse, Problem> {
        let types::NewCar { color, doors, owners, checked } = request.body;
        let mut cars = locked(&self.cars);
        let repairs = cars.remove(&request.plate).map(|stored| stored.repairs);
        let count = i64::try_from(repairs.as_ref().map_or(0, Vec::len)).unwrap_or(i64::MAX);
        let new = types::Car::new(color, doors, request.plate.clone(), count);
        let car = types::Car { owners, checked, ..new };
        let is_new = repairs.is_none();
        cars.insert(request.plate, Stored { car: car.clone(), repairs: repairs.unwrap_or_default() });
        Ok(if is_new { PutCarResponse::Created(car) } else { PutCarResponse::Ok(car) })
    }

    async fn remove_car(
        &self,
        _auth: DeskAndLogin<Self>,
        request: RemoveCarRequest,
    ) -> Result<RemoveCarResponse, Problem> {
        Ok(match locked(&self.cars).remove(&request.plate) {
            Some(stored) => RemoveCarResponse::Ok(stored.car),
            None => RemoveCarResponse::Default(StatusCode::NOT_FOUND, unknown()),
        })
    }

    async fn list_repairs(&self, _auth: (), request: ListRepairsRequest) -> Result<ListRepairsResponse, Problem> {
        Ok(match locked(&self.cars).get(&request.plate) {
            Some(stored) => ListRepairsResponse::Ok(stored.repairs.clone()),
            None => ListRepairsResponse::Default(StatusCode::NOT_FOUND, unknown()),
        })
    }

    async fn add_repair(&self, _auth: (), request: AddRepairRequest) -> Result<AddRepairResponse, Problem> {
        let types::AddRepairBody { part, hours, urgent, steps } = request.body;
        Ok(match locked(&self.cars).get_mut(&request.plate) {
            Some(stored) => {
                let repair = types::Repair { urgent, steps, ..types::Repair::new(part.as_str().to_owned(), hours) };
                stored.repairs.push(repair.clone());
                stored.car.repairs += 1;
                AddRepairResponse::Created(repair)
            }
            None => AddRepairResponse::Default(StatusCode::NOT_FOUND, unknown()),
        })
    }
}

fn unknown() -> types::Problem {
    types::Problem::new("there is no such car".to_owned())
}
