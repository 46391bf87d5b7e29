package config

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const mask = "xxxxx"

// told are the parameters of a database URL that are no secret. Whatever else
// stands in one may be: a password, the password of a key, a key itself.
func told() []string {
	return []string{
		"application_name", "binary_parameters", "connect_timeout", "dbname", "host", "port", "sslcert", "sslmode",
		"sslrootcert", "sslsni", "search_path", "statement_timeout", "lock_timeout", "target_session_attrs", "user",
	}
}

var (
	plainName  = regexp.MustCompile(`^[a-zA-Z_]{1,40}$`)
	plainValue = regexp.MustCompile(`^[A-Za-z0-9._/:,+-]*$`)
)

// maskedURL shows a database URL without what may be a secret, in whatever place
// it stands; "(set)" where that cannot be told, as of a password with signs that
// divide a URL.
func maskedURL(text string) string {
	base, query, _ := strings.Cut(text, "?")
	if strings.HasPrefix(base, "sqlite:") {
		return base + maskedQuery(query)
	}
	scheme, rest, ok := strings.Cut(base, "://")
	u, err := url.Parse(text)
	if !ok || err != nil || u.Opaque != "" || u.Fragment != "" || strings.Contains(text, "#") {
		return "(set)"
	}
	authority, path, _ := strings.Cut(rest, "/")
	if strings.ContainsAny(path+query, "@ '") || strings.Count(authority, "@") > 1 || strings.Contains(path, "=") {
		return "(set)"
	}
	return (&url.URL{Scheme: scheme, User: u.User, Host: u.Host, Path: u.Path}).Redacted() + maskedQuery(query)
}

// maskedQuery shows the parameters that are no secret, and of the others their
// names at most.
func maskedQuery(query string) string {
	if query == "" {
		return ""
	}
	var shown []string
	for pair := range strings.SplitSeq(query, "&") {
		name, value, ok := strings.Cut(pair, "=")
		switch {
		case !ok || !plainName.MatchString(name):
			shown = append(shown, mask)
		case slices.Contains(told(), name) && plainValue.MatchString(value):
			shown = append(shown, pair)
		default:
			shown = append(shown, name+"="+mask)
		}
	}
	return "?" + strings.Join(shown, "&")
}
