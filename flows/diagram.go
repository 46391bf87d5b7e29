package flows

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Diagram is one flow laid out in layers from top to bottom, in units of a
// drawing.
type Diagram struct {
	Flow          string
	Width, Height int
	Spots         []Spot
	Curves        []Curve
}

// Spot is a step with its place.
type Spot struct {
	Step       string // "flow/step"
	Name       string
	Pass       bool // decides at once, without waiting for the person
	X, Y, W, H int
}

// MidX is the middle of the spot, across.
func (s Spot) MidX() int { return s.X + s.W/2 }

// MidY is the middle of the spot, down.
func (s Spot) MidY() int { return s.Y + s.H/2 }

// Curve is an arrow between two steps of the flow.
type Curve struct {
	From, To string // "flow/step"
	Path     string // as in SVG's d
}

// Exit is a way on from a step, with the labels of the arrows that go it.
type Exit struct {
	Labels []string
	To     string // "flow/step"
}

// The measures of a diagram.
const (
	spotWidth, spotHeight = 116, 32
	spotGap, layerGap     = 22, 34
	perLayer              = 3
	diagramEdge           = 12
)

// Exits lists where a step's own arrows lead, in reading order.
func (b Book) Exits(step string) []Exit {
	var exits []Exit
	for _, a := range b.arrows() {
		if a.from != step || a.to == step {
			continue
		}
		i := slices.IndexFunc(exits, func(e Exit) bool { return e.To == a.to })
		if i < 0 {
			exits = append(exits, Exit{To: a.to})
			i = len(exits) - 1
		}
		exits[i].Labels = append(exits[i].Labels, a.label)
	}
	return exits
}

// Diagram lays out one flow; false when there is none of that name.
func (b Book) Diagram(flow string) (Diagram, bool) {
	i := slices.IndexFunc(b.flows, func(f Flow) bool { return f.Name == flow })
	if i < 0 {
		return Diagram{}, false
	}
	d := Diagram{Flow: flow}
	place := map[string]int{}
	for _, s := range b.flows[i].Steps {
		place[flow+"/"+s.Name] = len(d.Spots)
		d.Spots = append(d.Spots, Spot{Step: flow + "/" + s.Name, Name: s.Name, Pass: s.Pass, W: spotWidth, H: spotHeight})
	}
	inside := b.inside(place)
	layers := spread(len(d.Spots), inside, b.doors(place))
	d.arrange(arrange(layers, inside))
	for _, e := range inside {
		d.Curves = append(d.Curves, curve(d.Spots[e[0]], d.Spots[e[1]]))
	}
	return d, true
}

// inside returns the arrows between different steps of a flow, each once.
func (b Book) inside(place map[string]int) (list [][2]int) {
	for _, a := range b.arrows() {
		from, leaves := place[a.from]
		to, arrives := place[a.to]
		if e := [2]int{from, to}; leaves && arrives && from != to && !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	return list
}

// doors returns the steps that are reached from elsewhere; the first step where
// there is none.
func (b Book) doors(place map[string]int) (list []int) {
	for _, a := range b.arrows() {
		to, arrives := place[a.to]
		if _, inside := place[a.from]; arrives && !inside && !slices.Contains(list, to) {
			list = append(list, to)
		}
	}
	if len(list) == 0 {
		list = []int{0}
	}
	slices.Sort(list)
	return list
}

// spread gives every step its layer: how many arrows it is away from a door.
// What cannot be reached comes first.
func spread(n int, arrows [][2]int, doors []int) [][]int {
	depth := make([]int, n)
	seen := make([]bool, n)
	var reach func(from []int, at int)
	reach = func(from []int, at int) {
		var next []int
		for _, i := range from {
			depth[i], seen[i] = at, true
		}
		for _, a := range arrows {
			if slices.Contains(from, a[0]) && !seen[a[1]] && !slices.Contains(next, a[1]) {
				next = append(next, a[1])
			}
		}
		if len(next) > 0 {
			reach(next, at+1)
		}
	}
	reach(doors[:1], 0)
	for _, door := range doors[1:] {
		if !seen[door] {
			reach([]int{door}, 0)
		}
	}
	layers := make([][]int, slices.Max(depth)+1)
	for i, d := range depth {
		layers[d] = append(layers[d], i)
	}
	return layers
}

// arrange breaks layers that are too wide and brings the steps of each under
// those they come from.
func arrange(layers [][]int, arrows [][2]int) [][]int {
	var rows [][]int
	at := map[int]float64{} // where a step stands within its row, from 0 to 1
	for _, layer := range layers {
		slices.SortStableFunc(layer, func(i, j int) int { return cmp.Compare(pull(i, arrows, at), pull(j, arrows, at)) })
		count := (len(layer) + perLayer - 1) / perLayer
		for n := range count {
			row := layer[n*len(layer)/count : (n+1)*len(layer)/count]
			for k, i := range row {
				at[i] = (float64(k) + 0.5) / float64(len(row))
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// pull is where the steps before a step stand, on average; the middle where
// nothing leads to it yet.
func pull(step int, arrows [][2]int, at map[int]float64) float64 {
	sum, n := 0.0, 0
	for _, a := range arrows {
		if x, placed := at[a[0]]; placed && a[1] == step {
			sum, n = sum+x, n+1
		}
	}
	if n == 0 {
		return 0.5
	}
	return sum / float64(n)
}

// arrange gives the steps their places.
func (d *Diagram) arrange(rows [][]int) {
	d.Width = perLayer*spotWidth + (perLayer-1)*spotGap + 2*diagramEdge
	y := diagramEdge
	for _, row := range rows {
		x := (d.Width - len(row)*spotWidth - (len(row)-1)*spotGap) / 2
		for _, i := range row {
			d.Spots[i].X, d.Spots[i].Y = x, y
			x += spotWidth + spotGap
		}
		y += spotHeight + layerGap
	}
	d.Height = y - layerGap + diagramEdge
}

// curve draws the arrow between two spots: straight down where it can, around
// the side where it goes up or across.
func curve(from, to Spot) Curve {
	var path strings.Builder
	fx, tx := from.X+from.W/2, to.X+to.W/2
	switch {
	case to.Y > from.Y:
		bend := (to.Y - from.Y - from.H) / 2
		fmt.Fprintf(&path, "M%d %dC%d %d %d %d %d %d", fx, from.Y+from.H, fx, from.Y+from.H+bend, tx, to.Y-bend, tx, to.Y)
	case to.Y == from.Y && tx > fx:
		fmt.Fprintf(&path, "M%d %dL%d %d", from.X+from.W, from.Y+from.H/2-5, to.X, to.Y+to.H/2-5)
	case to.Y == from.Y:
		fmt.Fprintf(&path, "M%d %dL%d %d", from.X, from.Y+from.H/2+5, to.X+to.W, to.Y+to.H/2+5)
	default:
		bend := (from.Y - to.Y - to.H) / 2
		off := spotWidth/4 + 4
		fmt.Fprintf(&path, "M%d %dC%d %d %d %d %d %d", fx+off, from.Y, fx+off, from.Y-bend, tx+off, to.Y+to.H+bend, tx+off, to.Y+to.H)
	}
	return Curve{From: from.Step, To: to.Step, Path: path.String()}
}
