// Command pack puts the starter bases into the one file that the program carries: as they
// stand they would be a megabyte more of it. It is run by hand, from the top folder, when
// a base has changed, and a test says when that was forgotten:
//
//	go run ./cmd/pack
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strings"
)

const folder = "flows/faq/starter/"

func main() {
	log.SetFlags(0)
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		log.Fatal(err)
	}
	if err := writeBases(z, folder+"bases"); err != nil {
		log.Fatal(err)
	}
	if err := z.Close(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(folder+"bases.gz", packed.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}

// writeBases writes the bases of a folder by their names, each with what is asked of it,
// as starter reads them.
func writeBases(w io.Writer, folder string) error {
	names, err := filepath.Glob(filepath.Join(folder, "*.asked.json"))
	if err != nil {
		return err
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	for _, asked := range names {
		path := strings.TrimSuffix(asked, ".asked.json")
		one := struct {
			ID    string          `json:"id"`
			Base  json.RawMessage `json:"base"`
			Asked json.RawMessage `json:"asked"`
		}{ID: filepath.Base(path)}
		if one.Base, err = os.ReadFile(path + ".json"); err != nil {
			return err
		}
		if one.Asked, err = os.ReadFile(asked); err != nil {
			return err
		}
		if err := out.Encode(one); err != nil {
			return fmt.Errorf("base %s: %w", one.ID, err)
		}
	}
	return nil
}
