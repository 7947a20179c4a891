//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/tidewaiter/tidewaiter/internal/advisory"
)

// order is the version order of an ecosystem and its own tool for it: a program
// that reads lines of two versions, parted by a blank, and answers each with -1, 0
// or 1, or with "refused" where one is no version to it.
type order struct {
	ecosystem string
	tool      string
	args      func(t *testing.T) []string
	make      func(r *rand.Rand) string
}

func pick(r *rand.Rand, of ...string) string { return of[r.IntN(len(of))] }

// some joins up to n of the pieces.
func some(r *rand.Rand, n int, of ...string) string {
	var b strings.Builder
	for range r.IntN(n + 1) {
		b.WriteString(pick(r, of...))
	}
	return b.String()
}

const dpkgLoop = `while read -r a b; do
  if ! dpkg --validate-version "$a" || ! dpkg --validate-version "$b"; then echo refused
  elif dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" eq "$b"; then echo 0; else echo 1; fi
done`

const rpmLoop = `%{lua: for line in io.lines("/dev/stdin") do local a, b = line:match("(%S+) (%S+)"); print(rpm.vercmp(a, b) .. "\n") end}`

const pythonLoop = `import sys
from packaging.version import Version, InvalidVersion
for line in sys.stdin:
    try:
        a, b = map(Version, line.split())
        print((a > b) - (a < b))
    except InvalidVersion:
        print("refused")`

const npmLoop = `const semver = require(process.argv[1] + "/npm/node_modules/semver");
for (const line of require("fs").readFileSync(0, "utf8").trim().split("\n")) {
  const [a, b] = line.split(" ");
  console.log(semver.valid(a) && semver.valid(b) ? semver.compare(a, b) : "refused");
}`

func orders() []order {
	fixed := func(args ...string) func(*testing.T) []string { return func(*testing.T) []string { return args } }
	upstream := func(r *rand.Rand, more ...string) string {
		return pick(r, "0", "1", "2", "10", "007") + some(r, 4, append([]string{".0", ".1", ".2", ".10", ".09", "a", "b", "rc1", "Z", "+git", "~beta", "~", "."}, more...)...)
	}
	return []order{
		{"Debian:12", "sh", fixed("-c", dpkgLoop), func(r *rand.Rand) string {
			return pick(r, "", "", "0:", "1:") + upstream(r, "-", "-1", "+dfsg") + pick(r, "", "-1", "-0", "-1+deb12u1", "-1~bpo12+1", "-2ubuntu0.1")
		}},
		{"Rocky Linux:9", "rpm", fixed("--eval", rpmLoop), func(r *rand.Rand) string {
			return pick(r, "", "", "0:", "1:") + upstream(r, "_", "^git1", "^", "..") + "-" + pick(r, "1", "2", "10", "1.el9", "1.el9_4", "1.el9_4.2", "0.1.rc1.fc40", "1~a", "1^b")
		}},
		{"PyPI", "/usr/bin/python3", fixed("-c", pythonLoop), func(r *rand.Rand) string {
			return pick(r, "", "", "", "1!", "v") + pick(r, "0", "1", "2", "10", "2024") + some(r, 3, ".0", ".1", ".10", ".01") +
				pick(r, "", "", "a1", "b2", "rc1", ".rc2", "-alpha", "c1", "_beta_3", "pre4") + pick(r, "", "", ".post1", "-1", ".post", "-r2", "rev3") +
				pick(r, "", "", ".dev1", ".dev", "-dev2") + pick(r, "", "", "+local", "+1.abc", "+ubuntu-1", "+10")
		}},
		{"npm", "node", func(t *testing.T) []string {
			root, err := exec.Command(tool(t, "npm"), "root", "-g").Output()
			require.NoError(t, err)
			return []string{"-e", npmLoop, strings.TrimSpace(string(root))}
		}, func(r *rand.Rand) string {
			n := []string{"0", "1", "2", "10", "99"}
			return pick(r, n...) + "." + pick(r, n...) + "." + pick(r, n...) +
				pick(r, "", "", "-alpha", "-alpha.1", "-alpha.beta", "-beta", "-beta.2", "-beta.11", "-rc.1", "-1", "-10", "-a-b", "-x.7.z.92") + pick(r, "", "", "+build.1", "+exp.sha")
		}},
	}
}

// TestVersionOrder asks each ecosystem's own tool about some thousand pairs.
func TestVersionOrder(t *testing.T) {
	for _, o := range orders() {
		t.Run(o.ecosystem, func(t *testing.T) {
			tool(t, o.tool)
			if o.tool == "sh" {
				tool(t, "dpkg")
			}
			r := rand.New(rand.NewPCG(1, 2))
			count := 3000
			if o.tool == "sh" { // a process for each
				count = 600
			}
			var pairs [][2]string
			var in bytes.Buffer
			for len(pairs) < count {
				p := [2]string{o.make(r), o.make(r)}
				if r.IntN(3) == 0 { // near: one has more to its end
					p[1] = p[0] + pick(r, "", "0", "1", ".0", "~")
				}
				pairs = append(pairs, p)
				fmt.Fprintf(&in, "%s %s\n", p[0], p[1])
			}
			cmd := exec.Command(o.tool, o.args(t)...)
			cmd.Stdin = &in
			cmd.Env = append(os.Environ(), "LC_ALL=C")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			out, err := cmd.Output()
			if err != nil && strings.Contains(stderr.String(), "No module named") {
				missing(t, "Debian's python3-packaging is not installed")
			}
			require.NoError(t, err, stderr.String())
			answers := strings.Fields(string(out))
			require.Len(t, answers, len(pairs))
			wrong, compared := 0, 0
			for i, p := range pairs {
				if answers[i] == "refused" {
					continue
				}
				compared++
				got, err := advisory.Compare(o.ecosystem, p[0], p[1])
				if err != nil || fmt.Sprint(got) != answers[i] {
					wrong++
					if wrong <= 20 {
						t.Errorf("%s against %s: %s says %s, we %d (%v)", p[0], p[1], filepath.Base(o.tool), answers[i], got, err)
					}
				}
			}
			require.Greater(t, compared, len(pairs)/2)
			t.Logf("%d of %d pairs as %s orders them", compared-wrong, compared, o.tool)
		})
	}
}
