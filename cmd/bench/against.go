package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// revision is the source of the service at some time, and what is built of it.
type revision struct {
	name, dir     string // dir holds the module
	service, test string // binaries
}

// against compares the service with that of another revision: both are built, and take
// turns at the same load, so that a ratio says what a figure of a shared machine cannot.
// It fails where the median of a ratio is under the bound.
func (b *bench) against(ctx context.Context, o options) error {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("find the module: %w", err)
	}
	here := &revision{name: "this one", dir: strings.TrimSpace(string(root))}
	there := &revision{name: o.against, dir: filepath.Join(b.dir, "there")}
	if err := there.unpack(ctx, here.dir); err != nil {
		return err
	}
	for i, r := range []*revision{here, there} {
		if err := r.build(ctx, b.dir, i); err != nil {
			return err
		}
	}
	return errors.Join(b.againstReplies(ctx, o, here, there), againstTurns(ctx, o, here, there))
}

// unpack writes the revision's files into its folder, as the repository has them.
func (r *revision) unpack(ctx context.Context, repository string) error {
	if err := os.MkdirAll(r.dir, 0o700); err != nil {
		return err
	}
	archive := r.dir + ".tar"
	for _, cmd := range []*exec.Cmd{
		exec.CommandContext(ctx, "git", "-C", repository, "archive", "-o", archive, r.name),
		exec.CommandContext(ctx, "tar", "-xf", archive, "-C", r.dir),
	} {
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("unpack %s: %w\n%s", r.name, err, out)
		}
	}
	return nil
}

// build makes the service and its tests, for what they measure of single turns.
func (r *revision) build(ctx context.Context, into string, i int) error {
	r.service, r.test = filepath.Join(into, fmt.Sprint("service", i)), filepath.Join(into, fmt.Sprint("test", i))
	for _, args := range [][]string{{"build", "-o", r.service}, {"test", "-c", "-o", r.test}} {
		cmd := exec.CommandContext(ctx, "go", append(args, "./cmd/visnyk")...)
		cmd.Dir = r.dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", r.name, err, out)
		}
	}
	return nil
}

// againstReplies has both reply, flat out, on either database.
func (b *bench) againstReplies(ctx context.Context, o options, here, there *revision) error {
	articles, err := companyArticles()
	if err != nil {
		return err
	}
	text, err := json.Marshal(articles)
	if err != nil {
		return err
	}
	known := filepath.Join(b.dir, "articles.json")
	if err := os.WriteFile(known, text, 0o600); err != nil {
		return err
	}
	side := func(r *revision, database string, fresh func(context.Context) (string, error)) contender {
		return contender{r.name + ", " + database, func(ctx context.Context, api string) (*side, error) {
			url, err := fresh(ctx)
			if err != nil {
				return nil, err
			}
			if err := r.prepare(ctx, url, known); err != nil {
				return nil, err
			}
			return startBinary(ctx, r.service, url, api, 0)
		}}
	}
	sqlite := func(context.Context) (string, error) { return b.sqliteURL(), nil }
	sides := []contender{
		side(here, "PostgreSQL", b.postgresURL), side(there, "PostgreSQL", b.postgresURL),
		side(here, "SQLite", sqlite), side(there, "SQLite", sqlite),
	}
	rounds := make([][]result, len(sides))
	for n := range o.rounds {
		for i := range sides {
			i ^= n & 1 // who is first takes turns as well
			r, err := b.round(ctx, sides[i], o.n/len(lines), 0, true)
			if err != nil {
				return fmt.Errorf("%s: %w", sides[i].name, err)
			}
			rounds[i] = append(rounds[i], r.alone) // what is asked again hides what reading it takes
		}
	}
	fmt.Printf("\npeople who are known and ask in words of their own, flat out, %d updates, %d connections; %d rounds, medians (min–max)\n\n", o.n, connections, o.rounds)
	table(sides, rounds)
	fmt.Println()
	var all verdict
	for i, database := range []string{"PostgreSQL", "SQLite"} {
		a, z := rounds[2*i], rounds[2*i+1]
		all.add(o, database+", replies a second", column(a, perSecond), column(z, perSecond))
		// The dearer one has the lesser ratio, as the slower one has.
		all.add(o, database+", updates for a second of CPU", column(a, perCPU), column(z, perCPU))
	}
	return all.err()
}

func perSecond(r result) float64 { return r.perSecond }
func perCPU(r result) float64    { return 1000 / (r.cpu + r.database) }

// prepare brings a fresh database to where the revision's service has answers.
func (r *revision) prepare(ctx context.Context, url, articles string) error {
	for _, args := range [][]string{{"migrate"}, {"faq", "import", "-approve", articles}} {
		cmd := exec.CommandContext(ctx, r.service, args...)
		cmd.Env = append(os.Environ(), "VISNYK_DATABASE_URL="+url, "VISNYK_SECRET="+ownSecret)
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: visnyk %s: %w\n%s", r.name, args[0], err, out)
		}
	}
	return nil
}
