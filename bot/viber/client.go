package viber

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"

	"visnyk/bot"
	"visnyk/bot/call"
)

// maxAnswer bounds an answer of the API, in bytes.
const maxAnswer = 1 << 20

// idle is how many connections wait for the next call.
const idle = 16

// call posts body to a method of the API and gives the answer to a success.
// Every error is a *bot.SendError, free of the token and of the body.
func (c *Channel) call(ctx context.Context, method string, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath(method).String(), bytes.NewReader(body))
	if err != nil {
		return answer{}, failed(bot.Halted, method, errors.New("the address of the API does not work"))
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Viber-Auth-Token", c.token)
	came, err := c.calls.Do(req, maxAnswer)
	switch {
	case err == nil, errors.Is(err, call.ErrHuge):
	case came.Outcome() == call.Unsent:
		return answer{}, failed(bot.Later, method, broken(err))
	case came.Status == 0, came.Status == http.StatusOK:
		return answer{}, failed(bot.Unknown, method, broken(err))
	default: // the status alone is a definite answer
		came.Body = nil
	}
	a, sendErr := judge(method, came)
	if sendErr != nil {
		return a, sendErr
	}
	return a, nil
}

// broken tells why no answer came, in words that hold no address and no token.
func broken(err error) error {
	switch call.Cut(err) {
	case context.Canceled:
		return context.Canceled
	case context.DeadlineExceeded:
		return errors.New("no answer in time")
	}
	var cert *tls.CertificateVerificationError
	if errors.As(err, &cert) {
		return errors.New("the certificate of the API is not trusted")
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return fmt.Errorf("%s failed", op.Op)
	}
	return errors.New("the connection broke")
}

func failed(o bot.Outcome, method string, err error) *bot.SendError {
	return &bot.SendError{Outcome: o, Err: fmt.Errorf("viber %s: %w", method, err)}
}
