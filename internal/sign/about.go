package sign

import "github.com/tidewaiter/tidewaiter/internal/registry"

// About is what the attestations tell besides what the verdict holds.
type About struct {
	// Platforms are the images of an index, each of which is signed as well; empty
	// for a single image.
	Platforms []registry.Resolved
	// Version is this program's.
	Version string
	// PolicyURI says where the policy can be read, "" where that is not known.
	PolicyURI string
	// Source is the commit that was judged.
	Source Source
	// Evidence is attached beside the verdict, which names it by digest.
	Evidence []Evidence
}

// Source says what commit was judged and what ran; "" where that is not known.
type Source struct {
	Repository string `json:"repository,omitempty"`
	Commit     string `json:"commit,omitempty"`
	Ref        string `json:"ref,omitempty"`
	// Event is what started the workflow, Workflow its file and ref.
	Event    string `json:"event,omitempty"`
	Workflow string `json:"workflow,omitempty"`
}

// Evidence is a statement about one image: its vulnerabilities, or what it holds.
type Evidence struct {
	// Digest is that of the image or of the platform of an index.
	Digest string
	// Type is the predicate's type, a URI; Predicate its JSON. The same image must
	// give the same bytes.
	Type      string
	Predicate []byte
}
