//! The receiver of webhooks.

use std::sync::{Arc, Mutex, PoisonError};

use crate::receiver::webhooks::{SigningSecret, StandardWebhooks, WebhookVerifier};
use crate::receiver::{Api, OrderShippedRequest, Problem};

/// A customer who wants to know which orders were shipped.
#[derive(Debug, Clone)]
pub struct Customer {
    webhooks: StandardWebhooks,
    shipped: Arc<Mutex<Vec<String>>>,
}

impl Customer {
    /// A customer with the secret of the subscription.
    pub fn new(secret: SigningSecret) -> Self {
        Self { webhooks: StandardWebhooks::new(secret), shipped: Arc::default() }
    }

    /// The ids of the orders that were shipped.
    pub fn shipped(&self) -> Vec<String> {
        self.shipped.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Api for Customer {
    type Error = Problem;

    /// Verifies the signature of each delivery before its body is decoded.
    fn webhook_verifier(&self) -> &(impl WebhookVerifier + 'static) {
        &self.webhooks
    }

    async fn order_shipped(&self, request: OrderShippedRequest) -> Result<(), Problem> {
        self.shipped.lock().unwrap_or_else(PoisonError::into_inner).push(request.body.id);
        Ok(())
    }
}
