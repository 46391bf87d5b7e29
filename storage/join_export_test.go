package storage

import "context"

// Breaches says which claims about the tables do not hold, without a look at the
// schema, which takes long.
func (s *Store) Breaches(ctx context.Context) (problems []string, err error) {
	for _, claim := range claims() {
		problem, err := s.breach(ctx, claim)
		if err != nil {
			return nil, err
		}
		if problem != "" {
			problems = append(problems, problem)
		}
	}
	return problems, nil
}
