package telegramtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
)

// maxRequest bounds a request with its files, in bytes.
const maxRequest = 50 << 20

// values are the parameters of a call: strings as they are, everything else as
// JSON, an uploaded file as its id.
type values map[string]string

var errLarge = errors.New("Request Entity Too Large")

// parse reads the parameters in every form the API knows. errLarge says that there
// is more than the API reads.
func (s *Server) parse(r *http.Request) (values, error) {
	v := values{}
	v.add(r.URL.Query())
	if r.ContentLength > maxRequest {
		return nil, errLarge
	}
	r.Body = http.MaxBytesReader(nil, r.Body, maxRequest)
	err := v.body(r, s.upload)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, errLarge
	}
	return v, err
}

// body reads what comes beneath the header.
func (v values) body(r *http.Request, upload func(*multipart.FileHeader) (string, error)) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		return v.json(r.Body)
	case "multipart/form-data":
		err := r.ParseMultipartForm(maxRequest)
		if errors.Is(err, io.EOF) { // the header of a form and nothing in it
			return nil
		}
		if err != nil {
			return fmt.Errorf("the form is broken: %w", err)
		}
		v.add(r.MultipartForm.Value)
		for name, files := range r.MultipartForm.File {
			if v[name], err = upload(files[0]); err != nil {
				return err
			}
		}
		return r.MultipartForm.RemoveAll()
	case "application/x-www-form-urlencoded":
		if err := r.ParseForm(); err != nil {
			return fmt.Errorf("the form is broken: %w", err)
		}
		v.add(r.PostForm)
	}
	return nil
}

// upload keeps a file that the bot uploads, and gives its id.
func (s *Server) upload(h *multipart.FileHeader) (string, error) {
	body, err := h.Open()
	if err != nil {
		return "", err
	}
	defer body.Close()
	data, err := io.ReadAll(body)
	s.mu.Lock()
	s.stats.Uploads++
	s.stats.Uploaded += len(data)
	s.mu.Unlock()
	return s.file("uploads", File{Name: h.Filename, Data: data}).ID, err
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
