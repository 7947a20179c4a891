// Package registrytest runs a registry on loopback for tests, counts what is
// asked of it and makes it misbehave.
package registrytest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidewaiter/tidewaiter/internal/registry/embedded"
)

// Server is a registry on loopback.
type Server struct {
	// Host is "127.0.0.1:port".
	Host string

	mu       sync.Mutex
	requests []string
	fault    func(*http.Request) *Fault
	answer   func(http.ResponseWriter, *http.Request) bool
}

// Fault is how a request is answered instead of properly.
type Fault struct {
	// Status answers with this status and nothing else.
	Status int
	// Header is sent along.
	Header http.Header
	// Hang keeps silent until the client gives up.
	Hang bool
	// Drip sends a space every few milliseconds until the client gives up.
	Drip bool
	// Truncate cuts the proper body after so many bytes.
	Truncate int
	// Corrupt changes the first byte of the proper body.
	Corrupt bool
}

// New starts an empty registry that ends with the test. Without referrers it
// does not know the referrers API.
func New(t testing.TB, referrers bool) *Server {
	t.Helper()
	s := &Server{}
	inner := embedded.Handler(referrers)
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fault, answer := s.record(r)
		if answer != nil && answer(w, r) {
			return
		}
		if fault == nil {
			inner.ServeHTTP(w, r)
			return
		}
		fault.serve(w, r, inner)
	}))
	t.Cleanup(func() {
		h.CloseClientConnections()
		h.Close()
	})
	s.Host = strings.TrimPrefix(h.URL, "http://")
	return s
}

func (s *Server) record(r *http.Request) (*Fault, func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	if s.fault == nil {
		return nil, s.answer
	}
	return s.fault(r), s.answer
}

// Answer makes f answer requests in the registry's place where it returns true.
func (s *Server) Answer(f func(http.ResponseWriter, *http.Request) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer = f
}

// Fail makes f decide about every later request; nil from f, or a nil f, means
// a proper answer. f is called under a lock and may keep state.
func (s *Server) Fail(f func(*http.Request) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// Requests returns "METHOD /path" of what was asked since the last Reset.
func (s *Server) Requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

// Reset forgets the requests counted so far.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = nil
}

func (f *Fault) serve(w http.ResponseWriter, r *http.Request, inner http.Handler) {
	if f.Hang {
		<-r.Context().Done()
		return
	}
	for k, v := range f.Header {
		w.Header()[k] = v
	}
	if f.Drip {
		drip(w, r)
		return
	}
	if f.Status != 0 {
		w.WriteHeader(f.Status)
		fmt.Fprint(w, `{"errors":[{"code":"TEST","message":"injected fault"}]}`)
		return
	}
	proper := httptest.NewRecorder()
	inner.ServeHTTP(proper, r)
	body := proper.Body.Bytes()
	for k, v := range proper.Header() {
		w.Header()[k] = v
	}
	if f.Corrupt && len(body) > 0 {
		body[0] ^= 0xff
	}
	w.WriteHeader(proper.Code)
	if f.Truncate > 0 && f.Truncate < len(body) {
		// The Content-Length stays: the connection ends before the body does.
		body = body[:f.Truncate]
	}
	_, _ = w.Write(body)
}

func drip(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		_, _ = w.Write([]byte(" "))
		_ = http.NewResponseController(w).Flush()
		time.Sleep(5 * time.Millisecond)
	}
}
