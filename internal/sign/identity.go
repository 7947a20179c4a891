package sign

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/sigstore/sigstore-go/pkg/fulcio/certificate"
	"github.com/sigstore/sigstore-go/pkg/root"
	"github.com/sigstore/sigstore-go/pkg/verify"
)

// GitHubIssuer is who issues the tokens of workflows on github.com.
const GitHubIssuer = "https://token.actions.githubusercontent.com"

// IdentityOptions say who may have signed without a key. Either Identity is
// the exact name in the certificate, or Repository and what narrows it down.
type IdentityOptions struct {
	// Issuer is who vouched for the signer, a URL; GitHub's if "".
	Issuer string
	// Identity is the certificate's name exactly: the address of a workflow with
	// its ref, or an account.
	Identity string
	// Server is GitHub's address, "https://github.com" if "".
	Server string
	// Repository is the repository whose commit was signed, "acme/shop"; "*" stands
	// for any letters but "/".
	Repository string
	// Workflow is the workflow that signed: a file of the repository
	// ("release.yml"), or a reusable one ("acme/ci/.github/workflows/sign.yml"),
	// each with an optional "@ref"; "" for any of the repository.
	Workflow string
	// Ref is the ref of the repository that was signed, "refs/tags/v1"; "" for any.
	Ref string
}

// Identity is who may have signed. Make one with NewIdentity.
type Identity struct {
	issuer string
	// san is the exact name, or sanPattern an anchored expression for it.
	san, sanPattern string
	// source is an anchored expression for the repository's address, "" for any; ref
	// its ref, "" for any.
	source, ref string
	words       string
}

// NewIdentity checks the options. Every expression is built here and anchored:
// none comes from a user.
func NewIdentity(o IdentityOptions) (Identity, error) {
	server := strings.TrimSuffix(cmp.Or(o.Server, "https://github.com"), "/")
	id := Identity{issuer: cmp.Or(o.Issuer, issuerOf(server)), ref: o.Ref}
	switch {
	case o.Identity != "" && (o.Repository != "" || o.Workflow != "" || o.Ref != ""):
		return id, errors.New("name either the identity exactly, or repository, workflow and ref")
	case o.Identity != "":
		id.san, id.words = o.Identity, o.Identity
		return id, nil
	case o.Repository == "":
		return id, errors.New("name who signed: an identity, or a repository")
	case strings.Count(o.Repository, "/") != 1 || strings.HasPrefix(o.Repository, "/") || strings.HasSuffix(o.Repository, "/") || strings.HasPrefix(o.Repository, "*"):
		return id, fmt.Errorf("the repository %q is not of the form owner/name, with an owner that is named", o.Repository)
	}
	id.source = "^" + regexp.QuoteMeta(server+"/") + glob(o.Repository) + "$"
	workflow, ref, _ := strings.Cut(o.Workflow, "@")
	path := `\.github/workflows/[^/@]+`
	home := glob(o.Repository)
	if parts := strings.SplitN(workflow, "/", 3); len(parts) == 3 && parts[0] != ".github" {
		home, workflow = glob(parts[0]+"/"+parts[1]), parts[2]
	}
	if workflow != "" {
		if !strings.Contains(workflow, "/") {
			workflow = ".github/workflows/" + workflow
		}
		path = regexp.QuoteMeta(workflow)
	}
	at := `.+`
	if ref != "" {
		at = regexp.QuoteMeta(ref)
	}
	id.sanPattern = "^" + regexp.QuoteMeta(server+"/") + home + "/" + path + "@" + at + "$"
	id.words = "a workflow of " + o.Repository
	if o.Workflow != "" {
		id.words = "the workflow " + o.Workflow + " for " + o.Repository
	}
	if o.Ref != "" {
		id.words += " at " + o.Ref
	}
	return id, nil
}

// issuerOf is who issues the tokens of a GitHub server.
// https://docs.github.com/en/enterprise-server@latest/actions/reference/security/oidc
func issuerOf(server string) string {
	host := strings.TrimPrefix(server, "https://")
	switch {
	case host == "github.com":
		return GitHubIssuer
	case strings.HasSuffix(host, ".ghe.com"):
		return "https://token.actions." + host
	}
	return server + "/_services/token"
}

// glob quotes a name in which "*" stands for letters of one part.
func glob(name string) string {
	return strings.ReplaceAll(regexp.QuoteMeta(name), `\*`, `[^/@]*`)
}

// String names who may have signed.
func (id Identity) String() string { return id.words + ", vouched for by " + id.issuer }

// check holds the signer of a verified bundle to what the library does not.
func (id Identity) check(c *certificate.Summary) error {
	if c == nil {
		return errors.New("is not signed with a certificate")
	}
	if id.source != "" {
		if ok, err := regexp.MatchString(id.source, c.SourceRepositoryURI); err != nil || !ok {
			return fmt.Errorf("is signed for the repository %q", c.SourceRepositoryURI)
		}
	}
	if id.ref != "" && c.SourceRepositoryRef != id.ref {
		return fmt.Errorf("is signed for the ref %q", c.SourceRepositoryRef)
	}
	return nil
}

// Keeper trusts identities, by the certificates, logs and timestamps that a
// trusted root vouches for. Make one with NewKeeper.
type Keeper struct {
	id       Identity
	verifier *verify.Verifier
	policy   verify.PolicyOption
}

// NewKeeper trusts one identity under a trusted root. What the root names, a
// signature must bear: a certificate's entry in a CT log, an entry in a
// transparency log, and a time that either a log or a timestamp authority tells.
func NewKeeper(id Identity, material root.TrustedMaterial) (*Keeper, error) {
	options := []verify.VerifierOption{verify.WithObserverTimestamps(1)}
	if len(material.CTLogs()) > 0 {
		options = append(options, verify.WithSignedCertificateTimestamps(1))
	}
	if len(material.RekorLogs()) > 0 {
		options = append(options, verify.WithTransparencyLog(1))
	}
	v, err := verify.NewVerifier(material, options...)
	if err != nil {
		return nil, fmt.Errorf("trusted root: %w", err)
	}
	who, err := verify.NewShortCertificateIdentity(id.issuer, "", id.san, id.sanPattern)
	if err != nil {
		return nil, err
	}
	return &Keeper{id: id, verifier: v, policy: verify.WithCertificateIdentity(who)}, nil
}

func (k *Keeper) whose() string { return k.id.String() }

func (k *Keeper) checkBundle(raw []byte, digest string) (*statement, error) {
	s, result, err := verifyBundle(k.verifier, raw, digest, k.policy)
	if err != nil {
		return nil, err
	}
	return s, k.id.check(signerOf(result))
}

func signerOf(r *verify.VerificationResult) *certificate.Summary {
	if r.Signature == nil {
		return nil
	}
	return r.Signature.Certificate
}

func (k *Keeper) checkClassic(text []byte, annotations map[string]string) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the signature made the verifier panic: %v", p)
		}
	}()
	b, err := fromAnnotations(text, annotations)
	if err != nil {
		return fmt.Errorf("is not signed without a key: %w", err)
	}
	result, err := k.verifier.Verify(b, verify.NewPolicy(verify.WithArtifact(strings.NewReader(string(text))), k.policy))
	if err != nil {
		return err
	}
	return k.id.check(signerOf(result))
}

// claims are what a token says of a workflow.
// https://docs.github.com/en/actions/reference/security/oidc
type claims struct {
	Issuer      string `json:"iss"`
	Subject     string `json:"sub"`
	Expires     int64  `json:"exp"`
	Repository  string `json:"repository"`
	Visibility  string `json:"repository_visibility"`
	WorkflowRef string `json:"job_workflow_ref"`
}

func parseClaims(token string) (claims, error) {
	var c claims
	parts := strings.Split(strings.TrimSpace(token), ".")
	if len(token) > MaxTokenBytes || len(parts) != 3 {
		return c, errors.New("it is no signed token (JWT)")
	}
	raw, err := decodeBase64URL(parts[1])
	if err != nil {
		return c, fmt.Errorf("it is no signed token: %w", err)
	}
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, fmt.Errorf("it is no signed token: %w", err)
	}
	return c, nil
}
