//! The checks by name.

/// What a check is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Whether requests are authenticated.
    Auth,
    /// The verification of JWTs (RFC 8725).
    Jwt,
    /// The verification of proofs of a key (DPoP, RFC 9449).
    Dpop,
    /// What authenticated accounts may do.
    Access,
    /// Whether requests and responses are as documented.
    Contract,
}

impl Family {
    /// Its name for `--only` and `--except`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Jwt => "jwt",
            Self::Dpop => "dpop",
            Self::Access => "access",
            Self::Contract => "contract",
        }
    }
}

/// A check.
#[derive(Debug)]
pub(crate) struct Check {
    /// Its name.
    pub id: &'static str,
    /// Its family.
    pub family: Family,
    /// Where the rule comes from.
    pub reference: &'static str,
    /// What must be true.
    pub summary: &'static str,
}

macro_rules! checks {
    ($($name:ident $id:literal $family:ident $reference:literal $summary:literal;)*) => {
        /// The name of a check.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum CheckId {
            $(#[doc = $summary] $name,)*
        }

        /// The checks, in the order of [`CheckId`].
        pub(crate) static CHECKS: &[Check] = &[
            $(Check { id: $id, family: Family::$family, reference: $reference, summary: $summary },)*
        ];
    };
}

checks! {
    AuthAccepted "auth-accepted" Auth "OpenAPI 3.0.3, 4.8.30" "Each alternative whose credentials are valid is accepted";
    AuthNone "auth-none" Auth "RFC 9110, 15.5.2" "A request without credentials is rejected";
    AuthPartMissing "auth-part-missing" Auth "OpenAPI 3.0.3, 4.8.30" "A request without one of the schemes that an alternative combines is rejected";
    AuthPartWrong "auth-part-wrong" Auth "OpenAPI 3.0.3, 4.8.30" "A request with a wrong credential for one scheme of an alternative is rejected";
    AuthEmpty "auth-empty" Auth "RFC 9110, 11.4" "An empty credential is rejected";
    AuthWrongPlace "auth-wrong-place" Auth "OpenAPI 3.0.3, 4.8.27" "A credential in another place than the documented one is rejected";
    AuthWrongSchemeWord "auth-wrong-scheme-word" Auth "RFC 9110, 11.1" "A credential after the name of another authentication scheme is rejected";
    AuthTwice "auth-twice" Auth "RFC 9110, 5.3" "A valid credential next to an invalid one in the same place is rejected";
    AuthCase "auth-case" Auth "RFC 9110, 11.1" "The name of an authentication scheme is accepted in any case";
    AuthChallenge "auth-challenge" Auth "RFC 9110, 11.6.1" "A 401 response has WWW-Authenticate, with an HTTP scheme of the operation";
    AuthOrder "auth-order" Auth "OWASP API2:2023" "Credentials are checked before the rest of the request";
    AuthMethodOverride "auth-method-override" Auth "OWASP API5:2023" "Header fields that override the method do not avoid authentication";
    AuthHead "auth-head" Auth "RFC 9110, 9.3.2" "HEAD requires the same credentials as GET";
    AuthTrailingSlash "auth-trailing-slash" Auth "RFC 3986, 6.2" "A slash at the end of the path does not avoid authentication";
    AuthCasePath "auth-case-path" Auth "RFC 3986, 6.2.2.1" "A path in other case does not avoid authentication";
    AuthEncodedPath "auth-encoded-path" Auth "RFC 3986, 6.2.2.2" "Percent-encoded letters, `//` and `;` in the path do not avoid authentication";
    OpenIsOpen "open-is-open" Auth "OpenAPI 3.0.3, 4.8.10" "An operation without security requirements needs no credentials";
    AnonymousIsOpen "anonymous-is-open" Auth "OpenAPI 3.0.3, 4.8.30" "An operation with optional security needs no credentials";
    AnonymousWithWrong "anonymous-with-wrong" Auth "RFC 9110, 11.6.2" "A wrong credential is rejected even if security is optional";
    JwtAlgNone "jwt-alg-none" Jwt "RFC 8725, 3.2" "A token with the algorithm `none` is rejected";
    JwtNoSignature "jwt-no-signature" Jwt "RFC 8725, 3.3" "A token without its signature is rejected";
    JwtBadSignature "jwt-bad-signature" Jwt "RFC 8725, 3.3" "A token with another signature is rejected";
    JwtChangedClaims "jwt-changed-claims" Jwt "RFC 8725, 3.3" "A token whose claims were changed is rejected";
    JwtKidPath "jwt-kid-path" Jwt "RFC 8725, 3.10" "A `kid` that is a path to an empty file does not choose the key";
    JwtEmptySecret "jwt-empty-secret" Jwt "RFC 8725, 3.5" "A token that is signed by HS256 with an empty secret is rejected";
    JwtExpired "jwt-expired" Jwt "RFC 7519, 4.1.4" "An expired token is rejected (with `--jwt-key`)";
    JwtNotYet "jwt-not-yet" Jwt "RFC 7519, 4.1.5" "A token that is not valid yet is rejected (with `--jwt-key`)";
    JwtOtherAudience "jwt-other-audience" Jwt "RFC 8725, 3.9" "A token for another audience is rejected (with `--jwt-key`)";
    JwtOtherIssuer "jwt-other-issuer" Jwt "RFC 8725, 3.8" "A token of another issuer is rejected (with `--jwt-key`)";
    JwtHsWithPublicKey "jwt-hs-with-public-key" Jwt "RFC 8725, 2.1" "A token that is signed by HS256 with the public key as secret is rejected";
    JwtJwkHeader "jwt-jwk-header" Jwt "RFC 8725, 3.10" "A token whose header has the key for its verification (`jwk`) is rejected";
    DpopAsBearer "dpop-as-bearer" Dpop "RFC 9449, 7.2" "A token that is bound to a key is rejected as a bearer token";
    DpopNoProof "dpop-no-proof" Dpop "RFC 9449, 7.1" "A bound token without a proof of its key is rejected";
    DpopOtherKey "dpop-other-key" Dpop "RFC 9449, 4.3" "A proof of another key than that of the token is rejected";
    DpopOtherMethod "dpop-other-method" Dpop "RFC 9449, 4.3" "A proof for another method is rejected";
    DpopOtherUrl "dpop-other-url" Dpop "RFC 9449, 4.3" "A proof for another URL is rejected";
    DpopOtherToken "dpop-other-token" Dpop "RFC 9449, 4.3" "A proof for another token is rejected";
    DpopOld "dpop-old" Dpop "RFC 9449, 4.3" "A proof that was made a day ago is rejected";
    DpopSignature "dpop-signature" Dpop "RFC 9449, 4.3" "A proof without a valid signature is rejected";
    DpopType "dpop-type" Dpop "RFC 9449, 4.3" "A JWT of another type is rejected as a proof";
    DpopTwice "dpop-twice" Dpop "RFC 9449, 4.3" "A request with two proofs is rejected";
    DpopReplayed "dpop-replayed" Dpop "RFC 9449, 11.1" "A proof that was used before is rejected";
    ScopeMissing "scope-missing" Access "RFC 6750, 3.1" "A token without one of the required scopes is rejected (with `--jwt-key`)";
    FunctionOfOther "function-of-other" Access "OWASP API5:2023" "An account whose scopes satisfy no alternative is rejected (with `--role`)";
    ObjectOfOther "object-of-other" Access "OWASP API1:2023" "The objects of one account are not available to another (with `--other`)";
    ListOfOther "list-of-other" Access "OWASP API1:2023" "A list does not contain the objects of another account (with `--other`)";
    PropertyOfOther "property-of-other" Access "OWASP API3:2023" "A request with another value of a `readOnly` property does not change it; if it does, the old value is sent again (with `--unsafe`)";
    StatusDocumented "status-documented" Contract "OpenAPI 3.0.3, 4.8.16" "The status of a response is documented";
    MediaTypeDocumented "media-type-documented" Contract "OpenAPI 3.0.3, 4.8.17" "The media type of a response is documented";
    HeaderDocumented "header-documented" Contract "OpenAPI 3.0.3, 4.8.21" "A response has its required header fields";
    BodyConforms "body-conforms" Contract "OpenAPI 3.0.3, 4.8.14" "The body of a response satisfies its schema";
    ErrorConforms "error-conforms" Contract "OpenAPI 3.0.3, 4.8.14" "The body of an error response is as documented";
    ValidAccepted "valid-accepted" Contract "OpenAPI 3.0.3, 4.8.24" "Valid values at the bounds of constraints are accepted";
    InvalidRefused "invalid-refused" Contract "OpenAPI 3.0.3, 4.8.24" "Values that break a constraint are rejected";
    RequiredMissing "required-missing" Contract "OpenAPI 3.0.3, 4.8.12" "A request without a required parameter is rejected";
    WrongMediaType "wrong-media-type" Contract "RFC 9110, 15.5.16" "A body of another media type is rejected";
    TooLarge "too-large" Contract "OWASP API4:2023" "A body of this many bytes is rejected (with `--too-large`)";
    MethodUndocumented "method-undocumented" Contract "RFC 9110, 15.5.6" "A method that is not documented is rejected, and 405 comes with Allow";
    CreateThenGet "create-then-get" Contract "RFC 9110, 9.3.3" "A created object can be read (with `--unsafe`)";
    DeleteThenGet "delete-then-get" Contract "RFC 9110, 9.3.5" "A deleted object cannot be read (with `--unsafe`)";
    NoServerError "no-5xx" Contract "RFC 9110, 15.6" "No request causes a server error";
    NoLeak "no-leak" Contract "OWASP API8:2023" "No response contains a stack trace or an error of a database";
    CacheOfGuarded "cache-of-guarded" Contract "RFC 9111, 5.2.2.9" "Responses that required credentials are not `public` in caches";
    CorsNotStar "cors-not-star-with-credentials" Contract "WHATWG Fetch, 3.3.5" "Another origin is not allowed to read responses with credentials";
    CookieFlags "cookie-flags" Contract "RFC 6265, 4.1.2" "Cookies are HttpOnly, and Secure if the server has https";
}

impl CheckId {
    /// The check.
    pub fn check(self) -> &'static Check {
        &CHECKS[self as usize]
    }
}

/// Which checks are made.
#[derive(Debug, Clone)]
pub(crate) struct Selection(Vec<bool>);

impl Selection {
    /// All checks that one of `only` names, or all if it is empty, without those that one of `except` names.
    pub fn new(only: &[String], except: &[String]) -> Self {
        let is_named = |check: &Check, names: &[String]| {
            names.iter().any(|name| *name == check.id || *name == check.family.as_str())
        };
        let is_selected = |check: &Check| (only.is_empty() || is_named(check, only)) && !is_named(check, except);
        Self(CHECKS.iter().map(is_selected).collect())
    }

    /// Whether a check is made.
    pub fn contains(&self, id: CheckId) -> bool {
        self.0[id as usize]
    }

    /// Whether some check of the family is made.
    pub fn has_family(&self, family: Family) -> bool {
        CHECKS.iter().zip(&self.0).any(|(check, is_selected)| *is_selected && check.family == family)
    }
}

/// Whether a check or a family has this name.
pub(crate) fn is_known(name: &str) -> bool {
    CHECKS.iter().any(|check| check.id == name || check.family.as_str() == name)
}
