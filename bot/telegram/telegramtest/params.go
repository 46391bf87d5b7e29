package telegramtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
)

// maxRequest bounds a request with its files, in bytes.
const maxRequest = 50 << 20

// values are the parameters of a call: strings as they are, everything else as
// JSON, an uploaded file as "attach://" and its name.
type values map[string]string

// parse reads the parameters in every form the API knows.
func parse(r *http.Request) (values, error) {
	v := values{}
	v.add(r.URL.Query())
	r.Body = http.MaxBytesReader(nil, r.Body, maxRequest)
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return v, v.json(r.Body)
	case "multipart/form-data":
		err := r.ParseMultipartForm(maxRequest)
		if errors.Is(err, io.EOF) { // the header of a form and nothing in it
			return v, nil
		}
		if err != nil {
			return nil, errors.New("the form is broken")
		}
		v.add(r.MultipartForm.Value)
		for name, files := range r.MultipartForm.File {
			v[name] = "attach://" + files[0].Filename
		}
		return v, r.MultipartForm.RemoveAll()
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return nil, errors.New("the form is broken")
		}
		v.add(r.PostForm)
	}
	return v, nil
}

func (v values) add(form url.Values) {
	for name, all := range form {
		v[name] = all[0]
	}
}

func (v values) json(body io.Reader) error {
	var fields map[string]json.RawMessage
	err := json.NewDecoder(body).Decode(&fields)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("the JSON is broken: %w", err)
	}
	for name, raw := range fields {
		var s string
		if json.Unmarshal(raw, &s) != nil {
			s = string(raw)
		}
		v[name] = s
	}
	return nil
}
