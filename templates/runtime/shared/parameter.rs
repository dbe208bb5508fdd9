//! The data of parameters: name, place, encoding and structure. Fields of forms and headers have the same.

/// One parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// The name in requests.
    pub name: &'static str,
    /// The place in the request.
    pub place: Place,
    /// The encoding of its value (OpenAPI 3.0.3, section 4.7.12.2).
    pub style: Style,
    /// Whether arrays and objects are written as separate values (`explode`).
    pub explode: bool,
    /// Whether reserved characters are not encoded in a query (`allowReserved`).
    pub reserved: bool,
    /// Whether its schema restricts its value. Otherwise a server rejects path separators, control characters, `.` and
    /// `..` in a path parameter.
    pub any_text: bool,
    /// Whether a client makes a value for each call, unless the caller sets one: a UUID.
    pub is_made: bool,
    /// Whether it is required.
    pub required: bool,
    /// The structure of its value.
    pub shape: Shape,
    /// Whether its value can also be a single text.
    pub or_scalar: bool,
    /// The structure of its items or properties; [`Nested::Text`] if each is a single text.
    pub nested: Nested,
    /// For an exploded object in a query or cookie: the names of the other parameters, fixed pairs and API keys
    /// there. Their pairs do not belong to the object.
    pub others: &'static [&'static str],
}

impl Parameter {
    /// An optional parameter that is not exploded.
    pub const fn new(name: &'static str, place: Place, style: Style, shape: Shape) -> Self {
        Self {
            name,
            place,
            style,
            explode: false,
            reserved: false,
            any_text: false,
            is_made: false,
            required: false,
            shape,
            or_scalar: false,
            nested: Nested::Text,
            others: &[],
        }
    }

    /// A required scalar in the path, in the default style.
    pub const fn path(name: &'static str) -> Self {
        Self::new(name, Place::Path, Style::Simple, Shape::Scalar).required()
    }

    /// A scalar in the query, in the default style.
    pub const fn query(name: &'static str) -> Self {
        Self::new(name, Place::Query, Style::Form, Shape::Scalar).exploded()
    }

    /// An exploded array in the query, in the default style.
    pub const fn list(name: &'static str) -> Self {
        Self::new(name, Place::Query, Style::Form, Shape::Array).exploded()
    }

    /// An object in the query whose properties are in brackets.
    pub const fn deep_object(name: &'static str) -> Self {
        Self::new(name, Place::Query, Style::DeepObject, Shape::Object).exploded()
    }

    /// A scalar header.
    pub const fn header(name: &'static str) -> Self {
        Self::new(name, Place::Header, Style::Simple, Shape::Scalar)
    }

    /// Makes the parameter exploded.
    pub const fn exploded(mut self) -> Self {
        self.explode = true;
        self
    }

    /// Allows reserved characters in a query.
    pub const fn with_reserved(mut self) -> Self {
        self.reserved = true;
        self
    }

    /// Allows any text that matches the schema.
    pub const fn with_any_text(mut self) -> Self {
        self.any_text = true;
        self
    }

    /// Makes a UUID for each call that does not set the parameter.
    pub const fn made(mut self) -> Self {
        self.is_made = true;
        self
    }

    /// Allows a single text next to the lists or objects.
    pub const fn or_scalar(mut self) -> Self {
        self.or_scalar = true;
        self
    }

    /// Sets the structure of the items or properties.
    pub const fn of(mut self, nested: Nested) -> Self {
        self.nested = nested;
        self
    }

    /// Sets the names whose pairs do not belong to an exploded object.
    pub const fn without(mut self, others: &'static [&'static str]) -> Self {
        self.others = others;
        self
    }

    /// Whether its properties are separate pairs next to those of other parameters.
    pub fn is_spread(&self) -> bool {
        self.shape == Shape::Object && self.explode && self.style == Style::Form
    }

    /// Whether a pair with this name belongs to another parameter or an API key, or is fixed by the path.
    pub fn is_other(&self, name: &str) -> bool {
        let of = |other: &&str| name.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('['));
        self.others.iter().any(of)
    }

    /// Makes the parameter required.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// A parameter without its name, for [`parameters`].
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// [`Parameter::path`].
    Path,
    /// [`Parameter::query`].
    Query,
    /// [`Parameter::list`].
    List,
    /// [`Parameter::deep_object`].
    DeepObject,
    /// [`Parameter::header`].
    Header,
    /// Any other parameter. Its name is replaced.
    Other(Parameter),
}

/// Parameters by name. One call with plain values compiles faster than a call for each parameter.
pub const fn parameters<const N: usize>(rows: [(&'static str, Kind); N]) -> [Parameter; N] {
    let mut all = [const { Parameter::query("") }; N];
    let mut at = 0;
    while at < N {
        all[at] = match rows[at].1 {
            Kind::Path => const { Parameter::path("") },
            Kind::Query => const { Parameter::query("") },
            Kind::List => const { Parameter::list("") },
            Kind::DeepObject => const { Parameter::deep_object("") },
            Kind::Header => const { Parameter::header("") },
            Kind::Other(parameter) => parameter,
        };
        all[at].name = rows[at].0;
        at += 1;
    }
    all
}

/// The maximum number of brackets in the name of a pair (`deepObject`).
pub const MAX_DEPTH: usize = 16;

/// The structure of a value inside a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nested {
    /// A single text.
    Text,
    /// A value of unknown structure.
    Any,
    /// An object or an array of unknown structure.
    Json,
    /// An array, with the structure of its items.
    List(&'static Nested),
    /// An object, with the structure of its properties, and of its additional properties if they are kept.
    Object(&'static [(&'static str, Nested)], Option<&'static Nested>),
}

impl Nested {
    /// The structure of an item, if the value is an array.
    pub fn item(self) -> Self {
        match self {
            Self::List(item) => *item,
            Self::Text => Self::Text,
            Self::Any | Self::Json | Self::Object(..) => Self::Any,
        }
    }

    /// The structure of a property, if the value is an object.
    pub fn property(self, name: &str) -> Self {
        match self {
            Self::Object(properties, rest) => {
                let own = properties.iter().find(|(key, _)| *key == name).map(|(_, nested)| *nested);
                own.or(rest.copied()).unwrap_or(Self::Any)
            }
            Self::Text => Self::Text,
            Self::Any | Self::Json | Self::List(_) => Self::Any,
        }
    }

    /// Whether the value is an object or an array, never a scalar.
    pub fn is_structured(self) -> bool {
        matches!(self, Self::Json | Self::List(_) | Self::Object(..))
    }
}

/// The place of a parameter in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// As a header.
    Header,
    /// As a cookie.
    Cookie,
}

/// How a value is encoded (OpenAPI 3.0.3, section 4.7.12.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `a,b`.
    Simple,
    /// `.a.b`.
    Label,
    /// `;name=a`.
    Matrix,
    /// `name=a`.
    Form,
    /// `name=a b`.
    SpaceDelimited,
    /// `name=a|b`.
    PipeDelimited,
    /// `name[key]=a`.
    DeepObject,
    /// JSON text, from `content`.
    Json,
}

/// The structure of a parameter's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One string.
    Scalar,
    /// A list of strings.
    Array,
    /// Pairs of strings.
    Object,
}
