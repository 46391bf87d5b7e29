package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// The files of a description, by their base names.
const (
	objectsFile = "objects.d.ts"
	paramsFile  = "params.d.ts"
	methodsFile = "methods.d.ts"
)

// maxFile bounds one file of a description, in bytes: they are a tenth of it.
const maxFile = 16 << 20

// files reads the description at the path: a directory with the files in it, at
// any depth, or the archive that npm pack leaves.
func files(at string) (map[string]string, error) {
	real, err := filepath.EvalSymlinks(at)
	if err != nil {
		return nil, fmt.Errorf("read the description: %w", err)
	}
	info, err := os.Stat(real)
	if err != nil {
		return nil, fmt.Errorf("read the description: %w", err)
	}
	found := map[string]string{}
	if info.IsDir() {
		err = walkDir(real, found)
	} else {
		err = unpack(real, found)
	}
	if err != nil {
		return nil, fmt.Errorf("read the description at %s: %w", at, err)
	}
	for _, name := range []string{objectsFile, paramsFile, methodsFile} {
		if found[name] == "" {
			return nil, fmt.Errorf("there is no %s at %s: give the package's directory or its .tgz", name, at)
		}
	}
	return found, nil
}

func walkDir(at string, found map[string]string) error {
	return filepath.WalkDir(at, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !wanted(name) {
			return err
		}
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		return keep(found, name, f)
	})
}

func unpack(at string, found map[string]string) error {
	f, err := os.Open(at)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for archive := tar.NewReader(unzipped); ; {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if wanted(head.Name) {
			if err := keep(found, head.Name, archive); err != nil {
				return err
			}
		}
	}
}

func wanted(name string) bool { return strings.HasSuffix(name, ".d.ts") }

func keep(found map[string]string, name string, r io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return err
	}
	if len(text) > maxFile {
		return fmt.Errorf("%s is larger than any description", name)
	}
	base := path.Base(filepath.ToSlash(name))
	if _, twice := found[base]; twice {
		return fmt.Errorf("there are two files %s: give one package", base)
	}
	found[base] = string(text)
	return nil
}
