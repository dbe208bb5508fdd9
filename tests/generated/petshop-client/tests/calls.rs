//! The calls that `keystub docs` shows for the pet shop; `tests/docs_pages/snippets.rs` writes this file.

#![allow(dead_code)]

#[rustfmt::skip]
mod op_createpet {
    use petshop_client::*;

    async fn create_pet(
        client: &Client,
        body: &types::NewPet,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let response = client.create_pet(body).await?.into_body();
        println!("{response:?}");
        Ok(())
    }
}

#[rustfmt::skip]
mod op_createtoken {
    use petshop_client::*;

    async fn create_token(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
        let response = client.create_token().await?.into_body();
        println!("{response:?}");
        Ok(())
    }
}

#[rustfmt::skip]
mod op_deletepet {
    use petshop_client::*;

    async fn delete_pet(
        client: &Client,
        pet_id: i64,
    ) -> Result<(), Box<dyn std::error::Error>> {
        client.delete_pet(pet_id).await?;
        Ok(())
    }
}

#[rustfmt::skip]
mod op_getpet {
    use petshop_client::*;

    async fn get_pet(
        client: &Client,
        pet_id: i64,
    ) -> Result<(), Box<dyn std::error::Error>> {
        let response = client.get_pet(pet_id).await?.into_body();
        println!("{response:?}");
        Ok(())
    }
}

#[rustfmt::skip]
mod op_health {
    use petshop_client::*;

    async fn health(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
        let response = client.health().await?.into_body();
        println!("{response:?}");
        Ok(())
    }
}

#[rustfmt::skip]
mod op_listpets {
    use petshop_client::*;

    async fn list_pets(client: &Client) -> Result<(), Box<dyn std::error::Error>> {
        let response = client.list_pets().await?.into_body();
        println!("{response:?}");
        Ok(())
    }
    // Optional: .limit(…), .status(…)
}

#[rustfmt::skip]
mod op_putphoto {
    use petshop_client::*;

    async fn put_photo(
        client: &Client,
        pet_id: i64,
        body: &types::PutPhotoBody,
    ) -> Result<(), Box<dyn std::error::Error>> {
        client.put_photo(pet_id, body).await?;
        Ok(())
    }
}
