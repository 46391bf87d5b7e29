package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"visnyk/bot"
	"visnyk/storage"
)

// importer is who brings the file.
const importer = "importer"

// imports measures how long a file with people takes, tried and in earnest, and how
// long those who write meanwhile wait.
func (b *bench) imports(ctx context.Context, o options) error {
	postgres, err := b.postgresURL(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("\n(g) a file with %d people is brought in; %d updates a second beside it\n\n", o.people, steady)
	fmt.Println("| database | sent and looked at s | tried s | in earnest s | processor s | again, nobody changed s | reply p99 ms: without | tried | in earnest | peak MiB |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|---|")
	for _, d := range []struct{ name, url string }{{"PostgreSQL", postgres}, {"SQLite", b.sqliteURL()}} {
		if err := b.importInto(ctx, d.name, d.url, o.people); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return nil
}

func (b *bench) importInto(ctx context.Context, name, url string, people int) error {
	if err := addImporter(ctx, url); err != nil {
		return err
	}
	tg, err := fakeTelegram(false)
	if err != nil {
		return err
	}
	defer tg.Close()
	s, err := b.startService(ctx, url, tg.URL(), 0)
	if err != nil {
		return err
	}
	defer s.stop()
	quiet := newTalk(s.address, tg, 0)
	end := time.Now().Add(20 * time.Second)
	if err := quiet.until(ctx, func() (bool, error) { return time.Now().After(end), nil }); err != nil {
		return err
	}
	began := time.Now()
	at, err := sendPeople(ctx, s.address, people)
	if err != nil {
		return err
	}
	looked := time.Since(began)
	const columns = "column=external_id&column=name&column=region&column=tier&column=attributes.contract&day_order="
	next := quiet.next
	pass := func(path, form string) (took time.Duration, p99 float64, err error) {
		t := newTalk(s.address, tg, next)
		began := time.Now()
		if _, err := importerPage(ctx, s.address, http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form)); err != nil {
			return 0, 0, err
		}
		err = t.until(ctx, func() (bool, error) {
			page, err := importerPage(ctx, s.address, http.MethodGet, at+"/progress", "", nil)
			over := err == nil && !strings.Contains(page, "data-going")
			if over && took == 0 {
				took = time.Since(began)
			}
			return over && time.Since(began) > 5*time.Second, err // enough replies for a figure
		})
		next = t.next
		_, replies := t.figures()
		return took, milliseconds(percentile(replies, 0.99)), err
	}
	tried, p99tried, err := pass(at+"/columns", columns)
	if err != nil {
		return err
	}
	// A busy machine stretches the seconds, and not these.
	spent := func() time.Duration { return cpu(s.cmd.Process.Pid) + cpu(b.postgres) }
	before := spent()
	stored, p99, err := pass(at+"/run", "")
	if err != nil {
		return err
	}
	worked := spent() - before
	again, _, err := pass(at+"/columns", columns)
	if err != nil {
		return err
	}
	_, without := quiet.figures()
	fmt.Printf("| %s | %.1f | %.1f | %.1f | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f |\n", name, looked.Seconds(), tried.Seconds(), stored.Seconds(), worked.Seconds(), again.Seconds(),
		milliseconds(percentile(without, 0.99)), p99tried, p99, peak(s.cmd.Process.Pid))
	return nil
}

// addImporter adds who brings the file, signed in.
func addImporter(ctx context.Context, url string) error {
	if err := migrated(ctx, url); err != nil {
		return err
	}
	store, err := storage.Open(ctx, url, storage.Options{Secret: []byte(ownSecret)})
	if err != nil {
		return err
	}
	defer store.Close()
	sum := sha256.Sum256([]byte(cookieOf(importer)))
	return store.InTx(ctx, func(tx *storage.Tx) error {
		if err := tx.AddUser(ctx, storage.User{ID: importer, Login: importer, Role: bot.Marketer}); err != nil {
			return err
		}
		return tx.AddSession(ctx, hex.EncodeToString(sum[:]), importer, "", "", "")
	})
}

// sendPeople sends a file of so many, and returns the page of the import.
func sendPeople(ctx context.Context, address string, people int) (page string, err error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "people.csv")
	if err != nil {
		return "", err
	}
	fmt.Fprintln(part, "Код;ПІБ;Місто;Рівень;Договір")
	for i := range people {
		fmt.Fprintf(part, "b-%07d;Олена Шевченко %d;Київ;%s;%08d\n", i, i, []string{"new", "regular", "vip"}[i%3], i)
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	to, err := importerPage(ctx, address, http.MethodPost, "/console/people/import", w.FormDataContentType(), &form)
	return strings.TrimSuffix(to, "/columns"), err
}

// importerPage asks for a page and returns it, or where it leads.
func importerPage(ctx context.Context, address, method, path, kind string, body io.Reader) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://"+address+path, body)
	if err != nil {
		return "", err
	}
	req.AddCookie(&http.Cookie{Name: "visnyk", Value: cookieOf(importer)})
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return "", err
	case resp.StatusCode == http.StatusSeeOther:
		return resp.Header.Get("Location"), nil
	case resp.StatusCode != http.StatusOK:
		return "", fmt.Errorf("%s %s answered %s", method, path, resp.Status)
	}
	return string(page), nil
}
