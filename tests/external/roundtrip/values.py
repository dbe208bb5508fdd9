"""Makes valid values of the schemas of OpenAPI documents with hypothesis-jsonschema, independently of keystub.

    values.py COUNT MOST DOCUMENT…      prints lines of: document, schema, side, JSON

Of each document, at most MOST schemas are used: those with alternatives before others, and evenly spread.

Each value is for the side that reads it: without writeOnly properties for a client, without readOnly ones for a server.
`translate` changes schemas before values are made from them, and says why.
"""

import base64, json, sys, warnings
from pathlib import Path
from urllib.parse import unquote

import yaml
from hypothesis import HealthCheck, Phase, given, settings, strategies as st
from hypothesis_jsonschema import from_schema

warnings.simplefilter("ignore")

DEPTH = 3  # how often a schema may contain itself; the tool does not support recursive references

RANGES = {
    "int8": (-(2**7), 2**7 - 1), "int16": (-(2**15), 2**15 - 1), "int32": (-(2**31), 2**31 - 1),
    "uint8": (0, 2**8 - 1), "uint16": (0, 2**16 - 1), "uint32": (0, 2**32 - 1), "uint64": (0, 2**64 - 1),
}

FORMATS = {
    "byte": st.binary(max_size=12).map(lambda data: base64.b64encode(data).decode()),
    "uuid": st.uuids().map(str),
    "date": st.dates().map(lambda day: day.isoformat()),
    "date-time": st.datetimes(timezones=st.just(__import__("datetime").timezone.utc)).map(
        lambda time: time.isoformat().replace("+00:00", "Z")
    ),
}


class Loader(yaml.SafeLoader):
    """Reads all keys of YAML as strings, as in JSON: `+1` and `on` are names of properties."""


def mapping(loader, node):
    return {key.value: loader.construct_object(value, deep=True) for key, value in node.value}


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)


class Never(Exception):
    """No value of this schema is small enough."""


class Translator:
    def __init__(self, document, side):
        self.document, self.side = document, side
        self.hidden = "writeOnly" if side == "client" else "readOnly"

    def target(self, reference):
        node = self.document
        for token in reference.removeprefix("#/").split("/"):
            # A reference is a URI, and its fragment encoded as one (RFC 6901, section 6).
            token = unquote(token).replace("~1", "/").replace("~0", "~")
            node = node[int(token) if isinstance(node, list) else token]
        return node

    def translate(self, schema, seen=()):
        """Converts a schema to plain JSON Schema without references."""
        if schema is True or schema == {}:
            return {"type": ["null", "boolean", "string", "integer"], "minimum": -9, "maximum": 9}
        if schema is False:
            raise Never
        if "$ref" in schema:
            reference = schema["$ref"]
            if seen.count(reference) >= DEPTH:
                raise Never
            made = self.family(reference, (*seen, reference))
            # Since OpenAPI 3.1, keywords next to `$ref` also apply.
            listed = [schema["const"]] if "const" in schema else schema.get("enum")
            if listed and not str(self.document.get("openapi", "2")).startswith(("2", "3.0")):
                made = {"enum": [value for value in listed if value in made.get("enum", listed)]}
            return made
        if "allOf" in schema:
            return self.translate(self.merged(schema), seen)
        for key in ("oneOf", "anyOf"):
            if key in schema:
                return self.choice(schema, key, seen)
        return self.plain(schema, seen)

    def family(self, reference, seen):
        """Converts the target of a reference and, if it has a discriminator, all its subtypes."""
        schema = self.target(reference)
        discriminator = self.discriminator(schema)
        if not discriminator or "oneOf" in schema or "anyOf" in schema:
            return self.translate(schema, seen)
        alternatives = [self.tagged(self.translate(schema, seen), discriminator, reference)]
        for name, subtype in self.document.get("components", {}).get("schemas", {}).items():
            if isinstance(subtype, dict) and {"$ref": reference} in subtype.get("allOf", []):
                try:
                    own = f"#/components/schemas/{name}"
                    if seen.count(own) < DEPTH:
                        alternatives.append(self.family(own, (*seen, own)))
                except Never:
                    pass
        return {"anyOf": alternatives} if len(alternatives) > 1 else alternatives[0]

    def discriminator(self, schema):
        if not isinstance(schema, dict):
            return None
        if "discriminator" in schema:
            # In Swagger 2.0 it is only the name of the property.
            found = schema["discriminator"]
            return found if isinstance(found, dict) else {"propertyName": found}
        for part in schema.get("allOf", []):
            if "$ref" in part and (found := self.discriminator(self.target(part["$ref"]))):
                return found
        return None

    def merged(self, schema):
        """Merges `allOf` into one schema: `object` closes objects, and closed parts would exclude each other."""
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        result = {}
        for part in [*schema["allOf"], rest]:
            while "$ref" in part:
                part = self.target(part["$ref"])
                if "discriminator" in part:
                    # A base type that lists its subtypes: the list does not constrain a subtype.
                    part = {key: value for key, value in part.items() if key not in ("oneOf", "anyOf")}
            if "allOf" in part:
                part = self.merged(part)
            # `nullable: true` in one of several parts usually means the whole schema.
            for key, value in part.items():
                if key == "properties":
                    names = result.setdefault("properties", {})
                    for name, own in value.items():
                        names[name] = {"allOf": [names[name], own]} if name in names else own
                elif key == "required":
                    result["required"] = [*result.get("required", []), *value]
                elif key == "enum" and "enum" in result:
                    result["enum"] = [one for one in result["enum"] if one in value] or value
                else:
                    result[key] = value
        result.pop("discriminator", None)
        return result

    def choice(self, schema, key, seen):
        common = {name: value for name, value in schema.items() if name not in ("oneOf", "anyOf", "discriminator")}
        discriminator = self.discriminator(schema) if "discriminator" in schema else None
        alternatives = []
        for part in schema[key]:
            if set(part) <= {"required"}:
                # A rule about which properties are required together: all properties may be present.
                return self.translate(common, seen)
            try:
                both = {"allOf": [common, part]} if "properties" in common or "required" in common else part
                made = self.translate(both, seen)
            except Never:
                continue
            if discriminator and "$ref" in part:
                made = self.tagged(made, discriminator, part["$ref"])
            alternatives.append(made)
        if not alternatives:
            raise Never
        if common.get("nullable"):
            alternatives.append({"type": "null"})
        return {"anyOf": alternatives}

    def tagged(self, made, discriminator, reference):
        name, tags = reference.rsplit("/", 1)[-1], []
        for tag, target in discriminator.get("mapping", {}).items():
            if target in (reference, name):
                tags.append(tag)
        if "anyOf" in made:
            return made  # each member of the alternative has its own tag
        made = json.loads(json.dumps(made))
        own = made.get("properties", {}).get(discriminator["propertyName"], {})
        azure = self.target(reference).get("x-ms-discriminator-value")
        tags = tags or ([azure] if azure else own.get("enum") if len(own.get("enum", [])) == 1 else None) or [name]
        if "integer" in (own.get("type") or []):
            tags = [int(tag) for tag in tags]
        made.setdefault("properties", {})[discriminator["propertyName"]] = {"enum": tags}
        made["required"] = [*made.get("required", []), discriminator["propertyName"]]
        return made

    def plain(self, schema, seen):
        made = {key: schema[key] for key in ("type", "enum", "const", "minLength", "maxLength", "pattern", "minItems",
                                             "maxItems", "minimum", "maximum", "uniqueItems") if key in schema}
        for bound in ("exclusiveMinimum", "exclusiveMaximum"):
            if isinstance(schema.get(bound), (int, float)) and not isinstance(schema.get(bound), bool):
                made[bound] = schema[bound]
        if made.get("enum") == []:
            del made["enum"]
        kinds = made.get("type")
        # A schema without `type` but with keywords for objects also accepts other values; an object is meant.
        if any(key in schema for key in ("properties", "patternProperties", "additionalProperties")):
            kinds = kinds or "object"
        if "prefixItems" in schema or "items" in schema:
            kinds = kinds or "array"
        if not kinds and not ("enum" in made or "const" in made):
            return self.translate(True, seen)
        if kinds is not None:
            made["type"] = kinds if isinstance(kinds, list) else [kinds]
            if schema.get("nullable"):
                made["type"] = [*made["type"], "null"]
                if "enum" in made and None not in made["enum"]:
                    made["enum"] = [*made["enum"], None]
            self.typed(made, schema, seen)
        return made

    def typed(self, made, schema, seen):
        kinds, form = made["type"], schema.get("format")
        if schema.get("contentEncoding") == "base64":
            form = "byte"
        if "integer" in kinds:
            # An integer has 64 bits, or the size of its format; others are rejected.
            low, high = RANGES.get(form, (-(2**63), 2**63 - 1))
            made["minimum"], made["maximum"] = max(made.get("minimum", low), low), min(made.get("maximum", high), high)
        if "number" in kinds and "enum" not in made:
            # A number may become a 32-bit float; multiples of 0.25 in this range are exact.
            made["multipleOf"] = 0.25
            made["minimum"], made["maximum"] = max(made.get("minimum", -1024), -1024), min(made.get("maximum", 1024), 1024)
        if "string" in kinds and form in FORMATS and "enum" not in made:
            made["format"] = form
            for key in ("minLength", "maxLength", "pattern"):
                made.pop(key, None)
        if "array" in kinds:
            self.array(made, schema, seen)
        if "object" in kinds:
            self.object(made, schema, seen)

    def array(self, made, schema, seen):
        places = schema.get("prefixItems")
        if not isinstance(places, list):
            try:
                made["items"] = self.translate(schema.get("items", True), seen)
                made["maxItems"] = min(made.get("maxItems", 4), max(4, made.get("minItems", 0)))
            except Never:
                made["maxItems"] = 0
            return
        # The tool supports the older keyword for tuples.
        made["items"] = []
        for at, place in enumerate(places):
            try:
                made["items"].append(self.translate(place, seen))
            except Never:
                if at < made.get("minItems", 0):
                    raise
                break
        rest = schema.get("items", True) if len(made["items"]) == len(places) else False
        if rest is False:
            made["maxItems"] = len(made["items"])
        made["additionalItems"] = False if rest is False else self.translate(rest, seen)

    def object(self, made, schema, seen):
        properties, required = {}, []
        for name, own in schema.get("properties", {}).items():
            own = own if isinstance(own, dict) else {} if own else {"not": {}}
            resolved = self.target(own["$ref"]) if "$ref" in own else own
            if resolved.get(self.hidden):
                continue
            try:
                properties[name] = self.translate(own, seen)
            except Never:
                if name in schema.get("required", []):
                    raise
                continue
            if name in schema.get("required", []):
                required.append(name)
        # A required property that is not declared can have any value, or one of the schema for additional properties.
        rest = schema.get("additionalProperties", True)
        if rest is not False:
            for name in schema.get("required", []):
                if name not in schema.get("properties", {}):
                    properties[name] = self.translate(rest, seen)
                    required.append(name)
        made["properties"], made["required"] = properties, required
        patterns = schema.get("patternProperties", {})
        if patterns:
            made["patternProperties"] = {name: self.translate(own, seen) for name, own in patterns.items()}
        rest = schema.get("additionalProperties")
        if not isinstance(rest, (bool, dict)) and "properties" not in schema and not patterns:
            rest = True
        # Undeclared properties are ignored when a value is read, so values have none.
        try:
            made["additionalProperties"] = False if rest in (None, False) else self.translate(rest, seen)
        except Never:
            made["additionalProperties"] = False
        made["maxProperties"] = max(len(properties) + 2, 2)
        made.update({key: schema[key] for key in ("minProperties", "propertyNames") if key in schema})


def values(schema, count):
    found = []

    @settings(max_examples=count, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(from_schema(schema, custom_formats=FORMATS))
    def gather(value):
        text = json.dumps(value, ensure_ascii=False)
        if "\\ud" not in text and text not in found:
            found.append(text)

    gather()
    return found


def spread(names, most):
    return [names[at * len(names) // most] for at in range(most)] if len(names) > most else names


def chosen(schemas, most):
    """The schemas to use: those with alternatives come first."""
    def has_choice(name):
        text = json.dumps(schemas[name], default=str)
        return any(f'"{word}"' in text for word in ("oneOf", "anyOf", "discriminator"))

    choices = spread([name for name in schemas if has_choice(name)], most)
    others = [name for name in schemas if not has_choice(name)]
    return choices + (spread(others, most - len(choices)) if most > len(choices) else [])


def main():
    count, most, made = int(sys.argv[1]), int(sys.argv[2]), {}
    for path in sys.argv[3:]:
        document = yaml.load(Path(path).read_text(), Loader)
        schemas = document.get("components", document).get("schemas") or document.get("definitions") or {}
        for name in chosen(schemas, most):
            section = "components/schemas" if "components" in document else "definitions"
            for side in ("client", "server"):
                try:
                    schema = Translator(document, side).translate({"$ref": f"#/{section}/{name}"})
                except Never:
                    continue
                # Most schemas are the same for both sides; they are equal in other documents, too.
                key = json.dumps(schema, sort_keys=True)
                if key not in made:
                    made[key] = values(schema, count)
                for text in made[key]:
                    print(Path(path).stem, name, side, text, sep="\t")


main()
