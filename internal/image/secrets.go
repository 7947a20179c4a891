package image

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/zricethezav/gitleaks/v8/config"
)

// secrets searches the texts of a layer. Binaries and large files are left out:
// what is found in them is noise.
func secrets(rules *secretRules) extractor {
	return extractor{
		what: "text", limit: MaxSecretBytes, quiet: true,
		wants: func(p Path, head []byte) bool {
			return p.Size >= 8 && !isExecutable(head) && bytes.IndexByte(head, 0) < 0 && !notSearched(p.Name)
		},
		run: func(inv *Inventory, p Path, data []byte) error {
			if bytes.IndexByte(data, 0) >= 0 || pathAllowed(rules.allow, p.Name) {
				return nil
			}
			found, tried := rules.search(p.Name, data, mayBeGeneric(p.Name), MaxTriedBytes-inv.tried)
			inv.Secrets = append(inv.Secrets, found...)
			was := inv.tried
			inv.tried += tried
			if len(inv.Secrets) > MaxSecrets {
				inv.Secrets = inv.Secrets[:MaxSecrets]
				return fmt.Errorf("more than the limit of %d secrets in one layer; the others are not listed", MaxSecrets)
			}
			if was < MaxTriedBytes && inv.tried >= MaxTriedBytes {
				return fmt.Errorf("more than the limit of %d bytes in one layer look like secrets at first sight; what follows is not searched", MaxTriedBytes)
			}
			return nil
		},
	}
}

// notSearched are the files of package managers that hold nothing but names and
// checksums, and much of them.
func notSearched(name string) bool {
	return strings.HasPrefix(name, "var/lib/dpkg/") || strings.HasPrefix(name, "lib/apk/db/") ||
		strings.HasPrefix(name, "usr/lib/apk/db/") || strings.HasPrefix(name, "var/lib/apt/lists/")
}

// mayBeGeneric reports whether a file lies outside the folders that package
// managers and language toolchains fill. Values with a telling name are common
// there, and are part of programs and tests, not of this image.
func mayBeGeneric(name string) bool {
	top, rest, _ := strings.Cut(name, "/")
	switch top {
	case "bin", "sbin", "lib", "lib32", "lib64", "libx32":
		return false
	case "usr":
		second, rest, _ := strings.Cut(rest, "/")
		if second == "local" {
			third, _, _ := strings.Cut(rest, "/")
			return !slices.Contains([]string{"lib", "share", "include", "go", "rustup", "cargo"}, third)
		}
		return second == "src"
	}
	return true
}

// search finds the secrets of one text. It tries expressions on no more than
// budget bytes and returns on how many it did: they are slow, and a text may be
// made of nothing but keywords.
func (r *secretRules) search(name string, text []byte, generic bool, budget int64) (found []Secret, tried int64) {
	windows := map[int][]window{} // by rule
	r.words.each(text, func(word, end int) {
		start := end - r.length[word]
		for _, n := range r.byWord[word] {
			rule := &r.rules[n]
			if tried >= budget || rule.generic && !generic || rule.gate != nil && !rule.gate(text, start, end) {
				continue
			}
			w := around(text, start, end, rule.reach)
			if list := windows[n]; len(list) > 0 && w.start <= list[len(list)-1].end {
				last := &list[len(list)-1]
				tried += int64(max(w.end-last.end, 0))
				last.end = max(w.end, last.end)
				continue
			}
			tried += int64(w.end - w.start)
			windows[n] = append(windows[n], w)
		}
	})
	for _, n := range r.always {
		if tried < budget && r.rules[n].Path.MatchString(name) {
			tried += int64(len(text))
			windows[n] = []window{{0, len(text)}}
		}
	}
	f := &findings{name: name, text: text, seen: map[string]bool{}, allow: r.allow}
	for n := range r.rules { // in the order of the rules, the generic one last
		if !r.rules[n].generic {
			f.match(r.rules[n], windows[n])
		}
	}
	for n := range windows {
		if r.rules[n].generic {
			f.match(r.rules[n], windows[n])
		}
	}
	return f.out, tried
}

// window is a part of a text in which an expression is tried.
type window struct{ start, end int }

// around returns the text near a keyword. It begins and ends where a line does,
// or in a very long line at a space or quote, so that no expression sees an end
// of text that is none.
func around(text []byte, start, end, reach int) window {
	const before, slack = 128, 4096
	w := window{max(0, start-before), min(len(text), end+reach)}
	for low := max(0, w.start-slack); w.start > low && !isBreak(text[w.start-1], start-w.start > before+1024); {
		w.start--
	}
	for high := min(len(text), w.end+slack); w.end < high && !isBreak(text[w.end], w.end-end > reach+1024); {
		w.end++
	}
	return w
}

func isBreak(c byte, longLine bool) bool {
	return c == '\n' || longLine && (c == ' ' || c == '"' || c == '\'' || c == '`' || c == ';')
}

// findings collects what is found in one text.
type findings struct {
	name  string
	text  []byte
	out   []Secret
	seen  map[string]bool // values and rules already reported
	allow []*config.Allowlist
}

func (f *findings) match(rule secretRule, windows []window) {
	if len(windows) == 0 || pathAllowed(rule.Allowlists, f.name) {
		return
	}
	for _, w := range windows {
		part := f.text[w.start:w.end]
		for _, at := range rule.Regex.FindAllSubmatchIndex(part, MaxSecrets) {
			groups := make([]string, len(at)/2)
			for i := range groups {
				if at[2*i] >= 0 {
					groups[i] = string(part[at[2*i]:at[2*i+1]])
				}
			}
			f.add(rule, groups, w.start+at[0])
		}
	}
}

// add keeps a match unless it is too regular to be random or is a known
// example, in the order in which gitleaks decides.
func (f *findings) add(rule secretRule, groups []string, offset int) {
	value := rule.value(groups)
	if rule.Entropy != 0 && entropy(value) <= rule.Entropy {
		return
	}
	offset += len(groups[0]) - len(strings.TrimLeft(groups[0], "\n"))
	line := f.line(offset, len(groups[0]))
	match := strings.Trim(groups[0], "\n")
	if allowed(f.allow, f.name, line, match, value) || allowed(rule.Allowlists, f.name, line, match, value) {
		return
	}
	sum := sha256.Sum256([]byte(value))
	digest := hex.EncodeToString(sum[:8])
	// A value found by its form is not told once more by its name.
	if f.seen[digest] && rule.generic || f.seen[rule.RuleID+digest] {
		return
	}
	f.seen[digest], f.seen[rule.RuleID+digest] = true, true
	f.out = append(f.out, Secret{
		Detector: rule.RuleID, Description: rule.Description, Path: f.name,
		Line: 1 + bytes.Count(f.text[:offset], []byte("\n")), Generic: rule.generic,
		Masked: mask(value), Digest: digest, DeletedIn: -1,
	})
}

// line returns the lines that a match lies on.
func (f *findings) line(offset, length int) string {
	start := bytes.LastIndexByte(f.text[:offset], '\n') + 1
	end := min(offset+length, len(f.text))
	if i := bytes.IndexByte(f.text[end:], '\n'); i >= 0 {
		end += i
	} else {
		end = len(f.text)
	}
	return string(f.text[start:end])
}

// mask shows so little of a value that it can be recognised by who knows it.
func mask(value string) string {
	value = strings.Join(strings.Fields(value), " ")
	if strings.HasPrefix(value, "-----BEGIN") {
		return "-----BEGIN … KEY-----"
	}
	switch r := []rune(value); {
	case len(r) < 8:
		return "…"
	case len(r) < 20:
		return string(r[:1]) + "…" + string(r[len(r)-1:])
	default:
		return string(r[:4]) + "…" + string(r[len(r)-2:])
	}
}
