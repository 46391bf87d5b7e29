package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// thing is something on a page as a screen reader knows it.
type thing struct {
	role, name string
	node       cdp.BackendNodeID
}

func (t thing) String() string { return fmt.Sprintf("%s «%s»", t.role, t.name) }

// things lists what has the role now, in the order of the page.
func (p *tab) things(role string) (list []thing) {
	p.t.Helper()
	ctx, cancel := p.patiently()
	defer cancel()
	root, err := chromedp.Run(ctx, chromedp.Evaluate[*runtime.RemoteObject](p.root, p.here))
	if err != nil || root.ObjectID == "" {
		return nil // the page is being replaced, or it is not there yet
	}
	answer, err := chromedp.Call(ctx, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{ObjectID: root.ObjectID, Role: role})
	if err != nil {
		return nil
	}
	for _, n := range answer.Nodes {
		if !n.Ignored {
			list = append(list, thing{axText(n.Role), axText(n.Name), n.BackendDOMNodeID})
		}
	}
	return list
}

func axText(v *accessibility.Value) string {
	if v == nil {
		return ""
	}
	var s string
	_ = json.Unmarshal(v.Value, &s) // anything but a text has no words
	return strings.Join(strings.Fields(s), " ")
}

// find waits for the last thing of the role with that name, or else whose name
// contains the words; of a conversation the last is the newest. Capitals are the
// stylesheet's business.
func (p *tab) find(role, words string) (found thing) {
	p.t.Helper()
	var all []thing
	low := strings.ToLower(words)
	defer func() {
		if found.role == "" {
			p.t.Logf("there are %v", all)
		}
	}()
	p.await(fmt.Sprintf("%s «%s»", role, words), func() bool {
		all = p.things(role)
		for _, fits := range []func(string) bool{
			func(name string) bool { return name == low },
			func(name string) bool { return strings.Contains(name, low) },
		} {
			for i := len(all) - 1; i >= 0; i-- {
				if fits(strings.ToLower(all[i].name)) {
					found = all[i]
					return true
				}
			}
		}
		return false
	})
	return found
}

// on calls the function with the thing's element as this.
func on[T any](p *tab, th thing, function string, args ...any) (v T, err error) {
	ctx, cancel := p.patiently()
	defer cancel()
	node, err := chromedp.Call(ctx, dom.ResolveNode, dom.ResolveNodeParams{BackendNodeID: th.node})
	if err != nil {
		return v, err
	}
	return chromedp.Run(ctx, chromedp.CallFunctionOn[T](function, func(c *runtime.CallFunctionOnParams) {
		c.ObjectID = node.Object.ObjectID
		c.AwaitPromise = new(true)
	}, args...))
}

// spot is where to press an element, and what is there.
type spot struct {
	X, Y float64
	Hit  string // what covers it; "" when nothing does
}

// whereToPress scrolls the element into view and gives its middle once it
// stands still.
const whereToPress = `async function () {
	if (!this.isConnected) return {X: 0, Y: 0, Hit: 'nothing: it is gone'};
	this.scrollIntoView({block: 'nearest', inline: 'nearest', behavior: 'instant'});
	const box = () => { const r = this.getClientRects()[0]; return r ? {X: r.x + r.width / 2, Y: r.y + r.height / 2} : null; };
	const before = box();
	await new Promise(requestAnimationFrame);
	const at = box();
	if (!at || !before) return {X: 0, Y: 0, Hit: 'nothing: it has no size'};
	if (at.X !== before.X || at.Y !== before.Y) return {...at, Hit: 'nothing: it moves'};
	const hit = this.getRootNode().elementFromPoint(at.X, at.Y);
	if (hit && (this.contains(hit) || hit.closest('label')?.control === this)) return {...at, Hit: ''};
	return {...at, Hit: hit ? hit.outerHTML.slice(0, 120) : 'nothing: it is out of sight'};
}`

// click presses what has the role and the words, as a mouse does: what covers it
// would be pressed instead, so that is waited for to go.
func (p *tab) click(role, words string) {
	p.t.Helper()
	var at spot
	p.await(fmt.Sprintf("%s «%s» to be pressable", role, words), func() bool {
		p.t.Helper()
		var err error
		at, err = on[spot](p, p.find(role, words), whereToPress)
		return err == nil && at.Hit == ""
	})
	dx, dy := p.corner()
	p.do("click", chromedp.MouseClickXY(dx+at.X, dy+at.Y))
}

// corner is where the frame that one looks at begins in the window.
func (p *tab) corner() (x, y float64) {
	p.t.Helper()
	if p.frame == "" {
		return 0, 0
	}
	owner := tell(p, dom.GetFrameOwner, dom.GetFrameOwnerParams{FrameID: p.frame})
	at, err := on[spot](p, thing{node: owner.BackendNodeID}, `function () {
		this.scrollIntoView({block: 'nearest', inline: 'nearest', behavior: 'instant'});
		const r = this.getBoundingClientRect();
		return {X: r.x + this.clientLeft, Y: r.y + this.clientTop};
	}`)
	if err != nil {
		p.failf("where is the frame: %v", err)
	}
	return at.X, at.Y
}

// fill replaces what the field holds, as a paste does.
func (p *tab) fill(role, words, text string) {
	p.t.Helper()
	p.focus(role, words)
	p.press('a', chromedp.ModifierCtrl)
	if text == "" {
		p.press('\x7f') // Delete
		return
	}
	tell(p, input.InsertText, input.InsertTextParams{Text: text})
}

// focus puts the keyboard on it.
func (p *tab) focus(role, words string) {
	p.t.Helper()
	p.await(fmt.Sprintf("%s «%s» to take the keyboard", role, words), func() bool {
		p.t.Helper()
		holds, err := on[bool](p, p.find(role, words), `function () { this.focus(); return this.getRootNode().activeElement === this; }`)
		return err == nil && holds
	})
}

// press presses one key of the keyboard and lets it go. What the key types is
// part of the pressing, so that a page which prevents that prevents it whole.
func (p *tab) press(key rune, modifiers ...chromedp.Modifier) {
	p.t.Helper()
	k := kb.Keys[key]
	down := input.DispatchKeyEventParams{
		Type: input.DispatchKeyEventTypeKeyDown, Key: k.Key, Code: k.Code, WindowsVirtualKeyCode: k.Windows, NativeVirtualKeyCode: k.Native,
	}
	for _, m := range modifiers {
		down.Modifiers |= int64(m)
	}
	up := down
	up.Type = input.DispatchKeyEventTypeKeyUp
	if k.Print && down.Modifiers == 0 {
		down.Text, down.UnmodifiedText = k.Text, k.Unmodified
	}
	tell(p, input.DispatchKeyEvent, down)
	tell(p, input.DispatchKeyEvent, up)
}
