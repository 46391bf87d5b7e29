package api

import (
	"strconv"
	"strings"
)

// etag names a version of an article or a change.
func etag(version int) string {
	if version < 1 {
		return "" // of an error
	}
	return `"` + strconv.Itoa(version) + `"`
}

// versionMeant finds which version a replacement or a move is about: said in the
// body, in If-Match, or in both. It stays 0 where neither says it, which is
// refused by what stands below, after the rights.
func versionMeant(q *request, said *int) error {
	values := q.echo.Request().Header.Values(headerMatch)
	if *said < 0 {
		return problemBody("A version is not what it can be.", fault{Field: "/version", Detail: "must be at least 1"})
	}
	if len(values) == 0 {
		return nil
	}
	n, err := strconv.Atoi(strings.Trim(values[0], `"`))
	switch {
	case err != nil || n < 1 || len(values) > 1:
		return problemParameter(`If-Match is one ETag as this service gives it, such as "3".`)
	case *said != 0 && *said != n:
		return problemParameter("If-Match and version name different versions.")
	}
	*said = n
	return nil
}
