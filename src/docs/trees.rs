//! The trees of components to which a page refers.

use super::part::Part;
use super::schema;
use super::templates::{Html, View, view};

/// Ends a page: the trees to which it refers.
pub fn of_page(part: Part<'_>) -> Html {
    let mut trees: Vec<View> = Vec::new();
    // A tree refers to others.
    while let Some((id, element)) = part.shared.next_tree() {
        trees.push(view! { id: element, fields: schema::shared_tree(part, id) });
    }
    part.shared.clear();
    part.engine.render("trees", view! { trees: trees })
}
