package viber

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"

	"visnyk/bot"
)

// maxAnswer bounds an answer of the API, in bytes.
const maxAnswer = 1 << 20

// ownClient is a client that follows no redirects: the token would go along.
func ownClient(given *http.Client) *http.Client {
	c := &http.Client{}
	if given != nil {
		copied := *given
		c = &copied
	} else {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 16
		c.Transport = t
	}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// call posts body to a method of the API and gives the answer to a success.
// Every error is a *bot.SendError, free of the token and of the body.
func (c *Channel) call(ctx context.Context, method string, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	// wrote tells whether Viber may have the bytes. Every new connection starts
	// afresh: the transport tries again by itself only if nothing was written.
	var wrote atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { wrote.Store(false) },
		WroteHeaders: func() { wrote.Store(true) },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath(method).String(), bytes.NewReader(body))
	if err != nil {
		return answer{}, failed(bot.Halted, method, errors.New("the address of the API does not work"))
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("X-Viber-Auth-Token", c.token)
	resp, err := c.http.Do(req)
	if err != nil {
		return answer{}, failed(unanswered(&wrote), method, c.broken(err))
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err != nil {
		if resp.StatusCode != http.StatusOK {
			raw = nil // the status alone is a definite answer
		} else {
			return answer{}, failed(bot.Unknown, method, c.broken(err))
		}
	}
	a, sendErr := judge(method, resp.StatusCode, resp.Header, raw)
	if sendErr != nil {
		return a, sendErr
	}
	return a, nil
}

func unanswered(wrote *atomic.Bool) bot.Outcome {
	if wrote.Load() {
		return bot.Unknown
	}
	return bot.Later
}

// broken tells why no answer came, in words that hold no address and no token.
func (c *Channel) broken(err error) error {
	var timeout net.Error
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
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
