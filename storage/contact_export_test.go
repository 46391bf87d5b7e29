package storage

import "context"

// ContactColumns are the columns of contacts that the code knows, with their types.
func ContactColumns() []string {
	var all []string
	for _, c := range contactTable {
		all = append(all, c.name+" "+c.kind)
	}
	return all
}

// PutPerson writes all that is known of a person over what was.
func (t *Tx) PutPerson(ctx context.Context, p ContactRow) error { return t.putWhole(ctx, p) }
