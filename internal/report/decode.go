package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// Decode reads a result written as JSON, to report it again. It refuses another
// version of the contract by its number, and values no run can have; fields it
// does not know are left out, since a later release may add some.
func Decode(in io.Reader) (*gate.Result, error) {
	return decode(in, maxResultBytes, maxResultItems)
}

func decode(in io.Reader, maxBytes int64, maxItems int) (*gate.Result, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("read the result: %w", err)
	}
	if int64(len(data)) > maxBytes {
		return nil, fmt.Errorf("the result is larger than the limit of %d bytes", maxBytes)
	}
	var head struct {
		Version *int `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("not a result written by --format json: %w", err)
	}
	switch {
	case head.Version == nil:
		return nil, fmt.Errorf("not a result written by --format json: it has no version")
	case *head.Version != gate.ResultVersion:
		return nil, fmt.Errorf("the result has version %d and this program reads version %d: make it anew with this program", *head.Version, gate.ResultVersion)
	}
	var r gate.Result
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("not a result written by --format json: %w", err)
	}
	if err := validate(&r, maxItems); err != nil {
		return nil, err
	}
	return complete(&r), nil
}

// validate holds what the formats rely on.
func validate(r *gate.Result, maxItems int) error {
	if !slices.Contains([]string{"pass", "fail", "error"}, r.Result) {
		return fmt.Errorf("the result says %q: one of pass, fail, error", r.Result)
	}
	for _, l := range []struct {
		name string
		n    int
	}{{"findings", len(r.Findings)}, {"notAnalysed", len(r.NotAnalysed)}, {"images", len(r.Images)}, {"inputs", len(r.Inputs)}} {
		if l.n > maxItems {
			return fmt.Errorf("the result has %d %s, more than the limit of %d", l.n, l.name, maxItems)
		}
	}
	for i, f := range r.Findings {
		switch {
		case f.Rule == "":
			return fmt.Errorf("finding %d has no rule", i)
		case weight(f.Severity) == 0:
			return fmt.Errorf("finding %d has the severity %q: one of critical, high, medium, low, info", i, f.Severity)
		case !slices.Contains([]string{"open", "waived", "ignored", "baseline"}, f.Status):
			return fmt.Errorf("finding %d has the status %q: one of open, waived, ignored, baseline", i, f.Status)
		case len(f.Path) > maxResultPath:
			return fmt.Errorf("finding %d has a path of more than the limit of %d bytes", i, maxResultPath)
		case f.Line < 0 || f.Column < 0 || f.EndLine < 0 || f.EndColumn < 0:
			return fmt.Errorf("finding %d has a negative line or column", i)
		}
	}
	return nil
}
