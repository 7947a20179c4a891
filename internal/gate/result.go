package gate

import "time"

// ResultVersion is the version of the JSON contract.
const ResultVersion = 1

// Result is what a run decided, as plain data: every report reads it, and its
// JSON (docs/result.schema.json) can be replayed into any report. It cannot be
// turned back into a verdict.
type Result struct {
	Version int    `json:"version"`
	Tool    Tool   `json:"tool"`
	Result  string `json:"result"` // pass, fail or error
	// Error is what ended the run, "" unless Result is "error".
	Error       string        `json:"error,omitempty"`
	FailOn      string        `json:"failOn"`
	Findings    []Finding     `json:"findings"`
	NotAnalysed []NotAnalysed `json:"notAnalysed"`
	Images      []Image       `json:"images"`
	Inputs      []Input       `json:"inputs"`
	Data        Data          `json:"data"`
	Checked     Checked       `json:"checked"`
	// Change is there where a change was judged by what stood before it.
	Change *Change `json:"change,omitempty"`
	// Baseline is there where a reviewed file accepts findings.
	Baseline *Baseline          `json:"baseline,omitempty"`
	Timings  map[string]float64 `json:"timings"` // milliseconds by phase
	// Sources holds the text of the lines that findings point at, by path and
	// 1-based line, for reports that show them; not part of the JSON.
	Sources map[string]map[int]string `json:"-"`
	// Rules are the rules that ran, for reports that describe them.
	Rules []Rule `json:"-"`
}

// Tool names this program.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Finding is one finding as reported. Path is repository-relative with forward
// slashes, "" where there is none; lines and columns are 1-based, columns in
// code points, EndColumn exclusive.
type Finding struct {
	Rule        string `json:"rule"`
	Name        string `json:"name"`
	Title       string `json:"title"`
	Severity    string `json:"severity"`
	Message     string `json:"message"`
	Path        string `json:"path"`
	Line        int    `json:"line"`
	Column      int    `json:"column"`
	EndLine     int    `json:"endLine"`
	EndColumn   int    `json:"endColumn"`
	Subject     string `json:"subject"`
	Key         string `json:"key"`
	Fingerprint string `json:"fingerprint"`
	// LineHash is how GitHub code scanning recognises the line after it has moved
	// (source.LineHashes); "" where there is no file.
	LineHash     string `json:"lineHash,omitempty"`
	Status       string `json:"status"` // open, waived, baseline, ignored
	Blocking     bool   `json:"blocking"`
	WaiverReason string `json:"waiverReason,omitempty"`
	// Change is new or existing where a change was judged; a vulnerability that is
	// existing was disclosed, not introduced by the change. "" where nothing was compared.
	Change string `json:"change,omitempty"`
	// SilencedNow is true where an ignore comment of the change silences it; Refused
	// is the reason that an ignore comment gives which does not count.
	SilencedNow   bool           `json:"silencedNow,omitempty"`
	Refused       string         `json:"refused,omitempty"`
	Aliases       []string       `json:"aliases"`
	Related       []Related      `json:"related"`
	Fix           *Fix           `json:"fix,omitempty"`
	Object        *Object        `json:"object,omitempty"`
	Image         *ImageRef      `json:"image,omitempty"`
	Package       *Package       `json:"package,omitempty"`
	Vulnerability *Vulnerability `json:"vulnerability,omitempty"`
}

// Related is a place that explains a finding.
type Related struct {
	Path    string `json:"path"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

// Fix is a remedy in words, with edits where there are any.
type Fix struct {
	Title string `json:"title"`
	Edits []Edit `json:"edits"`
}

// Edit replaces a range of a file by Text.
type Edit struct {
	Path        string `json:"path"`
	StartLine   int    `json:"startLine"`
	StartColumn int    `json:"startColumn"`
	EndLine     int    `json:"endLine"`
	EndColumn   int    `json:"endColumn"`
	Text        string `json:"text"`
}

// Object is the Kubernetes object a finding is about.
type Object struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Namespace  string   `json:"namespace"`
	Name       string   `json:"name"`
	Container  string   `json:"container"`
	Field      string   `json:"field"`
	Overlays   []string `json:"overlays"`
}

// Place is a line of the repository.
type Place struct {
	Path string `json:"path"`
	Line int    `json:"line"`
}

// ImageRef is the image and layer a finding is about.
type ImageRef struct {
	Ref         string `json:"ref"`
	Digest      string `json:"digest"`
	Platform    string `json:"platform"`
	Layer       string `json:"layer"`
	Instruction *Place `json:"instruction,omitempty"`
}

// Package is the package a finding is about.
type Package struct {
	PURL  string `json:"purl"`
	Fixed string `json:"fixed"`
}

// Vulnerability is the known flaw a finding is about.
type Vulnerability struct {
	ID             string   `json:"id"`
	Aliases        []string `json:"aliases"`
	Summary        string   `json:"summary,omitempty"`
	Severity       string   `json:"severity"`
	SeveritySource string   `json:"severitySource,omitempty"`
	CVSS           float64  `json:"cvss"`
	KEV            bool     `json:"kev"`
	EPSS           float64  `json:"epss"`
}

// NotAnalysed is an input that could not be judged.
type NotAnalysed struct {
	Path   string `json:"path"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

// Input is one thing that the build of a Dockerfile takes from outside the
// repository.
type Input struct {
	Path string `json:"path"`
	Line int    `json:"line"`
	// Kind is image, frontend, git, url, package-source or language-registry.
	Kind string `json:"kind"`
	// Role is final (it ends up in the image), copied (files of it do), build-only
	// or unused.
	Role      string `json:"role"`
	Reference string `json:"reference"`
	// Pin is what holds it to its content: digest, checksum, commit, signature,
	// version, tag, none, or unknown where a build argument decides.
	Pin string `json:"pin"`
	// Trigger is the ONBUILD instruction of the base image that takes it.
	Trigger string `json:"trigger,omitempty"`
	// Base is what is known of the configuration of a base image.
	Base *Base `json:"base,omitempty"`
}

// Base is what is known of the configuration of a base image.
type Base struct {
	// Source says where it was read, "" where nothing is known.
	Source string `json:"source"`
	// Unknown says why nothing is known.
	Unknown string `json:"unknown,omitempty"`
	// Digest is what the reference names today, Platform the image's platform; ""
	// where they are not known.
	Digest   string `json:"digest,omitempty"`
	Platform string `json:"platform,omitempty"`
	// Root is yes, no or unknown: whether it runs as root. User is by whose name or
	// number, where that is known.
	Root string  `json:"root"`
	User *string `json:"user,omitempty"`
	// Workdir is the working directory, where that is known.
	Workdir *string `json:"workdir,omitempty"`
	// OnBuild are the instructions that it runs in every build.
	OnBuild []string `json:"onBuild,omitempty"`
}

// Image is one judged image.
type Image struct {
	Ref       string     `json:"ref"`
	Digest    string     `json:"digest"`
	Platforms []Platform `json:"platforms"`
	// Pushed is the reference it was pushed as, "" if it was not.
	Pushed string `json:"pushed,omitempty"`
	Signed bool   `json:"signed"`
	// Signature is the digest of the signature's manifest, "" if there is none.
	Signature string `json:"signature,omitempty"`
	// Attestations are the signed statements beside the signature.
	Attestations []Attestation `json:"attestations,omitempty"`
}

// Attestation is a signed statement in the registry.
type Attestation struct {
	// Type is the URI of the predicate's type.
	Type string `json:"type"`
	// Subject is the digest of the image or platform that it is about, Digest that
	// of the manifest which holds it.
	Subject string `json:"subject"`
	Digest  string `json:"digest"`
}

// Platform is one platform of an image.
type Platform struct {
	Platform string  `json:"platform"`
	Packages int     `json:"packages"`
	Layers   []Layer `json:"layers"`
}

// Layer is one layer and the instruction that made it.
type Layer struct {
	Digest      string `json:"digest"`
	DiffID      string `json:"diffID"`
	Instruction *Place `json:"instruction,omitempty"`
}

// Data says by what the run judged.
type Data struct {
	Advisories Advisories `json:"advisories"`
	Policy     Policy     `json:"policy"`
}

// Advisories describes the advisory data; Updated is RFC 3339, "" for unknown.
type Advisories struct {
	Source  string `json:"source"`
	Digest  string `json:"digest"`
	Updated string `json:"updated"`
	// Warning says that the data gets old, "" where it is fresh.
	Warning string `json:"warning,omitempty"`
}

// Policy names the policy by its digest.
type Policy struct {
	Digest string `json:"digest"`
}

// Checked counts what was looked at.
type Checked struct {
	Dockerfiles int `json:"dockerfiles"`
	Renders     int `json:"renders"`
	Objects     int `json:"objects"`
	Images      int `json:"images"`
	Rules       int `json:"rules"`
	// Narrowed is there where only a change was judged.
	Narrowed *Narrowed `json:"narrowed,omitempty"`
}

// Change is what a change brought, told from the state before it.
type Change struct {
	// Since is the revision that stood before, Commit its full hash where known.
	Since  string `json:"since"`
	Commit string `json:"commit"`
	// Governed is true where the policy is that of the state before; Fork where the
	// change comes from a fork.
	Governed bool `json:"governed"`
	Fork     bool `json:"fork"`
	// Missing says why the state before cannot be had, "" where it can; everything
	// counts as new then.
	Missing string `json:"missing,omitempty"`
	// Files is how many files are new, different or gone.
	Files int `json:"files"`
	// New and Existing count the open findings, Fixed those that are gone.
	New      int `json:"new"`
	Existing int `json:"existing"`
	Fixed    int `json:"fixed"`
	// Silenced counts the findings that ignore comments of the change silence,
	// Refused those whose ignore comments do not count.
	Silenced int `json:"silenced"`
	Refused  int `json:"refused"`
	// Notes are what a reviewer reads first.
	Notes []string `json:"notes"`
	// Policy is what the change makes of the policy, where it changes it.
	Policy *PolicyChange `json:"policy,omitempty"`
}

// PolicyChange is the effect of a policy that has not been accepted yet.
type PolicyChange struct {
	// Digest is that of the policy as the change would have it.
	Digest string `json:"digest"`
	// Unblocks and Blocks count the findings of this run that would no longer block,
	// and those that then would.
	Unblocks int `json:"unblocks"`
	Blocks   int `json:"blocks"`
	// Examples name some of them, "root-user (TW-D002) app/Dockerfile:3".
	Examples []string `json:"examples"`
}

// Baseline is the reviewed file of accepted findings.
type Baseline struct {
	Path string `json:"path"`
	// Accepted is how many findings it accepts, Stale how many of its lines match none.
	Accepted int `json:"accepted"`
	Stale    int `json:"stale"`
}

// Narrowed says what was left out of a judgement since a change does not touch
// it: kustomization roots, folders of plain manifests and Dockerfiles.
type Narrowed struct {
	// Since is the revision as it was asked for, Commit its full hash.
	Since  string `json:"since"`
	Commit string `json:"commit"`
	// Files is how many files are new, different or gone.
	Files       int `json:"files"`
	Roots       int `json:"roots"`
	Folders     int `json:"folders"`
	Dockerfiles int `json:"dockerfiles"`
}

// Rule is a rule as reports describe it.
type Rule struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Severity string    `json:"severity"`
	Why      string    `json:"why"`
	Fix      string    `json:"fix"`
	Refs     []RuleRef `json:"refs"`
	Aliases  []string  `json:"aliases"`
	HelpURI  string    `json:"helpUri"`
}

// RuleRef is one control of a standard.
type RuleRef struct {
	Standard string `json:"standard"`
	Control  string `json:"control"`
}

// Counts returns the number of open findings by severity name.
func (r *Result) Counts() map[string]int {
	out := map[string]int{}
	for _, f := range r.Findings {
		if f.Status == "open" {
			out[f.Severity]++
		}
	}
	return out
}

// Clock is where the time comes from.
type Clock func() time.Time
