package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"
)

// object is a JSON object of the specification.
type object = map[string]any

// spec is openapi.json, for checking what really comes and goes.
type spec struct{ doc object }

func readSpec(t *testing.T) *spec {
	t.Helper()
	var s spec
	if err := json.Unmarshal(openAPI, &s.doc); err != nil {
		t.Fatal(err)
	}
	return &s
}

// resolve follows a $ref; what stands beside it describes, and does not bind.
func (s *spec) resolve(v any) object {
	o, _ := v.(object)
	for o != nil && o["$ref"] != nil {
		var at any = s.doc
		for _, step := range strings.Split(strings.TrimPrefix(o["$ref"].(string), "#/"), "/") {
			at = at.(object)[step]
		}
		o, _ = at.(object)
	}
	return o
}

// operation finds what the specification says of a request; nil when nothing.
func (s *spec) operation(method, path string) object {
	path, _, _ = strings.Cut(path, "?")
	if method == http.MethodHead {
		method = http.MethodGet
	}
	paths := s.doc["paths"].(object)
	if item, exact := paths[path].(object); exact {
		o, _ := item[strings.ToLower(method)].(object)
		return o
	}
	for template, item := range paths {
		pattern := regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(template, `[^/]+`)
		if regexp.MustCompile("^" + pattern + "$").MatchString(path) {
			o, _ := item.(object)[strings.ToLower(method)].(object)
			return o
		}
	}
	return nil
}

// check wants the answer to be one of those that the specification promises,
// and a body that was taken to be one of those it asks for.
func (s *spec) check(t *testing.T, method, path string, sent []byte, r reply) {
	t.Helper()
	problem := object{"application/problem+json": object{"schema": object{"$ref": "#/components/schemas/Problem"}}}
	content := problem // of routes and methods there are not
	if o := s.operation(method, path); o != nil {
		promised := s.resolve(o["responses"].(object)[fmt.Sprint(r.status)])
		if promised == nil {
			t.Errorf("%s %s answers %d, which openapi.json does not promise: %s", method, path, r.status, r.body)
			return
		}
		content, _ = promised["content"].(object)
		for name := range r.header {
			headers, _ := promised["headers"].(object)
			if slices.Contains([]string{"Etag", "Location", "Idempotency-Replayed", "Retry-After", "Www-Authenticate"}, name) &&
				!slices.ContainsFunc(slices.Collect(maps.Keys(headers)), func(h string) bool { return strings.EqualFold(h, name) }) {
				t.Errorf("%s %s, %d: the header %s is not promised", method, path, r.status, name)
			}
		}
		if body := s.resolve(o["requestBody"]); r.status < 300 && len(sent) > 0 {
			if body == nil {
				t.Errorf("%s %s takes a body that openapi.json does not know", method, path)
			} else {
				s.fits(t, method+" "+path+" (request)", body["content"].(object)["application/json"].(object)["schema"], sent)
			}
		}
	} else if r.status < 400 {
		t.Errorf("%s %s answers %d, and openapi.json knows nothing of it", method, path, r.status)
	}
	if content == nil || method == http.MethodHead {
		if len(r.body) > 0 {
			t.Errorf("%s %s, %d: a body where there is none", method, path, r.status)
		}
		return
	}
	kind := r.header.Get("Content-Type")
	media, ok := content[kind].(object)
	if !ok {
		t.Errorf("%s %s, %d: content type %q is not promised", method, path, r.status, kind)
		return
	}
	s.fits(t, fmt.Sprintf("%s %s, %d", method, path, r.status), media["schema"], r.body)
}

func (s *spec) fits(t *testing.T, what string, schema any, body []byte) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(body))
	var v any
	if err := d.Decode(&v); err != nil {
		t.Errorf("%s: %v in %s", what, err, body)
		return
	}
	if err := s.match(schema, v, ""); err != nil {
		t.Errorf("%s: %v in %s", what, err, body)
	}
}

// match checks a value against a schema of the words that openapi.json uses;
// a word it does not know is an error.
func (s *spec) match(schema, v any, at string) error {
	o := s.resolve(schema)
	for word := range o {
		if !slices.Contains([]string{
			"type", "properties", "required", "additionalProperties", "items", "enum", "const", "pattern", "format",
			"minimum", "maximum", "minLength", "maxLength", "maxItems", "description", "default",
		}, word) {
			return fmt.Errorf("%s: the checker does not know %q", at, word)
		}
	}
	if all, ok := o["enum"].([]any); ok && !slices.Contains(all, v) {
		return fmt.Errorf("%s: %v is none of %v", at, v, all)
	}
	switch o["type"] {
	case "object":
		return s.matchObject(o, v, at)
	case "array":
		list, ok := v.([]any)
		if !ok {
			return fmt.Errorf("%s: %v is no list", at, v)
		}
		if most, ok := o["maxItems"].(float64); ok && len(list) > int(most) {
			return fmt.Errorf("%s: too many", at)
		}
		for i, one := range list {
			if err := s.match(o["items"], one, fmt.Sprintf("%s/%d", at, i)); err != nil {
				return err
			}
		}
	case "string":
		return matchString(o, v, at)
	case "boolean":
		if _, ok := v.(bool); !ok {
			return fmt.Errorf("%s: %v is neither true nor false", at, v)
		}
	case "integer":
		n, ok := v.(float64)
		least, bounded := o["minimum"].(float64)
		if !ok || n != math.Trunc(n) || bounded && n < least {
			return fmt.Errorf("%s: %v is no such number", at, v)
		}
	default:
		return fmt.Errorf("%s: the schema has no type the checker knows", at)
	}
	return nil
}

func (s *spec) matchObject(o object, v any, at string) error {
	fields, ok := v.(object)
	if !ok {
		return fmt.Errorf("%s: %v is no object", at, v)
	}
	required, _ := o["required"].([]any)
	for _, name := range required {
		if _, there := fields[name.(string)]; !there {
			return fmt.Errorf("%s: no %s", at, name)
		}
	}
	known, _ := o["properties"].(object)
	for name, value := range fields {
		schema, ok := known[name]
		if !ok {
			if schema, ok = o["additionalProperties"].(object); !ok {
				if o["additionalProperties"] == false {
					return fmt.Errorf("%s: %s is not in the schema", at, name)
				}
				continue
			}
		}
		if err := s.match(schema, value, at+"/"+name); err != nil {
			return err
		}
	}
	return nil
}

func matchString(o object, v any, at string) error {
	text, ok := v.(string)
	if !ok {
		return fmt.Errorf("%s: %v is no text", at, v)
	}
	if pattern, ok := o["pattern"].(string); ok && !regexp.MustCompile(pattern).MatchString(text) {
		return fmt.Errorf("%s: %q is not of the form %s", at, text, pattern)
	}
	if least, ok := o["minLength"].(float64); ok && utf8.RuneCountInString(text) < int(least) {
		return fmt.Errorf("%s: %q is too short", at, text)
	}
	if o["format"] == "date-time" {
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
	}
	return nil
}

// Every route of Echo is in openapi.json, and the reverse.
func TestRoutesAreDescribed(t *testing.T) {
	e := echo.New()
	New(Config{}).Mount(e)
	var real, described []string
	for _, r := range e.Routes() {
		if r.Method == echo.RouteNotFound {
			continue
		}
		path := regexp.MustCompile(`:([a-z]+)`).ReplaceAllString(strings.TrimPrefix(r.Path, prefix), `{$1}`)
		if r.Method == http.MethodHead {
			if readSpec(t).operation("GET", path) == nil {
				t.Errorf("HEAD %s without a GET", path)
			}
			continue
		}
		real = append(real, r.Method+" "+path)
	}
	for path, item := range readSpec(t).doc["paths"].(object) {
		for method := range item.(object) {
			if method != "parameters" {
				described = append(described, strings.ToUpper(method)+" "+path)
			}
		}
	}
	slices.Sort(real)
	slices.Sort(described)
	if diff := cmp.Diff(described, real); diff != "" {
		t.Errorf("described and real differ: %s", diff)
	}
}

// What is described is whole: every reference leads somewhere, every operation
// says what it is for, and its parameters are those the route takes.
func TestDescriptionIsWhole(t *testing.T) {
	s := readSpec(t)
	var walk func(v any, at string)
	walk = func(v any, at string) {
		switch v := v.(type) {
		case object:
			if r, ok := v["$ref"].(string); ok && s.resolve(v) == nil {
				t.Errorf("%s: %s leads nowhere", at, r)
			}
			for k, one := range v {
				walk(one, at+"/"+k)
			}
		case []any:
			for i, one := range v {
				walk(one, fmt.Sprint(at, "/", i))
			}
		}
	}
	walk(s.doc, "")
	seen := map[any]bool{}
	for _, r := range routes() {
		o := s.operation(r.method, strings.ReplaceAll(r.path, ":id", "x"))
		if o == nil {
			continue // the test above tells
		}
		if o["summary"] == nil || o["description"] == nil || seen[o["operationId"]] {
			t.Errorf("%s %s has no words or no id of its own", r.method, r.path)
		}
		seen[o["operationId"]] = true
		var query []string
		idempotent := false
		parameters, _ := o["parameters"].([]any)
		for _, p := range parameters {
			p := s.resolve(p)
			if p["in"] == "query" {
				query = append(query, p["name"].(string))
			}
			idempotent = idempotent || p["name"] == headerKey
		}
		if !slices.Equal(query, r.query) || idempotent != r.writes() {
			t.Errorf("%s %s: parameters %v", r.method, r.path, parameters)
		}
		for status, answer := range o["responses"].(object) {
			promised := s.resolve(answer)
			content, _ := promised["content"].(object)
			if _, isProblem := content["application/problem+json"]; (status >= "4") != isProblem {
				t.Errorf("%s %s: %s", r.method, r.path, status)
			}
		}
	}
}

// The examples fit, and the checker can fail.
func TestExamplesFit(t *testing.T) {
	s := readSpec(t)
	examples := 0
	for _, r := range routes() {
		o := s.operation(r.method, strings.ReplaceAll(r.path, ":id", "x"))
		body := s.resolve(o["requestBody"])
		if body == nil {
			continue
		}
		media := body["content"].(object)["application/json"].(object)
		if media["example"] == nil {
			continue
		}
		examples++
		if err := s.match(media["schema"], media["example"], ""); err != nil {
			t.Errorf("%s %s: %v", r.method, r.path, err)
		}
		if list, ok := media["example"].([]any); ok {
			list[0].(object)["role"] = "admin"
		} else {
			media["example"].(object)["role"] = "admin"
		}
		if s.match(media["schema"], media["example"], "") == nil {
			t.Errorf("%s %s: the checker takes an unknown field", r.method, r.path)
		}
	}
	if examples < 4 {
		t.Errorf("%d examples", examples)
	}
}

// pathOf returns a path of the template with the id.
func pathOf(template, id string) string {
	return strings.ReplaceAll(template, ":id", url.PathEscape(id))
}
