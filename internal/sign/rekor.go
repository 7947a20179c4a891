package sign

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	protorekor "github.com/sigstore/protobuf-specs/gen/pb-go/rekor/v1"
	rekortiles "github.com/sigstore/rekor-tiles/v2/pkg/generated/protobuf"
	"github.com/sigstore/rekor/pkg/generated/client/entries"
	"github.com/sigstore/rekor/pkg/generated/models"
	"google.golang.org/protobuf/encoding/protojson"
)

// rekor asks a transparency log of version 1 or 2 over our own transport, since
// the libraries' clients take none.
type rekor struct {
	url  string
	http *patience
}

func (r *rekor) ask(ctx context.Context, method, at string, body []byte) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(r.url, "/")+at, bytes.NewReader(body))
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	resp, err := r.http.RoundTrip(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, MaxAnswerBytes))
	return resp, raw, err
}

// CreateLogEntry implements sigstore-go's client of Rekor v1.
func (r *rekor) CreateLogEntry(params *entries.CreateLogEntryParams, _ ...entries.ClientOption) (*entries.CreateLogEntryCreated, error) {
	body, err := json.Marshal(params.ProposedEntry)
	if err != nil {
		return nil, err
	}
	resp, raw, err := r.ask(r.http.ctx, http.MethodPost, "/api/v1/log/entries", body) //nolint:bodyclose // ask has read and closed it
	if err != nil {
		return nil, err
	}
	switch resp.StatusCode {
	case http.StatusCreated:
	case http.StatusConflict: // it holds the very entry
		if resp, raw, err = r.ask(r.http.ctx, http.MethodGet, "/api/v1/log/entries/"+path.Base(resp.Header.Get("Location")), nil); err != nil { //nolint:bodyclose // ask has read and closed it
			return nil, err
		}
		if resp.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("the log answered %s: %.200q", resp.Status, raw)
		}
	default:
		return nil, fmt.Errorf("the log answered %s: %.200q", resp.Status, raw)
	}
	entry, id, err := onlyEntry(raw)
	if err != nil {
		return nil, err
	}
	return &entries.CreateLogEntryCreated{ETag: id, Payload: entry}, nil
}

// GetLogEntryByUUID implements sigstore-go's client of Rekor v1, which asks only
// after a conflict; CreateLogEntry has dealt with those.
func (r *rekor) GetLogEntryByUUID(*entries.GetLogEntryByUUIDParams, ...entries.ClientOption) (*entries.GetLogEntryByUUIDOK, error) {
	return nil, errors.ErrUnsupported
}

// onlyEntry reads an answer of exactly one entry; the library takes the presence
// of what it reads for granted.
func onlyEntry(raw []byte) (models.LogEntry, string, error) {
	var all models.LogEntry
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, "", fmt.Errorf("the log's answer is not an entry: %w", err)
	}
	for id, e := range all {
		if len(all) == 1 && e.LogID != nil && e.LogIndex != nil && e.IntegratedTime != nil && e.Verification != nil &&
			e.Verification.InclusionProof != nil && e.Verification.InclusionProof.RootHash != nil && e.Verification.InclusionProof.Checkpoint != nil {
			return all, id, nil
		}
	}
	return nil, "", fmt.Errorf("the log's answer holds no entry with its proof")
}

// Add implements sigstore-go's client of Rekor v2.
func (r *rekor) Add(ctx context.Context, entry any) (*protorekor.TransparencyLogEntry, error) {
	h, ok := entry.(*rekortiles.HashedRekordRequestV002)
	if !ok {
		return nil, fmt.Errorf("entries of the type %T cannot be logged", entry)
	}
	body, err := protojson.Marshal(&rekortiles.CreateEntryRequest{Spec: &rekortiles.CreateEntryRequest_HashedRekordRequestV002{HashedRekordRequestV002: h}})
	if err != nil {
		return nil, err
	}
	resp, raw, err := r.ask(ctx, http.MethodPost, "/api/v2/log/entries", body) //nolint:bodyclose // ask has read and closed it
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusCreated {
		return nil, fmt.Errorf("the log answered %s: %.200q", resp.Status, raw)
	}
	var e protorekor.TransparencyLogEntry
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(raw, &e); err != nil {
		return nil, fmt.Errorf("the log's answer is not an entry: %w", err)
	}
	return &e, nil
}
