package rule

import "github.com/tidewaiter/tidewaiter/internal/source"

// Lookup is an edit that lacks one word: the digest of something outside of the
// repository. Rules do no input and cannot know it; whoever may ask the network
// fills it in (package fix). It is plain data, so that a finding can be compared
// and replayed.
type Lookup struct {
	// Image is the reference whose digest is meant, URL the file; one of them.
	Image, URL string
	// At is what the edit replaces: an empty span inserts.
	At source.Span
	// Before and After stand around the digest in the new text.
	Before, After string
}

// What names the thing that is looked up.
func (l Lookup) What() string {
	if l.Image != "" {
		return l.Image
	}
	return l.URL
}

// Edit is the edit for a digest of the form "sha256:<hex>".
func (l Lookup) Edit(digest string) source.Edit {
	return source.Edit{Span: l.At, New: l.Before + digest + l.After}
}
