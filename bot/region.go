package bot

import "strings"

// Region is a place in the company's tree of them. Whoever is in it is in all
// above it too.
type Region struct {
	ID      string    `json:"id"`
	Parent  string    `json:"parent,omitempty"` // the region it lies in; "" is the top
	Path    string    `json:"path"`             // the ids of all above it and its own: "/a/b/"
	Name    Bilingual `json:"name"`
	Aliases []string  `json:"aliases,omitempty"` // what else it is called
}

// RegionSeparator stands between the names of a path of regions, in files and
// fields: «Київ / Дарницький».
const RegionSeparator = "/"

// RegionNames takes a path of regions apart: the names from the top down, folded.
func RegionNames(text string) []string {
	var names []string
	for part := range strings.SplitSeq(text, RegionSeparator) {
		if name := FoldedName(part); name != "" {
			names = append(names, name)
		}
	}
	return names
}

// FoldedName returns a name of several words in the form by which it is found.
func FoldedName(text string) string { return InLine(Fold(text)) }

// Names lists all names of the region, folded.
func (r Region) Names() []string {
	seen := map[string]bool{"": true}
	var names []string
	for _, name := range append([]string{r.Name.UK, r.Name.RU}, r.Aliases...) {
		if name = FoldedName(name); !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names
}

// InRegion reports whether a person whose RegionPath is path is in the region, or
// in one below it.
func InRegion(path, region string) bool {
	return region != "" && strings.Contains(path, "/"+region+"/")
}
