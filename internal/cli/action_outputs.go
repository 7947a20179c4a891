package cli

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"

	"github.com/tidewaiter/tidewaiter/internal/gate"
)

// actionOutput is one output of the step.
type actionOutput struct{ name, value string }

// actionOutputs are the outputs that action.yml declares, in its order. Several
// images are several lines.
func actionOutputs(r *gate.Result, files reportFiles) []actionOutput {
	open, fresh, waived, added := 0, 0, 0, 0
	for _, f := range r.Findings {
		switch {
		case f.Status != "open":
			waived++
		case f.Change != "existing":
			fresh++
			fallthrough
		default:
			open++
		}
		if f.SilencedNow {
			added++
		}
	}
	var digests, signatures []string
	for _, i := range r.Images {
		digest := i.Digest
		if _, pushed, ok := strings.Cut(i.Pushed, "@"); ok {
			digest = pushed
		}
		digests = append(digests, digest)
		if i.Signed {
			signatures = append(signatures, i.Signature)
		}
	}
	counts := r.Counts()
	return []actionOutput{
		{"result", r.Result},
		{"findings", strconv.Itoa(open)},
		{"new-findings", strconv.Itoa(fresh)},
		{"critical", strconv.Itoa(counts["critical"])},
		{"high", strconv.Itoa(counts["high"])},
		{"waived", strconv.Itoa(waived)},
		{"waivers-added", strconv.Itoa(added)},
		{"digest", strings.Join(digests, "\n")},
		{"signature", strings.Join(signatures, "\n")},
		{"sarif-file", files.sarif},
		{"report-file", files.result},
	}
}

// writeOutputs writes the outputs between delimiters that nobody can guess, so
// that no value can end early and set another output.
func (j job) writeOutputs(outputs []actionOutput) error {
	if j.outputFile == "" {
		return nil
	}
	var b strings.Builder
	for _, o := range outputs {
		delimiter := "tidewaiter-" + rand.Text()
		fmt.Fprintf(&b, "%s<<%s\n%s\n%s\n", o.name, delimiter, o.value, delimiter)
	}
	return appendTo("GITHUB_OUTPUT", j.outputFile, []byte(b.String()))
}

// releasedReference is the image in its registry by digest, "" for one that is
// in none.
func releasedReference(i gate.Image) string {
	for _, ref := range []string{i.Pushed, i.Ref} {
		if ref == "" || gate.IsLocal(ref) {
			continue
		}
		if strings.Contains(ref, "@sha256:") {
			return ref
		}
	}
	return ""
}
