package flows

import (
	"errors"
	"fmt"
	"slices"
)

// NewBook binds the flows into a book and checks it: every arrow leads
// somewhere, every step has a way on for every event, no loop goes round
// without waiting for a person. home is "flow/step"; anyway are the
// transitions that are tried first in any step.
func NewBook(home string, anyway []Transition, all ...Flow) (Book, error) {
	b := Book{flows: all, anyway: anyway, home: home, steps: map[string]place{}}
	var errs []error
	for _, f := range all {
		for _, s := range f.Steps {
			name := f.Name + "/" + s.Name
			if _, twice := b.steps[name]; twice {
				errs = append(errs, fmt.Errorf("step %q stands twice", name))
			}
			b.steps[name] = place{f.Name, s}
		}
	}
	if _, ok := b.steps[home]; !ok {
		errs = append(errs, fmt.Errorf("home %q: no such step", home))
	}
	for _, tr := range anyway {
		errs = append(errs, b.checkArrow("anywhere", "", tr, true))
	}
	for _, f := range all {
		for _, s := range f.Steps {
			errs = append(errs, b.checkStep(f.Name, s))
		}
		if _, ok := b.steps[qualify(f.Name, f.Door)]; f.Door != "" && (!ok || f.Title == "") {
			errs = append(errs, fmt.Errorf("flow %q opens at %q, which does not exist, or has no title", f.Name, f.Door))
		}
	}
	errs = append(errs, b.checkLoops())
	return b, errors.Join(errs...)
}

func (b Book) checkStep(flow string, s Step) error {
	name := flow + "/" + s.Name
	var errs []error
	for _, tr := range s.On {
		errs = append(errs, b.checkArrow(name, flow, tr, true))
	}
	errs = append(errs, b.checkArrow(name, flow, s.Else, false))
	if s.Else.Label == "" {
		errs = append(errs, fmt.Errorf("step %q has no Else", name))
	}
	if s.Enter == nil && !s.Pass {
		errs = append(errs, fmt.Errorf("step %q waits for the person but shows nothing", name))
	}
	if s.Pass {
		for _, tr := range append(slices.Clone(s.On), s.Else) {
			if tr.To == "" {
				errs = append(errs, fmt.Errorf("step %q does not wait, so %q must lead on", name, tr.Label))
			}
		}
	}
	return errors.Join(errs...)
}

func (b Book) checkArrow(from, flow string, tr Transition, conditional bool) error {
	if conditional && tr.When == nil {
		return fmt.Errorf("step %q: arrow %q has no condition", from, tr.Label)
	}
	if tr.Label == "" && conditional {
		return fmt.Errorf("step %q: an arrow has no label", from)
	}
	if tr.To == "" || tr.To == Again && flow == "" {
		return nil
	}
	if _, ok := b.steps[qualify(flow, tr.To)]; !ok {
		return fmt.Errorf("step %q: arrow %q leads to %q, which does not exist", from, tr.Label, tr.To)
	}
	return nil
}

// checkLoops looks for a circle of steps that do not wait.
func (b Book) checkLoops() error {
	const (
		open = iota + 1
		done
	)
	seen := map[string]int{}
	var visit func(name string) error
	visit = func(name string) error {
		p := b.steps[name]
		if !p.step.Pass || seen[name] == done {
			return nil
		}
		if seen[name] == open {
			return fmt.Errorf("step %q comes back to itself without waiting for the person", name)
		}
		seen[name] = open
		for _, tr := range append(slices.Clone(p.step.On), p.step.Else) {
			if tr.To == "" {
				continue
			}
			if err := visit(qualify(p.flow, tr.To)); err != nil {
				return err
			}
		}
		seen[name] = done
		return nil
	}
	for _, f := range b.flows {
		for _, s := range f.Steps {
			if err := visit(f.Name + "/" + s.Name); err != nil {
				return err
			}
		}
	}
	return nil
}
